#!/usr/bin/env python3
"""Walks several builds of libssl and records which divergence each of them shows.

    versions.py --tool FILE --depth N --out FILE [--shard K/N] DIR...
    versions.py --tool FILE --depth N --out FILE --parts FILE...

Each DIR holds a libssl and its libcrypto. The walk of each must explain every difference. --shard:
of each walk that part, whole; --parts: what all shards wrote, added up.
"""
import argparse
import json
import os
import sys
import tempfile

import rooms  # where the modules below are
import evidence
import frame
from tool import CannotRun, run


def evidence_of(*command):
    """What it leaves in `--evidence FILE`."""
    with tempfile.TemporaryDirectory() as temporary:
        file = os.path.join(temporary, "explore.json")
        run(*command, "--evidence", file, statuses=(0, 1))
        return read(file)


def read(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def walk(given, folder):
    """The evidence of one build."""
    print(f"walking {folder or 'the installed libssl'}", file=sys.stderr, flush=True)
    return evidence_of(given.tool, "--depth", str(given.depth),
                       *(["--libssl", folder] if folder else []),
                       *(["--shard", given.shard, "--jobs", "1"] if given.shard else []))


def added(given):
    """The evidence of each build, from that of its shards."""
    parts = [read(path) for path in given.parts]
    if any(list(part) != list(parts[0]) for part in parts):
        raise CannotRun("versions: the shards are of other builds")
    for folder in parts[0]:
        with tempfile.TemporaryDirectory() as temporary:
            paths = [os.path.join(temporary, f"{i}.json") for i in range(len(parts))]
            for path, part in zip(paths, parts):
                evidence.write_whole(path, part[folder])
            yield evidence_of(given.tool, "--sum", *paths)


def summary(given, reports):
    """What is kept, and how many calls are unexplained."""
    versions, unexplained, divergences = {}, 0, None
    for report in reports:
        version, divergences = report["tools"]["libssl"], report["divergences_sha256"]
        versions[version] = {
            "calls": report["calls"], "differing": report["differing"],
            "unexplained": report["unexplained"],
            "met": sorted(d["id"] for d in report["divergences"] if d["differences"])}
        unexplained += report["unexplained"] + report["replays_differing"]
        print(f"OpenSSL {version}: {report['calls']} calls, {len(versions[version]['met'])} "
              f"divergences, {report['unexplained']} calls unexplained")
    ordered = dict(sorted(versions.items(), key=lambda item: [
        int("".join(c for c in part if c.isdigit())) for part in item[0].split(".")]))
    return {"depth": given.depth, "divergences_sha256": divergences,
            "versions": ordered}, unexplained


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--out", required=True)
    parser.add_argument("--shard")
    parser.add_argument("--parts", nargs="+")
    parser.add_argument("folders", nargs="*")
    given = parser.parse_args()
    unexplained = 0
    folders = [None, *given.folders]
    if given.shard:
        told = {folder or "": walk(given, folder) for folder in folders}
    else:
        told, unexplained = summary(given, added(given) if given.parts else
                                    (walk(given, folder) for folder in folders))
    evidence.write_whole(given.out, told)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(frame.ends("versions", main))
