#!/usr/bin/env python3
"""matrix.py: every mutant of the tables and of the C, against the labels of the contracts.

A mutant is killed by a label that is not proved any more where the function as it ships is; no
test counts. The labels of the clauses that the changed row names are asked first, then the others
in the order of the contract, a few at a time, until one breaks. Then, for each label, mutants that
it killed first are asked about all labels, until one is found that it kills alone.

Findings: a mutant that survives; a label that kills nothing alone and is not listed in CAVEATS.md;
one that is listed there and does; an equivalent mutant, by the digest of all answers, that is not
proved. What was judged is kept, so that a run can be interrupted; a share of what is kept is
judged anew in each run, and --no-cache judges all.
Exits 0, 1 with findings, 2 when it could not run, 3 when --seconds were over before the end.
"""
import argparse
import collections
import os
import random
import re
import sys
import time

import evidence
import lint
import mutate_tables
from mutant_list import Workshop, sha256
from mutant_units import Judge, Unit
from mutate_c import bare, read
from progress import Progress, only_one
from wp import CONTRACTS, CORE, ROOT, CannotRun, Run, tool_versions

CAVEATS = "proofs/CAVEATS.md"
SUMMARY = "proofs/matrix.json"
LISTED = re.compile(r"^\| `((?:[A-Z]+\d\d|\w+)_?\w*)` \| .+ \|$", re.M)
HEADING = "## Labels that no mutant needs alone"
RECHECKED = 40   # kept verdicts that are judged anew
AT_LEAST = 500   # mutants that are not equivalent
FEW = 6          # labels asked at a time
TRIES = 8        # rounds in which a mutant is looked for that a label kills alone
EQUIVALENT = 12  # equivalent mutants that are proved
PLACES = 1       # mutants of each cell and statement with --places


def inputs_sha256():
    """Of all that a matrix is about: the tables, the C and the contracts, without comments."""
    pages = [read(f"spec/{page}.md") for page in ("machine", "calls", "outcomes")]
    code = [bare(read(path)) for path in (CORE, lint.HEADER)]
    contracts = [bare(read(path)) for path in (CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS)]
    return sha256(*pages, *code, *contracts)


class Row:
    """A mutant, the labels that are asked, in order, and what they said."""

    def __init__(self, mutant, original, contracts, clauses):
        self.mutant, self.changed = mutant, mutant.changed(original)
        self.waiting = list(chunks(self.changed, contracts, clauses))
        self.units, self.full = [], False

    def ask(self):
        """The units for the next few labels."""
        function, labels = self.waiting.pop(0)
        self.units.append(Unit(function, self.changed[function], labels))
        return self.units[-1:]

    def ask_all(self):
        """The units for all labels of all that is changed."""
        self.full = True
        self.units = [Unit(name, text) for name, text in sorted(self.changed.items())]
        return self.units

    def kills(self):
        """(function, label) of each label that broke."""
        return sorted({(unit.function, label) for unit in self.units
                       for label in unit.failed or []})

    def labels(self):
        return sorted({label for _, label in self.kills()})

    def told(self):
        told = {"kind": self.mutant.kind, "what": self.mutant.name, "state": self.mutant.state,
                "killed_by": self.labels(),
                "broken": [f"{function}: {label}" for function, label in self.kills()],
                "proved": [f"{unit.function}: {label}" for unit in self.units
                           for label in unit.proved or []], "all_labels_asked": self.full}
        return told


def chunks(changed, contracts, clauses):
    """(function, labels): first those of the row's own clauses, then the rest, a few at a time."""
    for function in sorted(changed, key=lambda name: len(contracts.labels(name))):
        labels = contracts.labels(function)
        likely = [label for label in labels if label[:3] in clauses]
        if likely:
            yield function, likely
        rest = [label for label in labels if label not in likely]
        for at in range(0, len(rest), FEW):
            yield function, rest[at:at + FEW]


class Matrix:
    def __init__(self, build, use_kept, until):
        self.judge = Judge(build, tool_versions(), use_kept)
        self.workshop = Workshop(build, use_kept)
        self.until, self.complete = until, False
        self.clauses = dict(mutate_tables.clauses_of_rows(self.workshop.pages))
        self.judged = {}      # (function, text, labels) -> a unit that is judged

    def late(self):
        return time.monotonic() > self.until

    def mutants(self, given):
        """All mutants; with --places those that come first at each cell or statement."""
        found, places = [], collections.Counter()
        for each in self.workshop.all():
            places[each.family] += 1
            if given.only in each.name and not (given.places and places[each.family] > PLACES):
                found.append(each)
        progress = Progress("mutants made", len(found), "mutants", "another machine")

        def done(mutant):
            progress.goals += mutant.state == "different"
            progress.over()

        self.workshop.examine_all(found, done)
        return found

    def row(self, mutant):
        named = [word for word in mutant.family.split("`")[0].split() if word in self.clauses]
        return Row(mutant, self.judge.original, self.judge.contracts,
                   {clause.replace("-", "") for word in named for clause in self.clauses[word]})

    def prove(self, what, units):
        """Judges some units; those that are the same are judged once."""
        ident = lambda unit: (unit.function, unit.text, tuple(unit.labels or ["*"]))
        new = {ident(unit): unit for unit in units if ident(unit) not in self.judged}
        progress = Progress(what, len(new), "functions", "with a label broken")

        def done(judged):
            progress.done += len(judged)
            progress.goals += sum(bool(unit.failed) for unit in judged)
            progress.say(progress.done == progress.total)

        self.judge.judge(list(new.values()), self.late, done)
        if any(unit.failed is None for unit in new.values()):
            raise NotFinished(f"{what}: {progress.done} of {progress.total}")
        self.judged.update(new)
        for unit in units:
            unit.failed, unit.proved = self.judged[ident(unit)].failed, \
                self.judged[ident(unit)].proved

    def kill(self, rows):
        """Asks label after label until each mutant is killed, or none is left to ask."""
        left, number = rows, 1
        while left:
            self.prove(f"mutants, round {number}", [unit for row in left for unit in row.ask()])
            left = [row for row in left if not row.kills() and row.waiting]
            number += 1

    def separate(self, rows):
        """For each label all labels of some mutants that it killed, until it kills one alone."""
        for number in range(1, TRIES + 1):
            alone = {row.labels()[0] for row in rows if row.full and len(row.labels()) == 1}
            may = collections.defaultdict(list)
            for row in rows:
                if not row.full and len(row.labels()) == 1 and row.labels()[0] not in alone:
                    may[row.labels()[0]].append(row)
            few = [found[len(found) * (number - 1) // TRIES] for found in may.values()]
            self.prove(f"labels alone, round {number}",
                       [unit for row in few for unit in row.ask_all()])

    def prove_equivalent(self, mutants):
        """Some of the equivalent mutants: they have to be proved in full."""
        chosen = random.Random(inputs_sha256()).sample(mutants, min(EQUIVALENT, len(mutants)))
        rows = [self.row(mutant) for mutant in chosen]
        self.prove("equivalent mutants", [unit for row in rows for unit in row.ask_all()])
        return rows

    def recheck(self):
        """Some kept verdicts, judged anew; those that differ."""
        if not self.judge.from_kept:
            return []
        units = sorted(self.judged.values(), key=lambda unit: (unit.function, unit.text))
        chosen = random.Random(inputs_sha256()).sample(units, min(RECHECKED, len(units)))
        again = [Unit(unit.function, unit.text, unit.labels) for unit in chosen]
        self.judge.use_kept = False
        self.judge.judge(again)
        return [unit.function for unit, new in zip(chosen, again) if unit.failed != new.failed]


class NotFinished(Exception):
    """The seconds were over; what was judged is kept."""


# What the matrix says -----------------------------------------------------------------------------

def listed_labels():
    """Labels that CAVEATS.md lists as redundant, from the table under its heading."""
    text = read(CAVEATS)
    if HEADING not in text:
        return []
    return LISTED.findall(re.split(r"^## ", text.split(HEADING, 1)[1], flags=re.M)[0])


def per_label(rows, contracts):
    """For each label: how many it kills, how many alone, and the first of these."""
    told = {label: {"kills": 0, "alone": 0, "witness": None, "functions": []}
            for function in contracts.of for label in contracts.labels(function)}
    for function in contracts.of:
        for label in contracts.labels(function):
            told[label]["functions"].append(function)
    for row in rows:
        labels = row.labels()
        for label in labels:
            if label in told:
                told[label]["kills"] += 1
        if row.full and len(labels) == 1 and labels[0] in told:
            one = told[labels[0]]
            one["alone"] += 1
            one["witness"] = one["witness"] or row.mutant.name
    return told


def findings(rows, equivalent, labels, changed_verdicts):
    for row in rows:
        if not row.kills():
            yield f"{CONTRACTS}:1: no label is broken by this mutant: {row.mutant.name}"
    for row in equivalent:
        if row.kills():
            yield (f"{CORE}:1: taken for equivalent, but {', '.join(row.labels())} is not proved: "
                   f"{row.mutant.name}")
    listed = listed_labels()
    for label, told in labels.items():
        if not told["alone"] and label not in listed:
            yield (f"{CONTRACTS}:1: {label} kills no mutant that another label does not kill; "
                   f"find one, or say in {CAVEATS}, '{HEADING[3:]}', why it is there")
        if told["alone"] and label in listed:
            yield f"{CAVEATS}:1: {label} is listed, but alone it kills: {told['witness']}"
    for label in listed:
        if label not in labels:
            yield f"{CAVEATS}:1: {label} is listed, and there is no such label"
    if len(rows) < AT_LEAST:
        yield f"{CORE}:1: only {len(rows)} mutants are not equivalent, wanted are {AT_LEAST}"
    for function in changed_verdicts:
        yield f"build/mutants/kept:1: a kept verdict on {function} is not what the proof says now"


def report(matrix, mutants, rows, equivalent, labels, seconds):
    states = collections.Counter(mutant.state for mutant in mutants)
    killed = sum(bool(row.kills()) for row in rows)
    return {
        "spec_sha256": evidence.spec_sha256(), "inputs_sha256": inputs_sha256(),
        "complete": matrix.complete,
        "sources": {path: evidence.sha256(path) for path in
                    (CORE, lint.HEADER, CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS)},
        "tools": matrix.judge.tools,
        "mutants": len(rows) + states["equivalent"], "equivalent": states["equivalent"],
        "equivalent_proved": sum(not row.kills() for row in equivalent),
        "killed": killed, "survived": len(rows) - killed,
        "refused": states["refused"], "broken": states["broken"],
        "duplicates": states["duplicate"],
        "all_labels_asked": sum(row.full for row in rows),
        "labels": len(labels), "labels_alone": sum(bool(told["alone"]) for told in
                                                   labels.values()),
        "verdicts_judged": matrix.judge.fresh, "verdicts_kept": matrix.judge.from_kept,
        "kinds": dict(collections.Counter(row.mutant.kind for row in rows)),
        "seconds": round(seconds, 1)}


def run(given):
    start = time.monotonic()
    build = os.path.abspath(given.build)
    os.makedirs(build, exist_ok=True)
    out = os.path.abspath(given.out)
    os.chdir(ROOT)
    until = start + (given.seconds or float("inf"))
    with only_one("matrix", build):
        return run_in(build, out, until, start, given)


def run_in(build, out, until, start, given):
    matrix = Matrix(build, not given.no_cache, until)
    matrix.complete = not (given.places or given.only)
    mutants = matrix.mutants(given)
    rows = [matrix.row(mutant) for mutant in mutants if mutant.state == "different"]
    matrix.kill(rows)
    matrix.separate(rows)
    equivalent = matrix.prove_equivalent([m for m in mutants if m.state == "equivalent"])
    changed = matrix.recheck()
    labels = per_label(rows, matrix.judge.contracts)
    told = report(matrix, mutants, rows, equivalent, labels, time.monotonic() - start)
    found = list(findings(rows, equivalent, labels, changed))
    if given.only:
        for row in rows + equivalent:
            print(f"{row.mutant.state} {row.mutant.name}: {', '.join(row.labels()) or 'proved'}")
        return 0
    evidence.write(out, {**told, "per_label": labels,
                         "list": [row.told() for row in rows]
                         + [{"kind": m.kind, "what": m.name, "state": m.state, "killed_by": []}
                            for m in mutants if m.state == "equivalent"],
                         "refused_list": {m.name: m.said for m in mutants
                                          if m.state == "refused"}})
    for line in found:
        print(line)
    print(f"mutants: {told['mutants']}, {told['equivalent']} equivalent, {told['killed']} killed, "
          f"{told['survived']} survived; {told['refused']} more refused by the generator\n"
          f"labels: {told['labels_alone']} of {told['labels']} kill one alone\n"
          f"verdicts: {told['verdicts_judged']} judged now, {told['verdicts_kept']} kept from an "
          f"earlier run; {told['seconds']:.0f} s")
    if not found:
        evidence.write(os.path.join(ROOT, SUMMARY), summary(told, labels))
    passed = len(rows) + len(equivalent) + len(labels)
    print(f"{passed - len(found)} passed, {len(found)} failed")
    return 1 if found else 0


def summary(told, labels):
    """What the tree keeps: the counts, and for each label a mutant that it kills alone."""
    keep = ("inputs_sha256", "complete", "mutants", "equivalent", "killed", "survived", "refused",
            "duplicates", "broken", "all_labels_asked", "labels", "labels_alone", "kinds", "tools")
    return {**{name: told[name] for name in keep},
            "alone": {label: {"mutants": one["alone"], "one": one["witness"]}
                      for label, one in sorted(labels.items())}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "mutants"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "mutants.json"))
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")
    parser.add_argument("--seconds", type=float, help="stop after so long; run it again to go on")
    parser.add_argument("--places", action="store_true",
                        help=f"the first {PLACES} mutants of each cell and statement alone")
    parser.add_argument("--only", default="",
                        help="print the rows of mutants with this in their name")
    try:
        return run(parser.parse_args())
    except NotFinished as rest:
        print(f"matrix: time is up in {rest}; run it again to go on", file=sys.stderr)
        return 3
    except (CannotRun, OSError) as error:
        print(f"matrix: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        Run.stop_all()
        print("matrix: interrupted; what was judged is kept", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
