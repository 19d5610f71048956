#!/usr/bin/env python3
"""certify_test.py [--quick]: each check behind `make certify` can fail. Run from the root of a tree.

Each case breaks one thing in a copy of the core, or of the tree, and expects the exit status and
what is said. With --quick a third of that is tried (sample.py), and of the rest there is something to break. Ends
with `N passed, N failed`; exits 1 if one failed.
"""
import contextlib
import io
import os
import re
import shutil
import sys
import tempfile

import rooms  # where the modules below are
import breaking
import complexity
import worst_case
from mutate_c import functions, read
from sample import Sample

HERE = os.path.dirname(os.path.abspath(__file__))
CORE = "gen/out/ew_core.c"
SECONDS = 300
PARTS = 3   # of what is broken
NEVER = "    if (m->busy > EW_BUSY_HANDSHAKE) {\n        return EW_ANSWER_CORRUPT;\n    }\n"
TRUE_PART = "if (m->received == EW_RECEIVED_YES) {\n        /* E1"
FORCED = "    *(volatile uint8_t *)&m->busy = m->busy;\n"

# What is broken, the check, text of the core and what it becomes, what has to be said about it.
CORES = [
    ("a branch that nothing reaches", "mcdc", "on_finish(ew_machine *m)\n{\n", NEVER, "after",
     r"ew_core\.c:\d+:\d+: error: never true over all states and events"),
    ("a condition that is never true", "mcdc", TRUE_PART,
     TRUE_PART.replace("(m->", "((m->busy > EW_BUSY_HANDSHAKE) || (m->").replace("YES)", "YES))"),
     "instead", r"error: \d+ of \d+ mcdc covered"),
    ("a function of complexity 11", "complexity", "on_shutdown(ew_machine *m)\n{\n", NEVER * 2,
     "after", r"ew_core\.c:\d+: error: on_shutdown has a cyclomatic complexity of 11"),
    ("a core that is too large", "size", '#include "ew_core.h"\n',
     "extern const uint8_t ew_table[256];\nconst uint8_t ew_table[256] = {1};\n", "after",
     r"flash is \d+ bytes, promised are at most 896 \(Cortex-M0 -Os\)"),
    ("a core with memory of its own", "size", '#include "ew_core.h"\n',
     "extern uint8_t ew_calls;\nuint8_t ew_calls;\n", "after",
     r"ram is 1 bytes, promised are at most 0"),
    ("a core that needs a library", "size", "ew_session_kept(const ew_machine *m)\n{\n",
     "    if (m->busy / (m->quiet + 1) == 7) {\n        return 2;\n    }\n", "after",
     r"needs __aeabi_\w+.* from a library"),
    ("a loop", "worst_case", "ew_step(ew_machine *m, uint8_t event)\n{\n",
     "    while (*(volatile uint8_t *)&m->busy != 0u) {\n        m->sent++;\n    }\n", "after",
     r"no bound \(RV32IMC -Os\): ew_step: a loop or a recursion"),
    ("a call through a pointer", "worst_case", "ew_step(ew_machine *m, uint8_t event)\n{\n",
     "    (*(void (*volatile *)(void))m)();\n", "after",
     r"no bound \(Cortex-M0 -Os\): ew_step: `blx \w+` cannot be followed"),
    ("a step that takes too long", "worst_case", "ew_step(ew_machine *m, uint8_t event)\n{\n",
     FORCED * 100, "after",
     r"error: a path of \d+ instructions, the limit is \d+ \(Cortex-M4 -O2\)"),
]

# Several things at once, each with its message: cppcheck takes a while.
MISRA = [
    ("gen/out/ew_core.c", "halves != 0u", "halves != 0",
     r"gen/out/ew_core\.c:\d+: error: rule 10\.4: the core has no deviations"),
    ("gen/out/ew_core.h", "void ew_init(ew_machine *m);\n",
     "void ew_init(ew_machine *m);\nvoid ew_init(ew_machine *m);\n",
     r"gen/out/ew_core\.h:\d+: error: rule 8\.5: the core has no deviations"),
    ("src/questions.c", "    return ret > 0", "    ret = ret + 1 - 1;\n    return ret > 0",
     r"src/questions\.c:\d+: error: rule 17\.8: MISRA\.md lists no finding of it here"),
    ("MISRA.md", r"(?m)^(\| 8\.7 \|(?:  \|)*) 4 ", r"\1 3 ",
     r"MISRA\.md:\d+: error: rule 8\.7: lists 3 findings in src/io_memory\.c, there are 4"),
    ("MISRA.md", r"(?m)^\| 21\.10 \| required \|.*", "",
     r"MISRA\.md: error: rule 21\.10 has findings and no reason"),
    ("MISRA.md", r"(?m)^\| 22\.10 \| required \|[^|]*\|", "| 22.10 | required | it is fine |",
     r"MISRA\.md:\d+: error: rule 22\.10: 'it is fine' is no reason"),
    ("MISRA.md", r"(?m)^\| 15\.5 \| advisory", "| 15.5 | required",
     r"MISRA\.md:\d+: error: rule 15\.5 is 'required': only advisory rules can be disapplied"),
    ("MISRA.md", r"(?m)^(\| 13\.5 )", r"| 13.6 | required | This one is here to see whether "
     r"anybody looks at it. |\n\1",
     r"MISRA\.md:\d+: error: rule 13\.6 has a reason and no findings"),
]
# What the whole addition to a client grows by, and where: code, a frame, what each connection owns.
GROWTH = [
    ("src/endwell.c", "    c->number = number;\n    endwell_tell",
     "    c->number = number;\n    c->owed += number < -99 ? c->io_len * 7919 : 0;\n    endwell_tell",
     r"text of the whole addition, small, is \d+ bytes, promised are at most"),
    ("src/close.c", "dropped[EW_DRAIN_CHUNK]", "dropped[EW_DRAIN_CHUNK + 64]",
     r"frame of the whole addition, small, is \d+ bytes, promised are at most"),
    ("src/endwell.h", "    size_t drain_left;\n", "    size_t drain_left;\n    int64_t more;\n",
     r"ram of the whole addition, as it comes, is \d+ bytes, promised are at most"),
]
TOOLS = [("mcdc", "clang-19"), ("misra", "cppcheck"), ("complexity", "pmccabe"),
         ("size", "gcc-arm-none-eabi"), ("worst_case", "gcc-arm-none-eabi")]

NOT_TRIED = (None, "")


def run(check, tree, *options, **more):
    return breaking.ran(os.path.join(HERE, check + ".py"), "--out", os.path.join(tree, "out.json"),
                        *options, seconds=SECONDS, **more)


def broken_core(check, old, new, how, is_tried=True):
    with tempfile.TemporaryDirectory() as tree, open(CORE, encoding="utf-8") as file:
        text = file.read()
        if text.count(old) != 1:
            return None, f"{CORE} has {text.count(old)} times: {old}"
        if not is_tried:
            return NOT_TRIED
        core = os.path.join(tree, "ew_core.c")
        with open(core, "w", encoding="utf-8") as copy:
            copy.write(text.replace(old, old + new if how == "after" else new))
        build = ["--build", os.path.join(tree, "build")] if check == "mcdc" else []
        return run(check, tree, "--core", core, *build)


def broken_tree(check, edits, is_tried=True):
    """What a check says of a copy of the tree with all of these edits."""
    with tempfile.TemporaryDirectory() as tree:
        for folder in ("gen/out", "spec", "src"):
            shutil.copytree(folder, os.path.join(tree, folder))
        shutil.copy("MISRA.md", tree)
        for path, old, new, _ in edits:
            try:
                breaking.replace(os.path.join(tree, path),
                                 old if path == "MISRA.md" else re.escape(old), new)
            except breaking.Nothing as error:
                return None, str(error)
        return run(check, tree, cwd=tree) if is_tried else NOT_TRIED


def worst_case_with(**changes):
    """What worst_case.py says on x86-64 when a part of it is wrong."""
    kept = {name: getattr(worst_case, name) for name in changes}
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said), \
            contextlib.redirect_stderr(said):
        vars(worst_case).update(changes)
        try:
            status = worst_case.check(os.path.join(folder, "out.json"), CORE, worst_case.HOST[:1])
        finally:
            vars(worst_case).update(kept)
    return status, said.getvalue()


# A trap takes its time. A counter that is on the way of every step is missed in each state.
FEW = {"core": 9970, "orderly": 700}


class OneSided(worst_case.Code):
    """Takes no branch: its longest path is not the longest."""

    def follows(self, address):
        own, after = super().follows(address)
        return own, after[-1:]


def counter_missing(cases):
    counters = worst_case.with_counters
    # One on the way of every step: the first jump of ew_step.
    cases.expect("worst_case: a counter that is missing", 1,
                 r"the counters say .*, the trap flag says",
                 *worst_case_with(PART=FEW, with_counters=lambda text: re.sub(
                     r"(?s)(\new_step:.*?)\tincq ew_executed\(%rip\)\n(\tpopfq\n\tj)", r"\1\2",
                     counters(text), count=1)))


def bound_too_low(cases):
    too_low = worst_case_with(PART=FEW, Code=OneSided)
    for code in (CORE, "gen/out/ew_orderly.c"):
        cases.expect(f"worst_case: a bound that is none: {code}", 1,
                     code + r": error: a step of \d+ instructions was seen, the bound is \d+", *too_low)


def choosers(cases):
    chooser = functions(read("gen/out/ew_orderly.c"))["on_outcome"]
    cases.expect("complexity: on_outcome only chooses", 0, "True", 0, str(complexity.only_chooses(chooser)))
    for name, old, new in (("on two variables", "m->busy", "m->mode"),
                           ("and does more", "return", "m->busy = 0u;\n        return"),
                           ("by a comparison", " == ", " > ")):
        cases.expect(f"complexity: on_outcome chooses {name}", 0, "False", 0,
                     str(complexity.only_chooses(chooser.replace(old, new, 1))))


def main():
    sample = Sample(PARTS) if sys.argv[1:] == ["--quick"] else None
    some, cases = sample.of if sample else list, breaking.Cases()
    for case in CORES:
        name, check, old, new, how, message = case
        said = broken_core(check, old, new, how, case in some(CORES))
        if said != NOT_TRIED:
            cases.expect(f"{check}: {name}", 1, message, *said)
    for test in some([counter_missing, bound_too_low, choosers]):
        test(cases)
    trees = [("misra", MISRA), ("size", GROWTH)]
    for check, edits in trees:
        said = broken_tree(check, edits, (check, edits) in some(trees))
        for path, old, _, message in edits if said != NOT_TRIED else []:
            cases.expect(f"{check}: {path}: {old}", 1, message, *said)
    with tempfile.TemporaryDirectory() as empty:
        for check, package in TOOLS:
            cases.expect(f"{check} without {package}", 2, f"missing; install it with: .*{package}",
                         *run(check, empty, env=dict(os.environ, PATH=empty)))
    if sample:
        print(f"a sample: {sample}")
    return cases.status()


if __name__ == "__main__":
    sys.exit(main())
