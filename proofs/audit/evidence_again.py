"""What can be made again in seconds, made again, and held against the evidence.

All of what is cheap: the generated files, the clauses, the trace, the sizes. Of what is not, a
sample that the digest of the evidence file chooses: whoever changes a figure changes the sample.
Each function yields what differs; a tool that is missing is a CannotRun, never a pass.
"""
import collections
import hashlib
import itertools
import json
import os
import random
import re
import subprocess
import tempfile

import assumptions
import clauses
import prover_parts
import size
import evidence
import footprint
import trace
import trace_links
from tool import run as run_tool
from wp import CLIENT, FULL, ROOT, CannotRun, Run

PAGES = [f"spec/{page}.md" for page in evidence.PAGES]
MORE = ["spec/orderly.md"]   # the other machines, as GEN_MORE has them
GENERATOR = "build/gen/endwell-gen"
INTEROP = "build/interop/endwell-interop"
GOALS = 2           # labels proved again
SECONDS = 300       # for one program


def chooser(told, what):
    """A source of chance that depends on every byte of the file's content."""
    text = json.dumps(told, sort_keys=True) + what
    return random.Random(hashlib.sha256(text.encode()).hexdigest())


def program(path, command):
    if not os.path.exists(os.path.join(ROOT, path)):
        raise CannotRun(f"{path} is not there; make it with: {command}")
    return os.path.join(ROOT, path)


# All of it ----------------------------------------------------------------------------------------

def generated(out="gen/out"):
    """gen/out is what the generator makes of the tables."""
    done = subprocess.run([program(GENERATOR, f"make {GENERATOR}"), "--check", out, *PAGES, *MORE],
                          cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        yield from said or [f"{out}: endwell-gen --check ended with {done.returncode}"]


def clauses_again(told, _):
    report = clauses.Report()
    figures = clauses.judge(ROOT, report)
    for name, now in {**figures, "passed": report.passed, "failed": report.failed}.items():
        if told.get(name) != now:
            yield f"{name} is {told.get(name)}, and judging the tree again gives {now}"


def trace_again(told, folder):
    now = json.loads(json.dumps(trace.traced(ROOT, folder)))
    for name in sorted(set(now) - {"tools", "results"}):
        if told.get(name) != now[name]:
            yield f"{name} is {told.get(name)}, and tracing again gives {now[name]}"
    said = {one["clause"]: one for one in told["results"]}
    for one in now["results"]:
        if said.get(one["clause"]) != one:
            yield f"{one['clause']}: tracing it again gives something else"


def assumptions_again(told, _):
    found, problems = assumptions.judge(ROOT)
    now = {"assumptions": len(found), "unnoticed": sum(not one.noticed for one in found),
           "kinds": {kind: list(pair) for kind, pair in assumptions.counts(found).items()},
           "trampolines": assumptions.assumed.trampolines(), "problems": problems}
    for name, value in now.items():
        if told.get(name) != value:
            yield f"{name} is {told.get(name)}, and reading the tree again gives {value}"


def size_again(told, _):
    for line in itertools.chain(size.missing_tools(), footprint.missing()):
        raise CannotRun(line)
    with tempfile.TemporaryDirectory() as folder:
        for target in size.TARGETS:
            now = size.measure(folder, size.CORE, *target)
            if now not in told["rows"]:
                yield f"{now['target']} {now['level']}: measuring it again gives " \
                      f"{now['flash']} bytes of flash, {now['stack']} of stack"
        for name in footprint.BUILDS:
            if footprint.measure(folder, name) not in told["footprint"]:
                yield f"the whole addition, {name}: measuring it again gives something else"
    if len(told["rows"]) != len(size.TARGETS):
        yield f"it has {len(told['rows'])} rows, and there are {len(size.TARGETS)} targets"


# A sample -----------------------------------------------------------------------------------------

def goals_for(told, source, function, label):
    return {goal["goal"]: (goal["total"], goal["proved"]) for goal in told["results"]
            if (goal["source"], goal["function"], goal["label"]) == (source, function, label)
            and not goal.get("smoke")}


def first_asked(told, source, function, label):
    """Both provers, the one first that proved most of it: the other one may spend all its steps on what it cannot."""
    by = collections.Counter(prover.split()[0].lower() for goal in told["results"] for prover in goal["provers"]
                             if (goal["source"], goal["function"], goal["label"]) == (source, function, label))
    return ",".join(sorted(("cvc4", "z3"), key=lambda name: -by[name]))


def prove_again(source, function, label, prover, said):
    """Asked for by the label and, where that ends in a number that our reports drop, as WP has it."""
    names = {label} | {goal[goal.index(label):] for goal in said if label in goal}
    with tempfile.TemporaryDirectory() as folder:
        run = Run("again", source, folder, ["-wp-prover", prover, "-wp-fct", function,
                                            "-wp-prop", ",".join(sorted(names))] + FULL).run()
    return {goal["goal"]: (goal["total"], goal["proved"]) for goal in run.goals
            if goal["function"] == function and goal["label"] == label}


def proof_again(told, _):
    """Functions and labels drawn from the file, proved anew."""
    chance = chooser(told, "proof")
    pairs = sorted({(goal["source"], goal["function"], goal["label"]) for goal in told["results"]
                    if goal["label"] and not goal["smoke"] and re.match(r"[A-Z]", goal["label"])})
    for source, function, label in chance.sample(pairs, min(GOALS, len(pairs))):
        said = goals_for(told, source, function, label)
        now = prove_again(source, function, label, first_asked(told, source, function, label), said)
        if now != said:
            yield f"{function}: {label}: it says {said}, and proving it again gives {now}"


def provers_again(told, _):
    """A goal that a prover is said to prove alone, given to that prover."""
    chance = chooser(told, "provers")
    goals = [goal for goal in told["results"] if goal["label"] and goal["source"] != CLIENT
             and set(goal["provers"]) & set(prover_parts.PROVERS)]
    for goal in chance.sample(goals, min(1, len(goals))):
        prover = sorted(set(goal["provers"]) & set(prover_parts.PROVERS))[0]
        now = prove_again(goal["source"], goal["function"], goal["label"], prover, [goal["goal"]])
        total, proved = now.get(goal["goal"], (0, 0))
        if not total or total != proved:
            yield f"{goal['function']}: {goal['goal']}: {prover} alone is said to prove it, " \
                  f"and proves {proved} of {total}"


def interop_again(told, _):
    """One scenario, played anew; of a sample those of its cells that were."""
    chance = chooser(told, "interop")
    name = chance.choice(sorted({record["scenario"] for record in told["records"]}))
    tool, shard = program(INTEROP, "make interop-build"), ["--shard", told["shard"]] if "shard" in told else []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "one.json")
        try:
            run_tool(tool, "--scenario", name, *shard, "--evidence", path, statuses=(0, 1), cwd=ROOT,
                     timeout=SECONDS)
        except CannotRun as error:
            yield f"scenario {name} cannot be played again: {error}"
            return
        with open(path, encoding="utf-8") as file:
            records = json.load(file)["records"]
    key = lambda record: (record["engine"], record["tls"], record["role"], record["mode"],
                          not record["differences"])
    now = sorted(map(key, records))
    said = sorted(key(record) for record in told["records"] if record["scenario"] == name)
    if now != said:
        yield f"scenario {name}: it says {sum(one[-1] for one in said)} of {len(said)} cells " \
              f"passed, playing it again gives {sum(one[-1] for one in now)} of {len(now)}"


ALL = {"clauses": clauses_again, "assumptions": assumptions_again, "trace": trace_again, "size": size_again}
SAMPLES = {"proof": proof_again, "proof_sample": proof_again, "provers": provers_again,
           "interop": interop_again, "interop_sample": interop_again}
