#!/usr/bin/env python3
"""prove_joint [--quick]: what is assumed of the transport elsewhere follows from what the transport is proved to keep.

The ports' proofs, and those of a connection, read what they rely on of the transport in their own headers, which
say it once more, with less. Here a function of one line has each such contract, in its very words, and calls the
transport's under the contract of spec/wire/transport.h; it may rely on what else that requires, and writes the
ghosts of the stream besides. A `void *` is bytes here, as the functions of one line in src/dispatch.c make of it.
And edits of a header, which says then more than the transport keeps, have to lose it. With --quick one header
and one edit.
Exits 0 when all is proved and every edit fails for its reason, 1 when not, 2 when it could not run.
"""
import argparse
import glob
import os
import re
import sys

import rooms  # where the modules below are
import frame
import lint
from held import PROVERS, HeldRun, Planted, Proof, functions
from progress import only_one, run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE, CannotRun

TRANSPORT, CALLS = "spec/wire/transport.h", "spec/wire/calls.h"   # the second is read by all, and said once
STREAM = ["spec/wire/stream.h", "spec/wire/records.h", "spec/wire/feed.h"]
# The entry that takes a void *, and what it is one line for.
BEHIND = {"ew_transport_send": "endwell_transport_send", "ew_transport_recv": "endwell_transport_recv"}
EDITS = "proofs/wire/planted_joint"
SAMPLED = 7   # of so many headers one is tried in `make check`; prime to the number of layers
BYTES = re.compile(r"\((?:const |unsigned )*char \*\)buf\b")
CONTRACT = re.compile(r"/\*@((?:(?!\*/).)*)\*/\n([^\n]*?\b(ew_transport_\w+)\([^;]*\);)", re.S)
CLAUSE = re.compile(r"^ *(requires|assigns|ensures)\b(.*?;)(?=\s*(?://[^\n]*\s*)?"
                    r"(?:requires|terminates|exits|assigns|ensures|$))", re.S | re.M)
PREDICATE = re.compile(r"predicate (\w+)(?:\{\w+(?:, ?\w+)*\})? ?(?:\([^)]*\))? =.*?;", re.S)
MACRO = re.compile(r"^#define (\w+)\((?:[^\n]*\\\n)*[^\n]*$", re.M)


def named_in(text):
    return [one[3] for one in CONTRACT.finditer(text)]


def said_in(path, text):
    """What a header says of the transport: function -> (contract, declaration); none may be missed."""
    ours = functions("src/transport.c") + functions("src/dispatch.c")
    found = [one for one in CONTRACT.finditer(text) if one[3] in ours]
    names = [one[3] for one in found]
    for name in lint.contracts_of(text):
        if name in ours and name.startswith("ew_transport_") and names.count(name) != 1:
            raise CannotRun(f"{path}:1: {name}: write its contract once, right before a declaration of one line")
    return {one[3]: (one[1], one[2]) for one in found}


class Repeated:
    """What a header says of the transport: function -> (contract, declaration), and the terms it says it in."""

    def __init__(self, path, spec="spec"):
        self.path, self.who = path, os.path.basename(path)[:-2]
        text = lint.read(os.path.join(spec, os.path.relpath(path, "spec")))
        self.said = said_in(path, text)
        self.models = ["spec/" + model for model in re.findall(r'^#include "(engines/\w+\.h)"', text, re.M)]
        text += "".join(lint.read(model) for model in self.models)
        self.macros = {found[1]: found[0] for found in MACRO.finditer(text)}
        self.terms = {found[1]: found[0] for found in PREDICATE.finditer(text)}

    def function(self, name):
        """What stands for that function here."""
        return f"{self.who}_{name[3:]}"


def repeated():
    """All headers that say again what the transport keeps."""
    found = [Repeated(path) for path in sorted(glob.glob("spec/wire/*.h")) if path not in (TRANSPORT, CALLS)]
    return [one for one in found if one.said]


def named(text, definitions):
    """Those definitions that a text uses, behind those that they use."""
    found = []
    for name, said in definitions.items():
        if re.search(rf"\b{name}\b", text):
            others = {other: it for other, it in definitions.items() if other != name}
            found += [*named(said.partition("=")[2], others), said]
    return list(dict.fromkeys(found))


def written(one, name, contract, declaration, transports):
    """One function: that contract, what the transport requires besides, and the call."""
    behind = BEHIND.get(name, name)
    if behind not in transports:
        raise CannotRun(f"{one.path}: {name} is assumed to keep a contract, and {TRANSPORT} has none of {behind}")
    clauses = CLAUSE.findall(transports[behind])
    besides = "".join(f"\n  requires transports_{said.strip()}" for kind, said in clauses if kind == "requires")
    ghosts = sorted({ghost for kind, said in clauses if kind == "assigns"
                     for ghost in re.findall(r"\bew_[a-z]+\b", said)})
    more = f"\n  assigns {', '.join(ghosts)};" if ghosts else ""
    told = re.sub(r"\bvoid \*buf", "uint8_t *buf", declaration).rstrip(";")
    given = ", ".join(re.findall(r"(\w+)(?:,|\))", told.split("(", 1)[1]))
    returns = "" if told.startswith("void ") else "return "
    return f"/*@{besides}{BYTES.sub('buf', contract).rstrip()}{more}\n*/\n" \
           f"{told.replace(name, one.function(name))}\n{{\n    {returns}{behind}({given});\n}}\n"


def source_of(one):
    """The C of one header's joint."""
    transports = {**lint.contracts_of(lint.read(CALLS)), **lint.contracts_of(lint.read(TRANSPORT))}
    functions = "\n".join(written(one, name, *said, transports) for name, said in one.said.items())
    terms = named(functions, one.terms)
    return "\n".join([*named(functions, one.macros), "/*@\n" + "\n\n".join(terms) + "\n*/\n" if terms else "",
                      functions])


class JointRun(HeldRun):
    """That of one header."""

    def __init__(self, name, one, folder, options):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"joint_{one.who}.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source_of(one))
        mine = ",".join(map(one.function, one.said))
        super().__init__(name, path, TRANSPORT, folder, ["-wp-fct", mine] + options)
        self.partial = True   # the core's inline functions, which the transport's header has, are proven elsewhere


class JointPlanted(Planted):
    """A header that says more of the transport than the transport keeps."""

    is_bug = False

    def __init__(self, path, build):
        super().__init__(path, build)
        self.contracts_with_it()
        self.run = JointRun("edit " + self.edit.name, Repeated(self.edit.file, self.folder), self.folder,
                            ["-wp-prop=" + ",".join(label for _, label in self.edit.fails)] + PROVERS + QUICK)
        self.run.must_fail = True


def runs_of(headers, build):
    for one in headers:
        yield JointRun(one.who, one, build, PROVERS + FULL)
        yield JointRun(one.who + " smoke tests", one, build, ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE)


def unproven(headers, runs):
    heard = {goal["function"] for run in runs for goal in run.goals if not goal["smoke"]}
    return [f"{one.path}:1: {name}: nothing was proved of it" for one in headers for name in one.said
            if one.function(name) not in heard]


def prove(build, out, sample):
    proof, headers, edits = Proof(sample), repeated(), sorted(glob.glob(EDITS + "/*.patch"))
    if sample:
        headers, edits = sample.of(headers), sample.of(edits)[:1]
    runs = list(runs_of(headers, build))
    planted = [JointPlanted(path, build) for path in edits]
    run_all("prove joint", runs + [one.run for one in planted])
    models = [model for one in headers for model in one.models]
    sources = list(dict.fromkeys([TRANSPORT, CALLS, *STREAM, "src/ew_transport.h",
                                  *(one.path for one in headers), *models]))
    told = {"functions": [one.function(name) for one in headers for name in one.said], "outside": []}
    return proof.close("joint", out, runs, planted, unproven(headers, runs),
                       [f"W{number}" for number in range(1, 10)], told, sources)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join("build", "proofs", "joint"))
    parser.add_argument("--out", default=os.path.join("build", "evidence", "proof_joint.json"))
    parser.add_argument("--quick", action="store_true", help="one header, and one edit")
    options = parser.parse_args()
    os.chdir(ROOT)
    build = os.path.relpath(options.build, ROOT)
    with only_one("prove_joint", build):
        return prove(build, os.path.abspath(options.out), Sample(SAMPLED) if options.quick else None)


if __name__ == "__main__":
    sys.exit(frame.ends("prove_joint", main))
