#!/usr/bin/env python3
"""targets_test.py: targets.py notices each target that does not keep the rule."""
import sys

import targets

GOOD = "kit: lib ## test: what a port owes\nkit-quick: ## test: a sample of kit\n" \
       "test-kit: ## test: wrong ports\n"
# What is added to it, and what is said of that, at which line.
CASES = {
    "kits := a ## b": None,
    "test-src: ## test: unit tests": None,
    "other: ## what it does": "m:4: other: say who asks",
    "other: ## fun: what it does": "m:4: other: say who asks",
    "check-kit: ## test: what it does": "m:4: check-kit: `X` runs",
    "test-kid: ## test: what it does": "m:4: test-kid: nothing is called kid",
    "bench-quick: ## test: what it does": "m:4: bench-quick: samples nothing",
    "other: ## look: the same again": "m:4: other: its line leans on another: 'the same'",
    "other: ## look: " + "x" * 121: "m:4: other: its line is longer",
}


def main():
    failed = 0
    for line, wanted in CASES.items():
        told = list(targets.targets("m", GOOD + line + "\n"))
        said = [f"{place}: {what}" for place, what in targets.problems(told)]
        good = said == [] if wanted is None else len(said) == 1 and said[0].startswith(wanted)
        failed += not good
        if not good:
            print(f"FAILED: {line}\nexpected {wanted}, got {said}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
