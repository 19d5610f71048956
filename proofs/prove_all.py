#!/usr/bin/env python3
"""prove_all: every proof there is, one after the other; interrupted, it goes on with what is missing.

What was proved of this very tree with these tools is not proved again (--again: it is): a mark is left
behind each proof that passed, with the digest of all that any of them may read.
One that fails keeps none of the others. Exits 0 when all passed, 1 when one did not, 2 when it could not run.
"""
import argparse
import glob
import hashlib
import json
import os
import subprocess
import sys
import time

import rooms  # where the modules below are
import evidence
import frame
from progress import only_one
from prove_port import PORTS
from wp import ROOT, tool_versions

# Target, and the evidence that it leaves.
PROOFS = {"prove": "proof", "prove-orderly": "proof_orderly", "prove-wire": "proof_wire",
          "prove-connection": "proof_connection", "prove-opening": "proof_opening", "prove-io": "proof_io",
          "prove-joint": "proof_joint", **{f"prove-port-{port.name}": f"proof_port_{port.name}" for port in PORTS},
          "prove-use": "proof_use"}
READ = ("spec", "gen/out", "src", "proofs", "examples")
WANTED = 25 * 60     # seconds for all of them on two idle cores


def digest(root):
    """Of all that a proof, or what runs it, may read."""
    found = hashlib.sha256(json.dumps(tool_versions(), sort_keys=True).encode())
    for room in READ:
        for path in sorted(glob.glob(os.path.join(root, room, "**"), recursive=True)):
            if os.path.isfile(path) and "__pycache__" not in path:
                found.update(f"{os.path.relpath(path, root)} {evidence.sha256(path)}\n".encode())
    return found.hexdigest()


def stands(mark, left, now):
    """Whether that proof passed on this tree, and its evidence is still what it left."""
    try:
        with open(mark, encoding="utf-8") as file:
            kept = json.load(file)
        return kept == {"tree": now, "evidence": evidence.sha256(left)}
    except (OSError, ValueError):
        return False


def prove(root, build, kept, again):
    now, statuses, begin = digest(root), {}, time.monotonic()
    for target, name in PROOFS.items():
        mark, left = os.path.join(build, target), os.path.join(kept, name + ".json")
        if not again and stands(mark, left, now):
            print(f"{target}: proved of this tree before")
            statuses[target] = 0
            continue
        print(f"== {target}", flush=True)
        statuses[target] = subprocess.run([os.environ.get("MAKE", "make"), "--no-print-directory", target],
                                          cwd=root, check=False).returncode
        if statuses[target] == 0:
            evidence.write_whole(mark, {"tree": now, "evidence": evidence.sha256(left)})
    seconds, failed = time.monotonic() - begin, [target for target, status in statuses.items() if status]
    print(f"all of it in {seconds:.0f} s" + (f", over the {WANTED} s on two idle cores" if seconds > WANTED else ""))
    for target in failed:
        print(f"{target}: failed with status {statuses[target]}")
    print(f"{len(statuses) - len(failed)} passed, {len(failed)} failed")
    return 0 if not failed else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "proofs", "all"))
    parser.add_argument("--evidence", default=os.path.join(ROOT, "build", "evidence"))
    parser.add_argument("--again", action="store_true")
    given = parser.parse_args()
    build = os.path.abspath(given.build)
    with only_one("prove_all", build):
        return prove(ROOT, build, os.path.abspath(given.evidence), given.again)


if __name__ == "__main__":
    sys.exit(frame.ends("prove_all", main, "what passed is kept"))
