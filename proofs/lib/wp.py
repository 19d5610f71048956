"""Frama-C/WP, run on some of our sources, and what its reports say.

Verdicts come from WP's JSON report, the file of warnings and the exit status, never from the
running text; that is read for progress, and for how long a goal took.
"""
import csv
import functools
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import tool
from tool import CannotRun  # what everyone here raises, by this name

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORE = "gen/out/ew_core.c"
CLIENT = "proofs/any_client.c"
COMPLETE = "proofs/complete.c"
CONTRACTS = "spec/ew_contracts.h"
WHY3CONFIG = "proofs/why3.conf"
TOOLS = {"frama-c": ("frama-c-base", ["-version"]), "why3": ("why3", ["--version"]),
         "z3": ("z3", ["--version"]), "cvc4": ("cvc4", ["--version"])}

# No goal may rest on a warning, on an earlier run, or on a hypothesis about memory.
GATE = ["-kernel-warn-key", "annot:missing-spec=abort", "-wp", "-wp-rte",
        "-wp-model", "Typed", "-wp-check-memory-model", "-wp-cache", "none", "-wp-par", "1",
        "-wp-no-pruning", "-wp-warn-key", "*=error", "-rte-warn-key", "*=error"]
CLASSIFY = ["-report-classify", "-report-unclassified-unknown", "ERROR",
            "-report-unclassified-invalid", "ERROR", "-report-unclassified-warning", "ERROR"]

# Provers stop after this many steps of their own, so that a slow machine proves the same goals;
# the seconds only end what went astray.
FULL = ["-wp-steps", "3000000", "-wp-timeout", "300"]
QUICK = ["-wp-steps", "1000000", "-wp-timeout", "40"]   # where a goal has to fail
SMOKE = ["-wp-smoke-tests", "-wp-steps", "100000", "-wp-smoke-timeout", "20"]
# Runs at once on two cores: Frama-C sleeps a twentieth of a second between two looks at its prover.
LANES = 3
ONLY_SMOKE = "-@ensures,-@assigns,-@requires,-@terminates,-@exits,-@assert,-@invariant,-@lemma"


@functools.lru_cache(maxsize=None)
def tool_versions():
    """The version each tool reports; the provers' must be those of why3.conf."""
    versions = {}
    for name, (package, ask) in TOOLS.items():
        if not shutil.which(name):
            raise CannotRun(f"{name} is missing; install it with: apt-get install {package}")
        versions[name] = tool.version(name, *ask)
    with open(os.path.join(ROOT, WHY3CONFIG), encoding="utf-8") as config:
        pinned = re.findall(r'path = "([^"]+)"\s+version = "([^"]+)"', config.read())
    for path, version in pinned:
        name = os.path.basename(path)
        if not os.path.exists(path):
            raise CannotRun(f"{WHY3CONFIG} names {path}, which is not there; "
                            f"install it with: apt-get install {TOOLS[name][0]}")
        if not re.search(rf"\b{re.escape(version)}\b", versions[name]):
            raise CannotRun(f"{WHY3CONFIG} pins {name} {version}, found: {versions[name]}")
    return versions


class Run:
    """One run of Frama-C/WP; `goals` and `warnings` are filled once it is over."""

    machdep = "x86_64"
    partial = False   # of a few functions: Frama-C's status tells that others owe what these ask for
    go_on = False     # what a run before came to, of the very same texts, is taken if all of it was proved
    must_fail = False   # an edit: what a run before lost is taken, too
    running = set()
    lock = threading.Lock()

    def __init__(self, name, source, folder, options, include=("gen/out", "spec"),
                 contracts="ew_contracts.h"):
        self.name, self.source, self.contracts = name, source, contracts
        self.folder = os.path.join(folder, re.sub(r"\W", "_", name))
        self.options, self.include = options, include
        self.status = self.ended = None
        self.goals, self.warnings, self.places = [], [], {}

    def command(self):
        at = lambda file: os.path.join(self.folder, file)
        return (["frama-c", "-machdep", self.machdep, *self.reads()]
                + GATE + self.options
                + ["-kernel-log", "ew:" + at("kernel.log"), "-wp-log", "ew:" + at("wp.log"),
                   "-rte-log", "ew:" + at("rte.log"), "-wp-report-json", at("wp.json"),
                   self.source, "-then", "-report-csv", at("properties.csv"),
                   "-report-output", at("classified.json")] + CLASSIFY)

    def reads(self, *more):
        """
        The contracts are put before the file, which does not include them: what ships declares
        each function once, and is read here to the letter.
        """
        arguments = " ".join(["-I" + path for path in self.include] + list(more))
        contracts = [f"-cpp-extra-args-per-file={self.source}:-include {self.contracts}"]
        return ["-cpp-extra-args=" + arguments] + (contracts if self.include else [])

    def stamp(self):
        """Of all that decides what comes out: the command, each text that it may read, the tools."""
        found = hashlib.sha256(json.dumps([self.command(), tool_versions()], sort_keys=True).encode())
        headers = [glob.glob(os.path.join(ROOT, folder, "**", "*.h"), recursive=True) for folder in self.include]
        for path in [os.path.join(ROOT, self.source), os.path.join(ROOT, WHY3CONFIG), *sorted(sum(headers, []))]:
            with open(path, "rb") as text:
                found.update(path.encode() + hashlib.sha256(text.read()).digest())
        return found.hexdigest()

    def stood(self):
        """The status of a run before that came to its end with this very stamp, or None."""
        try:
            with open(os.path.join(self.folder, "stamp.json"), encoding="utf-8") as kept:
                stamp = json.load(kept)
            return stamp["status"] if stamp["of"] == self.stamp() else None
        except (OSError, ValueError, KeyError):
            return None

    def taken_up(self, counted):
        """Whether the run before is as good as another; then what it left is read once more."""
        self.status = self.stood()
        if self.status is None:
            return False
        with open(os.path.join(self.folder, "output"), encoding="utf-8") as output:
            times = dict(filter(None, (self.decided(line, counted) for line in output)))
        self.ended = time.monotonic()
        self.read(times)
        if not self.ok() and not self.must_fail:
            self.goals, self.warnings, self.places = [], [], {}
            return False
        return True

    @staticmethod
    def decided(line, counted):
        """The goal that a line of Frama-C's tells of, and the seconds that it took."""
        goal = re.match(r"\[wp\] \[(.*?)\] (?:Goal|Smoke-test) (\w+)", line)
        if not goal:
            return None
        counted()
        spent = re.findall(r"\(([\d.]+)(m?s)\)", line.replace("Qed:", ""))
        return goal[2], sum(float(number) / (1000 if unit == "ms" else 1) for number, unit in spent[-1:])

    def run(self, counted=lambda: None):
        """Runs Frama-C; `counted` is called for each goal as it is decided."""
        if self.go_on and self.taken_up(counted):
            return self
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        begun = self.stamp()
        # Frama-C takes a relative path from PWD, wherever it really is.
        environment = dict(os.environ, WHY3CONFIG=os.path.join(ROOT, WHY3CONFIG), LC_ALL="C",
                           PWD=ROOT)
        times = {}
        with open(os.path.join(self.folder, "output"), "w", encoding="utf-8") as output:
            process = subprocess.Popen(self.command(), cwd=ROOT, env=environment, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       start_new_session=True)
            with self.lock:
                self.running.add(process)
            for line in process.stdout:
                output.write(line)
                told = self.decided(line, counted)
                times.update([told] if told else [])
            with self.lock:
                self.running.discard(process)   # before it is waited for: its id is still its own
            self.status = process.wait()
        self.ended = time.monotonic()
        self.read(times)
        if os.path.exists(os.path.join(self.folder, "wp.json")) and self.stamp() == begun:   # no text has changed
            with open(os.path.join(self.folder, "stamp.json"), "w", encoding="utf-8") as kept:
                json.dump({"of": begun, "status": self.status}, kept)
        return self

    def read(self, times):
        at = lambda file: os.path.join(self.folder, file)
        for log in ("kernel.log", "wp.log", "rte.log"):
            if os.path.exists(at(log)):
                with open(at(log), encoding="utf-8") as text:
                    self.warnings += [line for line in text.read().splitlines() if line.strip()]
        if not os.path.exists(at("wp.json")):
            self.warnings.append("no report was written")
            return
        with open(at("wp.json"), encoding="utf-8") as text:
            report = json.load(text) or {}   # null without a goal
        for section in ("wp:axiomatics", "wp:functions"):
            for function, goals in report.get(section, {}).items():
                for goal, by in goals.items():
                    if goal != "wp:section":
                        self.goals.append(self.goal(function, goal, by, times))
        if os.path.exists(at("properties.csv")):
            with open(at("properties.csv"), encoding="utf-8", newline="") as text:
                rows = csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
                self.places = {(row["function"], row["property"].split(":")[0]): row
                               for row in rows}

    def goal(self, function, goal, by, times):
        name = goal[len(function) + 1:] if goal.startswith(function + "_") else goal
        label = re.match(r"(?:(?:\w+?_)?ensures|assert|loop_invariant|\w+?_requires)_(?!rte_)(\w+?)"
                         r"(?:_preserved|_established|_\d+)*$", name)
        main = by["wp:main"]
        smoke = "wp_smoke" in name
        spent = [seconds for proved, seconds in times.items()
                 if re.fullmatch(rf"typed_{re.escape(goal)}(?:_part\d+)?", proved)]
        return {"source": self.source, "function": function, "goal": name,
                "label": label[1] if label else None, "smoke": smoke,
                "total": main.get("total", 0), "proved": main.get("valid", 0),
                "provers": {"Qed" if prover == "qed" else prover.replace(":", " "):
                            counts.get("valid", 0)
                            for prover, counts in by.items() if prover != "wp:main"},
                "seconds": round(sum(spent), 3)}

    def unproved(self):
        return [goal for goal in self.goals if goal["proved"] != goal["total"]]

    def ok(self):
        ended_well = self.status == 0 or (self.partial and self.goals)
        return bool(ended_well) and not self.unproved() and not self.warnings

    @classmethod
    def stop_all(cls):
        with cls.lock:
            for process in cls.running:
                os.killpg(process.pid, signal.SIGTERM)


def tally(goals):
    """How many goals and smoke tests there are, and how many came out well."""
    told = {"goals": 0, "proved": 0, "smoke_total": 0, "smoke_passed": 0}
    for goal in goals:
        told["smoke_total" if goal["smoke"] else "goals"] += goal["total"]
        told["smoke_passed" if goal["smoke"] else "proved"] += goal["proved"]
    return told
