#!/usr/bin/env python3
"""survivors.py [--quick]: of the mutants that no label notices, those that survivors.txt says a unit test does.

A reason that says `Noticed by TEST, CASE` is tried: the mutant is built into that test, in a copy of the tree, and
that case has to fail; where it says `TEST, which does not end`, the test has to be still at it
after LONGER times what it took as it is, and LEAST seconds. With --quick a sample of them (sample.py).
Exits 0, 1 (a test that passes, or a reason that is no reason), 2 (could not run).
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time

import rooms  # where the modules below are
from layer_mutants import REASONS, SAME, SOURCES, reasons
from mutate_c import read
from mutate_layer import candidates
from progress import Progress
from sample import Sample
from wp import ROOT, CannotRun

NOTICED = re.compile(r"Noticed by (test_\w+), (?:(\w+)\.|which does not end)")
NEITHER = "no test and no label sees it"   # a reason has to say how that can be
SECONDS = 300             # for a test as it is: no end by then on any machine, it hangs
LONGER, LEAST = 20, 10    # and with a mutant
SAMPLED = 4               # of so many one is tried in `make check`


class Copy:
    """The tree without what was built, in which a mutant is built."""

    def __init__(self, folder):
        self.root, self.patience = os.path.abspath(os.path.join(folder, "tree")), {}
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(ROOT, self.root, ignore=self.is_left_out)

    def is_left_out(self, folder, names):
        """What was built, and the copy itself, wherever BUILD is."""
        return {name for name in names if name in ("build", ".git") or os.path.join(folder, name) == self.root}

    def make(self, *targets):
        # A mutant may leave a parameter unused: no warning is an error here.
        done = subprocess.run(["make", "-s", "CC=cc -w", *targets], cwd=self.root, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise CannotRun(f"survivors: make {' '.join(targets)} failed:\n{done.stderr[-2000:]}")

    def fails(self, test, patience=SECONDS):
        """The cases of a test that fail; None where it does not end."""
        program = f"build/src/plain/{test}"
        self.make(program)
        try:
            done = subprocess.run([program, "build/certs"], cwd=self.root, capture_output=True, text=True,
                                  errors="replace", timeout=patience, check=False)
        except subprocess.TimeoutExpired:
            return None
        return set(re.findall(r"\[  FAILED  \] ([a-z]\w+)", done.stdout + done.stderr)) | \
            ({"it ends by a signal"} if done.returncode < 0 else set())

    def passes(self, test):
        """Whether it does as it is, which also tells how long it takes."""
        self.make(f"build/src/plain/{test}")
        begin = time.monotonic()
        good = self.fails(test) == set()
        self.patience[test] = max(LEAST, LONGER * (time.monotonic() - begin))
        return good

    def fails_with(self, mutant, source, test):
        path = os.path.join(self.root, source)
        text = read(source)
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(mutant.applied(text))
            return self.fails(test, self.patience[test])
        finally:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


def place(entry):
    lines = read(REASONS).splitlines()
    return f"{REASONS}:{lines.index(entry) + 1 if entry in lines else 1}"


def told(known):
    """(source, mutant, test, case or None) of each that a unit test is said to notice; what is wrong with others."""
    every = {f"{source} {one.name}": (source, one) for source in {entry.split(" ", 1)[0] for entry in known}
             for one in candidates(source, SOURCES[source].functions)}
    noticed, wrong = [], []
    for entry, why in known.items():
        found = NOTICED.search(why)
        if entry not in every:
            wrong.append(f"{place(entry)}: there is no such mutant: {entry}")
        elif found:
            noticed.append((*every[entry], found[1], found[2]))
        elif not why.startswith(SAME) and NEITHER not in why:
            wrong.append(f"{place(entry)}: neither the same, nor noticed by a test, nor why none can: {entry}")
    return noticed, wrong


def judged(copy, source, mutant, test, case):
    """What is wrong, or nothing."""
    failed = copy.fails_with(mutant, source, test)
    but = "it does not end" if failed is None else f"it fails in: {', '.join(sorted(failed)) or '-'}"
    if case and (failed is None or case not in failed):
        yield f"{place(f'{source} {mutant.name}')}: {test} does not fail in {case}: {source} {mutant.name}; {but}"
    elif not case and failed is not None:
        yield f"{place(f'{source} {mutant.name}')}: {test} ends: {source} {mutant.name}; {but}"


def play(folder, known, sample):
    noticed, wrong = told(known)
    said_so = len(noticed)
    noticed = sample.of(noticed) if sample else noticed
    copy = Copy(folder)
    copy.make("certs")
    for test in sorted({test for _, _, test, _ in noticed}):
        if not copy.passes(test):
            raise CannotRun(f"survivors: {test} does not pass as it is; make test-src says more")
    progress = Progress("survivors", len(noticed), "mutants", "tests that say otherwise")
    for one in noticed:
        said = list(judged(copy, *one))
        wrong += said
        progress.goals += len(said)
        progress.over()
    for line in wrong:
        print(line)
    print(f"{said_so} of {len(known)} are said to be noticed by a unit test" +
          (f"; {len(noticed)} of them tried: {sample}" if sample else ""))
    passed = len(known) - (said_so - len(noticed)) - len(wrong)
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not known else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "survivors"))
    parser.add_argument("--quick", action="store_true", help="a sample of them")
    options = parser.parse_args()
    try:
        return play(options.build, reasons(), Sample(SAMPLED) if options.quick else None)
    except (CannotRun, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
