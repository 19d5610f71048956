#!/usr/bin/env python3
"""report.py summary|readme|figures --evidence DIR: say what the evidence files say, and nothing else.

summary  prints what each check found, one line a check.
readme   compares the figures in README.md and docs/evidence.md with the evidence (exit 1 where they
         differ); with --write it puts them there. Only figures that do not depend on the machine.
figures  keeps the figures of the long runs, which no test repeats, in docs/figures.json; the pages
         take them from there, for as long as they are about the specification as it is.
Exits 2 when evidence is missing.
"""
import argparse
import json
import os
import re
import sys

import rooms  # where the modules below are
import footprint
from evidence import write_text
from long_runs import (FIGURES, LONG, Missing, interop_lines, kept_figures, kept_samples, long_lines,
                       write_figures)
from trace_links import file_of

MADE_BY = {"proof": "make prove", "interop": "make interop", "size": "make size",
           "mutants_sample": "make mutants-quick", "clauses": "make test-clauses",
           "divergences": "make interop", "assumptions": "make test-assumptions"}


def load(folder, name):
    """One file; of the proof, where there is a sample alone, with what is kept of the whole."""
    if name == "proof" and file_of(folder, name) != name:
        return {**load(folder, file_of(folder, name)), **kept_samples()}
    path = os.path.join(folder, name + ".json")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise Missing(f"{path} is missing; make it with: {MADE_BY.get(name, 'make ' + name)}") from None


def size_table(size):
    lines = ["| the core, bytes (gcc, -fno-jump-tables) | flash | named calls, if out of line | RAM "
             "| per connection | stack |", "|---|--:|--:|--:|--:|--:|"]
    for row in size["rows"]:
        lines.append(f"| {row['target']}, {row['level']} | {row['flash']} | {row['calls']} "
                     f"| {row['ram']} "
                     f"| {row['struct']} | {row['stack']} |")
    return lines


def footprint_table(size):
    """Of the whole addition: each file, all of it and as a client links it."""
    small = size["footprint"][-1]
    lines = ["| Cortex-M4, -Os, bytes | " + " | ".join(
        f"{one['build']}: text | + rodata | linked: text | + rodata" for one in size["footprint"]) + " |",
        "|---" + "|--:" * 4 * len(size["footprint"]) + "|"]
    for number, row in enumerate(small["rows"]):
        lines.append(f"| {row['file']} | " + " | ".join(
            f"{one['rows'][number][part][section]:,}" for one in size["footprint"]
            for part in ("whole", "linked") for section in ("text", "rodata")) + " |")
    lines.append("| all | " + " | ".join(
        f"{part[section]:,}" for one in size["footprint"] for part in (one["whole"], one)
        for section in ("text", "rodata")) + " |")
    lines.append("")
    for one in size["footprint"]:
        structs = " + ".join(f"{name} {number}" for name, number in one["structs"].items())
        lines.append(f"- {one['build']}: {one['data'] + one['bss']} bytes of data and bss; {one['ram']} of RAM for a "
                     f"connection ({structs}); the largest frame has {one['frame']} ({one['frame_of']}).")
    lines.append("- The second, as it is linked: " + "; ".join(footprint.against_wanted(small)) + ".")
    return lines


def proof_lines(proof):
    return [f"{proof['proved']} of {proof['goals']} proof goals of the core, "
            f"{proof['smoke_passed']} of {proof['smoke_total']} smoke tests, "
            f"{proof['canaries_failed_as_named']} of {proof['canaries']} canaries failing for "
            "their named reason."]


def mutant_lines(mutants):
    """Not how many: another commit samples others, and meets more or fewer that are equivalent."""
    different = mutants["mutants"] - mutants["equivalent"]
    killed = "All" if mutants["killed"] == different else f"{mutants['killed']} of {different}"
    return [f"{killed} sampled mutants of the tables and of the C killed by a named label of a contract; "
            "another commit samples others."]


def divergence_lines(differences):
    return [f"{differences['shown']} of {differences['catalogued']} catalogued divergences of "
            "OpenSSL from the contract shown live on 3.0; "
            f"{differences['unclassified']} differences without an explanation."]


def clause_lines(clauses):
    return [f"{clauses['clauses']} clauses: {clauses['discharged']} discharged, "
            f"{clauses['not_testable']} not testable, each with its reason. "
            f"{clauses['by_kind']['narrowed']} guarantees of the pages are narrowed, each by a "
            "decision that says why."]


def assumption_lines(told):
    """What is assumed, by kind, and how many of these assumptions nothing would notice to be false."""
    kinds = ", ".join(f"{count} {kind}" for kind, (count, _) in told["kinds"].items() if count)
    return [f"{told['assumptions']} assumptions, by kind: {kinds}. That one is false a test, a trial or a canary would "
            f"notice of {told['assumptions'] - told['unnoticed']}, and nothing of {told['unnoticed']}. Outside the "
            f"proofs stand {sum(told['trampolines'].values())} functions of one line."]


FROM = {"mutants": "mutants_sample", "footprint": "size"}   # blocks that are not named as their evidence
BLOCKS = {"size": size_table, "footprint": footprint_table, "proof": proof_lines, "mutants": mutant_lines,
          "clauses": clause_lines, "divergences": divergence_lines,
          "assumptions": assumption_lines}

README_BLOCKS = ("size", "proof", "clauses", "assumptions")
PAGES = {"README.md": README_BLOCKS,
         "docs/evidence.md": [name for name in [*BLOCKS, *LONG] if name not in README_BLOCKS]}


def fill(page, text, folder):
    """The page with each `<!-- NAME -->` ... `<!-- /NAME -->` block made from its evidence."""
    for name in PAGES[page]:
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not block.search(text):
            raise Missing(f"{page} has no block <!-- {name} --> ... <!-- /{name} -->")
        made = "\n".join(long_lines(name) if name in LONG
                         else BLOCKS[name](load(folder, FROM.get(name, name)))) + "\n"
        text = block.sub(lambda found, made=made: found[1] + made + found[2], text)
    return text


def compare(page, folder, write):
    """Whether a page says what the evidence says, after writing it if that is asked for."""
    with open(page, encoding="utf-8") as file:
        old = file.read()
    new = fill(page, old, folder)
    if new == old:
        print(f"{page}: its figures are those of the evidence")
        return True
    if write:
        write_text(page, new)
        print(f"{page}: figures written")
        return True
    for number, (ours, theirs) in enumerate(zip(old.splitlines(), new.splitlines()), 1):
        if ours != theirs:
            print(f"{page}:{number}: error: says\n  {ours}\nthe evidence says\n  {theirs}")
    return False


def is_dealt_from_all(folder):
    """Whether the sample of live cells is one of as many as the page says that there are."""
    if file_of(folder, "interop") != "interop_sample":
        return True
    cells, kept = load(folder, "interop_sample")["whole"]["cases"], kept_figures().get("interop", {}).get("cells")
    if cells != kept:
        print(f"{FIGURES}:1: error: interop has {kept} cells, and there are {cells}; run: make interop figures readme")
    return cells == kept


def readme(folder, write):
    same = [compare(page, folder, write) for page in PAGES] + [is_dealt_from_all(folder)]
    if not all(same):
        print("Mend with: make readme", file=sys.stderr)
    return 0 if all(same) else 1


def summary(folder):
    proof, size, interop = (load(folder, name) for name in ("proof", "size", file_of(folder, "interop")))
    differences = load(folder, "divergences")
    small = size["rows"][0]
    print(f"specification  {proof['spec_sha256'][:16]}...")
    print(f"proof          {proof_lines(proof)[0]}")
    print(f"size           {small['flash']} bytes of flash, {small['struct']} per connection, "
          f"{small['stack']} of stack ({small['target']} {small['level']})")
    print(f"interop        {interop_lines(interop)[0]}" + (f" Part {interop['shard']}." if "shard" in interop else ""))
    print(f"plain libssl   {divergence_lines(differences)[0]}")
    same = {proof["spec_sha256"], size["spec_sha256"], interop["spec_sha256"]}
    if len(same) > 1:
        print("summary: the evidence is about different specifications; run make again",
              file=sys.stderr)
        return 1
    good = (proof["proved"] == proof["goals"] and interop["failed"] == 0
            and differences["unclassified"] == 0)
    print("result         " + ("proven, and seen to close" if good else "NOT good: see above"))
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["summary", "readme", "figures"])
    parser.add_argument("--evidence", required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    try:
        if given.what == "readme":
            return readme(given.evidence, given.write)
        return summary(given.evidence) if given.what == "summary" \
            else write_figures(lambda name: load(given.evidence, name))
    except Missing as missing:
        print(f"report: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
