#!/usr/bin/env python3
"""mutants.py [--each N]: break the tables and the C on purpose; some proof must notice.

Three kinds, N of each, spread evenly over all candidates and always the same ones:
  cell    one result cell of a decision table says something else (the generator then makes the C)
  line    one line of the generated C is deleted
  result  one returned result of the generated C is another
A mutant that the exhaustive test of the core cannot tell from the original is equivalent, and the
next candidate takes its place; so is one that does not compile or that the generator refuses.
Every other mutant is killed by the first proof goal that fails; no test counts.
Exits 0 when all are killed, 1 when one survives, 2 when it could not run.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import evidence
import wp

PAGES = ["machine", "calls", "outcomes", "clauses"]
GENERATOR = "build/gen/endwell-gen"
MUTANT_SECONDS = 240
FAILED = re.compile(r"\[wp\] \[(?:Failed|Timeout|Unknown)\] Goal typed_(\w+)|"
                    r"\[wp\] \[\w+[^\]]*\] Goal typed_(\w+) : (?:Timeout|Unknown|Failed)")


# The candidates -----------------------------------------------------------------------------------

def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def domains():
    """Field or result column -> its values, from the tables of machine.md."""
    found = {"answer": ["0", "1", "2", "3"]}
    with open("spec/machine.md", encoding="utf-8") as page:
        for line in page:
            row = cells(line)
            if line.startswith("|") and len(row) >= 3 and "," in row[1]:
                found[row[0]] = [value.strip() for value in row[1].split(",")]
    return found


def cell_mutants():
    """(name, page, line number, new text) for each result cell and one other value."""
    known = domains()
    for page in ("calls", "outcomes"):
        header = None
        with open(f"spec/{page}.md", encoding="utf-8") as text:
            lines = text.read().split("\n")
        for number, line in enumerate(lines):
            row = cells(line)
            if not line.startswith("|"):
                header = None
            elif header is None:
                header = row
            elif not set(row[0]) <= set("-:") or len(row[0]) < 2:
                for column, title in enumerate(header):
                    other = another(known.get(title[2:]), row[column])
                    if title.startswith("→") and other is not None:
                        changed = row[:column] + [other] + row[column + 1:]
                        name = f"{row[-2]}: {title[2:]} {row[column]} -> {other}"
                        yield name, page, number, "| " + " | ".join(changed) + " |"


def another(values, value):
    if values is None or value.startswith("see "):
        return None
    if value == "-":
        return values[-1]
    return values[(values.index(value) + 1) % len(values)]


def line_mutants(text):
    """Each statement of the C, deleted."""
    for number, line in enumerate(text.split("\n")):
        if re.match(r"\s+(m->\w+ = |return )", line):
            yield f"line {number + 1} deleted: {line.strip()}", number, None


def result_mutants(text):
    """Each returned result, with one part of it exchanged."""
    swaps = [("RETURN, 1,", "RETURN, 0,"), ("RETURN, 0,", "RETURN, 1,"),
             ("RETURN, -1,", "RETURN, 1,"), ("ERROR_SSL", "ERROR_SYSCALL"),
             ("ERROR_WANT_READ", "ERROR_WANT_WRITE"), ("ERROR_ZERO_RETURN", "ERROR_NONE"),
             ("ACTION_RECEIVE", "ACTION_FLUSH"), ("ACTION_FLUSH", "ACTION_SEND_CLOSE_NOTIFY"),
             ("ACTION_SEND_CLOSE_NOTIFY", "ACTION_WRITE"), ("REASON_CLOSED", "REASON_FATAL")]
    for number, line in enumerate(text.split("\n")):
        if "return EW_RESULT(" in line:
            for old, new in swaps:
                if old in line:
                    yield f"line {number + 1}: {old} -> {new}", number, line.replace(old, new, 1)


# One mutant ---------------------------------------------------------------------------------------

class Mutant:
    def __init__(self, kind, name, core):
        self.kind, self.name, self.core = kind, name, core
        self.verdict, self.by, self.seconds = None, None, 0.0


def from_table(folder, name, page, number, line):
    """The core that the generator makes of a changed page, or None if it refuses."""
    for each in PAGES:
        shutil.copy(f"spec/{each}.md", folder)
    path = os.path.join(folder, page + ".md")
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    lines[number] = line
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    made = os.path.join(folder, "out")
    os.mkdir(made)
    done = subprocess.run([GENERATOR, "--out", made] + [f"{folder}/{p}.md" for p in PAGES],
                          capture_output=True, check=False)
    if done.returncode != 0:
        return None
    with open(os.path.join(made, "ew_core.c"), encoding="utf-8") as file:
        return Mutant("cell", name, file.read())


def edited(kind, text, name, number, line):
    lines = text.split("\n")
    lines[number:number + 1] = [] if line is None else [line]
    return Mutant(kind, name, "\n".join(lines))


def differs(folder, core):
    """Whether the exhaustive test notices; None when the C does not compile."""
    path = os.path.join(folder, "ew_core.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(core)
    test = os.path.join(folder, "core_test")
    built = subprocess.run(
        ["gcc", "-O1", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Igen/out", "-Ispec",
         "-Igen/tests", "-Werror=return-type", "gen/tests/core_test.c",
         "gen/tests/relation_reader.c", path, "-o", test, "-lcmocka", "-lcrypto"],
        capture_output=True, check=False)
    if built.returncode != 0:
        return None
    ran = subprocess.run([test, "gen/out"], capture_output=True, timeout=120, check=False)
    return ran.returncode != 0


def functions(text):
    """Name -> text of each function definition."""
    found = re.finditer(r"^(?:static )?\w+ (\w+)\([^;{]*\)\n\{\n.*?^\}", text, re.M | re.S)
    return {each[1]: each[0] for each in found}


def first_failure(folder, core, changed):
    """The first goal of the changed functions that no prover proves; None if all are proved."""
    path = os.path.join(folder, "ew_core.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(core)
    command = ["frama-c", "-cpp-extra-args=-Igen/out -Ispec", "-machdep", "x86_64",
               "-wp", "-wp-model", "Typed", "-wp-no-pruning", "-wp-cache", "none",
               "-wp-prover", "cvc4,z3", *wp.FULL, "-wp-par", "1",
               "-wp-fct", ",".join(sorted(changed)), path]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           start_new_session=True,
                           env={**os.environ, "WHY3CONFIG": wp.WHY3CONFIG})
    watchdog = threading.Timer(MUTANT_SECONDS, stop, [run])
    watchdog.start()
    try:
        return failure_in(run, command)
    finally:
        watchdog.cancel()
        stop(run)


def failure_in(run, command):
    proved = False
    for line in run.stdout:
        failed = FAILED.search(line)
        if failed:
            return failed[1] or failed[2]
        total = re.search(r"\[wp\] Proved goals: +(\d+) / (\d+)", line)
        proved = proved or bool(total and total[1] == total[2] and int(total[1]) > 0)
    if run.wait() != 0 or not proved:
        raise RuntimeError(f"frama-c gave no verdict (exit {run.returncode}): {' '.join(command)}")
    return None


def stop(run):
    """Ends Frama-C and its provers; once it was waited for, its number may be another's."""
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def judge(mutant, original):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        different = differs(folder, mutant.core)
        if different is None:
            mutant.verdict = "does not compile"
        elif not different:
            mutant.verdict = "equivalent"
        else:
            ours = functions(mutant.core)
            changed = {name for name, text in ours.items() if text != original.get(name)}
            mutant.by = first_failure(folder, mutant.core, changed)
            mutant.verdict = "killed" if mutant.by else "survived"
    mutant.seconds = round(time.monotonic() - start, 1)
    return mutant


# All of them --------------------------------------------------------------------------------------

def spread(candidates, count):
    """All candidates, those first that stand evenly over the list."""
    step = max(1, len(candidates) // count)
    first = candidates[step // 2::step]
    return first + [each for each in candidates if each not in first]


def sources(kind, text):
    if kind == "cell":
        return list(cell_mutants())
    return list(line_mutants(text) if kind == "line" else result_mutants(text))


def make(kind, text, candidate):
    if kind != "cell":
        return edited(kind, text, *candidate)
    with tempfile.TemporaryDirectory() as folder:
        return from_table(folder, *candidate)


def run_kind(kind, text, original, each, workers):
    """Judged mutants of a kind, until `each` of them are neither equivalent nor refused."""
    judged, good, waiting = [], 0, iter(spread(sources(kind, text), each))
    while good < each:
        batch = [make(kind, text, c) for c in [next(waiting, None) for _ in range(each - good)]
                 if c is not None]
        if not batch:
            break
        for mutant in workers.map(lambda m: judge(m, original), [m for m in batch if m]):
            judged.append(mutant)
            good += mutant.verdict in ("killed", "survived")
            print(f"  {mutant.verdict:16} {mutant.kind:7}{mutant.name[:60]:62}"
                  f"{mutant.by or ''}", flush=True)
    return judged


def missing_tools():
    need = {"frama-c": "frama-c-base", "gcc": "gcc", "z3": "z3", "cvc4": "cvc4"}
    lacking = [package for tool, package in need.items() if not shutil.which(tool)]
    if lacking:
        return f"apt-get install {' '.join(lacking)}"
    return None if os.path.exists(GENERATOR) else "make regenerate"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=10, help="mutants of each kind (default 10)")
    parser.add_argument("--out", default="build/evidence/mutants.json")
    given = parser.parse_args()
    lacking = missing_tools()
    if lacking:
        print(f"mutants: something is missing; run: {lacking}", file=sys.stderr)
        return 2
    with open(wp.CORE, encoding="utf-8") as file:
        text = file.read()
    original, start, judged = functions(text), time.monotonic(), []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        for kind in ("cell", "line", "result"):
            judged += run_kind(kind, text, original, given.each, workers)
    counts = {verdict: sum(m.verdict == verdict for m in judged)
              for verdict in ("equivalent", "killed", "survived")}
    report = {"spec_sha256": evidence.spec_sha256(), "mutants": sum(counts.values()), **counts,
              "sources": {path: evidence.sha256(path) for path in
                          [wp.CORE, wp.CONTRACTS] + [f"spec/{p}.md" for p in PAGES]},
              "seconds": round(time.monotonic() - start, 1),
              "list": [{"kind": m.kind, "what": m.name, "verdict": m.verdict, "goal": m.by,
                        "seconds": m.seconds} for m in judged]}
    evidence.write(given.out, report)
    enough = counts["killed"] + counts["survived"] >= 3 * given.each
    if not enough:
        print("mutants: not enough candidates", file=sys.stderr)
    print(f"{counts['killed']} passed, {counts['survived'] + (not enough)} failed")
    return 0 if enough and not counts["survived"] else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"mutants: {error}", file=sys.stderr)
        sys.exit(2)
