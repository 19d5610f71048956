#!/usr/bin/env python3
"""audited_merge.py EVIDENCE: programs that runs of audited.py had alone, beside those in audited.json.

The runs have to be as many as there are, whole, and without a failure; a program that is there already
is made anew with all the others. Writes audited.json and the pages. Exits 0 or 2 (it cannot be).
"""
import sys

import rooms  # where the modules below are
import audited
import audited_page
import page
from evidence import write_text, write_whole


def no_merge(figures, whole, table):
    """Why the programs of other runs cannot stand beside those that there are; None if they can."""
    ran = sorted({record["peer"] for record in whole["records"]})
    cells = sorted((record["run"], record["peer"], record["order"], record["tls"]) for record in whole["records"])
    known = [peer for peer in ran if peer in figures["programs"]]
    if not ran or known:
        return f"{known[0]} is there already; make all of them anew: make audited" if known else "it has no cell"
    if cells != sorted((run, peer, order, tls) for run in range(1, figures["runs"] + 1) for peer in ran
                       for order in audited.ORDERS for tls in table[peer]["tls"]):
        return f"it has not each order of {', '.join(ran)} in each of {figures['runs']} runs"
    bad = [f"{whole['cells'][state]} cells {state}" for state in ("not watched", "no connection")
           if whole["cells"][state]]
    bad += [f"{whole['in_ours']} findings in our side"] * bool(whole["in_ours"])
    bad += [f"{whole['held'][audited.CONTRADICTED]} contradicted"] * bool(whole["held"][audited.CONTRADICTED])
    bad += list(audited.shortfalls(whole, False))
    return "; ".join(bad) or None


def merged(figures, whole, table):
    ran = sorted({record["peer"] for record in whole["records"]})
    more = audited_page.figures_of(whole, {peer: table[peer] for peer in ran}, audited.ON_THE_WIRE)
    return {**figures, **{key: sorted(figures[key] + more[key]) for key in ("with_findings", "sometimes", "silent")},
            "cells": {state: count + more["cells"][state] for state, count in figures["cells"].items()},
            "rows": sorted(figures["rows"] + more["rows"], key=lambda row: (row["peer"], row["rule"], row["level"])),
            "programs": {**figures["programs"], **more["programs"]},
            "later": sorted(figures.get("later", []) + ran)}


def main():
    if len(sys.argv) != 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    try:
        figures, whole, table = (page.read(path) for path in (audited_page.FIGURES, sys.argv[1], audited_page.TABLE))
        wrong = no_merge(figures, whole, table)
        if not wrong:
            figures = merged(figures, whole, table)
            write_whole(audited_page.FIGURES, figures)
            write_text(audited_page.PAGE, audited_page.page_of(figures))
    except (OSError, ValueError, KeyError) as error:
        wrong = f"{type(error).__name__}: {error}"
    if wrong:
        print(f"audited_merge: {sys.argv[1]}: {wrong}", file=sys.stderr)
    return 2 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
