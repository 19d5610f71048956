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
from programs import CannotRun, run, setting_options

DIVERGENCES = "spec/divergences.md"
VERSIONS = "interop/explore/versions.json"
PAGE = "docs/openssl-close.md"
HEAD = ["id", "clause", "contract says", "OpenSSL does", "consequence", "versions", "shown by 3.0"]


def catalogue(text):
    """id -> the cells of its row, its title and the words below that."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if (re.fullmatch(r"D-\d\d", cells[0]) and len(cells) == len(HEAD)
                and cells[0] not in found):   # the rules, further down, begin with an id as well
            found[cells[0]] = dict(zip(HEAD, cells))
    if not found:
        raise CannotRun(f"{DIVERGENCES}: no table of divergences")
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
    return version, {d["id"]: (d["setting"], d["sequence"]) for d in report["divergences"]
                     if "sequence" in d}


def sequences_of_page(text):
    version = re.search(r"^Shown on OpenSSL (\S+),", text, re.M)
    return version[1], {ident: (setting, sequence) for ident, setting, sequence in re.findall(
        r"^<!-- (D-\d\d): (TLS [^;]*); (.*) -->$", text, re.M)}


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


def program(tool, setting, sequence):
    text = run([tool, *setting_options(setting), "--program", sequence])
    return ["```c", *text.splitlines()[1:], "```"]


def measured(ident, versions):
    """The builds on which a walk met it."""
    if not versions:
        return ""
    met = [version for version, found in versions.items() if ident in found["met"]]
    return ", ".join(met) if met else "none"


def one(ident, known, where, tool, versions):
    setting, sequence = where
    steps = play(tool, setting, sequence)
    if ident not in steps[-1][3]:
        raise CannotRun(f"{ident} is not shown by `{sequence}` any more; run: make explore")
    words = [known["words"], ""] if known.get("words") else []
    return [f"## {ident}: {known['title']}", "", f"<!-- {ident}: {setting}; {sequence} -->", "",
            *words,
            f"- contract: {known['contract says']} ({known['clause']})",
            f"- OpenSSL: {known['OpenSSL does']}",
            f"- consequence: {known['consequence']}",
            f"- versions: {known['versions']}; met by the walk: {measured(ident, versions)}", "",
            f"{setting}:", "", *shown_steps(steps), "", *program(tool, setting, sequence), ""]


INTRODUCTION = """# How OpenSSL closes a connection

`SSL_shutdown(3)` says how a TLS connection is closed. This page lists where libssl does something else than that page and
the standards say, as far as an application can see it: each with the shortest sequence of calls that shows it, what libssl
gives, what the contract of Endwell ([clauses](../spec/clauses.md)) says instead, and a program.

The sequences were found by walking *all* sequences of calls, peer's records and transport's faults up to a length on the
live library, and comparing each result (value, error class, flags, end of data, session, records on the wire) with the
contract; see [divergences](../spec/divergences.md) for the rules by which a difference belongs to a divergence, and for
those that this walk cannot show.

A program is compiled with `cc program.c interop/explore/reproduce/*.c -I interop/explore/reproduce -lssl -lcrypto`. It needs nothing
but OpenSSL 1.1.1 or later, and prints the results in the table above it.
"""


def write_page(tool, version, sequences):
    with open(DIVERGENCES, encoding="utf-8") as text:
        source = text.read()
    versions = {}
    if os.path.exists(VERSIONS):
        with open(VERSIONS, encoding="utf-8") as text:
            kept = json.load(text)
        versions = kept["versions"]
    known = catalogue(source)
    lines = [INTRODUCTION,
             f"Shown on OpenSSL {version}, {len(sequences)} divergences. Made from spec/divergences.md "
             f"(SHA-256 {hashlib.sha256(source.encode()).hexdigest()[:16]}).", "",
             "| id | OpenSSL does | consequence | met by the walk on |", "|---|---|---|---|"]
    anchor = lambda ident: re.sub(r"[^a-z0-9 _-]", "", f"{ident}: {known[ident]['title']}".lower()
                                  ).replace(" ", "-")
    for ident in sorted(sequences):
        row = known[ident]
        lines.append(f"| [{ident}](#{anchor(ident)}) | {row['OpenSSL does']} | {row['consequence']} "
                     f"| {measured(ident, versions)} |")
    lines.append("")
    for ident in sorted(sequences):
        lines += one(ident, known[ident], sequences[ident], tool, versions)
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
