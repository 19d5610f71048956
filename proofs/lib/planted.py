#!/usr/bin/env python3
"""planted.py FOLDER COMPILER LINKER PLANTED [PARTS [FIELD]]: bugs planted in our sources, which a program has to find.

Each file in the folder PLANTED is an edit of our sources (edits.py) that says with which options
the program runs (`walk:`) and what it has to say (`finds:`); the edit of a header also says of
which source it is (`unit:`). FOLDER: where they are built. COMPILER makes an object: what stands
before `-c -o OBJECT FILE`. LINKER makes the program: in it `@` stands for the object and `%` for
the program. With PARTS one part of so many is tried (sample.py), and the others have to be C. With FIELD
it is another program: that line of an edit has its options, and an edit without it is not for it. Exits
0 when all are found, 1 when not, 2 when it could not run.
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

import frame
from edits import Edit
from sample import Sample
from tool import Late, too_late
from wp import ROOT, CannotRun

AT_MOST = 300  # seconds for one run
FIELDS = {"unit", "walk", "kit", "fuzz", "finds"}


def says(path, field):
    with open(path, encoding="utf-8") as file:
        found = re.search(rf"^# {field}: (.*)$", file.read(), re.M)
    return found[1] if found else None


def known(path):
    """None if all lines that say something are of a program, or what every edit says."""
    with open(path, encoding="utf-8") as file:
        strange = set(re.findall(r"^# ([a-z]+): ", file.read(), re.M)) - FIELDS
    return f"nobody reads a line `# {strange.pop()}: ...`" if strange else None


def head(path, field):
    found = says(path, field)
    if not found:
        raise CannotRun(f"{path}: no line `# {field}: ...`")
    return found


def run(command):
    try:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=AT_MOST, check=False)
    except subprocess.TimeoutExpired:
        raise too_late(command, AT_MOST) from None
    return done.returncode, done.stdout


def unit_of(edit, folder):
    """The source that is compiled: the one that is changed, or one beside the header that is."""
    if not edit.file.endswith(".h"):
        source = os.path.join(folder, edit.name + ".c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(f'#line 1 "{edit.file}"\n' + edit.applied())
        return source
    here = os.path.join(folder, edit.name + ".unit")
    os.makedirs(here, exist_ok=True)
    for header in glob.glob(os.path.join(ROOT, os.path.dirname(edit.file), "*.h")):
        shutil.copy(header, here)   # one that includes it finds the one that is changed
    with open(os.path.join(here, os.path.basename(edit.file)), "w", encoding="utf-8") as file:
        file.write(edit.applied())
    return shutil.copy(os.path.join(ROOT, head(edit.path, "unit")), here)


def build(edit, folder, compiler, linker):
    """The program with that edit in it; without a linker its source is read by the compiler alone."""
    source = unit_of(edit, folder)
    program = os.path.join(folder, edit.name)
    words = {"@": source[:-2] + ".o", "%": program}
    for command in (compiler + ([] if linker else ["-fsyntax-only"]) + ["-w", "-c", "-o", words["@"], source],
                    [words.get(word, word) for word in linker]):
        status, said = run(command) if command else (0, "")
        if status != 0:
            raise CannotRun(f"{edit.name}: it does not build\n{said}")
    return program


def problem(path, field, folder, compiler, linker):
    """None if the program finds the bug; without a linker, if it is C."""
    if known(path):
        return known(path)
    try:
        edit = Edit(path)
        options, finds = head(path, field).split(), head(path, "finds")
        program = build(edit, folder, compiler, linker)
        if not linker:
            return None
        status, said = run([program] + options)
    except Late:
        raise
    except CannotRun as error:
        return str(error)
    if status != 1:
        return f"the program ended with status {status} instead of 1\n{said}"
    if finds not in said:
        return f"the program does not say: {finds}\n{said}"
    return None


def main():
    if len(sys.argv) not in (5, 6, 7):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folder, compiler, linker = sys.argv[1], shlex.split(sys.argv[2]), shlex.split(sys.argv[3])
    os.makedirs(folder, exist_ok=True)
    parts, field = int(sys.argv[5]) if len(sys.argv) > 5 else 1, sys.argv[6] if len(sys.argv) > 6 else "walk"
    paths = sorted(glob.glob(os.path.join(ROOT, sys.argv[4], "*.patch")))
    if field != "walk":
        paths = [path for path in paths if says(path, field)]
    if not paths:
        print(f"planted: no {sys.argv[4]}/*.patch with a line `# {field}: ...`", file=sys.stderr)
        return 2
    tried = paths
    if parts > 1:
        sample = Sample(parts)
        tried = sample.of(paths)
        print(f"planted: {len(tried)} of {len(paths)}, the others are read by the compiler alone: {sample}")
    played = frame.play(paths, lambda path: problem(path, field, folder, compiler, linker if path in tried else []))
    failed = 0
    for path, said in zip(paths, played):
        if said:
            failed += 1
            print(f"{os.path.relpath(path, ROOT)}: {said}")
    return played.close(len(paths) - failed, failed)


if __name__ == "__main__":
    sys.exit(frame.ends("planted", main))
