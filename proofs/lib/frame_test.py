#!/usr/bin/env python3
"""frame_test.py: cases planted late once and late always, which the frame has to tell from findings.

The cases are programs that end themselves late, or hang until they are ended. Ends with `N passed, N
failed`.
"""
import contextlib
import io
import os
import sys
import tempfile

import frame
import tool
from progress import Progress

SECONDS = 0.5
# What it does the first time, and the second.
PLANTED = {"well": "exit 0", "wrong": "exit 1", "hangs once": "[ -e $0 ] || { touch $0; sleep 99; }",
           "hangs always": "sleep 99", "says so once": "[ -e $0 ] || { touch $0; exit 3; }",
           "says so always": "exit 3", "cannot alone": "[ -e $0 ] || { touch $0; exit 3; }; exit 1"}


def one(name, folder, tried):
    tried.append(name)
    script = f"exec 2>&- >&-; {PLANTED[name]}"
    status = tool.follow("sh", "-c", script, os.path.join(folder, name.replace(" ", "-")),
                         statuses=None, error=lambda line: None, seconds=SECONDS)
    if status == frame.RAN_OUT:
        raise tool.Late(f"{name}: it says that time ran out")
    return status


def played(names):
    """What came of these, how often each was tried, what was said, and the exit status."""
    tried, said = [], io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said), \
            contextlib.redirect_stderr(io.StringIO()):
        told = frame.play(names, lambda name: one(name, folder, tried),
                          Progress("planted", len(names), "cases", "goals"))
        failed = sum(result != 0 for result in told)
        status = told.close(len(names) - failed, failed)
    return told, tried, said.getvalue(), status


def problems():
    for name, status, again, late in (("well", 0, 0, 0), ("wrong", 1, 0, 0), ("hangs once", 0, 1, 0),
                                      ("hangs always", 3, 1, 1), ("says so once", 0, 1, 0),
                                      ("says so always", 3, 1, 1), ("cannot alone", 1, 1, 0)):
        told, tried, said, ended = played(["well", name, "well"])
        yield name, (ended, told.again, told.late) == (status, again, late), (ended, said)
        yield f"{name}: how often", tried.count(name) == (3 if name == "well" else 1) + again, tried
        yield f"{name}: how it is told", ("tried again alone" in said) == bool(again), said
    told, tried, said, ended = played(["hangs always", "wrong", "hangs once"])
    yield "all at once", (ended, told.again, told.late) == (1, 2, 1), (ended, said)
    yield "alone comes last", tried[3:] == ["hangs always", "hangs once"], tried
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = frame.ends("planted", lambda: tool.run("sh", "-c", "echo sand >&2; exit 7"))
    yield "what cannot be done", status == 2 and said.getvalue() == "planted: sh: sand\n", said.getvalue()


def main():
    told = list(problems())
    failed = [(name, said) for name, good, said in told if not good]
    for name, said in failed:
        print(f"FAILED: {name}: {said}")
    print(f"{len(told) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
