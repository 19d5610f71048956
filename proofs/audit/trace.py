#!/usr/bin/env python3
"""trace.py [--evidence DIR] [--page FILE] | --req CLAUSE: everything that hangs on each clause.

Joins the clauses, the rows of the tables, contracts, theorems, goals, mutants, scenarios and unit
tests into trace.json and one Markdown page, down to what is proved of bytes (join.py), and reports
every gap in either direction like a compiler. With --req it prints the dossier of one clause, or of
one of W1 to W9, from the evidence that there is, without judging; --labels prints the labels to be
proved for it.
Exits 0 without a gap, 1 on one, 2 when evidence is missing or there is no such clause.
"""
import argparse
import os
import platform
import re
import sys
import time

import rooms  # where the modules below are
import clauses
import evidence
import join
import lint
import trace_links
from wp import ROOT

GAPS_SHOWN = 40
SOURCES = {"MP": "SSL_shutdown(3)", "RFC": "The TLS standards", "GE": "SSL_get_error(3)",
           "SS": "SSL_set_shutdown(3)", "QS": "SSL_CTX_set_quiet_shutdown(3)",
           "CL": "SSL_clear(3)", "FR": "SSL_free(3)", "RW": "SSL_read(3) and SSL_write(3)",
           "K": "Decisions", "OC": "The orderly close"}
MACHINES = (clauses.THE_CORE, clauses.ORDERLY)


def proved(label):
    goals = label["goals"]
    return sum(goal["proved"] for goal in goals), sum(goal["total"] for goal in goals)


def provers(label):
    """Who proved the goals of a label, and in how long."""
    counts, seconds = {}, sum(goal["seconds"] for goal in label["goals"])
    for goal in label["goals"]:
        for prover, count in goal["provers"].items():
            counts[prover] = counts.get(prover, 0) + count
    who = ", ".join(f"{prover} {count}" for prover, count in sorted(counts.items()) if count)
    return f"{who or 'no prover'}; {seconds:.2f} s"


# The page -----------------------------------------------------------------------------------------

HEAD = """# Traceability

For each clause of [clauses.md](../spec/clauses.md) and [orderly.md](../spec/orderly.md): the rows
of the decision tables that implement it, the contracts and theorems that hold the shipped C to it,
the goals that prove them (how many, by which prover, in how many seconds), the mutants that these
goals noticed, the scenarios that show it with live peers, and the unit tests of the adapter. Made
from the evidence files; `make trace` fails on any gap, downwards from a clause or upwards to one.

"""


def link(text, where):
    path, _, line = (where or "").partition(":")
    return f"[{text}](../{path}#L{line})" if path else text


def label_lines(word, label):
    done, total = proved(label)
    fewest = label["fewest_provers"]
    alone = "" if fewest is None else f"; each goal by {fewest} or more provers alone"
    alone += "; of the model by Why3 as well" if label["why3"] else ""
    yield f"- {word} {link(label['label'], label['where'])}: {done} of {total} goals proved " \
          f"({provers(label)}){alone}"
    if label["mutants"]:
        some = "; ".join(label["mutants"][:3])
        more = f"; and {len(label['mutants']) - 3} more" if len(label["mutants"]) > 3 else ""
        yield f"  - noticed {len(label['mutants'])} mutants: {some}{more}"


def section(one):
    yield f"### {one['clause']}"
    yield ""
    place = link(one["where"].rsplit("/", 1)[-1], one["where"])
    yield f"{one['meaning']} *({one['kind']}, {place})*"
    yield ""
    if one["not_testable"]:
        yield f"- not testable: {one['not_testable']}"
    if one["rows"]:
        yield "- rows: " + ", ".join(link(row["row"], row["where"]) for row in one["rows"])
    for word in ("contract", "theorem"):
        for label in one[word + "s"]:
            yield from label_lines(word, label)
    for scenario in one["scenarios"]:
        yield f"- scenario {link(scenario['scenario'], scenario['where'])}: " \
              f"{scenario['passed']} of {scenario['cells']} cells passed"
    for test in one["unit_tests"]:
        yield f"- unit test {link(test['test'], test['where'])}"
    yield ""


def index(dossiers):
    yield "| clause | kind | rows | labels | goals proved | mutants | scenarios | cells | tests |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for one in dossiers:
        labels = one["contracts"] + one["theorems"]
        goals = [proved(label) for label in labels]
        mutants = {name for label in labels for name in label["mutants"]}
        cells = sum(scenario["cells"] for scenario in one["scenarios"])
        passed = sum(scenario["passed"] for scenario in one["scenarios"])
        ident, done = one["clause"], sum(done for done, _ in goals)
        yield f"| [{ident}](#{ident.lower()}) | {one['kind']} | {len(one['rows'])} " \
              f"| {len(labels)} | {done} of {sum(total for _, total in goals)} " \
              f"| {len(mutants)} | {len(one['scenarios'])} | {passed} of {cells} " \
              f"| {len(one['unit_tests'])} |"
    yield ""


def wire_index(wire):
    yield "What is proved of bytes, and what each statement rests on: [the join](../proofs/JOIN.md)."
    yield ""
    yield "| statement | labels | goals | steps | rests on | left open |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, one in wire.items():
        yield f"| {name} | {one['labels']} | {one['goals']} | {one['steps']} | {one['rests']} | {one['open']} |"
    yield ""


def page(told):
    found, dossiers = told["gaps"], told["results"] + told["orderly"]["results"]
    lines = [HEAD + f"Specification `{told['spec_sha256']}`.", ""]
    for name, one in (("", told), ("Of [the orderly close](../spec/orderly.md): ", told["orderly"])):
        lines += [f"{name}{one['clauses']} clauses, {one['rows']} rows, {one['labels']} labels, "
                  f"{one['goals']} goals that carry them, {one['mutants']} mutants noticed, "
                  f"{one['cells']} cells.", ""]
    lines += [f"Gaps: {len(found)}.", ""]
    lines += ["- " + gap for gap in found] + [""] * bool(found)
    lines += ["## Overview", ""] + list(index(dossiers))
    for made_by, one in (("mutants-quick", told), ("tables-orderly-quick", told["orderly"])):
        if one["labels_without_mutant"]:
            lines += [f"## Labels that noticed no mutant of `make {made_by}`", "",
                      "Each is proved; that it is needed was not shown by these mutants.", "",
                      ", ".join(one["labels_without_mutant"]), ""]
    lines += ["## Down to the wire", "", *wire_index(told["wire"])]
    prefix = None
    for one in dossiers:
        if one["clause"].split("-")[0] != prefix:
            prefix = one["clause"].split("-")[0]
            lines += [f"## {SOURCES.get(prefix, prefix)}", ""]
        lines += section(one)
    return "\n".join(lines)


# All of it, or one --------------------------------------------------------------------------------

def count(links, dossiers):
    """The figures of one machine."""
    labels = {(word, name) for word in ("contract", "theorem") for name in links.items[word]}
    names = [name for _, name in sorted(labels)]
    decided = [links.decided(one) for one in dossiers]
    return {
        "clauses": len(dossiers), "rows": len(links.rows), "labels": len(labels),
        "goals": sum(len(goals) for key, goals in links.goals.items() if key[1] in names),
        "mutants": len({name for label in names for name in links.mutants.get(label, [])}),
        "scenarios": len(links.cells), "cells": sum(cells for cells, _ in links.cells.values()),
        "decided": {word: decided.count(word) for word in sorted(set(decided))},
        "labels_without_mutant": [name for name in names if not links.mutants.get(name)]}


def joined(root, told):
    """Of each machine: its figures, its dossiers and its gaps; and what is stale of the evidence."""
    parts = {}
    for of in MACHINES:
        links = trace_links.Links(root, told, of)
        dossiers = [links.dossier(ident) for ident in links.clauses]
        parts[of.name] = (count(links, dossiers), dossiers, list(trace_links.gaps(links, dossiers)))
    return parts, list(trace_links.stale_gaps(told))


def wire(root):
    """What hangs on W1 to W9, and the gaps in it."""
    theorems, _, figures, problems = join.judge(root)
    return join.summary(theorems, figures), problems


def traced(root, folder):
    """What trace.json says, but for how long it took."""
    told = trace_links.load_all(folder)
    parts, stale = joined(root, told)
    on_the_wire, broken = wire(root)
    figures, dossiers, _ = parts["core"]
    files = [os.path.join(folder, trace_links.file_of(folder, name) + ".json") for name in sorted(told)]
    read = {path for of in MACHINES for path in (of.clauses, *of.tables, of.contracts, of.theorems)}
    return {**figures, "gaps": [gap for _, _, gaps in parts.values() for gap in gaps] + stale + broken,
            "wire": on_the_wire,
            "spec_sha256": evidence.spec_sha256(), "tools": {"python": platform.python_version()},
            "sources": {os.path.relpath(path, ROOT): evidence.sha256(path) for path in
                        files + [os.path.join(ROOT, path) for path in sorted(read)]},
            "results": dossiers,
            "orderly": {**parts["orderly"][0], "results": parts["orderly"][1]}}


def trace(folder, page_path):
    start = time.monotonic()
    told = traced(".", folder)
    found = told["gaps"]
    evidence.write(os.path.join(folder, "trace.json"),
                   {**told, "seconds": round(time.monotonic() - start, 2)})
    evidence.write_text(page_path, page(told))
    for gap in found[:GAPS_SHOWN]:
        print(gap)
    if len(found) > GAPS_SHOWN:
        print(f"... and {len(found) - GAPS_SHOWN} more, in {page_path}")
    for name, one in (("", told), ("the orderly close: ", told["orderly"])):
        cells = f", {one['cells']} cells" if one["cells"] else ""
        print(f"{name}{one['clauses']} clauses, {one['rows']} rows, {one['labels']} labels, "
              f"{one['goals']} goals, {one['mutants']} mutants noticed{cells}")
    print(f"the wire: {len(told['wire'])} statements, {sum(one['labels'] for one in told['wire'].values())} labels, "
          f"{sum(one['goals'] for one in told['wire'].values())} goals")
    print(f"the page: {page_path}")
    dossiers = told["results"] + told["orderly"]["results"]
    bad = sum(any(one["clause"] in gap for gap in found) for one in dossiers)
    other = any(not any(one["clause"] in gap for one in dossiers) for gap in found)
    print(f"{len(dossiers) + 1 - bad - other} passed, {bad + other} failed")
    return 1 if found else 0


def row_text(where):
    path, _, line = where.partition(":")
    return lint.read(path).splitlines()[int(line) - 1]


def predicate_text(label, of):
    """What a label demands, in the words of ew_clauses.h, or where it stands."""
    path = lint.CLAUSES if of is clauses.THE_CORE else of.contracts
    found = re.search(rf"^  predicate {label}\b.*?;\n", lint.read(path), re.M | re.S)
    return [line for line in found[0].rstrip().splitlines()] if found else []


def requirement(ident, folder, of):
    links = trace_links.Links(".", trace_links.load_all(folder, needed=False), of)
    one = links.dossier(ident)
    print(f"{ident} ({one['kind']}; {one['where']})\n  {one['meaning']}")
    if one["not_testable"]:
        print(f"  not testable: {one['not_testable']}")
    for row in one["rows"]:
        print(f"row {row['row']} ({row['where']})\n  {row_text(row['where'])}")
    for word in ("contract", "theorem"):
        for label in one[word + "s"]:
            done, total = proved(label)
            print(f"{word} {label['label']} ({label['where']})")
            for line in predicate_text(label["label"], of):
                print("  " + line)
            if "proof" in links.told:   # without it nothing is known: 0 of 0 would be an answer
                print(f"  {done} of {total} goals proved ({provers(label)})")
            for name in label["mutants"]:
                print(f"  noticed: {name}")
    for scenario in one["scenarios"]:
        cells = f": {scenario['passed']} of {scenario['cells']} cells passed"
        print(f"scenario {scenario['scenario']} ({scenario['where']})"
              + (cells if "interop" in links.told else ""))
    for test in one["unit_tests"]:
        print(f"unit test {test['test']} ({test['where']})")
    wanted = {"proof", "mutants"} | ({"interop"} if of is clauses.THE_CORE else set())
    made_by = {name: trace_links.named_for(name, of) for name in sorted(wanted - set(links.told))}
    missing = [f"{file}.json ({trace_links.NEEDED[file]})" for file in made_by.values()]
    if missing:
        print("no evidence yet: " + ", ".join(missing))
    return 0


def statement(name):
    """One of W1 to W9, as the join has it."""
    theorems, said, figures, _ = join.judge(".")
    if name not in theorems:
        print(f"trace: {name} is no statement of {join.CATALOGUE}: {', '.join(theorems)}", file=sys.stderr)
        return 2
    print("\n".join(join.section(theorems[name], said, figures)))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", default="build/evidence")
    parser.add_argument("--page", default="build/trace.md")
    parser.add_argument("--req", metavar="CLAUSE", help="the dossier of one clause, such as MP-07, or of W1 to W9")
    parser.add_argument("--labels", action="store_true", help="only its labels, for prove --prop")
    given = parser.parse_args()
    folder, page_path = os.path.abspath(given.evidence), os.path.abspath(given.page)
    os.chdir(ROOT)
    page_path = os.path.relpath(page_path, ROOT) if page_path.startswith(ROOT) else page_path
    try:
        if not given.req:
            return trace(folder, page_path)
        if re.fullmatch(r"W\d+", given.req):
            return 0 if given.labels else statement(given.req)
        known = {ident: (one, of) for of in MACHINES for ident, one in
                 clauses.read_clauses(".", clauses.Report(), of).items()}
        if given.req not in known:
            print(f"trace: {given.req} is no clause; they stand in "
                  + " and ".join(of.clauses for of in MACHINES), file=sys.stderr)
            return 2
        clause, of = known[given.req]
        if given.labels:
            print(",".join(item.split()[1] for item in clause[2] if of is clauses.THE_CORE
                           and item.split()[0] in ("contract", "theorem")))
            return 0
        return requirement(given.req, folder, of)
    except (trace_links.Missing, clauses.Unreadable, OSError) as error:
        print(f"trace: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
