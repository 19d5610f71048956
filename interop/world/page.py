#!/usr/bin/env python3
"""page.py [--keep|--merge|--further EVIDENCE] [--check] [--figures FILE] [--page FILE]: docs/peers.md.

The page is made from the figures kept in interop/world/world.json alone. --keep takes the figures
out of the evidence of a whole run, and writes figures and page; --further adds what another whole run
saw otherwise; --merge takes the cells of a run of some programs in the place of those that there are
(world.py --peer NAME --evidence FILE). All of them on the same libraries and specification. --check
compares them.
"""
import argparse
import glob
import json
import os
import re
import sys

import rooms  # where the modules below are
import kept
import orders
import verdicts
from evidence import write_text

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

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


# Reports ------------------------------------------------------------------------------------------

def report_of(table, name):
    """The page for the maintainers of that program, on how it loses data."""
    return os.path.join("docs", "reports", table[name].get("program", name) + ".md")


COMMAND = re.compile(r"--peer (\S+) --engine (\S+) --order ([\w-]+)")
OF_CALLS = re.compile(r"--show --peer (\S+) --order ([\w-]+)")   # audited.py, whose side is of one engine


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
    losing = dict.fromkeys((cell["peer"], cell["order"]) for cell in kept.seen_in_all(figures)
                           if cell["verdict"] == verdicts.LOSS and cell["peer"] in table)
    for name, order in losing:
        told = commands_of(os.path.join(ROOT, report_of(table, name)))
        if (name, order) not in {(peer, shown) for peer, _, shown in told}:
            yield f"{name} loses data here in {order}, and {report_of(table, name)} is missing, or does not say " \
                f"how to see it (--peer {name} --engine ... --order {order}): how often, and which clause, " \
                "for its maintainers"


def plays_nothing(table, name, order):
    return name not in table or order not in {**orders.ORDERS, **orders.WATCHED} \
        or orders.reason_not_to(order, table[name])


def unplayable(table):
    """Pages for maintainers whose commands are missing, or play nothing."""
    for path in sorted(glob.glob(os.path.join(ROOT, "docs", "reports", "*.md"))):
        with open(path, encoding="utf-8") as file:
            of_calls = OF_CALLS.findall(file.read())
        for name, engine, order in commands_of(path):
            if engine not in orders.ENGINES or order not in orders.ORDERS or plays_nothing(table, name, order):
                yield os.path.relpath(path, ROOT), f"plays nothing: --peer {name} --engine {engine} --order {order}"
        for name, order in of_calls:
            if plays_nothing(table, name, order):
                yield os.path.relpath(path, ROOT), f"plays nothing: --peer {name} --order {order}"
        if not of_calls and not commands_of(path):
            yield os.path.relpath(path, ROOT), "has no command that shows what it says"


# The page -----------------------------------------------------------------------------------------

def cells_of(figures):
    """(program, order, TLS) -> [(whose, verdict, seen)]: one entry for all engines that saw the same, in one run."""
    first, others = {}, {}
    for at, told in enumerate(kept.seen_in_all(figures)):
        run = first if at < len(figures["records"]) else others
        same = run.setdefault((told["peer"], told["order"], told["tls"]), {})
        same.setdefault((told["verdict"], told["seen"]), []).append(told["engine"])
    return {key: [("" if len(found) == 1 else f" (our side: {', '.join(engines)})", *same)
                  for same, engines in found.items()]
            + [(f" (in another run; our side: {', '.join(dict.fromkeys(engines))})", *same)
               for same, engines in others.get(key, {}).items()] for key, found in first.items()}


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def words(entries):
    return "<br>".join(f"{SHORT[verdict]}{who}: {escaped(seen)}" for who, verdict, seen in entries)


def overview(figures, seen):
    yield "## At a glance"
    yield ""
    yield "TLS 1.2 / TLS 1.3; where our engines, or our runs, saw different things, the worst of them."
    yield ""
    yield "| program | " + " | ".join(kept.orders_of(figures)) + " |"
    yield "|---|" + "---|" * len(kept.orders_of(figures))
    for name, peer in figures["peers"].items():
        cells = []
        for order in kept.orders_of(figures):
            worst = [min((entry[1] for entry in seen[name, order, tls]),
                         key=verdicts.WORST_FIRST.index) for tls in peer["tls"]]
            cells.append(" / ".join(SHORT[verdict] for verdict in worst))
        yield f"| [{name}](#{name}) | " + " | ".join(cells) + " |"
    yield ""


def version_of(figures, peer):
    package = f"{peer['package']} {figures['versions'][peer['package']]}"
    library = peer.get("library")
    return package + (f", {library} {figures['versions'][library]}" if library else "")


def section(figures, seen, table, name):
    peer = figures["peers"][name]
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
    for order in kept.orders_of(figures):
        yield f"| {order} | " + " | ".join(words(seen[name, order, tls])
                                           for tls in peer["tls"]) + " |"
    yield ""


def runs_of(figures):
    """What the page says of how often it was looked."""
    later, further = figures.get("later"), figures.get("further")
    said = "One run on one machine" if not further else \
        f"{len(further['seconds']) + 1} whole runs on one machine; the counts below are of the first, and what " \
        f"{len({tuple(record[:4]) for record in further['records']})} of its cells were in another stands beside them"
    if later:
        said += f", and for {len(later)} programs later ones of all or some of their cells"
    return said


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
                       if order in kept.orders_of(figures))
    engines = ", ".join(f"{name} ({version})" for name, version in figures["engines"].items())
    programs = f"{len(figures['peers'])} programs and roles, {figures['cells']} cells; "
    seen = cells_of(figures)
    lines = [*overview(figures, seen)]
    for name in figures["peers"]:
        lines += section(figures, seen, table, name)
    missing = "; ".join(kept.older(figures, table))
    missing = f"**Older:** these figures were made before {missing}. Make them anew: `make world`.\n\n" \
        if missing else ""
    return HEAD.format(older=missing, runs=runs_of(figures), ours=ours, engines=engines, orders=listed,
                       counts=programs + counts) + "\n".join(lines)


# The program --------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def findings(figures, table, given):
    """What is wrong with figures and page, as `file:line: what`."""
    found = [f"{os.path.relpath(given.figures)}:1: {problem}; make it anew with: "
             "make world" for problem in kept.problems(figures)]
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


def taken_over(given, table):
    """What is to be kept of another run, in world.json; why it cannot, if so."""
    path = given.keep or given.merge or given.further
    told = kept.figures_of(read(path), table)
    if given.keep:
        whole, wrong = told, next(kept.problems(told), None)
    else:
        join = kept.with_others if given.merge else kept.with_further
        whole, wrong = join(read(given.figures), told)
    if not wrong:
        write_text(given.figures, kept.figures_text(whole))
    return wrong and f"{path}: {wrong}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--keep", metavar="EVIDENCE")
    one.add_argument("--merge", metavar="EVIDENCE")
    one.add_argument("--further", metavar="EVIDENCE")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--figures", default=os.path.join(HERE, "world.json"))
    parser.add_argument("--page", default=os.path.join(ROOT, "docs", "peers.md"))
    given = parser.parse_args()
    try:
        table = read(os.path.join(HERE, "peers.json"))
        wrong = taken_over(given, table) if given.keep or given.merge or given.further else None
        if wrong:
            print(f"page: {wrong}", file=sys.stderr)
            return 2
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
