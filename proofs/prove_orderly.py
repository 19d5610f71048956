#!/usr/bin/env python3
"""Hold the orderly close to its contracts, and every history of it to the theorems.

The same gate as proofs/prove: the generated C, the theorems, that the contracts leave nothing open,
smoke tests of all three; a canary, a close that calls an unsent close_notify a success; completeness
without one line of the contracts; and O6 without either of the two things that it assumes of whoever
reports, which must fail. --goals: the goals alone. --quick: those of some functions (sample.py), and of
all where docs/figures.json is of other texts. Exits 0, 1 with a finding, 2 if it could not run.
"""
import argparse
import os
import re
import sys

import rooms  # where the modules below are
import evidence
import frame
import lint
from judged import texts_sha256
from long_runs import kept_figures
from proof_figures import is_proved_now
from progress import only_one, run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE, CannotRun, Run, tally, tool_versions

CORE, HISTORIES = "gen/out/ew_orderly.c", "proofs/any_orderly.c"
COMPLETE = "proofs/complete_orderly.c"
CONTRACTS = "ew_orderly_contracts.h"
SOURCES = [CORE, "gen/out/ew_orderly.h", "spec/" + CONTRACTS, HISTORIES, COMPLETE]
PARTS = ["-wp-skip-fct", ",".join("ew_orderly_" + part
                                  for part in ("action", "value", "error", "reason"))]
RIGHT, WRONG = "return EW_ORDERLY_ANSWER_LATE;", "return EW_ORDERLY_ANSWER_ZERO;"
PROVERS = ["-wp-prover", "z3,cvc4"]
COMPLETENESS = ["-wp-prover", "cvc4,z3"]
GOAL_RUNS = 3   # of them smoke tests come behind
SAMPLED = 5     # of so many functions one is tried in `make check`
LINE_OF_A_REASON = r" *ensures +unexpected:[^;]*;\n"


# What O6 assumes of `report`, and what is not proved without it.
ASSUMED = {"answers": "loop_invariant_no_refusal", "within_the_bounds": "loop_variant"}


def canary(build):
    """on_result with its last answer changed: nothing but OC-11 may fail."""
    with open(os.path.join(ROOT, CORE), encoding="utf-8") as file:
        before, body = file.read().split("static ew_orderly_answer on_result", 1)
    path = os.path.join(build, "canary", "ew_orderly.c")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if RIGHT not in body:
        raise CannotRun(f"{CORE}: on_result has no {RIGHT}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + "static ew_orderly_answer on_result" + body.replace(RIGHT, WRONG, 1))
    return Run("orderly canary", os.path.relpath(path, ROOT), build,
               PROVERS + QUICK + ["-wp-fct", "on_result"], contracts=CONTRACTS)


def without(build, label):
    """The theorem of a waiting close, when `report` does not promise that."""
    with open(os.path.join(ROOT, HISTORIES), encoding="utf-8") as file:
        lines = file.read().splitlines(keepends=True)
    left = [line for line in lines if f"ensures    {label}:" not in line]
    if len(left) != len(lines) - 1:
        raise CannotRun(f"{HISTORIES}: there is not one line that ensures {label}")
    path = os.path.join(build, "without_" + label, "any_orderly.c")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(left)
    return Run(f"orderly without {label}", os.path.relpath(path, ROOT), build,
               PROVERS + QUICK + PARTS + ["-wp-fct", "waiting_close"], contracts=CONTRACTS)


def left_open(build):
    """What an answer's reason is, when the contracts leave out one of its lines."""
    with open(os.path.join(ROOT, "spec", CONTRACTS), encoding="utf-8") as file:
        left, lines = re.subn(LINE_OF_A_REASON, "", file.read())
    if lines != 1:
        raise CannotRun(f"spec/{CONTRACTS}: there is not one line {LINE_OF_A_REASON}")
    folder = os.path.join(build, "left_open")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, CONTRACTS), "w", encoding="utf-8") as file:
        file.write(left)
    return Run("orderly left open", COMPLETE, build,
               COMPLETENESS + QUICK + PARTS + ["-wp-fct", "said_reason"], contracts=CONTRACTS,
               include=(os.path.relpath(folder, ROOT), "gen/out", "spec"))


def has_to_fail(run, key, wanted):
    """1 if that goal fails and no other, else 0."""
    failed = {str(goal[key]) for goal in run.unproved()}
    if failed != {wanted}:
        print(f"{run.name}: {wanted} must fail, and nothing else: {', '.join(sorted(failed)) or '-'}")
    return int(failed == {wanted})


def goal_runs(build):
    return [Run("orderly close", CORE, build, PROVERS + FULL, contracts=CONTRACTS),
            Run("orderly theorems", HISTORIES, build, PROVERS + FULL + PARTS, contracts=CONTRACTS),
            Run("orderly completeness", COMPLETE, build, COMPLETENESS + FULL + PARTS,
                contracts=CONTRACTS)]


def is_proved():
    """Whether the figures that are kept are of the texts as they are."""
    kept = kept_figures().get("prove-orderly")
    return bool(kept) and is_proved_now(kept)


def sample_runs(build, sample):
    """Goals of the functions whose turn it is, by the sources that they stand in."""
    chosen = sample.of((source, name) for source in (CORE, HISTORIES, COMPLETE)
                       for name, _ in lint.defined_functions(lint.read(source)))
    for source in dict(chosen):
        run = Run("some of " + os.path.basename(source), source, build,
                  (COMPLETENESS if source == COMPLETE else PROVERS) + FULL +
                  ["-wp-fct", ",".join(name for where, name in chosen if where == source)], contracts=CONTRACTS)
        run.partial = True
        yield run


def smoke_runs(build):
    smoke = ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE
    return [Run("orderly smoke tests", CORE, build, smoke, contracts=CONTRACTS),
            Run("orderly theorems smoke tests", HISTORIES, build, smoke + PARTS,
                contracts=CONTRACTS),
            Run("orderly completeness smoke tests", COMPLETE, build, smoke + PARTS,
                contracts=CONTRACTS)]


def that_fail(build):
    """(run, of its failed goals what is compared, what that has to be)"""
    return [(canary(build), "label", "OC11_result"), (left_open(build), "label", "COMPLETE_reason"),
            *((without(build, label), "goal", goal) for label, goal in ASSUMED.items())]


def prove(build, out, sample, goals_alone):
    tools = tool_versions()
    runs = list(sample_runs(build, sample)) if sample else goal_runs(build)
    if not sample and not goals_alone:
        runs += smoke_runs(build)
    wrong = [] if sample or goals_alone else that_fail(build)
    run_all("prove orderly", runs + [run for run, _, _ in wrong])
    for run in runs:
        print(f"{run.name}: {sum(goal['proved'] for goal in run.goals)} of "
              f"{sum(goal['total'] for goal in run.goals)}")
        for goal in run.unproved():
            print(f"{run.source}:1: {goal['function']}: not proved: {goal['goal']}")
        for warning in run.warnings:
            print(f"    {warning}")
    if sample:
        print(f"a sample: {sample}")
    as_named = sum(has_to_fail(*one) for one in wrong)
    # Runs of smoke tests prove again that the cases of a contract leave nothing out: not counted twice.
    goals = [goal for at, run in enumerate(runs) for goal in run.goals if goal["smoke"] or at < GOAL_RUNS]
    evidence.write(out, {**tally(goals), "results": goals, **({"part": str(sample)} if sample else {}),
                         "canaries": len(wrong), "canaries_failed_as_named": as_named,
                         "spec_sha256": evidence.spec_sha256(), "tools": tools,
                         "sources": {path: evidence.sha256(path) for path in SOURCES},
                         "judged": texts_sha256(SOURCES)})
    good = sum(run.ok() and bool(run.goals) for run in runs) + as_named
    every = len(runs) + len(wrong)
    print(f"{good} passed, {every - good} failed")
    return 0 if good == every else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--goals", action="store_true", help="all goals; no smoke test, and nothing that has to fail")
    only.add_argument("--quick", action="store_true", help="those of a few functions, if all were proved once")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "proofs", "orderly"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "proof_orderly.json"))
    given = parser.parse_args()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.chdir(ROOT)
    with only_one("prove_orderly", build):
        return prove(build, out, Sample(SAMPLED) if given.quick and is_proved() else None, given.goals or given.quick)


if __name__ == "__main__":
    sys.exit(frame.ends("prove_orderly", main))
