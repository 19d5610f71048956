#!/usr/bin/env python3
"""prove_all_test: what was proved of this tree is not proved again, and of another tree it is."""
import contextlib
import io
import os
import sys
import tempfile

import rooms  # where the modules below are
import prove_all

# Says what it was called for; fails for what is in `broken`, and leaves evidence of all else.
MAKE = """#!/bin/sh
for target; do :; done
echo "$target" >>calls
! grep -q -x "$target" broken 2>/dev/null || exit 2
name=$(echo "$target" | sed 's/prove/proof/; s/-/_/g')
mkdir -p evidence && echo "{}" >"evidence/$name.json"
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(root, again=False):
    """Status, which targets were made, what was said."""
    calls, said = os.path.join(root, "calls"), io.StringIO()
    write(calls, "")
    with contextlib.redirect_stdout(said):
        status = prove_all.prove(root, os.path.join(root, "marks"), os.path.join(root, "evidence"), again)
    with open(calls, encoding="utf-8") as file:
        return status, file.read().split(), said.getvalue()


def cases(root):
    """What is done, and whether it came out as it has to."""
    every = list(prove_all.PROOFS)
    status, made, said = run(root)
    yield "all are made", (status, made) == (0, every) and said.endswith(f"{len(every)} passed, 0 failed\n")
    yield "of the same tree none", run(root)[:2] == (0, [])
    yield "--again: all", run(root, again=True)[:2] == (0, every)
    os.remove(os.path.join(root, "evidence", "proof_io.json"))
    yield "evidence that is gone", run(root)[:2] == (0, ["prove-io"])
    write(os.path.join(root, "evidence", "proof_wire.json"), "{ }")
    yield "evidence that is another's", run(root)[:2] == (0, ["prove-wire"])
    write(os.path.join(root, "spec", "a.h"), "/* b */")
    write(os.path.join(root, "broken"), "prove-orderly\n")
    status, made, said = run(root)
    yield "another tree, one that fails", (status, made) == (1, every) and "prove-orderly: failed" in said \
        and said.endswith(f"{len(every) - 1} passed, 1 failed\n")
    os.remove(os.path.join(root, "broken"))
    yield "it goes on with what failed", run(root)[:2] == (0, ["prove-orderly"])


def main():
    failed = []
    with tempfile.TemporaryDirectory() as root:
        write(os.path.join(root, "spec", "a.h"), "/* a */")
        write(os.path.join(root, "make"), MAKE)
        os.chmod(os.path.join(root, "make"), 0o755)
        os.environ["MAKE"] = os.path.join(root, "make")
        told = list(cases(root))
    failed = [what for what, right in told if not right]
    for what in failed:
        print(f"FAILED: {what}")
    print(f"{len(told) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not told else 0


if __name__ == "__main__":
    sys.exit(main())
