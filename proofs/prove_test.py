#!/usr/bin/env python3
"""prove_test.py [--quick]: `make prove PROP=LABEL` says proved of what is, and of nothing that rests on less.

A core of two functions in a tree of its own: as it should be, and with a callee that does not keep
its contract. A run that goes on takes what was proved of the very same texts, and nothing else. A loop
without an end that WP takes for one that ends is found by the lint. With --quick a third of that is
tried (sample.py). Ends with `N passed, N failed`; exits 1 if one failed.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import rooms  # where the modules below are
from sample import Sample

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300
PARTS = 3   # of the cases, with --quick

HEADER = """#ifndef EW_CORE_H
#define EW_CORE_H

#include <stdint.h>

uint8_t ew_step(uint8_t event);

#endif
"""
CORE = """#include "ew_core.h"

static uint8_t refusal(uint8_t event)
{
    if (event > 1u) {
        return 1;
    }
    return 0;
}

static uint8_t on_outcome(void)
{
    return 0;
}

uint8_t ew_step(uint8_t event)
{
    if (refusal(event) != 0u) {
        return 1;
    }
    return on_outcome();
}
"""
BROKEN = CORE.replace("    return 0;\n", "    return 1;\n", 1)
CONTRACTS = """#include "ew_core.h"

/*@
  terminates \\true;
  exits      \\false;
  assigns    \\nothing;
  ensures    K01_found: (event > 1 && \\result == 1) || (event <= 1 && \\result == 0);
*/
static uint8_t refusal(uint8_t event);

/*@
  terminates \\true;
  exits      \\false;
  assigns    \\nothing;
  ensures    K22_outcome: \\result == 0;
*/
static uint8_t on_outcome(void);

/*@
  terminates \\true;
  exits      \\false;
  assigns    \\nothing;
  ensures    K01_alive_goes_on: event <= 1 ==> \\result == 0;
*/
uint8_t ew_step(uint8_t event);
"""
THEOREMS = '#include "ew_core.h"\n#include "ew_contracts.h"\n'

# What the core is, the labels asked for, the exit status, what is said and what is not.
CASES = [
    ("the core as it should be", CORE, "K01_alive_goes_on", 0,
     "ew_step: ensures_K01_alive_goes_on: 1 of 1 proved", "not proved"),
    ("a callee that does not keep its contract", BROKEN, "K01_alive_goes_on", 1,
     "refusal: not proved: ensures_K01_found", None),
    ("a label that is misspelt", CORE, "K01_alive_goes_in", 2, "did you mean: K01_alive_goes_on",
     None),
    ("one of two that nothing has", CORE, "K01_found,K99_none", 2, "nothing is labelled K99_none",
     "proved"),
]


def tree(folder, core):
    shutil.copytree(HERE, os.path.join(folder, "proofs"), symlinks=True,
                    ignore=shutil.ignore_patterns("*.json"))
    for path, text in (("gen/out/ew_core.h", HEADER), ("gen/out/ew_core.c", core),
                       ("spec/ew_contracts.h", CONTRACTS), ("spec/ew_named.h", ""),
                       ("spec/ew_clauses.h", ""), ("spec/ew_predicates.h", ""),
                       ("spec/clauses.md", ""), ("proofs/any_client.c", THEOREMS),
                       ("proofs/complete.c", THEOREMS)):
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)


# Proves the core of a tree twice, before and after an edit of one of its texts: whether the second run was Frama-C's.
TWICE = """import os, sys
sys.path[:0] = ["proofs/lib"]
import wp
def prove():
    run = wp.Run("core", wp.CORE, "build", ["-wp-prover", "z3"] + wp.QUICK).run()
    return os.stat("build/core/output").st_mtime_ns, len(run.goals), run.ok()
os.makedirs("build")
path, old, new, when = sys.argv[1:]
def edit():
    with open(path) as file:
        text = file.read()
    assert old in text, "nothing to change this way"
    with open(path, "w") as file:
        file.write(text.replace(old, new))
read = wp.Run.read
if when == "while it runs":
    wp.Run.read = lambda self, times: (edit(), read(self, times))
before = prove()
wp.Run.read, wp.Run.go_on = read, True
if when == "behind it":
    edit()
after = prove()
print("taken" if after == before and before[2] else "proved again" if after[2] else "not proved")
"""
HEADER_AS_IT_IS = ("gen/out/ew_core.h", "", "", "behind it")
GOES_ON = [
    ("the same texts", CORE, HEADER_AS_IT_IS, "taken"),
    ("a contract that says less", CORE,
     ("spec/ew_contracts.h", "(event > 1 && \\result == 1) ||", "\\result == 1 ||", "behind it"), "not proved"),
    ("a source of another text", CORE, ("gen/out/ew_core.c", "> 1u", ">= 2u", "behind it"), "proved again"),
    ("a source that changes while it is read", CORE,
     ("gen/out/ew_core.c", "> 1u", ">= 2u", "while it runs"), "proved again"),
    ("what was not proved", BROKEN, HEADER_AS_IT_IS, "not proved"),
]


# It never ends from 0 or 1, and WP proves that it does: of both values of the variant it reads *up at the end.
ENDLESS = """/*@ logic integer left(unsigned *up, integer n) = *up != 0 ? n : 1 - n; */

/*@
  requires   valid: \\valid(up);
  requires   some: n <= 2;
  terminates \\true;
  exits      \\false;
  assigns    *up;
  ensures    two: \\result == 2;
*/
unsigned settle(unsigned *up, unsigned n);

unsigned settle(unsigned *up, unsigned n)
{
    /*@
      loop invariant n <= 2;
      loop assigns n, *up;
      loop variant VARIANT;
    */
    while (n <= 1) {
        n = 1 - n;
        *up = n == 0 ? 1 : 0;
    }
    return n;
}
"""
# What a variant is, whether WP takes the loop for one that ends, and whether the lint lets it through.
VARIANTS = [("left(up, n)", True, False), ("(*up != 0 ? n : 1 - n)", False, True)]
JUDGE = """import sys
sys.path[:0] = ["proofs/lib"]
import lint, wp
run = wp.Run("endless", "endless.c", "build", ["-wp-prover", "cvc4,z3"] + wp.QUICK, ()).run()
found = list(lint.source_findings("endless.c", lint.read("endless.c"), False))
print(not run.unproved() and bool(run.goals), not found)
"""


def endless(case):
    variant, proved, let_through = case
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, CORE)
        with open(os.path.join(folder, "endless.c"), "w", encoding="utf-8") as file:
            file.write(ENDLESS.replace("VARIANT", variant))
        done = subprocess.run([sys.executable, "-c", JUDGE], cwd=folder, capture_output=True, text=True,
                              timeout=SECONDS, check=False)
    good = done.stdout.split() == [str(proved), str(let_through)]
    if not good:
        print(f"FAILED: an endless loop, variant {variant}: expected {proved} {let_through}, "
              f"got\n{done.stdout}{done.stderr}")
    return good


def goes_on(case):
    name, core, edit, says = case
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, core)
        done = subprocess.run([sys.executable, "-c", TWICE, *edit], cwd=folder, capture_output=True, text=True,
                              timeout=SECONDS, check=False)
    good = done.stdout.split("\n")[0] == says
    if not good:
        print(f"FAILED: goes on: {name}\nexpected '{says}', got\n{done.stdout}{done.stderr}")
    return good


def says_proved(case):
    name, core, labels, status, says, says_not = case
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, core)
        done = subprocess.run([sys.executable, "proofs/prove", "--prop", labels], cwd=folder, capture_output=True,
                              text=True, timeout=SECONDS, check=False)
    said = done.stdout + done.stderr
    good = done.returncode == status and says in said and not (says_not and says_not in said)
    if not good:
        print(f"FAILED: {name}\nexpected {status} and '{says}', got {done.returncode} and\n{said}")
    return good


def main():
    cases = [(test, case) for test, all_of_it in ((goes_on, GOES_ON), (endless, VARIANTS), (says_proved, CASES))
             for case in all_of_it]
    if sys.argv[1:] == ["--quick"]:
        sample = Sample(PARTS)
        cases = sample.of(cases)
        print(f"a sample: {sample}")
    failed = sum(not test(case) for test, case in cases)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
