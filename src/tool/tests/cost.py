#!/usr/bin/env python3
"""cost.py --recorder FILE --certs DIR: what watching costs a server on a kept connection.

nginx serves a small file over one TLS connection, under callgrind, with the recorder and without. The
user instructions of a request are the difference between two runs of FEW and MANY requests, so that
starting, the handshake and the close do not count. What came of it is kept in cost.json, with the
digests of the recorder, and put into docs/auditors.md. Exits 0, 1 (more than MOST percent more), 2
(something needed is not there).
"""
import argparse
import glob
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

FEW, MANY = 20, 220
LIMIT = 120
MOST = 4.0      # percent
KEPT = pathlib.Path("src/tool/tests/cost.json")
PAGE, FIGURE = pathlib.Path("docs/auditors.md"), re.compile(r"\d+\.\d % in nginx")
CONF = """daemon off; master_process off; worker_processes 1; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    keepalive_requests 10000;
    server {{
        listen 127.0.0.1:{port} ssl; root {folder}/www;
        ssl_certificate {certs}/server.pem; ssl_certificate_key {certs}/server.key;
    }}
}}
"""


class CannotRun(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def connected(port, server):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        try:
            return context.wrap_socket(socket.create_connection(("127.0.0.1", port), LIMIT))
        except ConnectionRefusedError:
            if server.poll() is not None:
                raise CannotRun(f"nginx ended: {server.stderr.read()}")
            time.sleep(0.1)
    raise CannotRun("nginx does not listen")


def ask(connection, count):
    for _ in range(count):
        connection.sendall(b"GET /small.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello\n"):
            piece = connection.recv(4096)
            if not piece:
                raise CannotRun("nginx closed the connection")
            answer += piece


def instructions(given, folder, count):
    """Of the whole process, for that many requests."""
    port, out, trace = free_port(), folder / "counts", folder / "trace"
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, certs=given.certs.resolve()))
    environment = dict(os.environ)
    if given.watched:
        trace.touch(mode=0o666)
        environment.update(LD_PRELOAD=str(given.recorder.resolve()), ENDWELL_TRACE=str(trace))
    command = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}",
               "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        with connected(port, server) as connection:
            ask(connection, count)
        time.sleep(1)
        server.send_signal(signal.SIGTERM)
        server.wait(LIMIT)
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    total = re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE) if out.exists() else None
    if not total:
        raise CannotRun(f"callgrind left no counts: {server.stderr.read()}")
    lines = trace.read_text().count('"kind":"call"') if trace.exists() else 0
    if given.watched and not lines:
        raise CannotRun("the recorder wrote nothing")
    trace.unlink(missing_ok=True)
    return int(total[1])


def sources():
    """The recorder, as it is."""
    return {path: hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
            for path in sorted(glob.glob("src/tool/record/*"))}


def figure(kept):
    return f"{kept['percent']:.1f} % in nginx"


def keep(plain, watched):
    """The figures, and the page that has one of them."""
    version = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr.strip()
    kept = {"nginx": version.split(": ")[1], "plain": plain, "watched": watched,
            "percent": round(100 * (watched / plain - 1), 2), "sources": sources()}
    text, count = FIGURE.subn(figure(kept), PAGE.read_text(encoding="utf-8"))
    if count != 1:
        raise CannotRun(f"{PAGE} has {count} places for the figure")
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(text, encoding="utf-8")


def kept():
    if not KEPT.exists():
        raise CannotRun(f"{KEPT} is not there: make tool-cost")
    return json.loads(KEPT.read_text(encoding="utf-8"))


def wrong_with(told):
    """What is not as it has to be of the figures that are kept, in words."""
    if told["sources"] != sources():
        yield f"{KEPT} is about another recorder; run: make tool-cost"
    if not 0 < told["percent"] <= MOST or told["percent"] != round(100 * (told["watched"] / told["plain"] - 1), 2):
        yield f"{KEPT}: {told['percent']} % more"
    if FIGURE.findall(PAGE.read_text(encoding="utf-8")) != [figure(told)]:
        yield f"{PAGE} does not say {figure(told)}; run: make tool-cost"


def per_request(given, folder, watched):
    given.watched = watched
    few, many = (instructions(given, folder, count) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recorder", required=True, type=pathlib.Path)
    parser.add_argument("--certs", required=True, type=pathlib.Path)
    given = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin"
    for tool, package in (("valgrind", "valgrind"), ("nginx", "nginx-light")):
        if not shutil.which(tool):
            print(f"tool-cost: needs {tool}: apt-get install {package}", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="endwell-cost-") as name:
        folder = pathlib.Path(name)
        (folder / "www").mkdir()
        (folder / "www/small.txt").write_text("hello\n")
        for path in (folder, folder / "www"):
            path.chmod(0o755)
        try:
            plain, watched = (per_request(given, folder, way) for way in (False, True))
            keep(plain, watched)
        except (CannotRun, OSError, subprocess.SubprocessError) as error:
            print(f"tool-cost: {error}", file=sys.stderr)
            return 2
    more = 100 * (watched / plain - 1)
    good = 0 < more <= MOST
    print(f"a request on a kept connection: {plain:.0f} user instructions, watched {watched:.0f}: {more:.2f} % more, "
          f"at most {MOST}")
    print(f"tool-cost: {int(good)} passed, {int(not good)} failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
