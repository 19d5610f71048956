#!/usr/bin/env python3
"""orderly_mutants.py [--all] [--count N] --build DIR --out FILE: changed orderly closes; a contract must notice.

Each mutant is gen/out/ew_orderly.c one statement away: a returned answer is another, an assignment
is gone or stores another value, a condition is turned round. The function that it stands in is
proved against spec/ew_orderly_contracts.h under the gate of proofs/prove, where one label at least
has to fail; of one that changes nothing (EQUIVALENT) all has to be proved. That the file as it is
fails nowhere is for `make prove-orderly` to say. Without --all: N of them, evenly over the list,
always the same ones, and those that change nothing. What was said of a mutant of these very texts
is kept in DIR and not asked again, so a run that was stopped goes on. Exits 0 when all are as they
should be, 1 when not, 2 when it could not run.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import sys

import rooms  # where the modules below are
import evidence
import frame
from judged import texts_sha256
from mutate_c import bare, read
from progress import only_one
from trace_links import verdict_of
from wp import QUICK, ROOT, CannotRun, Run, tool_versions

ORDERLY, HEADER = "gen/out/ew_orderly.c", "gen/out/ew_orderly.h"
CONTRACTS = "ew_orderly_contracts.h"
SOURCES = [ORDERLY, HEADER, "spec/" + CONTRACTS]
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
    return sorted({str(goal["label"] or goal["goal"]) for goal in run.unproved()})


class Said:
    """What was said of each mutant; kept by the texts that it was said of."""

    def __init__(self, build):
        self.path = os.path.join(build, "said.jsonl")
        self.beside = bare(read(HEADER)) + bare(read("spec/" + CONTRACTS))
        self.known = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                # The last line of a run that was stopped may be half a line.
                whole = [line for line in file if line.endswith("}\n")]
            self.known = {one["key"]: one["labels"] for one in map(json.loads, whole)}

    def ask(self, mutant, number, build):
        _, function, text = mutant
        key = hashlib.sha256("\0".join((function, bare(text), self.beside)).encode()).hexdigest()
        if key not in self.known:
            labels = proved(mutant, number, build)
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "labels": labels}) + "\n")
            self.known[key] = labels
        return self.known[key]


def play(build, out, count, lanes):
    tools = tool_versions()
    every = list(mutants())
    lost = EQUIVALENT - {name for name, _, _ in every}
    if lost:
        raise CannotRun(f"{ORDERLY}: no mutant is called {', '.join(sorted(lost))}")
    step = 1 if count is None else max(1, len(every) // count)
    chosen = [mutant for number, mutant in enumerate(every)
              if number % step == 0 or mutant[0] in EQUIVALENT]
    told, wrong, known = [], 0, Said(build)
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        said = pool.map(lambda at: known.ask(at[1], at[0], build), enumerate(chosen))
        for (name, _, _), labels in zip(chosen, said):
            bad = bool(labels) == (name in EQUIVALENT)
            wrong += bad
            place, kind, what = name.split(": ", 2)
            told.append({"kind": f"{kind} in {place}", "what": what, "killed_by": labels,
                         "state": "equivalent" if name in EQUIVALENT else "different"})
            print(f"{'FAILED: ' if bad else ''}{name}: {', '.join(labels) or 'proved'}", flush=True)
    verdicts = [verdict_of(one) for one in told]
    evidence.write(out, {"of": len(every), "mutants": len(chosen), "list": told,
                         **{word: verdicts.count(word) for word in ("killed", "survived", "equivalent")},
                         "spec_sha256": evidence.spec_sha256(), "tools": tools,
                         "sources": {path: evidence.sha256(path) for path in SOURCES},
                         "judged": texts_sha256(SOURCES)})
    print(f"orderly mutants: {len(chosen)} of {len(every)} tried")
    print(f"{len(chosen) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--lanes", type=int, default=LANES, help="proofs at once")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.chdir(ROOT)
    with only_one("orderly_mutants", build):
        return play(build, out, None if given.all else given.count, given.lanes)


if __name__ == "__main__":
    sys.exit(frame.ends("orderly_mutants", main))
