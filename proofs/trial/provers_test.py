#!/usr/bin/env python3
"""provers_test.py: Eva notices every wrong core among the canaries, and -deps is read rightly.

Each canary that edits the core is given to Eva, in the group of states where it shows; what Eva
then complains of has to be what the canary names. Ends with `N passed, N failed`; exits 1 if one
failed, 2 if it could not run.
"""
import glob
import importlib.machinery
import os
import re
import sys
import tempfile

import rooms  # where the modules below are
import eva
import evidence_checks
from edits import Edit
from progress import run_all
from wp import CORE, ROOT, CannotRun, tool_versions

GROUPS = 168
# Canary -> where it shows: busy, handshake, quiet, sent, received; or the entry point.
SHOWS = {"adopted_twice": (0, 2, 0, 0, 0), "alert_keeps_session": (3, 2, 0, 1, 0),
         "answers_beside": (2, 2, 0, 1, 0), "cut_write_is_forgotten": (5, 2, 0, 0, 0),
         "data_is_fatal": (3, 2, 0, 1, 0), "failed_handshake_keeps_session": (6, 1, 0, 0, 0),
         "flag_after_io": (0, 2, 0, 0, 0), "notice_before_data": (0, 2, 0, 0, 0),
         "second_notice": (0, 2, 0, 0, 0), "shutdown_in_handshake": (0, 1, 0, 0, 0),
         "truncation_is_an_end": (4, 2, 0, 0, 0), "write_after_close": (0, 2, 0, 0, 0),
         "zero_before_delivery": (2, 2, 0, 1, 0), "fatal_guard": "refusals",
         "corrupt_is_trusted": "refusals", "clear_forgets_quiet": "started_and_asked"}

DEPS = """[from] Function on_call:
  m.handshake FROM m; event; m{.sent; .notice_out; .busy} (and SELF)
   {.sent; .received; .quiet} FROM m; event; m.busy (and SELF)
  \\result FROM m; event; m{{.handshake; .sent}; .notice_out; .busy}
[from] Function on_outcome:
  m{.received; .fatal; .notice_in; {.session; .busy}}
   FROM m; event; clock (and SELF)
  \\result FROM \\nothing
[from] Function after_notice:
  m.fatal FROM m; event (and SELF)
   .busy FROM m; event; m.received
[from] Function quiet_one:
  NO EFFECTS
"""


def group_of(busy, handshake, quiet, sent, received):
    return (((busy * 3 + handshake) * 2 + quiet) * 2 + sent) * 2 + received


def broken_core(edit, folder):
    path = os.path.join(folder, edit.name + ".c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(edit.applied())
    where = SHOWS[edit.name]
    if isinstance(where, str):
        return eva.EvaRun(where, os.path.join(folder, edit.name), core=path)
    return eva.EvaRun("sound_states", os.path.join(folder, edit.name), GROUPS, group_of(*where),
                      core=path)


def missed(edit, run):
    """What is wrong with Eva's answer to a wrong core; None if it complains as it should."""
    if run.status or run.warnings:
        return f"frama-c ended with {run.status}: {'; '.join(run.warnings)}"
    wanted = {re.sub(r"^(?:\w+_)?(?:ensures|requires)_", "", goal) for _, goal in edit.fails}
    bad = {eva.label_of(row) for row in run.rows if row["status"] not in eva.GOOD | {"Dead"}}
    return None if wanted & bad else f"Eva complains of {bad or 'nothing'}, not of {wanted}"


def deps_problems():
    told = eva.dependencies(DEPS)
    wanted = {"on_call": {"writes": {"handshake", "sent", "received", "quiet"},
                          "result": {"m", "event"}, "reads": {"m", "event"}},
              "on_outcome": {"writes": {"received", "fatal", "notice_in", "session", "busy"},
                             "result": set(), "reads": {"m", "event", "clock"}},
              "after_notice": {"writes": {"fatal", "busy"}, "result": set(),
                               "reads": {"m", "event"}},
              "quiet_one": {"writes": set(), "result": set(), "reads": set()}}
    for name, one in wanted.items():
        if told.get(name) != one:
            yield f"-deps of {name} is read as {told.get(name)}"


def compare_problems():
    """What -deps says is compared with the contracts in both directions."""
    contracts = "/*@ assigns m->{0}, m->fatal; */\nstatic ew_answer on_outcome(ew_machine *m);\n"
    run = eva.EvaRun("sound_states", "unused")
    run.deps = eva.dependencies(DEPS)
    for field, wanted in (("busy", "has it write notice_in, received, session"),
                          ("busy", "depends on clock"), ("output", "`assigns` leaves out")):
        found, _ = eva.compare([run], contracts.replace("{0}", field), True)
        if not any(wanted in finding for finding in found):
            yield f"with `assigns m->{field}`, no finding says '{wanted}': {found}"
    wide = contracts.replace("{0}, m->fatal", ", m->".join(eva.FIELDS[:-1]) + ", m->busy")
    if not any("never sees written" in finding
               for finding in eva.compare([run], wide.replace("m->output, ", ""), True)[0]):
        yield "an `assigns` that is too wide is not noticed"


def goal(name, label, prover, proved):
    return {"source": CORE, "function": "on_call", "goal": name, "label": label, "total": 1,
            "proved": proved, "provers": {prover: proved}, "seconds": 0.1}


def together_problems():
    """Which provers a goal has, from parts that are made up."""
    provers = importlib.machinery.SourceFileLoader(
        "provers", os.path.join(ROOT, "proofs/trial/provers")).load_module()
    goals = lambda prover, proved: [goal("exits", None, "Qed", 1)] + [
        goal(f"ensures_{name}", name, prover, is_proved) for name, is_proved in proved.items()]
    run = eva.EvaRun("sound_states", "unused")
    run.deps = {"on_call": eva.dependencies(DEPS)["on_call"]}   # in which nothing is wrong
    run.rows = [{"function": "on_call", "property kind": "postcondition", "status": "Valid",
                 "property": "calls: true", "line": "1"}]
    none = {"runs": [], "goals": [], "findings": [], "seconds": 1}
    parts = {part: dict(none) for part in provers.PARTS}
    parts["eva1"]["runs"] = [eva.kept(run)]
    parts["z3"]["goals"] = goals("Z3", {"calls": 1, "hard": 0, "harder": 0, "split": 0})
    parts["cvc4"]["goals"] = goals("CVC4", {"calls": 0, "hard": 1, "harder": 0, "split": 0})
    told = provers.report(provers.with_eva(parts), {"tool": "1"},
                          {(CORE, "on_call", "ensures_split", 0)})
    found = {one["goal"]: one["provers"] for one in told["results"]}
    wanted = {"exits": ["qed"], "ensures_calls": ["z3", "eva"], "ensures_hard": ["cvc4"],
              "ensures_harder": [], "ensures_split": []}
    if found != wanted:
        yield f"put together, the provers are {found}"
    if [told[key] for key in ("by_two_or_more", "by_one", "by_none", "by_two_together")] \
            != [1, 2, 2, 1]:
        yield "the goals are counted wrongly"
    if [line.split()[-1] for line in told["findings"]] != ["ensures_harder"]:
        yield f"not the goal alone that nobody proves is a finding: {told['findings']}"
    yield from evidence_checks.contradictions("provers", told)


def main():
    tool_versions()
    paths = sorted(glob.glob(os.path.join(ROOT, "proofs/canaries/*.patch")))
    edits = [Edit(path) for path in paths]
    edits = [edit for edit in edits if edit.proves == "core"]
    unknown = [edit.name for edit in edits if edit.name not in SHOWS]
    if unknown:
        raise CannotRun(f"say in {os.path.basename(__file__)} where {unknown[0]} shows")
    failed = [*deps_problems(), *compare_problems(), *together_problems()]
    with tempfile.TemporaryDirectory() as folder:
        runs = [broken_core(edit, folder) for edit in edits]
        run_all("provers_test", runs)
        verdicts = [(edit.name, missed(edit, run)) for edit, run in zip(edits, runs)]
    failed += [f"{name}: {why}" for name, why in verdicts if why]
    for line in failed:
        print("FAILED: " + line)
    print(f"{len(edits) + 3 - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main())
    except (CannotRun, OSError) as error:
        print(f"provers_test: {error}", file=sys.stderr)
        sys.exit(2)
