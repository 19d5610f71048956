#!/usr/bin/env python3
"""sample_test.py: the parts of a sample leave nothing out, and the commit decides which is tried.

Ends with `N passed, N failed`.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import tool

HERE = os.path.dirname(os.path.abspath(__file__))
THINGS = list("abcdefghijk")


def sample(number, parts, things, root=None, **environment):
    script = os.path.join(root, "proofs/lib/sample.py") if root else os.path.join(HERE, "sample.py")
    given = {name: value for name, value in os.environ.items() if name != "SAMPLE"}
    if number is not None:
        given["SAMPLE"] = str(number)
    done = subprocess.run([sys.executable, script, str(parts), *things], capture_output=True, text=True,
                          check=False, env={**given, **environment})
    return done.returncode, done.stdout.split(), done.stderr


def parts_leave_nothing_out():
    for parts, things in ((4, THINGS), (3, THINGS), (4, THINGS[:3]), (2, THINGS[:1])):
        taken = [sample(number, parts, things)[1] for number in range(parts)]
        assert set(sum(taken, [])) == set(things), taken
        assert all(taken), taken
        if len(things) >= parts:
            assert len(sum(taken, [])) == len(things), taken


def it_says_how_to_take_it_again():
    _, taken, said = sample(None, 4, THINGS)
    number = said.split("SAMPLE=")[1].split()[0]
    assert sample(number, 4, THINGS)[1] == taken, (number, taken)


def what_is_no_number_is_refused():
    status, taken, said = sample("next", 4, THINGS)
    assert status == 2 and not taken and "SAMPLE=next" in said, (status, taken, said)


def tree(folder):
    os.makedirs(os.path.join(folder, "proofs"))
    shutil.copytree(HERE, os.path.join(folder, "proofs/lib"), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(os.path.join(HERE, "../../spec"), os.path.join(folder, "spec"))


def git(folder, *words):
    tool.run("git", "-C", folder, "-c", "user.name=n", "-c", "user.email=e", *words)


def another_commit_takes_another():
    with tempfile.TemporaryDirectory() as folder:
        tree(folder)
        without = sample(None, 100000, THINGS, folder)[2]
        assert without and sample(None, 100000, THINGS, folder)[2] == without, without
        if not shutil.which("git"):
            return
        git(folder, "init", "-q")
        said = []
        for message in ("one", "two"):
            git(folder, "commit", "-q", "--allow-empty", "-m", message)
            said.append(sample(None, 100000, THINGS, folder)[2])
        assert len({without, *said}) == 3, (without, said)


def main():
    failed = 0
    tests = (parts_leave_nothing_out, it_says_how_to_take_it_again, what_is_no_number_is_refused,
             another_commit_takes_another)
    for test in tests:
        try:
            test()
        except (AssertionError, IndexError, OSError, tool.CannotRun) as error:
            failed += 1
            print(f"FAILED: {test.__name__}: {error}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
