#!/usr/bin/env python3
"""prove_port: hold the port for OpenSSL to what a port owes, over contracts of libssl.

How it calls libssl, its BIO and its actions (src/openssl_call.h, openssl_bio.h, openssl_action.h), with
OpenSSL's own headers and spec/engines/openssl_port.h. The gate of `make prove` on every function, smoke
tests, and edits that have to lose what they name. Attaching, detaching and clear are not proven.
Exits 0 when all is proved and every edit fails for its reason, 1 when not, 2 when it could not run.
"""
import argparse
import glob
import os
import shutil
import sys

import rooms  # where the modules below are
import frame
import lint
import sockets_model
from held import HeldRun, Planted, Proof, functions
from openssl_headers import INLINES, link_headers
from progress import only_one, run_all
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE

UNIT, CONTRACTS, MODEL = "proofs/wire/port_openssl.c", "spec/wire/port_openssl.h", "spec/engines/openssl_port.h"
UNITS = {UNIT: CONTRACTS}
PARTS = ["src/openssl_call.h", "src/openssl_bio.h", "src/openssl_action.h"]
# It names libssl's state by its text.
OUTSIDE = ["ew_openssl_has_failed"]
EDITS = "proofs/wire/planted_port"
SOURCES = [UNIT, CONTRACTS, MODEL, *PARTS, "spec/ew_predicates.h", "spec/wire/calls.h", "src/port_openssl.h",
           "src/ew_port.h", "src/ew_transport.h"]
PROVERS = ["-wp-prover", "cvc4,z3"]
# The functions of a run: as many as prove in a minute or two beside the others.
LONGEST = 14


class PortRun(HeldRun):
    """With OpenSSL's headers, and those of ours that an edit has put before them."""

    headers = None

    def __init__(self, name, contracts, folder, only, options, before=()):
        super().__init__(name, UNIT, contracts, folder, INLINES + ["-wp-fct", ",".join(only)] + options, before)
        self.include = (*before, self.headers, *self.include[len(before):])

    def reads(self, *more):
        return ["-c11", *super().reads(*more)]


def proven():
    return [name for part in PARTS for name in functions(part) if name not in OUTSIDE]


def findings():
    """What no proof would notice."""
    for path in (UNIT, CONTRACTS, MODEL, *PARTS):
        yield from lint.source_findings(path, lint.read(path), False)
    declared = lint.contracts_of(lint.read(CONTRACTS))
    for name in (*proven(), *OUTSIDE):
        if name not in declared:
            yield f"{CONTRACTS}:1: {name} has no contract"
    for name in set(declared) - set(proven()) - set(OUTSIDE):
        if not name.startswith("ew_transport_"):
            yield f"{CONTRACTS}:1: {name} has a contract, and is not there"
    yield from sockets_model.mark_findings(MODEL)


def unproven(goals):
    """A function that Frama-C was asked about, and said nothing of."""
    heard = {goal["function"] for goal in goals if not goal["smoke"]}
    return [f"{CONTRACTS}:1: {name}: nothing was proved of it" for name in proven() if name not in heard]


def unit_runs(build):
    """Goals and smoke tests, of some functions each."""
    names = proven()
    for first in range(0, len(names), LONGEST):
        of, part = f"port {first // LONGEST + 1}", names[first:first + LONGEST]
        run = PortRun(of, CONTRACTS, build, part, PROVERS + FULL)
        run.partial = True   # what these ask for the functions of other runs owe
        yield run
        yield PortRun(of + " smoke tests", CONTRACTS, build, part,
                      ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE)


class PortPlanted(Planted):
    """An edit of the port, or of a contract before it."""

    def __init__(self, path, build):
        super().__init__(path, build)
        labels = ",".join(label for _, label in self.edit.fails)
        self.is_bug = self.edit.file.startswith("src/")
        contracts = CONTRACTS if self.is_bug else self.of_contracts()
        if self.is_bug:
            for header in glob.glob(os.path.join(ROOT, "src", "*.h")):
                shutil.copy(header, self.folder)   # one that includes it finds the one that is changed
            self.write(os.path.join(self.folder, os.path.basename(self.edit.file)))
        self.run = PortRun("edit " + self.edit.name, contracts, build, self.edit.functions,
                           ["-wp-prop=" + labels] + PROVERS + QUICK, (self.folder,))

    def of_contracts(self):
        self.contracts_with_it()
        return os.path.relpath(os.path.join(self.folder, os.path.relpath(CONTRACTS, "spec")), ROOT)


def prove(build, out):
    proof = Proof()
    PortRun.headers = link_headers(build)
    runs = list(unit_runs(build))
    planted = [PortPlanted(path, build) for path in sorted(glob.glob(EDITS + "/*.patch"))]
    run_all("prove port", runs + [one.run for one in planted])
    unfit = list(findings()) + unproven([goal for run in runs for goal in run.goals])
    told = {"functions": proven(), "outside": OUTSIDE, "clauses": sockets_model.counted(MODEL)}
    return proof.close("port", out, runs, planted, unfit, [f"P{number:02}" for number in range(1, 24)], told, SOURCES)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "proofs", "port"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "evidence", "proof_port.json"))
    options = parser.parse_args()
    os.chdir(ROOT)
    build = os.path.abspath(options.build)
    with only_one("prove_port", build):
        return prove(build, os.path.abspath(options.out))


if __name__ == "__main__":
    sys.exit(frame.ends("prove_port", main))
