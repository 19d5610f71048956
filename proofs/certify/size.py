#!/usr/bin/env python3
"""size.py --out FILE [--core FILE]: what the core costs on small processors, and all of it one client.

Measured on its object file. That must need nothing from elsewhere: what a library adds would not be
counted.
flash: the text and read-only data of ew_core.o; ram: its data and bss (the core has none);
struct: sizeof(ew_machine); stack: the deepest chain of calls, from the compiler's call graph.
Of the whole addition to an mbedTLS client footprint.py says what is counted.
Exits 1 when either is larger than it promises or has no bound, 2 when it could not measure.
"""
import argparse
import itertools
import os
import re
import shutil
import sys
import tempfile
import time

import rooms  # where the modules below are
import evidence
import footprint
from tool import CannotRun, run

ARM, RISCV = "arm-none-eabi-", "riscv64-unknown-elf-"
PACKAGE = {ARM: "gcc-arm-none-eabi", RISCV: "gcc-riscv64-unknown-elf"}
CORE, HEADER = "gen/out/ew_core.c", "gen/out/ew_core.h"
# Without tables of jumps the code is as small, needs nothing of libgcc, and has no indirect jump.
FLAGS = ["-std=c99", "-ffreestanding", "-fno-jump-tables", "-Wall", "-Wextra", "-Werror",
         "-Igen/out", "-Ispec"]
# What it is called, the prefix of its tools, the processor for the compiler, the level.
TARGETS = [(name, tools, cpu, level) for name, tools, cpu in
           (("Cortex-M0", ARM, ("-mthumb", "-mcpu=cortex-m0")),
            ("Cortex-M4", ARM, ("-mthumb", "-mcpu=cortex-m4")),
            ("RV32IMC", RISCV, ("-march=rv32imc", "-mabi=ilp32")))
           for level in ("-Os", "-O2")]
PROMISE = {("Cortex-M0", "-Os"): {"flash": 896, "ram": 0, "struct": 16, "stack": 48},
           ("RV32IMC", "-Os"): {"flash": 1152, "ram": 0, "struct": 16, "stack": 48}}


class Unbounded(Exception):
    """A core whose cost cannot be told from its own object file."""


def section_sizes(tools, obj):
    """Flash and RAM bytes of an object file, from its section headers."""
    flash = ram = 0
    for line in run(tools + "size", "-A", obj).splitlines():
        found = re.match(r"\.(text|rodata|data|bss)\S*\s+(\d+)", line)
        if found and found[1] in ("text", "rodata"):
            flash += int(found[2])
        elif found:
            ram += int(found[2])
    return flash, ram


def deepest_stack(graph_file):
    """Bytes of the deepest chain of calls in a GCC call graph (-fcallgraph-info=su)."""
    own, calls = {}, {}
    with open(graph_file, encoding="utf-8") as graph:
        for line in graph:
            node = re.match(r'node: \{ title: "([^"]*)".*?(\d+) bytes \((\w+)\)', line)
            edge = re.match(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"', line)
            if node:
                if node[3] != "static":
                    raise Unbounded(f"{node[1]}: its frame has no fixed size")
                own[node[1]] = int(node[2])
            elif edge:
                calls.setdefault(edge[1], []).append(edge[2])

    def depth(function, above):
        if function in above:
            raise Unbounded(f"{function}: recursion")
        below = [depth(f, above + [function]) for f in calls.get(function, []) if f in own]
        return own[function] + max(below, default=0)

    return max(depth(function, []) for function in own)


def compile_core(folder, core, name, tools, cpu, level):
    """The object file of the core, with its call graph beside it."""
    obj = os.path.join(folder, f"core-{name}{level}.o")
    run(tools + "gcc", *cpu, level, *FLAGS, "-fcallgraph-info=su", "-c", core, "-o", obj)
    return obj


def named_calls(folder, tools, cpu, level):
    """Bytes of the header's named calls where a program takes all of them out of line."""
    with open(HEADER, encoding="utf-8") as header:
        names = re.findall(r"^static inline ew_answer (ew_\w+)\(ew_machine \*m\)$",
                           header.read(), re.M)
    if not names:
        raise CannotRun(f"{HEADER}:1: no named call is found; bring named_calls up to date")
    path = os.path.join(folder, "calls.c")
    with open(path, "w", encoding="utf-8") as out:
        out.write('#include "ew_core.h"\n' + "".join(
            f"ew_answer {name}_call(ew_machine *m);\n"
            f"ew_answer {name}_call(ew_machine *m)\n{{\n    return {name}(m);\n}}\n"
            for name in names))
    run(tools + "gcc", *cpu, level, *FLAGS, "-c", path, "-o", path + ".o")
    return section_sizes(tools, path + ".o")[0]


def measure(folder, core, name, tools, cpu, level):
    obj = compile_core(folder, core, name, tools, cpu, level)
    needed = run(tools + "nm", "-u", obj).split()[1::2]
    if needed:
        raise Unbounded(f"{core}: the object for {name} {level} needs {', '.join(needed)} from a "
                        "library, which nothing here counts")
    probe = os.path.join(folder, "probe.c")
    with open(probe, "w", encoding="utf-8") as out:
        out.write('#include "ew_core.h"\nconst uint8_t machine_size[sizeof(ew_machine)] = {0};\n')
    run(tools + "gcc", *cpu, level, *FLAGS, "-c", probe, "-o", probe + ".o")
    symbol = run(tools + "nm", "-S", probe + ".o").split()
    flash, ram = section_sizes(tools, obj)
    return {"target": name, "cpu": " ".join(cpu), "level": level, "flash": flash, "ram": ram,
            "calls": named_calls(folder, tools, cpu, level), "struct": int(symbol[1], 16),
            "stack": deepest_stack(obj[:-2] + ".ci")}


def broken_promises(rows):
    for row in rows:
        for key, most in PROMISE.get((row["target"], row["level"]), {}).items():
            if row[key] > most:
                yield (f"{key} is {row[key]} bytes, promised are at most {most} "
                       f"({row['target']} {row['level']})")


def missing_tools():
    for tools, package in PACKAGE.items():
        for tool in ("gcc", "size", "nm"):
            if not shutil.which(tools + tool):
                yield f"{tools + tool} is missing; install it with: apt-get install {package}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--core", default=CORE)
    given = parser.parse_args()
    for line in itertools.chain(missing_tools(), footprint.missing()):
        print(f"size: {line}", file=sys.stderr)
        return 2
    start = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            rows = [measure(folder, given.core, *target) for target in TARGETS]
            added = [footprint.measure(folder, name) for name in footprint.BUILDS]
    except (CannotRun, OSError) as error:
        print(f"size: {error}", file=sys.stderr)
        return 2
    except Unbounded as error:
        print(f"size: {error}", file=sys.stderr)
        return 1
    evidence.write(given.out, {
        "spec_sha256": evidence.spec_sha256(),
        "sources": {path: evidence.sha256(path) for path in (given.core, HEADER, *footprint.sources())},
        "flags": FLAGS[:3],
        "tools": {tools + "gcc": run(tools + "gcc", "--version").splitlines()[0]
                  for tools in PACKAGE},
        "promise": {" ".join(target): most for target, most in PROMISE.items()},
        "rows": rows, "footprint": added, "wanted": footprint.WANTED, "seconds": round(time.monotonic() - start, 1)})

    print(f"{'':16}{'flash':>8}{'+ calls':>9}{'RAM':>6}{'struct':>8}{'stack':>7}   "
          "(bytes; calls: the header's named calls, where all are taken out of line)")
    for row in rows:
        print(f"{row['target'] + ' ' + row['level']:16}{row['flash']:8}{row['calls']:9}"
              f"{row['ram']:6}{row['struct']:8}{row['stack']:7}")
    footprint.show(added)
    over = [*broken_promises(rows), *footprint.broken_promises(added)]
    for line in over:
        print(f"size: {line}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
