#!/usr/bin/env python3
"""audited.py --tool FILE --endwell FILE --certs DIR [--evidence FILE [--add]] [--runs N] [--keep]: under endwell run.

Each peer of peers.json that uses libssl is run by `endwell run`, in each close order, against our side;
what the judge finds in its calls is held against what our side saw on the wire. A finding that the wire
contradicts is a fault of the judge, and so is one in our own side, which is watched as well. A whole run
has to find something in LEAST programs, in each of the N runs in the same ones. --add goes on from the
runs that the evidence has, up to N. --keep writes audited.json and docs/programs.md from them.
Exits 0, 1 (one of these is not so, or a program could not be watched), 2 (something needed is not there).
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
LEAST = 12                # programs with an error or a warning
ENGINE = "openssl"        # on our side; what the program does does not depend on it
OURS_IS_WRONG = "we-drop"  # and is found, in our own side, for the order's sake
TIMING = "talks-on"       # what is unread at a close depends on it
ORDERS = {**orders.ORDERS, **orders.WATCHED}
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
                          timeout=300, check=False, env={})   # no lines of sources, which take most of its time
    if not os.path.exists(report):
        return None, done.stderr.strip()
    with open(report, encoding="utf-8") as file:
        return json.load(file), done.stderr.strip()


def no_notice(seen):
    """None where the peer's direction did not end, so that nothing is known."""
    if "close notify" in seen["alerts_in"]:
        return False
    return True if verdicts.ended(seen) else None


def not_told(seen):
    """Our direction ended, and no close_notify of ours had passed."""
    return not seen["alerts"]["us"] if seen["eof"]["us"] or seen["reset"]["us"] else None


# What the wire has to show if the finding is true. What it cannot show is a matter of the page's letter.
ON_THE_WIRE = {"EW001": lambda seen: "close notify" in seen["alerts_in"] or None,
               "EW012": lambda seen: verdicts.ending(seen) == "FIN inside a record" or None,
               "EW010": no_notice, "EW011": no_notice, "EW013": no_notice, "EW014": no_notice,
               "EW032": not_told,
               "EW031": lambda seen: bool(seen["reset"]["peer"]) or None}


def held(finding, seen):
    """How the wire bears on the finding."""
    shows = ON_THE_WIRE.get(finding["rule"])
    if finding["rule"] in ("EW001", "EW032") and finding["level"] == "note":
        shows = None   # a call that libssl refused, an option that is set: nothing came of it
    shown = shows(seen) if shows else None
    return LETTER if shown is None else CONFIRMED if shown else CONTRADICTED


def cell(bench, endwell, name, table, order, tls):
    record = {"peer": name, "order": order, "tls": tls}
    if orders.reason_not_to(order, table):
        return {**record, "state": "not played"}
    own = copy.copy(bench)
    trace = os.path.join(bench.folder, f"{name}-{order}-{tls}.trace")
    own.values = {**bench.values, "trace": trace}
    own.front = [endwell, "run", f"--trace={trace}.ours"]
    seen, _, problem = cells.play(own, name, watched(table, endwell), order, ENGINE, tls)
    if problem:
        return {**record, "state": "no connection", "why": problem}
    report, said = judged(endwell, trace)
    ours, ours_said = judged(endwell, trace + ".ours")
    if report is None or report["established"] == 0:
        return {**record, "state": "not watched", "why": said}
    if ours is None or ours["established"] == 0:
        return {**record, "state": "not watched", "why": f"our side: {ours_said}"}
    findings = [{key: found[key] for key in ("rule", "level", "title", "detail", "stack", "confidence")}
                for found in report["findings"]]
    return {**record, "state": "judged", "wire": verdicts.ending(seen),
            "ours": sorted(found["rule"] for found in ours["findings"] if order != OURS_IS_WRONG),
            "unseen": sorted(u["rule"] for u in report["not_observable"] if u["rule"] < "EW050"),
            "findings": [{**found, "held": held(found, seen)} for found in findings]}


# The run ------------------------------------------------------------------------------------------

def run(bench, endwell, table, wanted):
    jobs = [(name, peer, order, tls) for name, peer in table.items() for tls in peer["tls"]
            for order in ORDERS if not wanted or order in wanted]
    records, said = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        running = [lanes.submit(cell, bench, endwell, *job) for job in jobs]
        for number, job in enumerate(running, 1):
            records.append(job.result())
            if time.monotonic() - said > 10:
                said = time.monotonic()
                print(f"audited: {number} of {len(jobs)} cells", file=sys.stderr, flush=True)
    for at, record in enumerate(records):
        if record["state"] == "no connection":   # its time may have run out beside the others
            records[at] = cell(bench, endwell, *jobs[at])
    return records


def serious_in(records, run):
    """Programs with an error or a warning in that run; and without the order that depends on timing."""
    found = [record for record in records if record["run"] == run and
             any(finding["level"] != "note" for finding in record.get("findings", []))]
    return {record["peer"] for record in found}, {record["peer"] for record in found if record["order"] != TIMING}


def sources():
    return evidence.matching([*world.SOURCES, "src/tool/*/*.[ch]", "spec/rules.md"])


def earlier(path, told):
    """The evidence of runs that were stopped, if it is of the same programs and the same judge."""
    if not os.path.exists(path):
        return {"records": [], "seconds": 0}
    with open(path, encoding="utf-8") as file:
        whole = json.load(file)
    for what, now in (("sources", sources()), ("packages", told)):
        other = sorted(name for name in {*whole[what], *now} if whole[what].get(name) != now.get(name))
        if other:
            raise CannotRun(f"{path}: nothing can be added to it, its {what} are others: {', '.join(other)}")
    return whole


def report_of(records, told, seconds):
    found = [(record, finding) for record in records for finding in record.get("findings", [])]
    runs = [serious_in(records, run) for run in sorted({record["run"] for record in records})]
    always, once = set.intersection(*(all_ for all_, _ in runs)), set.union(*(all_ for all_, _ in runs))
    count = {state: sum(record["state"] == state for record in records)
             for state in ("judged", "not watched", "no connection", "not played")}
    return {"sources": sources(),
            "packages": told, "seconds": seconds, "cells": count,
            "programs": len({record["peer"] for record in records}), "runs": len(runs),
            "with_findings": sorted(always), "sometimes": sorted(once - always),
            "same_set": all(rest == runs[0][1] for _, rest in runs),
            "in_ours": sum(len(record.get("ours", [])) for record in records),
            "held": {how: sum(finding["held"] == how for _, finding in found)
                     for how in (CONFIRMED, LETTER, CONTRADICTED)},
            "records": records}


def shortfalls(whole, is_whole):
    """What of a run is not as it has to be, in words."""
    found = len(whole["with_findings"])
    if is_whole and found < LEAST:
        yield f"an error or a warning in {found} programs, and not in {LEAST}"
    if not whole["same_set"]:
        yield f"not in the same programs in each run, {TIMING} left out"


# --------------------------------------------------------------------------------------------------

def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="endwell-world")
    parser.add_argument("--endwell", required=True)
    parser.add_argument("--certs", required=True)
    parser.add_argument("--evidence", help="file to write")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--add", action="store_true", help="to the runs in the evidence, up to --runs in all")
    parser.add_argument("--show", action="store_true", help="each finding, and how the wire bears on it")
    parser.add_argument("--keep", action="store_true", help="the figures and the page, after a whole run")
    parser.add_argument("--table", default=os.path.join(world.HERE, "peers.json"))
    parser.add_argument("--peer", action="append", default=[], help="only this one; repeatable")
    parser.add_argument("--order", action="append", default=[], choices=list(ORDERS))
    return parser.parse_args()


def show(records, every):
    for record in records:
        where = f"{record['peer']} {record['order']} {record['tls']}"
        if record["state"] in ("not watched", "no connection"):
            print(f"{where}: {record['state']}: {record['why']}")
        for rule in record.get("ours", []):
            print(f"{where}: {rule} is found in our own side")
        for finding in record.get("findings", []):
            if every:
                print(f"{where}: {finding['rule']} {finding['level']}: {finding['title']}; {finding['held']}; "
                      f"the wire: {record['wire']}")
            if finding["held"] == CONTRADICTED:
                print(f"{where}: {finding['rule']} {finding['level']} is contradicted by the wire: {record['wire']}")


def inside(given):
    began = time.monotonic()
    if given.keep and (given.peer or given.order):
        raise CannotRun("--keep is for a whole run")
    if given.add and not given.evidence:
        raise CannotRun("--add is to --evidence FILE")
    table = {name: peer for name, peer in world.read_table(given.table, given.peer).items()
             if name in audited_page.watchable(given.table)}
    os.environ["PATH"] = world.PACKAGED
    told = world.versions(table)
    endwell = os.path.abspath(given.endwell)
    folder = tempfile.mkdtemp(prefix="endwell-audited-")
    os.chmod(folder, 0o777)   # some servers give up their user, and are traced all the same
    try:
        bench = cells.Bench(os.path.abspath(given.tool), folder, os.path.abspath(given.certs))
        world.prepared(bench, table)
        whole = earlier(given.evidence, told) if given.add else {"records": [], "seconds": 0}
        records, before = whole["records"], whole["seconds"]
        for number in range(max((record["run"] for record in records), default=0) + 1, given.runs + 1):
            records += [{"run": number, **record} for record in run(bench, endwell, table, given.order)]
            whole = report_of(records, told, round(before + time.monotonic() - began, 1))
            if given.evidence:   # also of the runs until one that is stopped
                evidence.write(os.path.abspath(given.evidence), whole)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(records, given.show)
    bad = whole["held"][CONTRADICTED] + whole["in_ours"] + whole["cells"]["not watched"] + \
        whole["cells"]["no connection"]
    for said in shortfalls(whole, not given.peer and not given.order):
        print(f"audited: {said}")
        bad += 1
    print(f"{whole['programs']} programs, {len(whole['with_findings'])} with an error or a warning in each of "
          f"{whole['runs']} runs, {len(whole['sometimes'])} in some; of the findings: "
          + ", ".join(f"{count} {how}" for how, count in whole["held"].items()))
    print(f"{whole['cells']['judged']} passed, {bad} failed")
    if given.keep and not bad:
        audited_page.keep(whole, table, ON_THE_WIRE)
    return 1 if bad else 0


def main():
    given = parse()
    try:
        return world.isolated(lambda: inside(given))
    except (CannotRun, OSError, ValueError) as error:
        print(f"audited: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
