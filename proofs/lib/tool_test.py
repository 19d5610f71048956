#!/usr/bin/env python3
"""tool_test.py: whoever runs another program quotes it when it fails, and exits 2.

Each of our programs below is run with a tool that says why it cannot, and ends with 2: as its own
argument, or first on the PATH. And nothing runs a tool in a way that loses what it says, or takes a
slow machine for a hang: a limit is to end what hangs, and is long, or is what a case waits for, and short.
A proof that its limit ended could not run; it has not failed.
"""
import ast
import glob
import os
import subprocess
import sys
import tempfile
from unittest import mock

import progress
import tool
from wp import LANES, ROOT, CannotRun, Run

WHY = "the disk is full of sand"
# The options with which a tool does its work for once: whoever runs it gets further.
DOES = {"--list": "plain", "-print-sysroot": "", "--steps": "plain",
        "--program": "    step();"}
FAKE = """#!/bin/sh
{does}
printf 'looking for room\\n{why}\\n' >&2
exit 2
"""
# Program -> its arguments, the tools of the PATH that fail. @: such a tool, %: a folder.
PROGRAMS = {
    "proofs/certify/size.py": (["--out", "%/o.json"], ["arm-none-eabi-gcc"]),
    "proofs/certify/worst_case.py": (["--out", "%/o.json"], ["gcc", "arm-none-eabi-gcc"]),
    "proofs/certify/complexity.py": (["--out", "%/o.json"], ["pmccabe"]),
    "proofs/certify/misra.py": (["--out", "%/o.json"], ["cppcheck"]),
    "proofs/certify/mcdc.py": (["--out", "%/o.json", "--build", "%/b"], ["clang-19"]),
    "proofs/certify/forms.py": (["--generator", "@", "--build", "%/b", "--out", "%/o.json"], []),
    "proofs/prove": (["--build", "%/b", "--out", "%/o.json"], ["frama-c"]),
    "interop/bench/bench.py": (["@", "--build", "%", "--out", "%/o.json"], []),
    "interop/bench/bench.py --quick": (["@list", "--build", "%", "--out", "%/o.json"],
                                       ["valgrind"]),
    "interop/system/system.py": (["@", "--out", "%/o.json"], []),
    "interop/system/soak.py": (["@", "--out", "%/o.json", "--closes", "1", "--engine-closes",
                                "1"], []),
    "interop/system/soak.py, later": (["@list", "--out", "%/o.json", "--closes", "1",
                                       "--engine-closes", "1"], []),
    "proofs/lib/evidence.py": (["%/o.json", "--", "@"], []),
    "interop/explore/versions.py": (["--tool", "@", "--out", "%/o.json", "%/libssl"], []),
    "interop/explore/programs.py": (["--evidence", "%/met.json", "--tool", "@", "--build", "%/b"], []),
    "interop/explore/programs.py, later": (["--evidence", "%/met.json", "--tool", "@list",
                                            "--build", "%/b"], ["gcc"]),
}
# The tool has the screen: its own words are there, without its name.
PASSES_ON = ("proofs/lib/evidence.py",)
# What runs tools for their failures: they are what it is about.
SHORT, LONG = 1, 300      # seconds
LOSES = ("check", "check_call", "check_output", "call", "getoutput", "system", "popen")


def plant(folder, name, does=False):
    path = os.path.join(folder, name)
    cases = "".join(f"{option}) echo '{said}'; exit 0;; " for option, said in DOES.items())
    with open(path, "w", encoding="utf-8") as file:
        file.write(FAKE.format(why=WHY, does=f'case "$1" in {cases}esac' if does else ""))
    os.chmod(path, 0o755)
    return path


def problem(name, arguments, failing):
    """None if the tool's message comes out, by its name, and the program exits 2."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "path")
        os.mkdir(path)
        for each in failing:
            plant(path, each)
        with open(os.path.join(folder, "met.json"), "w", encoding="utf-8") as file:
            file.write('{"claims": []}')
        os.mkdir(os.path.join(folder, "libssl"))
        with open(os.path.join(folder, "libssl", "source.txt"), "w", encoding="utf-8") as file:
            file.write("a build " + "0" * 40)
        words = {"@": plant(folder, "planted"), "@list": plant(folder, "planted-list", True)}
        program, *more = name.split(",")[0].split()
        done = subprocess.run(
            [sys.executable, os.path.join(ROOT, program), *more,
             *(words.get(word, word.replace("%", folder)) for word in arguments)],
            cwd=ROOT, env=dict(os.environ, PATH=path + ":" + os.environ["PATH"]),
            capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 2:
        return f"status {done.returncode} instead of 2\n{done.stdout[-400:]}{done.stderr[-400:]}"
    tools = failing or ["planted", "planted-list"]
    quoted = any((f"{each}: " if program not in PASSES_ON else "") + f"looking for room\n{WHY}"
                 in done.stdout + done.stderr for each in tools)
    return None if quoted else f"it does not quote the tool:\n{done.stdout}{done.stderr}"


def losing(path):
    """Where a file runs a program so that what it says is lost when it fails."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = getattr(node.func.value, "id", None)
        checked = any(word.arg == "check" and getattr(word.value, "value", None) is not False
                      for word in node.keywords)
        if (owner, node.func.attr) == ("subprocess", "run") and checked \
                or owner in ("subprocess", "os") and node.func.attr in LOSES:
            yield f"{os.path.relpath(path, ROOT)}:{node.lineno}: use tool.run, which quotes it"


def hurried(path):
    """Where a program gets a time that is too short for a busy machine."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    known = {target.id: node.value for node in tree.body if isinstance(node, ast.Assign)
             for target in node.targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "timeout":
            value = known.get(getattr(node.value, "id", None), node.value)
            if isinstance(value, ast.Constant) and SHORT < value.value < LONG:
                yield f"{os.path.relpath(path, ROOT)}:{node.value.lineno}: {value.value} s: at least {LONG}, or " \
                      f"at most {SHORT} where it is waited for"


def words():
    """What the helper itself says."""
    wanted = {
        ("sh", "-c", "echo a; echo b >&2; exit 2"): "sh: b",
        ("sh", "-c", "echo a; exit 3"): "sh: a",
        ("sh", "-c", "exit 2"): "sh: ended with status 2 and said nothing: sh -c exit 2",
        ("sh", "-c", "echo b >&2; kill -9 $$"): "sh: ended by signal 9: b",
        ("/nonexistent/tool",): "/nonexistent/tool: No such file or directory",
        ("sleep", "9"): "sleep: no end after 1 s: sleep 9",
    }
    for command, said in wanted.items():
        try:
            yield command, f"it returned {tool.run(*command, timeout=1)}"
        except tool.CannotRun as error:
            yield command, None if str(error) == said else f"it says: {error}"


class Hangs:
    """A proof without an end."""

    begun = 0

    def run(self, _):
        Hangs.begun += 1
        with subprocess.Popen(["sleep", "infinity"], start_new_session=True) as process:
            Run.running.add(process)
            process.wait()
            Run.running.discard(process)


def cut_off():
    """None if the limit is told, and nothing was begun behind it."""
    with mock.patch.object(progress, "AT_MOST", SHORT):
        try:
            progress.run_all("a proof", [Hangs() for _ in range(2 * LANES)])
        except CannotRun as error:
            return None if Hangs.begun == LANES and f"after {SHORT} s" in str(error) else \
                f"{Hangs.begun} were begun, it says: {error}"
    return "it says nothing"


def sources():
    return [path for room in ("proofs", "interop", "src", "gen")
            for path in glob.glob(os.path.join(ROOT, room, "**", "*.py"), recursive=True)]


def main():
    told = {name: problem(name, *how) for name, how in PROGRAMS.items()}
    told.update(words())
    told["a proof's limit"] = cut_off()
    files = [path for path in glob.glob(os.path.join(ROOT, "proofs", "**"), recursive=True)
             + glob.glob(os.path.join(ROOT, "interop", "**", "*.py"), recursive=True)
             if path.endswith(".py") or path == os.path.join(ROOT, "proofs", "prove")]
    told.update({path: "\n".join(losing(path)) or None for path in files})
    told.update({f"{path}, limits": "\n".join(hurried(path)) or None for path in sources()})
    failed = {name: said for name, said in told.items() if said}
    for name, said in failed.items():
        print(f"{name}: {said}")
    print(f"{len(told) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
