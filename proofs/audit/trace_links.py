"""Each clause with all that hangs on it, and each gap in either direction.

clause -> rows of the decision tables -> contract and theorem labels -> goals (prover, time) ->
mutants that a goal of theirs killed -> scenarios and their cells -> unit tests.
The links from clauses are those of clauses.py; goals, mutants and cells come from the evidence.
"""
import collections
import json
import os
import re

import clauses
import evidence
from judged import texts_sha256
from wp import ROOT

NEEDED = {"proof": "make prove", "mutants": "make mutants-quick", "interop": "make interop",
          "proof_orderly": "make prove-orderly", "mutants_orderly": "make tables-orderly-quick"}
MORE = {"provers": "make provers", "theorems": "make theorems"}
SAMPLED = ("proof", "mutants", "interop", "proof_orderly", "mutants_orderly")
# Goals that no label asks for: no undefined behaviour, nothing else written, always returns.
SAFETY = re.compile(r"(?:assert_rte_\w+|(?:\w+_)?assigns(?:_\w+)?|loop_assigns|loop_variant|terminates|exits|"
                    r"complete_\w+|disjoint_\w+)$")
DECLARED = r"\b(?:requires|ensures|invariant|assert|check)\s+(\w+)\s*:(?!:)"


class Missing(Exception):
    """Evidence that is not there, with the command that makes it."""


# The evidence -------------------------------------------------------------------------------------

def load(folder, name, command):
    path = os.path.join(folder, name + ".json")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise Missing(f"{path} is missing; make it with: {command}") from None
    except ValueError as error:
        raise Missing(f"{path}:1: no JSON ({error}); make it anew with: {command}") from None


def load_all(folder, needed=True):
    """Evidence by name; without `needed`, whatever there is. What is missing is told at once."""
    told, missing = {}, []
    for name, command in {**NEEDED, **MORE}.items():
        try:
            told[name] = load(folder, file_of(folder, name), command)
        except Missing as one:
            missing += [str(one)] if needed and name in NEEDED else []
    if missing:
        raise Missing("; ".join(missing))
    return told


def is_of_now(whole):
    """Whether all mutants were judged for these tables."""
    judged = whole.get("judged")
    return whole.get("spec_sha256") == evidence.spec_sha256() and (
        not judged or judged == texts_sha256(judged))


def is_sealed_now(folder, name):
    """Whether what it judged is as it was."""
    sources = evidence.manifest(folder).get(name + ".json", {}).get("sources", {})
    return all(os.path.exists(os.path.join(ROOT, path)) and evidence.sha256(path) == digest
               for path, digest in sources.items())


def file_of(folder, name):
    """All mutants, cells, and a proof with all its smoke tests, where they are of this specification, or a sample."""
    if name not in SAMPLED:
        return name
    try:
        if is_of_now(load(folder, name, NEEDED[name])) and (name != "interop" or is_sealed_now(folder, name)):
            return name
    except Missing:
        pass
    sample = name + "_sample"
    return sample if os.path.exists(os.path.join(folder, sample + ".json")) else name


def stale(told, root):
    """Evidence about another specification, or about other sources, than the tree's."""
    spec = evidence.spec_sha256()
    for name, one in sorted(told.items()):
        command = {**NEEDED, **MORE}[name]
        if one.get("spec_sha256") != spec:
            yield f"{name}.json: it is about another specification; make it anew with: {command}"
        for path, digest in one.get("sources", {}).items():
            if isinstance(digest, str) and (not os.path.exists(os.path.join(root, path))
                                            or evidence.sha256(path) != digest):
                yield f"{name}.json: {path} has changed since; make it anew with: {command}"


def killers(mutant):
    """The labels or goals that killed a mutant, by their names."""
    told = mutant.get("killed_by") or mutant.get("goal") or []
    return [told] if isinstance(told, str) else told


def verdict_of(mutant):
    """killed, survived, or equivalent to the original."""
    if "verdict" in mutant:
        return mutant["verdict"]
    if mutant.get("state") != "different":
        return mutant.get("state")
    return "killed" if killers(mutant) else "survived"


def label_in(goal, labels):
    """The longest of the labels that the name of a goal ends in."""
    fitting = [label for label in labels
               if re.search(rf"(?:^|_){label}(?:_\d+)*(?:_part\d+)?$", goal)]
    return max(fitting, key=len, default=None)


def mutants_of(told, labels):
    """(label -> mutants that it killed, mutants that nothing killed, kills without a label)."""
    by_label, alive, unnamed = collections.defaultdict(list), [], []
    for mutant in told.get("list", []):
        name = f"{mutant['kind']}: {mutant['what']}"
        if verdict_of(mutant) == "survived":
            alive.append(name)
        if verdict_of(mutant) != "killed":
            continue
        found = {label_in(goal, labels) or ("safety" if is_safety(goal) else None)
                 for goal in killers(mutant)}
        if not found - {None}:
            unnamed.append(name)
        for label in found - {None}:
            by_label[label].append(name)
    return by_label, alive, unnamed


def is_safety(goal):
    return bool(re.search(r"assert_rte_\w+$|assigns|terminates|exits|complete_|disjoint_", goal))


def why3_goals(theorems):
    """Theorem -> whether Why3 proves it of the generated model as well."""
    told = {}
    for entries in theorems.values():
        for one in entries if isinstance(entries, list) else ():
            if isinstance(one, dict) and isinstance(one.get("goal"), str):
                told[one["goal"].rsplit(".", 1)[-1]] = bool(one.get("proved"))
    return told


def goals_by_label(proof):
    by_label = collections.defaultdict(list)
    for goal in proof.get("results", []):
        if goal["label"] and not goal["smoke"]:
            by_label[(goal["source"], goal["label"])].append(
                {key: goal[key] for key in ("function", "goal", "total", "proved", "provers",
                                            "seconds")})
    return by_label


def cells_of(interop):
    """Scenario -> (cells, cells that passed)."""
    told = collections.defaultdict(lambda: [0, 0])
    for record in interop.get("records", []):
        told[record["scenario"]][0] += 1
        told[record["scenario"]][1] += not record.get("differences") and "error" not in record
    return told


def named_for(name, of):
    """The evidence of that name which is about this machine."""
    return name if of is clauses.THE_CORE else f"{name}_{of.name}"


def about(told, of):
    """What is about another machine than the core, by the names that the core's has."""
    return {name: told[named_for(name, of)] for name in ("proof", "mutants")
            if named_for(name, of) in told}


# The links ----------------------------------------------------------------------------------------

def meanings(root, of):
    tables = clauses.tables(clauses.read(root, of.clauses))
    return {cells[0]: cells[1] for header, rows in tables if header[0] == "clause"
            for _, cells in rows if len(cells) > 1}


class Links:
    """What the tree says and what the evidence says, side by side."""

    def __init__(self, root, told, of=clauses.THE_CORE):
        self.root, self.of, self.report = root, of, clauses.Report()
        self.told = told if of is clauses.THE_CORE else about(told, of)
        self.clauses = clauses.read_clauses(root, self.report, of)
        self.rows = clauses.read_rows(root, of)
        self.items = clauses.read_evidence(root, of)
        self.citations = clauses.read_citations(root) if of is clauses.THE_CORE else {}
        self.meanings = meanings(root, of)
        self.goals = goals_by_label(self.told.get("proof", {}))
        self.cells = cells_of(self.told.get("interop", {}))
        labels = [*self.items["contract"], *self.items["theorem"], *self.helpers()]
        self.mutants, self.alive, self.unnamed = mutants_of(self.told.get("mutants", {}), labels)
        self.why3 = why3_goals(self.told.get("theorems", {}))
        self.provers = collections.defaultdict(list)
        for goal in self.told.get("provers", {}).get("results", []):
            self.provers[(goal["source"], goal["label"])].append(goal["provers"])

    def helpers(self):
        """Labels that say no clause, but what its proof needs, or that none is missing."""
        texts = [clauses.read(self.root, path) for path in
                 (self.of.contracts, self.of.theorems, *self.of.helpers)]
        return sorted({label for text in texts for label in re.findall(DECLARED, text)}
                      - set(self.items["contract"]) - set(self.items["theorem"]))

    def label(self, word, name):
        source = self.of.code if word == "contract" else self.of.theorems
        provers = self.provers.get((source, name), [])
        return {"label": name, "where": self.items[word].get(name),
                "goals": self.goals.get((source, name), []),
                "fewest_provers": min(map(len, provers), default=None),
                "why3": self.why3.get(name) if word == "theorem" else None,
                "mutants": self.mutants.get(name, [])}

    def dossier(self, ident):
        """All that hangs on one clause."""
        where, kind, items, reason = self.clauses[ident]
        named = collections.defaultdict(list)
        for item in items:
            word, _, name = item.partition(" ")
            named[word].append(name)
        return {
            "clause": ident, "where": where, "meaning": self.meanings[ident], "kind": kind,
            "not_testable": reason,
            "rows": [{"row": name, "where": self.rows[name][0]} for name in named["row"]
                     if name in self.rows],
            "contracts": [self.label("contract", name) for name in named["contract"]],
            "theorems": [self.label("theorem", name) for name in named["theorem"]],
            "scenarios": [{"scenario": name, "where": self.items["scenario"].get(name),
                           "cells": self.cells[name][0], "passed": self.cells[name][1]}
                          for name in named["scenario"]],
            "unit_tests": [{"test": name, "where": self.items["adapter"].get(name)}
                           for name in named["adapter"]]}

    def decided(self, one):
        """Where the clause is made true, in a word."""
        if one["not_testable"]:
            return "not testable"
        if one["rows"]:
            return "tables"
        return "core" if one["contracts"] or one["theorems"] else "outside the core"


# The gaps -----------------------------------------------------------------------------------------

def label_gaps(where, one, proof, part=None):
    if not one["goals"] and not part:
        yield f"{where}: {one['label']} has no goal in {proof}.json; {NEEDED[proof]}"
    for goal in one["goals"]:
        if goal["proved"] != goal["total"]:
            yield f"{where}: {one['label']} is not proved: {goal['function']}: {goal['goal']}"
    if one["why3"] is False:
        yield f"{where}: {one['label']} is not proved by Why3; make theorems"


def clause_gaps(one, proof, told):
    """From the clause down. A part of the goals, or cells, says nothing of a label, or scenario, without one."""
    part = told.get("interop", {}).get("shard")
    where = f"{one['where']}: error: {one['clause']}"
    shown = one["contracts"] + one["theorems"] + one["scenarios"] + one["unit_tests"]
    if not shown and not one["not_testable"]:
        yield f"{where}: nothing shows it, and nothing says why nothing can"
    for label in one["contracts"] + one["theorems"]:
        yield from label_gaps(where, label, proof, told["proof"].get("part"))
    for scenario in one["scenarios"]:
        if not scenario["cells"] and not part:
            yield f"{where}: scenario {scenario['scenario']} has no cell in interop.json; " \
                  "make interop"
        elif scenario["passed"] != scenario["cells"]:
            yield f"{where}: scenario {scenario['scenario']}: {scenario['passed']} of " \
                  f"{scenario['cells']} cells passed"


def backward_gaps(links):
    """From rows, labels, goals, mutants and cells up to clauses."""
    named = {item for clause in links.clauses.values() for item in clause[2]}
    for name, (where, cited) in links.rows.items():
        if not any(ident in links.clauses for ident in cited):
            yield f"{where}: error: row {name} is there for no clause"
    for word in ("contract", "theorem"):
        for name, where in links.items[word].items():
            if f"{word} {name}" not in named:
                yield f"{where}: error: {word} {name} is there for no clause"
    mutants = named_for("mutants", links.of)
    # A number at the end of a label is to WP one more goal of the label before it.
    declared = {re.sub(r"(?:_\d+)+$", "", label) for label in
                (*links.items["contract"], *links.items["theorem"], *links.helpers())}
    for goal in links.told["proof"]["results"]:
        if not goal["smoke"] and goal["label"] not in declared and not SAFETY.match(goal["goal"]):
            yield f"{goal['source']}:1: error: {goal['function']}: {goal['goal']} is a goal of " \
                  "no label in the contracts and theorems"
    for name, cited in links.citations.items():
        if not any(ident in links.clauses for ident in cited):
            yield f"{links.items['scenario'][name]}: error: scenario {name} checks no clause"
    for name in links.cells:
        if name not in links.items["scenario"]:
            yield f"interop.json: error: cells of {name}, which is no scenario"
    for name in links.alive:
        yield f"{mutants}.json: error: no proof noticed: {name}"
    for name in links.unnamed:
        yield f"{mutants}.json: error: killed by no label that there is: {name}"


def gaps(links, dossiers):
    """Those of one machine."""
    for line in links.report.errors:
        yield line
    for one in dossiers:
        yield from clause_gaps(one, named_for("proof", links.of), links.told)
    yield from backward_gaps(links)


def stale_gaps(told, root=ROOT):
    for line in stale(told, root):
        yield f"{line.split(':', 1)[0]}: error:{line.split(':', 1)[1]}"
