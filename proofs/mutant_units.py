"""Which labels a changed function breaks: its contract, proved for many changed bodies at a time.

A unit is one function with a changed body. Its proof depends on that body, on its contract, and on
the contracts (never the bodies) of what it calls; so units of many mutants stand side by side in
one file, each under a name of its own with a copy of the contract. Each file holds the function
as it ships too, which has to be proved by the same prover in the same number of steps. That a copy
is judged as the function in its place would be, by both provers in the limits of the real proof,
the sample of `make mutants` shows.
"""
import concurrent.futures
import hashlib
import json
import os
import re

import lint
from mutate_c import FUNCTION, bare, functions, read
from wp import CONTRACTS, CORE, FULL, ROOT, CannotRun, Run

STEPS = ("ew_step", "on_outcome")     # proved with the provers in the other order, as in prove
BY_Z3 = ("on_outcome", "on_call",     # what CVC4 alone may not prove as it ships,
         "on_shutdown")               # or takes longer for
CVC4_STEPS = "250000"                 # no goal of the core as it ships needs 170000
ONLY = "-wp-prop=@ensures,@requires"
BATCH = 24
LANES = 2
PUBLIC = [CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS, lint.HEADER]


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


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
        self.shared = digest(*(bare(read(path)) for path in PUBLIC))

    def labels(self, function):
        return list(dict.fromkeys(self.ENSURES.findall(self.of[function])))

    def copy(self, function, labels=None):
        keep = lambda found: found[0] if labels is None or found[1] in labels else ""
        return "/*@" + self.ENSURES.sub(keep, self.of[function]) + "*/\n"


class Unit:
    """A function with a changed body, and the labels asked about; None stands for all of them."""

    def __init__(self, function, text, labels=None):
        self.function, self.text = function, text
        self.labels = labels
        self.failed, self.proved = None, None     # labels, once it is judged

    def key(self, contracts, tools):
        return digest(self.function, self.text, contracts.copy(self.function, self.labels),
                      contracts.shared, json.dumps(tools, sort_keys=True),
                      *options_for(self.function))

    def source(self, contracts, name):
        found = FUNCTION.search(self.text + "\n")
        if not found:
            raise CannotRun(f"{self.function}: its text is no function any more")
        named = lambda text: re.sub(rf"\b{self.function}(?=\()", name, text)
        head = named(found["head"]).replace(" inline", "")
        return (contracts.copy(self.function, self.labels) + head + ";\n"
                + head + "\n" + self.text[self.text.index("\n{") + 1:] + "\n")


class Batch:
    """Units of one function that are asked the same labels, and that function as it ships."""

    def __init__(self, number, units, original, contracts, folder):
        self.units, self.folder = units, folder
        self.control = Unit(units[0].function, original, units[0].labels)
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
            unit.proved = sorted({self.label(goal) for goal in mine} - failed)
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
    """Judges units; what was judged once is kept in a folder, by the digest of all it rests on."""

    def __init__(self, folder, tools, use_kept=True):
        self.folder, self.tools, self.use_kept = folder, tools, use_kept
        self.contracts = Contracts()
        self.original = functions(read(CORE))
        self.original.update(functions(read(lint.HEADER)))
        self.number = self.fresh = self.from_kept = 0
        os.makedirs(os.path.join(folder, "kept"), exist_ok=True)

    def kept_path(self, unit):
        return os.path.join(self.folder, "kept", unit.key(self.contracts, self.tools) + ".json")

    def recall(self, unit):
        """Whether a verdict of an earlier run was found."""
        try:
            with open(self.kept_path(unit), encoding="utf-8") as file:
                told = json.load(file)
        except (FileNotFoundError, ValueError):
            return False
        unit.failed, unit.proved = told["failed"], told["proved"]
        self.from_kept += 1
        return True

    def keep(self, unit):
        path = self.kept_path(unit)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump({"function": unit.function, "failed": unit.failed,
                       "proved": unit.proved}, file)
        os.replace(path + ".new", path)
        self.fresh += 1

    def judge(self, units, enough=lambda: False, done=lambda judged: None):
        """Judges them, until `enough` says stop; tells `done` which are judged."""
        waiting = {}
        for unit in units:
            if self.use_kept and self.recall(unit):
                done([unit])
            else:
                same = (unit.function, tuple(unit.labels or ["*"]))
                waiting.setdefault(same, []).append(unit)
        batches = []
        for same in waiting.values():
            for at in range(0, len(same), BATCH):
                batches.append(same[at:at + BATCH])

        def one(number, batch):
            if enough():
                return
            self.run_batch(number, batch)
            done(batch)

        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            jobs = [pool.submit(one, self.number + i, batch) for i, batch in enumerate(batches)]
            self.number += len(batches)
            try:
                for job in concurrent.futures.as_completed(jobs):
                    job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                Run.stop_all()
                raise

    def run_batch(self, number, units):
        original = self.original[units[0].function]
        Batch(number, units, original, self.contracts, self.folder).judge()
        for unit in units:
            self.keep(unit)
