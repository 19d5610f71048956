#!/usr/bin/env python3
"""join.py [--check] [--root DIR]: W1 to W9, the statements about bytes, over all layers that are proven.

join.txt says how the proofs of core, orderly close, connection, transport, io and ports make up each
statement, on which assumptions it rests, and what of it is not proved. All labels W1_ to W9_ of spec/wire/
are found where they stand, and held to the figures of the proofs (docs/figures.json). Makes JOIN.md; with
--check it compares. Reports like a compiler: a label that is not there, or that no proof carries; an
assumption that is none; a statement of which nothing is said; figures about other sources.
Exits 0, 1 on a finding, 2 when something needed cannot be read.
"""
import argparse
import os
import re
import sys

import rooms  # where the modules below are
import assumed
import assumptions
import clauses
import evidence
import long_runs

CATALOGUE, PAGE = "proofs/audit/join.txt", "proofs/JOIN.md"
# By the header of a contract; any other header is a layer of its own.
LAYERS = {"transport": "transport", "records": "transport", "stream": "transport", "calls": "transport",
          "wait": "waiting", "port": "what the ports share", "posix": "POSIX io", "memory": "pair in memory",
          "connection": "connection", "engine": "connection", "questions": "connection",
          "clear": "connection", "closing": "connection", "ending": "connection", "orderly": "connection",
          "opening": "connection", "application": "any application",
          "port_openssl": "actions of the OpenSSL port", "port_mbedtls": "actions of the mbedTLS port",
          "port_gnutls": "actions of the GnuTLS port", "port_wolfssl": "actions of the wolfSSL port",
          "port_bearssl": "actions of the BearSSL port"}
# What is counted by name in the figures of each proof, if anything is.
RUNS = {**{part: "obligations" if part == "prove-io" or part.startswith("prove-port-") else "theorems"
           for part in assumed.PARTS}, assumed.JOINT: "obligations", "prove-orderly": None, "prove": None}
HISTORIES = {"T": "proofs/any_client.c", "O": "proofs/any_orderly.c"}
# The layers that have their own contracts, and where it stands what these assume.
BESIDE = (("core", "gen/out/ew_core.c", [*assumptions.conditions.SPEC["spec"], HISTORIES["T"]]),
          ("orderly close", "gen/out/ew_orderly.c", [*assumptions.conditions.SPEC["orderly"], HISTORIES["O"]]),
          ("a program that calls libssl", "examples/proven_client.c",
           [f"spec/engines/{name}.h" for name in ("libssl", "libssl_setup", "posix")]))
STATED = re.compile(r"\b(?:assert|invariant|ensures|check)\s+((?:T|O)\d+_\w+)\s*:")
LABEL = re.compile(r"W(\d+)_\w+")
LINE = re.compile(r"    (step|rests|until|open) (.+)")


class Theorem:
    """One statement: its steps, what it rests on, what is not proved."""

    def __init__(self, name, words, line):
        self.name, self.words, self.line = name, words, line
        self.steps, self.rests, self.until, self.open = [], [], [], []
        self.labels = []   # of spec/wire/, all that have its name


# Reading ------------------------------------------------------------------------------------------

def read_catalogue(root):
    theorems, problems = {}, []
    for number, line in enumerate(clauses.read(root, CATALOGUE).splitlines(), 1):
        head, said = re.fullmatch(r"(W\d+) (.+)", line), LINE.fullmatch(line)
        last = next(reversed(theorems.values()), None)
        if head and head[1] in theorems:
            problems.append((number, f"{head[1]} is there already"))
        elif head:
            theorems[head[1]] = Theorem(head[1], head[2], number)
        elif said and last:
            names, _, words = said[2].partition(": ")
            if said[1] in ("step", "until") and not words:
                problems.append((number, f"'{said[1]} NAMES: WHAT'; it does not say what"))
            last_list = getattr(last, {"step": "steps"}.get(said[1], said[1]))
            last_list.append((said[2] if said[1] in ("open", "rests") else (names, words), number))
        elif line.strip() and not line.startswith("#"):
            problems.append((number, "not understood; a line is 'Wn STATEMENT', or '    step|rests|until|open ...'"))
    if not theorems:
        raise clauses.Unreadable(f"{CATALOGUE}: no statements")
    return theorems, problems


def layer_of(path):
    name = os.path.splitext(os.path.basename(path))[0]
    return LAYERS.get(name, name)


class Said:
    """All clauses that the proofs read, by name; the theorems of the histories; what is assumed."""

    def __init__(self, root):
        self.tree, self.by_name = assumed.Tree(root), {}
        for path in (path for path in assumed.headers(root) if path.startswith("spec/wire/")):
            for _, said, _ in assumed.contracts(root, path) if self.tree.is_read(path) else ():
                for one in said:
                    self.by_name.setdefault(one.ident, []).append(one)
        self.histories = {label for path in HISTORIES.values()
                          for label in STATED.findall(clauses.read(root, path))}
        self.all, _ = assumptions.judge(root)
        self.assumed = {f"{function}.{mine.one.label}" if function else mine.one.ident: mine for mine in self.all
                        for function in (mine.one.function, *mine.one.more)}
        self.conditions = {entry.ident: assumptions.WHO.get(entry.who) for entry in
                           assumptions.conditions.read_catalogue(root)[0]}

    def is_assumed(self, name):
        return name in self.assumed or name in self.conditions

    def is_proven(self, one):
        """An `ensures` by the function's own proof; a `requires` where something proven calls it, or calls, in the same
        words, its trampoline, as prove-io compares them."""
        if one.kind == "ensures":
            return self.tree.is_proven(one.function, one.path)
        return is_compared(one) or any(self.tree.is_held(place, one.path)
                                       for place in self.tree.callers.get(one.function, ()))

    def standing(self, one):
        """What the page says of a label: of the transport's, one may follow from what is proved elsewhere."""
        if self.is_proven(one):
            return "proved"
        joined = self.tree.is_joined(one.function, one.path)
        return "said again, which follows" if joined else "assumed or asked of who calls"


def is_compared(one):
    return one.kind == "requires" and one.function in assumed.compared() and one.label in assumed.prove_io.OWED


# What is wrong ------------------------------------------------------------------------------------

def runs(figures):
    """The proofs that count here."""
    return [run for run in RUNS if run not in assumed.PARTS or assumed.is_whole(figures, run)]


def stale_problems(figures):
    """Figures that are missing, are about other sources, or in which a goal is not proved."""
    for run in runs(figures):
        kept = figures.get(run)
        again = f"run: make {run} figures"
        if not kept:
            yield f"{assumed.FIGURES}:1: error: nothing of {run}; {again}"
        elif not long_runs.is_proved_now(kept) and run not in figures.get(long_runs.BEFORE, []):
            yield f"{assumed.FIGURES}:1: error: {run} is about other sources than the tree's; {again}"
        elif kept["proved"] != kept["goals"]:
            yield f"{assumed.FIGURES}:1: error: {run} proved {kept['proved']} of {kept['goals']} goals"


def carried(figures, name):
    """Statement -> the functions whose goals carry its name, in any run that counts them."""
    found = set()
    for run in runs(figures):
        key = RUNS[run]
        found |= set(figures.get(run, {}).get(key, {}).get(name, {}).get("functions", ())) if key else set()
    return found


def awaited(root, figures):
    """Headers of which all figures are of the version before: what is new there has none yet, and the page says so."""
    def read(those):
        return {path for run, units in assumed.PARTS.items() if (run in before) is those
                for header in units.values() for path in assumed.closure(root, header)}
    before = figures.get(long_runs.BEFORE, [])
    return read(True) - read(False)


def label_problems(said, theorems, figures):
    """Each label of spec/wire/ with the name of a statement is of one that there is, and its goals are proved."""
    new = awaited(said.tree.root, figures)
    for one in sorted((one for same in said.by_name.values() for one in same), key=lambda one: (one.path, one.line)):
        found = LABEL.fullmatch(one.label)
        if not found:
            continue
        name = "W" + found[1]
        if name not in theorems:
            yield f"{one.path}:{one.line}: error: {one.ident}: there is no {name} in {CATALOGUE}"
            continue
        theorems[name].labels.append(one)
        if not said.is_proven(one) or is_compared(one):
            continue
        callers = {function for where, function in said.tree.callers.get(one.function, ())}
        functions = {one.function} if one.kind == "ensures" else callers
        if one.path not in new and not functions & carried(figures, name):
            yield f"{one.path}:{one.line}: error: {one.ident}: no goal of {name} in {', '.join(sorted(functions))} " \
                  f"({assumed.FIGURES}); run: make {' '.join(run for run in runs(figures) if RUNS[run])} figures"


def name_problems(said, theorems):
    """Steps are proved, what they rest on is assumed, and something is said of what is left."""
    for one in theorems.values():
        for (names, _), line in one.steps:
            for name in names.split():
                if name in said.histories or any(map(said.is_proven, said.by_name.get(name, ()))):
                    continue
                there = "is assumed, and not proved" if name in said.by_name else \
                    "is no label of spec/wire/, nor of a history"
                yield f"{CATALOGUE}:{line}: error: {one.name}: {name} {there}; mend the name, or take it out"
        for names, line in one.rests:
            for name in names.split():
                if not said.is_assumed(name):
                    yield f"{CATALOGUE}:{line}: error: {one.name}: {name} is not assumed by any proof" \
                          f" ({assumptions.PAGE}); mend the name, or take it out"
        if not one.steps or not one.rests:
            yield f"{CATALOGUE}:{one.line}: error: {one.name}: say its steps, and what it rests on"
        if not left(one):
            yield f"{CATALOGUE}:{one.line}: error: {one.name}: say what of it is not proved: open WHAT"


def left(theorem):
    """What is not proved of it: also what waits for a layer that says nothing of it yet."""
    layers = {layer_of(one.path) for one in theorem.labels}
    return [words for words, _ in theorem.open] + [words for (layer, words), _ in theorem.until if layer not in layers]


def judge(root):
    """The statements, what there is to be said of them, and everything that is wrong, as lines."""
    theorems, wrong = read_catalogue(root)
    figures, said = assumed.figures_of(root), Said(root)
    problems = [f"{CATALOGUE}:{line}: error: {what}" for line, what in wrong]
    stale = list(stale_problems(figures))
    labels = list(label_problems(said, theorems, figures))
    problems += stale or labels   # of figures about other sources nothing can be said by label
    problems += [f"{CATALOGUE}:1: error: no W{number}: a statement is missing"
                 for number in range(1, 10) if f"W{number}" not in theorems]
    problems += list(name_problems(said, theorems))
    return theorems, said, figures, problems


# The page -----------------------------------------------------------------------------------------

HEAD = """# The join

What is proved of the bytes of a connection, W1 to W9, over all layers, and on which assumptions. Made by
`make join` from the contracts, the figures of the proofs and [join.txt](audit/join.txt); do not edit. `make
trace` goes down to here, and fails where a label is missing or no proof carries it.

The core decides what is to be done, the machine of the orderly close when a close is over. The connection
performs it: it asks a port, the port an engine, the engine hands bytes to the transport, the transport to an
io, the io to the system. Each layer is proven against what the one below owes it, and for whoever calls it:
what is assumed of the one is proven of the next, in the same words, where that has a proof (`make prove-io`
compares them), and else is counted in [ASSUMPTIONS](ASSUMPTIONS.md). All of them rest on the table in
[CAVEATS](CAVEATS.md#assumptions), too. Of every function that is proven: each access to memory is valid, it
writes nothing but what its contract says, nothing overflows, and it comes back.
"""


def layer_rows(said):
    """Of each layer: its sources, functions that are proven, what they assume."""
    layers = {}
    for layer, source, headers in BESIDE:
        proven = {name for name, _ in assumed.DEFINED.findall(clauses.read(said.tree.root, source))}
        layers[layer] = ({source}, proven, {one for one in said.all if one.one.path in headers})
    for source, header in sorted(assumed.units(said.tree.root).items()):
        layer, read = layer_of(header), said.tree.reads[source]
        proven = {name for where, name, path in said.tree.proven if path == header}
        mine = [one for one in said.all if set(read) & set(one.one.paths)]
        old = layers.setdefault(layer, (set(), set(), set()))
        layers[layer] = (old[0] | {source}, old[1] | proven, old[2] | set(mine))
    if "connection" not in layers:
        yield "| connection | not proven | | |"
    for layer, (sources, proven, mine) in layers.items():
        kinds = [one.kind for one in mine]
        counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in assumptions.KINDS if kind in kinds)
        yield f"| {layer} | {', '.join(os.path.basename(one) for one in sorted(sources))} | {len(proven)} | {counted} |"


def figures_row(run, figures):
    kept = figures.get(run, {})
    whole = "" if run in runs(figures) else " It is not whole: nothing below counts it."
    if not kept:
        return f"- `make {run}`: no figures.{whole}"
    lacking = [source for source in assumed.PARTS.get(run, {}) if source not in kept.get("judged", {})]
    if lacking:
        whole += f" Not in these figures: {', '.join(lacking)}."
    if run in figures.get(long_runs.BEFORE, []):
        whole += " Of the version before: not yet made whole on this one."
    return f"- `make {run}`: {kept['proved']:,} of {kept['goals']:,} goals proved, " \
           f"{kept['smoke_passed']} of {kept['smoke_total']} smoke tests passed.{whole}"


def by_function(labels):
    """`function`: its labels, of one header."""
    told = {}
    for one in labels:
        told.setdefault(one.function, []).append(one.label)
    return "; ".join(f"`{name}` {', '.join(dict.fromkeys(mine))}" for name, mine in told.items())


def counted(one, figures):
    """What the runs say of a statement."""
    for run in runs(figures):
        key = RUNS[run]
        told = figures.get(run, {}).get(key, {}).get(one.name) if key else None
        if told:
            yield f"- `make {run}`: goals {told['goals']}, functions {len(told['functions'])}; planted " \
                  f"bugs that lose it: {', '.join(told['bugs']) or 'none'}; it is lost without: " \
                  f"{', '.join(told['assumptions']) or 'nothing that was taken away'}."


def section(one, said, figures):
    lines = [f"## {one.name}", "", f"**{one.words}**", "", "Proved:", ""]
    for (names, words), _ in one.steps:
        lines.append(f"- {words}: {', '.join(f'`{name}`' for name in names.split())}")
    lines += ["", "Carried by:", "", *counted(one, figures)]
    for path in sorted({label.path for label in one.labels}):
        mine = [label for label in one.labels if label.path == path]
        for word in ("proved", "said again, which follows", "assumed or asked of who calls"):
            some = [label for label in mine if said.standing(label) == word]
            if some:
                lines.append(f"- [{os.path.basename(path)}](../{path}), {layer_of(path)}, {word}: {by_function(some)}")
    if not one.labels:
        lines.append("- no label of `spec/wire/`")
    lines += ["", "Rests on:", ""]
    for name in [name for names, _ in one.rests for name in names.split()]:
        mine = said.assumed.get(name)
        unseen = "" if not mine or mine.noticed else " (nothing would notice that it is false)"
        lines.append(f"- `{name}`, {mine.kind if mine else said.conditions.get(name, 'not assumed')}{unseen}")
    return lines + ["", "Not proved:", "", *(f"- {words}" for words in left(one)), ""]


def page(theorems, said, figures):
    lines = [HEAD, *(figures_row(run, figures) for run in RUNS), "",
             "| layer | proven | functions | assumed by it, and by what it includes |", "|---|---|--:|---|",
             *layer_rows(said), ""]
    for one in theorems.values():
        lines += section(one, said, figures)
    return "\n".join(lines)


def summary(theorems, figures):
    """What trace.json keeps: of each statement its labels, goals, and how much is open."""
    told = {}
    for one in theorems.values():
        kept = [figures.get(run, {}).get(RUNS[run], {}).get(one.name, {}) for run in runs(figures) if RUNS[run]]
        told[one.name] = {"labels": len(one.labels), "goals": sum(run.get("goals", 0) for run in kept),
                          "steps": sum(len(names.split()) for (names, _), _ in one.steps),
                          "rests": sum(len(names.split()) for names, _ in one.rests), "open": len(left(one))}
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", default=".")
    given = parser.parse_args()
    try:
        theorems, said, figures, problems = judge(given.root)
        text = page(theorems, said, figures)
        if given.check:
            problems += assumptions.page_problem(given.root, text, PAGE, "make join")
        elif not problems:
            evidence.write_text(os.path.join(given.root, PAGE), text)
    except (clauses.Unreadable, OSError) as error:
        print(f"join: {error}", file=sys.stderr)
        return 2
    for line in problems:
        print(line, file=sys.stderr)
    print(f"join: {len(theorems)} statements, {sum(len(one.labels) for one in theorems.values())} labels, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
