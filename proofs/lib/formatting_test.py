#!/usr/bin/env python3
"""formatting_test.py: formatting.py notices what is laid out otherwise, and a tool that is missing."""
import os
import shutil
import subprocess
import sys
import tempfile

import formatting
from wp import ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
C = """#include <stddef.h>

int f(int a)
{
    do {
        a++;
    } while (a < 0);
    if (a) {
        return 1;
    } else if (a > 3) {
        return 2;
    }
    return 0;
}
"""
PY = '"""A script."""\nimport sys\n\n\ndef main():\n    sys.exit(0)\n'
# (name, file, what is planted in it in the place of what, status, what is said)
CASES = [
    ("as it should be", "src/a.c", ("", ""), 0, "0 findings"),
    ("no space", "src/a.c", ("if (a)", "if(a)"), 1, "src/a.c:8: is not as clang-format leaves it"),
    ("a tab in interop", "interop/a.c", ("        a++", "\ta++"), 1, "interop/a.c:"),
    ("what the generator wrote", "gen/out/a.c", ("if (a)", "if(a)"), 0, "0 findings"),
    ("an if", "src/a.c", ("    if (a) {\n        return 1;\n    } else if",
                          "    if (a)\n        return 1;\n    else if"), 1,
     "src/a.c:8: a statement without braces"),
    ("an else", "gen/a.c", ("        return 2;\n    }\n", "        return 2;\n    } else\n        a++;\n"),
     1, "gen/a.c:12: a statement without braces"),
    ("a loop", "proofs/a.c", ("    return 0;\n", "    while (a > 9)\n        a--;\n    return 0;\n"), 1,
     "proofs/a.c:13: a statement without braces"),
    ("an if in interop", "interop/a.c", ("    return 0;\n", "    if (a)\n        a--;\n    return 0;\n"),
     0, "0 findings"),
    ("a long line", "proofs/a.py", ("import sys\n", "import sys  # " + "x" * 120 + "\n"), 1,
     "proofs/a.py:2: E501"),
    ("a long line in a page", "interop/world/page.py", ("A script.", "x" * 130), 0, "0 findings"),
    ("a space too many", "proofs/b", ("sys.exit(0)", "sys.exit( 0)"), 1, "proofs/b:6: E201"),
]


def planted(folder, name, change):
    for path in ("src/z.c", "interop/z.py", name):
        text = C if formatting.is_c(path) else PY
        if path == "proofs/b":
            text = "#!/usr/bin/env python3\n" + text.replace('"""A script."""\n', "")
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text.replace(*change, 1) if path == name else text)
    shutil.copy(os.path.join(ROOT, ".clang-format"), folder)


def run(folder, **more):
    done = subprocess.run([sys.executable, os.path.join(HERE, "formatting.py"), "--root", folder],
                          capture_output=True, text=True, timeout=300, check=False, **more)
    return done.returncode, done.stdout + done.stderr


def main():
    told = {}
    for name, path, change, status, says in CASES:
        with tempfile.TemporaryDirectory() as folder:
            planted(folder, path, change)
            told[name] = run(folder), (status, says)
    with tempfile.TemporaryDirectory() as folder:
        told["nothing to look at"] = run(folder), (2, "no C, or no Python")
        told["without its tools"] = run(folder, env={"PATH": folder}), \
            (2, "needs clang-format: apt-get install clang-format")
    failed = 0
    for name, ((status, said), (wanted, says)) in told.items():
        if status != wanted or says not in said:
            failed += 1
            print(f"FAILED: {name}\nexpected {wanted} and '{says}', got {status} and\n{said}")
    print(f"{len(told) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
