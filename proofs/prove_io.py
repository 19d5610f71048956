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
import subprocess
import sys

import rooms  # where the modules below are
import lint
import shape
import sockets_model
from held import PROVERS, HeldRun, Planted, Proof, functions
from progress import only_one, run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE, CannotRun

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
SAMPLED = 49   # of so many functions one is tried in `make check`; prime to the number of layers
TRAMPOLINES = {"endwell_io_send": [(UNITS[POSIX], "send_bytes"), (PAIR, "a_sends")],
               "endwell_io_recv": [(UNITS[POSIX], "recv_bytes"), (PAIR, "b_receives")],
               "endwell_io_wait": [(UNITS[POSIX], "wait_until")],
               "endwell_io_now_ms": [(UNITS[POSIX], "monotonic_ms")]}
OWED = ("some", "W3_in_order", "what")   # the others are about the io's own objects
LATE = " + (ew_late - \\old(ew_late))"   # how late the system itself is: nobody can promise that it is not


def proven(source):
    return [name for name in functions(source) if name not in OUTSIDE[source]]


def clauses(path, function):
    """(kind, label) -> text, of the contract before that function."""
    text = lint.contracts_of(lint.read(path)).get(function, "")
    return {(kind, label): " ".join(re.sub(r"//[^\n]*", "", said).split()) for kind, label, said in
            re.findall(r"(requires|ensures)\s+(\w+):(.*?);(?: +//[^\n]*)?$", text, re.S | re.M)}


def is_record(label, said, clauses_beside):
    """An onlooker's: each of its parts sets a ghost that no other clause speaks of, so that nothing is assumed."""
    ghosts = re.findall(r"(?:^|&& )(ew_\w+) == [^&|=<>]+(?= &&|$)", said)
    beside = " ".join(text for name, text in clauses_beside.items() if name != label)
    return label.startswith("noted_") and len(ghosts) == said.count("&&") + 1 and \
        not set(ghosts) & set(re.findall(r"ew_\w+", beside))


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
                if is_record(label, said, assumed):
                    continue
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
        proof = PROVERS + skip + FULL
        yield HeldRun(name, source, contracts, build, proof)
        smoke = ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + skip + SMOKE
        yield HeldRun(name + " smoke tests", source, contracts, build, smoke)


def sample_runs(build, sample):
    """Goals of the functions whose turn it is, by the sources that they stand in."""
    chosen = sample.of((source, name) for source in UNITS for name in proven(source))
    for source in dict(chosen):
        names = ",".join(name for where, name in chosen if where == source)
        run = HeldRun(os.path.basename(source)[:-2], source, UNITS[source], build,
                      PROVERS + ["-wp-fct", names] + FULL)
        run.partial = True
        yield run


class IoPlanted(Planted):
    """An edit of a source, or of what is assumed, under which a goal has to fail."""

    def __init__(self, path, build):
        super().__init__(path, build)
        labels = ",".join(label for _, label in self.edit.fails)
        only = PROVERS + ["-wp-fct", ",".join(self.edit.functions), "-wp-prop=" + labels] + QUICK
        self.is_bug = self.edit.file in UNITS
        source, contracts, before = self.of_source() if self.is_bug else self.of_contracts()
        self.run = HeldRun("edit " + self.edit.name, source, contracts, build, only, before)

    def of_source(self):
        path = os.path.join(self.folder, os.path.basename(self.edit.file))
        self.write(path)
        return os.path.relpath(path, ROOT), UNITS[self.edit.file], ()

    def of_contracts(self):
        self.contracts_with_it()
        unit = next(unit for unit in (PAIR, POSIX) if set(self.edit.functions) <= set(functions(unit)))
        contracts = os.path.join(self.folder, os.path.relpath(UNITS[unit], "spec"))
        return unit, os.path.relpath(contracts, ROOT), (self.folder,)


def chosen(build, sample, goals):
    """What is run of it: (proofs, edits that have to fail)."""
    edits = sorted(glob.glob(EDITS + "/*.patch"))
    if sample:
        return list(sample_runs(build, sample)), [IoPlanted(sample.of(edits)[0], build)]
    runs = list(unit_runs(build))
    if goals:
        return [run for run in runs if "smoke" not in run.name], []
    return runs, [IoPlanted(path, build) for path in edits]


def prove(build, out, sample, goals_alone):
    proof = Proof(sample, goals_alone)
    runs, planted = chosen(build, sample, goals_alone)
    run_all("prove io", runs + [one.run for one in planted])
    told = {"functions": sum((proven(source) for source in UNITS), []), "outside": sum(OUTSIDE.values(), []),
            "clauses": sockets_model.counted(MODEL)}
    names = ("W3", *(f"IO{number:02}" for number in range(1, 13)))
    return proof.close("io", out, runs, planted, list(findings(build)), names, told, SOURCES)


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
