#!/usr/bin/env python3
"""record.py --tool TOOL --out FILE [--sample N] [-- ARGUMENT...]: run a tool, keep what it found.
record.py --out FILE --parts FILE...: keep the sum of what the shards of a tool found.

The tool writes its results as JSON; here they get the specification they are about and the digests
of what was judged, and are sealed. A sample is chosen by the specification, so that it is the same
for all who look at the same one. The cases of all shards have to be those of the whole list, each
once: the tool says of both how many they are, and the sum of their names (frame.h). Exits as the
tool did; 2 when it left no results, or a shard is lost or there twice.
"""
import argparse
import json
import os
import sys

import rooms  # where the modules below are
import evidence
import frame
import tool

JUDGED = ["interop/cuts/*.[ch]", "interop/lossless/*.[ch]", "interop/lib/*.[ch]", "src/*.[ch]",
          "gen/out/ew_core.[ch]"]


NAMED = ("run", "cell")   # what names a case, which is in one shard only


# Adding up ----------------------------------------------------------------------------------------

def identity(item):
    """What an entry of a list is about: all that it says in words."""
    return tuple((key, value) for key, value in sorted(item.items())
                 if isinstance(value, (str, bool)))


def add_lists(ours, theirs, where):
    """Entries about the same are added; a case that has a name is there once."""
    known = {identity(item): item for item in ours}
    names = {item[name] for item in ours for name in NAMED if name in item}
    for item in theirs:
        for name in NAMED:
            if item.get(name) in names:
                raise tool.CannotRun(f"{where}: '{item[name]}' is in two shards")
        if identity(item) in known and not any(name in item for name in NAMED):
            add(known[identity(item)], item, where)
        else:
            ours.append(item)


def add(ours, theirs, where):
    """Adds the numbers of an object to ours; all else is the same in both."""
    if set(ours) != set(theirs):
        raise tool.CannotRun(f"{where}: the shards have other entries: "
                             + ", ".join(sorted(set(ours) ^ set(theirs))))
    for key, value in theirs.items():
        at = f"{where}.{key}" if where else key
        if isinstance(value, dict) and key != "whole":
            add(ours[key], value, at)
        elif isinstance(value, list):
            add_lists(ours[key], value, at)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            ours[key] += value
        elif ours[key] != value:
            raise tool.CannotRun(f"{at}: the shards are of different runs: {ours[key]}, {value}")


def sum_of(paths):
    """What one run would have found."""
    told = None
    for path in paths:
        with open(path, encoding="utf-8") as file:
            part = json.load(file)
        if told is None:
            told = part
        else:
            add(told, part, "")
    if "whole" not in told:
        return told
    told["seconds"] = round(told["seconds"], 1)
    whole, dealt = told.pop("whole"), told.pop("dealt")
    if whole != dealt:
        raise tool.CannotRun(f"the shards have {dealt['cases']} cases with the names' sum "
                             f"{dealt['sum']}, the whole list {whole['cases']} with {whole['sum']}: "
                             "one is lost, or there twice")
    return told


def status_of(told):
    """As the tool would have ended."""
    return 0 if not told["failed"] else \
        frame.RAN_OUT if told["failed"] == told["out_of_time"] else frame.FOUND


# Running ------------------------------------------------------------------------------------------

def keep(told, out, sample=None):
    told["spec_sha256"] = evidence.spec_sha256()
    told["sources"] = evidence.matching(JUDGED)
    if sample:
        told["sample_of_1000"] = sample
    evidence.write(out, told)


def run(given):
    raw = given.out + ".raw"
    command = [given.tool, "--out", raw, *given.arguments]
    if given.sample:
        command += ["--sample", str(given.sample), "--seed", evidence.spec_sha256()]
    os.makedirs(os.path.dirname(given.out) or ".", exist_ok=True)
    if os.path.exists(raw):
        os.remove(raw)
    status = tool.follow(*command, statuses=(0, 1, 3))
    if not os.path.exists(raw):
        raise tool.CannotRun(f"{given.tool}: it left no results")
    with open(raw, encoding="utf-8") as file:
        told = json.load(file)
    os.remove(raw)
    keep(told, given.out, given.sample)
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool")
    parser.add_argument("--out", required=True)
    parser.add_argument("--sample", type=int, help="cells of 1000, chosen by the specification")
    parser.add_argument("--parts", nargs="+", help="what the shards found")
    parser.add_argument("arguments", nargs="*", help="for the tool, after --")
    given = parser.parse_args()
    if (given.tool is None) == (given.parts is None):
        parser.error("either --tool or --parts")
    if given.tool:
        return run(given)
    told = sum_of(given.parts)
    keep(told, given.out)
    print(f"{len(given.parts)} shards: {told.get('cells', told.get('runs', 0)) - told['failed']} "
          f"passed, {told['failed']} failed")
    return status_of(told)


if __name__ == "__main__":
    sys.exit(frame.ends("record", main))
