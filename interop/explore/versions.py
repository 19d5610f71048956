#!/usr/bin/env python3
"""Walks several builds of libssl, records which divergence each of them shows, and holds what
spec/divergences.md says of releases to that.

    versions.py --tool FILE --depth N --out FILE [--shard K/N] DIR...   walks, and judges; a shard only walks
    versions.py --out FILE --tool FILE --parts FILE...                  adds up what all shards wrote, and judges
    versions.py --check --out FILE [--page FILE]                        judges only

Each DIR holds a libssl, its libcrypto, and `source.txt`: the source that they were built from, and
as the last word its SHA-256, or the commit. The walk of each must explain every difference. --shard:
of each walk that part, whole.
"""
import argparse
import json
import os
import re
import sys
import tempfile

import rooms  # where the modules below are
import evidence
import frame
from tool import CannotRun, run

PAGE = "spec/divergences.md"
SOURCE = "source.txt"
REQUIRED = ("3.0", "4.0")
SERIES = ["1.0.2", "1.1.1", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "4.0"]
RELEASE = r"(?:1\.0\.\d|1\.1\.\d|[34]\.\d(?:\.\d+)?)"
LAST = 10 ** 6


# Walks -------------------------------------------------------------------------------------------

def source_of(folder):
    """What a build was made from, and the digest of that."""
    path = os.path.join(folder, SOURCE)
    if not os.path.exists(path):
        raise CannotRun(f"{path} is missing: the source of the build, and its SHA-256 or commit")
    with open(path, encoding="utf-8") as text:
        words = text.read().split()
    if len(words) < 2 or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", words[-1]):
        raise CannotRun(f"{path}: a source, and as the last word its SHA-256 or commit")
    return " ".join(words[:-1]), words[-1]


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
    """The evidence of one build, or of a shard of its walk, and what it was built from."""
    source, digest = source_of(folder)
    print(f"walking {folder}", file=sys.stderr, flush=True)
    report = evidence_of(given.tool, "--depth", str(given.depth), "--also", "interop/explore/long.txt",
                         "--libssl", folder,
                         *(["--shard", given.shard, "--jobs", "1"] if given.shard else []))
    return {"source": source, "digest": digest, "report": report}


def added(given):
    """The evidence of each build, from that of its shards."""
    parts = [read(path) for path in given.parts]
    if any(list(part) != list(parts[0]) for part in parts):
        raise CannotRun("versions: the shards are of other builds")
    for folder, first in parts[0].items():
        if any(part[folder][key] != first[key] for part in parts for key in ("source", "digest")):
            raise CannotRun(f"versions: {folder} has another source in another shard")
        with tempfile.TemporaryDirectory() as temporary:
            paths = [os.path.join(temporary, f"{i}.json") for i in range(len(parts))]
            for path, part in zip(paths, parts):
                evidence.write_whole(path, part[folder]["report"])
            yield {**first, "report": evidence_of(given.tool, "--sum", *paths)}


def summary(depth, walks):
    """What is kept, and how many differences have no explanation."""
    versions, unexplained, report = {}, 0, {}
    for walked in walks:
        report = walked["report"]
        version = report["tools"]["libssl"]
        versions[version] = {
            "source": walked["source"], "digest": walked["digest"],
            "calls": report["calls"], "differing": report["differing"],
            "unexplained": report["unexplained"],
            "met": sorted(d["id"] for d in report["divergences"] if d["differences"])}
        unexplained += report["unexplained"] + report["replays_differing"]
        print(f"OpenSSL {version}: {report['calls']} calls, {len(versions[version]['met'])} "
              f"divergences, {report['unexplained']} calls unexplained")
    ordered = dict(sorted(versions.items(), key=lambda item: number(item[0])))
    return {"depth": depth, "divergences_sha256": report.get("divergences_sha256"),
            "versions": ordered}, unexplained


# Judgement ---------------------------------------------------------------------------------------

def number(release):
    """A release as endwell-explore counts: 3.0.19 is 30019, 1.1.1w is 10101."""
    parts = [int(part) for part in re.findall(r"\d+", release)] + [0]
    return parts[0] * 10000 + parts[1] * 100 + parts[2]


def series(release):
    """3.0.19 is of 3.0; of 1.1.1w only the letter is a patch level."""
    return ".".join(release.rstrip("abcdefghijklmnopqrstuvwxyz").split(".")[:3 if release[0] == "1" else 2])


def ends(release):
    """The first and last number that a release or a series stands for."""
    whole = number(release)
    return whole, whole if release[0] == "1" or release.count(".") == 2 else whole + 99


def ranges(text):
    """`3.2 to 3.5.7, 4.0 and later; for readers` as numbers; None, if it names no releases."""
    found = []
    for part in text.split(";")[0].split(","):
        part = part.strip()
        match = re.fullmatch(rf"(up to )?({RELEASE})( and later| to ({RELEASE}))?", part)
        if part == "all":
            found.append((0, LAST))
        elif match and match[1]:
            found.append((0, ends(match[2])[1]))
        elif match:
            last = match[4] or match[2]
            found.append((ends(match[2])[0], LAST if match[3] == " and later" else ends(last)[1]))
        else:
            return None
    return found


def said(text):
    """Each row with a column of versions: its line, its divergence and what it says of releases."""
    column, known, inside = None, False, False
    for line, row in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if row.startswith("|") and not inside:   # its heading
            column = cells.index("versions") if "versions" in cells else None
            known = "OpenSSL does" in cells
        elif re.match(r"\|[^-]", row) and column is not None and cells[column] != "-":
            yield line, cells[0], cells[column], known
        inside = row.startswith("|")


def change_problems(text, walked):
    """Where a behaviour begins or ends, the releases on both sides of that have to be walked."""
    numbers = {number(release) for release in walked}
    present = {series(release) for release in walked}
    for release in re.findall(rf"(?:up to |to )({RELEASE})", text.split(";")[0]):
        following = SERIES[SERIES.index(series(release)) + 1:][:1]
        if ends(release)[0] == ends(release)[1] and release[0] != "1":
            if number(release) not in numbers:
                yield f"{release} was not walked"
            if not any(n > number(release) and n < number(release) // 100 * 100 + 100 for n in numbers):
                yield f"no later {series(release)} was walked, in which it is gone"
        elif series(release) not in present or not present.issuperset(following):
            yield f"{' or '.join([series(release), *following])} was not walked, between which it ends"
    for release in re.findall(rf"({RELEASE})(?: and later| to )", text.split(";")[0]):
        before = SERIES[:SERIES.index(series(release))][-1:]
        if series(release) not in present or not present.issuperset(before):
            yield f"{' or '.join([*before, series(release)])} was not walked, between which it begins"


def named_problems(text, walked):
    """Every release that the page names at all has to be walked."""
    present = {series(release) for release in walked} | {re.sub("[a-z]$", "", name) for name in walked}
    for line, row in enumerate(text.splitlines(), 1):
        for release in re.findall(rf"(?<![\d.])({RELEASE})(?![\d.]*\d)", row):
            if release not in present:
                yield line, f"speaks of OpenSSL {release}, which was not walked"


def judge(kept, text):
    """What is wrong: the line of the page (0: with none), and a sentence."""
    walked = kept["versions"]
    for wanted in REQUIRED:
        if wanted not in {series(release) for release in walked}:
            yield 0, f"no {wanted} was walked; run: make explore-versions LIBSSL='DIR ...' with a build of it"
    ever = {ident for found in walked.values() for ident in found["met"]}
    for line, ident, versions, known in said(text):
        spans = ranges(versions)
        if spans is None:
            yield line, f"`{versions}` names no releases"
            continue
        for problem in change_problems(versions, walked):
            yield line, f"{ident} is said of `{versions}`, and {problem}"
        for release, found in walked.items():
            told = any(first <= number(release) <= last for first, last in spans)
            if known and ident in ever and told != (ident in found["met"]):
                yield line, (f"{ident} is said {'' if told else 'not '}to be so in {release}, whose walk "
                             f"{'did not meet' if told else 'met'} it")
    yield from named_problems(text, walked)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool")
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--out", required=True)
    parser.add_argument("--shard")
    parser.add_argument("--parts", nargs="+")
    parser.add_argument("--page", default=PAGE)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("folders", nargs="*")
    given = parser.parse_args()
    if not (given.check or given.parts or given.folders):
        raise CannotRun("no builds to walk; run: make explore-versions LIBSSL='DIR ...', 3.0 and 4.0 among them")
    for folder in given.folders:
        source_of(folder)  # before the first of them is walked
    if given.shard:
        evidence.write_whole(given.out, {folder: walk(given, folder) for folder in given.folders})
        return 0
    unexplained = 0
    if not given.check:
        kept, unexplained = summary(given.depth, added(given) if given.parts else
                                    (walk(given, folder) for folder in given.folders))
        evidence.write_whole(given.out, kept)
    kept = read(given.out)
    with open(given.page, encoding="utf-8") as text:
        problems = sorted(set(judge(kept, text.read())))
    for line, problem in problems:
        print(f"{given.page}:{line}: error: {problem}" if line else f"{given.out}: error: {problem}")
    failed = bool(unexplained) + len(problems)
    print(f"{len(kept['versions'])} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("versions", main))
