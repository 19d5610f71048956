"""Instructions by who executes them, from callgrind's own output."""
import os
import re
import tempfile

from tool import CannotRun, run

ENGINES = re.compile(r"lib(ssl|crypto|mbed\w*|wolfssl|gnutls|nettle|hogweed|bearssl)\b")
PARTS = ("core", "connection", "transport", "port", "engine", "rest")
COST = re.compile(r"(\+\d+|-\d+|\*|\d+) (\d+)$")
OF_PORT = re.compile(r"[a-z]+_(setup|call|bio|record|action)\.h$")  # a port's functions that stand in headers
AT_MOST = 300  # seconds for one run


def part_of(obj, file):
    """Who a function belongs to, by its object and its source."""
    name = os.path.basename(file)
    if name in ("ew_core.c", "ew_core.h", "ew_orderly.c", "ew_orderly.h"):
        return "core"
    if name.startswith("port_") or OF_PORT.match(name):
        return "port"
    if name in ("open.c", "endwell.c", "data.c", "clear.c", "close.c", "wait.c", "questions.c"):
        return "connection"
    if name in ("transport.c", "dispatch.c", "io_posix.c"):
        return "transport"
    return "engine" if ENGINES.search(os.path.basename(obj)) else "rest"


def parse(lines):
    """Part -> instructions; what is called is counted where it is."""
    names, told = {}, dict.fromkeys(PARTS, 0)
    obj = file = ""
    inclusive = False
    for line in lines:
        found = re.match(r"(c?)(ob|fl|fi|fe|fn)=\((\d+)\)(?: (.*))?$", line)
        if found:
            called, kind, number, name = found.groups()
            space = "file" if kind in ("fl", "fi", "fe") else kind
            if name:
                names[space, number] = name
            if not called and kind == "ob":
                obj = names[space, number]
            elif not called and kind == "fl":
                file = names[space, number]
        elif line.startswith(("cfi=", "cfl=")):
            number, name = re.match(r"\((\d+)\)(?: (.*))?$", line[4:]).groups()
            if name:
                names["file", number] = name
        elif line.startswith("calls="):
            inclusive = True
        elif COST.match(line):
            if not inclusive:
                told[part_of(obj, file)] += int(COST.match(line)[2])
            inclusive = False
    return told


def count(*command):
    """Instructions between the program's marks, by part."""
    return count_and_say(*command)[0]


def count_and_say(*command):
    """The same, and what the program printed."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind")
        said = run("valgrind", "-q", "--tool=callgrind", "--collect-atstart=no",
                   f"--callgrind-out-file={out}", *command,
                   env=dict(os.environ, LD_BIND_NOW="1"), timeout=AT_MOST)
        if not os.path.exists(out):
            raise CannotRun(f"{' '.join(command)}: callgrind left no counts")
        with open(out, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    told = parse(lines)
    totals = [int(line.split()[1]) for line in lines if line.startswith("totals:")]
    if totals != [sum(told.values())]:
        raise CannotRun(f"{' '.join(command)}: the parts add up to {sum(told.values())}, "
                        f"callgrind says {totals}")
    return told, said


def per_close(tool, subject, way, closes=1):
    """Of one close; the program leaves out the first, in which things are done once."""
    told = count(tool, "--count", subject, way, str(closes))
    return {part: round(told[part] / closes, 1) for part in PARTS}
