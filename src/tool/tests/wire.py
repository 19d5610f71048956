"""endwell check --pcap: every rule of the wire on captures of libssl, and captures that show less."""

import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import xml.etree.ElementTree

import recorders
from relay import CLIENT, RST, SERVER, Relay

RULES = pathlib.Path("spec/rules.md")
LIMIT = 300
LANES = 4
VERSIONS = ("1.2", "1.3")

# How the client closes, and the server; who is found by what. Where an end is not named its findings
# are the consequence of what the other one did, and are not looked at.
WAYS = {
    "right": ("closes", "answers", {"client": {}, "server": {}}),
    "the server first": ("answers", "closes", {"client": {}, "server": {}}),
    "forgets": ("forgets", "answers", {"client": {"EW051": "error"}, "server": {}}),
    "ends": ("closes", "ends", {"client": {}, "server": {"EW051": "warning"}}),
    "cuts": ("cuts", "answers", {"client": {"EW052": "error"}}),
    "late": ("late", "answers", {"client": {"EW050": "error"}}),
    "cuts behind": ("cuts-behind", "answers", {"client": {"EW053": "note"}, "server": {}}),
}


def wire_rules():
    return re.findall(r"^\| (EW\d{3}) \|[^|]*\| wire ", RULES.read_text(encoding="utf-8"), re.MULTILINE)


class Capture:
    """One connection between two ends of wire_end, as a capture and its key log."""

    def __init__(self, t, folder, name, version, client, server, watched=()):
        """watched: the words in front of each end's own."""
        self.name, self.version = name, version
        self.pcap, self.keys = (os.path.join(folder, f"{name}-{version}.{end}") for end in ("pcap", "keys"))
        pathlib.Path(self.keys).touch()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            relay = Relay(listener.getsockname()[1])
            near = socket.create_connection(("127.0.0.1", relay.port))
            far, _ = listener.accept()
        ends = []
        for role, one, way, keys in (("client", near, client, self.keys), ("server", far, server, "/dev/null")):
            words = [*watched, str(t.programs / "wire_end"), role, str(one.fileno()), keys, version, way]
            ends.append(subprocess.Popen(words, pass_fds=[one.fileno()], env=t.environment, stderr=subprocess.PIPE))
            one.close()
        self.said = [end.communicate(timeout=LIMIT)[1].decode() for end in ends]
        self.statuses = [end.returncode for end in ends]
        self.packets = relay.captured(LIMIT)
        self.write()

    def write(self, **how):
        self.packets.write(self.pcap, **how)
        return self

    def left(self, side):
        """What left that side: type and length of each record, and whether all of it did."""
        stream = b"".join(data for _, one, _, data in self.packets.packets if one == side)
        records = []
        while len(stream) >= 5:
            length = int.from_bytes(stream[3:5], "big")
            records.append((stream[0], length, len(stream) >= 5 + length))
            stream = stream[5 + length:]
        return records


class Verdict:
    """What endwell check says of a capture, or of any other words."""

    def __init__(self, t, *words):
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report.json")
            done = t.command(t.tool, "check", f"--format=json={report}", *map(str, words))
            self.status, self.out, self.said = done.returncode, done.stdout, done.stderr
            self.report = {"findings": [], "not_observable": []}
            if os.path.exists(report):
                with open(report, encoding="utf-8") as file:
                    self.report = json.load(file)
        self.unseen = {u["rule"]: u["why"] for u in self.report["not_observable"]}

    def of(self, end):
        return {f["rule"]: f["level"] for f in self.report["findings"] if f["connection"].startswith(end)}

    def __repr__(self):
        return f"exit {self.status}, {self.report['findings']}, {self.unseen}, {self.said}"


def of(t, capture, *more):
    return Verdict(t, f"--pcap={capture.pcap}", f"--keylog={capture.keys}", *more)


def ways(t, folder):
    """The captures by name; every rule is found where it should be and nowhere else."""
    jobs = [(name, version, *WAYS[name][:2]) for version in VERSIONS for name in WAYS]
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        made = lanes.map(lambda job: Capture(t, folder, *job), [*jobs, ("fails", "1.2", "fails", "answers")])
        captures = {(capture.name, capture.version): capture for capture in made}
        verdicts = dict(zip(captures, lanes.map(lambda capture: of(t, capture), captures.values())))
    found = set()
    for version in VERSIONS:
        for name, (_, _, expected) in WAYS.items():
            verdict, statuses = verdicts[name, version], captures[name, version].statuses
            t.check(f"{name}, TLS {version}: it ran", statuses[0] == 0, statuses)
            for end, rules in expected.items():
                t.check(f"{name}, TLS {version}: the {end}", verdict.of(end) == rules, verdict)
                found |= set(rules)
            if not any(expected.values()):
                t.check(f"{name}, TLS {version}: passes", verdict.status == 0, verdict)
            calls = set(verdict.unseen) - set(wire_rules())
            t.check(f"{name}, TLS {version}: the rules of calls are NOT-OBSERVABLE", "EW010" in calls and
                    "EW001" in calls, verdict)
    verdict = verdicts["fails", "1.2"]
    t.check("an end that the peer failed", (verdict.status, verdict.report["findings"]) == (0, []), verdict)
    return captures, found


def is_same(one, other):
    """Signatures and tickets are of any length; what has one is longer than all data and alerts here."""
    return len(one) == len(other) > 3 and all(
        a[0] == b[0] and a[2] == b[2] and (a[1] == b[1] or min(a[1], b[1]) > 90) for a, b in zip(one, other))


def planted_sender(t, folder, captures):
    """A recorder that sends a byte of its own once TLS is established."""
    text = (recorders.RECORD / "calls.c").read_text(encoding="utf-8")
    place = "c->quiet = f->quiet;"
    more = place + ' w->lib->SSL_write(w->ssl, "x", 1);'
    tool, why = recorders.recorder(t, folder, "calls.c", text.replace(place, more))
    t.check("a recorder that sends something is built", tool and text.count(place) == 1, why)
    for version in VERSIONS if tool else ():
        sent = Capture(t, folder, "sends", version, *WAYS["forgets"][:2], (tool, "run"))
        t.check(f"a recorder that sends something, TLS {version}: found",
                not is_same(sent.left(CLIENT), captures["forgets", version].left(CLIENT)), sent.left(CLIENT))


def left_the_same(t, folder, captures):
    """What leaves a program is the same with the recorder: each record's type and length, in their order."""
    jobs = [(f"{name} watched", version, *WAYS[name][:2], (t.tool, "run")) for version in VERSIONS for name in WAYS]
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        watched = list(lanes.map(lambda job: Capture(t, folder, *job), jobs))
    for one in watched:
        plain = captures[one.name.removesuffix(" watched"), one.version]
        t.check(f"{one.name}, TLS {one.version}: it was recorded",
                all("1 connections, 1 of them" in said for said in one.said), one.said)
        for side, name in ((CLIENT, "client"), (SERVER, "server")):
            t.check(f"{one.name}, TLS {one.version}: what leaves the {name} is the same",
                    is_same(one.left(side), plain.left(side)), (one.left(side), plain.left(side)))
    planted_sender(t, folder, captures)


def without_keys(t, captures):
    """TLS 1.3 shows nothing without keys; TLS 1.2 shows that there was no alert, and not which."""
    for name, version, word in (("right", "1.3", "--keylog"), ("forgets", "1.3", "--keylog"),
                                ("right", "1.2", "--keylog")):
        verdict = Verdict(t, f"--pcap={captures[name, version].pcap}")
        t.check(f"{name}, TLS {version}, no key log: no pass", verdict.status == 2 and
                not verdict.report["findings"], verdict)
        t.check(f"{name}, TLS {version}, no key log: what to do",
                all(word in verdict.unseen.get(rule, "") for rule in wire_rules()), verdict)
    verdict = Verdict(t, f"--pcap={captures['forgets', '1.2'].pcap}")
    t.check("forgets, TLS 1.2, no key log: found", verdict.of("client") == {"EW051": "error"}, verdict)
    verdict = Verdict(t, f"--pcap={captures['right', '1.3'].pcap}", f"--keylog={captures['late', '1.3'].keys}")
    t.check("the key log of another connection: no pass", verdict.status == 2 and
            "--keylog" in verdict.unseen.get("EW050", ""), verdict)


def with_gaps(t, captures):
    """What the capture misses is said, and is no pass; what it has besides is no hindrance."""
    for version in VERSIONS:
        capture = captures["right", version]
        count = len(capture.packets.packets)
        heard = [i for i, (_, _, _, data) in enumerate(capture.packets.packets) if data]
        for name, how, word, status in (
                ("a packet is missing", {"leave_out": heard[-1:]}, "missing", 2),
                ("packets are cut short", {"snap": 60}, "cut short", 2),
                ("no beginning", {"leave_out": range(heard[2])}, "begins behind", 2),
                ("no end", {"leave_out": range(heard[-1] + 1, count)}, "ends before", 0)):
            verdict = of(t, capture.write(**how))
            t.check(f"TLS {version}, {name}", verdict.status == status and word in verdict.unseen.get("EW051", "") and
                    not verdict.report["findings"], verdict)
        capture.packets.ports = (capture.packets.ports[0], 34980)  # EtherCAT's
        verdict = of(t, capture.write())
        t.check(f"TLS {version}, the port of another protocol", verdict.status == 0, verdict)
        capture.packets.packets.insert(heard[-1], capture.packets.packets[heard[-1]])
        verdict = of(t, capture.write())
        t.check(f"TLS {version}, a packet twice", verdict.status == 0, verdict)


def unacknowledged(t, captures):
    """The client's close_notify, and a reset before the server has acknowledged it."""
    capture = captures["cuts behind", "1.3"]
    packets = capture.packets.packets
    del packets[max(i for i, (_, side, _, data) in enumerate(packets) if data and side == CLIENT) + 1:]
    _, _, header, data = packets[-1]
    capture.packets.next = [int.from_bytes(header[:4], "big") + len(data), int.from_bytes(header[4:8], "big")]
    capture.packets.end(CLIENT, RST)
    verdict = of(t, capture.write())
    t.check("a reset with bytes on their way", verdict.of("client") == {"EW053": "error"}, verdict)


def refused(t, folder, captures):
    capture, path = captures["late", "1.3"], pathlib.Path(folder) / "other"
    whole = pathlib.Path(capture.pcap).read_bytes()
    for name, bytes_of, word in (("no capture", b"no capture", "tshark cannot read it"),
                                 ("a capture cut off in its head", whole[:20], "ends within a packet, and has no TLS"),
                                 ("an empty capture", whole[:24], "no TLS connection")):
        path.write_bytes(bytes_of)
        verdict = Verdict(t, f"--pcap={path}", f"--keylog={capture.keys}")
        t.check(name, verdict.status == 2 and word in verdict.said + verdict.out, verdict)
    path.write_bytes(whole[:-5])
    verdict = Verdict(t, f"--pcap={path}", f"--keylog={capture.keys}")
    t.check("a capture that ends within a packet is judged as far as it goes",
            verdict.of("client") == {"EW050": "error"} and "the capture ends within a packet" in verdict.out, verdict)
    right = captures["right", "1.3"]
    path.write_bytes(pathlib.Path(right.pcap).read_bytes()[:-5])
    verdict = Verdict(t, f"--pcap={path}", f"--keylog={right.keys}")
    t.check("a capture without a fault that ends within a packet is no pass",
            verdict.status == 2 and "that nothing was found is no pass" in verdict.said + verdict.out, verdict)
    for name, words in (("no such capture", (f"--pcap={folder}/none",)),
                        ("no such key log", (f"--pcap={capture.pcap}", f"--keylog={folder}/none")),
                        ("a key log without a capture", (f"--keylog={capture.keys}", capture.pcap)),
                        ("a capture and a trace", (f"--pcap={capture.pcap}", capture.pcap)),
                        ("neither", ())):
        verdict = Verdict(t, *words)
        t.check(name, verdict.status == 2 and verdict.said != "", verdict)
    environment, t.environment = t.environment, dict(t.environment, PATH=folder)
    verdict = of(t, capture)
    t.environment = environment
    t.check("no tshark", verdict.status == 2 and "apt-get install tshark" in verdict.said, verdict)


def key_logs(t, folder, captures):
    """A key log through a pipe; one without end, which tshark would read for ever, and one that is too large."""
    capture, large = captures["late", "1.3"], pathlib.Path(folder) / "large"
    with subprocess.Popen(["cat", capture.keys], stdout=subprocess.PIPE) as cat:
        keys = cat.stdout.fileno()
        done = t.command(t.tool, "check", f"--pcap={capture.pcap}", f"--keylog=/dev/fd/{keys}", pass_fds=[keys])
    direct = t.command(t.tool, "check", f"--pcap={capture.pcap}", f"--keylog={capture.keys}")
    t.check("a key log through a pipe", (done.returncode, done.stdout) == (1, direct.stdout), done)
    with open(large, "wb") as file:
        file.truncate((64 << 20) + 1)
    for path in ("/dev/zero", large):
        done = t.command(t.tool, "check", f"--pcap={capture.pcap}", f"--keylog={path}")
        t.check(f"a key log that is too large, {path}", (done.returncode, done.stdout, done.stderr) ==
                (2, "", f"endwell: {path}: a key log of more than 64 MB\n"), done)


def forms(t, folder, captures):
    """Two connections with the same finding at the same end are one finding."""
    first, second, path = captures["late", "1.2"], captures["late", "1.3"], pathlib.Path(folder) / "both"
    second.packets.ports = (second.packets.ports[0], first.packets.ports[1])
    second.write()
    path.write_bytes(pathlib.Path(first.pcap).read_bytes() + pathlib.Path(second.pcap).read_bytes()[24:])
    keys, sarif, junit, kept = (pathlib.Path(folder) / name for name in ("keys", "sarif", "junit", "kept"))
    keys.write_bytes(pathlib.Path(first.keys).read_bytes() + pathlib.Path(second.keys).read_bytes())
    verdict = Verdict(t, f"--pcap={path}", f"--keylog={keys}", f"--format=sarif={sarif}", f"--format=junit={junit}",
                      f"--trace={kept}")
    t.check("two connections", verdict.report.get("connections") == 4 and verdict.status == 1, verdict)
    late = [f["connections"] for f in verdict.report["findings"] if f["rule"] == "EW050"]
    t.check("two connections, one finding", late == [2], verdict)
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    t.check("SARIF has the finding", "EW050" in {r["ruleId"] for r in results}, results)
    cases = {c.get("name").split()[0]: c for c in xml.etree.ElementTree.parse(junit).getroot()}
    t.check("JUnit has the finding", cases["EW050"].find("failure") is not None, verdict)
    t.check("JUnit passes no rule of calls", cases["EW010"].find("skipped") is not None, verdict)
    t.check("the text has the order",
            re.search(r" sends close_notify\n(.* is sent .*\n)*.* > sends data\n", verdict.out), verdict.out)
    told = [json.loads(one) for one in kept.read_text(encoding="utf-8").splitlines()[1:]]
    told = [(one["what"], one["sent"]) for one in told if one["conn"].startswith("client")]
    t.check("a run of records is told once", all(a != b or a[0] != "handshake" for a, b in zip(told, told[1:])), told)
    again = Verdict(t, kept)
    for finding in again.report["findings"] + verdict.report["findings"]:
        finding.pop("line")  # of the trace, and the number of the packet
    t.check("the trace that was kept", again.report == verdict.report and again.status == 1, again)


def line(what, sent, **more):
    return json.dumps(dict({"v": 1, "kind": "wire", "t": 1, "pid": 0, "tid": 0, "conn": "client a:1", "version": 772,
                            "place": "client of b:2", "what": what, "sent": sent, "unacked": 0}, **more))


START = [json.dumps({"v": 1, "kind": "capture", "t": 0, "pid": 0, "tid": 0}), line("beginning", True),
         line("finished", False), line("finished", True)]


def lines(t, folder):
    """What no capture here shows, from lines of a trace."""
    path, found = pathlib.Path(folder) / "lines", set()
    notice, answer, end, reset = (line("close_notify", True), line("close_notify", False), line("end", True),
                                  line("reset", True))
    fatal, told = line("fatal alert", True), line("fatal alert", False)
    for name, passed, expected, status in (
            ("data behind a fatal alert", [fatal, line("data", True), end], {"EW054": "error"}, 1),
            ("close_notify behind a fatal alert", [fatal, notice, end], {"EW054": "error"}, 1),
            ("a fatal alert alone", [fatal, end], {}, 0),
            ("an end after the peer's fatal alert", [told, end], {}, 0),
            ("an end after the peer was cut off", [line("end", False), end], {}, 0),
            ("a reset that the peer sent", [line("reset", False)], {}, 0),
            ("an end behind the peer's reset", [line("reset", False), end], {}, 0),
            ("a reset behind close_notify, all acknowledged", [notice, reset], {"EW053": "warning"}, 1),
            ("a reset behind close_notify, not all acknowledged", [notice, line("reset", True, unacked=3)],
             {"EW053": "error"}, 1),
            ("a reset behind both", [notice, answer, end, reset], {"EW053": "note"}, 0),
            ("a reset after the peer's close_notify", [answer, reset], {"EW052": "warning"}, 1),
            ("a second close_notify", [notice, notice, end], {"EW050": "error"}, 1),
            ("a ticket behind close_notify", [notice, line("handshake", True), end], {"EW050": "error"}, 1),
            ("a fatal alert behind close_notify", [notice, fatal, end], {"EW050": "error"}, 1),
            ("a warning alert, then all in order", [line("warning alert", True), notice, end], {}, 0),
            ("data of the peer behind our close_notify", [notice, line("data", False), end], {}, 0),
            ("a hidden alert", [line("hidden alert", True), end], {}, 2)):
        path.write_text("\n".join(START + passed) + "\n", encoding="utf-8")
        verdict = Verdict(t, path)
        t.check(name, (verdict.of("client"), verdict.status) == (expected, status), verdict)
        t.check(f"{name}: its end is in the capture", "ends before" not in verdict.unseen.get("EW051", ""), verdict)
        found |= set(expected)
    path.write_text("\n".join(START + [line("a riddle", True)]) + "\n", encoding="utf-8")
    verdict = Verdict(t, path)
    t.check("a line that says nothing is refused", verdict.status == 2 and f"{path}:5: " in verdict.said, verdict)
    path.write_text("\n".join(START[:3] + [end]) + "\n", encoding="utf-8")
    t.check("no handshake: nothing is said, and no pass", Verdict(t, path).status == 2, Verdict(t, path))
    return found


def test_wire(t):
    with tempfile.TemporaryDirectory() as folder:
        captures, found = ways(t, folder)
        found |= lines(t, folder)
        t.check("each rule of the wire was found", found == set(wire_rules()), found)
        left_the_same(t, folder, captures)
        without_keys(t, captures)
        refused(t, folder, captures)
        key_logs(t, folder, captures)
        forms(t, folder, captures)
        with_gaps(t, captures)
        unacknowledged(t, captures)
