#!/usr/bin/env python3
"""soak.py TOOL --out FILE --closes N --engine-closes N [--packages NAME...]: closes without end.

Runs the tool's soak and keeps what each subject held more of after its closes than before: blocks
and bytes of the heap, descriptors, memory of the process. Exits 0, 1 when something grew, a close
gave what it must not or a subject did not come to its end, 2 when nothing could be run.
"""
import argparse
import json
import sys

from system import about, evidence, frame, names_of
from tool import follow


def play(given):
    """One entry for each subject that came to its end, and the tool's status."""
    command = [given.tool, "--soak", str(given.closes), str(given.engine_closes)]
    told = []

    def note(line):
        print(line, end="", flush=True)
        told.append(json.loads(line))

    return told, follow(*command, statuses=(0, 1, 3), line=note)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--out", required=True)
    parser.add_argument("--closes", type=int, required=True)
    parser.add_argument("--engine-closes", type=int, required=True)
    parser.add_argument("--packages", nargs="*", default=[])
    given = parser.parse_args()
    names = names_of(given.tool)
    told, status = play(given)
    ended = {one["subject"] for one in told}
    grown = [one["subject"] for one in told if one["grown"]]
    unfinished = [name for name in names if name not in ended]
    evidence.write(given.out, {
        "closes": sum(one["closes"] for one in told), "subjects": len(names),
        "grown": len(grown), "unfinished": unfinished, "list": told, **about(given.packages)})
    for name in unfinished:
        print(f"{name}: it did not come to its end")
    failed = len(grown) + len(unfinished)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed or status else 0


if __name__ == "__main__":
    sys.exit(frame.ends("soak", main))
