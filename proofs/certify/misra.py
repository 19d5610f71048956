#!/usr/bin/env python3
"""misra.py --out FILE [--write]: hold the C to MISRA C:2012, as cppcheck's add-on knows it.

Rule 8.5, one declaration for each external function, the add-on does not know: gcc is its witness.

The core may have no finding but of the rules that MISRA.md disapplies for the whole project. What
the rest has must be what the table `Findings` of MISRA.md lists, rule by rule and file by file, and
each rule must have its category and its reason there. --write brings that table up to date; it
invents no reasons.
Exits 1 when the findings are others than the listed ones, 2 when the check could not be made.
"""
import argparse
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import rooms  # where the modules below are
import evidence
import frame
from tool import CannotRun, complaint
from tool import run as run_tool

PAGE = "MISRA.md"
MACHINES = ["gen/out/ew_core.c", "gen/out/ew_orderly.c"]
CORE = [*MACHINES, "gen/out/ew_core.h", "gen/out/ew_orderly.h"]
REST = sorted(glob.glob("src/*.c"))


def headers_with_code():
    """What is compiled with whoever includes it, and judged there."""
    for path in sorted(glob.glob("src/*.h")):
        with open(path, encoding="utf-8") as file:
            if re.search(r"^\{$|##", file.read(), re.M):
                yield path


COLUMNS = [*headers_with_code(), *REST]
CHECK = ["cppcheck", "--dump", "--std=c99", "-q", "-Igen/out", "-Ispec", "-Isrc"]
AGAIN = ["gcc", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-fsyntax-only", "-Wredundant-decls",
         "-Igen/out", "-Ispec", "-Isrc", "-isystem", "/usr/include/lwip"]
ADDON = ["/usr/lib/*/cppcheck/addons/misra.py", "/usr/share/cppcheck/addons/misra.py"]
FOLDERS = ("gen/out", "spec", "src")
MARKS = ("<!-- findings -->\n", "<!-- /findings -->\n")
CATEGORIES = ("advisory", "required")   # a mandatory rule has no deviations
NO_REASON = 40                          # fewer characters are no reason

# A program that breaks rules on purpose: if the add-on does not see it, its silence means nothing.
CANARY = """#include <stdint.h>
int8_t broken(uint16_t a, int16_t b);
int8_t broken(uint16_t a, int16_t b);
int8_t broken(uint16_t a, int16_t b)
{
    if (a == 0u) {
        return (int8_t)(a + 1u);
    }
    return (int8_t)((a > b) ? 1 : 0);
}
"""
CANARY_RULES = {"8.5", "10.4", "10.8", "15.5"}


def find_addon():
    found = [path for pattern in ADDON for path in glob.glob(pattern)]
    if not shutil.which("cppcheck") or not found:
        raise CannotRun("cppcheck with its add-on is missing; install it with: "
                        "apt-get install cppcheck")
    return found[0]


def tool(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr.strip():
        raise CannotRun(complaint(command, done.returncode, done.stderr, done.stdout))
    return done.stdout


def declared_again(folder, path):
    """Rule 8.5: what a file and its headers declare twice."""
    done = subprocess.run([*AGAIN, path], cwd=folder, capture_output=True, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C"))
    if done.returncode != 0:
        raise CannotRun(complaint([*AGAIN, path], done.returncode, done.stderr))
    for place in re.finditer(r"^(\S+?):(\d+):(\d+): warning: redundant redeclaration",
                             done.stderr, re.M):
        yield "8.5", os.path.normpath(place[1]), int(place[2]), int(place[3])


def run(folder, platform, files):
    """(rule, file, line, column) of each finding.

    The add-on is run on cppcheck's dumps, one by one, and then on what they say of each other:
    `cppcheck --addon` would leave out some findings, and two dumps in one run would leave out more.
    """
    addon, said = find_addon(), ""
    for path in files:
        tool(*CHECK, "--platform=" + platform, path, folder=folder)
        said += tool(sys.executable, addon, "--cli", path + ".dump", folder=folder)
    said += tool(sys.executable, addon, "--cli", *[path + ".ctu-info" for path in files],
                 folder=folder)
    found = set()
    for finding in (json.loads(line) for line in said.splitlines()):
        found.add((finding["errorId"].replace("c2012-", ""), os.path.normpath(finding["file"]),
                   finding["linenr"], finding["column"]))
    for path in files:
        found |= set(declared_again(folder, path))
        for ending in (".dump", ".ctu-info"):
            os.remove(os.path.join(folder, path + ending))
    return sorted(found)


def copy_sources(folder):
    """cppcheck leaves its dumps beside the sources."""
    for name in FOLDERS:
        shutil.copytree(name, os.path.join(folder, name),
                        ignore=shutil.ignore_patterns("*.svg", "*.md"))


def try_canary(folder):
    with open(os.path.join(folder, "canary.c"), "w", encoding="utf-8") as file:
        file.write(CANARY)
    missing = CANARY_RULES - {finding[0] for finding in run(folder, "unix32", ["canary.c"])}
    if missing:
        raise CannotRun("the add-on does not notice what breaks rule " + ", ".join(sorted(missing)))


def has_no_tag(rule, path, line, _):
    """
    Rules 2.4 and 5.7 are about tags; the add-on gives an enum without one a name of its own, the
    same in every file, and then misses its uses.
    """
    if rule not in ("2.4", "5.7"):
        return False
    with open(path, encoding="utf-8") as file:
        text = file.readlines()[line - 1]
    return re.fullmatch(r"(typedef )?(enum|struct) \{.*\n", text) is not None


def read_page():
    """The rules with category and reason, which of them are disapplied, the listed findings."""
    with open(PAGE, encoding="utf-8") as file:
        lines = file.read().splitlines()
    rules, disapplied, listed, files, problems, section = {}, set(), {}, None, [], ""
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            section = line[3:]
        elif not line.startswith("|") or set(cells[0]) <= set("-:"):
            continue
        elif section in ("Disapplied", "Deviations") and cells[0] != "rule":
            rules[cells[0]] = number
            if section == "Disapplied":
                disapplied.add(cells[0])
            if cells[1] not in CATEGORIES or (section == "Disapplied" and cells[1] != "advisory"):
                problems.append(f"{PAGE}:{number}: error: rule {cells[0]} is '{cells[1]}': only "
                                "advisory rules can be disapplied, no mandatory one deviated from")
            if len(cells[2]) < NO_REASON:
                problems.append(f"{PAGE}:{number}: error: rule {cells[0]}: "
                                f"'{cells[2]}' is no reason")
        elif section == "Findings" and cells[0] == "rule":
            files = cells[1:]
        elif section == "Findings":
            for path, count in zip(files, cells[1:]):
                if count != "":
                    listed[cells[0], path] = (int(count), number)
    return rules, disapplied, listed, problems


def table(counts):
    def by_number(rule):
        return [int(part) if part.isdigit() else 0 for part in rule.split(".")]
    lines = ["| rule | " + " | ".join(COLUMNS) + " |", "|---|" + "--:|" * len(COLUMNS)]
    for rule in sorted({rule for rule, _ in counts}, key=by_number):
        cells = [str(counts.get((rule, path), "")) for path in COLUMNS]
        lines.append(f"| {rule} | " + " | ".join(cells) + " |")
    return "".join(line + "\n" for line in lines)


def write_page(counts):
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    start, end = text.index(MARKS[0]) + len(MARKS[0]), text.index(MARKS[1])
    evidence.write_text(PAGE, text[:start] + table(counts) + text[end:])


def judge(core, rest, page):
    """What is wrong, one line each."""
    rules, disapplied, listed, problems = page
    for rule, path, line, _ in core:
        if rule not in disapplied:
            problems.append(f"{path}:{line}: error: rule {rule}: the core has no deviations; mend "
                            "the generator (gen/backend_c*.c), then `make regenerate`")
    counts = collections.Counter((rule, path) for rule, path, _, _ in rest)
    for rule, path in sorted(counts.keys() - {key for key in listed}):
        problems += [f"{path}:{line}: error: rule {rule}: {PAGE} lists no finding of it here; mend "
                     "it, or give the reason there and run: "
                     "python3 proofs/certify/misra.py --write"
                     for found, where, line, _ in rest if (found, where) == (rule, path)]
    for (rule, path), (count, number) in sorted(listed.items()):
        if counts[rule, path] != count:
            places = [str(line) for found, where, line, _ in rest if (found, where) == (rule, path)]
            problems.append(f"{PAGE}:{number}: error: rule {rule}: lists {count} findings in "
                            f"{path}, there are {len(places)} (lines {', '.join(places) or 'none'}); "
                            "look, then run: python3 proofs/certify/misra.py --write")
    seen = {rule for rule, *_ in core + rest}
    problems += [f"{PAGE}: error: rule {rule} has findings and no reason"
                 for rule in sorted(seen - rules.keys())]
    problems += [f"{PAGE}:{rules[rule]}: error: rule {rule} has a reason and no findings"
                 for rule in sorted(rules.keys() - seen)]
    return problems


def check(out, write):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(folder)
        try_canary(folder)
        runs = [("unix64", MACHINES[:1] + REST), ("unix64", MACHINES[1:]),
                ("unix32", MACHINES[:1]), ("unix32", MACHINES[1:])]
        everything = sorted({found for one in runs for found in run(folder, *one)})
    untagged = [found for found in everything if has_no_tag(*found)]
    core = [found for found in everything if found[1] in CORE and found not in untagged]
    rest = [found for found in everything if found[1] not in CORE and found not in untagged]
    counts = collections.Counter((rule, path) for rule, path, _, _ in rest)
    odd = sorted({path for _, path in counts} - set(COLUMNS))
    if odd:
        raise CannotRun(f"findings in {', '.join(odd)}, for which {PAGE} has no column")
    if write:
        write_page(counts)
    page = read_page()
    problems = judge(core, rest, page)
    per_rule = collections.Counter(rule for rule, *_ in core)
    evidence.write(out, {
        "spec_sha256": evidence.spec_sha256(),
        "sources": {path: evidence.sha256(path) for path in CORE + COLUMNS + [PAGE]},
        "tools": {"cppcheck": run_tool("cppcheck", "--version").strip()},
        "core": {"findings": sum(count for rule, count in per_rule.items() if rule not in page[1]),
                 "disapplied": {rule: per_rule[rule] for rule in sorted(per_rule)
                                if rule in page[1]}},
        "rest": {"findings": len(rest), "rules": len({rule for rule, *_ in rest}),
                 "by_rule": dict(sorted(collections.Counter(r for r, *_ in rest).items()))},
        "not_about_a_tag": len(untagged), "problems": problems,
        "seconds": round(time.monotonic() - start, 1)})
    for line in problems:
        print(line, file=sys.stderr)
    apart = {rule: count for rule, count in sorted(per_rule.items()) if rule in page[1]}
    print(f"misra: core: {len(core) - sum(apart.values())} findings, {sum(apart.values())} of "
          f"disapplied advisory rules ({', '.join(apart)}); rest: {len(rest)} findings of "
          f"{len({rule for rule, *_ in rest})} rules, "
          + ("each listed with its reason" if not problems else f"{len(problems)} problems"))
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="build/evidence/misra.json")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    return check(given.out, given.write)


if __name__ == "__main__":
    sys.exit(frame.ends("misra", main))
