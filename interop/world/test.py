#!/usr/bin/env python3
"""test.py [--quick] --tool FILE --certs DIR --build DIR --compiler WORDS --linker WORDS: the runner's own test.

Peers that misbehave on purpose (fake_peer.py) have to be judged as such, with our side as
specified; bugs planted in our code (planted/) have to fail with a peer that does nothing wrong, or as it is;
figures and pages that were changed have to be noticed. With --quick half of all that (sample.py).
Needs none of the packages of ./setup world.
"""
import argparse
import glob
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import rooms  # where the modules below are
import cells
import dialogues
import frame
import orders
import page_test
import planted
import processes
import world
import verdicts
from edits import Edit
from sample import Sample
from verdicts import LETTER, LOSS, PASS, RISKY, UNSEEN, VIOLATION

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LANES = 4
# (mode, role, order, TLS version): verdict on the peer, and a part of what is said of it
FAKES = {
    ("honest", "server", "we-first", "1.3"): (PASS, "close_notify, then FIN"),
    ("honest", "server", "peer-first", "1.2"): (PASS, "close_notify, then FIN"),
    ("honest", "server", "half-close", "1.3"): (PASS, "all data"),
    ("honest", "server", "peer-drops", "1.3"): (UNSEEN, "without close_notify"),
    ("honest", "server", "peer-silent", "1.2"): (PASS, "close_notify, then FIN"),
    ("no-notice", "server", "we-first", "1.3"): (VIOLATION, "FIN without close_notify"),
    ("no-notice", "server", "peer-first", "1.2"): (VIOLATION, "FIN without close_notify"),
    ("cut", "server", "peer-first", "1.3"): (VIOLATION, "FIN inside a record"),
    ("reset", "server", "we-first", "1.3"): (VIOLATION, "a reset without close_notify"),
    ("notice-reset", "server", "we-first", "1.2"): (RISKY, "close_notify, then a reset"),
    ("mute", "server", "we-first", "1.3"): (RISKY, "no answer"),
    ("mute", "server", "we-first", "1.2"): (VIOLATION, "no answer"),
    ("late", "server", "we-first", "1.3"): (RISKY, "only once we had ended TCP"),
    ("late", "server", "we-first", "1.2"): (LETTER, "only once we had ended TCP"),
    ("honest", "server", "half-close", "1.2"): (LETTER, "1,000,008 of 1,000,008 bytes; all data"),
    ("loses", "server", "peer-first", "1.3"): (LOSS, "400,000 of 1,000,008 bytes; close_notify"),
    ("loses", "server", "half-close", "1.3"): (LOSS, "400,000 of 1,000,008 bytes; the rest"),
    ("loses", "server", "half-close", "1.2"): (LOSS, "bytes; discards what is left, as TLS 1.2"),
    ("loses-and-drops", "server", "peer-first", "1.3"):
        (VIOLATION, "400,000 of 1,000,008 bytes; FIN without close_notify"),
    ("stalls", "server", "peer-first", "1.3"): (UNSEEN, "it did not close first when told to"),
    ("deaf", "server", "we-first", "1.3"): (UNSEEN, "the order did not come about"),
    ("gives-up", "server", "half-close", "1.3"): (RISKY, "gives up"),
    ("gives-up", "server", "half-close", "1.2"): (PASS, "discards and answers"),
    ("wary", "client", "we-drop", "1.3"): (PASS, "says: error: truncated"),
    ("honest", "client", "we-drop", "1.3"): (RISKY, "taken for an orderly end"),
    ("honest", "server", "notice-only", "1.3"): (PASS, "1,000,008 of 1,000,008 bytes; all data"),
    ("honest", "server", "notice-only", "1.2"): (LETTER, "all data, then close_notify"),
    ("waits", "server", "notice-only", "1.3"): (RISKY, "no answer for four seconds; once we had"),
    ("honest", "server", "mid-write", "1.3"): (PASS, "8,000,008 of 8,000,008 bytes; all data"),
    ("loses", "server", "mid-write", "1.3"): (LOSS, "3,000,000 of 8,000,008 bytes; the rest"),
    ("loses", "server", "mid-write", "1.2"): (LOSS, "bytes; discards what is left, as TLS 1.2"),
    ("loses-and-resets", "server", "mid-write", "1.3"): (LOSS, "a reset destroys the rest"),
    ("honest", "client", "mid-write", "1.3"): (PASS, "8,000,008 of 8,000,008 bytes; all data"),
    ("honest", "client", "mid-write", "1.2"): (LETTER, "8,000,008 of 8,000,008 bytes; all data"),
    ("loses", "client", "mid-write", "1.2"): (LOSS, "3,000,000 of 8,000,008 bytes; discards what is left"),
    ("loses-ten", "client", "mid-write", "1.3"): (LOSS, "7,999,998 of 8,000,008 bytes; the rest"),
    ("loses-and-resets", "client", "mid-write", "1.3"): (LOSS, "a reset destroys the rest"),
    ("loses-and-resets", "server", "peer-first", "1.2"): (LOSS, "a reset destroys the rest"),
    ("stays", "client", "we-drop", "1.3"): (UNSEEN, "it has not ended"),
    ("stays", "client", "we-first", "1.3"): (UNSEEN, "it has not ended, so its output"),
    ("swallows", "client", "we-first", "1.2"): (LOSS, "1,000 of 1,000,008 bytes; close_notify"),
    ("swallows-behind-a-banner", "client", "we-first", "1.2"): (LOSS, "1,000,007 of 1,000,008 bytes"),
    ("gives-up-and-resets", "server", "half-close", "1.3"): (VIOLATION, "a reset without close_notify"),
}

# Of a protocol that begins before TLS, and has bytes that no argument can hold
FAKES.update({
    ("asked", "server", "we-first", "1.2"): (PASS, "close_notify, then FIN"),
    ("asked", "client", "peer-first", "1.3"): (PASS, "close_notify, then FIN"),
})
ASKED = {"before_tls": ":postgres", "keep": r"keep\x0a", "hear": r"\x74he end\x0a", "last": r"bye\x0a"}
for _list in (dialogues.SERVERS, dialogues.CLIENTS):
    _list["asked"] = {**_list["line"], **ASKED}

# With each other engine of ours, in each TLS version
EACH = {
    ("no-notice", "server", "we-first"): (VIOLATION, "FIN without close_notify"),
    ("honest", "client", "peer-first"): (PASS, "close_notify, then FIN"),
}
# A program, and the exit status that is waited for
RESTS = {
    "a program that computes for two seconds": (
        "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass", 0),
    "a child that computes for two seconds": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; "
        "end = time.monotonic() + 2\\nwhile time.monotonic() < end: pass'])", 0),
    "a program that sleeps": ("import time; time.sleep(60)", None),
}
CHILD = "import subprocess, sys, time\n" \
    "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n" \
    "print('port', child.pid, flush=True)\ntime.sleep(60)"

ORPHANS = """
import subprocess, sys, time
sys.path.insert(0, {here!r})
import rooms, processes, world
def run():
    for _ in range(5):
        subprocess.run(["sh", "-c", "sleep 0.2 & sleep 0.2 & exit 0"], check=True)
    here, end = 10, time.monotonic() + 100
    while here and time.monotonic() < end:
        time.sleep(0.1)
        told = [said for said in processes.everybody().values() if said["Name"] == ["sleep"]]
        here = len(told)
    return 100 if any(said["State"][0] != "Z" for said in told) else here
sys.exit(world.isolated(run))
"""


def fake(mode, role):
    where = ["server", "{cert}", "{key}"] if role == "server" else ["client", "{port}"]
    dialogue = "asked" if mode in ("asked", "refuses") else "line"
    return {"role": role, "dialogue": dialogue, "tls": ["1.2", "1.3"], "once": True, "talks": True,
            "output": role == "client",
            "argv": [sys.executable, os.path.join(HERE, "fake_peer.py"), mode, *where, "{tls}"]}


def settings(tool):
    """(engine, TLS version) of our side, as far as ports were built."""
    said = world.run_tool(tool, "--engines")
    return [(name, tls) for name, *both in map(str.split, said.splitlines()) for tls in both
            if name != "openssl"]


# Peers --------------------------------------------------------------------------------------------

def problem_with_fake(bench, key, expected, engine="openssl"):
    mode, role, order, tls = key
    table, clean = fake(mode, role), None
    if order == "we-drop":
        clean = cells.cell(bench, mode, table, "we-first", engine, tls, None)[1]
    record, _ = cells.cell(bench, mode, table, order, engine, tls, clean)
    if record["ours"] != "passed":
        return f"our side {record['ours']}: {record.get('differences') or record['seen']}"
    if record["verdict"] != expected[0] or expected[1] not in record["seen"]:
        return f"{record['verdict']}: {record['seen']}; expected {expected[0]}: {expected[1]}"
    return None


def problem_with_absent(bench):
    """A peer that does not start is no pass."""
    table = {**fake("honest", "server"), "argv": [sys.executable, "-c", "raise SystemExit('absent')"]}
    record, _ = cells.cell(bench, "absent", table, "we-first", "openssl", "1.3", None)
    good = record["ours"] == "no connection" and "absent" in record["seen"]
    return None if good else f"{record['ours']}: {record['seen']}"


def problem_with_refused(bench):
    """A server that has no TLS is no pass either."""
    record, _ = cells.cell(bench, "refuses", fake("refuses", "server"), "we-first", "openssl", "1.3", None)
    good = record["ours"] == "no connection" and "no TLS in postgres" in record["seen"]
    return None if good else f"{record['ours']}: {record['seen']}"


def problem_with_child(folder):
    """What a program started in a session of its own is stopped, and ends, with it."""
    peer = processes.Process([sys.executable, "-c", CHILD], folder, "family")
    try:
        child = int(peer.port()[1])
        peer.signal(signal.SIGSTOP)
        stopped = comes_to(child, "T")
    finally:
        peer.end()
    return None if stopped and comes_to(child, "ZX") else f"stopped: {stopped}, and it goes on behind the end"


def problem_with_orphans(folder):
    """Who outlives its parent is waited for, and is not read for ever among those who run."""
    script = os.path.join(folder, "orphans.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(ORPHANS.format(here=HERE))
    left = subprocess.run([sys.executable, script], check=False, timeout=300).returncode
    return None if left == 0 else f"exit {left} (100: none ended; else so many were left)"


def comes_to(number, letters):
    """Whether that process gets into one of those states; who is gone counts as X."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            state = processes.status(f"/proc/{number}")["State"][0]
        except OSError:
            state = "X"
        if state in letters:
            return True
        time.sleep(0.02)
    return False


def problem_with_missing(bench):
    """A package that is not there is named."""
    try:
        world.versions({"x": {"package": "no-such-package"}})
    except world.CannotRun as error:
        return None if "no-such-package" in str(error) else str(error)
    return "nothing was said about a package that is not there"


def problem_with_unknown_end(folder):
    """A page by whose end nobody can tell whether it came whole."""
    path = os.path.join(folder, "peers.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"x": {"role": "server", "dialogue": "http-page", "page_ends": {"peer-first": "."}}}, file)
    try:
        world.read_table(path, [])
    except world.CannotRun as error:
        return None if "in half-close" in str(error) else str(error)
    return "nothing was said about a page without an end"


def problem_with_rest(folder, program, expected):
    """A program is at rest when it sleeps, not when it takes its time."""
    peer = processes.Process([sys.executable, "-c", program], folder, "rest")
    try:
        status = peer.rest(0.5)
    finally:
        peer.end()
    return None if status == expected else f"exit status {status}, expected {expected}"


# A verdict without its observation -----------------------------------------------------------------

SEEN = {"alerts_in": ["close notify"], "alerts": {"us": 1, "peer": 1}, "eof": {"us": 1, "peer": 1},
        "reset": {"us": 0, "peer": 0}, "cut": {"us": 0, "peer": 0}, "incomplete": False,
        "peer_notice_before_our_fin": True, "peer_notice_before_its_end": True,
        "received": orders.WHOLE, "heard": 0, "received_after": orders.WHOLE, "tail": "xxx" + orders.SHOWN_MARK,
        "calls": [{"step": "read", "error": "none"}, {"step": "shutdown", "error": "none"},
                  {"step": "finish", "error": "none"}, {"step": "silent", "error": "want_read"}]}
SAID = {"exit": 0, "bytes": orders.WHOLE, "marked": True, "more": 0, "lines": [], "clean": {"exit": 0, "lines": []}}
NO_CALLS = {"calls": [{"step": "shutdown", "error": "none"}, {"step": "close", "error": "none"}]}
FAILED_SAY = {"calls": SEEN["calls"] + [{"step": "say", "error": "syscall"}]}
UNREADABLE = {"alerts_in": ["unreadable"], "peer_notice_before_our_fin": False,
              "peer_notice_before_its_end": False}
# What is missing, and the orders whose verdict names it
MISSING = {
    "the dialogue before": ({"incomplete": True}, {}, tuple(orders.ORDERS)),
    "what we had to say": (FAILED_SAY, {}, tuple(orders.ORDERS)),
    "our call": (NO_CALLS, {}, tuple(verdicts.PLAYED)[:-1]),
    "our close_notify": ({"alerts": {"us": 0, "peer": 1}}, {}, verdicts.OUR_NOTICE_FIRST),
    "what the alert says": (UNREADABLE, {}, tuple(verdicts.PLAYED)[:-1]),
    "the exit status": ({}, {"exit": None}, ("we-drop",)),
    "the exit status to compare with": ({}, {"clean": {"exit": None, "lines": []}}, ("we-drop",)),
    "an orderly end to compare with": ({}, {"clean": None}, ("we-drop",)),
    "output of a client that goes on": ({}, {"exit": None, "bytes": 1000}, ("we-first",)),
}


def problem_with_missing_observation(order, seen, said):
    """No verdict but NOT-OBSERVABLE; and with the observation there is another."""
    role = "client" if order == "we-first" and "bytes" in said else "server"
    table = fake("honest", role)
    whole, _, _ = verdicts.judge(order, SEEN, SAID, table, "1.3")
    verdict, text, _ = verdicts.judge(order, {**SEEN, **seen}, {**SAID, **said}, table, "1.3")
    if whole == UNSEEN and order != "peer-drops":
        return f"{order} with all observations is {whole}"
    return None if verdict == UNSEEN else f"{order}: {verdict}: {text}; expected {UNSEEN}"


def problem_with_other_alert(order):
    """An alert that is none of close_notify is no end of data."""
    seen = {**SEEN, **UNREADABLE, "alerts_in": ["decode error"]}
    verdict, text, _ = verdicts.judge(order, seen, SAID, fake("honest", "server"), "1.3")
    return None if verdict == VIOLATION else f"{order}: {verdict}: {text}"


# Our side -----------------------------------------------------------------------------------------

def linked(edit, linker):
    """The linker's words, with the changed object in the place of the sound one."""
    unit = planted.head(edit.path, "unit") if edit.file.endswith(".h") else edit.file
    replaced = "/" + os.path.basename(unit)[:-2] + ".o"
    if not any(word.endswith(replaced) for word in linker):
        raise world.CannotRun(f"{edit.path}: the program has no {replaced[1:]}")
    return ["@" if word.endswith(replaced) else word for word in linker]


def problem_with_planted(bench, path, folder, compiler, linker):
    with open(path, encoding="utf-8") as file:
        head = dict(line[2:].strip().split(": ", 1) for line in file
                    if line.startswith("# ") and ": " in line)
    edit = Edit(path)
    broken = cells.Bench(planted.build(edit, folder, compiler, linked(edit, linker)), bench.folder,
                         os.path.dirname(bench.values["cert"]))
    record, _ = cells.cell(broken, head["peer"], fake(head["peer"], "server"), head["order"],
                           "openssl", "1.3", None)
    found = [d for d in record.get("differences", [])
             if head["finds"] in f"{d['got']} {d['want']}"]
    if record["ours"] == "failed" and found:
        return None
    return f"our side {record['ours']}, and nothing says: {head['finds']}; " \
        f"{record.get('differences') or record['seen']}"


# The program --------------------------------------------------------------------------------------

def tests(bench, given, folder):
    """(name, test), the slow ones first."""
    compiler, linker = shlex.split(given.compiler), shlex.split(given.linker)
    for path in sorted(glob.glob(os.path.join(HERE, "planted", "*.patch"))):
        yield os.path.relpath(path, ROOT), \
            lambda path=path: problem_with_planted(bench, path, folder, compiler, linker)
    for key, expected in sorted(FAKES.items(), key=lambda item: item[0][0] != "mute"):
        yield " ".join(key), lambda key=key, expected=expected: \
            problem_with_fake(bench, key, expected)
    for engine, tls in settings(bench.tool):
        for key, expected in EACH.items():
            key += (tls,)
            yield " ".join(key) + " " + engine, \
                lambda key=key, expected=expected, engine=engine: \
                problem_with_fake(bench, key, expected, engine)
    yield "a peer that does not start", lambda: problem_with_absent(bench)
    yield "a peer that refuses TLS", lambda: problem_with_refused(bench)
    yield "a child in another session", lambda: problem_with_child(tempfile.mkdtemp(dir=folder))
    yield "who outlives its parent", lambda: problem_with_orphans(tempfile.mkdtemp(dir=folder))
    yield "a package that is missing", lambda: problem_with_missing(bench)
    yield "a page without an end", lambda: problem_with_unknown_end(tempfile.mkdtemp(dir=folder))
    for what, (seen, said, named) in MISSING.items():
        for order in named:
            yield f"{order} without {what}", lambda order=order, seen=seen, said=said: \
                problem_with_missing_observation(order, seen, said)
    for order in tuple(verdicts.PLAYED)[:-1]:
        yield f"{order} with another alert", lambda order=order: problem_with_other_alert(order)
    for name, (program, status) in RESTS.items():
        yield name, lambda program=program, status=status: \
            problem_with_rest(tempfile.mkdtemp(dir=folder), program, status)
    yield "a command of a report that plays nothing", lambda: page_test.problem_with_command("curl")
    yield "a command of its calls that plays nothing", lambda: page_test.problem_with_command("apache")
    for name, (change, says) in page_test.MERGES.items():
        yield "cells merged, " + name, lambda change=change, says=says: page_test.problem_with_merge(change, says)
    for name, (change, says) in page_test.FURTHERS.items():
        yield "another run " + name, lambda change=change, says=says: page_test.problem_with_further(change, says)
    for name, (change, says) in page_test.PAGES.items():
        place = tempfile.mkdtemp(dir=folder)
        yield name, lambda place=place, change=change, says=says: \
            page_test.problem_with_page(place, change, says)


def guarded(test):
    try:
        return test()
    except Exception as error:   # a test that breaks is a test that failed
        return f"{type(error).__name__}: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("tool", "certs", "build", "compiler", "linker"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    os.makedirs(given.build, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="test-", dir=os.path.abspath(given.build))
    try:
        bench = cells.Bench(os.path.abspath(given.tool), folder, os.path.abspath(given.certs))
        named = list(tests(bench, given, folder))
        if given.quick:
            sample = Sample(2)
            named = sample.of(named)
            print(f"half of the tests: {sample}")
        said = list(frame.play([test for _, test in named], guarded, lanes=LANES))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    failed = [(name, problem) for (name, _), problem in zip(named, said) if problem]
    for name, problem in failed:
        print(f"{name}: {problem}")
    print(f"{len(named) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
