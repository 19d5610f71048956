#!/usr/bin/env python3
"""assumptions.py [--check] [--root DIR] [--evidence DIR]: the counted list of what the proofs take for granted.

Each assumption is read where it stands (assumed.py: contracts, the histories, the table in CAVEATS.md;
conditions.txt: what ports, callers and integrators see to). assumptions.txt says what would notice that
one of them is false, a test or a trial that exists, or that nothing would. This makes ASSUMPTIONS.md of
both; with --check it compares. Reports like a compiler: an assumption of which nobody says what would
notice it, a test that is not there, a trial that does not try the clause, an entry about nothing.
Exits 0 when all is said, 1 on a finding, 2 when something needed cannot be read.
"""
import argparse
import fnmatch
import glob
import os
import re
import sys

import rooms  # where the modules below are
import assumed
import clauses
import conditions
import evidence

CATALOGUE, PAGE = "proofs/audit/assumptions.txt", "proofs/ASSUMPTIONS.md"
WRONG_IOS = "src/tests/io/io_wrong.c"
TRIALS = {"sockets": ("interop/sockets/checks.py", "spec/engines/sockets.h", "try-sockets"),
          "libssl": ("interop/use/checks.py", "spec/engines/libssl.h", "try-use"),
          "port_openssl": ("interop/port/checks.py", "spec/engines/openssl_port.h", "try-port"),
          **{f"port_{name}": ("interop/port/checks.py", f"spec/engines/{name}_port.h", "try-port")
             for name in ("mbedtls", "gnutls", "wolfssl", "bearssl")}}
KINDS = {"engine": "what a TLS engine does, as its contracts have it",
         "io": "what an io does, as the contracts of the trampolines have it",
         "system": "what the system's calls do",
         "port": "what a port owes",
         "caller": "what who calls, links or builds has to see to",
         "ours": "functions of ours that are called under a contract which is not proven where it is assumed",
         "compiler": "from the C that is proven to what runs",
         "tool": "what proves",
         "model": "how the proofs see memory, time and calls",
         "intent": "that what is proved is what was meant"}
WHO = {"port": "port", "integrator": "caller", "application": "caller"}
HEAD_LINE = re.compile(r"(\S+)(?: (\w+))?(?: in (\S+))?")
NOTICER = re.compile(r"    (adapter|scenario|core|check|tried|kit|planted|condition|nothing)\b ?(.*)")


class Entry:
    """What assumptions.txt says of all assumptions that a pattern fits."""

    def __init__(self, found, line):
        self.pattern, self.kind, self.where, self.line = found[1], found[2], found[3] or "*", line
        self.said, self.used = [], False

    def fits(self, one):
        return fnmatch.fnmatchcase(one.ident, self.pattern) and fnmatch.fnmatch(one.path, self.where)


class Assumption:
    """One line of the page."""

    def __init__(self, one, kind):
        self.one, self.kind, self.noticed, self.nothing = one, kind, [], None


# The sources --------------------------------------------------------------------------------------

def kind_of(one):
    """By where it stands; an entry may say another one, and has to for the table's."""
    if one.path.startswith(("spec/engines/libssl", "spec/engines/openssl", "spec/engines/mbedtls",
                            "spec/engines/gnutls", "spec/engines/wolfssl", "spec/engines/bearssl")):
        return "engine"
    if one.path.startswith("spec/engines/") or one.mark:
        return "system"
    if one.function and one.function.startswith("endwell_io_"):
        return "io"
    if one.function and one.function.startswith("endwell_port_"):
        return "port"
    return {"requires": "caller", "row": None}.get(one.kind, "ours" if one.path.startswith("spec/") else "caller")


def read_catalogue(root):
    entries, problems = [], []
    for number, line in enumerate(clauses.read(root, CATALOGUE).splitlines(), 1):
        said = NOTICER.fullmatch(line)
        head = None if line.startswith((" ", "#")) else HEAD_LINE.fullmatch(line)
        if head:
            entries.append(Entry(head, number))
            if head[2] and head[2] not in KINDS:
                problems.append((number, f"'{head[2]}' is no kind: {', '.join(KINDS)}"))
        elif said and entries:
            entries[-1].said.append((said[1], said[2], number))
        elif line.strip() and not line.startswith("#"):
            problems.append((number, "not understood; a line is 'PATTERN [KIND] [in FILE]', or '    check|adapter|"
                                     "scenario|core|tried|kit|planted|condition|nothing WHAT'"))
    if not entries:
        raise clauses.Unreadable(f"{CATALOGUE}: no entries")
    for entry in entries:
        words = [word for word, _, _ in entry.said]
        if not words:
            problems.append((entry.line, f"{entry.pattern}: nothing is said of what would notice it; name a check, "
                                         "or say: nothing WHY"))
        if "nothing" in words and len(words) > 1:
            problems.append((entry.line, f"{entry.pattern}: something notices it, or nothing does: take one out"))
    return entries, problems


def tried(root, trial):
    """The clauses that a trial makes checks of, as FUNCTION.LABEL."""
    program, header, _ = TRIALS[trial]
    module = assumed.loaded(os.path.join(root, program), "checks_of_" + trial)
    rows = "".join(sum(module.Checks(clauses.read(root, header)).rows.values(), []))
    return {f"{name}.{re.sub('^assigns_.*', assumed.WROTE, label)}"
            for name, label in re.findall(r'\{"(\w+)", "(\w+)"', rows)}


class Known:
    """What may be named as noticing something: kind -> names."""

    def __init__(self, root):
        self.names = {kind: set(names) for kind, names in conditions.read_evidence(root).items()}
        makefiles = glob.glob(os.path.join(root, "**", "*.mk"), recursive=True) + [os.path.join(root, "Makefile")]
        paths = [os.path.relpath(path, root) for path in makefiles]
        self.names["check"] = {name for path in paths
                               for name in re.findall(r"(?m)^([a-z][a-z0-9-]*):", clauses.read(root, path))}
        planted = glob.glob(os.path.join(root, "proofs", "**", "*.patch"), recursive=True)
        planted += glob.glob(os.path.join(root, "proofs", "canaries", "*.c"))
        self.names["planted"] = {os.path.splitext(os.path.basename(path))[0] for path in planted}
        self.names["tried"] = set(TRIALS)
        self.tried = {trial: tried(root, trial) for trial in TRIALS}
        self.obligations = set(re.findall(r'(?m)^    \{"[^"]*", (\d+),', clauses.read(root, WRONG_IOS)))
        entries, _ = conditions.read_catalogue(root)
        obligations = [*sum((list(conditions.public_requires(root, headers))
                             for headers in conditions.SPEC.values()), []),
                       *conditions.owed_by_ports(root), *conditions.said_of_functions(root)]
        list(conditions.join(root, entries, obligations))   # gives each what it speaks of; its gaps are conditions.py's
        self.conditions = {entry.ident: entry for entry in entries}


def of_condition(entry):
    """What shows that a condition is kept here; a review noticed it once, and would not notice a change."""
    return [f"{kind} {what}" for kind, what, _ in entry.shown if kind != "review"]


# What would notice --------------------------------------------------------------------------------

def obligation_of(one, prefix):
    found = re.match(rf"{prefix}0?(\d+)_", one.label)
    return found and found[1]


def by_trial(one, trial, known):
    """Why a trial does not notice that one, or None."""
    if one.ident in known.tried[trial]:
        return None
    return f"try {trial} makes no check of {one.ident}; say what else would notice it, or: nothing WHY"


def noticers(mine, entry, known, counted):
    """Fills in what notices one assumption; yields what is wrong with what is said."""
    one = mine.one
    for word, what, number in entry.said:
        problem = None
        if word == "nothing":
            mine.nothing = what
            if len(what.split()) < 3:
                problem = f"'nothing {what}': say why nothing can, in three words or more"
            for trial in TRIALS:
                if TRIALS[trial][1] == one.path and one.ident in known.tried[trial]:
                    problem = f"make {TRIALS[trial][2]} notices it; say: tried {trial}"
        elif word == "condition" and what in known.conditions:
            counted.add(what)
            mine.noticed += of_condition(known.conditions[what])
            if not mine.noticed:
                mine.nothing = f"{what} was read once, by review"
        elif word == "kit":
            problem = None if obligation_of(one, "IO") in known.obligations else \
                f"{one.ident}: the kit has no wrong io for that obligation ({WRONG_IOS}); write one, or: nothing WHY"
            mine.noticed.append("check io-kit")
        elif what not in known.names.get(word, ()):
            problem = f"there is no {word} {what}"
        elif word == "tried":
            problem = by_trial(one, what, known)
            mine.noticed.append(f"check {TRIALS[what][2]}")
        else:
            mine.noticed.append(f"{word} {what}")
        if problem:
            yield f"{CATALOGUE}:{number}: error: {one.ident}: {problem}"


def by_itself(mine, known, counted):
    """Of an io's and a port's clause: its obligation has a kit, or a condition, that shows it."""
    one, port = mine.one, None
    if mine.kind == "io" and obligation_of(one, "IO") in known.obligations:
        mine.noticed.append("check io-kit")
    if mine.kind == "port" and obligation_of(one, "P"):
        port = f"P-{int(obligation_of(one, 'P')):02}"
    if port in known.conditions:
        counted.add(port)
        mine.noticed += of_condition(known.conditions[port])
    return bool(mine.noticed)


def judge(root):
    """All assumptions, and everything that is wrong, as lines."""
    found, problems = assumed.of_headers(root)
    found += [*assumed.of_histories(root), *assumed.of_table(root)]
    entries, wrong = read_catalogue(root)
    known, told, counted = Known(root), [], set()
    problems += [f"{CATALOGUE}:{line}: error: {what}" for line, what in wrong]
    for one in found:
        entry = next((entry for entry in reversed(entries) if entry.fits(one)), None)
        mine = Assumption(one, entry.kind if entry and entry.kind else kind_of(one))
        told.append(mine)
        if entry:
            entry.used = True
            problems += noticers(mine, entry, known, counted)
        elif not by_itself(mine, known, counted):
            problems.append(f"{one.path}:{one.line}: error: {one.ident} is assumed, and nothing is said of what would "
                            f"notice that it is false; say so in {CATALOGUE}, or say there: nothing WHY")
        if mine.kind is None:
            problems.append(f"{one.path}:{one.line}: error: of what kind is {one.ident}? Say so in {CATALOGUE}: "
                            f"{one.ident} KIND, of {', '.join(KINDS)}")
    problems += [f"{CATALOGUE}:{entry.line}: error: {entry.pattern} fits nothing that is assumed; take it out, or mend "
                 "its name" for entry in entries if not entry.used and not re.search(r"[*?]", entry.pattern)]
    told += of_conditions(known, counted)
    return told, problems + list(assumed.trampoline_problems(root))


def of_conditions(known, counted):
    """Those of conditions.txt that no clause above says already."""
    for ident, entry in known.conditions.items():
        if ident in counted or not entry.found:
            continue
        first = entry.found[0]
        mine = Assumption(assumed.Clause(first.path, first.line, None, "condition", ident, first.text), WHO[entry.who])
        mine.noticed = of_condition(entry)
        mine.nothing = None if mine.noticed else "read once, by review"
        yield mine


# The page -----------------------------------------------------------------------------------------

HEAD = """# What the proofs assume

Every assumption that the proofs of C rest on, by kind, and what would notice that one is false. Made by
`make assumptions`, from the contracts, the histories and [CAVEATS](CAVEATS.md) where they stand, from
[conditions.txt](certify/conditions.txt) and from [assumptions.txt](audit/assumptions.txt); do not edit.

A name is the function and the label of the clause; `assigns` is that the function comes back and writes
nothing else. Of what a proven function requires, what another proven function sees to is not counted, and
the same words in one header, or of one function, count once. *documented*: a page says so; *observed*: it
is what was seen; *decided*: ours. A clause of [spec/engines](../spec/engines/) without one of these words
says how the history is kept, or is of memory alone, and is not counted. What notices: *adapter*, a unit
test (`make test-src`); *scenario*, live peers (`make interop`); *core*, the exhaustive test (`make
test-gen`); *check*, a make target; *planted*, an edit or canary that has to fail. **Nothing** is counted, too.
"""


def counts(told):
    """Kind -> (how many, how many that nothing would notice)."""
    return {kind: (sum(one.kind == kind for one in told),
                   sum(one.kind == kind and not one.noticed for one in told)) for kind in KINDS}


def row(mine):
    one = mine.one
    more = f" (and {', '.join(one.more)})" if one.more else ""
    mark = f" *{one.mark}*" if one.mark else ""
    text = one.text if one.kind in ("row", "condition") else f"`{one.text}`"
    said = "; ".join(mine.noticed) or f"**nothing**: {mine.nothing}"
    places = ", ".join(f"[{os.path.basename(path)}](../{path})" for path in one.paths)
    return f"| {one.ident}{more} | {text.replace('|', chr(92) + '|')}{mark} | {places} | {said} |"


def page(told):
    lines = [HEAD, "| kind | | how many | that nothing would notice |", "|---|---|--:|--:|"]
    for kind, (many, unseen) in counts(told).items():
        lines.append(f"| [{kind}](#{kind}) | {KINDS[kind]} | {many} | {unseen} |")
    unseen = sum(not one.noticed for one in told)
    lines += [f"| all | | {len(told)} | {unseen} |", ""]
    for kind in KINDS:
        lines += [f"## {kind.capitalize()}", "",
                  "| assumption | says | stands in | what would notice that it is false |",
                  "|---|---|---|---|", *(row(one) for one in told if one.kind == kind), ""]
    return "\n".join(lines)


def page_problem(root, text, name=PAGE, command="make assumptions"):
    old = clauses.read(root, name) if os.path.exists(os.path.join(root, name)) else ""
    line = next((at for at, (ours, theirs) in
                 enumerate(conditions.zip_longest(old.splitlines(), text.splitlines()), 1) if ours != theirs), 1)
    return [] if old == text else [f"{name}:{line}: error: is not what its sources say; mend with: {command}"]


def write_evidence(folder, root, told, problems):
    read = [CATALOGUE, PAGE, assumed.CAVEATS, conditions.CATALOGUE, *assumed.headers(root), *assumed.HISTORIES]
    evidence.write(os.path.join(folder, "assumptions.json"), {
        "spec_sha256": evidence.spec_sha256(), "sources": {path: evidence.sha256(path) for path in read},
        "assumptions": len(told), "unnoticed": sum(not one.noticed for one in told),
        "kinds": {kind: list(pair) for kind, pair in counts(told).items()},
        "trampolines": assumed.trampolines(), "problems": problems})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", default=".")
    parser.add_argument("--evidence")
    given = parser.parse_args()
    try:
        told, problems = judge(given.root)
        text = page(told)
        if given.check:
            problems += page_problem(given.root, text)
        elif not problems:
            evidence.write_text(os.path.join(given.root, PAGE), text)
        if given.evidence:
            write_evidence(given.evidence, given.root, told, problems)
    except (clauses.Unreadable, OSError) as error:
        print(f"assumptions: {error}", file=sys.stderr)
        return 2
    for line in problems:
        print(line, file=sys.stderr)
    print(f"assumptions: {len(told)}, of which nothing would notice {sum(not one.noticed for one in told)}; "
          f"{sum(assumed.trampolines().values())} trampolines; {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
