#!/usr/bin/env python3
"""reported.py [--check]: the figures in docs/reports, from world.json and audited.json alone.

Each page for maintainers ends its account with a block that is made here: what came in the orders that
its commands show, and what was found in its programs' calls. Outside of it no figure stands that no
evidence has: versions, sizes and statuses are those of the runs, and whatever is counted is in the block.
--check writes nothing and says what is otherwise, as `file:line: what`.
"""
import argparse
import glob
import os
import re
import sys

import rooms  # where the modules below are
import audited_page
import kept
import orders
import page
from dialogues import BIG, BODY, MARK
from evidence import write_text

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(rooms.ROOT, "docs", "reports")
HEAD, NEXT = audited_page.FIGURES_HEAD, audited_page.FIGURES_END
MADE = "Made by `make world` and `make audited`, from [world.json](../../interop/world/world.json) and\n" \
    "[audited.json](../../interop/world/audited.json); do not edit.\n"
CAME = re.compile(r"^([\d,]+)( of [\d,]+)? bytes(?:; )?")


# What is made -------------------------------------------------------------------------------------

def counted(records):
    """(how many, bytes, ending) of cells that ended alike, with the least and the most that came."""
    groups = {}
    for seen in (record["seen"] for record in records):
        came = CAME.match(seen)
        key = (came[2] or "" if came else "", seen[came.end():] if came else seen)
        groups.setdefault(key, []).append(int(came[1].replace(",", "")) if came else None)
    for (of, how), amounts in groups.items():
        least, most = min(amounts, key=lambda n: n or 0), max(amounts, key=lambda n: n or 0)
        told = "" if most is None else f"{most:,}{of}" if least == most else f"{least:,} to {most:,}{of}"
        yield len(amounts), told, how


def rows_of_orders(figures, shown):
    first = [dict(zip(kept.CELL, record)) for record in figures["records"]]
    other = [dict(zip(kept.CELL, record)) for record in figures.get("further", {}).get("records", [])]
    for peer, order, tls in shown:
        def cells(records):
            return [r for r in records if (r["peer"], r["order"], r["tls"]) == (peer, order, tls)]
        whole = cells(first)
        for count, came, how in counted(whole):
            yield f"| {peer} | {order} | {tls} | {count} of {len(whole)} | {came} | {page.escaped(how)} |"
        for count, came, how in counted(cells(other)):
            yield f"| {peer} | {order} | {tls} | {count}, otherwise in another run | {came} | {page.escaped(how)} |"


def orders_block(figures, text):
    """Of each order that a command of the page plays: what came in the run that is kept whole, and in others."""
    shown = [(peer, order, tls) for peer, order in dict.fromkeys((peer, order) for peer, _, order in
                                                                 page.COMMAND.findall(text))
             if peer in figures["peers"] for tls in figures["peers"][peer]["tls"]]
    rows = list(rows_of_orders(figures, shown))
    if not rows:
        return ""
    runs = len(figures.get("further", {}).get("seconds", [])) + 1
    return (f"\nOf {runs} whole runs with all our engines, the cells of the first, and those that ended otherwise in "
            f"another:\n\n| program | order | TLS | cells | bytes | then |\n|---|---|---|---|---|---|\n"
            + "\n".join(rows) + "\n")


def calls_block(figures, name, prose):
    """Of each rule that the page names: in how many runs it was found, and in how many cells the wire showed it."""
    rows = [f"| {row['peer']} | {row['rule']} | {row['level']} | {row['runs']} of {figures['runs']} "
            f"| {row['confirmed']} |" for row in figures["rows"]
            if figures["programs"][row["peer"]]["report"] == name and row["rule"] in prose]
    if not rows:
        return ""
    return ("\nUnder [`endwell run`](../auditors.md), in the orders that [programs.md](../programs.md) has, which says "
            "too\nwhat is meant by confirmed:\n\n| program | rule | level | runs | confirmed |\n|---|---|---|---|---|\n"
            + "\n".join(rows) + "\n")


def made(text, name, world, audited):
    """The page with its block as the figures have it."""
    bare = audited_page.without_block(text)
    if NEXT not in bare:
        raise ValueError(f"docs/reports/{name}.md:1: has no `{NEXT.strip()}`")
    blocks = orders_block(world, bare) + calls_block(audited, name, bare)
    return bare.replace(NEXT, f"{HEAD}\n{MADE}{blocks}\n{NEXT}", 1) if blocks else bare


# What is not --------------------------------------------------------------------------------------

WORDS = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\w+teen|twenty)(?: \w+)? (?:runs|times|cells)\b"
                   r"|\b(?:twice|\d+ times)\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.,-])-?\d[\w.,+~:-]*(?<=\w)")
# Numbers that count nothing: where a rule stands, and what a call returned.
NAMES = (r"```.*?```", r"\]\([^)]*\)", r"`[^`]*`", r"RFC\s+\d+(?:\s+\d+(?:\.\d+)+)?",
         r"TLS\s+1\.[23](?:\s+and\s+1\.[23])?", r"EW\d{3}", r"\w+\([1-8]\)", r"x86-64", r"Debian\s+12",
         r"libssl\s+3", r"QoS\s+0", r"\b(?:returns?|errno|got|of|the|a)\s+-?[01]\b(?!\s+of)(?!\*)")


def blanked(text, pattern):
    """Spaces where it matched, so that lines stay where they are."""
    return re.sub(pattern, lambda found: re.sub(r"\S", " ", found[0]), text, flags=re.DOTALL)


def versions_of(world, audited):
    """Each version that a run was made with, as its package has it and as its maintainers do."""
    told = {*world["versions"].values(), *(program["package"].split()[1] for program in audited["programs"].values())}
    upstream = {re.sub(r"[+~].*|-[^-]*$", "", version.split(":", 1)[-1]) for version in told}
    return told | upstream | {word for name in [*world["versions"], *(p["package"].split()[0] for p in
                                                                      audited["programs"].values())]
                              for word in [name, *re.findall(r"\d+$", name)]}


def statuses_of(world, peers):
    return {status for record in kept.seen_in_all(world) if record["peer"] in peers
            for status in re.findall(r"status (?:is )?(\d+)", record["seen"])}


def sizes():
    return {f"{size:,}" for size in (BODY + len(MARK), BIG + len(MARK), orders.TALK, len(orders.INPUT),
                                     len(orders.INPUT) - 1, 65536)}


def strangers(text, world, audited):
    """(line, what) of each figure that no evidence has."""
    peers = {peer for peer, _, _ in page.COMMAND.findall(text)}
    rest = blanked(text, re.escape(HEAD) + ".*?" + re.escape(NEXT)) if HEAD in text else text
    for pattern in NAMES:
        rest = blanked(rest, pattern)
    for status in statuses_of(world, peers):
        rest = blanked(rest, rf"\bstatus\s+{status}\b")
    known = versions_of(world, audited) | sizes()
    for found in [*WORDS.finditer(rest), *NUMBER.finditer(rest)]:
        if found[0] not in known:
            yield rest.count("\n", 0, found.start()) + 1, found[0]


def wrong_with(path, text, world, audited):
    name = os.path.basename(path)[:-3]
    want = made(text, name, world, audited)
    if text != want:
        line = next((n for n, (a, b) in enumerate(zip(text.split("\n"), want.split("\n") + [""]), 1) if a != b), 1)
        yield f"{path}:{line}: not what the figures say; write it with: python3 interop/world/reported.py"
    for line, figure in strangers(text, world, audited):
        yield f"{path}:{line}: `{figure}` is no figure of world.json or audited.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    given = parser.parse_args()
    found = []
    try:
        world, audited = page.read(os.path.join(HERE, "world.json")), page.read(audited_page.FIGURES)
        for path in sorted(glob.glob(os.path.join(FOLDER, "*.md"))):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if given.check:
                found += wrong_with(os.path.relpath(path), text, world, audited)
            else:
                write_text(path, made(text, os.path.basename(path)[:-3], world, audited))
    except (OSError, ValueError, KeyError) as error:
        print(f"reported: {error}", file=sys.stderr)
        return 2
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
