#!/usr/bin/env python3
"""orderly_mutants.py [--all] [--count N] --build DIR: changed orderly closes; a contract must notice.

Each mutant is gen/out/ew_orderly.c one statement away: a returned answer is another, an assignment
is gone or stores another value, a condition is turned round. The function that it stands in is
proved against spec/ew_orderly_contracts.h under the gate of proofs/prove, where one label at least
has to fail; of one that changes nothing (EQUIVALENT) all has to be proved. That the file as it is
fails nowhere is for `make prove-orderly` to say. Without --all: N of them, evenly over the list,
always the same ones, and those that change nothing. Exits 0 when all are as they should be, 1 when
not, 2 when it could not run.
"""
import argparse
import concurrent.futures
import os
import re
import sys

import rooms  # where the modules below are
import frame
from progress import only_one
from wp import QUICK, ROOT, CannotRun, Run, tool_versions

ORDERLY, HEADER = "gen/out/ew_orderly.c", "gen/out/ew_orderly.h"
CONTRACTS = "ew_orderly_contracts.h"
FUNCTION = re.compile(r"^(?:static )?(?:inline )?\w+ (\w+)\([^;{]*\)\n\{\n(.*?)^\}", re.M | re.S)
ANSWER = re.compile(r"return EW_ORDERLY_ANSWER_(\w+);")
ASSIGNMENT = re.compile(r"m->(\w+) = EW_ORDERLY_([A-Z]+)_(\w+);")
CONDITION = re.compile(r"if \(\S+ (==|!=|<=|>) \w+\) \{")
ROW = re.compile(r"/\* ([A-Z]\d+): ")
TURNED = {"==": "!=", "!=": "==", "<=": ">", ">": "<="}
LANES = 2
# What changes nothing, and so has to be proved.
EQUIVALENT = {
    # The row is for this phase alone.
    "on_reuse U1: gone: m->phase = EW_ORDERLY_PHASE_OPEN;",
}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def after(names, name):
    return names[(names.index(name) + 1) % len(names)]


def changes(line, names):
    """(what it is, the changed line) for each change of one line of a function."""
    found = ANSWER.search(line)
    if found:
        other = after(names("ANSWER"), found[1])
        yield "answer", line.replace("ANSWER_" + found[1], "ANSWER_" + other)
    found = ASSIGNMENT.search(line)
    if found:
        yield "gone", re.sub(r"m->.*", ";", line)
        whole = f"{found[2]}_{found[3]}"
        yield "assignment", line.replace(whole, f"{found[2]}_{after(names(found[2]), found[3])}")
    found = CONDITION.search(line)
    if found:
        yield "guard", line.replace(f" {found[1]} ", f" {TURNED[found[1]]} ", 1)


def mutants():
    """(name, function, the changed file) for each."""
    text, header = read(ORDERLY), read(HEADER)

    def names(group):
        return re.findall(rf"\bEW_ORDERLY_{group}_(\w+) = \d+", header)

    for function in FUNCTION.finditer(text):
        at, row = function.start(2), "-"
        for line in function[2].splitlines(keepends=True):
            found = ROW.search(line)
            row = found[1] if found else row
            for kind, other in changes(line, names):
                yield (f"{function[1]} {row}: {kind}: {line.strip()}", function[1],
                       text[:at] + other + text[at + len(line):])
            at += len(line)


def proved(mutant, number, build):
    """The labels that fail, or why nothing can be said."""
    name, function, text = mutant
    folder = os.path.join(build, f"mutant{number}")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "ew_orderly.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    run = Run(f"orderly mutant {number}", os.path.relpath(path, ROOT), build,
              ["-wp-prover", "z3,cvc4"] + QUICK + ["-wp-fct", function], contracts=CONTRACTS).run()
    if not run.goals:
        raise CannotRun(f"{name}: {os.path.relpath(run.folder, ROOT)}/output: no goals")
    return sorted({str(goal["label"]) for goal in run.unproved()})


def play(build, count):
    tool_versions()
    every = list(mutants())
    lost = EQUIVALENT - {name for name, _, _ in every}
    if lost:
        raise CannotRun(f"{ORDERLY}: no mutant is called {', '.join(sorted(lost))}")
    step = 1 if count is None else max(1, len(every) // count)
    chosen = [mutant for number, mutant in enumerate(every)
              if number % step == 0 or mutant[0] in EQUIVALENT]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        said = lanes.map(lambda at: proved(at[1], at[0], build), enumerate(chosen))
        for (name, _, _), labels in zip(chosen, said):
            bad = bool(labels) == (name in EQUIVALENT)
            wrong += bad
            print(f"{'FAILED: ' if bad else ''}{name}: {', '.join(labels) or 'proved'}", flush=True)
    print(f"orderly mutants: {len(chosen)} of {len(every)} tried")
    print(f"{len(chosen) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    build = os.path.join(ROOT, given.build)
    os.chdir(ROOT)
    with only_one("orderly_mutants", build):
        return play(build, None if given.all else given.count)


if __name__ == "__main__":
    sys.exit(frame.ends("orderly_mutants", main))
