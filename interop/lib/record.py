#!/usr/bin/env python3
"""record.py --tool TOOL --out FILE [--sample N] [-- ARGUMENT...]: run a tool, keep what it found.

The tool writes its results as JSON; here they get the specification they are about and the digests
of what was judged, and are sealed. A sample is chosen by the specification, so that it is the same
for all who look at the same one. Exits as the tool did; 2 when it left no results.
"""
import argparse
import json
import os
import sys

import rooms  # where the modules below are
import evidence
import tool

JUDGED = ["interop/cuts/*.[ch]", "interop/lossless/*.[ch]", "interop/lib/*.[ch]", "interop/engines/*.[ch]",
          "src/*.[ch]", "gen/out/ew_core.[ch]"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--sample", type=int, help="cells of 1000, chosen by the specification")
    parser.add_argument("arguments", nargs="*", help="for the tool, after --")
    given = parser.parse_args()
    raw = given.out + ".raw"
    command = [given.tool, "--out", raw, *given.arguments]
    if given.sample:
        command += ["--sample", str(given.sample), "--seed", evidence.spec_sha256()]
    os.makedirs(os.path.dirname(given.out) or ".", exist_ok=True)
    if os.path.exists(raw):
        os.remove(raw)
    try:
        status = tool.follow(*command, statuses=(0, 1))
    except tool.CannotRun as error:
        print(f"record: {error}", file=sys.stderr)
        return 2
    if not os.path.exists(raw):
        print(f"{given.tool}: it left no results", file=sys.stderr)
        return status or 2
    with open(raw, encoding="utf-8") as file:
        told = json.load(file)
    os.remove(raw)
    told["spec_sha256"] = evidence.spec_sha256()
    told["sources"] = evidence.matching(JUDGED)
    if given.sample:
        told["sample_of_1000"] = given.sample
    evidence.write(given.out, told)
    return status


if __name__ == "__main__":
    sys.exit(main())
