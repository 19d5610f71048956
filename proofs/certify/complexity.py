#!/usr/bin/env python3
"""complexity.py --out FILE [--core FILE]: the cyclomatic complexity of each function of the core.

Counted by pmccabe, in ew_core.c and ew_core.h. Exits 1 when a function has more than LIMIT paths
through it, 2 when it could not count.
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

LIMIT = 10
# pmccabe sees no function inside the braces of extern "C".
CPLUSPLUS = re.compile(r"^#ifdef __cplusplus$.*?^#endif$", re.M | re.DOTALL)
CORE, HEADER = "gen/out/ew_core.c", "gen/out/ew_core.h"


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
        if written != sorted(name for _, _, name in counted):
            raise ValueError(f"{path}: pmccabe counts {len(counted)} functions of {len(written)}")
        rows += [{"file": path, "line": line, "function": name, "complexity": complexity}
                 for complexity, line, name in counted]
    for row in rows:
        if row["complexity"] > LIMIT:
            problems.append(f"{row['file']}:{row['line']}: error: {row['function']} has a "
                            f"cyclomatic complexity of {row['complexity']}, {LIMIT} is the limit")
    most = max(rows, key=lambda row: row["complexity"])
    version = tool.version("pmccabe", "-V")
    evidence.write(out, {"spec_sha256": evidence.spec_sha256(),
                         "sources": {path: evidence.sha256(path) for path in paths},
                         "tools": {"pmccabe": version},
                         "limit": LIMIT, "functions": len(rows), "maximum": most["complexity"],
                         "rows": rows, "problems": problems})
    for line in problems:
        print(line, file=sys.stderr)
    print(f"complexity: {len(rows)} functions, at most {most['complexity']} ({most['function']}), "
          f"the limit is {LIMIT}")
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
        return check(given.out, [given.core, HEADER])
    except (tool.CannotRun, ValueError, OSError) as error:
        print(f"complexity: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
