"""Functions of ours held to contracts that are written beside them: what such proofs have in common."""
import os
import re
import shutil
import time

import evidence
import lint
from edits import Edit
from judged import texts_sha256
from wp import ROOT, Run, tally, tool_versions

DEFINED = re.compile(r"^(?:static )?(?:inline )?[a-z][\w ]*?[ *](\w+)\([^;{]*?\)\n?\s*\{", re.M)
PROVERS = ["-wp-prover", "cvc4,z3"]
# What trampolines are outside for; a conversion in any other function ends the proof by WP's warning.
CONVERSIONS = ["-kernel-warn-key", "typing:implicit-conv-void-ptr=inactive"]


class HeldRun(Run):
    """As of the core, with other contracts put before the file."""

    def __init__(self, name, source, contracts, folder, options, before=()):
        super().__init__(name, source, folder, CONVERSIONS + options, (*before, "gen/out", "spec", "src"))
        self.contracts = contracts


def functions(path):
    return DEFINED.findall(lint.code_of(lint.read(path)))


class Planted:
    """An edit of a source, or of what is assumed (is_bug: which), under which a goal has to fail in `run`."""

    is_bug = run = None

    def __init__(self, path, build):
        self.edit = Edit(path)
        self.folder = os.path.join(build, "edits", self.edit.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.edit.applied())

    def contracts_with_it(self):
        """All of them are copied, so that no other is found beside the one that is edited."""
        for part in ("engines", "wire"):
            shutil.copytree(os.path.join(ROOT, "spec", part), os.path.join(self.folder, part))
        self.write(os.path.join(self.folder, os.path.relpath(self.edit.file, "spec")))

    def problem(self):
        lost = {(goal["function"], goal["label"] or goal["goal"]) for goal in self.run.unproved()}
        missing = [" ".join(named) for named in self.edit.fails if tuple(named) not in lost]
        return f"{self.edit.name}: still proved: {', '.join(missing)}; lost: {sorted(lost)}" \
            if missing or not self.edit.fails else None


def by_name(names, goals, planted):
    """Of each name that labels begin with: the functions and goals that carry it, and what loses it."""
    found = {}
    for name in names:
        mine = [goal for goal in goals if (goal["label"] or "").startswith(name + "_")]
        lost = [one for one in planted if any(label.startswith(name + "_") for _, label in one.edit.fails)]
        if mine:
            found[name] = {"functions": sorted({goal["function"] for goal in mine}),
                           "goals": sum(goal["total"] for goal in mine),
                           "bugs": sorted(one.edit.name for one in lost if one.is_bug),
                           "assumptions": sorted(one.edit.name for one in lost if not one.is_bug)}
    return found


class Proof:
    """
    Begun before the runs; `close` judges them, leaves the evidence, and returns the exit status. Of a sample
    it is, or of the goals alone.
    """

    def __init__(self, sample=None, goals_alone=False):
        self.sample, self.goals_alone = sample, goals_alone
        self.start, self.tools = time.monotonic(), tool_versions()

    def close(self, what, out, runs, planted, unfit, names, told, sources):
        wrong = unfit + [f"{run.name}: {goal['function']}: not proved: {goal['goal']}" for run in runs
                         for goal in run.unproved()]
        wrong += [f"{run.name}: {line}" for run in runs for line in run.warnings]
        wrong += [f"{run.name}: Frama-C ended with status {run.status}; what it found unfit stands in "
                  f"{os.path.relpath(run.folder, ROOT)}/classified.json" for run in runs
                  if run.status != 0 and not run.partial]
        wrong += [problem for problem in (one.problem() for one in planted) if problem]
        goals = [goal for run in runs for goal in run.goals]
        if self.sample:
            told["functions"] = sorted({goal["function"] for goal in goals})
        told = {**tally(goals), **told, "edits": len(planted),
                "obligations": by_name(names, [goal for goal in goals if not goal["smoke"]], planted),
                "findings": wrong, "seconds": round(time.monotonic() - self.start, 1),
                "spec_sha256": evidence.spec_sha256(), "tools": self.tools,
                "sources": {path: evidence.sha256(path) for path in sources},
                "judged": texts_sha256(sources), "results": goals}
        evidence.write(out, told)
        print("\n".join(wrong + [
            f"{what}: {told['proved']} of {told['goals']} goals proved, {len(told['functions'])} functions, "
            f"{len(told['outside'])} outside; smoke tests: {told['smoke_passed']} of {told['smoke_total']} passed; "
            f"{told['seconds']:.0f} s"]))
        if self.sample:
            print(f"a sample: {self.sample}")
        for name, one in told["obligations"].items():
            print(f"{name}: {one['goals']} goals in {len(one['functions'])} functions; lost by {len(one['bugs'])} "
                  f"bugs, and without {len(one['assumptions'])} assumptions")
        ok = [run.ok() for run in runs] + [one.problem() is None for one in planted] + [not unfit]
        print(f"{sum(ok)} passed, {len(ok) - sum(ok)} failed")
        return 0 if all(ok) and (planted or self.goals_alone) else 1
