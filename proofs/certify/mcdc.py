#!/usr/bin/env python3
"""mcdc.py --out FILE [--core FILE]: what the exhaustive tests of the machines cover of their source.

clang-19 compiles the files that ship with -fcoverage-mcdc; gen/tests/core_test.c and orderly_test.c
step through every state and every event, and bytes out of range. Every line, region, side of a
branch and condition of ew_core.[ch] and ew_orderly.[ch] has to be covered; with --core, of a core
in their place. Decisions test one condition each: for them,
MC/DC is that both sides of the branch are taken. Both are reported: what LLVM counts as MC/DC
decisions (those of two conditions or more) and the branches of one condition.
Exits 1 on what is not covered, 2 when it could not measure.
"""
import argparse
import json
import os
import re
import shutil
import sys
import time

import rooms  # where the modules below are
import evidence
import frame
import lint
from tool import CannotRun, run

CC, MERGE, COV = "clang-19", "llvm-profdata-19", "llvm-cov-19"
PACKAGE = {CC: "clang-19 libclang-rt-19-dev", MERGE: "llvm-19", COV: "llvm-19"}
CORE, ORDERLY = "gen/out/ew_core.c", "gen/out/ew_orderly.c"
DRIVER = ["gen/tests/core_test.c", "gen/tests/relation_reader.c"]
ORDERLY_DRIVER = ["gen/tests/orderly_test.c"]
COVERAGE = ["-fprofile-instr-generate", "-fcoverage-mapping", "-fcoverage-mcdc"]
FLAGS = ["-D_POSIX_C_SOURCE=200809L", "-Ispec", "-Igen/tests"]
MEASURES = ("lines", "regions", "branches", "mcdc", "functions")
SECONDS = 300


def measure(folder, core, driver):
    """The export of llvm-cov, for this machine under its exhaustive test."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    at = lambda name: os.path.join(folder, name)
    include = ["-I" + os.path.dirname(core)] if core not in (CORE, ORDERLY) else []
    run(CC, "-std=c99", "-O0", *COVERAGE, *include, "-Igen/out", *FLAGS, "-c", core,
        "-o", at("core.o"))
    run(CC, "-std=c11", "-O1", *COVERAGE, *include, "-Igen/out", *FLAGS, *driver, at("core.o"),
        "-o", at("test"), "-lcmocka", "-lcrypto")
    said = run(at("test"), "gen/out", timeout=SECONDS,
               env=dict(os.environ, LLVM_PROFILE_FILE=at("raw")))
    run(MERGE, "merge", at("raw"), "-o", at("data"))
    report = json.loads(run(COV, "export", at("test"), "-instr-profile", at("data")))
    return report, said.strip().splitlines()[-1]


def not_covered(path, file):
    """file:line: what, for each side of a branch and each region that was never reached."""
    for line, column, _, _, taken, passed, *_ in file["branches"]:
        for count, side in ((taken, "true"), (passed, "false")):
            if count == 0:
                yield (f"{path}:{line}:{column}: error: never {side} over all states and events: "
                       "a branch that nothing reaches")
    for line, column, count, has_count, is_entry, is_gap in file["segments"]:
        if count == 0 and has_count and is_entry and not is_gap:
            yield f"{path}:{line}:{column}: error: never executed over all states and events"


def decisions_of_many(path):
    """Where the source joins conditions, which one branch each would not show."""
    with open(path, encoding="utf-8") as file:
        code = lint.code_of(file.read())
    for found in re.finditer(r"&&|\|\||\?", code):
        yield code.count("\n", 0, found.start()) + 1


def judge(folder, core, driver):
    """The figures of a machine, and what is wrong, one line each."""
    report, said = measure(folder, core, driver)
    files = {os.path.basename(file["filename"]): file for file in report["data"][0]["files"]}
    judged = [os.path.basename(core), os.path.basename(core)[:-1] + "h"]
    if not all(name in files for name in judged):
        raise CannotRun(f"llvm-cov speaks of {', '.join(files)} only")
    problems, totals = [], {measure: [0, 0] for measure in MEASURES}
    for name in judged:
        problems += not_covered(os.path.relpath(files[name]["filename"]), files[name])
        for what in MEASURES:
            totals[what][0] += files[name]["summary"][what]["covered"]
            totals[what][1] += files[name]["summary"][what]["count"]
    for what, (covered, count) in totals.items():
        if covered != count:
            problems.append(f"{core}: error: {covered} of {count} {what} covered")
    many = list(decisions_of_many(core))
    if len(many) > 0 and totals["mcdc"][1] == 0:
        problems += [f"{core}:{line}: error: joined conditions, of which LLVM measured no MC/DC"
                     for line in many]
    single = len(files[judged[0]]["branches"]) - len(many)
    if min(totals["branches"][1], totals["lines"][1], single) == 0:
        raise CannotRun("llvm-cov counts no lines or no branches")
    return {"driver": said, "single_condition_decisions": single, "joined_conditions": len(many),
            "llvm_mcdc_decisions": totals["mcdc"][1],
            **{what: {"covered": covered, "count": count}
               for what, (covered, count) in totals.items()}}, problems


def tell(name, figures):
    print(f"mcdc: {name}: " + ", ".join(
        f"{figures[what]['covered']} of {figures[what]['count']} {what}"
        for what in MEASURES if what != "mcdc"))
    print(f"mcdc: {name}: {figures['single_condition_decisions']} decisions test one condition: "
          f"branch coverage is their MC/DC; {figures['joined_conditions']} join conditions; "
          f"LLVM counts {figures['llvm_mcdc_decisions']} of these")


def check(out, folder, core):
    start = time.monotonic()
    for name, package in PACKAGE.items():
        if not shutil.which(name):
            raise CannotRun(f"{name} is missing; install it with: apt-get install {package}")
    figures, problems = judge(folder, core, DRIVER)
    sources = [core, "gen/out/ew_core.h"] + DRIVER
    beside = {}
    if core == CORE:
        beside["orderly"], more = judge(folder, ORDERLY, ORDERLY_DRIVER)
        problems += more
        sources += [ORDERLY, "gen/out/ew_orderly.h"] + ORDERLY_DRIVER
    evidence.write(out, {
        "spec_sha256": evidence.spec_sha256(),
        "sources": {path: evidence.sha256(path) for path in sources},
        "tools": {CC: run(CC, "--version").splitlines()[0],
                  COV: run(COV, "--version").strip().splitlines()[0].strip()},
        **figures, **beside,
        "problems": problems, "seconds": round(time.monotonic() - start, 1)})
    for line in problems:
        print(line, file=sys.stderr)
    tell("core", figures)
    for name, those in beside.items():
        tell(name, those)
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--build", default="build/mcdc")
    parser.add_argument("--core", default=CORE)
    given = parser.parse_args()
    return check(given.out, given.build, given.core)


if __name__ == "__main__":
    sys.exit(frame.ends("mcdc", main))
