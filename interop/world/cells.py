"""One cell: a peer, our side, a close order; what both did and what it says about the peer."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

import rooms  # where the modules below are
import orders
import verdicts
from processes import NoPeer, Peer, filled
from tool import Late

AT_MOST = 75    # seconds for our side, which ends itself before
EXIT = 3        # seconds at rest after which a client, or a server of one, does not end by itself
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Bench:
    """What all cells share."""

    def __init__(self, tool, folder, certs):
        self.tool, self.folder = tool, folder
        self.front = []   # what our side is started by, if not at once
        here = os.path.dirname(os.path.abspath(__file__))
        self.values = {"cert": os.path.join(certs, "server.pem"),
                       "key": os.path.join(certs, "server.key"),
                       "both": os.path.join(folder, "both.pem"), "www": os.path.join(folder, "www"),
                       "nssdb": os.path.join(folder, "nssdb"), "world": folder,
                       "peers": os.path.join(here, "peers"), "upload": os.path.join(folder, "upload")}


def words_of(version):
    """How the versions are called here and there."""
    minor = version[-1]
    return {"tls": version, "tlsv": f"TLSv{version}", "tlsv_small": f"tlsv{version}", "vn": f"tls1_{minor}",
            "dash": "1." + minor, "other": "1.2" if version == "1.3" else "1.3", "minor": minor,
            "only": f"TLSV1_{minor}", "nginx": "TLSv1.2" if minor == "2" else "TLSv1.3"}


def relevant(text):
    """The lines that a program said, without what differs from run to run."""
    lines = []
    for line in text.decode(errors="replace").splitlines():
        line = re.sub(r"/\S*/(?=\S)", "", re.sub(r"\d{4}[-/.]\d\d[-/.]\d\d\S*|\d\d:\d\d:\d\d\S*", "", line))
        line = re.sub(r"0x[0-9a-f]+|[0-9A-F]{8,}|\d+", "N", line).strip()
        if line and line not in lines and len(line) < 1000:
            lines.append(line)
    return lines


class Ours:
    """Our side as a process, and the moments at which it asks for something."""

    def __init__(self, bench, engine, tls, role, port, steps):
        argv = [*bench.front, bench.tool, "--engine", engine, "--tls", tls, "--role", role,
                "--cert", bench.values["cert"], "--key", bench.values["key"]]
        argv += ["--port", str(port)] if port else []
        self.process = subprocess.Popen(argv + steps, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.late = threading.Timer(AT_MOST, self.process.kill)
        self.late.start()

    def lines(self):
        for line in self.process.stdout:
            yield line.strip()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        self.late.cancel()
        self.process.stdin.close()
        said = self.process.stderr.read()
        return self.process.wait(), said


def more_of(table):
    """What a client still has to say at a half-close: its input, or a command with it."""
    text = orders.INPUT.replace("\n", "\\n") if table.get("quoted") else orders.INPUT
    return table.get("more", "{input}").replace("{input}", text)


def at_moment(word, peer):
    """Does to the peer what our side asks for."""
    table, main = peer.table, peer.main
    if word == "stop":
        main.signal(signal.SIGSTOP)
    elif word == "continue":
        main.signal(signal.SIGCONT)
    elif word == "kill":
        main.signal(signal.SIGKILL)
        main.wait(5)
    elif word == "more" and "input" in table:
        main.say(more_of(table))
        main.end_input()
    elif word == "big":
        main.feed("x" * orders.BIG + orders.MARK)
    elif word == "close" and "quit" in table:
        main.say(table["quit"])
    elif word == "close" and "input" in table:
        main.end_input()


def run_ours(ours, peer, start_client):
    record = None
    # A program that no longer reads its input would hold us in a write to it.
    late = threading.Timer(AT_MOST, peer.kill)
    late.start()
    try:
        for line in ours.lines():
            if line.startswith("port "):
                start_client(int(line.split()[1]))
            elif line.startswith("{"):
                record = json.loads(line)
            elif line:
                at_moment(line, peer)
                ours.go_on()
    finally:
        late.cancel()
    status, said = ours.end()
    return record, status, said.strip()


def afterwards(peer):
    """What the peer said and how it ended."""
    ends = peer.table["role"] == "client" or peer.table.get("once")
    status = peer.main.rest(EXIT if ends else 0.3)
    said, logs = peer.main.text(0), b""
    for name in peer.table.get("logs", []):
        path = os.path.join(peer.folder, name)
        if os.path.exists(path):
            with open(path, "rb") as file:
                logs += file.read()
    bulk = said.count(b"\n") < 2 and len(said) > 2000 or peer.table.get("output")
    return {"exit": status, "bytes": len(said), "marked": orders.MARK.encode() in said,
            "more": len(orders.INPUT) if "input" in peer.table else peer.table.get("uploads", 0),
            "lines": relevant(peer.main.text(1) + logs + (b"" if bulk else b"\n" + said))}


def play(bench, name, table, order, engine, tls):
    """(seen, said, problem): what our side recorded, what the peer said, why neither is there. Late if
    our side was ended, or ended itself, because its time was up."""
    folder = tempfile.mkdtemp(prefix=f"{name}-{order}-", dir=bench.folder)
    peer = Peer(table, {**bench.values, **words_of(tls)}, folder)
    argv = table.get("argv_" + order.replace("-", "_"), table["argv"])
    argv = argv + table.get("argv_tls", {}).get(tls, [])
    argv = [word for part in argv for word in (part if isinstance(part, list) else [part])]
    ours = None
    try:
        server = table["role"] == "server"
        port = peer.start_server(argv) if server else 0
        ours = Ours(bench, engine, tls, "client" if server else "server", port,
                    orders.steps(order, table))
        record, status, said = run_ours(ours, peer, lambda at: peer.start_client(argv, at))
        if record is None:
            told = (peer.main.text(1) + peer.main.text(0)[-300:]) if peer.main else b""
            problem = f"{said or f'our side ended with {status}'}; the peer: " \
                f"{told.decode(errors='replace').strip()[-300:]}"
            if status in (-signal.SIGKILL, -signal.SIGALRM):
                raise Late(problem)
            return None, None, problem
        return record, afterwards(peer), None
    except (NoPeer, OSError) as error:
        return None, None, str(error)
    finally:
        peer.end()
        if ours and ours.process.poll() is None:
            ours.process.kill()
        if ours:
            ours.late.cancel()
        shutil.rmtree(folder, ignore_errors=True)


def cell(bench, name, table, order, engine, tls, clean, late_counts=True):
    """The record of a cell; `clean`: what the peer said at an orderly end. Late, unless that counts."""
    told = {"peer": name, "order": order, "engine": engine, "tls": tls}
    reason = orders.reason_not_to(order, table)
    if reason:
        return {**told, "ours": "not played", "verdict": verdicts.UNSEEN, "seen": reason}, None
    try:
        seen, said, problem = play(bench, name, table, order, engine, tls)
    except Late as late:
        if not late_counts:
            raise
        problem = str(late)
    unmet = table.get("unmet", {}).get(f"{engine} {tls}")
    if problem and unmet:
        return {**told, "ours": "not played", "verdict": verdicts.UNSEEN, "seen": unmet}, None
    if problem:
        return {**told, "ours": "no connection", "verdict": verdicts.UNSEEN, "seen": problem}, None
    said["clean"] = clean
    verdict, text, came = verdicts.judge(order, seen, said, table, tls)
    keep = ("engine_version", "calls", "wire", "alerts_in", "alerts_out", "received", "received_after", "end_of_data",
            "checks", "differences", "limit")
    told["bytes"] = [came.got, came.sent] if came else None
    exit_status, lines = said["exit"], said["lines"]
    if order == "we-first" and verdicts.not_played(order, seen):
        said = None   # no orderly end that others could be compared with
    ours = "failed" if seen["differences"] else "limit" if "limit" in seen else "passed"
    return {**told, "ours": ours, "verdict": verdict, "seen": text, "exit": exit_status, "said": lines[:12],
            **{key: seen[key] for key in keep if key in seen}}, said
