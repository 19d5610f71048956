#!/usr/bin/env python3
"""prove_test.py: `make prove PROP=LABEL` says proved of what is, and of nothing that rests on less.

A core of two functions in a tree of its own: as it should be, and with a callee that does not keep
its contract. Ends with `N passed, N failed`; exits 1 if one failed.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300

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


def main():
    failed = 0
    for name, core, labels, status, says, says_not in CASES:
        with tempfile.TemporaryDirectory() as folder:
            tree(folder, core)
            done = subprocess.run([sys.executable, "proofs/prove", "--prop", labels], cwd=folder,
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
        said = done.stdout + done.stderr
        good = done.returncode == status and says in said and not (says_not and says_not in said)
        failed += not good
        if not good:
            print(f"FAILED: {name}\nexpected {status} and '{says}', got {done.returncode} and\n"
                  f"{said}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
