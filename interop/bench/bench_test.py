#!/usr/bin/env python3
"""bench_test.py TOOL FOLDER COMPILER LINKER: what makes a close dearer is found to be so.

Each file in interop/bench/planted is an edit of our sources (lib/edits.py) that says what is to
be measured with it and what has to be said. TOOL: the sound program. FOLDER, COMPILER, LINKER: see
lib/planted.py. Without an edit none of that is said.
"""
import glob
import os
import shlex
import sys

import rooms  # where the modules below are
import bench
import planted
from wp import ROOT

SUBJECT = "openssl-1.2-client"
bench.PAIRS = 40
MEASURES = {"closes": lambda tool: bench.closes(tool, [SUBJECT]), "growth": bench.growth,
            "memory": lambda tool: bench.memory(tool, [SUBJECT]),
            "rates": lambda tool: bench.rates(tool, [SUBJECT])}


def findings(tool, what, limits):
    told = {"quick": False, "closes": [], "memory": [],
            "growth": [{"connections": bench.GROWTH[-1], "instructions": 1}]}
    told[what] = MEASURES[what](tool)
    return list(bench.judge(told, limits))


def problem(path, folder, compiler, linker):
    """None if the bug is found by its name."""
    try:
        tool = planted.build(planted.Edit(path), folder, compiler, linker)
        # Here every figure has room, but for what the bug does to it.
        found = findings(tool, planted.head(path, "measures"), dict(bench.TARGETS, throughput=0.9))
    except planted.CannotRun as error:
        return str(error)
    wanted = planted.head(path, "finds")
    return None if any(wanted in line for line in found) else f"not found: {wanted}; but: {found}"


def main():
    if len(sys.argv) != 5:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    sound, folder, compiler, linker = sys.argv[1], sys.argv[2], *map(shlex.split, sys.argv[3:])
    os.makedirs(folder, exist_ok=True)
    paths = sorted(glob.glob(os.path.join(ROOT, "interop/bench/planted/*.patch")))
    told = {os.path.relpath(path, ROOT): problem(path, folder, compiler, linker)
            for path in paths}
    for what in ("closes", "growth", "memory"):
        told[f"{what} without a planted bug"] = " ".join(findings(sound, what, bench.TARGETS)) or None
    failed = {name: said for name, said in told.items() if said}
    for name, said in failed.items():
        print(f"{name}: {said}")
    print(f"{len(told) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
