#!/usr/bin/env python3
"""layer_mutants.py [--count N] [FILE...]: changed transports, connections and ports; a labelled clause must notice.

Each mutant (mutate_layer.py) is one statement, operator or constant of a source (layer_sources.py) away. Its
function is proved against the contract that it is held to, in twice the steps in which the file as it is
keeps the goals that count here; of many functions one mutant each stands in one copy of the file, since a
proof reads of the others their contracts alone. First the clauses with a label are asked about, by one
prover in few steps; of whom these let through every goal, by both in more. Killed is a mutant of which a goal
with a label is lost; one that loses others alone (`assigns`, an end of a loop, an overflow), or that Frama-C
will not read, is counted apart. Whoever survives stands with a reason in survivors.txt, and is found there
once more. At least LEAST of each file are killed. What was said of a mutant of these very texts is kept, so a
run that was stopped goes on. With --count N of each file, evenly over its list, always the same ones.
Exits 0, 1 (a finding), 2 (could not run).
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import sys
import threading

import rooms  # where the modules below are
import evidence
import frame
from edits import body_of
from judged import texts_sha256
from layer_sources import every_source
from mutate_c import bare, read
from mutate_layer import Compiled, all_applied, candidates, without_comments
from progress import Progress, only_one
from wp import ROOT, CannotRun, Run, tool_versions

REASONS = "proofs/trial/survivors.txt"
LEAST = 90   # percent, killed by labels
SAME = "The same:"   # so begins a reason that no run can notice it
Stage = collections.namedtuple("Stage", "name options steps")   # the steps are those of the file as it is
STAGES = (Stage("labels", ["-wp-prover", "cvc4", "-wp-timeout", "40", "-wp-prop=@ensures,@requires,@invariant"], 40000),
          Stage("every_goal", ["-wp-prover", "cvc4,z3", "-wp-timeout", "60"], 150000))
SOURCES = every_source()


class Layer:
    """One source: its mutants, what was said of them, and how they are asked about."""

    def __init__(self, source, build):
        self.source, self.held = source, SOURCES[source]
        self.build = os.path.join(build, os.path.basename(source)[:-2])
        self.stages = [stage._replace(steps=self.held.heavier * stage.steps) for stage in STAGES]
        os.makedirs(self.build, exist_ok=True)
        self.text = read(source)
        self.code = without_comments(self.text)
        beside = "\0".join(bare(read(path)) for path in self.held.sources[1:])
        self.beside = hashlib.sha256(beside.encode()).hexdigest()
        self.path, self.known, self.lock = os.path.join(self.build, "said.jsonl"), {}, threading.Lock()
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:   # the last line of a run that was stopped may be half one
                self.known = {one["key"]: one for one in map(json.loads, (line for line in file if line[-2:] == "}\n"))}

    def key(self, what, function, mutant=None):
        """Of the function as it is, or as the mutant has it, of all that its proof reads, and of what was asked."""
        start, end = body_of(self.code, function)
        text = self.text[start:end] if mutant is None else \
            self.text[start:mutant.start] + mutant.line + self.text[mutant.end:end]
        read_by_it = (str(what), self.source, function, bare(text), self.beside)
        return hashlib.sha256("\0".join(read_by_it).encode()).hexdigest()

    def keep(self, key, **said):
        with self.lock, open(self.path, "a", encoding="utf-8") as file:
            self.known[key] = {"key": key, **said}
            file.write(json.dumps(self.known[key]) + "\n")

    def asked(self, stage, name, text, functions, times):
        """What Frama-C says of these functions of a text, in so many times the steps."""
        folder = os.path.join(self.build, stage.name + "_" + name)
        os.makedirs(folder, exist_ok=True)
        options = stage.options + ["-wp-steps", str(times * stage.steps)]
        return self.held.run(name + " run", folder, text, functions, options)

    def as_it_is(self, stage, functions):
        """What the file itself does not keep does not count. A function without a goal has none to lose here."""
        missing = [function for function in functions if self.key(stage, function) not in self.known]
        if not missing:
            return
        run = self.asked(stage, "as_it_is", self.text, missing, 1)
        if not run.goals:
            raise CannotRun(f"{os.path.relpath(run.folder, ROOT)}/output: no goals")
        for function in missing:
            goals = [goal for goal in run.goals if goal["function"] == function]
            self.keep(self.key(stage, function), goals=len(goals), lost=lost(goals))

    def judge(self, stage, name, changed):
        """Of one mutant of each function: which labels it loses, and what else."""
        run = self.asked(stage, name, all_applied(self.text, changed), [one.function for one in changed], 2)
        for number, one in enumerate(changed):
            own = self.known[self.key(stage, one.function)]
            goals = [goal for goal in run.goals if goal["function"] == one.function]
            if goals or not own["goals"]:
                self.keep(self.key(stage, one.function, one), name=one.name, **lost_of_it(goals, own["lost"]))
            elif len(changed) > 1:   # Frama-C will not read one of them
                self.judge(stage, f"{name}_{number}", [one])
            else:
                self.keep(self.key(stage, one.function, one), name=one.name, labels=[],
                          others=["not read: " + (run.warnings or ["without a word"])[0]])

    def every(self):
        """All mutants, by what the compiler made of the candidates; which takes its time, once."""
        compiled, found = None, candidates(self.source, self.held.functions)
        new = [one for one in found if self.key("compiled", one.function, one) not in self.known]
        if new:
            compiled = Compiled(self.source, self.text, self.held.compiled)
            with concurrent.futures.ThreadPoolExecutor(frame.LANES) as pool:
                for one, differs in zip(new, pool.map(compiled.differs, new)):
                    self.keep(self.key("compiled", one.function, one), differs=differs)
        return [one for one in found if self.known[self.key("compiled", one.function, one)]["differs"]]

    def answer(self, mutant):
        """What the last stage that asked about it said."""
        return [self.known[key] for key in (self.key(stage, mutant.function, mutant) for stage in self.stages)
                if key in self.known][-1]

    def rounds(self, stage, chosen):
        """One mutant of each function at a time, of those that nothing was said of yet and no label has noticed."""
        waiting = collections.defaultdict(list)
        for one in chosen:
            said = [self.known.get(self.key(each, one.function, one)) for each in
                    self.stages[:self.stages.index(stage) + 1]]
            if not said[-1] and not any(each and each["labels"] for each in said):
                waiting[one.function].append(one)
        while any(waiting.values()):
            yield [left.pop(0) for left in waiting.values() if left]

    def play(self, chosen):
        self.held.prepare(self.build)
        for stage in self.stages:
            left = list(enumerate(self.rounds(stage, chosen)))
            self.as_it_is(stage, sorted({one.function for _, changed in left for one in changed}))
            progress = Progress(f"mutants of {self.source}, {stage.name}", len(left), "rounds", "judged")

            def one(numbered, stage=stage, progress=progress):
                self.judge(stage, f"round{numbered[0]}", numbered[1])
                progress.goals += len(numbered[1])

            frame.play(left, one, progress, stop=Run.stop_all).all()


def lost(goals):
    return [(goal["label"], goal["goal"]) for goal in goals if goal["proved"] != goal["total"]]


def lost_of_it(goals, own):
    """
    What a mutant loses that the file as it is keeps. A clause that the file does not keep here is another goal with
    another number in a mutant.
    """
    own = [tuple(goal) for goal in own]
    more = [goal for goal in lost(goals) if goal not in own and (not goal[0] or goal[0] not in dict(own))]
    return {"labels": sorted({label for label, _ in more if label}),
            "others": sorted({goal for label, goal in more if not label})}


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
    names = {one.name for one in candidates(source, SOURCES[source].functions)}
    alive, tried = set(survivors), {one.name for one in chosen}
    for entry in known:
        path, name = entry.split(" ", 1)
        if path == source and name not in names:
            yield f"{REASONS}:1: there is no such mutant: {entry}"
        elif path == source and name in tried and name not in alive:
            yield f"{REASONS}:1: it does not survive: {entry}"
    killed = len(chosen) - len(survivors)
    if 100 * killed < LEAST * len(chosen):
        yield f"{source}: {killed} of {len(chosen)} killed by labels; at least {LEAST} % are wanted"


def play(sources, build, out, count):
    tools, told, wrong, known = tool_versions(), {}, [], reasons()
    for source in sources:
        layer = Layer(source, build)
        every = layer.every()
        chosen = every[::max(1, len(every) // count)] if count else every
        layer.play(chosen)
        wrong += findings(source, chosen, layer, known)
        said = [layer.answer(one) for one in chosen]
        told[source] = {"functions": len(SOURCES[source].functions), "of": len(every), "mutants": len(chosen),
                        "killed": sum(bool(one["labels"]) for one in said),
                        "otherwise": sum(not one["labels"] and bool(one["others"]) for one in said),
                        "survived": [f"{source} {one['name']}" for one in said
                                     if not one["labels"] and not one["others"]],
                        "same": sum(known.get(f"{source} {one['name']}", "").startswith(SAME) for one in said
                                    if not one["labels"]),
                        "judged": texts_sha256(layer.held.sources),
                        "list": [{key: one[key] for key in ("name", "labels", "others")} for one in said]}
        print(f"{source}: {told[source]['killed']} of {len(chosen)} mutants killed by labels, "
              f"{told[source]['otherwise']} by other goals alone, {len(told[source]['survived'])} survive")
    print("".join(line + "\n" for line in wrong), end="")
    evidence.write(out, {"files": told, "findings": wrong, "least_percent": LEAST, "tools": tools,
                         "spec_sha256": evidence.spec_sha256()})
    tried = sum(one["mutants"] for one in told.values())
    passed = tried - sum("no label is lost" in line for line in wrong)   # other findings are of a file, or of the list
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not tried else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, help="so many of each file")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "mutants-layers"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "mutants_layers.json"))
    parser.add_argument("sources", nargs="*", metavar="FILE", help="; ".join(SOURCES))
    given = parser.parse_args()
    os.chdir(ROOT)
    strange = [path for path in given.sources if path not in SOURCES]
    if strange:
        raise CannotRun(f"{strange[0]}: none of {', '.join(SOURCES)}")
    build = os.path.abspath(given.build)
    with only_one("layer_mutants", build):
        return play(given.sources or list(SOURCES), build, os.path.abspath(given.out), given.count)


if __name__ == "__main__":
    sys.exit(frame.ends("layer_mutants", main))
