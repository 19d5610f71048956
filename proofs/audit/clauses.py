#!/usr/bin/env python3
"""clauses.py [--root DIR] [--evidence DIR]: every clause is discharged, and nothing else is claimed.

Reads spec/*.md and what it refers to, and reports like a compiler (file:line: error: what to do):
sentences without a clause, clauses without evidence, evidence that does not exist, rows, contracts
and theorems that no clause asked for, divergences without a sequence of calls. The orderly close,
whose page has clauses and tables of its own, is judged in the same way.
Exits 0 when all is discharged, 1 on a finding, 2 when something needed cannot be read.
"""
import argparse
import collections
import hashlib
import os
import platform
import re
import sys
import time

import rooms  # where the modules below are
from evidence import write

CLAUSES = "spec/clauses.md"
CODES = "spec/codes.md"
DIVERGENCES = "spec/divergences.md"
TABLES = ["spec/machine.md", "spec/calls.md", "spec/outcomes.md"]
CONTRACTS = "spec/ew_contracts.h"
THEOREMS = "proofs/any_client.c"
SCENARIOS = "interop/matrix"
TESTS = "src/tests"

KINDS = ["guarantee", "narrowed", "obligation", "advice", "environment", "decision"]
NARROWED = r"narrowed by (K-\d\d)"   # a guarantee of which a decision of ours keeps less
LAST = {"MP": 59, "RFC": 17, "K": 30}       # what the sources have; the others only have no gap
# Where a machine's clauses, tables, C, contracts and theorems stand, and what only its proofs name.
Machine = collections.namedtuple("Machine", "name clauses tables code contracts theorems helpers last")
THE_CORE = Machine("core", CLAUSES, TABLES, "gen/out/ew_core.c", CONTRACTS, THEOREMS,
                   ["spec/ew_named.h", "proofs/complete.c"], LAST)
ORDERLY = Machine("orderly", "spec/orderly.md", ["spec/orderly.md"], "gen/out/ew_orderly.c",
                  "spec/ew_orderly_contracts.h", "proofs/any_orderly.c",
                  ["proofs/complete_orderly.c"], {"OC": 16})
HEADER = ["clause", "meaning", "kind", "discharged by"]
DIVERGENCE_HEADER = ["id", "clause", "contract says", "OpenSSL does", "consequence", "versions",
                     "shown by 3.0"]
MANUAL_HEADER = ["id", "kind", "where", "the manual, in our words"]
MANUAL_KINDS = ("documented", "misuse", "ambiguous", "defect")
FEWEST_WORDS = 4                            # of a reason
SCENARIO = r'\bSCENARIO\(\s*"([a-z0-9-]+)",\s*"[^"]*",\s*(\w+)'
FUNCTION = r"^(?:static |inline )*[\w ]+?\**(\w+)\([^;{}]*\)\n\{\n(.*?)^\}"


class Unreadable(Exception):
    """Something the check needs is not there."""


class Report:
    """Findings, and the number of things that were looked at."""

    def __init__(self):
        self.errors = []
        self.passed = self.failed = 0

    def judge(self, where, problems):
        self.errors += [f"{where}: error: {problem}" for problem in problems]
        self.failed += 1 if problems else 0
        self.passed += 0 if problems else 1


# Reading ------------------------------------------------------------------------------------------

def read(root, path):
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from None


def sources(root, folder, ending):
    """Texts of the files in a folder whose names end like this, by path."""
    try:
        names = sorted(os.listdir(os.path.join(root, folder)))
    except OSError as error:
        raise Unreadable(f"{folder}: {error}") from None
    return {f"{folder}/{name}": read(root, f"{folder}/{name}")
            for name in names if name.endswith(ending)}


def tables(text):
    """Each Markdown table as its header and its rows: (line number, cells)."""
    header, rows = None, []
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if header is None:
                header, rows = cells, []
            elif not re.fullmatch(r"[|:\- ]+", line):
                rows.append((number, cells))
        elif header is not None:
            yield header, rows
            header = None


def read_clauses(root, report, of=THE_CORE):
    """id -> (where, kind, items, reason why it is not testable)."""
    clauses = {}
    for header, rows in tables(read(root, of.clauses)):
        if header[0] != "clause":
            continue
        for number, cells in rows:
            where = f"{of.clauses}:{number}"
            if header != HEADER or len(cells) != len(HEADER):
                report.judge(where, ["a clause has four columns: " + ", ".join(HEADER)])
                continue
            ident, meaning, kind, discharge = cells
            if ident in clauses:
                report.judge(where, [f"{ident} is there already, at {clauses[ident][0]}"])
                continue
            if not meaning:
                report.judge(where, [f"{ident} says nothing: give it a meaning"])
            items, colon, reason = discharge.partition("not testable:")
            items = [item.strip() for item in items.split(",") if item.strip()]
            clauses[ident] = (where, kind, items, reason.strip() if colon else None)
    if not clauses:
        raise Unreadable(f"{of.clauses}: no table of clauses")
    return clauses


def read_rows(root, of=THE_CORE):
    """Decision-table row -> (where, the clauses it cites)."""
    rows = {}
    for path in of.tables:
        for header, lines in tables(read(root, path)):
            if header[-2:] == ["row", "clauses"]:
                for number, cells in lines:
                    cited = [cite.strip() for cite in cells[-1].split(",") if cite.strip()]
                    rows[cells[-2]] = (f"{path}:{number}", cited)
    if not rows:
        raise Unreadable("no decision table in " + ", ".join(of.tables))
    return rows


def found(files, pattern, what):
    """name -> where, for the first group of the pattern in each of the files."""
    names = {}
    for path, text in files.items():
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            names.setdefault(match[1], f"{path}:{line}")
    if not names:
        raise Unreadable(f"no {what} in {', '.join(files) or 'an empty folder'}")
    return names


def cited_by(function, functions, seen):
    """The clauses in the strings of a function and of those that it calls."""
    if function in seen or function not in functions:
        return set()
    seen.add(function)
    body = functions[function]
    cited = {ident for text in re.findall(r'"([^"\n]*)"', body)
             for ident in re.findall(r"\b[A-Z]+-\d\d\b", text)}
    return cited.union(*(cited_by(name, functions, seen) for name in re.findall(r"\w+", body)))


def read_citations(root):
    """Scenario -> the clauses that its checks name."""
    files = sources(root, SCENARIOS, (".c", ".h"))
    parsed = {path: dict(re.findall(FUNCTION, text, re.M | re.S)) for path, text in files.items()}
    shared = {name: body for path, functions in parsed.items()
              if not os.path.basename(path).startswith("scenarios_")
              for name, body in functions.items()}
    return {name: cited_by(script, {**shared, **parsed[path]}, set())
            for path, text in files.items() for name, script in re.findall(SCENARIO, text)}


def read_evidence(root, of=THE_CORE):
    """What a clause may name, by the word it is named with."""
    label = r"\b(?:ensures|behavior|invariant|assert|check)\s+([A-Z]+\d+\w*)\s*:"
    return {
        "contract": found({of.contracts: read(root, of.contracts)}, label, "labelled contract"),
        "theorem": found({of.theorems: read(root, of.theorems)}, label, "labelled theorem"),
        "scenario": found(sources(root, SCENARIOS, ".c"), SCENARIO, "scenario"),
        "adapter": found(sources(root, TESTS, ".c"), r"\bcmocka_unit_test\w*\(\s*(\w+)",
                         "cmocka test"),
    }


def kind_of(kind):
    return "narrowed" if re.fullmatch(NARROWED, kind) else "" if kind == "narrowed" else kind


# Judging ------------------------------------------------------------------------------------------

def missing_numbers(clauses, last):
    """Gaps in each source's numbering; every sentence has to have its clause."""
    numbers = {}
    for ident in clauses:
        prefix, _, number = ident.partition("-")
        numbers.setdefault(prefix, set()).add(int(number) if number.isdigit() else 0)
    for prefix, have in sorted({**{key: set() for key in last}, **numbers}.items()):
        wanted = range(1, last.get(prefix, max(have, default=0)) + 1)
        missing = [f"{prefix}-{number:02} is missing: give it a clause"
                   for number in wanted if number not in have]
        more = [f"{prefix}-{number:02} is beyond the last, {prefix}-{len(wanted):02}"
                for number in sorted(have - set(wanted))]
        yield missing + more


def clause_problems(ident, clause, rows, evidence, citations):
    _, kind, items, reason = clause
    if kind_of(kind) not in KINDS:
        yield f"{ident}: '{kind}' is no kind; take one of {', '.join(KINDS)} (by K-nn)"
    for item in items:
        word, _, name = item.partition(" ")
        if word == "row":
            if name not in rows:
                yield f"{ident}: there is no row {name}; correct or remove it"
            elif ident not in rows[name][1]:
                yield f"{ident}: row {name} ({rows[name][0]}) does not cite it; make them agree"
        elif word not in evidence:
            yield f"{ident}: '{item}' is not understood; write row, contract, theorem, " \
                  "scenario or adapter and a name, or 'not testable: reason'"
        elif name not in evidence[word]:
            yield f"{ident}: there is no {word} {name}; write it, or name another"
        elif word == "scenario" and ident not in citations[name]:
            yield f"{ident}: no check of the scenario {name} names it; make them agree"
    shown = [item for item in items if not item.startswith("row ")]
    if reason is None and not shown:
        yield f"{ident}: nothing shows it; name a contract, theorem, scenario or adapter test, " \
              "or say 'not testable: reason'"
    if reason is not None and shown:
        yield f"{ident}: it is shown by {shown[0]}, so it is testable; remove one of the two"
    if reason is not None and len(reason.split()) < FEWEST_WORDS:
        yield f"{ident}: '{reason}' is no reason; say in at least {FEWEST_WORDS} words " \
              "why nothing can show it"


def narrowing_problems(ident, kind, clauses, reasons):
    """What narrows a guarantee is a decision, and says so where it gives its reason."""
    narrowed = re.fullmatch(NARROWED, kind)
    by = narrowed and narrowed[1]
    if by and (by not in clauses or clauses[by][1] != "decision"):
        yield f"{ident}: {by}, which narrows it, is no decision"
    elif by and not re.search(rf"\b{ident}\b", reasons.get(by, "")):
        yield f"{ident}: the reason of {by} does not name what it narrows; say there why"


def row_problems(name, cited, clauses):
    if not cited:
        yield f"row {name} cites no clause; say what it comes from"
    for ident in cited:
        if ident not in clauses:
            yield f"row {name} cites {ident}, which is no clause"
        elif f"row {name}" not in clauses[ident][2]:
            yield f"row {name} cites {ident}, which does not name it ({clauses[ident][0]})"


def claim_problems(word, name, named, clauses, page):
    """A contract or theorem says in its label which clause asked for it."""
    if f"{word} {name}" not in named:
        yield f"no clause asked for {word} {name}; name it where it belongs in {page}"
    prefix = re.match(r"([A-Z]+)(\d\d)_", name)
    numbered = prefix and prefix[1] != "T"  # a theorem may have a number of its own
    if numbered and prefix[1] + "-" + prefix[2] not in clauses:
        yield f"{word} {name} speaks of {prefix[1]}-{prefix[2]}, which is no clause"


def read_reasons(root):
    """Decision -> its reason, from the list below the table."""
    return dict(re.findall(r"^- \*\*(K-\d\d)\*\*(.*\n(?:  .*\n)*)", read(root, CLAUSES), re.M))


def decision_problems(reasons, clauses):
    for ident in clauses:
        if ident.startswith("K-"):
            yield ident, [] if ident in reasons else [f"{ident} is decided without a reason; "
                                                      "add it below the table"]


def manual_problems(cells):
    """A row of what OpenSSL's manual says: a kind, its place, a paraphrase of it."""
    ident, kind, where, words = (cells + [""] * 4)[:4]
    if kind not in MANUAL_KINDS:
        yield f"{ident}: '{kind}' is none of {', '.join(MANUAL_KINDS)}"
    if not re.fullmatch(r"\w+\(3\) of \d[\d.]*, [A-Z][A-Z -]+", where):
        if kind in ("documented", "misuse"):
            yield f"{ident}: {kind}, but '{where}' is no place in the manual: NAME(3) of RELEASE, SECTION"
        elif where != "-":
            yield f"{ident}: '{where}' is no place in the manual; a dash if it says nothing"
    if not words:
        yield f"{ident}: what the manual says is missing"


def judge_manual(found, idents, report):
    """What each divergence is by OpenSSL's own manual; all of them, and each once."""
    rows = [row for header, lines in found if header == MANUAL_HEADER for row in lines]
    if not rows:
        raise Unreadable(f"{DIVERGENCES}: no table of what OpenSSL's manual says")
    named = [cells[0] for _, cells in rows]
    for number, cells in rows:
        problems = list(manual_problems(cells))
        if cells[0] not in idents or named.count(cells[0]) > 1:
            problems.append(f"{cells[0]} is no divergence, or stands there twice")
        report.judge(f"{DIVERGENCES}:{number}", problems)


def judge_divergences(root, clauses, report):
    """The table; `make divergences` carries out the sequence of calls in each section."""
    text = read(root, DIVERGENCES)
    sections = re.findall(r"^## (D-\d\d): ", text, re.M)
    found = list(tables(text))
    rows = [row for header, lines in found if header == DIVERGENCE_HEADER for row in lines]
    named = {cells[0] for header, lines in found if header == MANUAL_HEADER for _, cells in lines}
    if not rows:
        raise Unreadable(f"{DIVERGENCES}: no table of divergences")
    for place, (number, cells) in enumerate(rows, 1):
        problems = []
        cells = cells + [""] * (len(DIVERGENCE_HEADER) - len(cells))
        ident, cited, *_, shown = cells[:len(DIVERGENCE_HEADER)]
        if ident != f"D-{place:02}":
            problems.append(f"'{ident}' stands where D-{place:02} belongs")
        if sections.count(ident) != 1:
            problems.append(f"{ident} has no section with its sequence of calls")
        problems += [f"{ident} names {clause}, which is no clause"
                     for clause in re.split(r",\s*", cited) if clause not in clauses]
        if shown != "yes" and not re.match(r"no: \S+", shown):
            problems.append(f"{ident}: shown by 3.0 is 'yes' or 'no: reason', not '{shown}'")
        if named and ident not in named:
            problems.append(f"{ident}: nothing says what it is by OpenSSL's manual; add a row: "
                            "documented, misuse, ambiguous or defect")
        report.judge(f"{DIVERGENCES}:{number}", problems)
    judge_manual(found, {cells[0] for _, cells in rows}, report)
    return len(rows)


def judge_machine(root, report, of):
    """Judge the clauses of one machine; returns them and the figures for the evidence."""
    clauses, rows = read_clauses(root, report, of), read_rows(root, of)
    evidence, citations = read_evidence(root, of), read_citations(root)
    for problems in missing_numbers(clauses, of.last):
        report.judge(of.clauses, problems)
    for ident, clause in clauses.items():
        report.judge(clause[0], [*clause_problems(ident, clause, rows, evidence, citations)])
    for name, (where, cited) in rows.items():
        report.judge(where, list(row_problems(name, cited, clauses)))
    named = {item for clause in clauses.values() for item in clause[2]}
    for word in ("contract", "theorem"):
        for name, where in evidence[word].items():
            report.judge(where, list(claim_problems(word, name, named, clauses, of.clauses)))
    untestable = sum(1 for clause in clauses.values() if clause[3] is not None)
    used = {word: len([item for item in named if item.startswith(word + " ")])
            for word in ["row", *evidence]}
    return clauses, {
        "clauses": len(clauses),
        "by_kind": {kind: sum(1 for clause in clauses.values() if kind_of(clause[1]) == kind)
                    for kind in KINDS},
        "discharged": len(clauses) - untestable,
        "not_testable": untestable,
        "rows": len(rows),
        "named": used,
    }


def judge(root, report):
    """Judge everything; returns the figures for the evidence."""
    clauses, figures = judge_machine(root, report, THE_CORE)
    reasons = read_reasons(root)
    for ident, clause in clauses.items():
        report.judge(clause[0], list(narrowing_problems(ident, clause[1], clauses, reasons)))
    for ident, problems in decision_problems(reasons, clauses):
        report.judge(clauses[ident][0], problems)
    return {**figures, "divergences": judge_divergences(root, clauses, report),
            "orderly": judge_machine(root, report, ORDERLY)[1]}


# Reporting ----------------------------------------------------------------------------------------

def write_evidence(root, folder, figures, report, seconds):
    text = "".join(read(root, path) for path in [*TABLES, CLAUSES, CODES])
    judged = {path: read(root, path) for path in
              (*TABLES, CLAUSES, CODES, DIVERGENCES, CONTRACTS, THEOREMS, ORDERLY.clauses,
               ORDERLY.contracts, ORDERLY.theorems)}
    judged.update(sources(root, SCENARIOS, (".c", ".h")))
    judged.update(sources(root, TESTS, ".c"))
    record = {
        **figures,
        "passed": report.passed,
        "failed": report.failed,
        "spec_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "sources": {path: hashlib.sha256(each.encode()).hexdigest()
                    for path, each in judged.items()},
        "tools": {"python": platform.python_version()},
        "seconds": round(seconds, 2),
    }
    write(os.path.join(folder, "clauses.json"), record)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=".", help="the tree to judge")
    parser.add_argument("--evidence", help="folder for clauses.json")
    options = parser.parse_args()
    report, begin = Report(), time.monotonic()
    try:
        figures = judge(options.root, report)
        if options.evidence:
            write_evidence(options.root, options.evidence, figures, report,
                           time.monotonic() - begin)
    except (Unreadable, OSError) as error:
        print(f"clauses.py: {error}", file=sys.stderr)
        return 2
    for error in report.errors:
        print(error)
    kinds = ", ".join(f"{count} {kind}" for kind, count in figures["by_kind"].items())
    used = ", ".join(f"{count} {word}" for word, count in figures["named"].items())
    print(f"{figures['clauses']} clauses: {kinds}")
    print(f"{figures['discharged']} discharged (by {used}), "
          f"{figures['not_testable']} not testable; {figures['divergences']} divergences")
    other = figures["orderly"]
    used = ", ".join(f"{count} {word}" for word, count in other["named"].items() if count)
    print(f"the orderly close: {other['discharged']} of {other['clauses']} clauses discharged (by {used})")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
