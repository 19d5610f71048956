"""The figures of the long runs, which no test repeats: what is kept of each in docs/figures.json,
and how docs/evidence.md says it. What judges the C by its contracts (JUDGED) counts for as long
as tables, C, contracts and theorems are the same; what tries a machine's answers (BEHAVIOUR),
for as long as the digest of all answers to all events in all states is; the costs, for as long
as the specification is, to the byte; the proofs beside the core's, and the mutants of what they prove (PROVED), for as
long as what they read is. A run of the version before may be shown for a while: it is listed as such in the
file, and the page says so; making it anew takes it off the list."""
import glob
import json
import re

from evidence import sha256, spec_sha256, write_whole
from judged import inputs_sha256, judged_sha256
from proof_figures import (core_lines, io_lines, is_proved_now, joint_lines, layer_mutant_figures, layer_mutant_lines,
                           orderly_lines, port_lines, proved, wire_lines)
from prove_port import PORTS

FIGURES = "docs/figures.json"
BEFORE = "of the version before"   # runs of it that are still shown, and the page says so
DIVERGENCES = "spec/divergences.md"
WORLD = "interop/world/world.json"
RELATION = "gen/out/relation.sha256"
CANARIES = "proofs/canaries"
BEHAVIOUR = {"explore", "explore-ours", "interop", "kit", "faults", "fuzz", "lossless", "system", "soak",
             "world"}
PROVED = {"mutants-layers", "prove", "prove-joint", "prove-wire", "prove-connection", "prove-opening", "prove-io",
          "prove-orderly", *(f"prove-port-{port.name}" for port in PORTS)}
JUDGED = {"by-label": inputs_sha256, "necessity": judged_sha256, "provers": judged_sha256}


class Missing(Exception):
    """An evidence file, or figures, that are not there, with the command that makes them."""


def explore_figures(evidence):
    report = evidence("explore")
    kept = {name: report[name] for name in (
        "sequences", "states", "differing", "unexplained", "replayed", "replays_differing",
        "missing", "tools", "divergences_sha256")}
    kept["depth"] = {walk["alphabet"]: [walk["letters"], max(
        other["depth"] for other in report["walks"] if other["alphabet"] == walk["alphabet"])]
                     for walk in report["walks"]}
    kept["met"] = sum(1 for item in report["divergences"] if item["differences"])
    return kept, report["spec_sha256"]


def explore_lines(kept):
    letters = ", ".join(f"every one of up to {depth} steps of {count}"
                        for count, depth in kept["depth"].values())
    return [f"{kept['sequences']:,} sequences on OpenSSL {kept['tools']['libssl']} ({letters}): "
            f"{kept['unexplained']} differences from the contract without an explanation, "
            f"{kept['met']} divergences met; {kept['states']:,} states that can be told apart; "
            f"{kept['replays_differing']} of {kept['replayed']:,} sequences give something else on "
            "a fresh connection."]


OURS = (("openssl", "OpenSSL"), ("mbedtls", "mbedTLS"), ("wolfssl", "wolfSSL"),
        ("gnutls", "GnuTLS"), ("bearssl", "BearSSL"))


def ours_figures(evidence):
    kept, digests = {}, set()
    for engine, _ in OURS:
        report = evidence(f"explore-ours-{engine}")
        kept[engine] = {name: report[name] for name in ("sequences", "differing")}
        digests.add(report["spec_sha256"])
    return kept, digests.pop() if len(digests) == 1 else None


def ours_lines(kept):
    lacking = [key for key, _ in OURS if key not in kept]
    if lacking:
        raise Missing(f"{FIGURES}: explore-ours has no {', '.join(lacking)}; run: make explore-ours && make figures")
    return ["; ".join(f"{kept[key]['sequences']:,} sequences with {name}, {kept[key]['differing']} "
                      "differences" for key, name in OURS) + "."]


def picked(name, *keys):
    """Keeps some numbers of one evidence file as they are."""
    def condense(evidence):
        report = evidence(name)
        return {key: report[key] for key in keys}, report["spec_sha256"]
    return condense


def judged(kind, name, *keys):
    """The same, of a run that judges the C by its contracts."""
    def condense(evidence):
        report = evidence(name)
        kept = {key: report[key] for key in ("judged_sha256", *keys)}
        is_now = report["judged_sha256"] == JUDGED[kind]()
        return kept, spec_sha256() if is_now else report["spec_sha256"]
    return condense


def by_label_lines(kept):
    return [f"- `make mutants`: {kept['mutants']:,} mutants of the tables and of the C, "
            f"{kept['equivalent']} of them equivalent (the same digest of all answers, no false "
            f"label); {kept['killed']:,} killed by a label of a contract, {kept['survived']} "
            f"survive; {kept['labels_alone']} of {kept['labels']} labels kill one that no other "
            "label kills, of the others CAVEATS says why they are there."]


def prover_lines(kept):
    return [f"- `make provers`: {kept['goals']} named goals: {kept['by_two_or_more']} proved by "
            f"two provers or more each by itself, {kept['by_one']} by one, "
            f"{kept['by_two_together']} in parts by two; on "
            f"{len(kept['machdeps'])} machine models all; Eva shows "
            f"{kept['eva']['properties']} properties over every state."]


def necessity_lines(kept):
    return [f"- `make necessity`: {kept['taken_away']} requirements, conditions, invariants and "
            f"port obligations taken away in turn: {kept['broke']} break a goal, "
            f"{kept['not_needed']} are not needed."]


def interop_lines(kept):
    return [f"{kept['passed']} of {kept['cells']} cells passed, {kept['in_memory']} of them over a pair in memory; "
            f"{kept['not_applicable']} more do not apply, each with its reason."]


def kit_lines(kept):
    return [f"- `make kit`, ports under scripted faults at every operation: {kept['passed']:,} "
            f"cases passed, {kept['failed']} failed."]


def faults_figures(evidence):
    report = evidence("faults")
    engines = sorted({f"{one['engine']} {one['tls']}" for one in report["variants"]})
    return {"cells": report["cells"], "failed": report["failed"], "engines": engines}, \
        report["spec_sha256"]


def faults_lines(kept):
    return [f"- `make faults`: {kept['cells']:,} connections, on {', '.join(kept['engines'])}: "
            f"{kept['failed']} findings."]


def lossless_figures(evidence):
    report = evidence("lossless")
    total = lambda what: int(sum(one[what] for one in report["sums"] if one["close"] == "Endwell"))
    alone = {}   # an engine's own close: the bytes it accepted, and those of which nobody was told
    for one in report["sums"]:
        if one["close"] != "Endwell":
            accepted, untold = alone.get(one["close"], (0, 0))
            alone[one["close"]] = (accepted + int(one["bytes_accepted"]),
                                   untold + int(one["bytes_lost_untold"]))
    return {"runs": report["runs"], "failed": report["failed"],
            "accepted": total("bytes_accepted"), "lost": total("bytes_lost"),
            "untold": total("bytes_lost_untold"), "alone": alone}, report["spec_sha256"]


def lossless_lines(kept):
    alone = ", ".join(f"{100 * untold / accepted:.1f} % ({close})"
                      for close, (accepted, untold) in kept["alone"].items())
    return [f"- `make lossless`, 8 and 64 MB in flight each way while either side closes, 1,000 "
            f"connections at once: {kept['runs']:,} runs; of {kept['accepted']:,} bytes that "
            f"either side accepted {kept['lost']} were lost. By each engine's own close and `close()` "
            f"were lost, and nobody was told: {alone}."]


def system_lines(kept):
    return ["- `make system-faults`, every system call and allocation of the adapter made to "
            f"fail: {kept['runs']:,} runs, {kept['failed']} findings."]


def fuzz_figures(evidence):
    report = evidence("fuzz")
    if report["quick"] or report["failed"]:
        raise Missing("fuzz.json: a quick run, or one with findings; run: make fuzz FUZZ_SECONDS=600 && make figures")
    return {"sequences": report["sequences"], "calls": report["calls"], "late": report["out_of_time"],
            "minutes": round(min(one["seconds"] for one in report["engines"]) / 60),
            "engines": sorted(one["engine"] for one in report["engines"])}, report["spec_sha256"]


def fuzz_lines(kept):
    return [f"- `make fuzz`, random sequences of all public calls against a hostile peer, under AddressSanitizer "
            f"and UndefinedBehaviorSanitizer, {kept['minutes']} minutes an engine ({', '.join(kept['engines'])}): "
            f"{kept['sequences']:,} sequences, {kept['calls']:,} calls, 0 findings, {kept['late']} that did not "
            "come back in time."]


def soak_figures(evidence):
    report = evidence("soak")
    engines = [one["closes"] for one in report["list"] if one["subject"] != "plain"]
    return {"closes": report["closes"], "subjects": report["subjects"], "grown": report["grown"],
            "unfinished": len(report["unfinished"]), "over_engines": sum(engines)}, \
        report["spec_sha256"]


def soak_lines(kept):
    return [f"- `make soak`: {kept['closes']:,} connections opened and closed, "
            f"{kept['over_engines']:,} of them over TLS engines: {kept['grown']} of "
            f"{kept['subjects']} subjects hold more memory or descriptors after it, "
            f"{kept['unfinished']} did not come to the end."]


def bench_figures(evidence):
    report = evidence("bench")
    spread = lambda values: [min(values), max(values)]
    return {"core": spread([one["ours"]["core"] for one in report["closes"]]),
            "port_percent": spread([one["port_percent"] for one in report["closes"]]),
            "all_percent": spread([one["all_percent"] for one in report["closes"]]),
            "growth": [[one["connections"], one["instructions"]] for one in report["growth"]],
            "rates": {one["subject"]: one["ratio"] for one in report["rates"]},
            "batch": report["rates"][0]["closes_of_a_pair"] // 2,
            "our_side": {one["subject"]: one["our_side"] for one in report["rates"]},
            "targets": report["targets"], "missed": len(report["missed"]),
            "flags": "gcc -O2 -fno-jump-tables", "tools": report["tools"]}, report["spec_sha256"]


def bench_lines(kept):
    growth = ", ".join(f"{count:,.0f} at {connections:,} connections"
                       for connections, count in kept["growth"])
    rates = ", ".join(f"{ratio:.3f} ({subject}; our side alone {kept['our_side'][subject]:.3f})"
                      for subject, ratio in kept["rates"].items())
    port, whole = kept["port_percent"], kept["all_percent"]
    return [f"- `make bench`: a full close takes {kept['core'][1]:.0f} instructions in the core "
            f"({kept.get('flags', 'gcc -O2')} on x86-64; wanted: at most "
            f"{kept['targets']['core']}), {port[0]} to {port[1]} % of the engine's own close in the "
            f"port (wanted: at most {kept['targets']['port_percent']}; 3.0 until the OpenSSL port's "
            f"actions were cut for their proof), and in all {whole[0]:+} to {whole[1]:+} % beside the "
            f"engine's own close; core, connection and transport: {growth}. Closes per second over "
            f"loopback, the peer's answer in them, in batches of {kept['batch']} (in a cold cache "
            f"our side costs some percent more), against libssl itself: {rates} "
            f"(wanted: at least {kept['targets']['throughput']}). Targets missed: {kept['missed']}."]


# From the worst: of several engines and TLS versions the worst counts.
VERDICTS = ("LOSES-DATA", "VIOLATION", "PERMITTED-BUT-RISKY", "AGAINST-THE-LETTER", "PASS",
            "NOT-OBSERVABLE")


def by_order(records):
    """Order of closing -> verdict -> the programs that did nothing worse in it."""
    seen = {}
    for name, order, *_, verdict, _ in records:
        seen.setdefault(order, {}).setdefault(name, set()).add(verdict)
    told = {}
    for order, programs in seen.items():
        told[order] = {verdict: [] for verdict in VERDICTS}
        for name, verdicts in programs.items():
            told[order][min(verdicts, key=VERDICTS.index)].append(name)
    return told


def peer_table(orders):
    yield "| peers, by order of closing | as asked | letter | risky | not seen | against the standards " \
        "| lose data |"
    yield "|---|--:|--:|--:|--:|---|---|"
    for order, told in orders.items():
        counts = " | ".join(str(len(told.get(verdict, []))) for verdict in
                            ("PASS", "AGAINST-THE-LETTER", "PERMITTED-BUT-RISKY", "NOT-OBSERVABLE"))
        names = " | ".join(", ".join(told.get(verdict, [])) or "none" for verdict in
                           ("VIOLATION", "LOSES-DATA"))
        yield f"| {order} | {counts} | {names} |"


def world_figures(_):
    with open(WORLD, encoding="utf-8") as file:
        report = json.load(file)
    further = report.get("further", {"seconds": [], "records": []})
    return {"programs": len(report["peers"]), "cells": report["cells"], "runs": 1 + len(further["seconds"]),
            "failed": report["ours"]["failed"], "limit": report["ours"].get("limit", 0),
            "not_played": report["ours"].get("not played", 0),
            "observations": report["observations"], "orders": by_order(report["records"] + further["records"])}, \
        report["spec_sha256"]


def world_lines(kept):
    seen = ", ".join(f"{count} {word}" for word, count in kept["observations"].items())
    return [f"- `make world`: {kept['programs']} programs and roles, {kept['cells']:,} "
            f"cells: {kept['failed']} in which our side did anything but what the specification "
            f"says, {kept['limit']} in a limit of its engine, {kept['not_played']} that could not be "
            f"played. Of the peers: {seen}. The table has the worst of {kept['runs']} runs.", "",
            *peer_table(kept["orders"])]


def mutants_figures(evidence):
    return layer_mutant_figures(evidence, kept_figures().get("mutants-layers", {}))


LONG = {"by-label": (judged("by-label", "mutants", "mutants", "equivalent", "killed", "survived",
                            "labels", "labels_alone", "provers_asked", "provers_say_the_same"),
                     by_label_lines, "make mutants"),
        "provers": (judged("provers", "provers", "goals", "by_two_or_more", "by_one",
                           "by_two_together",
                           "by_prover", "machdeps", "eva"), prover_lines, "make provers"),
        "necessity": (judged("necessity", "necessity", "taken_away", "broke", "not_needed",
                             "by_kind"),
                      necessity_lines, "make necessity"),
        "mutants-layers": (mutants_figures, lambda kept: list(layer_mutant_lines(kept)), "make mutants-layers"),
        "prove": (proved("proof", "canaries"), core_lines, "make prove"),
        "prove-wire": (proved("proof_wire", "functions", "outside", "edits", "theorems"),
                       wire_lines("`make prove-wire`, transport, waiting and what the ports share"), "make prove-wire"),
        "prove-connection": (proved("proof_connection", "functions", "outside", "edits", "theorems"),
                             wire_lines("`make prove-connection`, the calls of a connection"),
                             "make prove-connection"),
        "prove-opening": (proved("proof_opening", "functions", "outside", "edits", "theorems"),
                          wire_lines("`make prove-opening`, what opens a connection, and any history of its calls"),
                          "make prove-opening"),
        "prove-io": (proved("proof_io", "functions", "outside", "edits", "obligations", "clauses"), io_lines,
                     "make prove-io"),
        **{f"prove-port-{port.name}": (proved(f"proof_port_{port.name}", "port", "functions", "outside", "edits",
                                              "obligations", "clauses"),
                                       port_lines(f"make prove-port-{port.name}"), f"make prove-port-{port.name}")
           for port in PORTS},
        "prove-joint": (proved("proof_joint", "functions", "edits", "obligations"), joint_lines, "make prove-joint"),
        "prove-orderly": (proved("proof_orderly", "canaries"), orderly_lines, "make prove-orderly"),
        "interop": (picked("interop", "passed", "cells", "in_memory", "not_applicable"), interop_lines, "make interop"),
        "kit": (picked("kit", "passed", "failed"), kit_lines, "make kit"),
        "faults": (faults_figures, faults_lines, "make faults"),
        "lossless": (lossless_figures, lossless_lines, "make lossless"),
        "system": (picked("system", "runs", "failed"), system_lines, "make system-faults"),
        "fuzz": (fuzz_figures, fuzz_lines, "make fuzz FUZZ_SECONDS=600"),
        "soak": (soak_figures, soak_lines, "make soak"),
        "bench": (bench_figures, bench_lines, "make bench"),
        "world": (world_figures, world_lines, "make world"),
        "explore": (explore_figures, explore_lines, "make explore"),
        "explore-ours": (ours_figures, ours_lines, "make explore-ours")}


def kept_figures():
    try:
        with open(FIGURES, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def kept_samples():
    """Of the proof of the core as it is now: what `make prove-quick` repeats a sample of."""
    kept = kept_figures().get("prove")
    if not kept or not is_proved_now(kept):
        raise Missing(f"{FIGURES}: prove is about other sources; run: make prove figures")
    birds = len(glob.glob(CANARIES + "/*.c") + glob.glob(CANARIES + "/*.patch"))
    if kept["canaries"] != birds:
        raise Missing(f"{FIGURES}: prove has {kept['canaries']} canaries, {CANARIES}/ has {birds}; "
                      "run: make prove figures")
    return {"smoke_total": kept["smoke_total"], "smoke_passed": kept["smoke_passed"],
            "canaries": birds, "canaries_failed_as_named": birds}


def relation_sha256():
    with open(RELATION, encoding="utf-8") as file:
        return file.read().strip()


def relation_of(digest, kept):
    """The answers of the machine that evidence is about: this one, or the one that was kept."""
    if digest == spec_sha256():
        return relation_sha256()
    return kept["relation_sha256"] if kept and kept["spec_sha256"] == digest else None


def write_figures(evidence):
    """Keeps what there is of the long runs; what there is not stays as it was."""
    kept = kept_figures()
    for name, (condense, _, command) in LONG.items():
        try:
            told, digest = condense(evidence)
        except Missing:
            print(f"{name}: not run here, kept as it was; {command}")
            continue
        relation = relation_of(digest, kept.get(name))
        if not relation:
            print(f"{name}: about another specification, kept as it was; {command}")
            continue
        kept[name] = {"spec_sha256": digest, "relation_sha256": relation, **told}
        if relation == relation_sha256():
            kept[BEFORE] = [other for other in kept.get(BEFORE, []) if other != name]
        print(f"{name}: kept")
    write_whole(FIGURES, kept)
    return 0


def long_lines(name):
    _, lines, command = LONG[name]
    kept = kept_figures().get(name)
    if not kept:
        raise Missing(f"{FIGURES} has nothing of {name}; make it with: {command} && make figures")
    if name in BEHAVIOUR:
        same = kept["relation_sha256"] == relation_sha256()
    elif name in PROVED:
        same = is_proved_now(kept)
    elif name in JUDGED:
        same = kept.get("judged_sha256") == JUDGED[name]()
    else:
        same = kept["spec_sha256"] == spec_sha256()
    if not same and name not in kept_figures().get(BEFORE, []):
        raise Missing(f"{FIGURES}: {name} is about another specification; run: "
                      f"{command} && make figures")
    if kept.get("divergences_sha256", sha256(DIVERGENCES)) != sha256(DIVERGENCES):
        raise Missing(f"{FIGURES}: {name} is about another {DIVERGENCES}; run: "
                      f"{command} && make figures")
    told = lines(kept)
    if not same:
        told[0] = re.sub(r"^(- )?", r"\g<0>*of the version before, not yet made on this one:* ",
                         told[0])
    return told
