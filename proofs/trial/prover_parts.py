"""The parts of `provers`: Eva, each prover alone, each machine model. Each is a dictionary."""
import os

import eva
import lint
from progress import run_all
from wp import CLIENT, CONTRACTS, CORE, FULL, ROOT, Run

MACHDEPS = ["x86_16", "x86_32", "gcc_x86_64", "ppc_32", "msvc_x86_64"]
PROVERS = ["z3", "cvc4"]
EVA = [f"eva{number + 1}" for number in range(eva.SHARES)]
ALONE = ["-wp-steps", "1000000", "-wp-timeout", "15"]   # who is alone fails often: fail fast
CLIENT_OPTIONS = ["-wp-skip-fct", "ew_action,ew_value,ew_error,ew_reason"]   # as in prove
LARGE = "ew_step,on_outcome"
KEPT = ("source", "function", "goal", "label", "total", "proved", "provers", "seconds")


def wp_runs(name, build, provers, limits, theorems):
    """The proof in runs that leave nothing out, as `make prove` has them."""
    options = ["-wp-prover", provers] + limits
    runs = [Run(name + " operations", CORE, build, options + ["-wp-skip-fct", LARGE]),
            Run(name + " step", CORE, build, options + ["-wp-fct", LARGE])]
    if theorems:
        runs.append(Run(name + " theorems", CLIENT, build, options + CLIENT_OPTIONS))
    return runs


def judged(runs):
    """(goals, findings): a run that came to no verdict is a finding, an unproved goal is none."""
    goals = [{key: goal[key] for key in KEPT} for run in runs for goal in run.goals]
    findings = [f"{run.source}:1: {run.name}: {'; '.join(run.warnings) or 'no verdict'}; "
                f"see {os.path.relpath(run.folder, ROOT)}/output"
                for run in runs if not run.goals or run.warnings]
    return goals, findings


def eva_part(build, number):
    """One share of Eva's runs; what they say is put together later."""
    runs = eva.share(build, number)
    run_all(f"provers: eva, part {number + 1} of {eva.SHARES}", runs)
    return {"runs": [eva.kept(run) for run in runs],
            "findings": [problem for run in runs for problem in run.problems()]}


def eva_sample(build):
    runs = eva.sample(build)
    run_all("provers: eva", runs)
    told = eva_together(runs, False)
    told["findings"] += [problem for run in runs for problem in run.problems()]
    return told


def eva_together(runs, whole):
    with open(CONTRACTS, encoding="utf-8") as one, open(lint.NAMED, encoding="utf-8") as two:
        compared, figures = eva.compare(runs, one.read() + two.read(), whole)
    said = eva.verdicts(runs)
    return {**figures, "properties": len(said["shown"]), "verdicts": said,
            "findings": compared}


def prover_part(build, prover):
    runs = wp_runs(prover, build, prover, ALONE, True)
    run_all("provers: " + prover + " alone", runs)
    goals, findings = judged(runs)
    return {"goals": goals, "findings": findings}


def machdep_part(build, machdep, functions=None):
    """All of the core for another machine model, or some of its functions."""
    both = ["-wp-prover", "cvc4,z3"] + FULL
    runs = [Run(machdep + " sample", CORE, build, both + ["-wp-fct", ",".join(functions)])] \
        if functions else wp_runs(machdep, build, "cvc4,z3", FULL, False)
    for run in runs:
        run.machdep = machdep
    run_all("provers: " + machdep, runs)
    goals, findings = judged(runs)
    findings += [f"{goal['source']}:1: {goal['function']}: not proved for {machdep}: "
                 f"{goal['goal']} ({goal['proved']} of {goal['total']}); try: "
                 f"proofs/prove --machdep {machdep} --prop {goal['label'] or '@' + goal['goal']}"
                 for goal in goals if goal["proved"] != goal["total"]]
    return {"goals": goals, "findings": findings}


def make(part, build):
    if part in EVA:
        return eva_part(build, EVA.index(part))
    return prover_part(build, part) if part in PROVERS else machdep_part(build, part)
