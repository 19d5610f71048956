"""Programs that are in order: nothing is found, in either order of closing, on both sides.

They are those of examples/: the servers on the library, and the client that is proven to keep
SSL_shutdown(3). A finding in one of them is a fault of the judge.
"""

import json
import os
import subprocess
import tempfile
import time

SERVERS = ("server", "events", "memory")
CLIENT = "proven_client"
SECONDS = 300


def report(t, trace):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report")
        done = t.command(t.tool, "check", f"--format=json={path}", trace)
        if not os.path.exists(path):
            return None, done
        with open(path, encoding="utf-8") as file:
            return json.load(file), done


def is_silent(said, connections):
    """No finding, and the rules of an end were judged on as many connections."""
    unseen = {u["rule"] for u in said["not_observable"]} if said else set()
    return said is not None and not said["findings"] and said["established"] == connections and \
        not unseen & {"EW010", "EW011"}


def await_ends(trace, connections):
    """The server may be behind its clients, and is ended from outside."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with open(trace, encoding="utf-8") as file:
            if file.read().count('"call":"SSL_free"') >= connections:
                return
        time.sleep(0.01)


def test_correct(t):
    certificates = t.environment["ENDWELL_CERTS"]
    pem, key = (os.path.join(certificates, name) for name in ("server.pem", "server.key"))
    folder = t.programs / "examples"
    for name in SERVERS:
        with tempfile.TemporaryDirectory() as place:
            traces = [os.path.join(place, "server"), *(os.path.join(place, way) for way in ("late", "early"))]
            server = subprocess.Popen([t.tool, "run", f"--trace={traces[0]}", str(folder / name), pem, key],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=t.environment)
            port = server.stdout.readline().strip()
            for trace, more in zip(traces[1:], ([], ["early"])):
                done = t.command(t.tool, "run", f"--trace={trace}", str(folder / CLIENT), f"127.0.0.1:{port}", pem,
                                 *more)
                t.check(f"{CLIENT} {more} of {name}: all of it came", done.returncode == 0 and
                        "All is well" in done.stdout, done)
            await_ends(traces[0], 2)
            server.terminate()
            server.communicate(timeout=SECONDS)
            for trace, connections in zip(traces, (2, 1, 1)):
                said, done = report(t, trace)
                t.check(f"{name}, {os.path.basename(trace)}: in order, and nothing is found",
                        is_silent(said, connections), (said, done.stderr))
