#!/usr/bin/env python3
"""shards.py: long walks as shards of one job list, which GNU parallel runs here or on many machines.

    shards.py run FOLDER --of N --make MAKE WALK...   all shards of these walks, side by side; what
                                                      an earlier run of the same tree did is kept
    shards.py one FOLDER WALK K/N -- COMMAND          one shard: {shard}, {part} and {name} in the
                                                      command become K/N, the file it has to write
                                                      and K-of-N
    shards.py sum FOLDER WALK -- COMMAND              {parts}: what all shards of that walk wrote

A shard lies in FOLDER/WALK/K-of-N.json, with the tree that it is about. A machine elsewhere makes it
with `make shard`; copied together, all give the sum. Exits as the command of `one` and `sum` does
(0; 1: a finding; 3: time ran out), but `one` with 0 once it has written its part, whatever it found.
2: something could not be run, or is missing, or there twice.
"""
import argparse
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import evidence
import frame
from tests import environment
from tool import CannotRun
from wp import ROOT

TREE = ["spec", "gen", "src", "interop", "proofs"]
KINDS = (".c", ".h", ".md", ".mk", ".py", ".txt", ".patch", ".mlw")
ENDED = (0, 1, 3)   # with results


def tree_sha256():
    """Of all that a walk could depend on."""
    digest = hashlib.sha256()
    for top in TREE:
        for folder, below, names in os.walk(os.path.join(ROOT, top)):
            below.sort()
            for name in sorted(names):
                if name.endswith(KINDS):
                    path = os.path.join(folder, name)
                    digest.update(f"{os.path.relpath(path, ROOT)}\0".encode())
                    with open(path, "rb") as file:
                        digest.update(file.read())
    return digest.hexdigest()


def words(command, **places):
    """A command with its places filled in; a list takes as many words as it has."""
    for word in command:
        if word == "{parts}":
            yield from places["parts"]
        else:
            yield re.sub(r"\{(\w+)\}", lambda found: places[found[1]], word)


# One ----------------------------------------------------------------------------------------------

def one(given):
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", given.shard)
    if not found or int(found[1]) > int(found[2]):
        raise CannotRun(f"a shard is K/N with 1 <= K <= N, not '{given.shard}'")
    if not given.command:
        raise CannotRun(f"no walk is called '{given.walk}' (WALKS in proofs/lib/shards.mk)")
    name = f"{found[1]}-of-{found[2]}"
    path = os.path.join(given.folder, given.walk, name + ".json")
    raw = path + ".raw"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    for old in (path, raw):
        if os.path.exists(old):
            os.remove(old)
    tree, begin = tree_sha256(), time.monotonic()
    status = subprocess.run(list(words(given.command, shard=given.shard, part=raw, name=name)),
                            check=False).returncode
    if status not in ENDED or not os.path.exists(raw):
        raise CannotRun(f"{given.walk} {given.shard}: status {status}, and no results")
    with open(raw, encoding="utf-8") as file:
        told = json.load(file)
    os.remove(raw)
    evidence.write_whole(path, {"walk": given.walk, "shard": given.shard, "tree": tree,
                                "told": told})
    print(f"{given.walk} {given.shard}: status {status}, {time.monotonic() - begin:.0f} s")
    return 0


# All ----------------------------------------------------------------------------------------------

def start_anew(folder, plan):
    """Forgets what was done by another list, or of another tree."""
    path = os.path.join(folder, "plan")
    try:
        with open(path, encoding="utf-8") as file:
            same = file.read() == plan
    except FileNotFoundError:
        same = False
    if not same:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        evidence.write_text(path, plan)


def run(given):
    if not shutil.which("parallel"):
        raise CannotRun("GNU parallel is missing; install it with: apt-get install parallel")
    jobs = "".join(f"{walk} {k} {given.of}\n" for walk in given.walks
                   for k in range(1, given.of + 1))
    start_anew(given.folder, f"tree {tree_sha256()}\nmake {os.environ.get('MAKEFLAGS', '')}\n{jobs}")
    path = os.path.join(given.folder, "jobs")
    evidence.write_text(path, jobs)
    command = ["parallel", "--will-cite", "--no-run-if-empty", "--colsep", " ", "--arg-file", path,
               "--joblog", os.path.join(given.folder, "log"), "--resume-failed", "--workdir", ".",
               *(["--return", os.path.join(given.folder, "{1}", "{2}-of-{3}.json")]
                 if "sshlogin" in os.environ.get("PARALLEL", "") else []),
               *(["--jobs", given.jobs] if given.jobs else []),
               given.make, "--no-print-directory", "shard", "OF={1}", "SHARD={2}/{3}"]
    failed = subprocess.run(command, env=environment(), check=False).returncode
    if failed:
        raise CannotRun("some shards could not be run; the same command goes on with these")
    return 0


# The sum ------------------------------------------------------------------------------------------

def parts_of(folder, walk):
    """What each shard wrote, in their order; each once, and of this tree."""
    tree, told, of = tree_sha256(), {}, None
    for path in sorted(glob.glob(os.path.join(folder, walk, "*.json"))):
        with open(path, encoding="utf-8") as file:
            part = json.load(file)
        if part["walk"] != walk or part["tree"] != tree:
            raise CannotRun(f"{path}: of another walk or another tree")
        k, n = map(int, part["shard"].split("/"))
        if of not in (None, n):
            raise CannotRun(f"{path}: one of {n} shards, and there are some of {of}")
        if k in told:
            raise CannotRun(f"{path}: shard {part['shard']} of {walk} is there twice")
        of, told[k] = n, part["told"]
    for k in range(1, (of or 1) + 1):
        if k not in told:
            raise CannotRun(f"shard {k}/{of or 'N'} of {walk} is missing; make it with: make shard "
                            f"OF={walk} SHARD={k}/{of or 'N'}")
    return [told[k] for k in sorted(told)]


def add_up(given):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for k, told in enumerate(parts_of(given.folder, given.walk), 1):
            paths.append(os.path.join(folder, f"{k}.json"))
            evidence.write_whole(paths[-1], told)
        return subprocess.run(list(words(given.command, parts=paths)), check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    does = parser.add_subparsers(required=True, dest="what")
    all_of_them, single, total = (does.add_parser(name) for name in ("run", "one", "sum"))
    for each in (all_of_them, single, total):
        each.add_argument("folder")
    all_of_them.add_argument("--of", type=int, required=True)
    all_of_them.add_argument("--make", default="make")
    all_of_them.add_argument("--jobs", help="at once, as GNU parallel has it")
    all_of_them.add_argument("walks", nargs="+")
    single.add_argument("walk")
    single.add_argument("shard")
    total.add_argument("walk")
    argv = sys.argv[1:]
    at = argv.index("--") if "--" in argv else len(argv)
    given = parser.parse_args(argv[:at])
    given.command = argv[at + 1:]
    return {"run": run, "one": one, "sum": add_up}[given.what](given)


if __name__ == "__main__":
    sys.exit(frame.ends("shards", main, "the same command goes on"))
