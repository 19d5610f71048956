#!/usr/bin/env python3
"""orderly_tables.py [--all] --build DIR --out FILE: changed orderly closes; a label must notice.

Each cell of each table of spec/orderly.md is changed to everything else that it can say
(mutate_tables.py). Of each that the generator takes, the functions that it changes are run in every
state and on every event that their contracts allow, and every label is evaluated (falsify.py). A
mutant is equivalent when the digest that the generator makes of its tables is that of ours; any
other has to make a label false. So has each changed line of the C (orderly_mutants.py, which has
the provers judge a part of them), but for those that change nothing. A function that takes
something else than ours is refused: no prototype of the contracts fits it.

With --all it is asked as well what each thing is there for: of each row, unless the generator
refuses each change of it, a mutant has to be noticed; and each label has to be the only one that
notices some mutant, or stand in NOT_ALONE with the reason; one that stands there and is alone is a
finding too. Without --all: a part of the mutants of the tables, always the same. Exits 0, 1 with
findings, 2 when it could not run.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import rooms  # where the modules below are
import evidence
import frame
import machines
import mutate_tables
import orderly_mutants
import tool
from falsify import TEXTS, Falsifier
from judged import texts_sha256
from mutant_list import GENERATOR, heads
from mutate_c import functions, read
from progress import Progress, only_one
from sample import Sample
from trace_links import verdict_of
from wp import ROOT, CannotRun

PAGE, OURS = "orderly", machines.ORDERLY
SOURCES = ["spec/orderly.md", OURS.code, OURS.header, *OURS.contracts]
LANES = 2
PART = 24          # of so many mutants one is in the quick run
# Labels that are never the only ones that notice, and why they are there.
NOT_ALONE = {
    **dict.fromkeys(["OC03_notice_is_out", "OC06_late_is_unsent", "OC07_failure_is_kept", "noticed"],
                    "`noticed` is all that an outcome of notice does, the others are its clauses by name"),
    **dict.fromkeys(["OC09_drains", "OC04_drain_comes_back", "OC05_drain_waits"],
                    "`drained` is all that a drain does, these are its clauses by name"),
    "OC02_later_call_is_told_of": "OC02_close_goes_on says the same answer, and not that nothing else gives it",
    **dict.fromkeys(["outcomes", "asked"], "a choice of the wrong function breaks what that one requires, too"),
    **dict.fromkeys(["OC01_corrupt_refused", "OC01_unknown_refused", "OC14_stays_sound"],
                    "of the step, whose parts have labels of their own"),
    **dict.fromkeys(["returns", "one", "zero", "range", "none", "want_read", "want_write", "suspended", "again",
                     "unsent", "failed", "refused", "corrupt", "closed", "busy", "unexpected", "unknown"],
                    "the parts of an answer, which no mutant reaches: the generator refuses another list"),
}


class Tried:
    """A mutant: what the generator said if it refused it, the functions that it changes, what they break."""

    def __init__(self, mutant, changed=None, same=False):
        self.mutant, self.said, self.broken = mutant, None, []
        self.changed, self.same = changed or {}, same

    def state(self):
        return "refused" if self.said else "equivalent" if self.same and not self.broken else "different"

    def told(self):
        return {"kind": self.mutant.kind, "what": self.mutant.name, "state": self.state(),
                "killed_by": sorted({label for _, label in self.broken}),
                "broken": [f"{function}: {label}" for function, label in self.broken]}


class Made(Tried):
    """What the generator makes of one mutant of the page."""

    def __init__(self, mutant, build, ours):
        super().__init__(mutant)
        with tempfile.TemporaryDirectory(dir=build) as folder:
            page = os.path.join(folder, PAGE + ".md")
            with open(page, "w", encoding="utf-8") as file:
                file.write(mutant.pages({PAGE: ours.page})[PAGE])
            names = [os.path.basename(path) for path in (OURS.code, OURS.header, OURS.digest)]
            done = subprocess.run([os.path.join(ROOT, GENERATOR), "--only", ",".join(names), "--out",
                                   folder, page], capture_output=True, text=True, check=False)
            if done.returncode == 1:
                self.said = re.sub(r"^\S*/(\w+\.md):\d+:", r"\1:", done.stderr.splitlines()[0])
                return
            if done.returncode != 0:
                raise CannotRun(tool.complaint([GENERATOR], done.returncode, done.stderr))
            code, header, digest = (read(os.path.join(folder, name)) for name in names)
        if heads(code) != ours.heads:
            self.said = "a function takes something else: the contracts are of another C"
            return
        self.same = whole(digest) == ours.digest
        self.changed = {name: text for name, text in {**functions(header), **functions(code)}.items()
                        if ours.texts.get(name) != text}


class Ours:
    def __init__(self):
        self.page, self.digest = read("spec/orderly.md"), whole(read(OURS.digest))
        self.heads = heads(read(OURS.code))
        self.texts = {**functions(read(OURS.header)), **functions(read(OURS.code))}


def whole(digest):
    """What is said of all that the machine answers."""
    return re.search(r"(?m)^whole \d+ (\w+)$", digest)[1]


def judge(made, falsifier):
    """Every label, in every function that a mutant changes."""
    taken = [one for one in made if not one.said]
    known = set(falsifier.contracts)
    units = [(one, name, text) for one in taken for name, text in sorted(one.changed.items()) if name in known]
    said = falsifier.falsify([(name, text) for _, name, text in units])
    for (one, name, _), broken in zip(units, said):
        one.broken += [(name, each.label) for each in broken]
    return taken


def in_c():
    """Each changed line of the C."""
    for name, function, text in orderly_mutants.mutants():
        of = mutate_tables.Mutant("line", "", "", "", {})
        of.name = name
        yield Tried(of, {function: functions(text)[function]}, name in orderly_mutants.EQUIVALENT)


def rows_of(page):
    """The rows that decide something."""
    tables = list(mutate_tables.tables_of(PAGE, page))   # their rows come after they do
    return [cells[-2] for table in tables if table.header[-2:] == ["row", "clauses"] for _, cells in table.rows]


def of_row(row, some):
    """Those that change it."""
    return [one for one in some if re.search(rf"(?:^|\band ){row}\b", one.mutant.family)]


def needless(taken, falsifier, page):
    """Rows of which no mutant is noticed; labels that are never alone, or are listed and are."""
    noticed = [one for one in taken if one.broken]
    for row in rows_of(page):
        if of_row(row, taken) and not of_row(row, noticed):
            yield f"spec/orderly.md: error: row {row}: no mutant of it is noticed"
    labels = list(dict.fromkeys(label for contract in falsifier.contracts.values()
                                for label, _, _ in contract.ensures))
    alone = {label for one in noticed for label in {label for _, label in one.broken}
             if len({each for _, each in one.broken}) == 1}
    for label in labels:
        if label not in alone and label not in NOT_ALONE:
            yield f"{OURS.contracts[0]}: error: {label} is never the only one that notices a mutant"
        if label in alone and label in NOT_ALONE:
            yield f"{OURS.contracts[0]}: error: {label} is alone, and stands in NOT_ALONE"


def play(build, out, every_one):
    os.makedirs(build, exist_ok=True)
    if not os.path.exists(os.path.join(ROOT, GENERATOR)):
        raise CannotRun(f"{GENERATOR} is missing; make it with: make regenerate")
    ours, falsifier = Ours(), Falsifier(build, OURS)
    listed = list(mutate_tables.mutants({PAGE: ours.page}, (PAGE,)))
    sample = Sample(PART)
    chosen = listed if every_one else sample.of(listed)
    progress = Progress("orderly tables", len(chosen), "mutants made", "refused")

    def make(mutant):
        made = Made(mutant, build, ours)
        if made.said:
            progress.goal()
        progress.over()
        return made

    with ThreadPoolExecutor(LANES) as pool:
        made = list(pool.map(make, chosen)) + list(in_c())
    taken = judge(made, falsifier)
    told = [one.told() for one in made]
    survived = [one for one in told if verdict_of(one) == "survived"]
    findings = [f"spec/orderly.md: error: no label notices: {one['kind']}: {one['what']}" for one in survived]
    findings += [f"{OURS.code}: error: it is said to change nothing, and a label is false: {one.mutant.name}"
                 for one in made if one.mutant.name in orderly_mutants.EQUIVALENT and one.broken]
    findings += needless(taken, falsifier, ours.page) if every_one else []
    verdicts = collections.Counter(verdict_of(one) for one in told)
    evidence.write(out, {"of": len(listed) + len(made) - len(chosen), "mutants": len(taken),
                         "refused": verdicts["refused"],
                         **{word: verdicts[word] for word in ("killed", "survived", "equivalent")},
                         "findings": findings, "quick": not every_one,
                         "list": [one for one in told if one["state"] != "refused"],
                         "spec_sha256": evidence.spec_sha256(),
                         "sources": {path: evidence.sha256(path) for path in SOURCES + TEXTS},
                         "judged": texts_sha256(SOURCES)})
    for line in findings:
        print(line)
    if every_one:
        rows = [row for row in rows_of(ours.page) if not of_row(row, taken)]
        print(f"rows of which each change is refused: {', '.join(rows) or '-'}")
    print(f"orderly tables: {len(chosen)} of {len(listed)} mutants, and {len(made) - len(chosen)} of the C; "
          f"{verdicts['refused']} refused by the generator or by the contracts' prototypes, "
          f"{verdicts['killed']} noticed, {verdicts['equivalent']} equivalent, {verdicts['survived']} survived")
    print(f"{len(made) - len(survived)} passed, {len(findings)} failed" if every_one
          else f"a sample: {sample}\n{len(made) - len(survived)} passed, {len(findings)} failed")
    return 1 if findings or not taken else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    build, out = os.path.abspath(given.build), os.path.abspath(given.out)
    os.chdir(ROOT)
    with only_one("orderly_tables", build):
        return play(build, out, given.all)


if __name__ == "__main__":
    sys.exit(frame.ends("orderly_tables", main))
