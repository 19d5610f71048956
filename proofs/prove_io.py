#!/usr/bin/env python3
"""prove_io [--goals | --quick]: hold the POSIX io and the pair in memory to their contracts, which are those of an io.

src/io_posix.c over the calls of the system (spec/engines/sockets.h), src/io_memory.c, and any history of
its two ends. The gate of `make prove` on every function, smoke tests, and edits that have to lose what
they name. What no proof notices is asked beside that: that transport and connection assume of an io what
is proven here, and that the model's names, numbers and types are the system's. With --quick a sample
(sample.py): the goals of a few functions, and one edit. With --goals every goal, and nothing else.
Exits 0 when all is proved and every edit fails for its reason, 1 when not, 2 when it could not run.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import time

import rooms  # where the modules below are
import evidence
import lint
import shape
import sockets_model
from edits import Edit
from judged import texts_sha256
from progress import only_one, run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, ROOT, SMOKE, CannotRun, Run, tally, tool_versions

POSIX, MEMORY, PAIR = "src/io_posix.c", "src/io_memory.c", "proofs/wire/memory_pair.c"
UNITS = {POSIX: "spec/wire/posix.h", MEMORY: "spec/wire/memory.h", PAIR: "spec/wire/memory.h"}
# What stands in a header, and is proven elsewhere.
HEADERS = {POSIX: ["src/conn.h", "gen/out/ew_core.h", "gen/out/ew_orderly.h"], MEMORY: [], PAIR: []}
# One line each, in which a void * is converted or errno is written.
OUTSIDE = {POSIX: shape.IO_OUTSIDE["io_posix.c"], MEMORY: shape.IO_OUTSIDE["io_memory.c"], PAIR: []}
MODEL = "spec/engines/sockets.h"
EDITS = "proofs/wire/planted_io"
SHARED = [MODEL, "spec/wire/calls.h", "spec/wire/stream.h"]
SOURCES = [*UNITS, *sorted(set(UNITS.values())), *SHARED, "spec/wire/transport.h", "spec/wire/wait.h",
           "src/io_memory.h", "src/ew_io.h", "src/ew_transport.h", "src/endwell.h", "src/conn.h"]
SAMPLED = 49   # of so many functions one is tried in `make check`; no multiple of three, the layers
DEFINED = re.compile(r"^(?:static )?(?:inline )?[a-z][\w ]*?[ *](\w+)\([^;{]*?\)\n?\s*\{", re.M)
# What the trampolines are outside for; a conversion in any other function ends the proof by WP's warning.
CONVERSIONS = ["-kernel-warn-key", "typing:implicit-conv-void-ptr=inactive"]
TRAMPOLINES = {"endwell_io_send": [(UNITS[POSIX], "send_bytes"), (PAIR, "a_sends")],
               "endwell_io_recv": [(UNITS[POSIX], "recv_bytes"), (PAIR, "b_receives")],
               "endwell_io_wait": [(UNITS[POSIX], "wait_until")],
               "endwell_io_now_ms": [(UNITS[POSIX], "monotonic_ms")]}
OWED = ("some", "W3_in_order", "what")   # the others are about the io's own objects
LATE = " + (ew_late - \\old(ew_late))"   # how late the system itself is: nobody can promise that it is not


class IoRun(Run):
    """As of the core, with other contracts put before the file."""

    def __init__(self, name, source, contracts, folder, options, before=()):
        super().__init__(name, source, folder, CONVERSIONS + options, (*before, "gen/out", "spec", "src"))
        self.contracts = contracts


def functions(path):
    return DEFINED.findall(lint.code_of(lint.read(path)))


def proven(source):
    return [name for name in functions(source) if name not in OUTSIDE[source]]


def clauses(path, function):
    """(kind, label) -> text, of the contract before that function."""
    text = lint.contracts_of(lint.read(path)).get(function, "")
    return {(kind, label): " ".join(re.sub(r"//[^\n]*", "", said).split()) for kind, label, said in
            re.findall(r"(requires|ensures)\s+(\w+):(.*?);(?: +//[^\n]*)?$", text, re.S | re.M)}


def join_findings():
    """
    What the transport and the connection assume of an io and it is not proven to keep, and what it is
    proven under that they do not owe it, by its words.
    """
    for trampoline, kept in TRAMPOLINES.items():
        path = "spec/wire/wait.h" if "wait" in trampoline or "now" in trampoline else "spec/wire/transport.h"
        assumed = {label: said for (kind, label), said in clauses(path, trampoline).items() if kind == "ensures"}
        if not assumed:
            yield f"{path}:1: {trampoline} assumes nothing"
        for where, function in kept:
            told = {label: said.replace(LATE, "") for (kind, label), said in clauses(where, function).items()
                    if kind == "ensures"}
            for label, said in assumed.items():
                if told.get(label) != said and not (label == "IO07_interrupted" and "IO07_never" in told):
                    yield f"{where}:1: {function}: {trampoline} in {path} assumes {label}: {said}"
            for (kind, label), said in clauses(where, function).items():
                if label in OWED and clauses(path, trampoline).get((kind, label)) != said:
                    yield f"{where}:1: {function}: {trampoline} in {path} does not owe {label}: {said}"


def findings(build):
    """What no proof would notice."""
    for path in (*UNITS, *sorted(set(UNITS.values())), MODEL):
        yield from lint.source_findings(path, lint.read(path), False)
    for source, contracts in UNITS.items():
        declared = lint.contracts_of(lint.read(contracts) + lint.read(source))
        for name in proven(source):
            if name not in declared:
                yield f"{contracts}:1: {name} has no contract"
        for name in set(OUTSIDE[source]) - set(functions(source)):
            yield f"{source}:1: {name} is outside, and not there"
    yield from join_findings()
    yield from sockets_model.mark_findings(MODEL)
    yield from sockets_model.system_findings(MODEL, build)


def unit_runs(build):
    """Goals and smoke tests of each source."""
    for source, contracts in UNITS.items():
        name = os.path.basename(source)[:-2]
        other = [name for header in HEADERS[source] for name in functions(header)]
        skip = ["-wp-skip-fct", ",".join(OUTSIDE[source] + other)] if OUTSIDE[source] + other else []
        yield IoRun(name, source, contracts, build, ["-wp-prover", "cvc4,z3"] + skip + FULL)
        yield IoRun(name + " smoke tests", source, contracts, build,
                    ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + skip + SMOKE)


def sample_runs(build, sample):
    """Goals of the functions whose turn it is, by the sources that they stand in."""
    chosen = sample.of((source, name) for source in UNITS for name in proven(source))
    for source in dict(chosen):
        names = ",".join(name for where, name in chosen if where == source)
        run = IoRun(os.path.basename(source)[:-2], source, UNITS[source], build,
                    ["-wp-prover", "cvc4,z3", "-wp-fct", names] + FULL)
        run.partial = True
        yield run


class Planted:
    """An edit of a source, or of what is assumed, under which a goal has to fail."""

    def __init__(self, path, build):
        self.edit = Edit(path)
        folder = os.path.join(build, "edits", self.edit.name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        labels = ",".join(label for _, label in self.edit.fails)
        only = ["-wp-prover", "cvc4,z3", "-wp-fct", ",".join(self.edit.functions), "-wp-prop=" + labels] + FULL
        self.is_bug = self.edit.file in UNITS
        source, contracts, before = (self.of_source if self.is_bug else self.of_contracts)(folder)
        self.run = IoRun("edit " + self.edit.name, source, contracts, build, only, before)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.edit.applied())

    def of_source(self, folder):
        path = os.path.join(folder, os.path.basename(self.edit.file))
        self.write(path)
        return os.path.relpath(path, ROOT), UNITS[self.edit.file], ()

    def of_contracts(self, folder):
        """All of them are copied, so that no other is found beside the one that is edited."""
        for part in ("engines", "wire"):
            shutil.copytree(os.path.join(ROOT, "spec", part), os.path.join(folder, part))
        self.write(os.path.join(folder, os.path.relpath(self.edit.file, "spec")))
        unit = next(unit for unit in (PAIR, POSIX) if set(self.edit.functions) <= set(functions(unit)))
        return unit, os.path.relpath(os.path.join(folder, os.path.relpath(UNITS[unit], "spec")), ROOT), (folder,)

    def problem(self):
        lost = {(goal["function"], goal["label"] or goal["goal"]) for goal in self.run.unproved()}
        missing = [" ".join(named) for named in self.edit.fails if tuple(named) not in lost]
        return f"{self.edit.name}: still proved: {', '.join(missing)}; lost: {sorted(lost)}" \
            if missing or not self.edit.fails else None


def by_obligation(goals, planted):
    """Of each of IO-01 to IO-12, and of W3 below them: the functions and goals with its name, and what loses it."""
    found = {}
    for name in ("W3", *(f"IO{number:02}" for number in range(1, 13))):
        mine = [goal for goal in goals if (goal["label"] or "").startswith(name + "_")]
        lost = [one for one in planted if any(label.startswith(name + "_") for _, label in one.edit.fails)]
        if mine:
            found[name] = {"functions": sorted({goal["function"] for goal in mine}),
                           "goals": sum(goal["total"] for goal in mine),
                           "bugs": sorted(one.edit.name for one in lost if one.is_bug),
                           "assumptions": sorted(one.edit.name for one in lost if not one.is_bug)}
    return found


def chosen(build, sample, goals):
    """What is run of it: (proofs, edits that have to fail)."""
    edits = sorted(glob.glob(EDITS + "/*.patch"))
    if sample:
        return list(sample_runs(build, sample)), [Planted(sample.of(edits)[0], build)]
    runs = list(unit_runs(build))
    if goals:
        return [run for run in runs if "smoke" not in run.name], []
    return runs, [Planted(path, build) for path in edits]


def prove(build, out, sample, goals_alone):
    start = time.monotonic()
    tools = tool_versions()
    runs, planted = chosen(build, sample, goals_alone)
    run_all("prove io", runs + [one.run for one in planted])
    unfit = list(findings(build))
    wrong = unfit + [f"{run.name}: {goal['function']}: not proved: {goal['goal']}" for run in runs
                     for goal in run.unproved()]
    wrong += [f"{run.name}: {line}" for run in runs for line in run.warnings]
    wrong += [f"{run.name}: Frama-C ended with status {run.status}; what it found unfit stands in "
              f"{os.path.relpath(run.folder, ROOT)}/classified.json" for run in runs
              if run.status != 0 and not run.partial]
    wrong += [problem for problem in (one.problem() for one in planted) if problem]
    goals = [goal for run in runs for goal in run.goals]
    names = sorted({goal["function"] for goal in goals}) if sample else sum((proven(unit) for unit in UNITS), [])
    told = {**tally(goals), "functions": names,
            "outside": sum(OUTSIDE.values(), []), "edits": len(planted),
            "obligations": by_obligation([goal for goal in goals if not goal["smoke"]], planted),
            "clauses": sockets_model.counted(MODEL), "findings": wrong,
            "seconds": round(time.monotonic() - start, 1), "spec_sha256": evidence.spec_sha256(), "tools": tools,
            "sources": {path: evidence.sha256(path) for path in SOURCES},
            "judged": texts_sha256(SOURCES), "results": goals}
    evidence.write(out, told)
    print("\n".join(wrong + [
        f"io: {told['proved']} of {told['goals']} goals proved, {len(told['functions'])} functions, "
        f"{len(told['outside'])} outside; smoke tests: {told['smoke_passed']} of {told['smoke_total']} passed; "
        f"{told['seconds']:.0f} s"]))
    if sample:
        print(f"a sample: {sample}")
    for name, one in told["obligations"].items():
        print(f"{name}: {one['goals']} goals in {len(one['functions'])} functions; lost by {len(one['bugs'])} bugs, "
              f"and without {len(one['assumptions'])} assumptions")
    ok = [run.ok() for run in runs] + [one.problem() is None for one in planted] + [not unfit]
    print(f"{sum(ok)} passed, {len(ok) - sum(ok)} failed")
    return 0 if all(ok) and (planted or goals_alone) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--goals", action="store_true", help="every goal; no smoke test, no edit")
    only.add_argument("--quick", action="store_true", help="the goals of a few functions, and one edit")
    parser.add_argument("--build")
    parser.add_argument("--out")
    options = parser.parse_args()
    os.chdir(ROOT)
    what = "io_sample" if options.quick else "io_goals" if options.goals else "io"
    build = os.path.abspath(options.build or os.path.join("build", "proofs", what))
    out = os.path.abspath(options.out or os.path.join("build", "evidence", f"proof_{what}.json"))
    try:
        with only_one("prove_io", build):
            return prove(build, out, Sample(SAMPLED) if options.quick else None, options.goals)
    except (CannotRun, OSError, subprocess.SubprocessError) as error:
        print(f"prove_io: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("prove_io: interrupted", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
