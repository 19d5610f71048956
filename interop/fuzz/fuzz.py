#!/usr/bin/env python3
"""fuzz.py TOOL --out FILE [--quick] [--table] ENGINE... [-- ARGUMENT...]: fuzz the engines.

Runs the tool for each engine, two at a time, with these arguments, and writes what happened how
often. --quick: the evidence says that it is of a quick run. --table: shows the counts. Exits 0, 1
on a finding, 2 when an engine could not be run, 3 when a call did not return, alone too.
"""
import argparse
import json
import os
import sys

import rooms  # where the modules below are
import evidence
import frame
import tool

AT_MOST = 7200   # seconds for one engine
SHOWN = 120      # lines of a finding
JUDGED = ["interop/fuzz/*.[ch]", "interop/engines/*.[ch]", "interop/lib/records.[ch]", "interop/lib/libssl_peer.[ch]",
          "interop/lib/net.[ch]", "interop/lib/pattern.h",
          "src/*.[ch]", "gen/out/*.[ch]"]


class Engine:
    """One engine: what the tool printed and wrote."""

    def __init__(self, name):
        self.name, self.said, self.told, self.status = name, [], None, None

    def play(self, given):
        """Late if a call does not return, which the tool says, or the tool itself does not end."""
        result = f"{given.out}.{self.name}"
        if os.path.exists(result):
            os.remove(result)
        self.said, self.told, self.status = [], None, frame.RAN_OUT
        self.status = tool.follow(given.tool, "--engine", self.name, "--result", result,
                                  *given.arguments, statuses=None, line=self.said.append,
                                  error=self.said.append, seconds=AT_MOST)
        if self.status == frame.RAN_OUT:
            raise tool.Late(f"{self.name}: a call has not returned")
        if os.path.exists(result):
            with open(result, encoding="utf-8") as file:
                self.told = json.load(file)
            os.remove(result)

    def passed(self):
        return self.told["sequences"] if self.told else 0

    def show(self, table):
        lines = "".join(self.said).splitlines()
        if self.status == 0 and not table:
            print(f"{self.name}: {self.told['sequences']} sequences, "
                  f"{self.told['connections']} connections, {sum(self.told['calls'].values())} "
                  f"calls, {self.told['seconds']:.0f} s")
        else:
            print("\n".join(lines if table and self.status == 0 else lines[-SHOWN:]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--out", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("engines", nargs="+")
    argv = sys.argv[1:]
    at = argv.index("--") if "--" in argv else len(argv)
    given = parser.parse_args(argv[:at])
    given.arguments = argv[at + 1:]
    engines = [Engine(name) for name in given.engines]
    os.makedirs(os.path.dirname(given.out) or ".", exist_ok=True)
    played = frame.play(engines, lambda engine: engine.play(given))
    told = [engine.told for engine in engines if engine.told]
    failed = sum(engine.status != 0 for engine in engines)
    evidence.write(given.out, {
        "spec_sha256": evidence.spec_sha256(), "sources": evidence.matching(JUDGED),
        "tools": {one["engine"]: one["version"] for one in told} or {"none": "ended"},
        "quick": given.quick, "failed": failed,
        "tried_again": played.again, "out_of_time": played.late,
        "sequences": sum(one["sequences"] for one in told),
        "calls": sum(sum(one["calls"].values()) for one in told), "engines": told})
    for engine in engines:
        engine.show(given.table)
    status = played.close(sum(engine.passed() for engine in engines), failed)
    return 2 if any(engine.status not in (0, 1, 3) for engine in engines) else status


if __name__ == "__main__":
    sys.exit(frame.ends("fuzz", main))
