#!/usr/bin/env python3
"""world.py --tool FILE --certs DIR --evidence FILE: our side with the TLS programs of the world.

Each peer of peers.json, in each TLS version that it has, with each of our engines that has that
version, in each close order. Our side is held to the specification; the peer is described. Runs in
network and process namespaces of its own: some servers listen on every address, and nothing may be
left over.
Exits 0, 1 (our side differed, or a peer could not be met), 2 (something needed is not there).
"""
import argparse
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import rooms  # where the modules below are
import cells
import evidence
import frame
import orders
import verdicts
from progress import Progress
from tool import CannotRun
from tool import run as run_tool

HERE = os.path.dirname(os.path.abspath(__file__))
LANES = 3
PACKAGED = "/usr/sbin:/usr/bin:/sbin:/bin"   # where the programs of the packages named are
INSIDE = "ENDWELL_WORLD_INSIDE"
SOURCES = ["interop/world/*.[chj]*", "interop/world/*.py", "interop/world/peers/*",
           "interop/world/conf/*", "interop/lib/*.[ch]", "interop/engines/*.[ch]", "src/*.[ch]",
           "gen/out/*.[ch]"]


# Namespaces ---------------------------------------------------------------------------------------

def isolated(run):
    """run(), alone on a loopback interface and in a space of process numbers that ends with us."""
    if not os.environ.get(INSIDE):
        return enter()
    leave_orphans_behind()
    loopback_up()
    return run()


def enter():
    """Starts this program again, in namespaces of its own; it dies with us."""
    user = [] if os.getuid() == 0 else ["--map-root-user"]
    done = subprocess.run(["unshare", *user, "--net", "--pid", "--fork", "--kill-child",
                           sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}, check=False)
    return done.returncode


def leave_orphans_behind():
    """Goes on in a child. The first process of a number space becomes the parent of all who outlive
    theirs, and waits for them: hundreds who have ended would be read at each look at what runs."""
    child = os.fork()
    if not child:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)   # the child has it too, and ends as it ends
    ended, status = os.wait()
    while ended != child:
        ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def loopback_up():
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)   # IFF_UP, IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, request)              # SIOCSIFFLAGS


# What peers stand on ------------------------------------------------------------------------------

def installed(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", package],
                          capture_output=True, text=True, check=False)
    state, _, version = done.stdout.partition(" ")
    return version.strip() if state.startswith("ii") else None


def versions(table):
    """Package -> version; names what is missing."""
    told = {package: installed(package) for peer in table.values()
            for package in [peer["package"], *peer.get("needs", []),
                            *filter(None, [peer.get("library")])]}
    missing = sorted(package for package, version in told.items() if not version)
    if missing:
        raise CannotRun(f"missing: {', '.join(missing)}; ./setup world, or: "
                        f"apt-get install {' '.join(missing)}")
    return told


def ours(tool, wanted):
    """Our side's engines, with their versions of TLS; names those without a port."""
    said = run_tool(tool, "--engines")
    built = {name: tuple(tls) for name, *tls in map(str.split, said.splitlines())}
    chosen = {name: both for name, both in orders.ENGINES.items() if not wanted or name in wanted}
    lacking = [name for name, both in chosen.items() if built.get(name) != both]
    if lacking:
        raise CannotRun(f"no port was built for: {', '.join(lacking)}; ./setup ports")
    return chosen


def prepared(bench, table):
    """Files, keys and programs that the peers use."""
    values = bench.values
    os.makedirs(values["www"], exist_ok=True)
    files = {"small.txt": orders.MARK, "large.txt": "x" * orders.BODY + orders.MARK,
             "huge.txt": "x" * orders.BIG + orders.MARK}
    for name, text in files.items():
        with open(os.path.join(values["www"], name), "w", encoding="ascii") as file:
            file.write(text)
    with open(values["upload"], "w", encoding="ascii") as file:
        file.write(orders.INPUT)
    with open(values["both"], "wb") as both:
        for part in ("key", "cert"):
            with open(values[part], "rb") as file:
                both.write(file.read())
    commands = {tuple(cells.filled(word, values) for word in command)
                for peer in table.values() for command in peer.get("prepare", [])}
    for command in sorted(commands):
        run_tool(*command, cwd=bench.folder, timeout=300)


# The run ------------------------------------------------------------------------------------------

def group(bench, name, table, engine, tls, wanted, late_counts):
    """All orders of one peer; the orderly end first, for others are compared with it."""
    records, clean = [], None
    for order in orders.ORDERS:
        if wanted and order not in wanted and order != "we-first":
            continue
        record, said = cells.cell(bench, name, table, order, engine, tls, clean, late_counts)
        clean = said if order == "we-first" else clean
        records.append(record)
    return records


def run(bench, table, engines, wanted):
    jobs = [(name, peer, engine, tls) for name, peer in table.items()
            for engine, both in engines.items() for tls in both if tls in peer["tls"]]
    progress, tried = Progress("world", len(jobs), "groups", "cells"), set()

    def one(job):
        late_counts = job[0] + job[2] + job[3] in tried   # it is alone now
        tried.add(job[0] + job[2] + job[3])
        records = group(bench, *job, wanted, late_counts)
        progress.goals += len(records)
        return records

    return [record for records in frame.play(jobs, one, progress, LANES) for record in records]


def report(table, told, records, seconds):
    ours = {state: sum(record["ours"] == state for record in records)
            for state in ("passed", "failed", "limit", "no connection", "not played")}
    found = {verdict: sum(record["verdict"] == verdict for record in records)
             for verdict in reversed(verdicts.WORST_FIRST)}
    return {"spec_sha256": evidence.spec_sha256(), "sources": evidence.matching(SOURCES),
            "tools": {"python": sys.version.split()[0], "packages": told}, "seconds": seconds,
            "engines": {record["engine"]: record["engine_version"] for record in records
                        if "engine_version" in record},
            "peers": len({peer.get("program", name) for name, peer in table.items()}),
            "cells": len(records), "ours": ours, "observations": found,
            "checks": sum(record.get("checks", 0) for record in records), "records": records}


def show(records, every):
    for record in records:
        where = f"{record['peer']} {record['order']} {record['engine']} {record['tls']}"
        if every:
            print(f"{where}: {record['verdict']}: {record['seen']}")
        for difference in record.get("differences", []):
            print(f"{where}: {difference['step']}: {difference['got']}, wanted "
                  f"{difference['want']} [{difference['clauses']}]")
        if record["ours"] == "limit":
            print(f"{where}: not as specified, and a limit of the engine: {record['limit']}")
        if record["ours"] == "no connection":
            print(f"{where}: {record['seen']}")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="endwell-world")
    parser.add_argument("--certs", required=True)
    parser.add_argument("--evidence", help="file to write")
    parser.add_argument("--show", action="store_true", help="each cell's verdict on the peer")
    parser.add_argument("--table", default=os.path.join(HERE, "peers.json"))
    parser.add_argument("--peer", action="append", default=[], help="only this one; repeatable")
    parser.add_argument("--engine", action="append", default=[], choices=list(orders.ENGINES))
    parser.add_argument("--order", action="append", default=[], choices=list(orders.ORDERS))
    return parser.parse_args()


def read_table(path, wanted):
    with open(path, encoding="utf-8") as file:
        table = json.load(file)
    for name, peer in table.items():
        for order in ("peer-first", "half-close", "notice-only"):
            words = orders.words_for(order, peer)
            if peer["role"] == "server" and words.get("bytes") == 0 and order not in peer.get("page_ends", {}):
                raise CannotRun(f"{path}: {name}: page_ends does not say by what its page ends in {order}, "
                                "and a page without an end would count as cut")
    for name in wanted:
        if name not in table:
            raise CannotRun(f"no peer is called {name} (there are: {', '.join(table)})")
    return {name: peer for name, peer in table.items() if not wanted or name in wanted}


def inside(given):
    began = time.monotonic()
    table = read_table(given.table, given.peer)
    os.environ["PATH"] = PACKAGED   # another Python, say, is not the one whose version is told
    told = versions(table)
    engines = ours(os.path.abspath(given.tool), given.engine)
    folder = tempfile.mkdtemp(prefix="endwell-world-")
    os.chmod(folder, 0o755)   # some servers read as another user
    try:
        bench = cells.Bench(os.path.abspath(given.tool), folder, os.path.abspath(given.certs))
        prepared(bench, table)
        records = run(bench, table, engines, given.order)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    whole = report(table, told, records, round(time.monotonic() - began, 1))
    if given.evidence:
        evidence.write(os.path.abspath(given.evidence), whole)
    show(records, given.show)
    bad = whole["ours"]["failed"] + whole["ours"]["no connection"]
    print(f"{whole['peers']} peers, {len(engines)} engines of ours, {whole['cells']} cells; "
          "of the peers' conduct: "
          + ", ".join(f"{count} {verdict}" for verdict, count in whole["observations"].items()))
    if whole["ours"]["limit"]:
        print(f"{whole['ours']['limit']} limits of the engine on our side")
    print(f"{whole['ours']['passed']} passed, {bad} failed")
    return 1 if bad else 0


def main():
    given = parse()
    return isolated(lambda: inside(given))


if __name__ == "__main__":
    sys.exit(frame.ends("world", main))
