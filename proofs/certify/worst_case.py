#!/usr/bin/env python3
"""worst_case.py --out FILE [--core FILE]: the most instructions that one step takes.

bound: the longest path through the object code, every branch taken either way, calls included: no
step can take more. For Cortex-M0, Cortex-M4 and RV32 as `make size` compiles them, and for x86-64.
Code with a loop, recursion or an indirect jump has no such bound, and fails.
Of the core, and of the orderly close beside it; with --core, of a core in its place, and of nothing else.
counted: the maximum over every state with every event, executed on x86-64; the counts themselves
are held against the processor's trap flag on a part of the states.
Exits 1 when a bound is missing or above LIMIT, 2 when it could not measure.
"""
import argparse
import os
import platform
import re
import sys
import tempfile
import time

import rooms  # where the modules below are
import evidence
import machines
import size
import tool

LIMIT = 160                       # instructions of one step, on every target
HOST = [("x86-64", "", (), level) for level in ("-Os", "-O2")]
COUNTER = "proofs/certify/step_counter.c"
PART = {"core": 997, "orderly": 7}   # every so many states are also counted by the trap flag
SECONDS = 300
# Padding that is executed has no line in the assembly text to be counted at. The bounds have it.
UNPADDED = ["-fno-align-functions", "-fno-align-jumps", "-fno-align-labels", "-fno-align-loops"]

# How a path goes on: the conditional branches, the jumps, the calls and the returns of each set of
# instructions; whatever else could leave the straight line is STRANGE, and has no bound.
ARM_CONDITIONS = "eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"
SETS = {
    size.ARM: {"branch": rf"b({ARM_CONDITIONS})(\.[nw])?|cbn?z", "jump": r"b(\.[nw])?",
               "call": r"bl",
               "return": r"bx lr|(pop|ldmia(\.w)?) .*\bpc\b.*",
               "maybe": rf"bx({ARM_CONDITIONS}) lr|"
                        rf"(pop|ldmia)({ARM_CONDITIONS})(\.w)? .*\bpc\b.*",
               "strange": rf"(b|blx?({ARM_CONDITIONS})?|bx|bxns|blxns|tbb|tbh|svc|udf|bkpt)\b.*"
                          r"|(pop|ldm)\S* .*\bpc\b.*|\S+ pc,.*"},
    size.RISCV: {"branch": r"b(eq|ne|lt|ge|ltu|geu|eqz|nez|lez|gez|ltz|gtz|gt|le|gtu|leu)",
                 "jump": r"j", "call": r"jal", "return": r"ret", "maybe": r"(?!)",
                 "strange": r"(j|jr|jal|jalr|ecall|ebreak|mret|tail|call|b\w*)\b.*"},
    "": {"branch": r"j(?!mp)\w+", "jump": r"jmp", "call": r"call", "return": r"ret",
         "maybe": r"(?!)",
         "strange": r"(jmp|j\w+|call|ret\w*|loop\w*|syscall|int\d?|rep\w*|hlt|ud2)\b.*"},
}


sys.setrecursionlimit(100000)     # a path is followed one instruction a call


class NoBound(Exception):
    """A path that may never end, or that cannot be followed."""


class Code:
    """The instructions of a linked core, by address."""

    def __init__(self, tools, elf):
        self.set, self.at, self.names, self.longest = SETS[tools], {}, {}, {}
        before, name, comment = None, None, r"\s+[@;].*" if tools == size.ARM else r"\s+#.*"
        for line in size.run(tools + "objdump", "-d", "--no-show-raw-insn", elf).splitlines():
            label = re.fullmatch(r"([0-9a-f]+) <([^>]+)>:", line)
            instruction = re.fullmatch(r"\s*([0-9a-f]+):\t(.*)", line)
            if label and not label[2].startswith("."):
                name = label[2]
                self.names[name] = int(label[1], 16)
            elif instruction:
                address = int(instruction[1], 16)
                text = re.sub(comment, "", instruction[2].replace("\t", " "))
                self.at[address] = [text.strip(), None, name]
                if before is not None:
                    self.at[before][1] = address
                before = address

    def follows(self, address):
        """(own cost, the addresses where a path can go on; None is a return)."""
        text, after, name = self.at[address]
        word = text.split(" ")[0]
        target = re.search(r"\b(?:0x)?([0-9a-f]+) <", text)
        kind = next((kind for kind in ("return", "maybe", "branch", "jump", "call")
                     if re.fullmatch(self.set[kind], text if target is None else word)), None)
        if kind is None and re.fullmatch(self.set["strange"], text):
            raise NoBound(f"{name}: `{text}` cannot be followed")
        if kind == "return":
            return 1, [None]
        if kind == "maybe":
            return 1, [None, after]
        if kind == "branch":
            return 1, [int(target[1], 16), after]
        if kind == "jump":
            return 1, [int(target[1], 16)]
        if kind == "call":
            return 1 + self.path(int(target[1], 16)), [after]
        return 1, [after]

    def path(self, address):
        """Instructions of the longest path from an address to the return."""
        if address not in self.at or self.at[address][0].startswith("."):
            raise NoBound(f"{address:x} is no instruction")
        if address in self.longest:
            if self.longest[address] is None:
                raise NoBound(f"{self.at[address][2]}: a loop or a recursion through "
                              f"`{self.at[address][0]}`")
            return self.longest[address]
        self.longest[address] = None
        own, after = self.follows(address)
        self.longest[address] = own + max(0 if next_one is None else self.path(next_one)
                                          for next_one in after)
        return self.longest[address]


def machine_of(core):
    """What a path has the code of; a changed core is still one."""
    return machines.BY_CODE.get(core, machines.THE_CORE)


def bound_of(folder, core, target):
    """The longest path of a step, and of any public function."""
    name, tools, cpu, level = target
    step = machine_of(core).prefix + "_step"
    obj = size.compile_core(folder, core, *target)
    elf = obj[:-2] + ".elf"
    size.run(tools + "gcc", *cpu, "-nostdlib", "-static", "-Wl,-e," + step, "-Wl,--build-id=none",
             obj, "-o", elf)
    code = Code(tools, elf)
    public = {function: code.path(start) for function, start in code.names.items()
              if function.startswith("ew_")}
    return {"target": name, "level": level, "step": public[step], "any": max(public.values())}


def with_counters(assembly):
    """The same instructions, each after an increment that disturbs neither flags nor registers."""
    lines = []
    for line in assembly.splitlines():
        if re.match(r"\t[a-z]", line):
            lines.append("\tpushfq\n\tincq ew_executed(%rip)\n\tpopfq")
        lines.append(line)
    return "\n".join(lines) + "\n"


def counter(folder, core, level, by_traps):
    """The program that counts, with the core compiled at this level in it."""
    stem = os.path.join(folder, f"counter{level}{'-traps' if by_traps else ''}")
    assembly = size.run("gcc", level, *size.FLAGS, *UNPADDED, "-mno-red-zone",
                        "-fno-asynchronous-unwind-tables", "-S", core, "-o", "-")
    if "(%rsp)" in assembly:
        raise NoBound(f"{core}: at {level} it keeps something below the counters on the stack")
    with open(stem + ".s", "w", encoding="utf-8") as file:
        file.write(assembly if by_traps else with_counters(assembly))
    size.run("gcc", "-c", stem + ".s", "-o", stem + ".o")
    with open(os.path.join(folder, "shape.h"), "w", encoding="utf-8") as file:
        file.write(machine_of(core).shape())
    if by_traps:
        size.run("objcopy", "--rename-section", ".text=ew_core_text", stem + ".o")
    size.run("gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror",
             "-Igen/out", "-I" + folder, *(["-DCOUNT_BY_TRAPS"] if by_traps else []), "-z", "noexecstack",
             COUNTER, stem + ".o", "-o", stem)
    return stem


def counted(folder, core, level):
    """The exhaustive maximum, once the counters have agreed with the processor."""
    run = lambda program, stride: tool.run(program, str(stride), timeout=SECONDS).split()
    program = counter(folder, core, level, False)
    part, traps = (run(each, PART[machine_of(core).name])
                   for each in (program, counter(folder, core, level, True)))
    if part != traps:
        raise NoBound(f"{core} {level}: the counters say {part}, the trap flag says {traps}")
    most, state, event, transitions, instructions, _ = run(program, 1)
    return {"counted": int(most), "state": int(state), "event": int(event),
            "transitions": int(transitions), "instructions": int(instructions),
            "compared_with_traps": int(traps[3])}


def measured(folder, core, targets):
    """The rows of one machine, and what is wrong with them."""
    rows, problems = [], []
    for target in targets:
        try:
            row = bound_of(folder, core, target)
            if target in HOST:
                row.update(counted(folder, core, target[3]))
                if row["counted"] > row["step"]:
                    problems.append(f"{core}: error: a step of {row['counted']} instructions "
                                    f"was seen, the bound is {row['step']} "
                                    f"(x86-64 {target[3]})")
            rows.append(row)
            if row["any"] > LIMIT:
                problems.append(f"{core}: error: a path of {row['any']} instructions, the "
                                f"limit is {LIMIT} ({target[0]} {target[3]})")
        except NoBound as error:
            problems.append(f"{core}: error: no bound ({target[0]} {target[3]}): {error}")
    return rows, problems


def check(out, core, targets):
    start = time.monotonic()
    beside, sources, orderly = machines.ORDERLY, [core, COUNTER], []
    with tempfile.TemporaryDirectory() as folder:
        rows, problems = measured(folder, core, targets)
        if core == size.CORE:
            orderly, more = measured(folder, beside.code, targets)
            problems += more
            sources += [beside.code, beside.header]
    evidence.write(out, {
        "spec_sha256": evidence.spec_sha256(),
        "sources": {path: evidence.sha256(path) for path in sources}, "limit": LIMIT,
        "flags": size.FLAGS[:3],
        "tools": {tools + "gcc": size.run(tools + "gcc", "--version").splitlines()[0]
                  for tools in SETS},
        "rows": rows, "orderly": orderly, "problems": problems,
        "seconds": round(time.monotonic() - start, 1)})
    print(f"{'instructions':24}{'bound of a step':>16}{'of any call':>13}{'exhaustive':>12}")
    for name, told in (("core", rows), ("orderly", orderly)):
        for row in told:
            print(f"{name + ' ' + row['target'] + ' ' + row['level']:24}{row['step']:16}{row['any']:13}"
                  f"{row.get('counted', ''):>12}")
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--core", default=size.CORE)
    given = parser.parse_args()
    for line in size.missing_tools():
        print(f"worst_case: {line}", file=sys.stderr)
        return 2
    if platform.machine() != "x86_64":
        print("worst_case: counts on x86-64 only, this is " + platform.machine(), file=sys.stderr)
        return 2
    try:
        return check(given.out, given.core, size.TARGETS + HOST)
    except (tool.CannotRun, OSError) as error:
        print(f"worst_case: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
