#!/usr/bin/env python3
"""Compiles and runs the program of every claim about libssl that a walk has shown.

The walk sees libssl through its own heap, transport and records; the program sees it through
interop/explore/reproduce/, which shares no code with it. Both must print the same, and what the
program prints must contain what the claim says (spec/divergences.md, "What a program has to show").

    programs.py --evidence FILE --tool FILE --build FOLDER
"""
import argparse
import fnmatch
import json
import os
import re
import shutil
import sys

import rooms  # where the modules below are
import frame
import tool as tools
from tool import CannotRun

SUPPORT = "interop/explore/reproduce"
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
SECONDS = 300


def setting_options(setting):
    """The options that choose a setting such as `TLS 1.3, client, ignoring EOF`."""
    found = re.fullmatch(r"TLS (1\.[23]), (client|server)(, ignoring EOF|, not established)?",
                         setting)
    start = {None: "established", ", ignoring EOF": "ignoring-eof",
             ", not established": "fresh"}[found[3]]
    return ["--tls", found[1], "--role", found[2], "--start", start]


def run(command):
    return tools.run(*command, timeout=SECONDS)


def results(text):
    """What libssl gave, call by call."""
    return [line.split(None, 1)[1] for line in text.splitlines()
            if line.startswith("    libssl ")]


def lines_of(program):
    """The lines of a program that are steps."""
    return re.findall(r"^    (?!begin|return)(\S.*)$", program, re.M)


def step_names(tool):
    """A step's line of a program, and the step's name."""
    names = [line.split()[0] for line in run([tool, "--steps"]).splitlines()]
    return {lines_of(run([tool, "--program", name]))[0]: name for name in names}


def played(program, printed, names):
    """Of each step of a program: its name, and what libssl gave (nothing, if it is no call)."""
    left = iter(results(printed))
    for line in lines_of(program):
        call = re.match(r"CALL|ASK|DO|free_connection", line)
        yield names.get(line, ""), next(left, "").split(", ") if call else []


def missing_of_claim(claim, steps):
    """The first step of a claim that does not come, in this order, among those that were played."""
    left = iter(steps)
    for wanted in claim.split("; "):
        name, _, given = wanted.partition(" -> ")
        stated = set(given.split(", ")) if given else set()
        if not any(fnmatch.fnmatch(step, name) and stated <= set(got) for step, got in left):
            return wanted
    return None


def compile_support(build):
    if not shutil.which("gcc"):
        raise CannotRun("gcc is missing; install it with: apt-get install gcc")
    objects = []
    for part in ("reproduce", "records"):
        objects.append(os.path.join(build, part + ".o"))
        run(["gcc", *WARNINGS, "-O1", "-c", f"{SUPPORT}/{part}.c", "-o", objects[-1]])
    return objects


def judge(shown, number, using):
    """What is wrong with the program of a claim, or None."""
    options = setting_options(shown["setting"])
    sequence = shown["sequence"]
    base = os.path.join(using["build"], f"{shown['id']}-{number}")
    source = run([using["tool"], *options, "--program", sequence])
    with open(base + ".c", "w", encoding="utf-8") as program:
        program.write(source)
    run(["gcc", *WARNINGS, f"-I{SUPPORT}", base + ".c", *using["support"], "-o", base, "-lssl",
         "-lcrypto"])
    printed = run([base])
    walked = results(run([using["tool"], *options, "--try", sequence]))
    if walked != results(printed) or not walked:
        return (f"{shown['setting']}: {sequence}\n  the walk:    " + " | ".join(walked)
                + "\n  the program: " + " | ".join(results(printed)))
    missing = missing_of_claim(shown["claim"], played(source, printed, using["names"]))
    return missing and f"{sequence}: does not show `{missing}` of its claim `{shown['claim']}`"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", required=True)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    os.makedirs(options.build, exist_ok=True)
    failed = passed = 0
    with open(options.evidence, encoding="utf-8") as text:
        claims = [c for c in json.load(text)["claims"] if "sequence" in c]
    using = {"tool": options.tool, "build": options.build, "names": step_names(options.tool),
             "support": compile_support(options.build)}
    for number, shown in enumerate(claims, 1):
        problem = judge(shown, number, using)
        failed += problem is not None
        passed += problem is None
        if problem:
            print(f"FAILED: {shown['id']}, {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("programs", main))
