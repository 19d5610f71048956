"""Canaries: programs whose proof has to fail, each for the reason it names.

A canary is a C file of its own or an edit of our sources (edits.py). Its first comment says why,
and what has to be found, no more and no less:

    fails: FUNCTION GOAL   this goal is not proved, or this smoke test fails (numbers left out)
    warns: TEXT            a warning with this text ends the run
    lint: TEXT             the lint says this
    proved: all            the proof notices nothing: that is why there is a lint
"""
import glob
import os
import re

import lint
from edits import Edit
from wp import CLIENT, COMPLETE, QUICK, ROOT, CannotRun, Run

FOLDER = "proofs/canaries"
HEADERS = ("ew_contracts.h", "ew_named.h", "ew_clauses.h", "ew_predicates.h")
SMOKE = ["-wp-smoke-tests", "-wp-smoke-timeout", "5"]
# CVC4 proves the dearest goal of complete.c in 415767 steps. With a limit of twice as many and more it
# is the clock that ends what has to fail, where the machine is busy.
TWO_STEPS = ["-wp-steps", "500000", "-wp-timeout", "40"]


class Canary:
    """One program that has to fail; `run` is the proof to be run, or none. Quick: of an edit of the core the
    first goal that has to fail is tried, and not that all else of the function is still proved; of one
    of completeness by CVC4 alone, which proves it where nothing is missing; smoke tests are left out
    where none of them has to fail."""

    def __init__(self, path, build, quick=False):
        self.quick = quick
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.path = os.path.relpath(path, ROOT)
        self.warns, self.lint, self.run, self.stale = [], [], None, None
        if path.endswith(".patch"):
            try:
                self.from_edit(Edit(path), build)
            except CannotRun as error:
                self.stale = str(error)
        else:
            self.from_program(path, build)

    def from_program(self, path, build):
        with open(path, encoding="utf-8") as file:
            comment = re.match(r"/\*(.*?)\*/", file.read(), re.DOTALL)[1]
        lines = [line.strip(" *") for line in comment.splitlines()]
        fields = [line.split(": ", 1) for line in lines if re.match(r"[a-z]+: ", line)]
        self.why = " ".join(line for line in lines if line and line.split(": ")[0] not in
                            ("fails", "warns", "lint", "proved"))
        self.fails = sorted(tuple(value.split(" ", 1)) for key, value in fields if key == "fails")
        self.warns = [value for key, value in fields if key == "warns"]
        self.lint = [value for key, value in fields if key == "lint"]
        if self.fails or self.warns or "proved" in dict(fields):
            smoke = [] if self.quick and not self.smoke() else SMOKE
            self.run = Run(self.name, self.path, build,
                           ["-wp-prover", "z3,cvc4"] + smoke + QUICK, include=())

    def from_edit(self, edit, build):
        self.why, self.fails = edit.why, sorted(edit.fails)
        if self.quick and edit.proves == "core":
            self.fails = self.fails[:1]
        folder = os.path.join(build, self.name + ".edited")
        os.makedirs(folder, exist_ok=True)
        for header in HEADERS:
            with open(os.path.join(ROOT, "spec", header), encoding="utf-8") as file:
                copy(os.path.join(folder, header), file.read())
        edited = os.path.join(folder, os.path.basename(edit.file))
        copy(edited, edit.applied())
        if edit.proves == "core":
            chosen = ["-wp-prover", "cvc4,z3", "-wp-fct", ",".join(edit.functions)]
            source, limit = edited, QUICK
            if self.quick:
                chosen += ["-wp-prop", ",".join(label_of(goal) for _, goal in self.fails)]
        else:
            complete = edit.proves == "complete"
            labels = [label_of(goal) for _, goal in self.fails] if self.quick and complete \
                else edit.theorems
            chosen = ["-wp-prover", self.provers(complete), "-wp-prop", ",".join(labels)]
            source = COMPLETE if complete else CLIENT
            limit = TWO_STEPS if complete else QUICK
        self.run = Run(self.name, source, build, chosen + limit, include=(folder, "gen/out"))

    def provers(self, complete):
        if not complete:
            return "z3"
        return "cvc4" if self.quick else "cvc4,z3"

    def problems(self):
        """How it differs from what it names; empty when it failed as it should."""
        if self.stale:
            yield self.stale
        if self.lint:
            text = lint.read(self.path)
            said = list(lint.source_findings(self.path, text, self.run is None))
            said += lint.contract_findings(self.path, text, lint.contracts_of(text))
            said += lint.field_findings(self.path, text)
            said += lint.text_findings(self.path, text)
            yield from self.differences("lint", self.lint, said)
        if not self.run:
            return
        failed = sorted({(goal["function"], re.sub(r"(_s?\d+)+$", "", goal["goal"]))
                         for goal in self.run.unproved()})
        for name in self.fails:
            if name not in failed:
                yield f"'{' '.join(name)}' was proved and must not be"
        for name in failed:
            if name not in self.fails:
                yield f"'{' '.join(name)}' was not proved, which is not what it is there for"
        said = [line for line in self.run.warnings if re.search(r"Warning: |annot:", line)
                or "hypotheses" in line or "specification" in line]
        for text in self.warns:
            if not any(text in line for line in self.run.warnings):
                yield f"no warning says '{text}'"
        if self.run.warnings and not self.warns and not self.smoke():
            yield f"there are warnings: {'; '.join(said or self.run.warnings)}"
        if bool(self.run.status) != bool(self.fails or self.warns):
            yield f"Frama-C's exit status was {self.run.status}"

    def smoke(self):
        return any("wp_smoke" in goal for _, goal in self.fails)

    @staticmethod
    def differences(what, expected, said):
        for text in expected:
            if not any(text in line for line in said):
                yield f"no {what} finding says \"{text}\""
        if len(said) != len(expected):
            yield f"{len(said)} {what} findings instead of {len(expected)}: {'; '.join(said)}"


def label_of(goal):
    return re.sub(r"^ensures_", "", goal)


def copy(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def load(build, quick=False):
    paths = sorted(glob.glob(os.path.join(ROOT, FOLDER, "*.c"))
                   + glob.glob(os.path.join(ROOT, FOLDER, "*.patch")))
    return [Canary(path, build, quick) for path in paths]
