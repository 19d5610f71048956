#!/usr/bin/env python3
"""Writes docs/openssl-close.md: what the walk found in libssl, for its maintainers and for auditors.

    findings.py --tool FILE --evidence FILE    from the sequences of a walk (`make explore`)
    findings.py --tool FILE --check            the page is what its own sequences give today

Words come from spec/divergences.md, sequences from the evidence, results from the library.
"""
import argparse
import hashlib
import json
import os
import re
import sys

import rooms  # where the modules below are
import evidence
from programs import (CannotRun, lines_of, missing_of_claim, run, setting_options, step_names)

DIVERGENCES = "spec/divergences.md"
VERSIONS = "interop/explore/versions.json"
PAGE = "docs/openssl-close.md"
HEAD = ["id", "clause", "contract says", "OpenSSL does", "consequence", "versions", "shown by 3.0"]
MANUAL = ["id", "kind", "where", "the manual, in our words"]
KINDS = ("defect", "ambiguous", "misuse", "documented")


def table(text, head):
    """The rows of the table with that heading, by their first cell."""
    lines, rows = text.splitlines(), {}
    row = "| " + " | ".join(head) + " |"
    if row not in lines:
        raise CannotRun(f"{DIVERGENCES}: no table {row}")
    for line in lines[lines.index(row) + 2:]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        rows[cells[0]] = dict(zip(head, cells))
    return rows


def catalogue(text):
    """id -> the cells of its row, what the manual says, its title and the words below that."""
    found, manual = table(text, HEAD), table(text, MANUAL)
    for ident, row in found.items():
        if ident not in manual:
            raise CannotRun(f"{DIVERGENCES}: nothing says what {ident} is by OpenSSL's manual")
        row.update(manual[ident])
    for ident, title, body in re.findall(r"^## (D-\d\d): (.*?)\n(.*?)(?=^## |\Z)", text,
                                         re.M | re.S):
        words = body.split("```")[0].strip()
        found[ident].update(title=title, words=words)
    missing = [ident for ident, known in found.items() if "title" not in known]
    if missing:
        raise CannotRun(f"{DIVERGENCES}: no section about {', '.join(missing)}")
    return found


def sequences_of_evidence(path):
    with open(path, encoding="utf-8") as text:
        report = json.load(text)
    if report["unexplained"] or report["findings"]:
        raise CannotRun(f"{path}: differences without an explanation; explain them first")
    version = next(iter(report["tools"].values()))
    return version, [(c["id"], c["setting"], c["sequence"], c["claim"]) for c in report["claims"]
                     if "sequence" in c]


def sequences_of_page(text):
    version = re.search(r"^Shown on OpenSSL (\S+),", text, re.M)
    return version[1], re.findall(r"^<!-- (D-\d\d): (TLS [^;]*); (.*?); claim: (.*) -->$", text, re.M)


def play(tool, setting, sequence):
    """Of each step: its text, what libssl gave, what the contract says, the divergences."""
    steps = []
    for line in run([tool, *setting_options(setting), "--try", sequence]).splitlines():
        if not line.startswith("    "):
            steps.append([line, None, None, []])
            continue
        kind, rest = line.split(None, 1)
        if kind == "libssl":
            steps[-1][1] = rest
        elif kind == "contract":
            steps[-1][2] = rest
        elif rest.startswith("D-"):
            steps[-1][3].append(rest[:4])
    return steps


def shown_steps(steps):
    """The sequence as a table; where both agree only the result stands."""
    lines = ["| step | libssl | contract |", "|---|---|---|"]
    for text, got, want, _ in steps:
        want = "" if want is None else "the same" if want == "the same" else want
        lines.append(f"| `{text}` | {got or ''} | {want} |")
    return lines


def measured(ident, versions):
    """The builds on which a walk met it."""
    met = [version for version, found in versions.items() if ident in found["met"]]
    others = [version for version in versions if version not in met]
    if len(others) < len(met):
        return "all but " + ", ".join(others) if others else "all"
    return ", ".join(met) if met else "none"


def shown(where, using):
    """A claim: its sequence, what both sides give, and the program."""
    ident, setting, sequence, claim = where
    source = run([using["tool"], *setting_options(setting), "--program", sequence])
    steps = play(using["tool"], setting, sequence)
    names = [using["names"][line] for line in lines_of(source)]
    missing = missing_of_claim(claim, zip(names, ((got or "").split(", ") for _, got, _, _ in steps)))
    if missing or not any(ident in step[3] for step in steps):
        raise CannotRun(f"{ident}: `{sequence}` does not show `{missing or ident}`; run: make explore")
    return [f"<!-- {ident}: {setting}; {sequence}; claim: {claim} -->", "",
            f"{setting}:", "", *shown_steps(steps), "", "```c", *source.splitlines()[1:], "```", ""]


def one(ident, known, claims, using):
    words = [known["words"], ""] if known.get("words") else []
    where = "" if known["where"] == "-" else f" ({known['where']})"
    lines = [f"## {ident}: {known['title']}", "", *words,
             f"- contract: {known['contract says']} ({known['clause']})",
             f"- OpenSSL: {known['OpenSSL does']}",
             f"- OpenSSL's manual: *{known['kind']}*: {known['the manual, in our words']}{where}",
             f"- consequence: {known['consequence']}",
             f"- versions: {known['versions']}; met by the walk: {measured(ident, using['versions'])}", ""]
    for claim in claims:
        lines += shown(claim, using)
    return lines


INTRODUCTION = """# How OpenSSL closes a connection

`SSL_shutdown(3)` says how a TLS connection is closed. This page lists where libssl does something else than the contract of
Endwell ([clauses](../spec/clauses.md)) says, as far as an application can see it. Not each of them is a fault of OpenSSL's. By
its own manual, which *kind* is about:

{kinds}

[divergences](../spec/divergences.md) has the manual's words in ours for each, the rules by which a difference belongs to a
divergence, and those that this walk cannot show.

The sequences were found by walking *all* sequences of calls, peer's records and transport's faults up to a length on the
live library, and comparing each result (value, error class, flags, end of data, session, records on the wire) with the
contract. Each is the shortest in which the divergence's claim comes whole; below it stand what libssl gives, what the contract
says instead, and a program.

A program is compiled with `cc program.c interop/explore/reproduce/*.c -I interop/explore/reproduce -lssl -lcrypto`. It needs nothing
but OpenSSL 1.1.1 or later, and prints the results in the table above it.
"""

MEANS = {"defect": "not what the manual or the standard says, although the caller does nothing that they forbid",
         "ambiguous": "the manual can be read both ways, or says nothing about it",
         "misuse": "the sequence does what the manual tells a caller not to do, or leaves out what it asks for",
         "documented": "the manual says that it is so, and the contract has chosen otherwise"}


def walked(kept):
    """The builds that were walked, each with the source that it was made from."""
    return ["## The releases that were walked", "",
            f"Every sequence of up to {kept['depth']} steps, by `make explore-versions`. Of other releases than "
            "these, and the one above, nothing is said.", "",
            "| release | calls | differ from the contract | source | its SHA-256 or commit |", "|---|---|---|---|---|",
            *(f"| {version} | {found['calls']:,} | {found['differing']:,} | {found['source']} | "
              f"`{found['digest']}` |" for version, found in kept["versions"].items()), ""]


def write_page(tool, version, sequences):
    with open(DIVERGENCES, encoding="utf-8") as text:
        source = text.read()
    with open(VERSIONS, encoding="utf-8") as text:
        kept = json.load(text)
    known, met = catalogue(source), sorted({where[0] for where in sequences})
    for ident, _, _, claim in sequences:
        if f"| {claim} |" not in source:
            raise CannotRun(f"{ident}: {DIVERGENCES} has no claim `{claim}`; run: make explore findings")
    using = {"tool": tool, "names": step_names(tool), "versions": kept["versions"]}
    kinds = "\n".join(f"- *{kind}*, {sum(known[ident]['kind'] == kind for ident in met)} of them: "
                      f"{MEANS[kind]}{'.' if kind == KINDS[-1] else ';'}" for kind in KINDS)
    lines = [INTRODUCTION.replace("{kinds}", kinds),
             f"Shown on OpenSSL {version}, {len(met)} divergences. Made from spec/divergences.md "
             f"(SHA-256 {hashlib.sha256(source.encode()).hexdigest()[:16]}).", "",
             "| id | kind | OpenSSL does | consequence | met by the walk on |", "|---|---|---|---|---|"]
    anchor = lambda ident: re.sub(r"[^a-z0-9 _-]", "", f"{ident}: {known[ident]['title']}".lower()
                                  ).replace(" ", "-")
    for ident in met:
        row = known[ident]
        lines.append(f"| [{ident}](#{anchor(ident)}) | {row['kind']} | {row['OpenSSL does']} | "
                     f"{row['consequence']} | {measured(ident, kept['versions'])} |")
    lines += ["", *walked(kept)]
    for ident in met:
        lines += one(ident, known[ident], [where for where in sequences if where[0] == ident], using)
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--evidence")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        old = ""
        if os.path.exists(PAGE):
            with open(PAGE, encoding="utf-8") as text:
                old = text.read()
        if options.check and not old:
            raise CannotRun(f"{PAGE} is not there; run: make explore findings")
        found = sequences_of_page(old) if options.check else sequences_of_evidence(options.evidence)
        new = write_page(options.tool, *found)
        if options.check and new != old:
            print(f"{PAGE}: not what its sequences give; run: make explore findings")
            return 1
        if new != old:
            evidence.write_text(PAGE, new)
        print("1 passed, 0 failed")
    except (CannotRun, OSError, ValueError, KeyError, TypeError) as error:
        print(f"findings: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
