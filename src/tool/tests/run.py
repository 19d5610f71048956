#!/usr/bin/env python3
"""run.py: endwell on its own test programs.

Every rule of spec/rules.md has a program EWnnn, which is found by exactly that rule when it does wrong
and not at all when it does right. Every trap_* says by its name what the recorder must survive.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from correct import test_correct
from device import test_device
from ends import test_ends
from explain import test_explain, test_page
from forms import (NOTHING, test_chosen, test_cut, test_ended, test_exit, test_forms, test_ignored, test_no_trace,
                   test_suppressions, test_verdict)
from hostile import test_hostile
from html_page import test_html
from limits import test_large, test_limits
from places import test_places
from processes import test_processes
from recorders import test_recorders
from report_page import test_report
from small import test_small
from streams import test_streams
from wire import test_wire, wire_rules

RULES = pathlib.Path("spec/rules.md")
LIMIT = 300     # seconds: no end by then on any machine, it hangs


def rules():
    return re.findall(r"^\| (EW\d{3}) \|", RULES.read_text(encoding="utf-8"), re.MULTILINE)


# What each trap is found by, and what cannot be seen in it.
TRAPS = {
    "trap_closed": ({"EW010"}, set()),
    "trap_cleared": ({"EW010"}, set()),
    "trap_dlsym": ({"EW010"}, set()),
    "trap_dlvsym": ({"EW010"}, set()),
    "trap_forked": (set(), {"EW010", "EW011", "EW012", "EW031"}),
    "trap_killed": (set(), {"EW010", "EW011", "EW012", "EW031"}),
    "trap_threads": ({"EW010"}, set()),
    "trap_early": ({"EW010"}, set()),
    "trap_dup": ({"EW031"}, set()),
    "trap_reused": (set(), {"EW031"}),
    "trap_preload": ({"EW010"}, set()),
    "trap_full": (set(), set(rules())),
    "trap_disk": (set(), set(rules())),
    "trap_slots": (set(), set()),
    "trap_bio": (set(), set()),
    "trap_two": ({"EW010"}, set()),
    "trap_ignored": ({"EW032"}, set()),
    "trap_write": ({"EW020"}, set()),
    "trap_freed": ({"EW010"}, set()),
    "trap_jump": ({"EW010"}, set()),
    "trap_reset": ({"EW010", "EW031"}, set()),
    "trap_reset_freed": ({"EW010"}, set()),
    "trap_reset_left": ({"EW010"}, set()),
    "trap_pending": (set(), set()),
    "trap_range": ({"EW031"}, set()),
}
# Those with a twin that is in order.
RIGHT_TRAPS = ("trap_early", "trap_dup", "trap_write", "trap_dlsym", "trap_dlvsym", "trap_freed", "trap_jump",
               "trap_reset", "trap_reset_freed", "trap_reset_left", "trap_range")


class Tests:
    def __init__(self, arguments):
        self.tool = str(pathlib.Path(arguments.tool).resolve())
        self.installed = pathlib.Path(arguments.installed).resolve()
        self.programs = pathlib.Path(arguments.programs).resolve()
        self.environment = dict(os.environ, ENDWELL_CERTS=str(pathlib.Path(arguments.certs).resolve()))
        self.compiler = shlex.split(arguments.cc)
        self.wasm, self.wasm_link = shlex.split(arguments.wasm), shlex.split(arguments.wasm_link)
        self.generator = arguments.generator
        self.passed = self.failed = 0
        self.judged = {}

    def second_libssl(self):
        """A copy of the installed libssl that the loader takes for another one."""
        linked = self.command("ldd", str(self.programs / "EW010")).stdout
        path = re.search(r"libssl\.so\.\d+ => (\S+)", linked)
        if not path:
            sys.exit("test-tool: EW010 is not linked with libssl")
        name = os.path.basename(path[1]).encode()
        other = name[:-1] + b"9"
        copy = self.programs / other.decode()
        copy.write_bytes(pathlib.Path(path[1]).read_bytes().replace(name + b"\0", other + b"\0"))
        self.environment["ENDWELL_SECOND"] = str(copy)

    def check(self, what, ok, seen=""):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}: {seen}")

    def command(self, *words, **more):
        return subprocess.run(words, capture_output=True, text=True, errors="surrogateescape", timeout=LIMIT,
                              env=self.environment, **more)

    def judge(self, *program, options=()):
        """The findings of a program as {rule: level}, what was not observable, and the run itself: one run for
        whoever asks for the same, without options, which may name a file that changes."""
        asked = (self.tool, *sorted(self.environment.items()), *map(str, program))
        if options:
            return self.judge_now(*program, options=options)
        if asked not in self.judged:
            self.judged[asked] = self.judge_now(*program)
        return self.judged[asked]

    def judge_now(self, *program, options=()):
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report.json")
            done = self.command(self.tool, "run", f"--format=json={report}", *options, *map(str, program))
            if not os.path.exists(report):
                return {"none": done.stderr[-500:]}, set(), done
            with open(report, encoding="utf-8") as file:
                said = json.load(file)
        found = {f["rule"]: f["level"] for f in said["findings"] if not f["suppressed"]}
        return found, {u["rule"] for u in said["not_observable"]}, done


def test_rules(t):
    listed = rules()
    t.check("the page has rules", len(listed) > 0)
    for rule in set(listed) - set(wire_rules()):
        program = t.programs / rule
        if not program.exists():
            t.check(f"{rule} has a wrong program and its right twin", False, "no such program")
            continue
        found, _, done = t.judge(program, "wrong")
        t.check(f"{rule} wrong: found by it alone", set(found) == {rule} and done.returncode == 0,
                f"{found}, exit {done.returncode}, {done.stderr[:300] if done.returncode else ''}")
        found, _, done = t.judge(program, "right")
        t.check(f"{rule} right: silent", not found and done.returncode == 0,
                f"{found}, exit {done.returncode}")
    strangers = {p.name for p in t.programs.glob("EW???")} - set(listed)
    t.check("no program of a rule that is not on the page", not strangers, strangers)


def test_gnutls(t):
    """The rules that GnuTLS can break, each on a wrong program of it and the right twin."""
    programs = sorted((t.programs / "gnutls").glob("EW???"))
    t.check("there are programs of GnuTLS", len(programs) >= 6, programs)
    for program in programs:
        found, unseen, done = t.judge(program, "wrong")
        t.check(f"{program.name} of GnuTLS, wrong: found by it alone", set(found) == {program.name} and
                done.returncode == 0, f"{found}, exit {done.returncode}, {done.stderr[:300]}")
        t.check(f"{program.name} of GnuTLS: the fix in its words", "gnutls_bye" in done.stderr, done.stderr[-900:])
        t.check(f"{program.name} of GnuTLS: what it does not have", {"EW020", "EW021", "EW032"} <= unseen, unseen)
        found, _, done = t.judge(program, "right")
        t.check(f"{program.name} of GnuTLS, right: silent", not found and done.returncode == 0,
                f"{found}, exit {done.returncode}, {done.stderr[:300]}")
    for name in ("trap_dlsym", "trap_dlvsym", "trap_reset"):
        found, _, done = t.judge(t.programs / "gnutls" / name, "wrong")
        t.check(f"functions of GnuTLS, {name}: found by EW010", set(found) == {"EW010"},
                f"{found}, exit {done.returncode}, {done.stderr[:300]}")
    found, _, done = t.judge(t.programs / "gnutls/trap_reset", "right")
    t.check("GnuTLS, what the peer has reset: silent", not found and done.returncode == 0, (found, done.stderr[:300]))


def close_with_an_alert_unread(t, unacked):
    """What is found in EW031's trace, if it had been so."""
    with tempfile.TemporaryDirectory() as folder:
        trace, report = os.path.join(folder, "trace"), os.path.join(folder, "report")
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW031"), "wrong")
        with open(trace, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        for line in lines:
            if line["kind"] == "close" and line.get("unread"):
                line.update(unread=24, unread_record={"type": 23, "length": 19}, unacked=unacked)
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        t.command(t.tool, "check", f"--format=json={report}", trace)
        with open(report, encoding="utf-8") as file:
            return {found["rule"]: found["level"] for found in json.load(file)["findings"]}


def test_without_state(t):
    """A trace of a recorder that does not say what TCP had come to is judged as if it had not ended."""
    with tempfile.TemporaryDirectory() as folder:
        trace, report = os.path.join(folder, "trace"), os.path.join(folder, "report")
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "trap_reset"), "right")
        with open(trace, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        t.check("TCP's state is said", any(line.get("state") == 7 for line in lines), lines)
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({k: v for k, v in line.items() if k != "state"}) + "\n" for line in lines)
        t.command(t.tool, "check", f"--format=json={report}", trace)
        with open(report, encoding="utf-8") as file:
            found = {found["rule"] for found in json.load(file)["findings"]}
        t.check("a trace without TCP's state", found == {"EW010", "EW031"}, found)


def test_levels(t):
    for rule, level in {"EW001": "note", "EW004": "warning", "EW020": "error", "EW030": "error",
                        "EW032": "error"}.items():
        found, _, _ = t.judge(t.programs / rule, "wrong")
        t.check(f"{rule} is of level {level} here", found.get(rule) == level, found)
    for unacked, level in ((0, "note"), (24, "note"), (5000, "error")):   # 24: our alert, as the peer's
        found = close_with_an_alert_unread(t, unacked)
        t.check(f"a close with an alert unread, {unacked} bytes of ours not acknowledged", found ==
                {"EW031": level}, found)
    found, _, _ = t.judge(t.programs / "trap_ignored", "wrong")
    t.check("an option that ignores an end is a note where there is none", found.get("EW032") == "note", found)


def test_traps(t):
    for name, (rules_found, unseen) in TRAPS.items():
        found, not_seen, done = t.judge(t.programs / name, "wrong")
        killed = name == "trap_killed"
        t.check(f"{name}: found by {sorted(rules_found)}", set(found) == rules_found and
                (done.returncode == 0 or killed), f"{found}, exit {done.returncode}, {done.stderr[:300]}")
        t.check(f"{name}: NOT-OBSERVABLE {sorted(unseen)}", unseen <= not_seen, not_seen)


def test_right_traps(t):
    for name in RIGHT_TRAPS:
        found, _, done = t.judge(t.programs / name, "right")
        t.check(f"{name} right: silent", not found and done.returncode == 0, f"{found}, {done.stderr[-300:]}")


def test_guessed(t):
    """What is not recorded makes likely what would be certain."""
    for name, word in (("trap_early", "likely"), ("trap_jump", "likely"), ("trap_freed", "certain"),
                       ("EW010", "certain")):
        _, _, done = t.judge(t.programs / name, "wrong")
        t.check(f"{name}: {word}", f"confidence: {word}" in done.stderr, done.stderr[-600:])


def test_out_of_reach(t):
    """What cannot be recorded is said, and is no pass."""
    for name in ("a space", "a:colon"):
        with tempfile.TemporaryDirectory() as folder:
            tool = shutil.copytree(t.installed, os.path.join(folder, name)) + "/bin/endwell"
            done = t.command(tool, "run", "/bin/sh", "-c", "echo started")
            t.check(f"a recorder that cannot be preloaded: {name}", (done.returncode, done.stdout) ==
                    (2, "") and "LD_PRELOAD" in done.stderr, done)
    done = t.command(t.tool, "run", "/sbin/ldconfig", "-p")
    t.check("a static program", done.returncode == 2 and "statically" in done.stderr, done.stderr)
    if os.geteuid() != 0:
        print("not run, as it needs root: trap_chroot, a setuid program")
        return
    found, _, done = t.judge(t.programs / "trap_chroot", "wrong")
    t.check("trap_chroot: found by EW010", set(found) == {"EW010"}, f"{found}, {done.stderr[:300]}")
    for folder in pathlib.Path("/tmp").glob("endwell-root-*"):
        folder.rmdir()
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "setuid")
        shutil.copy(t.programs / "EW010", program)
        os.chown(program, 65534, 65534)
        os.chmod(program, 0o4755)
        done = t.command(t.tool, "run", program, "wrong")
        t.check("a setuid program", done.returncode == 2 and "setuid" in done.stderr, done.stderr)


def test_same(t):
    """A program sees and says the same with the recorder and without."""
    for rule in set(rules()) - set(wire_rules()) | {"trap_same"}:
        for way in ("wrong", "right"):
            plain = t.command(str(t.programs / rule), way)
            _, _, watched = t.judge(t.programs / rule, way)
            t.check(f"{rule} {way} prints and returns the same", (plain.stdout, plain.returncode) ==
                    (watched.stdout, watched.returncode), (plain.stdout, watched.stdout))


def test_own(t):
    """A program with a TLS library of its own gets that one, as without the recorder."""
    host = str(t.programs / "own/host")
    plain, watched = t.command(host), t.command(t.tool, "run", host)
    t.check("a TLS library of another name: it works", plain.returncode == 0 and plain.stdout == "1 7 43 2 50 9 112\n",
            plain)
    t.check("a TLS library of another name: the same", (plain.stdout, plain.returncode) ==
            (watched.stdout, watched.returncode), watched)
    t.check("a TLS library of another name: not judged", "no call of libssl" in watched.stderr, watched.stderr)


def test_check(t):
    with tempfile.TemporaryDirectory() as folder:
        trace, out = os.path.join(folder, "trace"), os.path.join(folder, "out")
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
        done = t.command(t.tool, "check", trace)
        t.check("a finding has its line in the source", "by wrong (EW010.c:" in done.stdout and
                "(pair.c:" in done.stdout, done.stdout[:600])
        t.check("check finds what run found", done.returncode == 1 and "EW010 error" in done.stdout, done)
        with open(trace, encoding="utf-8") as file:
            lines = file.read().splitlines()
        for name, text, line in (("not JSON", "{", 1), ("another version", '{"v":2}', 1),
                                 ("no kind", '{"v":1,"kind":"x"}', 1)):
            with open(out, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            done = t.command(t.tool, "check", out)
            t.check(f"a trace that is {name}", done.returncode == 2 and f"{out}:{line}: " in done.stderr,
                    done.stderr)
        with open(out, "w", encoding="utf-8") as file:
            file.write("\n".join(lines[:3]) + '\n{"v":1,"kind":"call","conn":"1.1"}\n')
        done = t.command(t.tool, "check", out)
        t.check("a call without a name", done.returncode == 2 and f"{out}:4: " in done.stderr, done.stderr)
        with open(out, "w", encoding="utf-8") as file:
            file.write(lines[0] + "\n")
        done = t.command(t.tool, "check", out)
        t.check("nothing to judge is no pass", (done.returncode, done.stdout) ==
                (2, f"==endwell== {NOTHING}\n") and done.stderr == "", done)
        t.check("no such trace", t.command(t.tool, "check", out + "x").returncode == 2)


def test_lost(t):
    """Where lines were lost nothing passes, and nothing is certain."""
    for way, status in (("right", 2), ("wrong", 1)):
        with tempfile.TemporaryDirectory() as folder:
            trace, report, junit = (os.path.join(folder, name) for name in ("trace", "report", "junit"))
            t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), way)
            with open(trace, "a", encoding="utf-8") as file:
                file.write('{"v":1,"kind":"lost","t":1,"pid":1,"tid":1,"lines":3}\n')
            done = t.command(t.tool, "check", f"--format=json={report}", f"--format=junit={junit}", trace)
            with open(report, encoding="utf-8") as file:
                said = json.load(file)
            cases = xml.etree.ElementTree.parse(junit).getroot()
            t.check(f"lost, {way}: the exit status", done.returncode == status, done)
            t.check(f"lost, {way}: how many", said["lost"] == 3, said["lost"])
            t.check(f"lost, {way}: every rule is NOT-OBSERVABLE",
                    {u["rule"] for u in said["not_observable"]} == set(rules()), said["not_observable"])
            t.check(f"lost, {way}: no finding is certain",
                    all(f["confidence"].startswith("likely") for f in said["findings"]), said["findings"])
            t.check(f"lost, {way}: no case passes in JUnit", all(len(case) == 1 for case in cases) and
                    int(cases.get("skipped")) + int(cases.get("failures")) == len(cases), cases.attrib)


def test_offset(t):
    """What is no offset is no frame."""
    with tempfile.TemporaryDirectory() as folder:
        trace, report = os.path.join(folder, "trace"), os.path.join(folder, "report")
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
        with open(trace, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        for line in lines:
            if "stack" in line:
                line["stack"] = [["/a/none", offset] for offset in (-1, 1e300, 18)]
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        t.command(t.tool, "check", f"--format=json={report}", trace)
        with open(report, encoding="utf-8") as file:
            stacks = [f["stack"] for f in json.load(file)["findings"]]
        t.check("an offset that is none", stacks == [["none!+0x12"]], stacks)


def test_installed(t):
    """What `make install` puts there runs by itself, and has its page."""
    t.tool = str(t.installed / "bin/endwell")
    found, _, _ = t.judge(t.programs / "EW010", "wrong")
    t.check("the installed program finds its recorder", set(found) == {"EW010"}, found)
    header = t.installed / "include/endwell/ew_trace.h"
    t.check("a firmware's header is installed", header.exists(), header)
    done = t.command("mandoc", "-T", "lint", "-W", "warning", str(t.installed / "share/man/man1/endwell.1"))
    t.check("its page has no warning", done.returncode == 0, done.stdout)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", default="cc")
    for name in ("--tool", "--programs", "--certs", "--installed", "--generator", "--wasm", "--wasm-link"):
        parser.add_argument(name, required=True)
    parser.add_argument("--part", default="1/1", metavar="K/N", help="every Nth test, from the Kth on")
    return parser.parse_args()


def test_of_forms(t):
    test_forms(t, rules())


def test_of_choice(t):
    test_chosen(t, rules())


def test_of_recorders(t):
    test_recorders(t, TRAPS, RIGHT_TRAPS)


ALL = (test_of_forms, test_of_choice, test_of_recorders, test_page, test_rules, test_gnutls, test_levels,
       test_without_state, test_traps, test_right_traps, test_guessed, test_out_of_reach, test_same, test_own,
       test_correct, test_ends, test_processes, test_verdict, test_exit, test_ended, test_ignored, test_check,
       test_cut, test_no_trace, test_lost, test_large, test_offset, test_streams, test_hostile, test_html, test_report,
       test_limits, test_suppressions, test_places, test_small, test_explain, test_device, test_wire, test_installed)


def main():
    given = arguments()
    part = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", given.part)
    if not part or int(part[1]) > int(part[2]):
        print(f"test-tool: --part is K/N, 1/N to N/N, not '{given.part}'", file=sys.stderr)
        return 2
    t = Tests(given)
    t.second_libssl()
    for test in ALL[int(part[1]) - 1::int(part[2])]:
        test(t)
    print(f"test-tool: {t.passed} passed, {t.failed} failed")
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
