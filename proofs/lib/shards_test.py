#!/usr/bin/env python3
"""shards_test.py [--quick] --faults TOOL --explore TOOL --certs FOLDER: shards give what one machine gives.

Small walks of each kind, whole and in three shards, whose sums have to be the same figures; then a
shard that is lost, one that is there twice, one that passes for another, and one of another tree, which
the sums have to refuse; and a job list that GNU parallel takes up again where it was stopped. With
--quick half of the kinds (sample.py). Ends with `N passed, N failed`.
"""
import argparse
import json
import os
import subprocess
import shutil
import sys
import tempfile

from sample import Sample
from wp import ROOT

OF = 3
PARTS = 4        # of the kinds of walks
SECONDS = 300
MUTANTS = "S6"   # in the names of those that are made here
SHARDS = os.path.join(ROOT, "proofs", "lib", "shards.py")
SUMS = [sys.executable, "interop/lib/sums.py"]
BY_LABEL = [sys.executable, "proofs/trial/by_label.py", "--only", MUTANTS]
VERSIONS = [sys.executable, "interop/explore/versions.py", "--depth", "1"]

# Figures that are of the machine, not of the walk: how often a socket was not ready yet (of faults).
OF_MACHINE = ("seconds", "calls_per_second", "processes", "replayed")
OF_SOCKETS = ("calls",)

MAKEFILE = """
shard:
\t@echo $(OF) $(SHARD) >>ran
\t@[ '$(SHARD)' != 2/3 ] || [ -e mended ]
"""


def run(*command, folder=ROOT):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS,
                          check=False, stdin=subprocess.DEVNULL)


def well(*command, statuses=(0,)):
    done = run(*command)
    assert done.returncode in statuses, f"status {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, told):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(told, file)


class Walk:
    """A small walk: how a shard of it is run, how they are added up, how it is run in one."""

    def __init__(self, name, folder, shard, total, whole, status=0):
        self.name, self.folder, self.status = name, folder, status
        self.out = os.path.join(folder, name + "-sum.json")
        self.one_file = os.path.join(folder, name + "-whole.json")
        self.shard = shard
        self.total = [word.replace("OUT", self.out) for word in total]
        self.whole = [word.replace("OUT", self.one_file) for word in whole]

    def part(self, k):
        return os.path.join(self.folder, self.name, f"{k}-of-{OF}.json")

    def run_shards(self):
        for k in range(1, OF + 1):
            well(sys.executable, SHARDS, "one", self.folder, self.name, f"{k}/{OF}", "--",
                 *self.shard)

    def sum(self):
        return run(sys.executable, SHARDS, "sum", self.folder, self.name, "--", *self.total)


def figures(told, left_out):
    """What has to be the same: lists in any order, without what is of the machine."""
    if isinstance(told, dict):
        return {key: figures(value, left_out) for key, value in told.items() if key not in left_out}
    if isinstance(told, list):
        return sorted((figures(value, left_out) for value in told), key=json.dumps)
    return told


def differs(one, other, at=""):
    """The first figure that is another."""
    if isinstance(one, dict) and isinstance(other, dict):
        return next((found for key in sorted(set(one) | set(other))
                     for found in [differs(one.get(key), other.get(key), f"{at}.{key}")] if found), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next((found for i, pair in enumerate(zip(one, other))
                     for found in [differs(*pair, f"{at}[{i}]")] if found), "")
    return "" if one == other else f"{at}: {one} in shards, {other} in one"


# The sums -----------------------------------------------------------------------------------------

def same_sum(walk):
    """The evidence is the same."""
    walk.run_shards()
    done = walk.sum()
    assert done.returncode == walk.status, done
    well(*walk.whole, statuses=(walk.status,))
    left_out = OF_MACHINE + (OF_SOCKETS if walk.name == "faults" else ())
    told = figures(read(walk.out), left_out), figures(read(walk.one_file), left_out)
    assert not differs(*told), differs(*told)
    assert told[0], "there are no figures"


def same_rows(walk):
    """What is said of these mutants is the same."""
    walk.run_shards()
    done = walk.sum()
    assert done.returncode == 0, done
    one = [line for line in well(*walk.whole).splitlines() if MUTANTS in line]
    shards = [line for line in done.stdout.splitlines() if MUTANTS in line]
    assert sorted(one) == sorted(shards) and len(one) > 10, (one, shards)
    assert any(line.startswith("different ") for line in one), one


# Planted ------------------------------------------------------------------------------------------

def refused(walk, message):
    if os.path.exists(walk.out):
        os.remove(walk.out)
    done = walk.sum()
    assert done.returncode == 2 and message in done.stderr, (message, done)
    assert not os.path.exists(walk.out), "there is a sum all the same"


def planted(walk, change, message):
    """A part changed by `change`, which the sum has to refuse; then all is as before."""
    kept = {k: read(walk.part(k)) for k in range(1, OF + 1)}
    try:
        change(walk)
        refused(walk, message)
    finally:
        for k, told in kept.items():
            write(walk.part(k), told)


def lost(walk):
    os.remove(walk.part(2))


def twice(walk):
    write(walk.part(2), read(walk.part(1)))


def passes_for_another(walk):
    """What the first found, under the name of the second, in all places."""
    text = json.dumps(read(walk.part(1))).replace(f'"1/{OF}"', f'"2/{OF}"')
    write(walk.part(2), json.loads(text))


def of_another_tree(walk):
    write(walk.part(2), {**read(walk.part(2)), "tree": "0" * 64})


# The job list -------------------------------------------------------------------------------------

def ran(folder):
    path = os.path.join(folder, "ran")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        told = sorted(file.read().splitlines())
    os.remove(path)
    return told


def taken_up_again(folder):
    """What could not be run is run again, and nothing else; a longer list begins anew."""
    with open(os.path.join(folder, "Makefile"), "w", encoding="utf-8") as file:
        file.write(MAKEFILE)
    command = [sys.executable, SHARDS, "run", os.path.join(folder, "shards"), "--of", str(OF),
               "one", "other"]
    done = run(*command, folder=folder)
    assert done.returncode == 2 and "goes on with these" in done.stderr, done
    assert ran(folder) == [f"{walk} {k}/{OF}" for walk in ("one", "other")
                           for k in range(1, OF + 1)]
    open(os.path.join(folder, "mended"), "w", encoding="utf-8").close()
    done = run(*command, folder=folder)
    assert done.returncode == 0 and ran(folder) == ["one 2/3", "other 2/3"], done
    done = run(*command, folder=folder)
    assert done.returncode == 0 and ran(folder) == [], done
    done = run(*command, "more", folder=folder)
    assert done.returncode == 0 and len(ran(folder)) == 3 * OF, done


def no_results(folder):
    """A shard that leaves nothing is none."""
    done = run(sys.executable, SHARDS, "one", folder, "none", "1/3", "--", "true")
    assert done.returncode == 2 and "no results" in done.stderr, done
    assert os.listdir(os.path.join(folder, "none")) == [], "there is a part all the same"


def build_of(folder):
    """The installed libssl as a build that tells its source."""
    build = os.path.join(folder, "libssl")
    os.makedirs(build, exist_ok=True)
    installed = run("pkg-config", "--variable=libdir", "libssl").stdout.strip()
    for name in ("libssl.so.3", "libcrypto.so.3"):
        shutil.copy(os.path.join(installed, name), build)
    with open(os.path.join(build, "source.txt"), "w", encoding="utf-8") as text:
        text.write("the installed package " + "0" * 40 + "\n")
    return build


def walks(given, folder):
    faults = [given.faults, "--certs", given.certs, "--sample", "1", "--jobs", "4"]
    explore = [given.explore, "--depth", "2"]
    build = os.path.join(folder, "mutants")
    return (Walk("faults", folder, [*faults, "--shard", "{shard}", "--out", "{part}"],
                 [*SUMS, "--out", "OUT", "{parts}"], [*faults, "--out", "OUT"]),
            Walk("explore", folder,
                 [*explore, "--jobs", "1", "--shard", "{shard}", "--evidence", "{part}"],
                 [explore[0], "--sum", "--evidence", "OUT", "{parts}"],
                 [*explore, "--evidence", "OUT"]),
            Walk("versions", folder,
                 [*VERSIONS, "--tool", given.explore, "--shard", "{shard}", "--out", "{part}", build_of(folder)],
                 [*VERSIONS, "--tool", given.explore, "--out", "OUT", "--parts", "{parts}"],
                 [*VERSIONS, "--tool", given.explore, "--out", "OUT", build_of(folder)],
                 status=1),   # one build does not bear out what the page says of releases
            Walk("mutants", folder,
                 [*BY_LABEL, "--build", build + "{name}", "--shard", "{shard}", "--out", "{part}"],
                 [*BY_LABEL, "--build", build, "--parts", "{parts}"],
                 [*BY_LABEL, "--build", build + "whole"]))


# How the sum refuses a shard that passes for another.
SAID = {"faults": "the whole list", "explore": "one is there twice", "mutants": "it is in two shards",
        "versions": "one is there twice"}


def tests(tried):
    for walk in tried:
        yield walk.name, lambda walk=walk: (same_rows if walk.name == "mutants" else same_sum)(walk)
        for change, message in ((lost, "is missing"), (twice, "is there twice"),
                                (of_another_tree, "another tree"),
                                (passes_for_another, SAID[walk.name])):
            yield f"{walk.name}: {change.__name__}", \
                lambda walk=walk, change=change, message=message: planted(walk, change, message)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--faults", "--explore", "--certs"):
        parser.add_argument(name, required=True, type=os.path.abspath)
    parser.add_argument("--quick", action="store_true", help="half of the kinds of walks")
    given = parser.parse_args()
    sample = Sample(PARTS) if given.quick else None
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tried = walks(given, folder)
        all_of_them = [*tests(sample.of(tried) if sample else tried),
                       ("the job list", lambda: taken_up_again(folder)),
                       ("no results", lambda: no_results(folder))]
        for name, test in all_of_them:
            try:
                test()
                passed += 1
            except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as error:
                print(f"FAILED: {name}: {error}")
                failed += 1
    if sample:
        print(f"a sample: {sample}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
