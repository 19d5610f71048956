#!/usr/bin/env python3
"""Compiles and runs the program of every divergence that a walk met.

The walk sees libssl through its own heap, transport and records; the program sees it through
interop/explore/reproduce/, which shares no code with it. Both must print the same.

    programs.py --evidence FILE --tool FILE --build FOLDER
"""
import argparse
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
SECONDS = 20


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


def compile_support(build):
    if not shutil.which("gcc"):
        raise CannotRun("gcc is missing; install it with: apt-get install gcc")
    objects = []
    for part in ("reproduce", "records"):
        objects.append(os.path.join(build, part + ".o"))
        run(["gcc", *WARNINGS, "-O1", "-c", f"{SUPPORT}/{part}.c", "-o", objects[-1]])
    return objects


def judge(divergence, tool, support, build):
    """What is wrong with the program of a divergence, or None."""
    options = setting_options(divergence["setting"])
    sequence = divergence["sequence"]
    base = os.path.join(build, divergence["id"])
    with open(base + ".c", "w", encoding="utf-8") as program:
        program.write(run([tool, *options, "--program", sequence]))
    run(["gcc", *WARNINGS, f"-I{SUPPORT}", base + ".c", *support, "-o", base, "-lssl", "-lcrypto"])
    walked = results(run([tool, *options, "--try", sequence]))
    alone = results(run([base]))
    if walked != alone or not alone:
        return (f"{divergence['setting']}: {sequence}\n  the walk:    " + " | ".join(walked)
                + "\n  the program: " + " | ".join(alone))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", required=True)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    os.makedirs(options.build, exist_ok=True)
    failed = passed = 0
    with open(options.evidence, encoding="utf-8") as text:
        met = [d for d in json.load(text)["divergences"] if "sequence" in d]
    support = compile_support(options.build)
    for divergence in met:
        problem = judge(divergence, options.tool, support, options.build)
        failed += problem is not None
        passed += problem is None
        if problem:
            print(f"FAILED: {divergence['id']}, {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("programs", main))
