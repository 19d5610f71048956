#!/usr/bin/env python3
"""releases.py --judge NAMES --tool FILE --depth N --out FILE DIR...: fidelity on builds of libssl, what is kept of it.

Each DIR is what `make explore-versions` takes: a libssl, its libcrypto, and `source.txt`; DIR:M walks
that one to depth M instead. Every walk has to compare something and leave nothing unexplained, and
REQUIRED have to be among the builds. --add goes on from the kept file, if it is of the same sources;
--check holds it to that. Exits 0, 1 (it is not so), 2 (a walk could not be made).
"""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
for _ in range(4):
    ROOT = os.path.dirname(ROOT)
sys.path.insert(0, os.path.join(ROOT, "interop", "explore"))

import versions  # noqa: E402, of interop/explore

REQUIRED = ("1.1.1", "3.0", "3.5", "4.0")
DEPTH = 4   # of these at least
BESIDE = ["src/tool/judge/*.h", "src/tool/record/*.[ch]", "src/tool/tests/fidelity/*.[ch]"]
COUNT = re.compile(r"^(.*): (\d+) calls compared, (\d+) in the same state, (\d+) explained, (\d+) unexplained$",
                   re.MULTILINE)
VERSION = re.compile(r"^  of (?:OpenSSL )?([^\s;]+)", re.MULTILINE)


def walked(given, folder):
    """The release of a build, and what its walk counted."""
    folder, _, other = folder.partition(":")
    depth = int(other or given.depth)
    source, digest = versions.source_of(folder)
    print(f"walking {folder}", file=sys.stderr, flush=True)
    done = subprocess.run([given.tool, str(depth), folder], capture_output=True, text=True, check=False)
    counts, release = COUNT.findall(done.stdout), VERSION.search(done.stdout)
    if done.returncode not in (0, 1) or not counts or not release:
        raise versions.CannotRun(f"{folder}: {done.stderr.strip()[-300:]}")
    for line in done.stdout.splitlines():
        if "UNEXPLAINED" in line:
            print(f"{release[1]}: {line.strip()}")
    total = {name: sum(int(count[i]) for count in counts)
             for i, name in enumerate(("compared", "equal", "explained", "unexplained"), 1)}
    return release[1], {"source": source, "digest": digest, "depth": depth, "settings": len(counts), **total}


def is_of_another(kept, sources):
    """Whether a source of the walk is another one now; what is linked with it no more does not matter."""
    return any(kept["sources"].get(name) != digest for name, digest in sources.items())


def wrong_with(kept):
    """What is not as it has to be, in words."""
    for series in REQUIRED:
        if not any(release.startswith(series) for release in kept["releases"]):
            yield f"no build of {series}"
    for release, counts in kept["releases"].items():
        if counts["depth"] < DEPTH and any(release.startswith(series) for series in REQUIRED):
            yield f"{release}: to depth {counts['depth']}, {DEPTH} are wanted"
        if counts["unexplained"] or not counts["compared"] or \
                counts["equal"] + counts["explained"] != counts["compared"]:
            yield f"{release}: {counts['unexplained']} of {counts['compared']} unexplained"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool")
    parser.add_argument("--judge", required=True, help="the sources of the judge that the tool is linked with")
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--out", required=True)
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("builds", nargs="*", metavar="DIR")
    given = parser.parse_args()
    sources = versions.evidence.matching([*(f"src/tool/judge/{name}.c" for name in given.judge.split()), *BESIDE])
    try:
        if not given.check:
            if not given.builds:
                raise versions.CannotRun("LIBSSL='DIR ...' is missing: builds of libssl")
            before = versions.read(given.out) if given.add else {"sources": sources, "releases": {}}
            if is_of_another(before, sources):
                raise versions.CannotRun(f"--add: {given.out} is of other sources")
            kept = {"depth": given.depth, "sources": sources,
                    "releases": {**before["releases"], **dict(walked(given, folder) for folder in given.builds)}}
            versions.evidence.write_whole(given.out, kept)
        kept = versions.read(given.out)
    except (versions.CannotRun, OSError, ValueError) as error:
        print(f"fidelity-releases: {error}", file=sys.stderr)
        return 2
    wrong = list(wrong_with(kept))
    for said in wrong:
        print(f"{given.out}: {said}")
    if is_of_another(kept, sources):
        print(f"{given.out}: of another judge; make fidelity-releases LIBSSL='DIR ...'")
    told = ", ".join(release + ("" if one.get("depth", kept["depth"]) == kept["depth"] else f" (to {one['depth']})")
                     for release, one in kept["releases"].items())
    print(f"fidelity to depth {kept['depth']} on {told}: "
          f"{len(kept['releases'])} passed, {len(wrong)} failed" if not wrong else f"{len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
