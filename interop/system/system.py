#!/usr/bin/env python3
"""system.py TOOL --out FILE [--every N]: faults of the system under the adapter, every subject.

Runs the tool once for each subject, two at a time, and writes what was played and found. Exits 0, 1
on a finding, 2 when a subject could not be run.
"""
import argparse
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "proofs"))
import evidence  # noqa: E402
from progress import Progress  # noqa: E402

LANES = 2
AT_MOST = 300   # seconds for one subject
SHOWN = 20      # findings on the screen; the file has them all
JUDGED = ["interop/system/*.[ch]", "src/*.[ch]", "src/tests/link.c", "gen/out/ew_core.[ch]"]


class Subject:
    """One subject: what its program printed."""

    def __init__(self, name):
        self.name, self.groups, self.findings, self.status = name, [], [], None

    def play(self, command, progress):
        process = subprocess.Popen(command + ["--subject", self.name], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        late = threading.Timer(AT_MOST, process.kill)
        late.start()
        said = []
        reader = threading.Thread(target=lambda: said.extend(process.stderr))
        reader.start()
        for line in process.stdout:
            self.groups.append(json.loads(line))
            progress.goal()
        reader.join()
        self.status = process.wait()
        late.cancel()
        progress.over()
        self.findings = [line.rstrip() for line in said]
        if self.status not in (0, 1):
            self.findings.append(f"{self.name}: the program ended with status {self.status}")


def tools():
    versions = {"gcc": ["gcc", "-dumpfullversion"], "openssl": ["openssl", "version"],
                "mbedtls": ["pkg-config", "--modversion", "mbedtls"], "kernel": ["uname", "-sr"]}
    told = {}
    for name, command in versions.items():
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told[name] = done.stdout.strip() or "unknown"
    return told


def report(subjects, every):
    groups = [group for subject in subjects for group in subject.groups]
    total = {}
    for group in groups:
        for call, runs in group["by_call"].items():
            total[call] = total.get(call, 0) + runs
    return {"runs": sum(group["runs"] for group in groups),
            "failed": sum(group["failed"] for group in groups), "by_call": total,
            "handshake_allocations_every": every, "groups": groups,
            "findings": [line for subject in subjects for line in subject.findings],
            "spec_sha256": evidence.spec_sha256(), "sources": evidence.matching(JUDGED),
            "tools": tools()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--out", required=True)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    try:
        names = subprocess.run([given.tool, "--list"], capture_output=True, text=True,
                               check=True).stdout.split()
        # Bignums make mbedTLS the slowest: it goes first.
        subjects = [Subject(name) for name in sorted(names, key=lambda name: name[0] != "m")]
        command = [given.tool, "--every", str(given.every)]
        progress = Progress("system faults", len(subjects), "subjects", "scenarios")
        with ThreadPoolExecutor(LANES) as lanes:
            list(lanes.map(lambda subject: subject.play(command, progress), subjects))
        told = report(subjects, given.every)
        evidence.write(given.out, told)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        print(f"system-faults: {error}", file=sys.stderr)
        return 2
    for line in told["findings"][:SHOWN]:
        print(line)
    if len(told["findings"]) > SHOWN:
        print(f"and {len(told['findings']) - SHOWN} more, in {given.out}")
    print(f"{told['runs'] - told['failed']} passed, {told['failed']} failed")
    return 1 if told["findings"] or told["failed"] or not told["runs"] else 0


if __name__ == "__main__":
    sys.exit(main())
