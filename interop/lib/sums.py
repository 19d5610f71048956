#!/usr/bin/env python3
"""sums.py --out FILE PART...: what the shards of a tool found, added up to what one run would have.

The cases of all shards have to be those of the whole list, each once: the tool says of both how many
they are, and the sum of their names (frame.h). Exits as the tool would have; 2 when a shard is lost or
there twice, or is of another run.
"""
import argparse
import json
import sys

import rooms  # where the modules below are
import evidence
import frame
from tool import CannotRun

NAMED = ("run", "cell")                 # what names a case, which is in one shard only
SAME = ("whole", "sample_of_1000")      # what is about all of them


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
                raise CannotRun(f"{where}: '{item[name]}' is in two shards")
        if identity(item) in known and not any(name in item for name in NAMED):
            add(known[identity(item)], item, where)
        else:
            ours.append(item)


def add(ours, theirs, where):
    """Adds the numbers of an object to ours; all else is the same in both."""
    if set(ours) != set(theirs):
        raise CannotRun(f"{where}: the shards have other entries: "
                        + ", ".join(sorted(set(ours) ^ set(theirs))))
    for key, value in theirs.items():
        at = f"{where}.{key}" if where else key
        if isinstance(value, dict) and key not in SAME:
            add(ours[key], value, at)
        elif isinstance(value, list):
            add_lists(ours[key], value, at)
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and key not in SAME:
            ours[key] += value
        elif ours[key] != value:
            raise CannotRun(f"{at}: the shards are of different runs: {ours[key]}, {value}")


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
        raise CannotRun(f"{paths[0]}: no shard")
    told["seconds"] = round(told["seconds"], 1)
    whole, dealt = told.pop("whole"), told.pop("dealt")
    if whole != dealt:
        raise CannotRun(f"the shards have {dealt['cases']} cases with the names' sum "
                        f"{dealt['sum']}, the whole list {whole['cases']} with {whole['sum']}: "
                        "one is lost, or there twice")
    return told


def status_of(told):
    """As the tool would have ended."""
    return 0 if not told["failed"] else \
        frame.RAN_OUT if told["failed"] == told["out_of_time"] else frame.FOUND


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("parts", nargs="+", metavar="PART")
    given = parser.parse_args()
    told = sum_of(given.parts)
    evidence.write_whole(given.out, told)
    print(f"{len(given.parts)} shards: {told.get('cells', told.get('runs', 0)) - told['failed']} "
          f"passed, {told['failed']} failed")
    return status_of(told)


if __name__ == "__main__":
    sys.exit(frame.ends("sums", main))
