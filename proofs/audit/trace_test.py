#!/usr/bin/env python3
"""trace_test.py: the traceability check finds each kind of gap, and says which.

The tree is joined with evidence made up to fit it, which has no gap; each case then breaks one
thing, in a copy of the tree or in the evidence, and expects one message. Ends with
`N passed, N failed`; exits 1 if one failed.
"""
import contextlib
import copy
import io
import os
import re
import sys
import tempfile

import rooms  # where the modules below are
import breaking
import clauses
import evidence
import join_test
import trace
import trace_links
from wp import CLIENT, CORE, ROOT

FOLDERS = {"spec": (".md", ".h"), "proofs": (".c",), "interop/matrix": (".c", ".h"), "src/tests": (".c",)}
CONTRACTS, CALLS, CLAUSES = clauses.CONTRACTS, "spec/calls.md", clauses.CLAUSES
ORDERLY = clauses.ORDERLY


def goal(source, function, name, label, proved=1):
    return {"source": source, "function": function, "goal": name, "label": label, "smoke": False,
            "total": 1, "proved": proved, "provers": {"Z3": proved}, "seconds": 0.1}


def fitting():
    """Evidence as complete as the tree asks for."""
    items, spec = clauses.read_evidence("."), evidence.spec_sha256()
    results = [goal(CORE, "ew_step", f"ensures_{name}", name) for name in items["contract"]]
    results += [goal(CLIENT, "any_client", f"assert_{name}", name) for name in items["theorem"]]
    results += [goal(CORE, "ew_step", "assert_rte_mem_access_2", None),
                goal(CORE, "ew_step", "on_call_requires_alive", "alive")]
    ours = clauses.read_evidence(".", ORDERLY)
    orderly = [goal(ORDERLY.code, "ew_orderly_step", f"ensures_{name}", name) for name in ours["contract"]]
    orderly += [goal(ORDERLY.theorems, "any_orderly", f"assert_{name}", name) for name in ours["theorem"]]
    orderly += [goal(ORDERLY.theorems, "waiting_close", "loop_variant", None)]
    return {"proof_orderly": {"spec_sha256": spec, "results": orderly,
                              "sources": {ORDERLY.code: evidence.sha256(ORDERLY.code)}},
            "mutants_orderly": {"spec_sha256": spec, "list": [
                {"kind": "answer in on_close C1", "what": "a line", "state": "different",
                 "killed_by": ["OC02_bounds_begin_once"]}]},
            "proof": {"spec_sha256": spec, "results": results,
                      "sources": {CORE: evidence.sha256(CORE)}},
            "mutants": {"spec_sha256": spec, "list": [
                {"kind": "line", "what": "a line", "verdict": "killed",
                 "goal": "ew_step_ensures_K01_only_failures_are_fatal"}]},
            "interop": {"spec_sha256": spec, "records": [
                {"scenario": name, "differences": []} for name in items["scenario"]]}}


def orderly(change):
    """The same change, of what is said about the orderly close."""
    def one(told):
        change({"proof": told["proof_orderly"], "mutants": told["mutants_orderly"]})
    return one


def without_goals(told):
    told["proof"]["results"] = [one for one in told["proof"]["results"] if one["label"] != "OC11_result"]


def of_other_functions(told):
    without_goals(told)
    told["proof"]["part"] = "part 1 of 5"


def open_theorem(told):
    named(told["proof"]["results"], "O6_ends_within_the_bounds")["proved"] = 0


def named(results, label):
    return next(one for one in results if one["label"] == label)


def drop(told, label):
    told["proof"]["results"] = [one for one in told["proof"]["results"] if one["label"] != label]


def unprove(told):
    named(told["proof"]["results"], "K13_complete_stays_complete")["proved"] = 0


def stray_goal(told):
    told["proof"]["results"].append(goal(CORE, "ew_step", "ensures_K99_wish", "K99_wish"))


def nameless_goal(told):
    told["proof"]["results"].append(goal(CORE, "ew_step", "check", None))


def no_cells(told):
    told["interop"]["records"] = [one for one in told["interop"]["records"]
                                  if one["scenario"] != "one-way"]


def in_another_part(told):
    no_cells(told)
    told["interop"]["shard"] = "1/6"


def differs(told):
    told["interop"]["records"][0]["differences"] = [{"field": "ret"}]


def survives(told):
    told["mutants"]["list"][0]["verdict"] = "survived"


def killed_by(name):
    return lambda told: told["mutants"]["list"][0].update(goal=name)


def in_why3(proved):
    return lambda told: told.update(theorems={
        "spec_sha256": evidence.spec_sha256(),
        "results": [{"goal": "T6.T6_zero_means_delivered", "proved": proved}]})


def by_labels(labels):
    def change(told):
        told["mutants"]["list"][0] = {"kind": "line", "what": "a line", "state": "different",
                                      "killed_by": labels}
    return change


# What is broken: (name, change of the evidence or (file, pattern, replacement), message or None).
CASES = [
    ("the tree as it is", None, None),
    ("a mutant killed by a safety goal", killed_by("ew_step_assigns_part07"), None),
    ("a mutant killed by labels", by_labels(["K01_fatal_refused", "alive"]), None),
    ("a mutant killed by no label", by_labels([]),
     r"mutants\.json: error: no proof noticed: line: a line"),
    ("a contract without a goal", lambda told: drop(told, "K13_complete_stays_complete"),
     r"clauses\.md:\d+: error: K-13: K13_complete_stays_complete has no goal"),
    ("a theorem without a goal", lambda told: drop(told, "T6_zero_means_delivered"),
     r"clauses\.md:\d+: error: \S+: T6_zero_means_delivered has no goal"),
    ("a goal that is not proved", unprove,
     r"clauses\.md:\d+: error: K-13: K13_complete_stays_complete is not proved"),
    ("a goal of a label that is not there", stray_goal,
     r"ew_core\.c:1: error: ew_step: ensures_K99_wish is a goal of no label"),
    ("a goal without a label", nameless_goal, r"error: ew_step: check is a goal of no label"),
    ("a scenario that was not run", no_cells,
     r"clauses\.md:\d+: error: MP-02: scenario one-way has no cell"),
    ("a scenario that another part of the cells has", in_another_part, None),
    ("a cell that failed", differs, r"error: \S+: scenario \S+: 0 of 1 cells passed"),
    ("cells of no scenario", lambda told: told["interop"]["records"].append(
        {"scenario": "two-way", "differences": []}),
     r"interop\.json: error: cells of two-way"),
    ("a mutant that survived", survives, r"mutants\.json: error: no proof noticed: line: a line"),
    ("a mutant killed by nobody", killed_by("ew_step_ensures_wish"),
     r"mutants\.json: error: killed by no label that there is: line: a line"),
    ("a theorem that Why3 proves too", in_why3(True), None),
    ("a theorem that Why3 does not prove", in_why3(False),
     r"error: \S+: T6_zero_means_delivered is not proved by Why3"),
    ("another specification", lambda told: told["proof"].update(spec_sha256="0" * 64),
     r"proof\.json: error: it is about another specification"),
    ("another core", lambda told: told["proof"]["sources"].update({CORE: "0" * 64}),
     r"proof\.json: error: gen/out/ew_core\.c has changed since"),
    ("a clause that nothing shows", (CLAUSES, r"(?m)^(\| MP-10 \|.*\|) not testable:[^|]*\|",
                                     r"\1 row S1 |"),
     r"clauses\.md:\d+: error: MP-10: nothing shows it"),
    ("a row of no clause", (CALLS, r"(?m)\| W3 \|[^|]*\|", "| W3 | K-99 |"),
     r"calls\.md:\d+: error: row W3 is there for no clause"),
    ("a contract of no clause", (CONTRACTS, r"(?m)^( *ensures +)K13_",
                                 r"\1K13_more: \\true;\n\1K13_"),
     r"ew_contracts\.h:\d+: error: contract K13_more is there for no clause"),
    ("a theorem of no clause", (clauses.THEOREMS, r"(?m)^(.*\b(?:invariant|assert) +)T1_",
                                r"\1T77_more: \\true;\n\1T1_"),
     r"any_client\.c:\d+: error: theorem T77_more is there for no clause"),
    ("a scenario of no clause", ("interop/matrix/scenarios_close.c", r'SCENARIO\("one-way",',
                                 'SCENARIO("no-way", "x", nobody), SCENARIO("one-way",'),
     r"scenarios_close\.c:\d+: error: scenario no-way checks no clause"),
    ("a contract of the orderly close without a goal", orderly(without_goals),
     r"orderly\.md:\d+: error: OC-11: OC11_result has no goal in proof_orderly\.json; make prove-orderly"),
    ("a contract without a goal in a part of the proof", orderly(of_other_functions), None),
    ("a theorem of the orderly close that is not proved", orderly(open_theorem),
     r"orderly\.md:\d+: error: OC-05: O6_ends_within_the_bounds is not proved"),
    ("a goal of the orderly close of a label that is not there", orderly(stray_goal),
     r"error: ew_step: ensures_K99_wish is a goal of no label"),
    ("a mutant of the orderly close that survived", orderly(by_labels([])),
     r"mutants_orderly\.json: error: no proof noticed: line: a line"),
    ("a row of the orderly close of no clause", (ORDERLY.clauses, r"(?m)\| E5 \|[^|]*\|", "| E5 | OC-99 |"),
     r"orderly\.md:\d+: error: row E5 is there for no clause"),
    ("a contract of the orderly close of no clause", (ORDERLY.contracts, r"(?m)^( *ensures +)OC14_start",
                                                      r"\1OC14_more: \\true;\n\1OC14_start"),
     r"ew_orderly_contracts\.h:\d+: error: contract OC14_more is there for no clause"),
    ("a theorem of the orderly close of no clause", (ORDERLY.theorems, r"(?m)^(.*\binvariant +)O1_",
                                                     r"\1O77_more: \\true;\n\1O1_"),
     r"any_orderly\.c:\d+: error: theorem O77_more is there for no clause"),
    ("another orderly close", lambda told: told["proof_orderly"]["sources"].update({ORDERLY.code: "0" * 64}),
     r"proof_orderly\.json: error: gen/out/ew_orderly\.c has changed since"),
]


def found(told, edit=None):
    """The gaps, with one file of the tree changed."""
    if not edit:
        return gaps(".", told)
    path, pattern, replacement = edit
    with breaking.copied(FOLDERS) as tree:
        breaking.replace(os.path.join(tree, path), pattern, replacement)
        return gaps(tree, told)


def gaps(root, told):
    parts, stale = trace.joined(root, told)
    for _, dossiers, _ in parts.values():
        for one in dossiers:
            "\n".join(trace.section(one))   # the page has to bear a gap as well
    return [gap for _, _, found_here in parts.values() for gap in found_here] + stale


def before_evidence():
    """What req says of a clause when nothing was proved or played yet: no count of what is unknown."""
    with tempfile.TemporaryDirectory() as empty, \
            contextlib.redirect_stdout(io.StringIO()) as told:
        trace.requirement("MP-07", empty, clauses.THE_CORE)
    return told.getvalue()


def on_the_wire(edit=None):
    """What is missing from the clauses down to the bytes, with one file of the tree changed."""
    with breaking.copied(join_test.FOLDERS) as tree:
        if edit:
            breaking.replace(os.path.join(tree, edit[0]), *edit[1:])
        return trace.wire(tree)[1]


def main():
    good, cases = fitting(), breaking.Cases(len(CASES) + 3)
    for name, change, message in CASES:
        told = copy.deepcopy(good)
        if callable(change):
            change(told)
        try:
            said = found(told, change if isinstance(change, tuple) else None)
        except breaking.Nothing as error:
            said = [str(error)]
        fine = not said if message is None else any(re.search(message, line) for line in said)
        cases.judge(name, fine, f"  expected {message or 'no gap'}, found:\n  "
                    + "\n  ".join(said[:5] or ["no gap"]))
    said = before_evidence()
    cases.judge("a clause before there is evidence",
                "proof.json (make prove)" in said and "0 of 0" not in said,
                f"  expected what is missing and no count, found:\n{said}")
    cases.judge("W1 to W9 as they are", not on_the_wire(), "\n".join(on_the_wire()))
    said = on_the_wire(("spec/wire/transport.h", "W4_no_byte_behind_it", "W4_no_byte_before_it"))
    cases.judge("a statement about bytes whose label is gone",
                any("endwell_io_recv.W4_no_byte_behind_it is no label" in line for line in said), "\n".join(said))
    return cases.status()


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main())
    except (clauses.Unreadable, OSError) as error:
        print(f"trace_test: {error}", file=sys.stderr)
        sys.exit(2)
