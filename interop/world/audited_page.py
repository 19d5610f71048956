#!/usr/bin/env python3
"""audited_page.py [--check]: docs/programs.md, from the figures kept in audited.json alone.

A finding is on the page if the page for the maintainers of that program, in docs/reports, names its
rule; the others are counted and not named. --check compares the page with the figures.
"""
import argparse
import json
import os
import sys

import rooms  # where the modules below are
from evidence import write_text, write_whole

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIBRARIES = ("libssl3",)  # what the recorder knows
TABLE = os.path.join(HERE, "peers.json")
FIGURES, PAGE = os.path.join(HERE, "audited.json"), os.path.join(ROOT, "docs", "programs.md")

FIGURES_HEAD, FIGURES_END = "## How often\n", "## How to see it\n"  # in docs/reports
HEAD = """# Programs under `endwell run`

Made by `make audited`, from the figures in [audited.json](../interop/world/audited.json); do not edit.

Each program of [peers.json](../interop/world/peers.json) that uses libssl was run by [`endwell run`](auditors.md) as
its users run it, in the close orders of [peers.md](peers.md), against our library; the wire between was watched beside.
In one order more, *talks-on*, the program is done first, and closes while our side still sends 100,000 bytes that it
did not ask for; what of them is unread then depends on timing. The finding is about the program's calls as the recorder
saw them. Each program here has a page for its maintainers, on what was confirmed by hand. On one machine.

| confirmed | meaning |
|---|---|
| n of m | found in m cells (an order in a TLS version, in a run); in n the wire showed it: a reset, no close_notify, one of a connection that had failed, a FIN inside a record |
| letter | a rule of the manual page that the wire cannot show; what it costs says the [rule](../spec/rules.md#rules) |

| program | package | rule | level | what | confirmed | runs | orders |
|---|---|---|---|---|---|---|---|
"""

OTHERS = """
## What other tools would have said

By their documentation, not tried:

- CodeQL's queries for C and C++ that name OpenSSL are about certificates that are fetched and not checked
  (`cpp/certificate-not-checked`), a verification whose result is confused with another
  (`cpp/certificate-result-conflation`, about SSL_get_verify_result alone), releases with Heartbleed
  (`cpp/openssl-heartbleed`), and weak ciphers and keys. None that we found is about SSL_shutdown, close_notify,
  the queue of errors or the class of a failure; of the findings above none would have been seen.
- valgrind's memcheck tells memory errors and leaks, and `--track-fds=yes` (3.19) lists the descriptors that are open at
  the end, with where each was opened. Neither is about TLS: an SSL that is freed without a close_notify, or a socket
  that is closed with data unread, is in order there.
"""


def watchable(path=TABLE):
    """The programs whose library the recorder knows."""
    with open(path, encoding="utf-8") as file:
        return [name for name, peer in json.load(file).items() if peer.get("library") in LIBRARIES]


def older(figures):
    """Programs that have come since the figures were made."""
    new = [name for name in watchable() if name not in figures["programs"]]
    return f"**Older:** these figures were made before {', '.join(new)}. Make them anew: `make audited`.\n\n" \
        if new else ""


def rows_of(records, on_the_wire):
    """One for each program, rule and level."""
    groups = {}
    for record in records:
        for finding in record.get("findings", []):
            key = record["peer"], finding["rule"], finding["level"]
            groups.setdefault(key, []).append((record, finding))
    for (peer, rule, level), cases in sorted(groups.items()):
        by = sum(finding["held"] == "confirmed" for _, finding in cases)
        yield {"peer": peer, "rule": rule, "level": level, "title": cases[0][1]["title"],
               "confirmed": f"{by} of {len(cases)}" if rule in on_the_wire and (by or level != "note") else "letter",
               "runs": len({record["run"] for record, _ in cases}),
               "orders": sorted({f"{record['order']} ({record['tls']})" for record, _ in cases})}


def figures_of(whole, table, on_the_wire):
    rows = list(rows_of(whole["records"], on_the_wire))
    judged = {record["peer"] for record in whole["records"] if record["state"] == "judged"}
    return {"cells": whole["cells"], "runs": whole["runs"], "with_findings": whole["with_findings"],
            "sometimes": whole["sometimes"], "rows": rows, "silent": sorted(judged - {row["peer"] for row in rows}),
            "programs": {name: {"package": f"{peer['package']} {whole['packages'][peer['package']]}",
                                "report": peer.get("program", name)} for name, peer in table.items()}}


def without_block(text):
    """A page for maintainers without what reported.py makes of the figures."""
    head = text.find(FIGURES_HEAD)
    return text if head < 0 else text[:head] + text[text.index(FIGURES_END, head):]


def is_reported(figures, row):
    path = os.path.join(ROOT, "docs", "reports", figures["programs"][row["peer"]]["report"] + ".md")
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as text:
        return row["rule"] in without_block(text.read())


def later_of(figures):
    later = figures.get("later")
    return f"; {', '.join(later)} in runs of their own, made later" if later else ""


def page_of(figures):
    shown = [row for row in figures["rows"] if is_reported(figures, row)]
    text = HEAD.replace("| confirmed | meaning", older(figures) + "| confirmed | meaning", 1)
    for row in shown:
        program = figures["programs"][row["peer"]]
        cells = (f"[{row['peer']}](reports/{program['report']}.md)", program["package"], row["rule"], row["level"],
                 row["title"], row["confirmed"], f"{row['runs']} of {figures['runs']}", ", ".join(row["orders"]))
        text += f"| {' | '.join(cells)} |\n"
    count, rest = figures["cells"], len(figures["rows"]) - len(shown)
    silent = ", ".join(figures["silent"]) or "none of them"
    judged = len(figures["programs"])
    return (f"{text}\nOf {judged} programs {len(figures['with_findings'])} had an error or a warning in every run "
            f"(runs: {figures['runs']}), {len(figures['sometimes'])} in some only{later_of(figures)}. Nothing was found in: {silent}. "
            f"{rest} further findings have "
            "no page for their maintainers yet, and are not named.\n\n"
            f"{count['judged']} cells were judged; {count['not watched']} could not be watched, "
            f"{count['no connection']} had no connection, and {count['not played']} are orders that a program does "
            f"not have.\n{OTHERS}")


def keep(whole, table, on_the_wire):
    figures = figures_of(whole, table, on_the_wire)
    write_whole(FIGURES, figures)
    write_text(PAGE, page_of(figures))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    given = parser.parse_args()
    with open(FIGURES, encoding="utf-8") as file:
        made = page_of(json.load(file))
    if not given.check:
        write_text(PAGE, made)
        return 0
    with open(PAGE, encoding="utf-8") as file:
        if file.read() == made:
            return 0
    print("docs/programs.md:1: is not what audited.json gives; python3 interop/world/audited_page.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
