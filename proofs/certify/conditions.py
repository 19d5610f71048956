#!/usr/bin/env python3
"""conditions.py [--check] [--root DIR] [--evidence DIR]: make the conditions of use.

What the core, the ports and the proofs rely on is said where it belongs: in the `requires` of the
public functions (spec/*.h), in ew_port.h, in CAVEATS.md, in the public headers. conditions.txt says
who has to guarantee each, and which test or review shows that the ports and the connection of this
tree do. This makes CONDITIONS.md of both; with --check it compares. Reports like a compiler:
an obligation that conditions.txt does not have, evidence that does not exist, a port that no
evidence is about, a text that is not said any more.
Exits 0 when all is covered, 1 on a finding, 2 when something needed cannot be read.
"""
import argparse
import os
import re
import sys
from itertools import zip_longest

import rooms  # where the modules below are
import clauses
import evidence

PAGE = "proofs/CONDITIONS.md"
CATALOGUE = "proofs/certify/conditions.txt"
CAVEATS = "proofs/CAVEATS.md"
PORT = "src/ew_port.h"
# By machine; `from spec:` and `from orderly:` name a requires of either.
SPEC = {"spec": ["spec/ew_contracts.h", "spec/ew_named.h"], "orderly": ["spec/ew_orderly_contracts.h"]}
HISTORIES = "proofs/any_orderly.c"
CORE_TEST = "gen/tests/core_test.c"
OWES = "## What a port owes"
WHO = {"integrator": "who builds the core into a product", "application": "who calls it",
       "port": "who writes a port"}
EVERY_PORT = "src/tests/test_ports.c"   # run with each port that MAKEFILE lists
MAKEFILE = "src/src.mk"
FEWEST_WORDS = 4   # of a review


class Obligation:
    """A sentence, where it is said, and whether it is one that a port has to keep."""

    def __init__(self, path, line, text, of_port=False):
        self.path, self.line, self.of_port = path, line, of_port
        self.text = re.sub(r"\s+", " ", text).strip()


class Entry:
    """What conditions.txt says of one obligation, or of several that say the same."""

    def __init__(self, ident, who, line):
        self.ident, self.who, self.line = ident, who, line
        self.sources, self.shown, self.found = [], [], []


# The sources --------------------------------------------------------------------------------------

def line_of(text, place):
    return text.count("\n", 0, place) + 1


def public_requires(root, headers):
    """Each `requires` of a function that is not static: one for each text, with its functions."""
    said = {}
    for path in headers:
        text = clauses.read(root, path)
        for found in re.finditer(r"/\*@((?:(?!\*/).)*)\*/\n(static )?[\w ]+?\**(\w+)\([^;]*\);",
                                 text, re.DOTALL):
            for clause in re.finditer(r"\brequires\s+(?:\w+\s*:)?([^;]*);", found[1]):
                if not found[2]:
                    where = (path, line_of(text, found.start(1) + clause.start()))
                    wanted = re.sub(r"\s+", " ", clause[1]).strip()
                    said.setdefault(wanted, []).append((where, found[3]))
    if not said:
        raise clauses.Unreadable(f"{', '.join(headers)}: no requires of a public function")
    for wanted, places in said.items():
        functions = ", ".join(name for _, name in places)
        yield Obligation(*places[0][0], f"{wanted}: {functions}")


def owed_by_ports(root):
    """The bullets of CAVEATS.md on what a port owes."""
    text = clauses.read(root, CAVEATS)
    start = text.find(OWES)
    end = text.find("\n## ", start + 1)
    bullets = list(re.finditer(r"^- (.*\n(?:  .*\n)*)", text[:end], re.M)) if start >= 0 else []
    bullets = [bullet for bullet in bullets if bullet.start() > start]
    if not bullets:
        raise clauses.Unreadable(f"{CAVEATS}: no list under '{OWES}'")
    for bullet in bullets:
        yield Obligation(CAVEATS, line_of(text, bullet.start()), bullet[1], True)


def uncommented(comment):
    return re.sub(r"(?m)^\s*(/\*+|\*/|\*)? ?", "", comment).replace("*/", "")


def said_of_functions(root):
    """What ew_port.h says of all functions of a port, and of each."""
    text = clauses.read(root, PORT)
    general = re.search(r"No function may block.*?(?=\n \*/)", text, re.DOTALL)
    members = list(re.finditer(r"    (/\*(?:(?!\*/).)*\*/)\n    [\w ]+\**\(\*(\w+)\)\(", text,
                               re.DOTALL))
    pointers = re.findall(r"\(\*(\w+)\)\(", text)
    if not general or [member[2] for member in members] != pointers or not pointers:
        raise clauses.Unreadable(f"{PORT}: a function without a comment, or no functions")
    yield Obligation(PORT, line_of(text, general.start()), uncommented(general[0]), True)
    for member in members:
        yield Obligation(PORT, line_of(text, member.start()),
                         f"{member[2]}: {uncommented(member[1])}", True)


def quoted(root, path, words):
    """A sentence of a file, wherever its lines break, or None."""
    text = clauses.read(root, path)
    gap = r"(?:\s|\n \* ?)+"
    found = re.search(gap.join(re.escape(word) for word in words.split()), text)
    return Obligation(path, line_of(text, found.start()), words) if found else None


# The catalogue ------------------------------------------------------------------------------------

def read_catalogue(root):
    entries, problems = [], []
    for number, line in enumerate(clauses.read(root, CATALOGUE).splitlines(), 1):
        head = re.fullmatch(r"([A-Z]-\d\d) (\w+)", line)
        source = re.fullmatch(r"    from (\S+): (.+)", line)
        shown = re.fullmatch(r"    (adapter|scenario|core|check|review) (.+)", line)
        if head:
            entries.append(Entry(head[1], head[2], number))
            if head[2] not in WHO:
                problems.append((number, f"'{head[2]}' is nobody: {', '.join(WHO)}"))
            if any(entry.ident == head[1] for entry in entries[:-1]):
                problems.append((number, f"{head[1]} is there already"))
        elif source and entries:
            entries[-1].sources.append((source[1], source[2], number))
        elif shown and entries:
            entries[-1].shown.append((shown[1], shown[2], number))
        elif line.strip() and not line.startswith("#"):
            problems.append((number, "not understood; a line is 'ID who', or '    from FILE: "
                                     "text', or '    adapter|scenario|core|check|review what'"))
    if not entries:
        raise clauses.Unreadable(f"{CATALOGUE}: no entries")
    return entries, problems


def join(root, entries, obligations):
    """Gives each entry what it speaks of."""
    left = list(obligations)
    for entry in entries:
        if not entry.sources:
            yield entry.line, f"{entry.ident} does not say where it comes from"
        for path, words, number in entry.sources:
            listed = [one for one in obligations if one.text.startswith(words)
                      and one.path in SPEC.get(path, [path])]
            one = listed[0] if len(listed) == 1 else None if path in SPEC else \
                quoted(root, path, words) if not listed else None
            if one is None:
                yield number, (f"{entry.ident}: {path} does not say '{words}', or not once; "
                               "quote it anew")
                continue
            entry.found.append(one)
            if one in left:
                left.remove(one)
    for one in left:
        yield f"{one.path}:{one.line}", (f"no entry in {CATALOGUE} for: {one.text[:70]}; say there "
                                         "who guarantees it and what shows that it is kept here")


# The evidence -------------------------------------------------------------------------------------

def read_evidence(root):
    """kind -> name -> where, of what may be named."""
    makefiles = {path: clauses.read(root, path) for path in
                 ("Makefile", "gen/gen.mk", "proofs/proofs.mk", "proofs/certify/certify.mk",
                  "src/src.mk", "src/tests/tests.mk", "interop/matrix/matrix.mk")}
    return {"adapter": clauses.found(clauses.sources(root, clauses.TESTS, ".c"),
                                     r"\bcmocka_unit_test\w*\(\s*(\w+)", "unit test"),
            "scenario": clauses.found(clauses.sources(root, clauses.SCENARIOS, ".c"),
                                      clauses.SCENARIO, "scenario"),
            "core": clauses.found({CORE_TEST: clauses.read(root, CORE_TEST)},
                                  r"\bcmocka_unit_test\w*\(\s*(\w+)", "test of the core"),
            "check": clauses.found(makefiles, r"(?m)^([a-z][a-z-]*):", "make target")}


def review_problem(root, what):
    """What is wrong with FILE FUNCTION: what was looked at."""
    parts = re.fullmatch(r"(\S+) (\w+): (.+)", what)
    if not parts or len(parts[3].split()) < FEWEST_WORDS:
        return f"'{what}' is no review: FILE FUNCTION: what it does to keep this"
    functions = re.findall(r"(?m)^[\w ]+?\**(\w+)\([^;{}]*\)\n\{", clauses.read(root, parts[1]))
    return None if parts[2] in functions else f"{parts[1]} has no function {parts[2]}"


def ports_of(root, path, text, engines):
    """The ports that the tests of one file are about; tests of one name may be in several."""
    if path.endswith(EVERY_PORT):
        makefile = clauses.read(root, MAKEFILE)
        return [one for one in engines if re.search(rf"(?m)^[A-Z]+_PORT\s*:= {one}$", makefile)]
    return [one for one in engines
            if f"ew_{one}_port" in text or path.endswith(f"src/tests/test_{one}.c")]


def engines_of(root, kind, what, known):
    """The engines whose port a piece of evidence is about."""
    engines = sorted(found[1] for name in os.listdir(os.path.join(root, "src"))
                     if (found := re.fullmatch(r"port_(\w+)\.c", name)))
    if kind == "scenario":
        return [one for one in engines
                if os.path.exists(os.path.join(root, f"interop/engines/{one}.c"))], engines
    if kind == "review":
        return [one for one in engines if what.startswith((f"src/port_{one}.c ", f"src/{one}_"))], engines
    if kind == "adapter":
        return sorted(set().union(*(ports_of(root, path, text, engines) for path, text in
                                    clauses.sources(root, clauses.TESTS, ".c").items()
                                    if re.search(rf"\bcmocka_unit_test\w*\(\s*{what}\b", text)))), engines
    return [], engines


def evidence_problems(root, entry, known):
    about, engines = set(), []
    if not entry.shown:
        yield entry.line, (f"{entry.ident}: nothing shows that it is kept here; "
                           "name a test or a review")
    for kind, what, number in entry.shown:
        if kind == "review":
            problem = review_problem(root, what)
            if problem:
                yield number, f"{entry.ident}: {problem}"
                continue
        elif what not in known[kind]:
            yield number, f"{entry.ident}: there is no {kind} {what}"
            continue
        here, engines = engines_of(root, kind, what, known)
        about |= set(here)
    if any(one.of_port for one in entry.found):
        for engine in engines:
            if engine not in about:
                yield entry.line, (f"{entry.ident}: nothing shows that src/port_{engine}.c keeps "
                                   "it; name a test or a review that is about it")


# The page -----------------------------------------------------------------------------------------

HEAD = """# Conditions of use

What the proofs and the connection rely on and cannot check themselves, and what shows that the
ports and the connection of this tree keep it. Made by `make conditions` from the places named in
the third column and from [conditions.txt](certify/conditions.txt); do not edit. A product that
uses the core alone has to show each of them for its own port.

*adapter*: a unit test of the connection, the transport or a port, in [src/tests](../src/tests/),
run by `make test-src`. *scenario*: live peers, with every port, in [interop](../interop/), run by
`make interop`. *core*: the exhaustive test of the core, run by `make test-gen`. *check*: a make
target. *review*: no test can show it; what was read, and what it does.
"""


def cell(text):
    return text.replace("|", "\\|")


def page(entries):
    lines = [HEAD]
    for who, meaning in WHO.items():
        lines += [f"## {who.capitalize()}: {meaning}", "",
                  "| id | has to guarantee | said at | kept here, as shown by |",
                  "|---|---|---|---|"]
        for entry in (entry for entry in entries if entry.who == who):
            where = ", ".join(f"[{one.path}:{one.line}](../{one.path})" for one in entry.found)
            said = " ".join(one.text for one in entry.found[:1])
            shown = "; ".join(f"{kind} {what}" for kind, what, _ in entry.shown)
            lines.append(f"| {entry.ident} | {cell(said)} | {where} | {cell(shown)} |")
        lines.append("")
    return "\n".join(lines)


def page_problem(root, text):
    old = clauses.read(root, PAGE) if os.path.exists(os.path.join(root, PAGE)) else ""
    if old == text:
        return None
    lines = zip_longest(old.splitlines(), text.splitlines())
    number = next((at for at, (ours, theirs) in enumerate(lines, 1) if ours != theirs), 1)
    return f"{PAGE}:{number}: error: is not what its sources say; mend with: make conditions"


def judge(root):
    """The entries and everything that is wrong, as lines."""
    obligations = [one for headers in SPEC.values() for one in public_requires(root, headers)]
    obligations += [*owed_by_ports(root), *said_of_functions(root)]
    entries, problems = read_catalogue(root)
    problems += list(join(root, entries, obligations))
    known = read_evidence(root)
    for entry in entries:
        problems += list(evidence_problems(root, entry, known))
    lines = [f"{where if isinstance(where, str) else f'{CATALOGUE}:{where}'}: error: {what}"
             for where, what in problems]
    return obligations, entries, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", default=".")
    parser.add_argument("--evidence")
    given = parser.parse_args()
    try:
        obligations, entries, problems = judge(given.root)
        text = page(entries)
        if given.check:
            problems += [problem for problem in [page_problem(given.root, text)] if problem]
        elif not problems:
            evidence.write_text(os.path.join(given.root, PAGE), text)
    except (clauses.Unreadable, OSError) as error:
        print(f"conditions: {error}", file=sys.stderr)
        return 2
    shown = sum(len(entry.shown) for entry in entries)
    if given.evidence:
        evidence.write(os.path.join(given.evidence, "conditions.json"), {
            "spec_sha256": evidence.spec_sha256(),
            "sources": {path: evidence.sha256(path)
                        for path in [CATALOGUE, CAVEATS, PORT, PAGE, HISTORIES, *sum(SPEC.values(), [])]},
            "conditions": len(entries), "stated": sum(len(entry.found) for entry in entries),
            "obligations_of_ports": sum(one.of_port for one in obligations),
            "evidence": shown, "problems": problems})
    for line in problems:
        print(line, file=sys.stderr)
    print(f"conditions: {len(entries)} conditions, {shown} pieces of evidence, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
