"""evidence.py FILE... [--sources PATTERN...] [-- COMMAND]: seal evidence that another program writes.

With the program's COMMAND it is run first, and its status is ours. The specification that a file is
about is put in if the program does not say it; a file that contradicts itself is refused. Without
results (2, or a file that is not there) nothing is sealed.

Evidence files: what was judged, by what, with which result; written whole or not at all. Each is
sealed by the run that made it: its digest goes into MANIFEST.json beside it, with those of the
sources if the file has none itself. A seal is no signature; verify_evidence.py says what it is
worth.
"""
import argparse
import contextlib
import fcntl
import glob
import hashlib
import importlib
import json
import os
import platform
import subprocess
import sys
import time

from wp import ROOT

MANIFEST = "MANIFEST.json"
PAGES = ["machine", "calls", "outcomes", "clauses", "codes"]   # what the generator reads
STARTED = time.monotonic()


def sha256(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def spec_sha256():
    """Of the pages that the generator reads, in its order."""
    digest = hashlib.sha256()
    for page in PAGES:
        with open(os.path.join(ROOT, "spec", page + ".md"), "rb") as text:
            digest.update(text.read())
    return digest.hexdigest()


def write_text(path, text):
    """Whole or not at all."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def write_whole(path, report):
    write_text(path, json.dumps(report, indent=1) + "\n")


def write(path, report):
    """Writes and seals; adds what every evidence file has, where a check does not say it."""
    report.setdefault("seconds", round(time.monotonic() - STARTED, 1))
    report.setdefault("tools", {"python": platform.python_version()})
    write_whole(path, report)
    seal(path)


@contextlib.contextmanager
def alone(folder):
    """One run at a time changes the manifest; the lock ends with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def manifest(folder):
    """Name -> seal, for the evidence in a folder."""
    try:
        with open(os.path.join(folder, MANIFEST), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def seal(path, sources=None):
    path = os.path.abspath(path)
    folder, name = os.path.split(path)
    with alone(folder):
        try:
            told = manifest(folder)
        except ValueError:
            told = {}   # what cannot be read seals nothing
        told[name] = {"sha256": sha256(path), "bytes": os.path.getsize(path)}
        if sources:
            told[name]["sources"] = sources
        write_whole(os.path.join(folder, MANIFEST), dict(sorted(told.items())))


def matching(patterns):
    """Digests of the files that the patterns name; each has to name one."""
    told = {}
    for pattern in patterns:
        paths = sorted(glob.glob(os.path.join(ROOT, pattern)))
        if not paths:
            raise FileNotFoundError(f"nothing is called {pattern}")
        told.update({os.path.relpath(path, ROOT): sha256(path) for path in paths})
    return told


def complete(path):
    """Adds what every evidence file has, unless it contradicts itself."""
    sys.path.append(os.path.join(ROOT, "proofs", "audit"))
    checks = importlib.import_module("evidence_checks").CHECKS
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    name = os.path.splitext(os.path.basename(path))[0]
    wrong = next(checks[name](told), None) if name in checks else None
    if wrong:
        os.remove(path)
        raise ValueError(f"{path}: {wrong}")
    write_whole(path, {"spec_sha256": spec_sha256(), **told})


def run(command, files):
    """The status of what writes them; what it left of an earlier run does not count."""
    for path in files:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        if os.path.exists(path):
            os.remove(path)
    status = subprocess.run(command, check=False).returncode
    if status in (0, 1, 3):
        return status
    if status != 2:
        print(f"evidence: {command[0]}: ended with status {status}", file=sys.stderr)
    return 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--sources", nargs="*", default=[], help="what the file judged")
    argv = sys.argv[1:]
    at = argv.index("--") if "--" in argv else len(argv)
    given, command = parser.parse_args(argv[:at]), argv[at + 1:]
    try:
        status = run(command, given.files) if command else 0
        if status and not all(map(os.path.exists, given.files)):
            return status
        sources = matching(given.sources)
        for path in given.files:
            if command:
                complete(path)
            seal(path, sources)
    except (OSError, ValueError) as error:
        print(f"evidence: {error}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
