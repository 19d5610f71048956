#!/usr/bin/env python3
"""audited.py --tool FILE --endwell FILE --certs DIR [--evidence FILE] [--keep]: programs under endwell run.

Each peer of peers.json that uses libssl is run by `endwell run`, in each close order, against our side;
what the judge finds in its calls is held against what our side saw on the wire. A finding that the wire
contradicts is a fault of the judge. --keep writes audited.json and docs/programs.md from it.
Exits 0, 1 (a finding is contradicted, or a program could not be watched), 2 (something needed is not there).
"""
import argparse
import concurrent.futures
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import rooms  # where the modules below are
import audited_page
import cells
import evidence
import orders
import verdicts
import world
from tool import CannotRun

LANES = 2
ENGINE = "openssl"        # on our side; what the program does does not depend on it
CONFIRMED, CONTRADICTED, LETTER = "confirmed", "contradicted", "letter"  # by the wire; it cannot show it


# One cell -----------------------------------------------------------------------------------------

def watched(table, endwell):
    """The same peer, started by endwell run."""
    told = copy.deepcopy(table)
    for key in [key for key in told if key == "argv" or key.startswith("argv_") and key != "argv_tls"]:
        told[key] = [endwell, "run", "--trace={trace}", *told[key]]
    return told


def judged(endwell, trace):
    """What the judge says of the trace, and what it says in words where it says nothing else."""
    report = trace + ".json"
    done = subprocess.run([endwell, "check", f"--format=json={report}", trace], capture_output=True, text=True,
                          timeout=60, check=False)
    if not os.path.exists(report):
        return None, done.stderr.strip()
    with open(report, encoding="utf-8") as file:
        return json.load(file), done.stderr.strip()


def no_notice(seen):
    """None where the peer's direction did not end, so that nothing is known."""
    if "close notify" in seen["alerts_in"]:
        return False
    return True if verdicts.ended(seen) else None


# What the wire has to show if the finding is true. What it cannot show is a matter of the page's letter.
ON_THE_WIRE = {"EW010": no_notice, "EW011": no_notice, "EW013": no_notice, "EW014": no_notice,
               "EW031": lambda seen: bool(seen["reset"]["peer"]) or None}


def held(finding, seen):
    """How the wire bears on the finding."""
    shows = ON_THE_WIRE.get(finding["rule"])
    shown = shows(seen) if shows else None
    return LETTER if shown is None else CONFIRMED if shown else CONTRADICTED


def cell(bench, endwell, name, table, order, tls):
    record = {"peer": name, "order": order, "tls": tls}
    if orders.reason_not_to(order, table):
        return {**record, "state": "not played"}
    own = copy.copy(bench)
    trace = os.path.join(bench.folder, f"{name}-{order}-{tls}.trace")
    own.values = {**bench.values, "trace": trace}
    seen, _, problem = cells.play(own, name, watched(table, endwell), order, ENGINE, tls)
    if problem:
        return {**record, "state": "no connection", "why": problem}
    report, said = judged(endwell, trace)
    if report is None or report["established"] == 0:
        return {**record, "state": "not watched", "why": said}
    findings = [{key: found[key] for key in ("rule", "level", "title", "detail", "stack", "confidence")}
                for found in report["findings"]]
    return {**record, "state": "judged", "wire": verdicts.ending(seen),
            "unseen": sorted(u["rule"] for u in report["not_observable"] if u["rule"] < "EW050"),
            "findings": [{**found, "held": held(found, seen)} for found in findings]}


# The run ------------------------------------------------------------------------------------------

def run(bench, endwell, table, wanted):
    jobs = [(name, peer, order, tls) for name, peer in table.items() for tls in peer["tls"]
            for order in orders.ORDERS if not wanted or order in wanted]
    records, said = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        running = [lanes.submit(cell, bench, endwell, *job) for job in jobs]
        for number, job in enumerate(running, 1):
            records.append(job.result())
            if time.monotonic() - said > 10:
                said = time.monotonic()
                print(f"audited: {number} of {len(jobs)} cells", file=sys.stderr, flush=True)
    return records


def report_of(records, told, seconds):
    found = [(record, finding) for record in records for finding in record.get("findings", [])]
    serious = {record["peer"] for record, finding in found if finding["level"] != "note"}
    count = {state: sum(record["state"] == state for record in records)
             for state in ("judged", "not watched", "no connection", "not played")}
    return {"sources": evidence.matching([*world.SOURCES, "src/tool/*/*.[ch]", "spec/rules.md"]),
            "packages": told, "seconds": seconds, "cells": count,
            "programs": len({record["peer"] for record in records}), "with_findings": sorted(serious),
            "held": {how: sum(finding["held"] == how for _, finding in found)
                     for how in (CONFIRMED, LETTER, CONTRADICTED)},
            "records": records}


# --------------------------------------------------------------------------------------------------

def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="endwell-world")
    parser.add_argument("--endwell", required=True)
    parser.add_argument("--certs", required=True)
    parser.add_argument("--evidence", help="file to write")
    parser.add_argument("--keep", action="store_true", help="the figures and the page, after a whole run")
    parser.add_argument("--table", default=os.path.join(world.HERE, "peers.json"))
    parser.add_argument("--peer", action="append", default=[], help="only this one; repeatable")
    parser.add_argument("--order", action="append", default=[], choices=list(orders.ORDERS))
    return parser.parse_args()


def show(records):
    for record in records:
        where = f"{record['peer']} {record['order']} {record['tls']}"
        if record["state"] in ("not watched", "no connection"):
            print(f"{where}: {record['state']}: {record['why']}")
        for finding in record.get("findings", []):
            if finding["held"] == CONTRADICTED:
                print(f"{where}: {finding['rule']} {finding['level']} is contradicted by the wire: {record['wire']}")


def inside(given):
    began = time.monotonic()
    if given.keep and (given.peer or given.order):
        raise CannotRun("--keep is for a whole run")
    table = {name: peer for name, peer in world.read_table(given.table, given.peer).items()
             if name in audited_page.watchable(given.table)}
    os.environ["PATH"] = world.PACKAGED
    told = world.versions(table)
    endwell = os.path.abspath(given.endwell)
    world.loopback_up()
    folder = tempfile.mkdtemp(prefix="endwell-audited-")
    os.chmod(folder, 0o777)   # some servers give up their user, and are traced all the same
    try:
        bench = cells.Bench(os.path.abspath(given.tool), folder, os.path.abspath(given.certs))
        world.prepared(bench, table)
        records = run(bench, endwell, table, given.order)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    whole = report_of(records, told, round(time.monotonic() - began, 1))
    if given.evidence:
        evidence.write(os.path.abspath(given.evidence), whole)
    show(records)
    bad = whole["held"][CONTRADICTED] + whole["cells"]["not watched"] + whole["cells"]["no connection"]
    print(f"{whole['programs']} programs, {len(whole['with_findings'])} with an error or a warning; of the findings: "
          + ", ".join(f"{count} {how}" for how, count in whole["held"].items()))
    print(f"{whole['cells']['judged']} passed, {bad} failed")
    if given.keep and not bad:
        audited_page.keep(whole, table, ON_THE_WIRE)
    return 1 if bad else 0


def main():
    given = parse()
    if not os.environ.get(world.INSIDE):
        return world.enter()
    try:
        return inside(given)
    except (CannotRun, OSError, ValueError) as error:
        print(f"audited: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
