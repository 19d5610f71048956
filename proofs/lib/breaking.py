"""Breaks one thing in a copy of the tree and reads what a check says of it.

The tests of our checks are made of this: each case has a name, what it breaks, and what has to be
said of it. A case whose pattern finds nothing to break has failed.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from sample import Sample

PARTS = 12          # of what is broken, with --quick
SECONDS = 300       # for one case: no end by then on any machine, it hangs
LINE_EVERY = 10     # seconds between two lines of progress where there is no terminal


class Nothing(Exception):
    """There is nothing to break this way."""


@contextlib.contextmanager
def copied(folders):
    """A copy of the files of some folders (folder -> endings), without those below them."""
    with tempfile.TemporaryDirectory() as tree:
        for folder, endings in folders.items():
            os.makedirs(os.path.join(tree, folder), exist_ok=True)
            for name in sorted(os.listdir(folder)):
                path = os.path.join(folder, name)
                if name.endswith(endings) and os.path.isfile(path):
                    shutil.copy(path, os.path.join(tree, path))
        yield tree


def replace(path, pattern, replacement, everywhere=False):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed = re.sub(pattern, replacement, text, count=0 if everywhere else 1)
    if changed == text:
        raise Nothing(f"nothing in {path} to break this way")
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)


def ran(program, *options, seconds=SECONDS, **more):
    """Status of one of our programs, and all that it said."""
    done = subprocess.run([sys.executable, program, *options], capture_output=True, text=True,
                          timeout=seconds, check=False, **more)
    return done.returncode, done.stdout + done.stderr


class Cases:
    """Counts the cases, says how far they are and what failed."""

    def __init__(self, total=None):
        self.results, self.total, self.said = [], total, time.monotonic()

    def told(self):
        return f"{len(self.results)} of {self.total} cases" if self.total \
            else f"{len(self.results)} cases"

    def judge(self, name, good, output):
        self.results.append(bool(good))
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + self.told() + ("" if good else "\n"))
        elif time.monotonic() - self.said > LINE_EVERY:
            self.said = time.monotonic()
            print(self.told(), file=sys.stderr, flush=True)
        if not good:
            print(f"FAILED: {name}\n{output}")

    def expect(self, name, wanted, message, status, output):
        self.judge(name, status == wanted and re.search(message, output) is not None,
                   f"expected {wanted} and /{message}/, got {status} and\n{output}")

    def status(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        print(f"{self.results.count(True)} passed, {self.results.count(False)} failed")
        return 0 if self.results and all(self.results) else 1


def check_of_tree(run, folders, broken, needed, everywhere=()):
    """A check (tree -> status, output) passes on the tree, exits 1 on each of `broken` (name, path,
    (pattern, replacement), message), and 2 without one of `needed`, which it names. What is in
    `everywhere` is replaced wherever it stands. With --quick, as the script's only argument, the check
    runs on a twelfth of `broken` (sample.py), and of the others there is something to break."""
    sample = Sample(PARTS) if sys.argv[1:] == ["--quick"] else None
    tried = sample.of(broken) if sample else broken
    if sample:
        print(f"{len(tried)} of {len(broken)} gaps: {sample}")
    cases = Cases(2 + len(tried) + len(needed))
    with copied(folders) as tree:
        cases.expect("the tree as it is", 0, "", *run(tree))
        for gap in broken:
            name, path, (pattern, replacement), message = gap
            try:
                replace(os.path.join(tree, path), pattern, replacement, path in everywhere)
                if gap in tried:
                    cases.expect(name, 1, message, *run(tree))
            except Nothing as error:
                cases.judge(name, False, error)
            shutil.copy(path, os.path.join(tree, path))
        for path in needed:
            away = tree + ".away"
            os.rename(os.path.join(tree, path), away)
            cases.expect(f"without {path}", 2, re.escape(path), *run(tree))
            os.rename(away, os.path.join(tree, path))
        cases.expect("the tree as it was", 0, "", *run(tree))
    return cases.status()
