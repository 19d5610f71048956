#!/usr/bin/env python3
"""tests_test.py: the runner of the tests tells what fails, what hangs, and what is over its budget.

Each test is a small Makefile and a table of its own. Ends with `N passed, N failed`.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300

MAKEFILE = """
one:; @echo one begins; sleep 1; date +%s%N >one.end; echo one is over
two:; @date +%s%N >two.begin; sleep 1; date +%s%N >two.end
after:; @date +%s%N >after.begin
alone:; @date +%s%N >alone.begin; sleep 1; date +%s%N >alone.end
wrong:; @echo this went wrong; exit 3
hangs:; @echo waiting for ever; sleep 1000 & echo $$! >child; wait
slow:; @sleep 2
busy:; @timeout 60 sh -c 'ulimit -t 2; while :; do :; done' || true
deaf:; @trap '' INT TERM; echo $$$$ >deaf.begin; while :; do sleep 1; done
"""


COMMAND = [sys.executable, os.path.join(HERE, "tests.py"), "table", "--logs", "logs"]


def prepare(folder, table):
    with open(os.path.join(folder, "Makefile"), "w", encoding="utf-8") as file:
        file.write(MAKEFILE)
    with open(os.path.join(folder, "table"), "w", encoding="utf-8") as file:
        file.write(table)


def run(folder, table, *more, flags="", sample="0", changed=""):
    prepare(folder, table)
    return subprocess.run([*COMMAND, *more], cwd=folder, capture_output=True, text=True,
                          timeout=SECONDS, check=False,
                          env=dict(os.environ, MAKEFLAGS=flags, SAMPLE=sample, CHANGED=changed))


def alive(process):
    """There, and no zombie."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def at(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return int(file.read())


def side_by_side(folder):
    done = run(folder, "one 1 9\ntwo 1 9\nafter 1 9 one\n")
    assert done.returncode == 0 and done.stdout.endswith("3 passed, 0 failed\n"), done
    assert at(folder, "two.begin") < at(folder, "one.end"), "two waited for one"
    assert at(folder, "after.begin") >= at(folder, "one.end"), "after did not wait for one"
    assert "one begins\none is over\n" in done.stdout, done.stdout


def all_lanes_are_alone(folder):
    done = run(folder, "one 1 9\nalone 3 9\ntwo 1 9\n")
    assert done.returncode == 0, done
    assert at(folder, "alone.begin") >= max(at(folder, "one.end"), at(folder, "two.end")), \
        "it was not alone"


def all_above(folder):
    done = run(folder, "one 1 9\ntwo 1 9\nafter 1 9 *\n")
    assert done.returncode == 0, done
    assert at(folder, "after.begin") >= max(at(folder, "one.end"), at(folder, "two.end")), \
        "it did not wait for all above"


def failure(folder):
    done = run(folder, "wrong 1 9\ntwo 1 9 wrong\n")
    assert done.returncode == 1, done
    assert "this went wrong\n" in done.stdout and "wrong: failed with status 2\n" in done.stdout, done
    assert done.stdout.endswith("failed: wrong\n1 passed, 1 failed\n"), done.stdout


def hanging(folder):
    begin = time.monotonic()
    done = run(folder, "hangs 1 0\ntwo 1 9\n", "--at-least", "1")
    assert done.returncode == 1 and time.monotonic() - begin < 120, done
    assert "waiting for ever" in done.stdout and "hangs: no end after" in done.stdout, done.stdout
    assert done.stdout.endswith("failed: hangs\n1 passed, 1 failed\n"), done.stdout
    assert not alive(at(folder, "child")), "what it started goes on"


def over_budget(folder):
    done = run(folder, "slow 1 1\nbusy 1 1\ntwo 1 9\n")
    assert done.returncode == 0, done
    told = [line for line in done.stdout.splitlines() if "over its budget" in line]
    assert [line.split()[0] for line in told] == ["busy"], done.stdout


def turns(folder):
    table = "one 1 9 1/2\nwrong 1 9 2/2\nafter 1 9 *\n"
    for number in ("0", "3"):
        done = run(folder, table, sample=number)
        assert done.returncode == 0 and done.stdout.endswith("2 passed, 0 failed\n"), done
        assert f"left for another commit: wrong\nmake tests-whole leaves none; SAMPLE={number} " in done.stdout, done
    done = run(folder, table, sample="1")
    assert done.returncode == 1 and done.stdout.endswith("failed: wrong\n1 passed, 1 failed\n"), done
    assert "left for another commit: one\n" in done.stdout, done
    for number, turn in enumerate(("one", "two", "after", "slow")):   # as many ones as that has the number
        done = run(folder, "one 1 9 1/4\ntwo 1 9 2/4\nafter 1 9 3/4\nslow 1 9 4/4\n", sample=str(2 ** number - 1))
        assert done.returncode == 0 and f"\n== {turn} (1 of 1" in done.stdout, done
    done = run(folder, table, "--whole", sample="0")
    assert done.returncode == 1 and done.stdout.endswith("failed: wrong\n2 passed, 1 failed\n"), done
    assert "left for another" not in done.stdout, done


def what_changed(folder):
    """A test whose turn it is not is made with a commit that changed what it is about."""
    table = "one 1 9 1/2\ntwo 1 9 2/2 when spec/ src/wait.c\n"
    for files in ("docs/io.md src/wait.h", ""):
        done = run(folder, table, changed=files)
        assert done.returncode == 0 and "left for another commit: two\n" in done.stdout, done
    for files in ("src/wait.c", "README.md spec/rules.md"):
        done = run(folder, table, changed=files)
        assert done.returncode == 0 and done.stdout.endswith("2 passed, 0 failed\n"), done


def wrong_tables(folder):
    for table, says in (("one 1\n", "table:1: not TARGET LANES BUDGET"),
                        ("one 1 9 3/2\n", "table:1: one: 3/2 is no turn"),
                        ("one 1 9 0/2\n", "table:1: one: 0/2 is no turn"),
                        ("one 1 9 1/2\ntwo 1 9 one\n", "table:2: two needs one, which is not made with every"),
                        ("one 1 9 1/2 when nowhere/\n", "table:1: one: when nowhere/: there is no such path"),
                        ("one 1 9 when spec/\n", "table:1: one: when spec/: it is made with every commit"),
                        ("one 4 9\n", "table:1: one: 1 to 3 lanes"),
                        ("one 1 9\n\none 1 9\n", "table:3: one is there twice"),
                        ("one 1 9 two\ntwo 1 9\n", "table:1: one needs two"),
                        ("# nothing\n", "table:1: no targets")):
        done = run(folder, table)
        assert done.returncode == 2 and says in done.stderr, (table, done)


def idle_make(folder):
    for flags in ("i", "n", "kn"):
        done = run(folder, "wrong 1 9\n", flags=flags)
        assert done.returncode == 2 and "makes every target pass" in done.stderr, (flags, done)
    done = run(folder, "wrong 1 9\n", flags=" --no-print-directory")
    assert done.returncode == 1, done


def interrupted(folder):
    """What is ended from outside takes its targets with it, also one that minds no interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler)   # a shell's background job ignores it
    for ends in (signal.SIGINT, signal.SIGTERM):
        prepare(folder, "deaf 1 9\n")
        runner = subprocess.Popen(COMMAND, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        until = time.monotonic() + SECONDS
        while not os.path.exists(os.path.join(folder, "deaf.begin")) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        runner.send_signal(ends)
        try:
            assert runner.wait(SECONDS) == 2, runner.stderr.read()
        finally:
            runner.kill()
            runner.stderr.close()
        assert not alive(at(folder, "deaf.begin")), "the target goes on"
        os.remove(os.path.join(folder, "deaf.begin"))


def main():
    failed = 0
    tests = (side_by_side, all_lanes_are_alone, all_above, failure, hanging, over_budget,
             turns, what_changed, wrong_tables, idle_make, interrupted)
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"FAILED: {test.__name__}: {error}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
