"""Which part of a long run is tried now: another one with another commit, the same one with the same.

The parts of a run leave nothing out, and `make X` has them all. The number of the commit decides, SAMPLE
in the environment instead of it, or, in a tree without git, the digest of the specification.
"""
import os
import subprocess
import sys

import evidence
from wp import ROOT, CannotRun


def number():
    """What decides, small enough to be typed."""
    given = os.environ.get("SAMPLE")
    if given:
        if not given.isdigit():
            raise CannotRun(f"SAMPLE={given}: a number, as a run prints it")
        return int(given)
    try:
        done = subprocess.run(["git", "-C", ROOT, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True,
                              text=True, check=False)
        top, commit = done.stdout.split("\n")[:2] if done.returncode == 0 else ("", "")
    except FileNotFoundError:
        top, commit = "", ""
    if os.path.realpath(top or "/") != os.path.realpath(ROOT):   # unpacked inside of something else
        commit = evidence.spec_sha256()
    return int(commit[:7], 16)


class Sample:
    """One part of so many; `of` takes what belongs to it out of a list."""

    def __init__(self, parts):
        self.number, self.parts = number(), parts
        self.part = self.number % parts

    def of(self, things):
        """Every so-manieth of them, in their order; a list that is shorter gives the one it can."""
        things = list(things)
        return things[self.part % min(self.parts, max(len(things), 1))::self.parts]

    def __str__(self):
        return f"part {self.part + 1} of {self.parts}; SAMPLE={self.number} takes it again"


def main():
    """sample.py PARTS THING...: what of these is tried now, for a shell; how to try it again."""
    try:
        sample = Sample(int(sys.argv[1]))
        print(*sample.of(sys.argv[2:]))
        print(f"a sample: {sample}", file=sys.stderr)
    except CannotRun as error:
        print(f"sample: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
