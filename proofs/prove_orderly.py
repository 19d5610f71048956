#!/usr/bin/env python3
"""Hold the orderly close to its contracts, and every history of it to the theorems.

The same gate as proofs/prove: the generated C, the theorems, smoke tests of both, and a canary, a
close that calls an unsent close_notify a success. Exits 0, 1 with a finding, 2 if it could not run.
"""
import os
import sys

import rooms  # where the modules below are
import frame
from progress import only_one, run_all
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE, CannotRun, Run, tool_versions

CORE, HISTORIES = "gen/out/ew_orderly.c", "proofs/any_orderly.c"
CONTRACTS = "ew_orderly_contracts.h"
PARTS = ["-wp-skip-fct", ",".join("ew_orderly_" + part
                                  for part in ("action", "value", "error", "reason"))]
RIGHT, WRONG = "return EW_ORDERLY_ANSWER_LATE;", "return EW_ORDERLY_ANSWER_ZERO;"
PROVERS = ["-wp-prover", "z3,cvc4"]


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


def prove(build):
    tool_versions()
    smoke = ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE
    runs = [Run("orderly close", CORE, build, PROVERS + FULL, contracts=CONTRACTS),
            Run("orderly theorems", HISTORIES, build, PROVERS + FULL + PARTS, contracts=CONTRACTS),
            Run("orderly smoke tests", CORE, build, smoke, contracts=CONTRACTS),
            Run("orderly theorems smoke tests", HISTORIES, build, smoke + PARTS,
                contracts=CONTRACTS)]
    bird = canary(build)
    run_all("prove orderly", runs + [bird])
    for run in runs:
        print(f"{run.name}: {sum(goal['proved'] for goal in run.goals)} of "
              f"{sum(goal['total'] for goal in run.goals)}")
        for goal in run.unproved():
            print(f"{run.source}:1: {goal['function']}: not proved: {goal['goal']}")
        for warning in run.warnings:
            print(f"    {warning}")
    failed = {goal["label"] for goal in bird.unproved()}
    if failed != {"OC11_result"}:
        print(f"the canary must fail OC11_result, and nothing else: {sorted(map(str, failed))}")
    good = sum(run.ok() and bool(run.goals) for run in runs) + (failed == {"OC11_result"})
    print(f"{good} passed, {len(runs) + 1 - good} failed")
    return 0 if good == len(runs) + 1 else 1


def main():
    build = os.path.join(ROOT, "build", "proofs-orderly")
    os.chdir(ROOT)
    with only_one("prove_orderly", build):
        return prove(build)


if __name__ == "__main__":
    sys.exit(frame.ends("prove_orderly", main))
