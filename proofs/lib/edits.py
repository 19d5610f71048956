"""Small edits of our sources, in files that read like patches, and copies with an edit applied.

    # Why the edit is wrong, in a line or more.
    # proves: core | theorems | complete   what is then run
    # functions: NAME ...              the functions whose proof is run (core)
    # theorems: LABEL ...              the labels whose proof is run (theorems, complete)
    # fails: FUNCTION GOAL             one line for each goal that has to fail, and no other may
    # bounds: NAME=NUMBER ...          smaller bounds of a search (planted/two_ends/, where
    # fails: SEARCH PROPERTY           fails names what the search has to find)
    --- FILE
    @@ FUNCTION
     context
    -line taken out
    +line put in

Lines are found by their text inside FUNCTION (or the whole file, without a name), exactly once.
Lines of the source that are only a comment are left out, so that row and clause ids may change.
"""
import os
import re

from wp import ROOT, CannotRun


def body_of(text, function):
    """Start and end of a function's definition, in C or in WhyML."""
    found = re.search(rf"^  let function {function} .*?\n(?=\n|end)", text, re.M | re.DOTALL) \
        or re.search(rf"^[A-Za-z_][\w *]*?\b{function}\([^;{{)]*\)\s*\{{.*?^\}}\n", text,
                     re.M | re.DOTALL)
    if not found:
        raise CannotRun(f"no function {function}")
    return found.start(), found.end()


class Edit:
    """One edit file."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.name, self.path = os.path.splitext(os.path.basename(path))[0], path
        head = [line[1:].strip() for line in lines if line.startswith("#")]
        fields = [line.split(": ", 1) for line in head if re.match(r"[a-z]+: ", line)]
        self.why = " ".join(line for line in head if not re.match(r"[a-z]+: ", line))
        self.fails = [tuple(value.split(" ", 1)) for key, value in fields if key == "fails"]
        self.proves = dict(fields).get("proves")
        self.functions = dict(fields).get("functions", "").split()
        self.theorems = dict(fields).get("theorems", "").split()
        self.bounds = dict(fields).get("bounds", "").split()
        self.file, self.hunks = None, []
        for line in (line for line in lines if not line.startswith("#")):
            if line.startswith("--- "):
                self.file = line[4:].strip()
            elif line.startswith("@@"):
                self.hunks.append((line[2:].strip(), [], []))
            elif line[:1] in (" ", "-", "+") and self.hunks:
                if line[0] != "+":
                    self.hunks[-1][1].append(line[1:] + "\n")
                if line[0] != "-":
                    self.hunks[-1][2].append(line[1:] + "\n")

    def applied(self):
        with open(os.path.join(ROOT, self.file), encoding="utf-8") as file:
            text = re.sub(r"^ *(/\*(?!@)[^\n]*\*/|\(\*[^\n]*\*\))\n", "", file.read(),
                          flags=re.M)
        for function, old, new in self.hunks:
            start, end = body_of(text, function) if function else (0, len(text))
            part, old = text[start:end], "".join(old)
            if part.count(old) != 1:
                raise CannotRun(f"{self.name}: what it takes out stands {part.count(old)} times "
                                f"in {self.file} {function}; bring it up to date")
            text = text[:start] + part.replace(old, "".join(new)) + text[end:]
        return text
