#!/usr/bin/env python3
"""formatting.py [--mend] [--root DIR]: C and Python are laid out as CONTRIBUTING says.

C as clang-format leaves it (.clang-format); braces around every statement of an if, else, for or
while in src, gen and proofs. Python by pycodestyle, in lines of at most 120 characters. --mend lets
clang-format write. Exits 0, 1 with findings, 2 when a tool is missing.
"""
import argparse
import glob
import os
import re
import shutil
import sys

import lint
import tool
from wp import ROOT

FOLDERS = ("src", "gen", "spec", "proofs", "interop", "examples")
BRACED = ("src/", "gen/", "proofs/")
# What is not laid out anew, and why.
KEPT = {"gen/out/": "the generator lays it out",
        "gen/tests/door_contracts.h": "contracts, by hand", "spec/": "contracts, by hand",
        "proofs/any_": "hours of proof are about its text", "proofs/complete.c": "the same",
        "proofs/canaries/": "some are wrong in their text"}
PAGES = ("interop/world/page.py", "interop/world/audited_page.py", "interop/explore/findings.py")   # long lines of text
# Of pycodestyle: what it leaves out unless told, and names of our own for a lambda, a short name.
LEFT = "E121,E123,E126,E226,E24,E704,W503,W504,E731,E741"
LONGEST = 120
TOOLS = {"clang-format": "clang-format", "pycodestyle": "pycodestyle"}


def sources(root, wanted):
    """Paths under the folders, without links and without what is kept as it is."""
    for folder in FOLDERS:
        for path in sorted(glob.glob(os.path.join(root, folder, "**"), recursive=True)):
            name = os.path.relpath(path, root)
            if os.path.isfile(path) and not os.path.islink(path) and wanted(path):
                if not (name.endswith((".c", ".h")) and name.startswith(tuple(KEPT))):
                    yield name


def is_c(path):
    return path.endswith((".c", ".h"))


def is_python(path):
    if path.endswith(".py"):
        return True
    if "." in os.path.basename(path):
        return False
    with open(path, "rb") as file:
        return file.readline().startswith(b"#!/usr/bin/env python3")


def closing(text, at):
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    return len(text)


def braceless(text):
    """The lines on which a statement begins that has no braces."""
    code = "\n".join("" if line.lstrip().startswith("#") or line.endswith("\\") else line
                     for line in lint.code_of(text).splitlines())
    for found in re.finditer(r"\b(?:(if|for|while)\s*(?=\()|else\b)", code):
        after = closing(code, found.end()) if found[1] else found.end()
        rest = code[after:].lstrip()
        of_do, else_if = rest.startswith(";"), not found[1] and rest.startswith("if")
        if not rest.startswith("{") and not of_do and not else_if:
            yield code.count("\n", 0, found.start()) + 1


def unformatted(root, files):
    done = tool.ended(["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *files], (0, 1),
                      {"cwd": root, "timeout": 120})
    for line in done.stderr.splitlines():
        found = re.match(r"(\S+):(\d+):\d+: error: code should be clang-formatted", line)
        if found:
            yield f"{found[1]}:{found[2]}: is not as clang-format leaves it; mend with: " \
                "python3 proofs/lib/formatting.py --mend"


def unstyled(root, files, left):
    if files:
        done = tool.ended(["pycodestyle", f"--max-line-length={LONGEST}", f"--ignore={left}",
                           *files], (0, 1), {"cwd": root, "timeout": 120})
        for line in done.stdout.splitlines():
            path, number, _, what = line.split(":", 3)
            yield f"{path}:{number}:{what}"


def findings(root):
    code, scripts = list(sources(root, is_c)), list(sources(root, is_python))
    if not code or not scripts:
        raise tool.CannotRun(f"{root}: no C, or no Python, in {', '.join(FOLDERS)}")
    yield from unformatted(root, code)
    for path in code:
        if path.startswith(BRACED):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                for number in braceless(file.read()):
                    yield f"{path}:{number}: a statement without braces"
    yield from unstyled(root, [path for path in scripts if path not in PAGES], LEFT)
    yield from unstyled(root, [path for path in scripts if path in PAGES], LEFT + ",E501")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mend", action="store_true")
    parser.add_argument("--root", default=ROOT)
    given = parser.parse_args()
    for name, package in TOOLS.items():
        if not shutil.which(name):
            print(f"formatting: needs {name}: apt-get install {package}", file=sys.stderr)
            return 2
    try:
        if given.mend:
            tool.run("clang-format", "-i", *sources(given.root, is_c), cwd=given.root)
        told = list(findings(given.root))
    except (tool.CannotRun, OSError) as error:
        print(f"formatting: {error}", file=sys.stderr)
        return 2
    for line in told:
        print(line)
    print(f"formatting: {len(told)} findings")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
