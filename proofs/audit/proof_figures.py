"""What is kept of the proofs beside the core's, and of what tries them, and how docs/evidence.md says it."""
import collections
import re

from evidence import spec_sha256
from judged import texts_sha256
from layer_sources import every_source

SOURCES = every_source()


def is_proved_now(kept):
    return kept["judged"] == texts_sha256(kept["judged"])


def proved(name, *keys):
    """The same, of a proof beside the core's: of what it has read."""
    def condense(evidence):
        report = evidence(name)
        kept = {key: report[key] for key in ("goals", "proved", "smoke_total", "smoke_passed", *keys, "judged")}
        kept = {key: len(value) if isinstance(value, list) else value for key, value in kept.items()}
        return kept, spec_sha256() if is_proved_now(kept) else None
    return condense


def goals_and_smoke(kept):
    return (f"{kept['proved']:,} of {kept['goals']:,} goals proved, {kept['smoke_passed']} of "
            f"{kept['smoke_total']} smoke tests passed")


def core_lines(kept):
    return ["`make prove`, the core, its theorems, and that its contracts leave nothing open: "
            f"{goals_and_smoke(kept)}; {kept['canaries']} canaries fail, each for the reason it names."]


def what_loses(found):
    table = ["", "| | functions | goals | planted bugs that lose it | assumptions that it is lost without |",
             "|---|--:|--:|---|---|"]
    return table + [f"| {name} | {len(one['functions'])} | {one['goals']} | {', '.join(one['bugs']) or '-'} "
                    f"| {', '.join(one['assumptions']) or '-'} |" for name, one in found.items()]


def wire_lines(of):
    """Of a part of prove_wire."""
    return lambda kept: [f"{of}: {goals_and_smoke(kept)}, "
                         f"{kept['functions']} functions, {kept['outside']} outside; {kept['edits']} planted bugs and "
                         "assumptions taken away each lose what they name."] + what_loses(kept["theorems"])


def port_lines(command):
    """Of one port."""
    def lines(kept):
        of_its_library = ", ".join(f"{count} {mark}" for mark, count in kept["clauses"].items())
        return [f"`{command}`, the actions of the port for {kept['port']}, and what its library calls: "
                f"{goals_and_smoke(kept)}, {kept['functions']} functions, {kept['outside']} outside; "
                f"{kept['edits']} planted bugs and assumptions taken away each lose what they name. "
                f"Assumed of it: {of_its_library}."] + what_loses(kept["obligations"])
    return lines


def io_lines(kept):
    of_the_system = ", ".join(f"{count} {mark}" for mark, count in kept["clauses"].items())
    return [f"`make prove-io`, the POSIX io and the pair in memory: {goals_and_smoke(kept)}, {kept['functions']} "
            f"functions, {kept['outside']} outside; {kept['edits']} planted bugs and assumptions taken away each "
            f"lose what they name. Assumed of the system's calls: {of_the_system}."] + what_loses(kept["obligations"])


def joint_lines(kept):
    return [f"`make prove-joint`, what other proofs assume of the transport, from what it is proved to keep: "
            f"{goals_and_smoke(kept)}, {kept['functions']} functions; {kept['edits']} headers that say more lose it."]


def orderly_lines(kept):
    return [f"`make prove-orderly`, the orderly close: {goals_and_smoke(kept)}; {kept['canaries']} variants "
            "that have to fail do, each for the reason it names."]


W_LABEL = re.compile(r"W\d_")


def layer_mutant_row(path, one, findings):
    noticed = collections.Counter(name for mutant in one["list"]
                                  for name in {label[:2] for label in mutant["labels"] if W_LABEL.match(label)})
    return {"functions": one["functions"], "mutants": one["mutants"], "killed": one["killed"],
            "otherwise": one["otherwise"], "survived": len(one["survived"]), "same": one["same"],
            "without_reason": sum(line.startswith(path + ": ") and "no label is lost" in line for line in findings),
            "theorems": dict(sorted(noticed.items()))}


def layer_mutant_figures(evidence, before):
    """Of the files that were tried whole; of others what is kept already, where it is of the texts as they are."""
    report = evidence("mutants_layers")
    whole = {path: one for path, one in report["files"].items() if one["mutants"] == one["of"]}
    rows = {path: layer_mutant_row(path, one, report["findings"]) for path, one in whole.items()}
    digests = {path: digest for one in whole.values() for path, digest in one["judged"].items()}
    for path, row in before.get("files", {}).items():
        now = texts_sha256(SOURCES[path].sources) if path in SOURCES and path not in rows else None
        if now and now.items() <= before["judged"].items():
            rows[path] = row
            digests.update(now)
    kept = {"files": {path: rows[path] for path in SOURCES if path in rows}, "least_percent": report["least_percent"],
            "judged": dict(sorted(digests.items()))}
    return kept, spec_sha256() if rows and is_proved_now(kept) else None


def layer_mutant_lines(kept):
    files = kept["files"].values()
    total = lambda what: sum(one[what] for one in files)
    theorems = sum((collections.Counter(one["theorems"]) for one in files), collections.Counter())
    but = f"all but {total('without_reason')}" if total("without_reason") else ""
    short = [path for path, one in kept["files"].items()
             if 100 * one["killed"] < kept["least_percent"] * one["mutants"]]
    yield (f"- `make mutants-layers`: a statement, operator or constant changed in {total('functions')} functions, "
           f"where the compiler makes other code of it: {total('mutants'):,} mutants, {total('killed'):,} killed by a "
           f"label of the function's contract ({100 * total('killed') / total('mutants'):.0f} %), {total('otherwise')} "
           f"by other goals alone (`assigns`, the end of a loop, an overflow), {total('survived')} survive; a reason "
           f"stands in [survivors.txt](../proofs/trial/survivors.txt) for {but or 'each'}. Wanted: "
           f"{kept['least_percent']} % of each file by labels; missed in {', '.join(short) or 'none'}. By the labels "
           "of a theorem: " + ", ".join(f"{name} {count}" for name, count in sorted(theorems.items())) + ". Not "
           f"tried: {', '.join(path for path in SOURCES if path not in kept['files']) or 'none'}.")
    yield from ("", "| | functions | mutants | killed by labels | by other goals alone | survive | do the same |",
                "|---|--:|--:|--:|--:|--:|--:|")
    for path, one in kept["files"].items():
        counts = [str(one[what]) for what in ("functions", "mutants", "killed", "otherwise", "survived", "same")]
        yield "| " + " | ".join([path, *counts]) + " |"
