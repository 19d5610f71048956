"""Whether an evidence file agrees with itself: each figure is counted anew from its own list.

One function for each file whose lists are known; all files are held to what is common to them. A
figure that was changed alone, an entry that was taken out, a verdict that was turned: each of
them contradicts something else in the file.
"""
import collections

from trace_links import killers, verdict_of
from wp import tally

HEX = set("0123456789abcdef")


def counted(told, figures):
    """`NAME is X, the list says Y` for each figure that differs."""
    for name, right in figures.items():
        if told.get(name) != right:
            yield f"{name} is {told.get(name)}, and its own list says {right}"


# What every file has ------------------------------------------------------------------------------

def is_digest(value):
    return isinstance(value, str) and len(value) == 64 and set(value) <= HEX


def schema(told, seal):
    """The parts that every evidence file has, or that its seal has for it."""
    if not isinstance(told, dict):
        yield "it is no object with spec_sha256, sources, tools and seconds"
        return
    if not is_digest(told.get("spec_sha256")):
        yield "it has no spec_sha256: say which specification it is about"
    sources = told.get("sources", seal.get("sources"))
    if not isinstance(sources, dict) or not sources:
        yield "it has no sources: say by their digests what was judged (or seal it with --sources)"
    elif not all(is_digest(digest) for digest in sources.values()):
        yield "its sources are not all SHA-256 digests"
    if not isinstance(told.get("tools"), dict) or not told["tools"]:
        yield "it has no tools: say what judged, and in which version"
    if not isinstance(told.get("seconds"), (int, float)) or told["seconds"] < 0:
        yield "it has no seconds"


# What each file says twice ------------------------------------------------------------------------

def proof(told):
    real = [goal for goal in told["results"] if not goal["smoke"]]
    smoke = [goal for goal in told["results"] if goal["smoke"]]
    by = collections.Counter()
    for goal in real:
        by.update(goal["provers"])
        if sum(goal["provers"].values()) != goal["proved"]:
            yield f"{goal['function']}: {goal['goal']}: its provers proved " \
                  f"{sum(goal['provers'].values())} and not {goal['proved']}"
        if goal["label"] and goal["label"] not in goal["goal"]:
            yield f"{goal['function']}: {goal['goal']} does not carry the label {goal['label']}"
    birds = told["canary_results"]
    yield from counted(told, {
        "goals": sum(goal["total"] for goal in real),
        "proved": sum(goal["proved"] for goal in real),
        "smoke_total": sum(goal["total"] for goal in smoke),
        "smoke_passed": sum(goal["proved"] for goal in smoke),
        "by_prover": dict(sorted(by.items())), "canaries": len(birds),
        "theorem_goals": sum(goal["total"] for goal in real
                             if goal["source"] == "proofs/any_client.c"),
        "complete_goals": sum(goal["total"] for goal in real
                              if goal["source"] == "proofs/complete.c"),
        "canaries_failed_as_named": sum(not bird["problems"] for bird in birds)})


def other_proof(told):
    yield from counted(told, tally(told["results"]))
    if told.get("canaries", 0) != told.get("canaries_failed_as_named", 0):
        yield f"{told['canaries_failed_as_named']} of {told['canaries']} canaries failed as named"


def mutants(told):
    listed = told["list"]
    verdicts = collections.Counter(verdict_of(mutant) for mutant in listed)
    yield from counted(told, {name: verdicts[name]
                              for name in ("killed", "survived", "equivalent")})
    yield from counted(told, {"mutants": sum(verdicts[name] for name in
                                             ("killed", "survived", "equivalent"))})
    if "per_label" in told:   # of all mutants, not of the sample
        asked = [mutant for mutant in listed
                 if mutant["state"] == "different" and mutant["unproved"] is not None]
        yield from counted(told, {
            "labels": len(told["per_label"]), "masked": sum(mutant["masked"] for mutant in listed),
            "labels_alone": sum(bool(one["witness"]) for one in told["per_label"].values()),
            "provers_asked": len(asked), "refused": len(told["refused_list"]),
            "broken": len(told["broken_list"]), "duplicates": len(told["duplicate_list"]),
            "killed_by_provers_alone": sum(bool(killers(mutant)) and not mutant["broken"]
                                           for mutant in listed),
            "equivalent_proved": sum(mutant["state"] == "equivalent" and mutant["unproved"] == []
                                     for mutant in listed),
            "kinds": dict(collections.Counter(mutant["kind"] for mutant in listed
                                              if mutant["state"] == "different")),
            "provers_say_the_same": sum(set(mutant["broken"]) == set(mutant["unproved"])
                                        for mutant in asked)})
    for mutant in listed:
        if (verdict_of(mutant) == "killed") != bool(killers(mutant)):
            yield f"{mutant['what']}: it is {verdict_of(mutant)}, " \
                  f"by {killers(mutant) or 'nothing'}"


def mutants_layers(told):
    for source, one in told["files"].items():
        by_label = [mutant for mutant in one["list"] if mutant["labels"]]
        unnoticed = [f"{source} {mutant['name']}" for mutant in one["list"]
                     if not mutant["labels"] and not mutant["others"]]
        for line in counted(one, {"mutants": len(one["list"]), "killed": len(by_label), "survived": unnoticed,
                                  "otherwise": len(one["list"]) - len(by_label) - len(unnoticed)}):
            yield f"{source}: {line}"


def necessity(told):
    broke = sum(bool(one["broken"]) for one in told["list"])
    yield from counted(told, {
        "taken_away": len(told["list"]), "broke": broke, "not_needed": len(told["list"]) - broke,
        "by_kind": dict(collections.Counter(one["kind"] for one in told["list"]))})


def interop(told):
    failed = sum(bool(record["differences"]) for record in told["records"])
    cells = {(record["scenario"], record["engine"], record["tls"], record["role"], record["mode"])
             for record in told["records"]}
    yield from counted(told, {
        "cells": len(cells), "in_memory": sum(cell[-1] == "memory" for cell in cells),
        "failed": failed, "passed": len(told["records"]) - failed,
        "not_applicable": sum(one["count"] for one in told["not_applicable_reasons"])})
    if "shard" in told and told["dealt"]["cases"] != len(cells):
        yield f"{told['dealt']['cases']} cells were dealt to the part {told['shard']}, and {len(cells)} are there"


def divergences(told):
    listed = told["list"]
    yield from counted(told, {
        "catalogued": len(listed),
        "expected": sum(one["shown_by_3.0"] == "yes" for one in listed),
        "classified": sum(one.get("scenario_differences", 0) for one in listed)})
    if told["shown"] > told["expected"] or told["unclassified"] < 0:
        yield f"shown is {told['shown']} of {told['expected']}"


def provers(told):
    goals = told["results"]
    many = collections.Counter(len(goal["provers"]) for goal in goals)
    by = collections.Counter(prover for goal in goals for prover in goal["provers"])
    single = [goal for goal in goals if len(goal["provers"]) == 1]
    yield from counted(told, {
        "goals": len(goals), "by_none": many[0], "by_one": many[1],
        "by_two_together": len(told["together"]),
        "by_two_or_more": sum(count for number, count in many.items() if number > 1),
        "by_prover": dict(sorted(by.items())), "single": single,
        "one_prover_only": dict(sorted(collections.Counter(
            goal["provers"][0] for goal in single).items()))})


def explore(told):
    summed = ("sequences", "calls", "merged", "differing", "unexplained", "random_walks",
              "random_calls")
    yield from counted(told, {name: sum(walk[name] for walk in told["walks"]) for name in summed})
    if bool(told["unexplained"]) != bool(told["findings"]):
        yield f"{told['unexplained']} calls are unexplained, and {len(told['findings'])} are listed"
    missing = sum(one["expected"] and not one["differences"] for one in told["divergences"])
    missing += sum("sequence" not in claim for claim in told["claims"])
    yield from counted(told, {"missing": missing})
    uses = told["rule_uses"]   # how often each rule was used; -1: it is about other releases
    yield from counted(told, {"rules": len(uses), "rules_unused": uses.count(0)})
    for place, one in enumerate(told["divergences"], 1):
        if one["id"] != f"D-{place:02}":
            yield f"{one['id']} stands where D-{place:02} belongs"
        if bool(one["differences"]) != ("sequence" in one):
            yield f"{one['id']}: {one['differences']} differences, but " \
                  f"{'a' if 'sequence' in one else 'no'} sequence that shows one"


def theorems(told):
    goals, birds = told["results"], told["canary_results"]
    by = collections.Counter(goal["prover"] for goal in goals if goal["proved"])
    yield from counted(told, {
        "goals": len(goals), "proved": sum(goal["proved"] for goal in goals),
        "by_prover": {prover: by[prover] for prover in told["by_prover"]}, "canaries": len(birds),
        "canaries_failed_as_named": sum(not bird["problems"] for bird in birds)})
    refuted = {bird["refutes"] for bird in birds}
    for theorem in told["theorems"]:
        below = [goal for goal in goals if goal["module"] in theorem["rests_on"]]
        for name, right in (("goals", len(below)),
                            ("proved", sum(goal["proved"] for goal in below))):
            if theorem[name] != right:
                yield f"{theorem['name']}: {name} is {theorem[name]}, its modules say {right}"
        if not told["quick"] and theorem["name"].split("_")[0] not in refuted:
            yield f"{theorem['name']}: no canary refutes it"
    if told["sessions_replayed"] not in (0, told["sessions"]):
        yield f"{told['sessions_replayed']} of {told['sessions']} sessions were replayed"


def forms(told):
    yield from counted(told, {"forms": len(told["list"]),
                              "equal": sum(form["equal"] for form in told["list"])})


def kit(told):
    settings = told["settings"]
    yield from counted(told, {
        "passed": sum(one["cases"] - one["failed"] for one in settings),
        "failed": sum(one["failed"] for one in settings)})
    for one in settings:
        if bool(one["failed"]) != bool(one["findings"]):
            yield f"{one['setting']}: {one['failed']} cases failed, and {len(one['findings'])} " \
                  "findings are listed"
        needed = sum(limit["findings"] for limit in one["limits"])
        if needed < one["limited"] or bool(needed) != bool(one["limited"]):
            yield f"{one['setting']}: {one['limited']} cases are limits, and {needed} findings"


def clauses(told):
    yield from counted(told, {
        "clauses": sum(told["by_kind"].values()),
        "discharged": told["clauses"] - told["not_testable"]})


def system(told):
    calls = collections.Counter()
    for group in told["groups"]:
        calls.update(group["by_call"])
        yield from counted(group, {"runs": sum(group["by_call"].values())})
    yield from counted(told, {"runs": sum(group["runs"] for group in told["groups"]),
                              "failed": sum(group["failed"] for group in told["groups"]),
                              "limited": sum(group["limited"] for group in told["groups"]),
                              "by_call": dict(calls)})
    if bool(told["failed"]) != bool(told["findings"]):
        yield f"{told['failed']} runs failed, and {len(told['findings'])} findings are listed"


def soak(told):
    ended = {one["subject"] for one in told["list"]}
    yield from counted(told, {"closes": sum(one["closes"] for one in told["list"]),
                              "grown": sum(one["grown"] for one in told["list"]),
                              "subjects": len(ended) + len(told["unfinished"])})
    for one in told["list"]:
        if not one["grown"] and (one["blocks"] > 0 or one["descriptors"] > 0):
            yield f"{one['subject']}: {one['blocks']} blocks and {one['descriptors']} descriptors " \
                  "more, and it says that nothing grew"


def bench(told):
    yield from counted(told, {"subjects": len(told["closes"]), "engines": len(told["code"])})
    weighed = sorted(one["subject"].split("-")[0] for one in told["memory"])
    if weighed != sorted(["plain", *(one["engine"] for one in told["code"])]):
        yield f"memory is of {', '.join(weighed)}"
    for one in told["closes"]:
        own = sum(one["native"].values())
        yield from counted(one, {
            "native_total": own, "port_percent": round(100 * one["ours"]["port"] / own, 2),
            "all_percent": round(100 * (sum(one["ours"].values()) - own) / own, 2)})
        cores = told["targets"]["core"]
        if (one["ours"]["core"] > cores) != any(
                line.startswith(f"{one['subject']}: the core") for line in told["missed"]):
            yield f"{one['subject']}: {one['ours']['core']} instructions of the core, and the " \
                  f"target is {cores}"
    for one in told["code"]:
        yield from counted(one, {"ours": sum(one["parts"].values()),
                                 "native": sum(one["functions"].values())})


def faults(told):
    for one in told["variants"]:
        name = f"{one['engine']} {one['tls']} {one['role']} {one['mode']}"
        for way in ("cuts", "shapes"):
            if sum(one[way].values()) != one["cells"]:
                yield f"{name}: {one['cells']} cells, and its {way} say {sum(one[way].values())}"
    yield from counted(told, {"cells": sum(one["cells"] for one in told["variants"]),
                              "failed": len(told["findings"])})
    if sum(one["findings"] for one in told["variants"]) != len(told["findings"]):
        yield f"the variants have {sum(one['findings'] for one in told['variants'])} findings, and " \
              f"{len(told['findings'])} are listed"


def lossless(told):
    left = len(told["list"])
    for one in told["sums"]:
        name = f"{one['engine']} TLS {one['tls']} "
        plain = one["close"] != "Endwell"
        below = [run for run in told["list"] if run["plain"] == plain and
                 run["run"].startswith(("plain " if plain else "") + name)]
        left -= len(below)
        right = {"runs": len(below), "runs_with_loss": sum(run["lost"] > 0 for run in below),
                 "bytes_accepted": sum(run["accepted_out"] + run["accepted_in"] - run["not_wanted"]
                                       for run in below),
                 "bytes_lost": sum(run["lost"] for run in below),
                 "bytes_lost_untold": sum(run["untold"] for run in below)}
        for line in counted(one, right):
            yield f"{name}({one['close']}): {line}"
    if left:
        yield f"{left} runs of the list are in no sum, or in two"
    good = "as it has to be"
    yield from counted(told, {"runs": len(told["list"]),
                              "failed": sum(run["verdict"] != good for run in told["list"])})
    for run in told["list"]:
        if not run["plain"] and run["lost"] and run["verdict"] == good:
            yield f"{run['run']}: {run['lost']} bytes are lost, and its verdict is '{good}'"


def fuzz(told):
    yield from counted(told, {
        "sequences": sum(one["sequences"] for one in told["engines"]),
        "calls": sum(sum(one["calls"].values()) for one in told["engines"])})
    for one in told["engines"]:
        name = one["engine"]
        if sum(one["classes"].values()) != sum(one["reasons"].values()):
            yield f"{name}: {sum(one['classes'].values())} answers by class, and " \
                  f"{sum(one['reasons'].values())} by reason"
        few = [what for kind in ("calls", "classes", "reasons") for what, times in one[kind].items()
               if times < one["least"] and not (kind != "calls" and what in one["cannot_be_met"])]
        if few and not told["failed"]:
            yield f"{name}: {', '.join(few)}: fewer than {one['least']}, and nothing has failed"


CHECKS = {"faults": faults, "faults_sample": faults, "lossless": lossless, "lossless_quick": lossless,
          "system": system, "system_quick": system, "soak": soak, "bench": bench,
          "bench_quick": bench,
          "proof": proof, "proof_sample": proof, "proof_wire": other_proof, "proof_io": other_proof,
          "proof_connection": other_proof, "proof_opening": other_proof,
          "proof_orderly": other_proof, "proof_orderly_sample": other_proof,
          "proof_use": other_proof, "proof_use_quick": other_proof,
          "necessity": necessity, "mutants": mutants, "mutants_sample": mutants,
          "mutants_orderly": mutants, "mutants_orderly_sample": mutants,
          "mutants_orderly_c": mutants, "mutants_orderly_c_sample": mutants, "mutants_layers": mutants_layers,
          "interop": interop, "interop_sample": interop, "divergences": divergences,
          "provers": provers, "theorems": theorems, "clauses": clauses, "forms": forms,
          "fuzz": fuzz, "fuzz_quick": fuzz, "explore": explore, "kit": kit, "kit_sample": kit,
          **{f"explore-ours-{engine}{quick}": explore for quick in ("", "_quick")
             for engine in ("openssl", "mbedtls", "wolfssl", "gnutls", "bearssl")}}


def contradictions(name, told):
    """What a file says against itself; a list that is not there is one as well."""
    if name.endswith(("_quick", "_sample")) and told.get("quick") is False:
        yield f"it says that it is whole, and it is called {name}"
    try:
        late = told.get("out_of_time", 0)
        if late > max(told.get("failed", 0), len(told.get("findings", []))):
            yield f"{late} of its cases ran out of time, and fewer have failed"
        yield from CHECKS.get(name, lambda _: ())(told)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield f"it is not made as {name}.json is: {type(error).__name__}: {error}"
