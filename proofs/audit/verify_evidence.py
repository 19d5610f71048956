#!/usr/bin/env python3
"""verify_evidence.py [--evidence DIR] [--quick | --no-sample]: the evidence is what the runs left, and true.

It notices:
- a file that was changed, taken out, put in or put back from an earlier run: its digest is not the
  one that the run that made it left in MANIFEST.json;
- evidence about another specification, or about sources that have changed since;
- a file that contradicts itself: totals that are not those of its lists;
- a prover in another version than the one that is here, a tool in two versions in two files;
- generated files that the generator would make otherwise, clauses, traces and sizes that come out
  otherwise when made again, one of the committed proof sessions (sample.py; `make theorems` has them
  all) that does not replay;
- in a sample that the content itself chooses, goals that are not proved and scenarios that are not
  played as the file says.

It cannot notice evidence that is false throughout and fits: there is no secret here to sign with,
so who can run the tools can also write a manifest, lists and totals that agree, and be caught only
by the sample. Who has to be certain runs `make`, `make prove-all` and `make tests-whole`, which
believe none of the files. With --quick one of what takes long to prove or play again, another one
with another commit, and never the session that takes longest.
Exits 0 when nothing is wrong, 1 on a finding, 2 when something needed is not there.
"""
import argparse
import json
import os
import re
import subprocess
import sys

import rooms  # where the modules below are
import clauses
import evidence
import evidence_again
import evidence_checks
import sessions
import trace_links
from histories import FILES
from sample import Sample
from wp import ROOT, CannotRun, tool_versions

SESSIONS = "sessions"   # one of them is replayed
LONG = "spec/two_ends_proof.mlw"   # with --quick another one: it takes as long as all others
SAMPLED_BY = {"proof_sample": "make prove-quick", "mutants_sample": "make mutants-quick",
              "interop_sample": "make interop-quick"}
MADE_BY = {"proof": "make prove", "interop": "make interop", "size": "make size",
           "mutants": "make mutants-quick", "clauses": "make test-clauses",
           "assumptions": "make test-assumptions",
           "divergences": "make interop", "system_quick": "make system-faults-quick",
           "bench_quick": "make bench-quick", "fuzz_quick": "make fuzz-quick",
           "proof_orderly": "make prove-orderly", "mutants_orderly": "make tables-orderly-quick"}
NOT_ALWAYS = {"bench_quick"}   # made in some commits alone (tests.txt)


class Findings:
    """What was looked at, and what was found, as `file:line: what`."""

    def __init__(self):
        self.lines, self.passed, self.failed = [], 0, 0

    def judge(self, where, problems):
        problems = [f"{where}:1: {problem}" if where else problem for problem in problems]
        self.lines += problems
        self.passed += not problems
        self.failed += bool(problems)


def shown(path):
    return os.path.relpath(path, ROOT) if path.startswith(ROOT + os.sep) else path


# The seals ----------------------------------------------------------------------------------------

def seal_problems(folder, name, seals):
    path = os.path.join(folder, name)
    seal = seals.get(name)
    if not isinstance(seal, dict):
        yield f"no run sealed it; make it anew{made_by(name)}, or take it out"
        return
    if not os.path.exists(path):
        yield f"it is gone; make it anew{made_by(name)}"
        return
    if evidence.sha256(path) != seal.get("sha256") or os.path.getsize(path) != seal.get("bytes"):
        yield f"it is not what its run left; make it anew{made_by(name)}"
    if set(seal) - {"sha256", "bytes", "sources"}:
        yield "its seal has parts that no run writes"


def made_by(name):
    command = {**MADE_BY, **SAMPLED_BY, **trace_links.MORE, "trace": "make trace"}.get(name.removesuffix(".json"))
    return f" with: {command}" if command else ""


def source_problems(told, seal):
    """Digests against the tree as it is now."""
    if told.get("spec_sha256") != evidence.spec_sha256():
        yield "it is about another specification than spec/*.md"
    sources = {**seal.get("sources", {}), **told.get("sources", {})}
    for path, digest in sources.items():
        if not os.path.exists(os.path.join(ROOT, path)):
            yield f"it judged {path}, which is gone"
        elif evidence.sha256(path) != digest:
            yield f"{path} has changed since it was judged"


# The tools ----------------------------------------------------------------------------------------

def number(version):
    found = re.search(r"\d+(?:\.\d+)+", str(version))
    return found[0] if found else None   # a tool that does not tell its version


def tool_problems(folder, names):
    """Provers that are not those of this machine, tools of which two files tell two versions."""
    here, told = tool_versions(), {}
    for name in names:
        try:
            tools = read(os.path.join(folder, name)).get("tools", {})
        except (OSError, ValueError, AttributeError):
            continue   # what cannot be read is told of already
        for what, version in tools.items() if isinstance(tools, dict) else ():
            if what in here and version != here[what]:
                yield f"{name} was judged by {what} {number(version)}, here is {number(here[what])}"
            first, other = told.setdefault(what, (name, number(version)))
            if what != "kernel" and number(version) != other:
                yield f"{what} is {number(version)} in {name} and {other} in {first}"


# One folder ---------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def made_again(folder, quick):
    """What is proved and played again: all that is there of it, or with quick one."""
    there = [name for name in sorted(evidence_again.SAMPLES) if os.path.exists(os.path.join(folder, name + ".json"))]
    return (Sample(len(there) + 1).of if quick else set)([*there, SESSIONS])


def verify_file(folder, name, seals, found, again):
    where, seal = shown(os.path.join(folder, name)), seals.get(name, {})
    problems = list(seal_problems(folder, name, seals))
    try:
        told = read(os.path.join(folder, name))
    except FileNotFoundError:
        found.judge(where, problems)
        return
    except ValueError as error:
        found.judge(where, problems + [f"it is no JSON: {error}"])
        return
    short, seal = name.removesuffix(".json"), seal if isinstance(seal, dict) else {}
    problems += evidence_checks.schema(told, seal)
    if isinstance(told, dict):
        problems += source_problems(told, seal)
        problems += evidence_checks.contradictions(short, told)
    if not problems and short in evidence_again.ALL:
        problems += evidence_again.ALL[short](told, folder)
    if not problems and short in again and short in evidence_again.SAMPLES:
        problems += evidence_again.SAMPLES[short](told, folder)
    found.judge(where, problems)


def verify(folder, again, replayable=FILES, out="gen/out"):
    """Findings about the evidence in a folder, and about what the tree generates; `again`: made_again; a session
    among `replayable` is replayed."""
    found = Findings()
    try:
        seals = evidence.manifest(folder)
    except ValueError as error:
        seals = {}
        found.judge(shown(os.path.join(folder, evidence.MANIFEST)), [f"it is no JSON: {error}"])
    if not isinstance(seals, dict):
        found.judge(shown(os.path.join(folder, evidence.MANIFEST)), ["it is no list of seals"])
        seals = {}
    there = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    needed = {trace_links.file_of(folder, name) + ".json" for name in set(MADE_BY) - NOT_ALWAYS}
    for name in sorted((there | set(seals) | needed) - {evidence.MANIFEST}):
        if name in needed - there and name not in seals:
            found.judge(shown(os.path.join(folder, name)),
                        [f"it is missing; make it{made_by(name)}"])
        else:
            verify_file(folder, name, seals, found, again)
    found.judge(shown(folder), tool_problems(folder, sorted(set(seals) - {evidence.MANIFEST})))
    found.judge(None, list(evidence_again.generated(out)))
    for path in Sample(len(replayable)).of(replayable) if SESSIONS in again else []:
        found.judge(None, sessions.replayed(sessions.name_of(path)))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", default=os.path.join(ROOT, "build", "evidence"))
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--no-sample", action="store_true", help="prove and play nothing again")
    how_much.add_argument("--quick", action="store_true", help="prove or play one of them again")
    given = parser.parse_args()
    folder = os.path.abspath(given.evidence)
    os.chdir(ROOT)
    try:
        again = [] if given.no_sample else made_again(folder, given.quick)
        found = verify(folder, again, [path for path in FILES if not given.quick or path != LONG])
    except (CannotRun, OSError, clauses.Unreadable, trace_links.Missing,
            subprocess.TimeoutExpired) as error:
        print(f"verify_evidence: {error}", file=sys.stderr)
        return 2
    for line in found.lines:
        print(line)
    print(f"made again: {', '.join(sorted(again)) or 'nothing'}")
    print(f"{found.passed} passed, {found.failed} failed")
    return 1 if found.failed else 0


if __name__ == "__main__":
    sys.exit(main())
