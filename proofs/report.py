#!/usr/bin/env python3
"""report.py summary|readme|figures --evidence DIR: say what the evidence files say, and nothing else.

summary  prints what each check found, one line a check.
readme   compares the figures in README.md with the evidence (exit 1 where they differ);
         with --write it puts them there. Only figures that do not depend on the machine.
figures  keeps the figures of the long runs, which no test repeats, in docs/figures.json; README
         takes them from there, for as long as they are about the specification as it is.
Exits 2 when evidence is missing.
"""
import argparse
import json
import os
import re
import sys

from evidence import sha256, spec_sha256

README = "README.md"
FIGURES = "docs/figures.json"
DIVERGENCES = "spec/divergences.md"


class Missing(Exception):
    """An evidence file that is not there, with the command that makes it."""


MADE_BY = {"proof": "make prove", "interop": "make interop", "size": "make size",
           "mutants_sample": "make mutants", "clauses": "make check-clauses",
           "divergences": "make interop"}


def load(folder, name):
    path = os.path.join(folder, name + ".json")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise Missing(f"{path} is missing; make it with: {MADE_BY.get(name, 'make ' + name)}") from None


def size_table(size):
    lines = ["| the core, bytes | flash | RAM | per connection | stack |", "|---|--:|--:|--:|--:|"]
    for row in size["rows"]:
        lines.append(f"| {row['target']}, {row['level']} | {row['flash']} | {row['ram']} "
                     f"| {row['struct']} | {row['stack']} |")
    return lines


def proof_lines(proof):
    return [f"{proof['proved']} of {proof['goals']} proof goals, "
            f"{proof['smoke_passed']} of {proof['smoke_total']} smoke tests, "
            f"{proof['canaries_failed_as_named']} of {proof['canaries']} canaries failing for "
            "their named reason."]


def mutant_lines(mutants):
    return [f"{mutants['killed']} of {mutants['mutants'] - mutants['equivalent']} sampled mutants of "
            "the tables and of the C killed by a named label of a contract."]


def interop_lines(interop):
    return [f"{interop['passed']} of {interop['cells']} cells passed; "
            f"{interop['not_applicable']} more do not apply, each with its reason."]


def divergence_lines(differences):
    return [f"{differences['shown']} of {differences['catalogued']} catalogued divergences of "
            "OpenSSL from the contract shown live on 3.0; "
            f"{differences['unclassified']} differences without an explanation."]


def clause_lines(clauses):
    return [f"{clauses['clauses']} clauses: {clauses['discharged']} discharged, "
            f"{clauses['not_testable']} not testable, each with its reason."]


# The long runs: what is kept of each, and how README says it ------------------------------------

def explore_figures(evidence):
    report = evidence("explore")
    kept = {name: report[name] for name in (
        "sequences", "states", "differing", "unexplained", "replayed", "replays_differing",
        "missing", "tools", "divergences_sha256")}
    kept["depth"] = {walk["alphabet"]: [walk["letters"], max(
        other["depth"] for other in report["walks"] if other["alphabet"] == walk["alphabet"])]
                     for walk in report["walks"]}
    kept["met"] = sum(1 for item in report["divergences"] if item["differences"])
    return kept, report["spec_sha256"]


def explore_lines(kept):
    letters = ", ".join(f"every one of up to {depth} steps of {count}"
                        for count, depth in kept["depth"].values())
    return [f"{kept['sequences']:,} sequences on OpenSSL {kept['tools']['libssl']} ({letters}): "
            f"{kept['unexplained']} differences from the contract without an explanation, "
            f"{kept['met']} divergences met; {kept['states']:,} states that can be told apart; "
            f"{kept['replays_differing']} of {kept['replayed']:,} sequences give something else on "
            "a fresh connection."]


def ours_figures(evidence):
    kept, digests = {}, set()
    for engine in ("openssl", "mbedtls"):
        report = evidence(f"explore-ours-{engine}")
        kept[engine] = {name: report[name] for name in ("sequences", "differing")}
        digests.add(report["spec_sha256"])
    return kept, digests.pop() if len(digests) == 1 else None


def ours_lines(kept):
    return ["; ".join(f"{kept[key]['sequences']:,} sequences with {name}, {kept[key]['differing']} "
                      "differences" for key, name in (("openssl", "OpenSSL"),
                                                      ("mbedtls", "mbedTLS"))) + "."]


LONG = {"explore": (explore_figures, explore_lines, "make explore"),
        "explore-ours": (ours_figures, ours_lines, "make explore-ours OURS_DEPTH=5")}


def kept_figures():
    try:
        with open(FIGURES, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def figures(folder):
    """Keeps what the folder has of the long runs; what it has not stays as it was."""
    kept = kept_figures()
    for name, (condense, _, command) in LONG.items():
        try:
            told, digest = condense(lambda part: load(folder, part))
        except Missing:
            print(f"{name}: not run here, kept as it was; {command}")
            continue
        kept[name] = {"spec_sha256": digest, **told}
        print(f"{name}: kept")
    with open(FIGURES + ".new", "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=1)
        file.write("\n")
    os.replace(FIGURES + ".new", FIGURES)
    return 0


def long_lines(name):
    _, lines, command = LONG[name]
    kept = kept_figures().get(name)
    if not kept:
        raise Missing(f"{FIGURES} has nothing of {name}; make it with: {command} && make figures")
    if kept["spec_sha256"] != spec_sha256():
        raise Missing(f"{FIGURES}: {name} is about another specification; run: "
                      f"{command} && make figures")
    if kept.get("divergences_sha256", sha256(DIVERGENCES)) != sha256(DIVERGENCES):
        raise Missing(f"{FIGURES}: {name} is about another {DIVERGENCES}; run: "
                      f"{command} && make figures")
    return lines(kept)


FROM = {"mutants": "mutants_sample"}   # blocks that are not named as their evidence
BLOCKS = {"size": size_table, "proof": proof_lines, "mutants": mutant_lines,
          "interop": interop_lines, "clauses": clause_lines, "divergences": divergence_lines}


def fill(text, folder):
    """README text with each `<!-- NAME -->` ... `<!-- /NAME -->` block made from its evidence."""
    for name in [*BLOCKS, *LONG]:
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not block.search(text):
            raise Missing(f"{README} has no block <!-- {name} --> ... <!-- /{name} -->")
        made = "\n".join(long_lines(name) if name in LONG
                         else BLOCKS[name](load(folder, FROM.get(name, name)))) + "\n"
        text = block.sub(lambda found, made=made: found[1] + made + found[2], text)
    return text


def readme(folder, write):
    with open(README, encoding="utf-8") as file:
        old = file.read()
    new = fill(old, folder)
    if new == old:
        print(f"{README}: its figures are those of the evidence")
        return 0
    if write:
        with open(README + ".new", "w", encoding="utf-8") as file:
            file.write(new)
        os.replace(README + ".new", README)
        print(f"{README}: figures written")
        return 0
    for number, (ours, theirs) in enumerate(zip(old.splitlines(), new.splitlines()), 1):
        if ours != theirs:
            print(f"{README}:{number}: error: says\n  {ours}\nthe evidence says\n  {theirs}")
    print("Mend with: make readme", file=sys.stderr)
    return 1


def summary(folder):
    proof, size, interop = (load(folder, name) for name in ("proof", "size", "interop"))
    differences = load(folder, "divergences")
    small = size["rows"][0]
    print(f"specification  {proof['spec_sha256'][:16]}...")
    print(f"proof          {proof_lines(proof)[0]}")
    print(f"size           {small['flash']} bytes of flash, {small['struct']} per connection, "
          f"{small['stack']} of stack ({small['target']} {small['level']})")
    print(f"interop        {interop_lines(interop)[0]}")
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
        return summary(given.evidence) if given.what == "summary" else figures(given.evidence)
    except Missing as missing:
        print(f"report: {missing}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
