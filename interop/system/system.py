#!/usr/bin/env python3
"""system.py TOOL --out FILE [--every N | --quick] [--packages NAME...]: faults of the system.

Runs the tool once for each subject, two at a time, and writes what was played and found. --quick: a
sample of the runs. --packages: those of the engines; their versions are kept. Exits 0, 1 on a
finding, 2 when a subject could not be run, 3 when there is none but a run did not end, alone too.
"""
import argparse
import json
import sys

import rooms  # where the modules below are
import evidence
import frame
import packages
from progress import Progress
from tool import Late, follow, run

AT_MOST = 900   # seconds for one subject
SHOWN = 20      # findings on the screen; the file has them all
JUDGED = ["interop/system/*.[ch]", "src/*.[ch]", "src/tests/link.c", "gen/out/*.[ch]"]


class Subject:
    """One subject: what its program printed."""

    def __init__(self, name):
        self.name, self.groups, self.findings = name, [], []

    def play(self, command, progress):
        """Late if a run of it does not end, which the program says, or the program itself."""
        self.groups, self.findings = [], []

        def group(line):
            self.groups.append(json.loads(line))
            progress.goal()

        status = follow(*command, "--subject", self.name, statuses=None, line=group,
                        error=lambda line: self.findings.append(line.rstrip()), seconds=AT_MOST)
        if status == frame.RAN_OUT:
            raise Late(self.findings[-1])
        if status not in (0, 1):
            self.findings.append(f"{self.name}: the program ended with status {status}")


def names_of(tool):
    """The subjects that the tool has."""
    return run(tool, "--list").split()


def about(of_engines):
    """What was judged and by what; the packages are those of the engines."""
    return {"spec_sha256": evidence.spec_sha256(), "sources": evidence.matching(JUDGED),
            "tools": packages.tools(of_engines, gcc=("gcc", "-dumpfullversion"),
                                    kernel=("uname", "-sr"))}


def report(subjects, played, given):
    groups = [group for subject in subjects for group in subject.groups]
    total = {}
    for group in groups:
        for call, runs in group["by_call"].items():
            total[call] = total.get(call, 0) + runs
    return {"runs": sum(group["runs"] for group in groups),
            "failed": sum(group["failed"] for group in groups), "by_call": total,
            "limited": sum(group["limited"] for group in groups), "quick": given.quick,
            "tried_again": played.again, "out_of_time": played.late,
            "handshake_allocations_every": given.every, "groups": groups,
            "findings": [line for subject in subjects for line in subject.findings],
            **about(given.packages)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--out", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--packages", nargs="*", default=[])
    given = parser.parse_args()
    subjects = [Subject(name) for name in names_of(given.tool)]
    command = [given.tool, *(["--quick"] if given.quick else ["--every", str(given.every)])]
    progress = Progress("system faults", len(subjects), "subjects", "scenarios")
    played = frame.play(subjects, lambda subject: subject.play(command, progress), progress)
    told = report(subjects, played, given)
    evidence.write(given.out, told)
    for line in told["findings"][:SHOWN]:
        print(line)
    if len(told["findings"]) > SHOWN:
        print(f"and {len(told['findings']) - SHOWN} more, in {given.out}")
    print(f"{told['limited']} runs without memory ended in a limit of the engine")
    failed = max(told["failed"], len(told["findings"])) if told["runs"] else 1
    return played.close(told["runs"] - told["failed"], failed)


if __name__ == "__main__":
    sys.exit(frame.ends("system-faults", main))
