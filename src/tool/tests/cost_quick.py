#!/usr/bin/env python3
"""cost_quick.py --recorder FILE --programs DIR --certs DIR --cc CC: tool-cost without nginx, and what it must notice.

What watching adds to a request in requests.c, under callgrind, has to stay below the part of a request
to nginx that `make tool-cost` allows, of the request that it measured last; nothing may be allocated
for it. Two recorders with a bug each have to be found. Exits 0, 1 (more than that), 2 (something needed is
not there).
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import cost
import recorders

LIMIT = 300
COUNTED = "serve_request"

# What is broken, the source, what it says, what it says instead, and what is said of it.
PLANTED = (("writes a line for each read that waits", "data.c", "is_open && reads && value <= 0 && waits",
            "is_open && reads && value < -9 && waits", "instructions"),
           ("allocates for each read", "data.c", "c->reads++;",
            "c->reads++; extern void *malloc(size_t); extern void free(void *); "
            "void *volatile some = malloc(1); free(some);", "allocations"))


class Given:
    """What the recorders with bugs are built with."""

    def __init__(self, arguments):
        self.programs, self.recorder = arguments.programs.resolve(), arguments.recorder.resolve()
        self.tool = str(self.programs / "requests")   # what is put beside a recorder with a bug
        self.compiler = shlex.split(arguments.cc)
        self.environment = dict(os.environ, ENDWELL_CERTS=str(arguments.certs.resolve()))

    def command(self, *words, **more):
        return subprocess.run(words, capture_output=True, text=True, errors="surrogateescape", timeout=LIMIT,
                              env=more.pop("env", self.environment), check=False, **more)


def measured(given, recorder):
    """Instructions and allocations of a request; without a recorder, as it is."""
    with tempfile.TemporaryDirectory() as name:
        folder, trace = pathlib.Path(name), pathlib.Path(name) / "trace"
        environment = dict(given.environment)
        if recorder:
            trace.touch()
            environment.update(LD_PRELOAD=str(recorder), ENDWELL_TRACE=str(trace))
        done = given.command("valgrind", "-q", "--tool=callgrind", f"--toggle-collect={COUNTED}",
                             f"--callgrind-out-file={folder}/counts.%p", str(given.programs / "requests"), "right",
                             env=environment)
        said = re.fullmatch(r"(\d+) requests, (\d+) allocations\n", done.stdout)
        totals = [int(n) for path in folder.glob("counts.*")
                  for n in re.findall(r"^totals: (\d+)", path.read_text(), re.MULTILINE)]
        if done.returncode or not said or not any(totals):
            raise cost.CannotRun(f"requests: {done.stdout}{done.stderr}")
        if recorder and '"kind":"call"' not in trace.read_text():
            raise cost.CannotRun("the recorder wrote nothing")
        return sum(totals) / int(said[1]), int(said[2])


def wrong_with(plain, watched, most):
    """What is not as it has to be, in words."""
    more = watched[0] - plain[0]
    if not 0 < more <= most:
        yield f"{more:.0f} instructions more, at most {most:.0f}"
    if watched[1] != plain[1]:
        yield f"{watched[1]} allocations, {plain[1]} without"


def planted(given, plain, most):
    """Each recorder with a bug that was not found, or not for its reason."""
    for name, source, old, new, word in PLANTED:
        text = (recorders.RECORD / source).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            built, why = recorders.recorder(given, folder, source, text.replace(old, new))
            if built is None or text.count(old) != 1:
                yield f"a recorder that {name} is not built: {why}"
                continue
            said = list(wrong_with(plain, measured(given, os.path.join(folder, given.recorder.name)), most))
            if not any(word in one for one in said):
                yield f"a recorder that {name} is not found: {said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--recorder", "--programs", "--certs"):
        parser.add_argument(name, required=True, type=pathlib.Path)
    parser.add_argument("--cc", default="cc")
    given = Given(parser.parse_args())
    if not shutil.which("valgrind"):
        print("tool-cost-quick: needs valgrind: apt-get install valgrind", file=sys.stderr)
        return 2
    try:
        kept = cost.kept()
        most = kept["plain"] * cost.MOST / 100
        plain, watched = measured(given, None), measured(given, given.recorder)
        wrong = [*cost.wrong_with(kept), *wrong_with(plain, watched, most), *planted(given, plain, most)]
    except (cost.CannotRun, OSError, ValueError, subprocess.TimeoutExpired) as error:
        print(f"tool-cost-quick: {error}", file=sys.stderr)
        return 2
    for one in wrong:
        print(f"FAILED: {one}")
    print(f"a request: {plain[0]:.0f} user instructions, watched {watched[0] - plain[0]:.0f} more, at most {most:.0f}; "
          f"{len(PLANTED)} recorders with a bug")
    print(f"tool-cost-quick: {int(not wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
