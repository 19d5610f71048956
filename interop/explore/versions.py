#!/usr/bin/env python3
"""Walks several builds of libssl and records which divergence each of them shows.

    versions.py --tool FILE --depth N --out FILE DIR...

Each DIR holds a libssl and its libcrypto. The walk of each must explain every difference.
"""
import argparse
import json
import os
import sys
import tempfile

import rooms  # where the modules below are
import evidence
from tool import CannotRun, run


def walk(tool, folder, depth):
    """The evidence of one build."""
    with tempfile.TemporaryDirectory() as temporary:
        file = os.path.join(temporary, "explore.json")
        command = [tool, "--depth", str(depth), "--evidence", file]
        run(*command, *(["--libssl", folder] if folder else []), statuses=(0, 1))
        with open(file, encoding="utf-8") as text:
            return json.load(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--out", required=True)
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    versions, unexplained = {}, 0
    try:
        for folder in [None, *options.folders]:
            print(f"walking {folder or 'the installed libssl'}", file=sys.stderr, flush=True)
            report = walk(options.tool, folder, options.depth)
            version = report["tools"]["libssl"]
            versions[version] = {
                "calls": report["calls"], "differing": report["differing"],
                "unexplained": report["unexplained"],
                "met": sorted(d["id"] for d in report["divergences"] if d["differences"])}
            unexplained += report["unexplained"] + report["replays_differing"]
            print(f"OpenSSL {version}: {report['calls']} calls, {len(versions[version]['met'])} "
                  f"divergences, {report['unexplained']} calls unexplained")
        ordered = dict(sorted(versions.items(), key=lambda item: [
            int("".join(c for c in part if c.isdigit())) for part in item[0].split(".")]))
        evidence.write_whole(options.out, {"depth": options.depth,
                                           "divergences_sha256": report["divergences_sha256"],
                                           "versions": ordered})
    except (CannotRun, OSError, ValueError, KeyError) as error:
        print(f"versions: {error}", file=sys.stderr)
        return 2
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
