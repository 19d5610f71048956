#!/usr/bin/env python3
"""necessity.py: take away each thing that a proof may rely on, in turn; some goal has to break.

requires   each one of each function's contract
assumes    each condition of each behavior of ew_step
loop       each invariant of any_client, and its `loop assigns`
record     each obligation of a port that any_client.c writes down (proofs/trial/necessity/*.patch)

What can be taken away with nothing breaking is not needed, and has to go. Goals are asked kind by
kind until one is not proved any more. Exits 0, 1 with a finding, 2 when it could not run, 3 when
--seconds were over before the end (what was judged is kept).
"""
import argparse
import glob
import json
import os
import re
import sys
import time

import rooms  # where the modules below are
import evidence
import frame
import lint
from canaries import HEADERS, copy
from edits import Edit
from judged import judged_sha256
from mutant_list import sha256
from mutant_units import STEPS
from mutate_c import bare, read
from progress import Progress
from wp import (CLIENT, CONTRACTS, CORE, FULL, LANES, ROOT, CannotRun, Run,
                tool_versions)

PATCHES = "proofs/trial/necessity/*.patch"
FEW = 6
STAGES = ["@requires", "@assert", "@ensures", "@assigns,@terminates,@exits"]
DISJOINT = ["@disjoint_behaviors,@complete_behaviors", "@ensures"]


class Item:
    """One thing taken away: the file without it, the function that is proved, and the stages."""

    def __init__(self, kind, name, path, text, function, stages):
        self.kind, self.name, self.path, self.text = kind, name, path, text
        self.function, self.stages = function, stages
        self.broken = None       # what was not proved; an empty list when nothing broke

    def key(self, tools):
        others = [bare(read(path)) for path in (CORE, CLIENT, lint.HEADER, CONTRACTS, lint.NAMED,
                                                lint.CLAUSES, lint.WORDS)]
        return sha256(self.path, self.text, self.function, json.dumps(self.stages),
                      json.dumps(tools, sort_keys=True), *FULL, *others)

    def options(self, stage):
        if self.path == CLIENT or self.function in STEPS:
            order = "z3,cvc4"
        else:
            order = "cvc4"     # it alone proves all of the others as they are
        return ["-wp-prover", order, "-wp-fct", self.function, "-wp-prop=" + stage] + FULL

    def try_it(self, build, number):
        """Proves stage after stage without it, until something is not proved."""
        folder = os.path.join(build, f"item{number}")
        os.makedirs(folder, exist_ok=True)
        for header in HEADERS:
            copy(os.path.join(folder, header), read("spec/" + header))
        copy(os.path.join(folder, os.path.basename(self.path)), self.text)
        source = os.path.join(folder, os.path.basename(CLIENT)) if self.path == CLIENT else CORE
        self.broken = []
        for at, stage in enumerate(self.stages):
            run = Run(f"item{number} {at}", source, build, self.options(stage),
                      include=(folder, "gen/out"))
            run.run()
            if run.warnings and not run.goals and "no report" in "".join(run.warnings):
                raise CannotRun(f"{os.path.relpath(run.folder, ROOT)}/output: "
                                f"{self.name} cannot be taken away: {run.warnings[0]}")
            self.broken = sorted({goal["goal"] for goal in run.unproved()})
            if self.broken:
                return


# What can be taken away ---------------------------------------------------------------------------

def contracts_in(path):
    """(function, start, end) of each contract in a header."""
    for found in re.finditer(r"/\*@((?:(?!\*/).)*)\*/\s*[A-Za-z_][\w *]*?\b(\w+)\(", read(path),
                             re.S):
        yield found[2], found.start(1), found.end(1)


def without(text, start, end):
    return text[:start] + text[end:]


def conjuncts(text):
    """(start, end) of each part of a condition that && joins at the outermost level."""
    depth, starts = 0, [0]
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and text.startswith("&&", at):
            starts.append(at)
    for at, start in enumerate(starts):
        yield start, starts[at + 1] if at + 1 < len(starts) else len(text)


def requires_items():
    for path in (CONTRACTS, lint.NAMED, CLIENT):
        text = read(path)
        for function, start, end in contracts_in(path):
            for found in re.finditer(r" *requires +(\w+):.*?;\n", text[start:end], re.S):
                yield Item("requires", f"{function} requires {found[1]}", path,
                           without(text, start + found.start(), start + found.end()),
                           function, STAGES)


def assumes_items():
    text = read(CONTRACTS)
    for function, start, end in contracts_in(CONTRACTS):
        for found in re.finditer(r"behavior (\w+):\s*assumes (.*?);", text[start:end], re.S):
            parts = list(conjuncts(found[2]))
            for first, last in parts:
                part = found[2][first:last]
                left = re.sub(r"^\s*&&\s*", "", without(found[2], first, last)) or r"\true"
                place = start + found.start(2)
                yield Item("assumes", f"{function} behavior {found[1]} assumes "
                           + re.sub(r"^\s*&&\s*", "", " ".join(part.split())), CONTRACTS,
                           text[:place] + left + text[place + len(found[2]):], function, DISJOINT)


def loop_items():
    text = read(CLIENT)
    named = {found[1]: found for found in
             re.finditer(r" *loop invariant (\w+):(.*?);\n", text, re.S)}
    asserts = {found[1]: found[2] for found in
               re.finditer(r"/\*@ assert (\w+):(.*?);\s*\*/", text, re.S)}
    statements = {**{name: found[2] for name, found in named.items()}, **asserts}
    words = lambda statement: set(re.findall(r"\w+", statement))
    for name, found in named.items():
        if re.match(r"T\d", name):
            continue   # a theorem is there for its own sake
        near = sorted((label for label in statements if label != name), key=lambda label:
                      -len(words(statements[label]) & words(found[2])))
        stages = [",".join(near[at:at + FEW]) for at in range(0, len(near), FEW)]
        yield Item("loop", f"loop invariant {name}", CLIENT,
                   without(text, found.start(), found.end()), lint.ENDLESS,
                   stages + ["@assigns"])
    found = re.search(r" *loop assigns .*?;\n", text, re.S)
    yield Item("loop", "loop assigns", CLIENT, without(text, found.start(), found.end()),
               lint.ENDLESS, [",".join(list(named)[:FEW]), "@invariant,@assert,@assigns"])


def record_items():
    for path in sorted(glob.glob(os.path.join(ROOT, PATCHES))):
        edit = Edit(path)
        # its first lines say which theorem breaks
        yield Item("record", edit.name.replace("_", " "), edit.file, edit.applied(), lint.ENDLESS,
                   [",".join(edit.theorems)])


# All of them --------------------------------------------------------------------------------------

class Kept:
    """Verdicts of earlier runs, by the digest of all that they rest on."""

    def __init__(self, build, tools, use):
        self.folder, self.tools, self.use = os.path.join(build, "kept"), tools, use
        self.count = 0
        os.makedirs(self.folder, exist_ok=True)

    def recall(self, item):
        path = os.path.join(self.folder, item.key(self.tools) + ".json")
        if self.use and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                item.broken = json.load(file)["broken"]
            self.count += 1
        return item.broken is not None

    def keep(self, item):
        evidence.write(os.path.join(self.folder, item.key(self.tools) + ".json"),
                       {"what": item.name, "broken": item.broken})


def judge(items, build, kept, until):
    progress = Progress("necessity", len(items), "things taken away", "missed")

    def one(numbered):
        number, item = numbered
        if not kept.recall(item):
            if time.monotonic() > until:
                return
            item.try_it(build, number)
            kept.keep(item)
        progress.goals += bool(item.broken)

    frame.play(list(enumerate(items)), one, progress, LANES, Run.stop_all).all()


def run(given):
    start, tools = time.monotonic(), tool_versions()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.chdir(ROOT)
    items = [item for item in [*requires_items(), *assumes_items(), *loop_items(), *record_items()]
             if given.only in item.name]
    if not items:
        raise CannotRun(f"nothing has '{given.only}' in its name")
    kept = Kept(build, tools, not given.no_cache)
    judge(items, build, kept, start + (given.seconds or float("inf")))
    left = [item for item in items if item.broken is None]
    if left:
        print(f"necessity: time is up with {len(left)} of {len(items)} left; run it again to go on",
              file=sys.stderr)
        return 3
    idle = [item for item in items if not item.broken]
    if given.only:
        for item in items:
            print(f"{item.name}: {', '.join(item.broken) or 'nothing breaks'}")
    else:
        evidence.write(out, report(items, idle, kept, tools, time.monotonic() - start))
    for item in idle:
        print(f"{item.path}:{place_of(item)}: not needed: without '{item.name}' every goal of "
              f"{item.function} is proved; take it out")
    print(f"{len(items) - len(idle)} passed, {len(idle)} failed")
    return 1 if idle else 0


def place_of(item):
    """The line where our file and the one without the thing part."""
    ours, theirs = read(item.path).split("\n"), item.text.split("\n")
    same = [a == b for a, b in zip(ours, theirs)]
    return (same.index(False) if False in same else 0) + 1


def report(items, idle, kept, tools, seconds):
    kinds = sorted({item.kind for item in items})
    return {"spec_sha256": evidence.spec_sha256(), "judged_sha256": judged_sha256(), "tools": tools,
            "sources": {path: evidence.sha256(path) for path in
                        (CORE, CLIENT, CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS)},
            "taken_away": len(items), "broke": len(items) - len(idle), "not_needed": len(idle),
            "by_kind": {kind: sum(item.kind == kind for item in items) for kind in kinds},
            "verdicts_kept": kept.count, "seconds": round(seconds, 1),
            "list": [{"kind": item.kind, "what": item.name, "broken": item.broken}
                     for item in items]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "necessity"))
    parser.add_argument("--out",
                        default=os.path.join(ROOT, "build", "evidence", "necessity.json"))
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")
    parser.add_argument("--seconds", type=float, help="stop after so long; run it again to go on")
    parser.add_argument("--only", default="", help="what has this in its name, and no evidence")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(frame.ends("necessity", main, "what was judged is kept"))
