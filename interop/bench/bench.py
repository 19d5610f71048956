#!/usr/bin/env python3
"""bench.py TOOL --build DIR --out FILE [--quick] [--packages NAME...]: what a close costs.

Instructions of a full close (our close_notify out, the peer's in), counted by callgrind, by part;
the same for the engine's own close; memory and instructions as connections grow; bytes of code.
With --quick the closes are those of a sixth of the settings (sample.py).
Without it also closes per second over loopback, ours and the engine's own in turn; of libssl
there is a target for that. --packages: those of the engines, whose versions are kept with it.

TARGETS are what is asked for. Exits 1 on one that is missed, 2 when something could not be measured.
Where the limit of descriptors stops short of the connections that are wanted, --quick says so and
goes on.
"""
import argparse
import json
import statistics
import sys

import rooms  # where the modules below are
import code_size
import counts
import evidence
import frame
import packages
from sample import Sample
from tool import run as run_tool

# Of a port 3.0 was the limit until the actions of OpenSSL's were cut to what a proof can read.
TARGETS = {"core": 150, "port_percent": 3.2, "throughput": 0.98, "grows_percent": 1.0}
GROWTH = (1, 100, 10000)             # connections at once
MEMORY = (100, 1000, 10000)
PAIRS = 600
PAIRS_OF_OTHERS = 60
RATED = "openssl-"                   # whose closes per second there is a target for
AT_MOST = 600
JUDGED = ["interop/bench/*.[chp]*", "interop/system/world.c", "interop/system/sockets.c", "interop/system/plain.c",
          "src/*.[ch]", "src/tests/engine*.[ch]", "src/tests/link.[ch]", "interop/engines/native_*.c", "gen/out/*.[ch]"]


def run(*command):
    return run_tool(*command, timeout=AT_MOST)


# Measuring ----------------------------------------------------------------------------------------

def closes(tool, names):
    """Instructions of a full close on each engine, ours and its own."""
    jobs = [(name, way) for name in names for way in ("ours", "native")]
    found = dict(zip(jobs, frame.play(jobs, lambda job: counts.per_close(tool, *job)).all()))
    told = []
    for name in names:
        ours, native = found[name, "ours"], found[name, "native"]
        own = sum(native.values())
        told.append({"subject": name, "ours": ours, "native": native, "native_total": own,
                     "port_percent": round(100 * ours["port"] / own, 2),
                     "all_percent": round(100 * (sum(ours.values()) - own) / own, 2)})
    return told


def growth(tool):
    """Instructions of a close without an engine, by connections at once."""
    told = []
    for number in GROWTH:
        parts, said = counts.count_and_say(tool, "--many", str(number))
        ours = sum(parts[part] for part in ("core", "connection", "transport"))
        told.append({"connections": int(said), "instructions": round(ours / int(said), 2)})
    return told


def memory(tool, names):
    """Bytes of a connection beside its engine: objects of the caller's, and heap."""
    told = []
    for name in names:
        steps = [json.loads(run(tool, "--memory", name, str(number))) for number in MEMORY]
        slopes = [(high["heap"] - low["heap"]) / (high["connections"] - low["connections"])
                  for low, high in zip(steps, steps[1:])]
        told.append({"subject": name, "object": steps[0]["object"],
                     "engine_object": steps[0]["engine_object"],
                     "heap_each": [round(slope, 1) for slope in slopes], "connections": MEMORY})
    return told


def middle(ratios):
    """The median, and between what the middle eight tenths lie."""
    ratios = sorted(ratios)
    return [round(statistics.median(ratios), 4), round(ratios[len(ratios) // 10], 4),
            round(ratios[len(ratios) * 9 // 10], 4)]


def rates(tool, names, count=None):
    """Closes per second over loopback in pairs, native to ours: the whole close, and our side."""
    told = []
    for name in names:
        said = run(tool, "--rate", name, str(count or PAIRS))
        pairs = [json.loads(line) for line in said.splitlines()]
        whole = middle((one["native_side"] + one["native_peer"]) /
                       (one["our_side"] + one["our_peer"]) for one in pairs)
        told.append({"subject": name, "pairs": len(pairs), "closes_of_a_pair": pairs[0]["closes"],
                     "ratio": whole[0], "tenth": whole[1], "nine_tenths": whole[2],
                     "our_side": middle(one["native_side"] / one["our_side"]
                                        for one in pairs)[0]})
    return told


# Judging ------------------------------------------------------------------------------------------

def spread(values):
    """Percent between the least and the most."""
    return 100 * (max(values) - min(values)) / min(values) if min(values) else 100 * max(values)


def short(told):
    """Why there were fewer connections at once than wanted, or None."""
    reached = told["growth"][-1]["connections"]
    return None if reached == GROWTH[-1] else \
        f"there were only {reached} connections at once instead of {GROWTH[-1]}: the limit of " \
        "descriptors (ulimit -Hn) allows no more"


def judge(told, limits):
    """What is worse than the limits."""
    if short(told) and not told["quick"]:
        yield short(told)
    for one in told["closes"]:
        core = one["ours"]["core"]
        if core > limits["core"]:
            yield f"{one['subject']}: the core takes {core:.0f} instructions for a full close, " \
                  f"more than {limits['core']}"
        if one["port_percent"] > limits["port_percent"]:
            yield f"{one['subject']}: the port takes {one['port_percent']} % of the engine's own " \
                  f"close, more than {limits['port_percent']} %"
    if spread([one["instructions"] for one in told["growth"]]) > limits["grows_percent"]:
        yield f"the instructions of a close grow with connections: {told['growth']}"
    for one in told["memory"]:
        if spread(one["heap_each"]) > limits["grows_percent"]:
            yield f"{one['subject']}: the memory of a connection grows with their number: " \
                  f"{one['heap_each']}"
    for one in told.get("rates", []):
        if one["ratio"] < limits["throughput"]:
            yield f"{one['subject']}: {one['ratio']} of the closes per second of libssl itself, " \
                  f"less than {limits['throughput']}"


def show(told):
    if short(told) and told["quick"]:
        print(short(told))
    for one in told["closes"]:
        ours = one["ours"]
        print(f"{one['subject']:20} core {ours['core']:.0f}, connection {ours['connection']:.0f}, "
              f"transport {ours['transport']:.0f}, port {ours['port']:.0f} "
              f"({one['port_percent']} %), engine {ours['engine']:.0f}, rest {ours['rest']:.0f}; "
              f"its own close {one['native_total']:.0f}; all in all {one['all_percent']:+} %")
    for one in told["growth"]:
        print(f"{one['connections']:>6} connections: {one['instructions']} instructions a close")
    for one in told["memory"]:
        print(f"{one['subject']:20} {one['object']} + {one['engine_object']} bytes of the "
              f"caller's, {one['heap_each'][-1]:.0f} of heap for each connection")
    for one in told.get("rates", []) + told.get("rates_of_others", []):
        print(f"{one['subject']:20} {one['ratio']} of the engine's own closes per second (tenths: "
              f"{one['tenth']} to {one['nine_tenths']}, {one['pairs']} pairs); our side alone: "
              f"{one['our_side']}")
    for one in told["code"]:
        print(f"{one['engine']:20} {one['ours']} bytes of ours, {one['native']} of its own close")


def measure(given):
    names = run(given.tool, "--list").split()
    engines = [name for name in names if name != "plain"]
    clients = [name for name in engines if name.endswith("-client")]
    closed = engines
    if given.quick:
        sample = Sample(6)
        closed = sample.of(engines)
        print(f"closes of {len(closed)} of {len(engines)} settings: {sample}")
    told = {"quick": given.quick, "closes": closes(given.tool, closed),
            "growth": growth(given.tool),
            "memory": memory(given.tool, ["plain"] + [name for name in clients if "-1.2-" in name]),
            "code": code_size.measure(given.build)}
    if not given.quick:
        told["rates"] = rates(given.tool, [name for name in clients if name.startswith(RATED)])
        told["rates_of_others"] = rates(
            given.tool, [name for name in clients if not name.startswith(RATED)], PAIRS_OF_OTHERS)
    told.update(subjects=len(told["closes"]), engines=len(told["code"]),
                targets=TARGETS, missed=list(judge(told, TARGETS)),
                spec_sha256=evidence.spec_sha256(), sources=evidence.matching(JUDGED),
                tools=packages.tools(given.packages, valgrind=("valgrind", "--version"),
                                     gcc=("gcc", "-dumpfullversion")))
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--packages", nargs="*", default=[])
    given = parser.parse_args()
    told = measure(given)
    evidence.write(given.out, told)
    show(told)
    for line in told["missed"]:
        print(f"target missed: {line}")
    count = len(told["closes"]) + len(told["growth"]) + len(told["memory"]) + len(told["code"]) \
        + len(told.get("rates", []) + told.get("rates_of_others", []))
    failed = len(told["missed"])
    print(f"{count - min(count, failed)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("bench", main))
