#!/usr/bin/env python3
"""by_label.py: every mutant of the tables and of the C, against every label of the contracts.

For each mutant that is not equivalent all labels of the functions that it changes are evaluated in
every state and on every event that their contracts allow (falsify.py). It is killed by the labels
that are false somewhere; no test counts. What kills no label there is put to the provers.

A mutant is equivalent when the digest of all answers of the machine is the same and no label is
false; where one is, the function alone is another, and it counts among the killed (as `masked`).

The provers then judge that. For each label, mutants that it kills alone are proved until one
is found of which exactly that label is not proved. A sample of the other mutants is proved as well:
no label that is false may be proved, unless on what a call requires and does not get. Equivalent
mutants have to be proved in full.

Findings: a mutant that survives; a label that kills nothing alone and is not listed in CAVEATS.md;
one that is listed there and does; a false label that is proved; an equivalent mutant that is not.
The C of each mutant and whether it is equivalent is kept, so that a run can be interrupted;
--no-cache makes all anew. --shard K/N: of each N mutants the Kth; what it is, and its false labels, go
to --out. --parts: the mutants are made here, and the rest is what the shards found.
Exits 0, 1 with findings, 2 when it could not run.
"""
import argparse
import collections
import json
import os
import random
import re
import sys
import time

import rooms  # where the modules below are
import evidence
import frame
import lint
from falsify import Broken, Falsifier
from judged import inputs_sha256
from mutant_list import Workshop
from mutant_units import Judge, Unit
from mutate_c import read
from progress import Progress, only_one
from wp import CONTRACTS, CORE, ROOT, CannotRun, tool_versions

CAVEATS = "proofs/CAVEATS.md"
SUMMARY = "proofs/trial/by_label.json"
LISTED = re.compile(r"^\| `((?:[A-Z]+\d\d|\w+)_?\w*)` \| .+ \|$", re.M)
HEADING = "## Labels that no mutant needs alone"
AT_LEAST = 500   # mutants that are not equivalent
TRIES = 6        # mutants that are proved to find one that a label kills alone
SAMPLE = 60      # mutants that are proved besides
EQUIVALENT = 12  # equivalent mutants that are proved


class Row:
    """A mutant and what its changed functions break; what the provers say, where they were asked."""

    def __init__(self, mutant, original):
        self.mutant = mutant
        self.units = [Unit(name, text) for name, text in sorted(mutant.changed(original).items())]
        self.broken = {}      # (function, label) -> where it does not hold
        self.proofs_asked = self.masked = False

    def false(self):
        """The labels that are false in some state."""
        return sorted({label for _, label in self.broken})

    def unproved(self):
        """(function, label) of what is not proved."""
        return sorted({(unit.function, label) for unit in self.units
                       for label in unit.failed or []})

    def labels(self):
        """What kills it: false labels, or else those that the provers do not prove."""
        return self.false() or sorted({label for _, label in self.unproved()})

    def contradictions(self, contracts):
        """False labels that the provers prove. What a call requires they take for granted after it."""
        if not self.proofs_asked:
            return []
        misled = {function for function, label in self.unproved()
                  if label not in contracts.labels(function)}
        return sorted(each for each in set(self.broken) - set(self.unproved())
                      if each[0] not in misled)

    def alone(self, label):
        """Whether this label kills it and each other one is proved."""
        return self.proofs_asked and {each for _, each in self.unproved()} == {label}

    def told(self):
        first = next(iter(self.broken.values()), None)
        return {"kind": self.mutant.kind, "what": self.mutant.name, "state": self.mutant.state,
                "masked": self.masked,
                "killed_by": self.labels(),
                "broken": [f"{function}: {label}" for function, label in sorted(self.broken)],
                "seen": first.told() if first else None,
                "unproved": [f"{function}: {label}" for function, label in self.unproved()]
                if self.proofs_asked else None}


class Shards:
    """What the shards found out: each mutant's state and false labels."""

    def __init__(self, paths):
        self.of = {}
        for path in paths:
            with open(path, encoding="utf-8") as file:
                part = json.load(file)
            if part["inputs_sha256"] != inputs_sha256():
                raise CannotRun(f"{path}: of other tables, code or contracts")
            for number, told in part["list"].items():
                if int(number) in self.of:
                    raise CannotRun(f"{path}: {told['what']}: it is in two shards")
                self.of[int(number)] = told

    @staticmethod
    def written(numbered, rows):
        """A shard's part: `numbered` are its mutants with their places in the list."""
        broken = {id(row.mutant): [[function, each.label, each.before, each.event, each.after,
                                    each.result] for (function, _), each in row.broken.items()]
                  for row in rows}
        return {"inputs_sha256": inputs_sha256(),
                "list": {number: {"what": mutant.name, "state": mutant.state,
                                  "broken": broken.get(id(mutant), [])}
                         for number, mutant in numbered}}

    def check(self, mutants):
        """Each is there, and nothing else is."""
        for number, mutant in enumerate(mutants):
            if self.of.get(number, {}).get("what") != mutant.name:
                raise CannotRun(f"{mutant.name}: it is in no shard")
            mutant.number = number
        if len(self.of) != len(mutants):
            raise CannotRun(f"{len(self.of)} mutants in all shards instead of {len(mutants)}")

    def classify(self, mutant):
        """As the workshop does. What is a duplicate here may be the first in its shard."""
        if mutant.core is None or mutant.state != "duplicate":
            mutant.state = self.of[mutant.number]["state"]

    def evaluate(self, rows):
        for row in rows:
            for function, *told in self.of[row.mutant.number]["broken"]:
                row.broken[function, told[0]] = Broken(*told)


class ByLabel:
    def __init__(self, build, use_kept):
        self.judge = Judge(build, tool_versions())
        self.falsifier = Falsifier(build)
        self.workshop = Workshop(build, use_kept)
        self.random = random.Random(inputs_sha256())

    def chosen(self, only):
        """All mutants, or those with `only` in their name."""
        return [each for each in self.workshop.all() if only in each.name]

    def examine(self, found, classify=None):
        """Makes them and finds out what became of each."""
        making = Progress("mutants made", len(found), "mutants", "refused")
        progress = Progress("mutants compared", len(found), "mutants", "another machine")

        def made(mutant):
            making.goals += mutant.core is None
            making.over()

        def done(mutant):
            progress.goals += mutant.state == "different"
            progress.over()

        self.workshop.examine_all(found, made, done, classify)

    def rows(self, mutants):
        return [Row(mutant, self.judge.original) for mutant in mutants]

    def evaluate(self, rows):
        """Every label of what each row changes; functions that are the same once."""
        texts = {(unit.function, unit.text): None for row in rows for unit in row.units}
        progress = Progress("labels evaluated", len(texts), "functions", "with a false label")

        def done(told):
            progress.done += len(told)
            progress.goals += sum(bool(broken) for broken in told)
            progress.say(progress.done == progress.total)

        for text, broken in zip(list(texts), self.falsifier.falsify(list(texts), done)):
            texts[text] = broken
        for row in rows:
            for unit in row.units:
                for each in texts[unit.function, unit.text]:
                    row.broken[unit.function, each.label] = each

    def prove(self, what, rows):
        """Asks the provers about all labels of what each row changes."""
        units = {(unit.function, unit.text): unit for row in rows for unit in row.units}
        progress = Progress(what, len(units), "functions", "with a label that is not proved")

        def done(judged):
            progress.done += len(judged)
            progress.goals += sum(bool(unit.failed) for unit in judged)
            progress.say(progress.done == progress.total)

        self.judge.judge(list(units.values()), done)
        for row in rows:
            row.proofs_asked = True
            for unit in row.units:
                unit.failed = units[unit.function, unit.text].failed

    def separate(self, rows):
        """For each label mutants that it alone is false for, until the provers say so too."""
        found, asked = set(), []
        for number in range(TRIES):
            candidates = {}
            for row in rows:
                label = row.false()[0] if len(row.false()) == 1 else None
                if label and label not in found and not row.proofs_asked:
                    candidates.setdefault(label, row)
            if not candidates:
                break
            self.prove(f"labels alone, round {number + 1}", list(candidates.values()))
            asked += candidates.values()
            found.update(label for label, row in candidates.items() if row.alone(label))
        return asked

    def sample(self, rows, count, what):
        chosen = self.random.sample(rows, min(count, len(rows)))
        self.prove(what, chosen)
        return chosen


# What it says ---------------------------------------------------------------------------------------

def listed_labels():
    """Labels that CAVEATS.md lists as redundant, from the table under its heading."""
    text = read(CAVEATS)
    if HEADING not in text:
        return []
    return LISTED.findall(re.split(r"^## ", text.split(HEADING, 1)[1], flags=re.M)[0])


def per_label(rows, contracts):
    """For each label: how many it kills, how many alone, and one that it is proved to."""
    told = {label: {"kills": 0, "alone": 0, "witness": None, "functions": []}
            for function in contracts.of for label in contracts.labels(function)}
    for function in contracts.of:
        for label in contracts.labels(function):
            told[label]["functions"].append(function)
    for row in rows:
        labels = row.labels()
        for label in set(labels) & set(told):
            told[label]["kills"] += 1
            told[label]["alone"] += len(labels) == 1
            if len(labels) == 1 and row.alone(label):
                told[label]["witness"] = told[label]["witness"] or row.mutant.name
    return told


def findings(rows, equivalent, labels, contracts):
    for row in rows:
        if not row.labels():
            yield f"{CONTRACTS}:1: no label is broken by this mutant: {row.mutant.name}"
        for function, label in row.contradictions(contracts):
            yield (f"{CONTRACTS}:1: {label} is proved of {function}, and false for "
                   f"{row.broken[function, label].told()}: {row.mutant.name}")
    for row in equivalent:
        if row.labels():
            yield (f"{CORE}:1: taken for equivalent, but {', '.join(row.labels())} is not proved: "
                   f"{row.mutant.name}")
    yield from label_findings(labels)
    if len(rows) < AT_LEAST:
        yield f"{CORE}:1: only {len(rows)} mutants are not equivalent, wanted are {AT_LEAST}"


def label_findings(labels):
    """The list in CAVEATS.md, held both ways."""
    listed = listed_labels()
    for label, told in labels.items():
        if not told["witness"] and label not in listed:
            yield (f"{CONTRACTS}:1: {label} kills no mutant that another label does not kill; "
                   f"find one, or say in {CAVEATS}, '{HEADING[3:]}', why it is there")
        if told["witness"] and label in listed:
            yield f"{CAVEATS}:1: {label} is listed, but alone it kills: {told['witness']}"
    for label in listed:
        if label not in labels:
            yield f"{CAVEATS}:1: {label} is listed, and there is no such label"


def report(trial, mutants, rows, same, labels, seconds):
    states = collections.Counter(mutant.state for mutant in mutants)
    killed = sum(bool(row.labels()) for row in rows)
    return {
        "spec_sha256": evidence.spec_sha256(), "judged_sha256": inputs_sha256(),
        "inputs_sha256": inputs_sha256(),
        "sources": {path: evidence.sha256(path) for path in
                    (CORE, lint.HEADER, CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS)},
        "tools": trial.judge.tools,
        "mutants": len(rows) + len(same), "equivalent": len(same),
        "equivalent_proved": sum(row.proofs_asked and not row.labels() for row in same),
        "killed": killed, "survived": len(rows) - killed,
        "killed_by_provers_alone": sum(bool(row.labels()) and not row.broken for row in rows),
        "masked": sum(row.masked for row in rows),
        "refused": states["refused"], "broken": states["broken"],
        "duplicates": states["duplicate"],
        "provers_asked": sum(row.proofs_asked for row in rows),
        "provers_say_the_same": sum(row.proofs_asked and set(row.broken) == set(row.unproved())
                                    for row in rows),
        "labels": len(labels), "labels_alone": sum(bool(told["witness"]) for told in
                                                   labels.values()),
        "kinds": dict(collections.Counter(row.mutant.kind for row in rows)),
        "seconds": round(seconds, 1)}


def run(given):
    start = time.monotonic()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.makedirs(build, exist_ok=True)
    os.chdir(ROOT)
    with only_one("mutants", build):
        return run_in(build, out, start, given)


def one_shard(trial, out, given):
    """Of all mutants those that are dealt to it."""
    k, of = map(int, given.shard.split("/"))
    if not 1 <= k <= of:
        raise CannotRun(f"a shard is K/N with 1 <= K <= N, not '{given.shard}'")
    numbered = list(enumerate(trial.chosen(given.only)))[k - 1::of]
    mutants = [mutant for _, mutant in numbered]
    trial.examine(mutants)
    rows = trial.rows(each for each in mutants if each.state in ("different", "equivalent"))
    trial.evaluate(rows)
    evidence.write_whole(out, Shards.written(numbered, rows))
    return 0


def run_in(build, out, start, given):
    trial = ByLabel(build, not given.no_cache)
    if given.shard:
        return one_shard(trial, out, given)
    mutants = trial.chosen(given.only)
    shards = Shards(given.parts) if given.parts else None
    if shards:
        shards.check(mutants)
    trial.examine(mutants, shards and shards.classify)
    rows = trial.rows(mutant for mutant in mutants if mutant.state == "different")
    same = trial.rows(mutant for mutant in mutants if mutant.state == "equivalent")
    (shards or trial).evaluate(rows + same)
    for row in same:
        if row.broken:
            row.masked, row.mutant.state = True, "different"
    rows, same = rows + [row for row in same if row.masked], [row for row in same if not row.masked]
    trial.prove("mutants without a false label", [row for row in rows if not row.broken])
    if given.only:
        for row in rows + same:
            print(f"{row.mutant.state} {row.mutant.name}: {', '.join(row.labels()) or 'no label'}")
        return 0
    trial.separate(rows)
    trial.sample([row for row in rows if not row.proofs_asked], SAMPLE, "other mutants")
    trial.sample(same, EQUIVALENT, "equivalent mutants")
    labels = per_label(rows, trial.judge.contracts)
    told = report(trial, mutants, rows, same, labels, time.monotonic() - start)
    found = list(findings(rows, same, labels, trial.judge.contracts))
    evidence.write(out, {**told, "per_label": labels, "list": [row.told() for row in rows + same],
                         "refused_list": {m.name: m.said for m in mutants
                                          if m.state == "refused"},
                         "broken_list": [m.name for m in mutants if m.state == "broken"],
                         "duplicate_list": [m.name for m in mutants if m.state == "duplicate"]})
    for line in found:
        print(line)
    print(f"mutants: {told['mutants']}, {told['equivalent']} equivalent, {told['killed']} killed "
          f"({told['killed_by_provers_alone']} by the provers alone), {told['survived']} survived; "
          f"{told['refused']} more refused by the generator\n"
          f"labels: {told['labels_alone']} of {told['labels']} kill one alone\n"
          f"provers: asked about {told['provers_asked']} of them, the same labels in "
          f"{told['provers_say_the_same']}; {told['equivalent_proved']} equivalent ones proved; "
          f"{told['seconds']:.0f} s")
    if not found:
        evidence.write_whole(os.path.join(ROOT, SUMMARY), summary(told, labels))
    print(f"{len(rows) + len(same) + len(labels) - len(found)} passed, {len(found)} failed")
    return 1 if found else 0


def summary(told, labels):
    """What the tree keeps: the counts, and for each label a mutant that it kills alone."""
    keep = ("inputs_sha256", "mutants", "equivalent", "killed", "survived",
            "killed_by_provers_alone", "masked", "refused", "duplicates", "broken", "provers_asked",
            "provers_say_the_same", "equivalent_proved", "labels", "labels_alone", "kinds", "tools")
    return {**{name: told[name] for name in keep},
            "alone": {label: {"kills": one["kills"], "alone": one["alone"], "one": one["witness"]}
                      for label, one in sorted(labels.items())}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "mutants"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "mutants.json"))
    parser.add_argument("--no-cache", action="store_true", help="make every mutant anew")
    parser.add_argument("--shard", metavar="K/N")
    parser.add_argument("--parts", nargs="+", help="what all shards wrote")
    parser.add_argument("--only", default="",
                        help="print the rows of mutants with this in their name")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(frame.ends("mutants", main, "the mutants that were made are kept"))
