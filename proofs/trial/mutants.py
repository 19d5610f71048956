#!/usr/bin/env python3
"""mutants.py [--count N]: a sample of the mutants of `make mutants`, each proved in its place.

N mutants that stand evenly over the list of all, others with another commit (sample.py); and once
`make mutants` has written its summary (by_label.json), some labels of it with the mutant that each kills alone. Here
the whole changed core is proved as `make prove` does it, not a copy of the changed function, and
every label of what was changed is asked; what is false in some state (falsify.py) may not be
proved. Equivalent mutants that are met on the way have to be proved in full.
Exits 0 when all other mutants are killed, and by the label that the summary names; 1 when not, or
when the summary is about other tables, code or contracts; 2 when it could not run.
"""
import argparse
import json
import os
import random
import sys
import time

import rooms  # where the modules below are
import evidence
import frame
import lint
import sample as samples
from falsify import Falsifier
from judged import inputs_sha256
from by_label import SUMMARY
from mutant_list import Workshop
from mutant_units import STEPS, in_place
from wp import CONTRACTS, CORE, LANES, ROOT, CannotRun, Run, tool_versions

WITNESSES = 1
SOURCES = [CORE, lint.HEADER, CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS]


class Place:
    """A mutant in its place: a folder with the core and the header that it makes."""

    def __init__(self, mutant, build, number, falsifier, label=None):
        self.mutant, self.label = mutant, label
        self.units = sorted(mutant.changed(falsifier.original).items())
        self.changed = [name for name, _ in self.units]
        self.known = {label for name in self.changed
                      for label, _, _ in falsifier.contracts[name].ensures}
        self.false = set()
        folder = os.path.join(build, f"sample{number}")
        os.makedirs(folder, exist_ok=True)
        for name, text in (("ew_core.c", mutant.core), ("ew_core.h", mutant.header)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.runs = []
        for names in ([n for n in self.changed if n not in STEPS],
                      [n for n in self.changed if n in STEPS]):
            if names:
                self.runs.append(Run(f"sample{number} {names[0]}", os.path.join(folder, CORE_NAME),
                                     build, in_place(names[0]) + ["-wp-fct", ",".join(names)],
                                     include=(folder, "spec")))

    def prove(self):
        for run in self.runs:
            run.run()
            if not run.goals:
                raise CannotRun(f"{os.path.relpath(run.folder, ROOT)}/output: no goals")
        return self

    def labels(self):
        return sorted({goal["label"] for run in self.runs for goal in run.unproved()})

    def problem(self):
        """What is not as it should be, or None. What a call requires is taken for granted after it."""
        unproved, known = set(self.labels()), self.known
        if not self.false <= unproved and unproved <= known:
            return f"{', '.join(sorted(self.false - unproved))} is proved, and false in some state"
        if self.mutant.state == "equivalent":
            if self.labels():
                return f"equivalent, but {', '.join(self.labels())} is not proved"
        elif not self.labels():
            return "no label is broken"
        elif self.label and self.labels() != [self.label]:
            return f"{SUMMARY} says that {self.label} alone kills it: {', '.join(self.labels())}"
        return None


def evaluate(places, falsifier):
    """Finds the false labels of all of them at once."""
    units = [unit for place in places for unit in place.units]
    found = iter(falsifier.falsify(units))
    for place in places:
        place.false = {each.label for _ in place.units for each in next(found)}
        if place.false:   # the machine may answer the same all the same; the function does not
            place.mutant.state = "different"


CORE_NAME = os.path.basename(CORE)


def spread(candidates, count, number):
    """All candidates, those first that stand evenly over the list; the number says where that begins."""
    step = max(1, len(candidates) // count)
    first = candidates[number % step::step]
    chosen = set(map(id, first))
    return first + [each for each in candidates if id(each) not in chosen]


def sample(workshop, count, number):
    """`count` mutants that are not equivalent, and the equivalent ones met on the way."""
    taken, good = [], 0
    for mutant in spread(list(workshop.all()), count, number):
        workshop.examine(mutant)
        if mutant.state in ("different", "equivalent"):
            taken.append(mutant)
            good += mutant.state == "different"
        if good == count:
            break
    return taken


def committed():
    """The summary of all mutants, or None where there is none."""
    try:
        with open(os.path.join(ROOT, SUMMARY), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        print(f"mutants: there is no {SUMMARY} yet: the sample stands alone; the whole of them is "
              "made with: make mutants", file=sys.stderr)
        return None


def witnesses(workshop, summary, number):
    """(mutant, label) for some of the labels that kill a mutant alone."""
    named = {told["one"]: label for label, told in summary["alone"].items() if told["one"]}
    names = random.Random(f"{summary['inputs_sha256']} {number}").sample(sorted(named),
                                                                         min(WITNESSES, len(named)))
    for mutant in workshop.all():
        if mutant.name in names:
            yield workshop.examine(mutant), named[mutant.name]


def check(given):
    start, tools = time.monotonic(), tool_versions()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.chdir(ROOT)
    os.makedirs(build, exist_ok=True)
    summary = committed()
    fresh = summary is None or summary["inputs_sha256"] == inputs_sha256()
    workshop = Workshop(build, use_kept=False)
    falsifier = Falsifier(os.path.join(build, "sample"))
    number = samples.number()
    chosen = [(mutant, None) for mutant in sample(workshop, given.count, number)]
    chosen += witnesses(workshop, summary, number) if fresh and summary else []
    places = [Place(mutant, build, number, falsifier, label)
              for number, (mutant, label) in enumerate(chosen)]
    evaluate(places, falsifier)
    print(f"mutants: {len(places)} to be proved; SAMPLE={number} takes them again", file=sys.stderr, flush=True)
    for place in frame.play(places, Place.prove, lanes=LANES, stop=Run.stop_all).all():
        print(f"  {'proved' if not place.labels() else 'killed':8}"
              f"{place.mutant.kind:11}{place.mutant.name[:62]:64}"
              f"{', '.join(place.labels())}", flush=True)
    return verdict(places, fresh, tools, out, time.monotonic() - start)


def verdict(places, fresh, tools, out, seconds):
    equivalent = sum(place.mutant.state == "equivalent" for place in places)
    killed = sum(place.mutant.state == "different" and bool(place.labels()) for place in places)
    evidence.write(out, {
        "spec_sha256": evidence.spec_sha256(), "inputs_sha256": inputs_sha256(), "tools": tools,
        "sources": {path: evidence.sha256(path) for path in SOURCES},
        "mutants": len(places), "equivalent": equivalent, "killed": killed,
        "survived": len(places) - equivalent - killed, "seconds": round(seconds, 1),
        "list": [{"kind": place.mutant.kind, "what": place.mutant.name,
                  "state": place.mutant.state, "killed_by": place.labels()}
                 for place in places]})
    problems = [place for place in places if place.problem()]
    for place in problems:
        print(f"{CORE}:1: {place.mutant.name}: {place.problem()}")
    if not fresh:
        print(f"{SUMMARY}:1: is about other tables, code or contracts; make it anew with: "
              "make mutants")
    print(f"{len(places) + fresh - len(problems)} passed, {len(problems) + (not fresh)} failed")
    return 0 if fresh and not problems else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2, help="mutants (default %(default)s)")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "mutants"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence",
                                                      "mutants_sample.json"))
    return check(parser.parse_args())


if __name__ == "__main__":
    sys.exit(frame.ends("mutants", main))
