#!/usr/bin/env python3
"""complexity.py --out FILE [--core FILE]: the cyclomatic complexity of each function of the machines.

Counted by pmccabe, in the C of the core and of the orderly close. A function that does nothing but
choose another one by the value of one variable has a path for each value: it is counted, and not
limited. Exits 1 when any other has more than LIMIT paths through it, 2 when it could not count.
"""
import argparse
import re
import shutil
import sys
import tempfile

import rooms  # where the modules below are
import evidence
import lint
import tool
from mutate_c import functions

LIMIT = 10
CALL = r"    return \w+\([\w, ]*\);\n"
# pmccabe sees no function inside the braces of extern "C".
CPLUSPLUS = re.compile(r"^#ifdef __cplusplus$.*?^#endif$", re.M | re.DOTALL)
CORE, HEADER = "gen/out/ew_core.c", "gen/out/ew_core.h"
ORDERLY = ["gen/out/ew_orderly.c", "gen/out/ew_orderly.h"]


def only_chooses(text):
    """Whether all of it is: if this variable has that value, call this function and no other."""
    found = re.fullmatch(rf"[^{{]*\n\{{\n((?:    if \([\w>-]+ == \w+\) \{{\n    {CALL}    \}}\n)+){CALL}\}}\s*", text)
    return bool(found) and len(set(re.findall(r"if \(([\w>-]+) ==", found[1]))) == 1


def functions_of(path):
    """(complexity, line, name) of each function, by pmccabe."""
    with tempfile.NamedTemporaryFile("w", suffix=".c", encoding="utf-8") as copy:
        copy.write(CPLUSPLUS.sub(lambda block: lint.blank(block[0]), lint.read(path)))
        copy.flush()
        said = tool.run("pmccabe", copy.name)
    for line in said.splitlines():
        found = re.fullmatch(r"\d+\t(\d+)\t\d+\t(\d+)\t\d+\t.*: (\w+)", line)
        if not found:
            raise ValueError(f"pmccabe says: {line}")
        yield int(found[1]), int(found[2]), found[3]


def check(out, paths):
    rows, problems = [], []
    for path in paths:
        counted = list(functions_of(path))
        written = sorted(name for name, _ in lint.defined_functions(lint.read(path)))
        texts = functions(lint.read(path))
        if written != sorted(name for _, _, name in counted):
            raise ValueError(f"{path}: pmccabe counts {len(counted)} functions of {len(written)}")
        rows += [{"file": path, "line": line, "function": name, "complexity": complexity,
                  "only_chooses": only_chooses(texts.get(name, ""))}
                 for complexity, line, name in counted]
    for row in rows:
        if row["complexity"] > LIMIT and not row["only_chooses"]:
            problems.append(f"{row['file']}:{row['line']}: error: {row['function']} has a "
                            f"cyclomatic complexity of {row['complexity']}, {LIMIT} is the limit")
    most = max((row for row in rows if not row["only_chooses"]), key=lambda row: row["complexity"])
    widest = max((row for row in rows if row["only_chooses"]), key=lambda row: row["complexity"], default=None)
    version = tool.version("pmccabe", "-V")
    evidence.write(out, {"spec_sha256": evidence.spec_sha256(),
                         "sources": {path: evidence.sha256(path) for path in paths},
                         "tools": {"pmccabe": version},
                         "limit": LIMIT, "functions": len(rows), "maximum": most["complexity"],
                         "widest_choice": widest and widest["complexity"],
                         "rows": rows, "problems": problems})
    for line in problems:
        print(line, file=sys.stderr)
    print(f"complexity: {len(rows)} functions, at most {most['complexity']} ({most['function']}), "
          f"the limit is {LIMIT}"
          + (f"; of those that only choose, {widest['complexity']} ({widest['function']})" if widest else ""))
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--core", default=CORE)
    given = parser.parse_args()
    if not shutil.which("pmccabe"):
        print("complexity: pmccabe is missing; install it with: apt-get install pmccabe",
              file=sys.stderr)
        return 2
    try:
        return check(given.out, [given.core, HEADER, *ORDERLY])
    except (tool.CannotRun, ValueError, OSError) as error:
        print(f"complexity: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
