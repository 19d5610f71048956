#!/usr/bin/env python3
"""shape.py [ROOT]: the shape in which connection and transport can be proven.

They contain no system call, no errno, no indirect call and no conversion from `void *`; those stand
in src/dispatch.h (calls through pointers) and src/dispatch.c (entries that take a `void *`), each a
function of one line. Prints `file:line: error: ...`; exits 0, 1 (findings) or 2 (could not run).
"""
import os
import re
import sys

PROVABLE = ["open.c", "endwell.c", "data.c", "close.c", "wait.c", "questions.c", "transport.c", "conn.h",
            "tell.h", "tell_nobody.c"]
# How many functions each file outside may have: one more is a decision.
OUTSIDE = {"dispatch.h": 19, "dispatch.c": 5}
HEADERS = {"limits.h", "stddef.h", "stdint.h", "string.h"}
FORBIDDEN = [
    (r"(?:->|\.)\s*\w+\s*\(", "an indirect call: it belongs into src/dispatch.h"),
    (r"\(\s*\*\s*\w+\s*\)\s*\(", "a pointer to a function: pass an event"),
    (r"\btypedef\s+\w+\s+\w+\s*\(", "a type of functions: pass an event"),
    (r"\berrno\b", "errno: it belongs into src/io_posix.c"),
    (r"\bvoid\s*\*(?!\s*(?:context|engine)\b)", "a void * that is not passed on: bytes are uint8_t *"),
    (r"=\s*(?:\(\s*[\w\s]*\*\s*\)\s*)?(?:context|engine)\b(?!.*;\s*/\* passed on)",
     "a void * is kept under another type"),
    (r"\(\s*(?:const\s+)?\w+\s*\*\s*\)\s*\w", "a cast of a pointer"),
]
# What keeps a void * for what it is: the members that hand it on.
KEPT = re.compile(r"->(?:io_context|engine) = (?:context|engine);")
ONE_LINE = re.compile(r"\s*(?:return )?(?:[\w>-]+->)?\w+\([^;{}]*\);\s*")


def without_comments(text):
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def forbidden(name, text):
    for header in re.finditer(r"^#include <(.*)>", text, re.M):
        if header[1] not in HEADERS:
            yield line_of(text, header.start()), f"<{header[1]}>: none but {', '.join(sorted(HEADERS))}"
    code = without_comments(text)
    for pattern, what in FORBIDDEN:
        for found in re.finditer(pattern, code):
            line = line_of(code, found.start())
            if not KEPT.search(code.split("\n")[line - 1]):
                yield line, what


def functions(code):
    for found in re.finditer(r"^(?!typedef|struct|enum|#)\w[^;{}#]*\)\s*\{(.*?)^\}", code, re.M | re.S):
        yield line_of(code, found.start()), found[1]


def outside(name, text):
    count = 0
    for line, body in functions(without_comments(text)):
        count += 1
        if not ONE_LINE.fullmatch(body):
            yield line, "more than one line: what decides anything has to be proven"
    if count != OUTSIDE[name]:
        yield 1, f"{count} functions instead of {OUTSIDE[name]}"


def findings(root):
    for names, judge in ((PROVABLE, forbidden), (OUTSIDE, outside)):
        for name in names:
            path = os.path.join("src", name)
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
            for line, what in judge(name, text):
                yield f"{path}:{line}: error: {what}"


def main():
    root = sys.argv[1] if len(sys.argv) == 2 else "."
    try:
        found = list(findings(root))
    except OSError as error:
        print(f"shape: {error}", file=sys.stderr)
        return 2
    print("\n".join(found + [f"shape: {len(PROVABLE)} files, {sum(OUTSIDE.values())} functions outside, "
                             f"{len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
