#!/usr/bin/env python3
"""layer_mutants.py [--count N] [FILE...]: changed transports and connections; a labelled clause must notice.

Each mutant (mutate_layer.py) is one statement, operator or constant of a source of prove_wire away. Its
function is proved against the contract that prove_wire holds it to, in fewer steps, in which the file as it
is keeps the goals that count here; of many functions one mutant each stands in one copy of the file, since a
proof reads of the others their contracts alone. Killed is a mutant of which a goal with a label is lost;
one that loses others alone (`assigns`, an end of a loop, an overflow) is counted apart. Whoever survives
stands with a reason in survivors.txt, and is found there once more. At least LEAST of each file are
killed. What was said of a mutant of these very texts is kept, so a run that was stopped goes on. With
--count N of each file, evenly over its list, always the same ones. Exits 0, 1 (a finding), 2 (could not run).
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import sys

import rooms  # where the modules below are
import assumed
import evidence
import frame
from edits import body_of
from judged import texts_sha256
from mutate_c import bare, read
from mutate_layer import Compiled, all_applied, candidates, without_comments
from progress import Progress, only_one
from wp import ROOT, CannotRun, tool_versions

REASONS = "proofs/trial/survivors.txt"
LEAST = 90   # percent, killed by labels
STEPS = ["-wp-prover", "cvc4,z3", "-wp-steps", "200000", "-wp-timeout", "40"]
PARTS = assumed.prove_wire.PARTS
UNITS = {source: (part, header) for part in PARTS.values() for source, header in part.units.items()
         if source.startswith("src/")}


def functions_of(source):
    return assumed.prove_wire.functions(source)


class Layer:
    """One source: its mutants, what was said of them, and how they are asked about."""

    def __init__(self, source, build):
        part, self.header = UNITS[source]
        self.source, self.build = source, os.path.join(build, os.path.basename(source)[:-2])
        os.makedirs(self.build, exist_ok=True)
        self.text = read(source)
        self.code = without_comments(self.text)
        self.sources = [source, *assumed.closure(ROOT, self.header), *part.more, *assumed.prove_wire.HEADERS]
        self.beside = hashlib.sha256("\0".join(bare(read(path)) for path in self.sources[1:]).encode()).hexdigest()
        self.path, self.known = os.path.join(self.build, "said.jsonl"), {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:   # the last line of a run that was stopped may be half one
                self.known = {one["key"]: one for one in map(json.loads, (line for line in file if line[-2:] == "}\n"))}

    def key(self, function, mutant=None):
        """Of the function as it is, or as the mutant has it, and of all that its proof reads."""
        start, end = body_of(self.code, function)
        text = self.text[start:end] if mutant is None else \
            self.text[start:mutant.start] + mutant.line + self.text[mutant.end:end]
        return hashlib.sha256("\0".join((self.source, function, bare(text), self.beside)).encode()).hexdigest()

    def keep(self, key, **said):
        self.known[key] = {"key": key, **said}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(self.known[key]) + "\n")

    def lost(self, name, text, asked):
        """Of each function asked about, the goals that are not proved; or why nothing can be said."""
        folder = os.path.join(self.build, name)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, os.path.basename(self.source))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        run = assumed.prove_wire.WireRun(name + " run", os.path.relpath(path, ROOT), self.header, folder,
                                         STEPS + ["-wp-fct", ",".join(asked)]).run()
        heard = {goal["function"] for goal in run.goals}
        if not heard.issuperset(asked):
            raise CannotRun(f"{os.path.relpath(run.folder, ROOT)}/output: no goals of "
                            f"{', '.join(sorted(set(asked) - heard))}")
        return {function: [(goal["label"], goal["goal"]) for goal in run.unproved() if goal["function"] == function]
                for function in asked}

    def as_it_is(self, asked):
        """What the file itself does not keep in so few steps does not count."""
        missing = [function for function in asked if self.key(function) not in self.known]
        for function, goals in (self.lost("as_it_is", self.text, missing) if missing else {}).items():
            self.keep(self.key(function), lost=goals)

    def judge(self, number, changed):
        """Of one mutant of each function: which labels it loses, and what else."""
        asked = [one.function for one in changed]
        for one in changed:
            mine = [tuple(goal) for goal in self.known[self.key(one.function)]["lost"]]
            found = self.said(number, changed, asked)[one.function]
            more = [goal for goal in found if tuple(goal) not in mine and not of_those(goal, mine)]
            self.keep(self.key(one.function, one), name=one.name, labels=sorted({label for label, _ in more if label}),
                      others=sorted({goal for label, goal in more if not label}))

    def said(self, number, changed, asked):
        if getattr(self, "round", None) != number:
            self.round = number
            self.found = self.lost(f"round{number}", all_applied(self.text, changed), asked)
        return self.found

    def every(self):
        """All mutants, by what the compiler made of the candidates; which takes its time, once."""
        compiled, found = None, candidates(self.source, functions_of(self.source))
        new = [one for one in found if "C" + self.key(one.function, one) not in self.known]
        if new:
            compiled = Compiled(self.source)
            with concurrent.futures.ThreadPoolExecutor(frame.LANES) as pool:
                for one, differs in zip(new, pool.map(compiled.differs, new)):
                    self.keep("C" + self.key(one.function, one), differs=differs)
        return [one for one in found if self.known["C" + self.key(one.function, one)]["differs"]]

    def answer(self, mutant):
        return self.known[self.key(mutant.function, mutant)]


def of_those(goal, lost):
    """A clause that the file itself does not keep here is another goal with another number in a mutant."""
    return goal[0] is not None and goal[0] in {label for label, _ in lost}


def rounds(layer, chosen):
    """One mutant of each function at a time, of those that nothing was said of yet."""
    waiting = collections.defaultdict(list)
    for one in chosen:
        if layer.key(one.function, one) not in layer.known:
            waiting[one.function].append(one)
    while any(waiting.values()):
        yield [left.pop(0) for left in waiting.values() if left]


def reasons():
    """Name -> why it survives."""
    told, name = {}, None
    for number, line in enumerate(read(REASONS).splitlines(), 1):
        if line.startswith("    ") and name:
            told[name] = (told[name] + " " + line.strip()).strip()
        elif line and not line.startswith("#"):
            name = line
            if name in told:
                raise CannotRun(f"{REASONS}:{number}: it stands there twice: {name}")
            told[name] = ""
    return told


def findings(source, chosen, layer, known):
    """Survivors without a reason, reasons without a survivor, too many of them."""
    survivors = [one.name for one in chosen if not layer.answer(one)["labels"]]
    for name in survivors:
        if not known.get(f"{source} {name}"):
            yield f"{source}: {name}: no label is lost; say why in {REASONS}, or have a clause notice it"
    names = {one.name for one in candidates(source, functions_of(source))}
    alive, tried = set(survivors), {one.name for one in chosen}
    for entry in known:
        path, name = entry.split(" ", 1)
        if path == source and name not in names:
            yield f"{REASONS}:1: there is no such mutant: {entry}"
        elif path == source and name in tried and name not in alive:
            yield f"{REASONS}:1: it does not survive: {entry}"
    if 100 * (len(chosen) - len(alive)) < LEAST * len(chosen):
        yield f"{source}: {len(chosen) - len(alive)} of {len(chosen)} killed by labels; at least {LEAST} % are wanted"


def play(sources, build, out, count):
    tools, told, wrong, known = tool_versions(), {}, [], reasons()
    for source in sources:
        layer = Layer(source, build)
        every = layer.every()
        chosen = every[::max(1, len(every) // count)] if count else every
        asked = sorted({one.function for one in chosen})
        layer.as_it_is(asked)
        left = list(rounds(layer, chosen))
        progress = Progress(f"mutants of {source}", len(left), "rounds", "judged")
        for number, changed in enumerate(left):
            layer.judge(number, changed)
            progress.goals += len(changed)
            progress.over()
        wrong += findings(source, chosen, layer, known)
        said = [layer.answer(one) for one in chosen]
        told[source] = {"of": len(every), "mutants": len(chosen),
                        "killed": sum(bool(one["labels"]) for one in said),
                        "otherwise": sum(not one["labels"] and bool(one["others"]) for one in said),
                        "survived": [f"{source} {one['name']}" for one in said
                                     if not one["labels"] and not one["others"]],
                        "sources": texts_sha256(layer.sources),
                        "list": [{key: one[key] for key in ("name", "labels", "others")} for one in said]}
        print(f"{source}: {told[source]['killed']} of {len(chosen)} mutants killed by labels, "
              f"{told[source]['otherwise']} by other goals alone, {len(told[source]['survived'])} survive")
    print("\n".join(wrong))
    evidence.write(out, {"files": told, "findings": wrong, "least_percent": LEAST, "tools": tools,
                         "spec_sha256": evidence.spec_sha256()})
    tried = sum(one["mutants"] for one in told.values())
    print(f"{tried - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not tried else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, help="so many of each file")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "mutants-layers"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "mutants_layers.json"))
    parser.add_argument("sources", nargs="*", metavar="FILE", help="; ".join(UNITS))
    given = parser.parse_args()
    os.chdir(ROOT)
    strange = [path for path in given.sources if path not in UNITS]
    if strange:
        raise CannotRun(f"{strange[0]}: none of {', '.join(UNITS)}")
    build = os.path.abspath(given.build)
    with only_one("layer_mutants", build):
        return play(given.sources or list(UNITS), build, os.path.abspath(given.out), given.count)


if __name__ == "__main__":
    sys.exit(frame.ends("layer_mutants", main))
