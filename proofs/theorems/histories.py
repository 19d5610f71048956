"""Why3 on the theorems over histories: what is proved of which module, and what the lint says."""
import hashlib
import json
import os
import re
import subprocess

from wp import ROOT, WHY3CONFIG, CannotRun, Run

MACHINE = "gen/out/machine.mlw"
SAFETY, LIVENESS, WITNESSES = "spec/theorems.mlw", "spec/liveness.mlw", "spec/witnesses.mlw"
ENDS, FACTS, PROOF = "spec/two_ends.mlw", "spec/two_ends_facts.mlw", "spec/two_ends_proof.mlw"
OF_ENDS = [ENDS, FACTS, PROOF]
FILES = [SAFETY, LIVENESS, WITNESSES, *OF_ENDS]
COURSES = "spec/two_ends_witnesses.mlw"              # computed (ends.py), and not proved
PROVERS = [("cvc4", "1500000"), ("z3", "5000000")]   # each with its limit in steps of its own
Z3_FIRST = ("Descent",)   # CVC4 spends all its steps on three of its goals, Z3 proves all
SECONDS = "120"                                      # only ends what went astray
FEWER = [("cvc4", "600000")]                         # for what has to fail

OF_A_WORLD = "at_most_one_notice|end_is_authenticated|session_verdict|alive_verdict"
TURNS = 3        # of a close (shutdown, done, shutdown); T7 never lets it fail

FORBIDDEN = {"axiom": "axioms prove anything when they contradict each other",
             "assume": "what is assumed is not proven", "any": "a value out of nowhere",
             "val": "a function without a body is only claimed", "absurd": "no dead branches here",
             "diverges": "what does not end proves anything", "meta": "tells the provers more",
             "exception": "no way around a contract"}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as text:
        return text.read()


def blank(piece):
    return re.sub(r"[^\n]", " ", piece)


def lint(texts=None):
    """Words that make a proof worth nothing, as `file:line: what`."""
    found = []
    for path, text in (texts or {path: read(path) for path in [*FILES, COURSES, MACHINE]}).items():
        code = re.sub(r"\(\*(?!\)).*?\*\)", lambda comment: blank(comment[0]), text,
                      flags=re.DOTALL)
        for word, why in FORBIDDEN.items():
            for place in re.finditer(rf"\b{word}\b", code):
                found.append(f"{path}:{code.count(chr(10), 0, place.start()) + 1}: "
                             f"'{word}': {why}")
    return found


def modules(path):
    """Module -> its text, in order."""
    return {found[1]: found[0] for found in
            re.finditer(r"^module (\w+)\n.*?^end$", read(path), re.M | re.DOTALL)}


def needs(text):
    """The modules that a module rests on."""
    return re.findall(r"^\s*(?:use|clone)\s+(?:export\s+|import\s+)?(?:\w+\.)?(\w+)", text,
                      re.M)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def claim(edit):
    """(theorem, statement, events): what a broken machine refutes, and by which history."""
    with open(edit.path, encoding="utf-8") as text:
        found = re.search(r"^# refutes: (\w+) (\w+) by (.*)$", text.read(), re.M)
    if not found or found[1] not in edit.theorems:
        raise CannotRun(f"{os.path.relpath(edit.path, ROOT)}:1: names no theorem, or no history "
                        "that refutes it")
    return found[1], found[2], found[3].split()


def refutation(statement, events):
    """Rests on definitions only: a lemma of a broken machine would prove anything."""
    of_a_world = re.fullmatch(OF_A_WORLD + "|close_finishes", statement)
    last = "" if of_a_world else f" Event_{events.pop()}"
    history = "Beginning"
    for event in events:
        history = f"(Then {history} Event_{event})"
    goal = f"not ({statement} (after {history}){last})"
    if statement == "close_finishes":
        scene = f"(close (after {history}) Accepts_all Closes)"
        for _ in range(TURNS):
            scene = f"(turn {scene})"
        goal = f"is_open (after {history}).seen /\\ {scene}.status = Failed"
    return ("module Refuted\n  use machine.Machine\n  use theorems.Statements\n"
            f"  use liveness.Close\n  goal refuted: {goal}\nend\n")


class Module(Run):
    """One module, proved from scratch; `goals` is filled once it is over."""

    def __init__(self, path, name, folder, machine=os.path.dirname(MACHINE), provers=None,
                 library="spec"):
        super().__init__(name, path, folder, [])
        self.module, self.machine, self.library = name, machine, library
        self.provers = provers or (PROVERS[::-1] if name in Z3_FIRST else PROVERS)

    def why3(self, prover, steps):
        return ["why3", "prove", "--json", "-L", self.machine, "-L", self.library, "-P", prover,
                "-a", "split_vc", "-s", steps, "-t", SECONDS, self.source, "-T", self.module]

    def run(self, counted=lambda: None):
        """Each goal by the first prover; the next one tries what is left, all of it again."""
        self.goals = []
        for prover, steps in self.provers:
            self.merge(prover, self.ask(self.why3(prover, steps), counted))
            if not self.unproved():
                break
        return self

    def ask(self, command, counted):
        environment = dict(os.environ, WHY3CONFIG=os.path.join(ROOT, WHY3CONFIG), LC_ALL="C")
        process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        with self.lock:
            self.running.add(process)
        said, complaint = process.communicate()
        with self.lock:
            self.running.discard(process)
        results, place, decoder = [], 0, json.JSONDecoder()
        while place < len(said.rstrip()):
            result, place = decoder.raw_decode(said, re.compile(r"\s*").match(said, place).end())
            results.append(result)
            counted()
        self.status = process.returncode
        if complaint.strip() and not results:
            raise CannotRun(f"{self.source}: {self.module}: {complaint.strip()}")
        return results

    def merge(self, prover, results):
        if self.goals and len(results) != len(self.goals):
            raise CannotRun(f"{self.source}: {self.module}: two provers saw different goals")
        for number, result in enumerate(results):
            term, told = result["term"], result["prover-result"]
            goal = {"module": self.module, "goal": term["goal_name"],
                    "what": ", ".join(term.get("explanations", [])),
                    "line": self.line(term["goal_name"]), "prover": prover,
                    "proved": told["answer"] == "Valid",
                    "answer": " ".join(told["answer"].split()),
                    "steps": told.get("step", 0), "seconds": told.get("time", 0)}
            if number == len(self.goals):
                self.goals.append(goal)
            elif goal["proved"] and not self.goals[number]["proved"]:
                self.goals[number] = goal

    def line(self, goal):
        """Where the goal stands: its name, after the head of its module."""
        text = read(self.source)
        module = text.find(f"module {self.module}\n")
        place = re.compile(rf"\b{re.escape(goal.split(chr(39))[0])}\b").search(text, module + 7)
        return text.count("\n", 0, place.start() if place else module) + 1

    def unproved(self):
        return [goal for goal in self.goals if not goal["proved"]]

    def ok(self):
        return not self.unproved()
