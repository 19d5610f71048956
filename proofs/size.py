#!/usr/bin/env python3
"""size.py --out FILE: what the core costs on Arm Cortex-M, measured on the object file.

flash: the text and read-only data of ew_core.o; ram: its data and bss (the core has none);
struct: sizeof(ew_machine); stack: the deepest chain of calls, from the compiler's call graph.
Exits 1 when the core is larger than it promises (Cortex-M0, -Os), 2 when it could not measure.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import evidence

CC = "arm-none-eabi-gcc"
CORE = "gen/out/ew_core.c"
FLAGS = ["-mthumb", "-std=c99", "-ffreestanding", "-Wall", "-Wextra", "-Werror",
         "-Igen/out", "-Ispec"]
TARGETS = [("Cortex-M0", "cortex-m0", "-Os"), ("Cortex-M0", "cortex-m0", "-O2"),
           ("Cortex-M4", "cortex-m4", "-Os"), ("Cortex-M4", "cortex-m4", "-O2")]
PROMISE = {"flash": 1024, "ram": 0, "struct": 16, "stack": 48}   # Cortex-M0, -Os


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def section_sizes(obj):
    """Flash and RAM bytes of an object file, from its section headers."""
    flash = ram = 0
    for line in run("arm-none-eabi-size", "-A", obj).splitlines():
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
                    raise ValueError(f"{node[1]}: its frame has no fixed size")
                own[node[1]] = int(node[2])
            elif edge:
                calls.setdefault(edge[1], []).append(edge[2])

    def depth(function, above):
        if function in above:
            raise ValueError(f"{function}: recursion")
        below = [depth(f, above + [function]) for f in calls.get(function, []) if f in own]
        return own[function] + max(below, default=0)

    return max(depth(function, []) for function in own)


def measure(folder, name, cpu, level):
    obj = os.path.join(folder, f"core-{cpu}{level}.o")
    run(CC, f"-mcpu={cpu}", level, *FLAGS, "-fcallgraph-info=su", "-c", CORE, "-o", obj)
    probe = os.path.join(folder, "probe.c")
    with open(probe, "w", encoding="utf-8") as out:
        out.write('#include "ew_core.h"\nconst uint8_t machine_size[sizeof(ew_machine)] = {0};\n')
    run(CC, f"-mcpu={cpu}", level, *FLAGS, "-c", probe, "-o", probe + ".o")
    symbol = run("arm-none-eabi-nm", "-S", probe + ".o").split()
    flash, ram = section_sizes(obj)
    return {"target": name, "cpu": cpu, "level": level, "flash": flash, "ram": ram,
            "struct": int(symbol[1], 16), "stack": deepest_stack(obj[:-2] + ".ci")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    for tool in (CC, "arm-none-eabi-size"):
        if not shutil.which(tool):
            print(f"size: {tool} is missing; install it with: apt-get install gcc-arm-none-eabi",
                  file=sys.stderr)
            return 2
    start = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            rows = [measure(folder, *target) for target in TARGETS]
    except subprocess.CalledProcessError as error:
        print(f"size: {' '.join(error.cmd)}\n{error.stderr}", file=sys.stderr)
        return 2
    report = {"spec_sha256": evidence.spec_sha256(), "sources": {CORE: evidence.sha256(CORE)},
              "tools": {CC: run(CC, "--version").splitlines()[0]},
              "promise": PROMISE, "rows": rows, "seconds": round(time.monotonic() - start, 1)}
    evidence.write(out, report)

    print(f"{'':16}{'flash':>8}{'RAM':>6}{'struct':>8}{'stack':>7}   (bytes)")
    for row in rows:
        print(f"{row['target'] + ' ' + row['level']:16}{row['flash']:8}{row['ram']:6}"
              f"{row['struct']:8}{row['stack']:7}")
    over = [f"{key} is {rows[0][key]}, promised at most {most}"
            for key, most in PROMISE.items() if rows[0][key] > most]
    for line in over:
        print(f"size: {line} (Cortex-M0 -Os)", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
