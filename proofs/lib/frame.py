"""The frame of a script that plays many cases: side by side, with a line that says how far they are.

What only ran out of time (tool.Late) is played once more, alone, before it counts, and is told apart
from a finding: exit status 3. interop/lib/frame.h is the same for programs.
"""
import os
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed

from tool import CannotRun, Late

LANES = 2
FOUND, CANNOT, RAN_OUT = 1, 2, 3


class Played:
    """What came of the cases, in their order: what `one` gave, or the Late of the second time."""

    def __init__(self, results, again):
        self.results, self.again = results, again
        self.late = sum(isinstance(result, Late) for result in results)

    def __iter__(self):
        return iter(self.results)

    def all(self):
        """The results, where it makes no sense to go on without one."""
        for result in self.results:
            if isinstance(result, Late):
                raise result
        return self.results

    def close(self, passed, failed):
        """The closing lines and the exit status; `failed`: those that are late among them."""
        if self.again:
            print(f"{self.again} ran out of time and were tried again alone; {self.late} are late "
                  "all the same")
        print(f"{passed} passed, {failed} failed")
        return 0 if not failed else FOUND if failed > self.late else RAN_OUT


def play(cases, one, progress=None, lanes=LANES, stop=lambda: None):
    """Plays them: `one(case)` for each; `stop()` ends those at work when one cannot be played."""
    def guarded(case):
        try:
            return one(case)
        except Late as late:
            return late

    def first(case):
        result = guarded(case)
        if progress:
            progress.over()
        return result

    with ThreadPoolExecutor(lanes) as pool:
        try:
            jobs = [pool.submit(first, case) for case in cases]
            for job in as_completed(jobs):
                job.result()
            results = [job.result() for job in jobs]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise
    again = [number for number, result in enumerate(results) if isinstance(result, Late)]
    for number in again:
        results[number] = guarded(cases[number])
    return Played(results, len(again))


def ends(name, main, kept=""):
    """The status of main(); what could not be done is said, with the script's name."""
    try:
        return main()
    except (CannotRun, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        said = f"there is no {error}" if isinstance(error, KeyError) else error
        print(f"{name}: {said}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{name}: interrupted{'; ' + kept if kept else ''}", file=sys.stderr)
    return CANNOT


def unit_tests(module):
    """Runs those of a module; each that fails is told with its file, and the line that counts."""
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        result = unittest.TextTestRunner(verbosity=0, stream=nothing).run(
            unittest.defaultTestLoader.loadTestsFromModule(module))
    bad = result.failures + result.errors
    for test, said in bad:
        name, last = test.id().split(".", 1)[1], said.splitlines()[-1]
        print(f"{os.path.relpath(module.__file__)}:1: {name}: {last}")
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    return FOUND if bad or not result.testsRun else 0
