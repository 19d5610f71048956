#!/usr/bin/env python3
"""machines_test.py GENERATOR BUILD [--quick]: a machine that is not the core, from its tables to its proof.

The door (door.md) is generated, compiled, stepped through, read by why3, searched by spin, and
proved against door_contracts.h under the gate of proofs/prove, with a planted defect that has to
fail; with --quick the smoke tests are a sample (sample.py). Each form of the orderly close (the
tables, the C under two compilers, the Promela) has to come to the digests of its tables, and a damaged
one of C and of Promela to others; why3 reads its WhyML.
Exits 0 when all of that went well, 1 when not, 2 when it could not run.
"""
import glob
import hashlib
import os
import shutil
import subprocess
import sys

import rooms  # where the modules below are
import frame
import lint
from progress import run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, QUICK, SMOKE, CannotRun, Run, tool_versions

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

PARTS = 4   # of the smoke tests
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
ORDERLY = "gen/out/ew_orderly.c"
UNSENT = """    m->busy = EW_ORDERLY_BUSY_IDLE;
    return EW_ORDERLY_ANSWER_LATE;
"""
GUARD = """    if (m->lock == DOOR_LOCK_ON) {
        /* G4: DO-02 */
        return DOOR_ANSWER_LOCKED;
    }
"""


class Test:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, fine, why=""):
        self.passed += bool(fine)
        self.failed += not fine
        if not fine:
            print(f"FAILED: {what}: {why}")


def call(command, **more):
    if not shutil.which(command[0]):
        raise CannotRun(f"{command[0]} is missing; install it with: ./setup")
    return subprocess.run(command, capture_output=True, timeout=300, check=False, **more)


def told(run):
    return (run.stdout + run.stderr).decode(errors="replace").strip()


def compiles_and_steps(test, build):
    program = os.path.join(build, "door_stream")
    made = call(["cc", *FLAGS, "-I" + build, os.path.join(HERE, "door_stream.c"),
                 os.path.join(build, "door.c"), "-o", program])
    test.check("the C compiles under the project's flags", made.returncode == 0, told(made))
    stream = call([program]).stdout if made.returncode == 0 else b""
    with open(os.path.join(build, "door_relation.sha256"), encoding="utf-8") as file:
        wanted = file.read().strip()
    digest = hashlib.sha256(stream).hexdigest()
    test.check("the relation of the C is that of the tables", digest == wanted,
               f"{len(stream)} bytes, {digest} for {wanted}")


def is_read_by_why3(test, build):
    read = call(["why3", f"--config={ROOT}/proofs/why3.conf", "prove", "--type-only",
                 os.path.join(build, "door.mlw")])
    test.check("why3 reads the WhyML", read.returncode == 0, told(read))


def search(build, model):
    """What spin finds in a model; an empty text if there is no report."""
    made = call(["spin", "-a", model], cwd=build)
    if made.returncode == 0:
        made = call(["gcc", "-w", "-DNOREDUCE", "-DSAFETY", "-o", "pan", "pan.c"], cwd=build)
    return told(call([os.path.join(build, "pan")], cwd=build)) if made.returncode == 0 else told(made)


def is_searched_by_spin(test, build):
    shutil.copy(os.path.join(HERE, "door_model.pml"), build)
    report = search(build, "door_model.pml")
    test.check("spin finds nothing wrong with the Promela",
               "errors: 0" in report and "Search not completed" not in report, report)
    with open(os.path.join(build, "door_model.pml"), encoding="utf-8") as file:
        text = file.read()
    wrong = text.replace("event == DOOR_EVENT_DONE ||", "")
    with open(os.path.join(build, "door_wrong.pml"), "w", encoding="utf-8") as file:
        file.write(wrong)
    report = search(build, "door_wrong.pml")
    test.check("spin finds that a motor moves the door", wrong != text and "errors: 1" in report,
               report)


def some_functions(source, sample):
    """Options of WP: the functions of which the smoke tests are made."""
    if not sample:
        return []
    names = [name for name, _ in lint.defined_functions(lint.read(source))]
    return ["-wp-fct", ",".join(sample.of(names))]


def is_proved(test, build, sample):
    """The door under the whole gate; its canary is a door that forgets its lock."""
    tool_versions()
    include = [os.path.relpath(build, ROOT), "gen/tests"]
    source = os.path.relpath(os.path.join(build, "door.c"), ROOT)
    broken = os.path.join(build, "broken", "door.c")
    with open(os.path.join(build, "door.c"), encoding="utf-8") as file:
        text = file.read()
    os.makedirs(os.path.dirname(broken))
    with open(broken, "w", encoding="utf-8") as file:
        file.write(text.replace(GUARD, ""))
    test.check("the canary changes the door", text.count(GUARD) == 1, "no such guard in door.c")
    provers = ["-wp-prover", "z3,cvc4"]
    proof = Run("door", source, build, provers + FULL, include, "door_contracts.h")
    smoke = Run("door smoke tests", source, build,
                ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE + some_functions(source, sample), include,
                "door_contracts.h")
    canary = Run("door without its lock", os.path.relpath(broken, ROOT), build,
                 provers + QUICK + ["-wp-fct", "on_open"], include, "door_contracts.h")
    run_all("machines", [proof, smoke, canary])
    goals = sum(goal["total"] for goal in proof.goals if not goal["smoke"])
    doubts = sum(goal["total"] for goal in smoke.goals if goal["smoke"])
    test.check("the C keeps the contracts", proof.ok() and goals > 0, reasons(proof))
    test.check("no contract contradicts itself", smoke.ok() and doubts > 0, reasons(smoke))
    failed = {goal["label"] for goal in canary.unproved()}
    test.check("a door that forgets its lock is not proved", failed == {"DO02_locked_stays_shut"},
               f"not proved: {sorted(map(str, failed))}; {reasons(canary)}")
    print(f"door: {goals} goals proved, {doubts} smoke tests passed" + (f" ({sample})" if sample else ""))


def reasons(run):
    return "; ".join([f"{goal['function']}: {goal['goal']}" for goal in run.unproved()]
                     + run.warnings[:5]) or f"exit status {run.status}"


def orderly_is_told_apart(test, build):
    """The orderly close against its digests, as it ships; and one that calls an unsent notice sent."""
    with open(os.path.join(ROOT, ORDERLY), encoding="utf-8") as file:
        text = file.read()
    test.check("the defect is one of the orderly close", text.count(UNSENT) == 1, "no such return")
    broken = os.path.join(build, "ew_orderly.c")
    with open(broken, "w", encoding="utf-8") as file:
        file.write(text.replace(UNSENT, UNSENT.replace("LATE", "ZERO")))
    right = os.path.join(ROOT, ORDERLY)
    forms = [(right, [cc, level], 0) for cc in ("gcc", "clang") for level in ("-O0", "-O2", "-Os")]
    for source, compiler, status in [*forms, (broken, ["gcc", "-O2"], 1)]:
        program = os.path.join(build, "orderly_test")
        made = call([*compiler, *FLAGS, "-D_POSIX_C_SOURCE=200809L", f"-I{ROOT}/gen/out",
                     os.path.join(HERE, "orderly_test.c"), source, "-o", program, "-lcmocka",
                     "-lcrypto"])
        test.check("the test of the orderly close compiles", made.returncode == 0, told(made))
        played = call([program, f"{ROOT}/gen/out"])
        test.check(f"{source} by {' '.join(compiler)}: status {status}", played.returncode == status, told(played))


def digests(path):
    """Part, or `whole` -> its digest."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    return {words[-3] if words[0] == "part" else "whole": words[-1] for words in lines
            if words[:1] in (["part"], ["whole"])}


def of_model(build):
    """The digests of what a model of the orderly close prints: transitions, and answers of its queries."""
    said = told(call(["spin", "-T", "-B", "orderly_model.pml"], cwd=build)).splitlines()
    parts = {}
    for part, letter in (("relation", "T"), ("answers", "Q")):
        found = [line.split()[1:] for line in said if line.split()[:1] == [letter]]
        parts[part] = hashlib.sha256(bytes(int(word) & 255 for line in found for word in line)).hexdigest()
    return parts


def orderly_is_the_same_elsewhere(test, generator, build):
    """The orderly close from its tables, in Promela, and in WhyML, which is read alone."""
    wanted = digests(f"{ROOT}/gen/out/orderly_digest.txt")
    stream = call([generator, "--stream", f"{ROOT}/spec/orderly.md"]).stdout
    test.check("the tables, interpreted, give the digest",
               hashlib.sha256(stream).hexdigest() == wanted["whole"], f"{len(stream)} bytes")
    read = call(["why3", f"--config={ROOT}/proofs/why3.conf", "prove", "--type-only",
                 f"{ROOT}/gen/out/orderly.mlw"])
    test.check("why3 reads the WhyML of the orderly close", read.returncode == 0, told(read))
    shutil.copy(os.path.join(HERE, "orderly_model.pml"), build)
    with open(f"{ROOT}/gen/out/orderly.pml", encoding="utf-8") as file:
        text = file.read()
    other = text.replace("ANSWER(r, E7, RETURN, -1, UNSENT, NONE)", "ANSWER(r, E7, RETURN, 0, NONE, NONE)")
    test.check("the defect is one of the Promela", other != text, "no such answer")
    for name, model, same in (("Promela", text, True), ("damaged Promela", other, False)):
        with open(os.path.join(build, "orderly.pml"), "w", encoding="utf-8") as file:
            file.write(model)
        found = of_model(build)
        test.check(f"the {name} gives {'' if same else 'no '}digest of the tables",
                   (found["relation"] == wanted["relation"]) is same and found["answers"] == wanted["answers"],
                   f"{found}")


def main():
    generator, build = sys.argv[1], os.path.abspath(sys.argv[2])
    sample = Sample(PARTS) if sys.argv[3:] == ["--quick"] else None
    shutil.rmtree(build, ignore_errors=True)
    os.makedirs(build)
    test = Test()
    made = call([generator, "--out", build, os.path.join(HERE, "door.md")])
    test.check("the generator takes it", made.returncode == 0 and glob.glob(build + "/door.c"),
               told(made))
    if test.failed == 0:
        compiles_and_steps(test, build)
        is_read_by_why3(test, build)
        is_searched_by_spin(test, build)
        is_proved(test, build, sample)
    orderly_is_told_apart(test, build)
    orderly_is_the_same_elsewhere(test, generator, build)
    print(f"{test.passed} passed, {test.failed} failed")
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("machines_test", main))
