#!/usr/bin/env python3
"""certify.py --evidence DIR --build DIR: every figure that a certification asks for, in one file.

Runs each part, which prints and writes its own, and sums them up in DIR/certify.json.
Exits 1 when a part falls short, 2 when one could not be run.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import rooms  # where the modules below are
import evidence

PARTS = ["mcdc", "misra", "complexity", "size", "worst_case"]
HERE = os.path.dirname(os.path.abspath(__file__))


def figures(parts):
    """The few that a summary shows."""
    mcdc, misra, size = parts["mcdc"], parts["misra"], parts["size"]
    return {
        "coverage": {what: mcdc[what] for what in ("lines", "regions", "branches", "functions")},
        "single_condition_decisions": mcdc["single_condition_decisions"],
        "joined_conditions": mcdc["joined_conditions"],
        "llvm_mcdc": mcdc["mcdc"],
        "misra_core": misra["core"], "misra_rest": misra["rest"],
        "complexity": {key: parts["complexity"][key] for key in ("functions", "maximum", "limit")},
        "size": size["rows"], "worst_case": parts["worst_case"]["rows"],
        "worst_case_orderly": parts["worst_case"]["orderly"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", required=True)
    parser.add_argument("--build", required=True)
    given = parser.parse_args()
    start, status, parts = time.monotonic(), {}, {}
    for part in PARTS:
        path = os.path.join(given.evidence, part + ".json")
        if os.path.exists(path):
            os.remove(path)
        more = ["--build", os.path.join(given.build, "mcdc")] if part == "mcdc" else []
        status[part] = subprocess.run([sys.executable, os.path.join(HERE, part + ".py"),
                                       "--out", path] + more, check=False).returncode
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                parts[part] = json.load(file)
    bad = [part for part in PARTS if status[part] != 0]
    whole = len(parts) == len(PARTS)
    evidence.write(os.path.join(given.evidence, "certify.json"), {
        "spec_sha256": evidence.spec_sha256(),
        "sources": {path: digest for part in parts.values()
                    for path, digest in part["sources"].items()},
        "tools": {tool: version for part in parts.values()
                  for tool, version in part["tools"].items()},
        "parts": status, "figures": figures(parts) if whole else None,
        "seconds": round(time.monotonic() - start, 1)})
    print(f"certify: {len(PARTS) - len(bad)} passed, {len(bad)} failed"
          + (": " + ", ".join(bad) if bad else ""))
    return 0 if not bad else 1 if all(status[part] == 1 for part in bad) else 2


if __name__ == "__main__":
    sys.exit(main())
