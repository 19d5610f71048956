#!/usr/bin/env python3
"""page.py [--keep EVIDENCE | --merge EVIDENCE] [--check] [--figures FILE] [--page FILE]: docs/peers.md.

The page is made from the figures kept in interop/world/world.json alone. --keep takes the figures
out of the evidence of a whole run, and writes figures and page; --merge takes the cells of a run of
some programs in the place of those that there are (world.py --peer NAME --evidence FILE, on the same
libraries and specification); --check compares them.
"""
import argparse
import glob
import json
import os
import re
import sys

import rooms  # where the modules below are
import orders
import verdicts
from evidence import write_text

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

CELL = ("peer", "order", "engine", "tls", "ours", "verdict", "seen")
ABOUT = ("role", "about", "package", "library", "tls")
SHORT = {verdicts.PASS: "pass", verdicts.LETTER: "letter", verdicts.RISKY: "risky",
         verdicts.VIOLATION: "**violation**", verdicts.LOSS: "**loses data**", verdicts.UNSEEN: "–"}

HEAD = """# How TLS programs close

Made by `make world`, from the figures in [world.json](../interop/world/world.json); do not edit.

Each program is run as its users run it ([peers.json](../interop/world/peers.json)) against our library, and the wire between
the two is watched; what the records hold is read with the engine's keys and another library's cryptography. Our side is held to
the specification in every cell, whatever the peer does: {ours}.

On our side, with every peer: {engines}. Where none is named, all of them saw the same. This page is about the *peers*. {runs}:
what depends on timing can come out otherwise in the next.

| word | meaning |
|---|---|
| pass | what the standards ask for |
| letter | against the letter, and nothing is lost by it: RFC 5246 7.2.1 (TLS 1.2) wants our close_notify answered at once and pending writes discarded; the answer comes later, behind all data or once we have ended TCP |
| risky | permitted, but an end that cannot be told from a cut, a reset behind the close_notify, all of an answer given up, no answer |
| **violation** | against RFC 9846 6.1 (close_notify before the write side is closed), or RFC 5246 7.2.1 (an answer), and the other side cannot tell an end from a cut, or waits in vain |
| **loses data** | part of what the program had begun to deliver, or of what a client was sent, is missing: behind a close_notify, which says that this was all (in TLS 1.2 RFC 5246 7.2.1 itself asks that a side that was closed to discards what is left: the cell says so); or behind a reset, which the other side notices, and which may have destroyed a close_notify with the data. Data that ends in a FIN without close_notify is a violation |
| – | cannot be observed with this program: the order did not come about, or the program has not ended; the reason is below |

Where an order has data, its cell tells the bytes that came of the bytes that were sent; what a protocol puts around its data is not
among the latter.

| order | what is done |
|---|---|
{orders}

Ending TCP without close_notify (we-drop) is never an error in the standards; *pass* means that the program says so. A program
that is killed (peer-drops) cannot do anything: what its kernel sends is told, and only our side is judged.

{older}**In all:** {counts}.

"""


# Figures ------------------------------------------------------------------------------------------

def figures_of(evidence, table):
    return {**{key: evidence[key] for key in ("spec_sha256", "seconds", "ours", "observations",
                                              "checks", "cells", "engines")},
            "versions": evidence["tools"]["packages"],
            "peers": {name: {key: peer[key] for key in ABOUT if key in peer}
                      for name, peer in table.items()},
            "orders": list(orders.ORDERS), "verdicts": list(verdicts.WORST_FIRST),
            "limits": limits_of(evidence),
            "records": [[record[key] for key in CELL] for record in evidence["records"]]}


def report_of(table, name):
    """The page for the maintainers of that program, on how it loses data."""
    return os.path.join("docs", "reports", table[name].get("program", name) + ".md")


COMMAND = re.compile(r"--peer (\S+) --engine (\S+) --order ([\w-]+)")


def commands_of(path):
    """(program, engine, order) of the commands by which a page for maintainers shows something."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return COMMAND.findall(file.read())


def is_reported(table, name):
    return any(told[0] == name for told in commands_of(os.path.join(ROOT, report_of(table, name))))


def unreported(figures, table):
    """Losses that the page would name, and that no page for maintainers says how to see."""
    cells = (dict(zip(CELL, record)) for record in figures["records"])
    losing = dict.fromkeys((cell["peer"], cell["order"]) for cell in cells
                           if cell["verdict"] == verdicts.LOSS and cell["peer"] in table)
    for name, order in losing:
        told = commands_of(os.path.join(ROOT, report_of(table, name)))
        if (name, order) not in {(peer, shown) for peer, _, shown in told}:
            yield f"{name} loses data here in {order}, and {report_of(table, name)} is missing, or does not say " \
                f"how to see it (--peer {name} --engine ... --order {order}): how often, and which clause, " \
                "for its maintainers"


def unplayable(table):
    """Pages for maintainers whose commands are missing, or play nothing."""
    for path in sorted(glob.glob(os.path.join(ROOT, "docs", "reports", "*.md"))):
        for name, engine, order in commands_of(path) or [("nobody", "none", "none")]:
            if name not in table or engine not in orders.ENGINES or order not in orders.ORDERS \
                    or orders.reason_not_to(order, table[name]):
                yield os.path.relpath(path, ROOT), f"plays nothing: --peer {name} --engine {engine} --order {order}"


def mismatch(figures, told):
    """Why the cells of another run cannot stand beside those that there are; None if they can."""
    if told["spec_sha256"] != figures["spec_sha256"]:
        return "it is of another specification"
    for field in ("engines", "versions"):
        for name, version in told[field].items():
            if figures[field].get(name, version) != version:
                return f"it was made with {name} {version}, the other cells with {figures[field][name]}"
    for name in ran(told):
        known, count = figures["peers"].get(name), len(orders.ORDERS) * settings(told["peers"][name])
        if known not in (None, told["peers"][name]) and sum(record[0] == name for record in told["records"]) < count:
            return f"what {name} is has changed: all of its cells have to be made"
    return None


def ran(told):
    return list(dict.fromkeys(record[0] for record in told["records"]))


def settings(peer):
    """Of our side: engines, each in the versions of TLS that both have."""
    return sum(tls in peer["tls"] for both in orders.ENGINES.values() for tls in both)


def merged(figures, told):
    """The figures with the cells of a run of some programs in the place of those that there are."""
    cells = {tuple(record[:4]): record for record in [*figures["records"], *told["records"]]}
    peers = {**figures["peers"], **{name: told["peers"][name] for name in ran(told)}}
    names = [name for name in told["peers"] if name in peers] + [n for n in peers if n not in told["peers"]]
    records = sorted(cells.values(), key=lambda record: names.index(record[0]))
    whole = {**figures, "versions": {**figures["versions"], **told["versions"]},
             "peers": {name: peers[name] for name in names}, "orders": told["orders"],
             "verdicts": told["verdicts"], "cells": len(records), "records": records,
             "later": sorted({*figures.get("later", []), *ran(told)})}
    for field, key in (("ours", "ours"), ("observations", "verdict")):
        whole[field] = {name: sum(record[CELL.index(key)] == name for record in records) for name in told[field]}
    limited = {(record[0], record[2]) for record in records if record[CELL.index("ours")] == "limit"}
    whole["limits"] = {
        reason: {**known, "peers": sorted(name for name, engine in limited if engine == known["engine"])}
        for reason, known in {**figures["limits"], **told["limits"]}.items()}
    return {**whole, **{key: figures[key] + told[key] for key in ("seconds", "checks")}}


def with_others(figures, told):
    """(figures, why not) with the cells of a run of some programs."""
    wrong = mismatch(figures, told)
    if wrong:
        return None, wrong
    whole = merged(figures, told)
    return whole, next(problems(whole), None)


def limits_of(evidence):
    """Reason -> engine, peers: where an engine of ours does not do what is specified."""
    told = {}
    for record in evidence["records"]:
        if record["ours"] == "limit":
            known = told.setdefault(record["limit"], {"engine": record["engine"], "peers": []})
            known["peers"] = sorted({*known["peers"], record["peer"]})
    return told


def figures_text(figures):
    """A line for each cell, so that a change can be read."""
    records = ",\n".join("  " + json.dumps(record) for record in figures["records"])
    head = json.dumps({**figures, "records": None}, indent=1)
    return head.replace('"records": null', f'"records": [\n{records}\n ]') + "\n"


def orders_of(figures):
    return figures.get("orders") or list(dict.fromkeys(record[1] for record in figures["records"]))


def played_since(figures, table):
    """Cells that were not played then, for the dialogue had nothing of that kind, and now has."""
    cells = (dict(zip(CELL, record)) for record in figures["records"])
    return list(dict.fromkeys(f"{cell['order']} of {cell['peer']}" for cell in cells
                              if cell["ours"] == "not played" and cell["peer"] in table
                              and orders.reason_not_to(cell["order"], table[cell["peer"]]) is None
                              and f"{cell['engine']} {cell['tls']}" not in table[cell["peer"]].get("unmet", {})))


def older(figures, table):
    """What the figures do not know yet, for they were made before it."""
    have = {name: {key: peer.get(key) for key in ABOUT} for name, peer in figures["peers"].items()}
    now = {name: {key: peer.get(key) for key in ABOUT} for name, peer in table.items()}
    peers = [name for name in now if have.get(name) != now[name]] + [n for n in have if n not in now]
    news = [order for order in orders.ORDERS if order not in orders_of(figures)]
    words = [word for word in verdicts.WORST_FIRST if word not in figures.get("verdicts", [])]
    return [f"{what} {', '.join(names)}" for what, names in
            (("the programs", peers), ("the orders", news), ("the cells", played_since(figures, table))) if names] + \
        (["the rules of the verdicts that stand above"] if words else [])


def problems(figures):
    """What the figures cannot be: cells that are missing or twice, counts that are others."""
    records = [dict(zip(CELL, record)) for record in figures["records"]]
    have = sorted((r["peer"], r["order"], r["engine"], r["tls"]) for r in records)
    want = sorted((name, order, engine, tls) for name, peer in figures["peers"].items()
                  for order in orders_of(figures) for engine, both in orders.ENGINES.items()
                  for tls in both if tls in peer["tls"])
    if have != want:
        odd = sorted(set(have) ^ set(want)) or have
        yield f"its cells are not those of its peers and orders, {' '.join(odd[0])} for one"
    if set(figures["engines"]) != set(orders.ENGINES):
        yield f"engines is {' '.join(figures['engines'])}, expected {' '.join(orders.ENGINES)}"
    for field, key in (("ours", "ours"), ("observations", "verdict")):
        counted = {name: sum(r[key] == name for r in records) for name in figures[field]}
        if counted != figures[field] or sum(counted.values()) != len(records):
            yield f"{field} is {figures[field]}, its own list says {counted}"
    if figures["cells"] != len(records):
        yield f"cells is {figures['cells']}, its own list has {len(records)}"


# The page -----------------------------------------------------------------------------------------

def cell_of(figures, name, order, tls):
    """[(whose, verdict, seen)]: one entry for all engines that saw the same."""
    found = {}
    for record in figures["records"]:
        told = dict(zip(CELL, record))
        if (told["peer"], told["order"], told["tls"]) == (name, order, tls):
            found.setdefault((told["verdict"], told["seen"]), []).append(told["engine"])
    alone = len(found) == 1
    return [("" if alone else f" (our side: {', '.join(engines)})", *same)
            for same, engines in found.items()]


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def words(entries):
    return "<br>".join(f"{SHORT[verdict]}{who}: {escaped(seen)}" for who, verdict, seen in entries)


def overview(figures):
    yield "## At a glance"
    yield ""
    yield "TLS 1.2 / TLS 1.3; where our engines saw different things, the worst of them."
    yield ""
    yield "| program | " + " | ".join(orders_of(figures)) + " |"
    yield "|---|" + "---|" * len(orders_of(figures))
    for name, peer in figures["peers"].items():
        cells = []
        for order in orders_of(figures):
            worst = [min((entry[1] for entry in cell_of(figures, name, order, tls)),
                         key=verdicts.WORST_FIRST.index) for tls in peer["tls"]]
            cells.append(" / ".join(SHORT[verdict] for verdict in worst))
        yield f"| [{name}](#{name}) | " + " | ".join(cells) + " |"
    yield ""


def version_of(figures, peer):
    package = f"{peer['package']} {figures['versions'][peer['package']]}"
    library = peer.get("library")
    return package + (f", {library} {figures['versions'][library]}" if library else "")


def section(figures, table, name, peer):
    yield f"## {name}"
    yield ""
    yield f"{peer['role'].capitalize()}: {peer['about']}. {version_of(figures, peer)}."
    yield ""
    level = table.get(name, {}).get("level")
    if level:
        yield f"What it says of an end it says only at another log level than its own: {level}."
        yield ""
    if name in table and is_reported(table, name):
        yield f"For its maintainers: [what is lost, and how to see it]({report_of(table, name)[5:]})."
        yield ""
    yield "| order | " + " | ".join(f"TLS {tls}" for tls in peer["tls"]) + " |"
    yield "|---|" + "---|" * len(peer["tls"])
    for order in orders_of(figures):
        yield f"| {order} | " + " | ".join(words(cell_of(figures, name, order, tls))
                                           for tls in peer["tls"]) + " |"
    yield ""


def page(figures, table):
    told = figures["ours"]
    ours = f"{told['passed']} of {told['passed'] + told['failed'] + told['limit']} cells as specified"
    if told["limit"]:
        ours += f", {told['limit']} limits of the engine (" + "; ".join(
            f"{reason}: {', '.join(known['peers'])}"
            for reason, known in figures["limits"].items()) + ")"
    if told["no connection"]:
        ours += f", {told['no connection']} without a connection"
    counts = ", ".join(f"{SHORT[verdict]} {count}"
                       for verdict, count in figures["observations"].items())
    listed = "\n".join(f"| {order} | {what} |" for order, what in orders.ORDERS.items()
                       if order in orders_of(figures))
    engines = ", ".join(f"{name} ({version})" for name, version in figures["engines"].items())
    programs = f"{len(figures['peers'])} programs and roles, {figures['cells']} cells; "
    lines = [*overview(figures)]
    for name, peer in figures["peers"].items():
        lines += section(figures, table, name, peer)
    missing = "; ".join(older(figures, table))
    missing = f"**Older:** these figures were made before {missing}. Make them anew: `make world`.\n\n" \
        if missing else ""
    later = figures.get("later")
    runs = "One run on one machine" + (f", and for {len(later)} programs later ones of all or some of their cells"
                                       if later else "")
    return HEAD.format(older=missing, runs=runs, ours=ours, engines=engines, orders=listed,
                       counts=programs + counts) + "\n".join(lines)


# The program --------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def findings(figures, table, given):
    """What is wrong with figures and page, as `file:line: what`."""
    found = [f"{os.path.relpath(given.figures)}:1: {problem}; make it anew with: "
             "make world" for problem in problems(figures)]
    found += [f"{os.path.relpath(given.figures)}:1: {what}" for what in unreported(figures, table)]
    found += [f"{path}:1: {what}" for path, what in unplayable(table)]
    with open(given.page, encoding="utf-8") as file:
        text = file.read()
    if not found and text != page(figures, table):
        lines = zip(text.split("\n"), page(figures, table).split("\n") + [""])
        line = next((n for n, (a, b) in enumerate(lines, 1) if a != b), 1)
        found.append(f"{os.path.relpath(given.page)}:{line}: not what the figures in "
                     f"{os.path.relpath(given.figures)} say; write it with: "
                     "python3 interop/world/page.py")
    return found


def check(figures, table, given):
    found = findings(figures, table, given)
    print("\n".join(found + [f"{not found:d} passed, {bool(found):d} failed"]))
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", metavar="EVIDENCE")
    parser.add_argument("--merge", metavar="EVIDENCE")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--figures", default=os.path.join(HERE, "world.json"))
    parser.add_argument("--page", default=os.path.join(ROOT, "docs", "peers.md"))
    given = parser.parse_args()
    try:
        table = read(os.path.join(HERE, "peers.json"))
        if given.keep or given.merge:
            told = figures_of(read(given.keep or given.merge), table)
            kept, wrong = with_others(read(given.figures), told) if given.merge else (told, next(problems(told), None))
            if wrong:
                print(f"page: {given.keep or given.merge}: {wrong}", file=sys.stderr)
                return 2
            write_text(given.figures, figures_text(kept))
        figures = read(given.figures)
        if given.check:
            return check(figures, table, given)
        write_text(given.page, page(figures, table))
    except (OSError, ValueError, KeyError) as error:
        print(f"page: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
