"""The courses of two ends (spec/two_ends.mlw): witnesses, and broken machines and models.

A course is computed by Why3 (compute_in_goal), from the definitions alone: no lemma, no prover, no
search. What is computed to true leaves no goal behind. The same goal, denied, goes with each: it
has to be left, or the computation would pass anything.
"""
import glob
import json
import os
import re
import shutil
import subprocess

import histories
from edits import Edit
from wp import ROOT, WHY3CONFIG, CannotRun

PLANTED = "proofs/theorems/planted/ends"
MACHINES = "proofs/theorems/planted/machine"
THEOREM = "T11"
FAR_ENOUGH = '  meta "compute_max_steps" 10000000\n'   # for the computation alone; no prover is asked
LONGEST = 300   # seconds for one file on a busy machine
GOAL = re.compile(r"^  goal (\w+):\s*(.*?)(?=\n\n|\Z)", re.M | re.S)
HEAD = """module Refuted
  use machine.Machine
  use theorems.History
  use two_ends.Ends
  use two_ends.Both
"""


def left_by(source, library):
    """The goals of a file that computing does not do away with, in order."""
    command = ["why3", "prove", "--json", "-L", library, "-P", "cvc4", "-a",
               "compute_in_goal", "-s", "1", source]
    environment = dict(os.environ, WHY3CONFIG=os.path.join(ROOT, WHY3CONFIG), LC_ALL="C")
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True,
                              timeout=LONGEST, check=False)
    except FileNotFoundError:
        raise CannotRun("why3 is missing; install it with: apt-get install why3") from None
    except subprocess.TimeoutExpired:
        raise CannotRun(f"{source}: computing it did not end in {LONGEST} s") from None
    names, place, decoder = [], 0, json.JSONDecoder()
    while place < len(done.stdout.rstrip()):
        result, place = decoder.raw_decode(done.stdout, re.compile(r"\s*").match(done.stdout, place).end())
        names.append(result["term"]["goal_name"])
    if done.stderr.strip():
        raise CannotRun(f"{source}: {done.stderr.strip()}")
    return names


def computed(folder, text):
    """The goals of a module that are not computed to true, and those that are whatever they say."""
    goals = GOAL.findall(text[:text.rindex("\nend")])
    if not goals:
        raise CannotRun(f"{folder}: there is no goal to compute")
    head = text[:GOAL.search(text).start()] + FAR_ENOUGH
    for name, make in (("held", lambda said: said), ("denied", lambda said: f"not ({said})")):
        with open(os.path.join(folder, name + ".mlw"), "w", encoding="utf-8") as file:
            file.write(head + "".join(f"  goal {goal}: {make(said)}\n\n" for goal, said in goals) + "end\n")
    missed = left_by(os.path.join(folder, "held.mlw"), folder)
    kept = left_by(os.path.join(folder, "denied.mlw"), folder)
    return missed, [goal for goal, _ in goals if goal not in kept]


def library_of(folder, edited):
    """All that a course is made of, with what is edited of it, in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for path in [*histories.FILES, histories.MACHINE]:
        with open(os.path.join(folder, os.path.basename(path)), "w", encoding="utf-8") as file:
            file.write(edited.get(path) or histories.read(path))


class Witnesses:
    """The courses for the premises of T11."""

    def __init__(self, build, edited=None):
        self.name, self.folder, self.edited = "courses", os.path.join(build, "courses"), edited or {}
        self.problems, self.goals = [], []

    def run(self, counted=lambda: None):
        library_of(self.folder, self.edited)
        text = histories.read(histories.COURSES)
        self.goals = [name for name, _ in GOAL.findall(text[:text.rindex("\nend")])]
        missed, hollow = computed(self.folder, text)
        self.problems = [f"{histories.COURSES}:1: {name} is not so" for name in missed]
        self.problems += [f"{histories.COURSES}:1: {name} is so even if it is denied" for name in hollow]
        for _ in self.goals:
            counted()
        return self


def refutation(claim):
    """A module that denies a statement after a course, from `STATEMENT of SIDE by TURN, TURN, ...`"""
    found = re.fullmatch(r"(\w+) of (Left|Right) by (.*)", claim)
    if not found:
        raise CannotRun(f"'{claim}' is no statement of a side with a course that refutes it")
    turns = []
    for turn in found[3].split(", "):
        side, move, *rest = turn.split()
        turns.append(f"{side} ({' '.join([move, *rest])})")
    last = " " + turns.pop() if found[1] == "nothing_after_fatal" else ""
    course = "Outset"
    for turn in turns:
        course = f"(Next {course} {turn})"
    return found[1], HEAD + f"\n  goal refuted: not ({found[1]} (reached {course}) {found[2]}{last})\n\nend\n"


class Bird:
    """A broken machine, or a broken model of the engines and the transport."""

    def __init__(self, path, build, quick, edited=None):
        self.edit = Edit(path)
        self.name, self.path = self.edit.name, os.path.relpath(path, ROOT)
        self.problems, self.tried, self.library = [], [], os.path.join(build, "ends", self.edit.name)
        with open(path, encoding="utf-8") as text:
            claims = re.findall(r"^# ends: (.*)$", text.read(), re.M)
        if len(claims) != 1:
            raise CannotRun(f"{self.path}:1: no '# ends:' says which course refutes what")
        self.statement, self.text = refutation(claims[0])
        self.edited = edited or {}
        self.fails = [] if quick else [each[0] for each in self.edit.fails]

    def run(self, counted=lambda: None):
        library_of(self.library, {**self.edited, self.edit.file: self.edit.applied()})
        missed, hollow = computed(self.library, self.text)
        counted()
        if missed or hollow:
            self.problems.append("the course that it names does not refute the statement")
        for name in self.fails:
            if self.proof(name).run().ok():
                self.problems.append(f"{name} is proved all the same")
            self.tried.append(name)
            counted()
        return self

    def proof(self, name):
        path, = (path for path in histories.OF_ENDS if name in histories.modules(path))
        return histories.Module(os.path.join(self.library, os.path.basename(path)), name, self.library,
                                self.library, histories.FEWER, self.library)

    def told(self):
        return {"name": self.name, "why": self.edit.why, "refutes": THEOREM,
                "theorems": [THEOREM], "tried": len(self.tried) + 1, "problems": self.problems}


def birds(build, quick):
    """Those of this folder, and the broken machines that two ends notice as well."""
    machines = [path for path in sorted(glob.glob(os.path.join(ROOT, MACHINES, "*.patch")))
                if "\n# ends: " in histories.read(os.path.relpath(path, ROOT))]
    own = sorted(glob.glob(os.path.join(ROOT, PLANTED, "*.patch")))
    return [Bird(path, build, quick) for path in [*own, *machines]]


def never_refuted(found):
    """Statements of two ends that nothing broken breaks: their proof could be of anything."""
    stated = [name for name, _ in GOAL.findall(histories.modules(histories.PROOF)[THEOREM])]
    refuted = {f"{THEOREM}_{bird.statement}" for bird in found}
    return [f"{PLANTED}:1: nothing broken refutes {name}; add a patch whose '# ends:' does"
            for name in stated if name not in refuted]
