#!/usr/bin/env python3
"""targets.py [--check] MAKEFILE...: the targets, grouped by who asks for them.

A target that somebody types has a line `name: ... ## group: what it does`. With --check the names
are held to the rule instead: `X` runs, `X-quick` samples X, `test-X` tests X (a target or one of
PARTS); each line is complete in itself and in one of the groups. Exits 0, 1 with findings, 2 when
there is nothing to read.
"""
import re
import sys

GROUPS = {"use": "To use Endwell", "test": "To test it", "prove": "To prove it",
          "measure": "To measure it", "look": "To look at what came out"}
TARGET = re.compile(r"([a-z][a-z0-9-]*):(?!=).*?## (?:(\w+): )?(.*)")
# What has tests and is no target of its own.
PARTS = {"setup", "gen", "frame", "machines", "src", "mbedtls3", "names", "clauses", "port-by-the-book"}
LEANS = re.compile(r"\b(the same|these|those of them|of that|all of them|sample of them|anew)\b")
WIDEST = 120


def targets(path, text):
    """(place, name, group, what it does)."""
    for number, line in enumerate(text.splitlines(), 1):
        found = TARGET.fullmatch(line)
        if found:
            yield f"{path}:{number}", found[1], found[2], found[3]


def problems(told):
    """(place, what is wrong) for each target that does not keep the rule."""
    names = {name for _, name, _, _ in told}
    for place, name, group, what in told:
        start, _, rest = name.partition("-")
        if group not in GROUPS:
            yield place, f"{name}: say who asks: `## {'|'.join(GROUPS)}: what it does`"
        if start == "check":
            yield place, f"{name}: `X` runs, `test-X` tests X; no name begins with check-"
        if start == "test" and rest.removesuffix("-quick") not in names | PARTS:
            yield place, f"{name}: nothing is called {rest} (PARTS in proofs/lib/targets.py)"
        if name.endswith("-quick") and name[:-len("-quick")] not in names:
            yield place, f"{name}: samples nothing that is a target"
        if LEANS.search(what):
            yield place, f"{name}: its line leans on another: '{LEANS.search(what)[0]}'"
        if len(what) > WIDEST:
            yield place, f"{name}: its line is longer than {WIDEST} characters"


def show(told):
    print("make          install what is missing, regenerate, prove, build, close with OpenSSL "
          "peers, summary\nmake check    install what is missing, run the tests, of the longest a sample")
    widest = max(len(name) for _, name, _, _ in told)
    for group, title in GROUPS.items():
        print(f"\n{title}")
        for _, name, of, what in told:
            if of == group:
                print(f"  make {name:{widest}}  {what}")


def main():
    check, paths = sys.argv[1:2] == ["--check"], [each for each in sys.argv[1:] if each[0] != "-"]
    try:
        told = [each for path in paths for each in targets(path, open(path, encoding="utf-8").read())]
    except OSError as error:
        print(f"targets: {error}", file=sys.stderr)
        return 2
    if not told:
        print("targets: no target with a line `## group: what it does`", file=sys.stderr)
        return 2
    if not check:
        show(told)
        return 0
    found = list(problems(told))
    for place, what in found:
        print(f"{place}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
