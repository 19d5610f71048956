"""Frama-C/Eva over every state and event (eva/every_state.c): one more beside the provers.

Eva interprets the core abstractly and evaluates each contract at each call. It gives verdicts on
postconditions, on what callers owe their callees and, with -from-verify-assigns, on `assigns`;
where it raises no alarm there is no undefined behaviour. It says nothing on termination.

It must not reuse what it found for a function (-eva-no-memexec): it would do so where the bytes
that the function reads are the same, and not evaluate a contract that compares others.

Verdicts come from the CSV that -report writes; only -deps has no form but text.
"""
import csv
import os
import re

from sample import number
from wp import CORE, ROOT, Run

DRIVER = "proofs/trial/eva/every_state.c"
FIELDS = ["handshake", "sent", "received", "quiet", "fatal", "notice_out", "notice_in", "output",
          "session", "busy"]
WHOLE = 25        # runs that share the states in range; no multiple of 2, 3 or 7
SHARES = 5        # parts that share those runs
SAMPLE = 167      # one of so many groups of states in the quick check; 168 groups in all
# Eva compares two states only where it knows each byte, which in the intervals of `refusals` it
# does not. There the driver checks the answer, and that nothing is written is read from -deps.
REFUSALS = "refusals"
BY_DEPS = {"K01_fatal_refused", "K22_busy_refused", "K22_no_answer_to_a_handshake",
           "K22_no_answer_to_a_receive", "K22_no_answer_to_a_send", "K22_nothing_was_asked",
           "K22_unexpected_refused", "K22_unknown_refused", "K23_refusals_change_nothing",
           "K24_corrupt_refused", "named", "outcomes"}
GOOD = {"Valid", "Considered valid"}
KINDS = {"postcondition", "precondition", "assigns clause", "from clause", "user check",
         "complete behaviors", "disjoint behaviors", "terminates clause", "exits clause",
         "loop unroll"}


class EvaRun(Run):
    """One run of Eva; `rows` and `deps` are filled once it is over."""

    def __init__(self, main, folder, parts=1, part=0, core=CORE, include=("gen/out", "spec")):
        name = f"eva {main}" + (f" {part + 1} of {parts}" if parts > 1 else "")
        super().__init__(name, core, folder, [], include)
        self.main, self.parts, self.part = main, parts, part
        self.rows, self.deps = [], {}

    def command(self):
        at = lambda file: os.path.join(self.folder, file)
        return ["frama-c", "-machdep", self.machdep,
                *self.reads(f"-DPARTS={self.parts}", f"-DPART={self.part}"),
                "-kernel-warn-key", "annot:missing-spec=abort",
                "-kernel-log", "ew:" + at("kernel.log"),
                self.source, DRIVER, "-main", self.main, "-eva", "-eva-precision", "0",
                "-eva-slevel", "300", "-eva-no-memexec", "-eva-no-print", "-eva-no-show-progress",
                "-deps", "-from-verify-assigns",
                "-then", "-report-csv", at("properties.csv")]

    def read(self, times):
        at = lambda file: os.path.join(self.folder, file)
        if os.path.exists(at("kernel.log")):
            with open(at("kernel.log"), encoding="utf-8") as text:
                self.warnings += [line for line in text.read().splitlines() if line.strip()]
        if not os.path.exists(at("properties.csv")):
            self.warnings.append("no report was written")
            return
        with open(at("properties.csv"), encoding="utf-8", newline="") as text:
            self.rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE,
                                            restval=""))
        with open(at("output"), encoding="utf-8") as text:
            self.deps = dependencies(text.read())

    def by_deps(self, row):
        """Whether -deps shows a refusal that Eva's own comparison leaves unknown."""
        told = self.deps.get(row["function"])
        return self.main == REFUSALS and label_of(row) in BY_DEPS and row["status"] == "Unknown" \
            and told is not None and not told["writes"]

    def problems(self):
        """file:line: what, for each thing that Eva could not show."""
        if self.status:
            yield f"{DRIVER}:1: {self.name}: frama-c ended with {self.status}; " \
                  f"see {os.path.relpath(self.folder, ROOT)}/output"
        for row in self.rows:
            if row["status"] in GOOD | {"Dead"} or self.by_deps(row):
                continue
            yield f"{row['directory']}/{row['file']}:{row['line']}: {row['function']}: " \
                  f"{row['property kind']} is {row['status']} for Eva ({self.main}): " \
                  f"{row['property']}"
        for function, told in self.deps.items() if self.main == REFUSALS else ():
            if told["writes"] & set(FIELDS + ["*"]) and function not in self.own():
                yield f"{CORE}:1: {function}: -deps has a refusal write " \
                      f"{', '.join(sorted(told['writes']))}"
        for line in self.warnings:
            yield f"{DRIVER}:1: {self.name}: {line}"

    @staticmethod
    def own():
        """The functions of the driver, which set the state up."""
        with open(os.path.join(ROOT, DRIVER), encoding="utf-8") as file:
            return set(re.findall(r"^(?:static )?\w+ (\w+)\([^;]*\)\n\{", file.read(), re.M))

    def ok(self):
        return not list(self.problems())


def label_of(row):
    found = re.match(r"(\w+): ", row["property"])
    return found[1] if found else None


# What -deps says ----------------------------------------------------------------------------------

BRACES = r"\{(?:[^{}]|\{[^{}]*\})*\}"
PLACE = rf"(?:\\?\w+)(?:\.\w+|{BRACES})?"
TARGET = rf"(\.\w+|{PLACE}|{BRACES}) FROM ({PLACE}(?:; {PLACE})*)"


def dependencies(text):
    """Function -> what it writes, and what its result is computed from."""
    told = {}
    for block in re.findall(r"^\[from\] Function (\w+):\n((?:  .*\n)*)", text, re.M):
        flat = re.sub(r"\s+", " ", block[1])
        one = told.setdefault(block[0], {"writes": set(), "result": set(), "reads": set()})
        for target, places in re.findall(TARGET, flat):
            if target == "\\result":
                one["result"] |= names(places)
            else:
                one["writes"] |= set(re.findall(r"\.(\w+)", target)) or {"*"}
                one["reads"] |= names(places)
    return told


def names(places):
    return set(re.findall(r"(?<![.\w\\])\w+", re.sub(BRACES, "", places))) - {"and", "SELF"}


def declared(contracts):
    """Function -> the fields that its contract lets it write; the text of all contracts given."""
    told = {}
    for contract, function in re.findall(
            r"/\*@((?:(?!\*/).)*)\*/\s*(?:static )?(?:inline )?\w+ (\w+)\(", contracts, re.S):
        said = re.search(r"assigns\s+(.*?);", contract, re.S)
        if said:
            fields = re.findall(r"m->(\w+)", said[1])
            told[function] = set(FIELDS) if said[1] == "*m" else set(fields)
    return told


def compare(runs, contracts, whole_of_it):
    """(findings, figures): what is written against what is declared, over all runs."""
    told, said = {}, declared(contracts)
    for run in runs:
        for function, one in run.deps.items():
            kept = told.setdefault(function, {"writes": set(), "result": set(), "reads": set()})
            for key, value in one.items():
                kept[key] |= value
    findings, exact, within = [], 0, 0
    for function, allowed in sorted(said.items()):
        if function not in told:
            continue
        one = told[function]
        writes = set(FIELDS) if "*" in one["writes"] else one["writes"]
        if not writes <= allowed:
            findings.append(f"spec/ew_contracts.h:1: {function}: Eva's -deps has it write "
                            f"{', '.join(sorted(writes - allowed))}, which `assigns` leaves out")
        elif whole_of_it and allowed != set(FIELDS) and writes != allowed:
            findings.append(f"spec/ew_contracts.h:1: {function}: `assigns` has "
                            f"{', '.join(sorted(allowed - writes))}, "
                            "which -deps never sees written")
        exact += writes == allowed
        within += writes < allowed
        other = (one["result"] | one["reads"]) - {"m", "event", "state", "nothing", "a"}
        if other:
            findings.append(f"spec/ew_contracts.h:1: {function}: it depends on "
                            f"{', '.join(sorted(other))}, "
                            "and not on the machine and the event alone")
    return findings, {"functions": exact + within, "assigns_equal": exact,
                      "assigns_wider": within}


# What counts as shown -----------------------------------------------------------------------------

def verdicts(runs):
    """What all runs say together: a property is shown if every run that meets it shows it."""
    statuses, alarms, reached = {}, set(), set()
    for run in runs:
        reached |= set(run.deps)
        for row in run.rows:
            kind, label, status = row["property kind"], label_of(row), row["status"]
            if run.by_deps(row):
                status = "Valid"
            if status != "Dead":
                statuses.setdefault((row["function"], kind, label), set()).add(status)
            known = kind in KINDS or kind.startswith("precondition of ")
            if not known and status not in GOOD:
                alarms.add(row["function"])
    return {"reached": sorted(reached - alarms),
            "shown": sorted([function, kind, label or ""]
                            for (function, kind, label), status in statuses.items()
                            if status == {"Valid"})}


def shows(said, goal):
    """Whether verdicts() covers a goal of WP. An RTE goal is covered by the absence of alarms."""
    function, name, label = goal["function"], goal["goal"], goal["label"]
    if function not in said["reached"]:
        return False
    if "assert_rte" in name:
        return True
    called = re.match(r"(\w+?)_requires_\w+$", name)
    if name == "assigns":
        kind = "assigns clause"
    elif called:
        kind = "precondition of " + called[1]
    else:
        kind = "postcondition"
    return bool(label or name == "assigns") and [function, kind, label or ""] in said["shown"]


def share(folder, number):
    """One of SHARES parts of all runs; together they leave no state and no event out."""
    runs = [EvaRun("sound_states", folder, WHOLE, part) for part in range(number, WHOLE, SHARES)]
    rest = [EvaRun("started_and_asked", folder), EvaRun(REFUSALS, folder)]
    return runs + (rest if number == 0 else [])


def kept(run):
    """What is to be kept of a run, for JSON."""
    return {"main": run.main, "parts": run.parts, "part": run.part,
            "rows": [{name: row[name] for name in ("function", "property kind", "status",
                                                   "property", "line")} for row in run.rows],
            "deps": {function: {key: sorted(value) for key, value in one.items()}
                     for function, one in run.deps.items()}}


def recalled(told):
    run = EvaRun(told["main"], "", told["parts"], told["part"])
    run.rows = told["rows"]
    run.deps = {function: {key: set(value) for key, value in one.items()}
                for function, one in told["deps"].items()}
    return run


def sample(folder):
    return [EvaRun("sound_states", folder, SAMPLE, number() % SAMPLE), EvaRun("started_and_asked", folder),
            EvaRun(REFUSALS, folder)]
