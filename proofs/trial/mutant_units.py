"""Which labels a changed function breaks: its contract, proved for many changed bodies at a time.

A unit is one function with a changed body. Its proof depends on that body, on its contract, and on
the contracts (never the bodies) of what it calls; so units of many mutants stand side by side in
one file, each under a name of its own with a copy of the contract. Each file holds the function
as it ships too, which has to be proved by the same prover in the same number of steps. That a copy
is judged as the function in its place would be, by both provers in the limits of the real proof,
the sample of `make mutants-quick` shows.
"""
import collections
import os
import re

import frame
import lint
from mutate_c import FUNCTION, functions, read
from wp import CONTRACTS, CORE, FULL, LANES, ROOT, CannotRun, Run

STEPS = ("ew_step", "on_outcome")     # proved with the provers in the other order, as in prove
BY_Z3 = ("on_outcome", "on_call",     # what CVC4 alone may not prove as it ships,
         "on_shutdown")               # or takes longer for
CVC4_STEPS = "250000"                 # no goal of the core as it ships needs 170000
ONLY = "-wp-prop=@ensures,@requires"
BATCH = 24


def in_place(function):
    """As `make prove` does it."""
    return ["-wp-prover", "z3,cvc4" if function in STEPS else "cvc4,z3"] + FULL + [ONLY]


def options_for(function):
    """One prover that proves all of the function as it ships, well within its steps."""
    if function in BY_Z3:
        return ["-wp-prover", "z3"] + FULL + [ONLY]
    return ["-wp-prover", "cvc4", "-wp-steps", CVC4_STEPS, "-wp-timeout", "40", ONLY]


class Contracts:
    """The contract of each function, to be copied, whole or with some of its `ensures` alone."""

    ENSURES = re.compile(r" *ensures +(\w+):.*?;\n", re.S)

    def __init__(self):
        text = read(CONTRACTS) + read(lint.NAMED)
        self.of = lint.contracts_of(text)

    def labels(self, function):
        return list(dict.fromkeys(self.ENSURES.findall(self.of[function])))

    def copy(self, function):
        return "/*@" + self.of[function] + "*/\n"


class Unit:
    """A function with a changed body, and once it is judged the labels that are not proved."""

    def __init__(self, function, text):
        self.function, self.text = function, text
        self.failed = None

    def source(self, contracts, name):
        found = FUNCTION.search(self.text + "\n")
        if not found:
            raise CannotRun(f"{self.function}: its text is no function any more")
        named = lambda text: re.sub(rf"\b{self.function}(?=\()", name, text)
        head = named(found["head"]).replace(" inline", "")
        return (contracts.copy(self.function) + head + ";\n"
                + head + "\n" + self.text[self.text.index("\n{") + 1:] + "\n")


class Batch:
    """Units of one function, and that function as it ships."""

    def __init__(self, number, units, original, contracts, folder):
        self.units, self.folder = units, folder
        self.control = Unit(units[0].function, original)
        self.path = os.path.join(folder, f"batch{number}.c")
        self.run = Run(f"batch{number}", self.path, folder, options_for(units[0].function))
        text = "#include \"ew_core.h\"\n#include \"ew_contracts.h\"\n\n"
        for place, unit in enumerate([self.control] + units):
            text += unit.source(contracts, self.name(place)) + "\n"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        self.run.options += ["-wp-fct", ",".join(self.name(i) for i in range(len(units) + 1))]

    def name(self, place):
        return f"{self.control.function}_mutant{place}"

    def judge(self):
        self.run.run()
        if not self.run.goals or any("error" in line.lower() for line in self.run.warnings):
            said = "; ".join(self.run.warnings) or "it gave no goals"
            raise CannotRun(f"{os.path.relpath(self.run.folder, ROOT)}/output: {said}")
        for place, unit in enumerate([self.control] + self.units):
            mine = [goal for goal in self.run.goals if goal["function"] == self.name(place)]
            failed = {self.label(goal) for goal in mine if goal["proved"] != goal["total"]}
            unit.failed = sorted(failed)
            if not mine:
                raise CannotRun(f"{self.path}: no goals for {self.name(place)}")
        if self.control.failed:
            raise CannotRun(f"{self.path}: {self.control.function} as it ships is not proved: "
                            f"{', '.join(self.control.failed)}")
        return self.units

    @staticmethod
    def label(goal):
        if goal["label"] is None:
            raise CannotRun(f"{goal['function']}: {goal['goal']} has no label")
        return goal["label"]


class Judge:
    """Has units proved, a batch of one function's at a time."""

    def __init__(self, folder, tools):
        self.folder, self.tools = folder, tools
        self.contracts = Contracts()
        self.original = functions(read(CORE))
        self.original.update(functions(read(lint.HEADER)))
        self.number = 0

    def judge(self, units, done=lambda judged: None):
        """Judges them all; tells `done` which are judged."""
        of_function = collections.defaultdict(list)
        for unit in units:
            of_function[unit.function].append(unit)
        batches = [same[at:at + BATCH] for same in of_function.values()
                   for at in range(0, len(same), BATCH)]

        def one(numbered):
            number, batch = numbered
            Batch(number, batch, self.original[batch[0].function], self.contracts,
                  self.folder).judge()
            done(batch)

        numbered = list(enumerate(batches, self.number))
        self.number += len(batches)
        frame.play(numbered, one, lanes=LANES, stop=Run.stop_all).all()
