"""Contracts as checks that a trial asks at each call: what is alike in those of each model.

A room's checks.py has a class Checks, made of the text of a header, with the C in text() and in `rows`
a line for each clause. What is not understood of a header is an error, never skipped.
"""
import os
import re
import subprocess
import sys

from acsl import closing
from acsl_c import Expression
from wp import CannotRun


class Said(Expression):
    """An expression over what was before the call (then) or is after it (now)."""

    token = None   # of what the header is written in

    def __init__(self, text, known, label, values):
        super().__init__("", known, label, values)
        self.text, at = text, 0
        while text[at:].strip():
            token = self.token.match(text, at)
            if not token:
                raise CannotRun(f"ACSL is not understood here: {text[at:at + 60].strip()}")
            self.left.append(token[1])
            at = token.end()

    def other(self, text, label=None, **values):
        return type(self)(text, self.known, label or self.label, {**self.values, **values}).c()

    def inside(self, opening="(", closing=")"):
        """The tokens up to the bracket that closes, as text."""
        self.need(opening)
        depth, taken = 1, []
        while depth:
            token = self.left.pop(0)
            depth += (token == opening) - (token == closing)
            taken.append(token)
        return " ".join(taken[:-1])


def implied(text):
    """(A, B) of `A ==> B` where that is the whole of it; else (None, text)."""
    depth, at = 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0 and text.startswith("<==>", at):
            return None, text
        if depth == 0 and text.startswith("==>", at):
            return text[:at], text[at + 3:]
    return None, text


def premises(text):
    """([A, B], C) of `A ==> (B ==> C)`: what has to be for C to be said, and C."""
    found = []
    while True:
        text = text.strip()
        while text[:1] == "(" and closing(text, 0) == len(text) - 1:
            text = text[1:-1].strip()
        when, then = implied(text)
        if when is None or text.startswith("\\forall"):
            return found, text
        found.append(when)
        text = then


def without_brackets(text):
    """`(a->b)->c` as `a->b->c`, however many brackets there are."""
    before = None
    while text != before:
        before, text = text, re.sub(r"\(\s*(\w+(?:\s*->\s*\w+)*)\s*\)(?=\s*->)", r"\1",
                                    re.sub(r"(?<!\w)\(\s*(\([^()]*\))\s*\)", r"\1", text))
    return text


class Macros:
    """Those of a header, for what its contracts assign: with a parameter, and without."""

    def __init__(self, text):
        text = text.replace("\\\n", " ")
        self.known = {name: (given, body) for name, given, body
                      in re.findall(r"^#define (\w+)\((\w+)\)(.*)$", text, re.M)}
        self.lists = dict(re.findall(r"^#define (\w+) +(\w+(?:, *\w+)+)$", text, re.M))

    def expanded(self, text):
        while found := re.search(r"\b(" + "|".join(self.known) + r")\(", text) if self.known else None:
            end = closing(text, found.end() - 1)
            given, body = self.known[found[1]]
            value = text[found.end():end]
            text = text[:found.start()] + re.sub(rf"\b{given}\b", lambda _: value, body) + text[end + 1:]
        return re.sub(r"\b[A-Z]\w+\b", lambda name: self.lists.get(name[0], name[0]), text)


def make(checks, header, out):
    with open(header, encoding="utf-8") as file:
        text = checks(file.read()).text()
    with open(out + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(out + ".tmp", out)


def main(doc, checks, name=None):
    """
    With a header and a name: writes the checks. With a compiler before them: of the header beside the source, which
    is called `name`, or as the first argument says.
    """
    if not name and len(sys.argv) > 3:
        name = sys.argv.pop(1)
    if len(sys.argv) == 3:
        make(checks, *sys.argv[1:])
        return 0
    if len(sys.argv) < 5:
        print(doc.strip(), file=sys.stderr)
        return 2
    *command, source = sys.argv[1:]
    made = os.path.join(os.path.dirname(source), "checks.c")
    make(checks, os.path.join(os.path.dirname(source), name), made)
    return subprocess.run(command + [made], check=False).returncode
