#!/usr/bin/env python3
"""forms.py [--all] --generator TOOL --build DIR --out FILE: one digest, from every form.

Runs each form of the machine over all states and events, and over bytes that are neither, and
compares the stream of its answers with gen/out/digest.txt, which comes from the tables. Each form
is then run again with a damaged row, S6 returning 1 instead of 0, and has to come to another
digest: to that of the damaged tables, with the first difference in that row.

Without --all: half of the forms of this machine (the tables, gcc and clang, E-ACSL), the other half with another
commit (sample.py).
With --all: also other processors under emulation, bare Cortex-M, WebAssembly, the WhyML model.
Exits 1 when a form differs, or does not notice the damage, 2 when something could not be run.
"""
import argparse
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import rooms  # where the modules below are
import evidence
import forms_list
import frame
from forms_stream import Stream
from progress import only_one
from sample import Sample
from tool import run as run_tool
from tool import version as tool_version
from wp import ROOT, CannotRun

OUT = "gen/out"
LANES = 2
STEP_SECONDS, RUN_SECONDS = 600, 900   # far above what any takes; they end what went astray
PARTS = 4                              # of the forms, without --all
BLOCKS = 512                           # bytes in the unit of `ulimit -f`
SAID_LINES = 12                        # of what a command says when it fails
DAMAGE = ("calls", r"(?m)^(\| off \| delivered \|.*\| - \| - \| )0( \| none \| none \| S6 \|)",
          r"\g<1>1\g<2>")
DAMAGED_CASE = "event shutdown in handshake done"
DAMAGED_VALUE = "value is 1, not 0"


# Commands -----------------------------------------------------------------------------------------

class Commands:
    """What is running, so that an interrupt ends it."""

    running, lock, stopped = set(), threading.Lock(), False

    @classmethod
    def run(cls, command, seconds, is_over=None, **where):
        """The exit status; 0 when it was ended because `is_over` said so, twice."""
        with cls.lock:
            if cls.stopped:
                raise CannotRun("interrupted")
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, **where)
            cls.running.add(process)
        try:
            return (process.wait(timeout=seconds) if is_over is None
                    else cls.end_when(process, is_over, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise CannotRun(f"not done after {seconds} s: {' '.join(command)}") from None
        finally:
            with cls.lock:
                cls.running.discard(process)

    @staticmethod
    def end_when(process, is_over, seconds):
        deadline, agreed = time.monotonic() + seconds, 0
        while agreed < 2:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(process.args, seconds)
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                agreed = agreed + 1 if is_over() else 0
        process.kill()
        process.wait()
        return 0

    @classmethod
    def stop_all(cls):
        with cls.lock:
            cls.stopped = True
            for process in cls.running:
                process.kill()


def missing(forms):
    """Lines that name what is not there, and what installs it."""
    lines, packages = [], set()
    for form in forms:
        for tool, package in form.needs.items():
            if shutil.which(tool) or glob.glob(tool):
                continue
            packages.add(package)
            lines.append(f"{tool} is missing ({form.name})")
    debian = sorted(package for package in packages if " " not in package)
    wanted = sorted(package for package in packages if " " in package)
    if debian:
        wanted.append("apt-get install " + " ".join(debian))
    return lines + ["mend with: " + command for command in wanted]


def version(tool):
    return tool_version(tool, "-version" if tool in ("frama-c", "ocamlopt") else "--version")


# One form -----------------------------------------------------------------------------------------

class Made:
    """One form, built from one folder of generated files and run."""

    def __init__(self, form, stream, out, pages, folder):
        self.form, self.stream, self.folder = form, stream, folder
        self.names = {"out": out, "pages": pages, "folder": folder}
        self.data, self.status, self.seconds = b"", None, 0.0

    def fill(self, command):
        return [re.sub(r"\{(\w+)\}", lambda found: self.names[found[1]], word)
                for word in command]

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        log = os.path.join(self.folder, "output")
        for step in self.form.steps:
            if callable(step):
                step(self.folder, self.names["out"])
                continue
            command = self.fill(step)
            with open(log, "ab") as output:
                status = Commands.run(command, STEP_SECONDS, stdout=output, stderr=output)
            if status != 0:
                raise CannotRun(f"{self.form.name}: {' '.join(command)}\n{self.said('output')}")

    def said(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
            return "\n".join(file.read().splitlines()[:SAID_LINES])

    def run(self):
        """A run that writes for ever ends soon after the longest stream."""
        start, most = time.monotonic(), self.stream.size(self.stream.parts) // BLOCKS + 8
        size = self.stream.size(self.form.parts)
        path = os.path.join(self.folder, "stream")
        command = ["sh", "-c", f'ulimit -f {most}; exec "$@"', "sh", *self.fill(self.form.run)]
        with open(path, "wb") as output, open(os.path.join(self.folder, "stderr"), "wb") as error:
            self.status = Commands.run(
                command, RUN_SECONDS, stdout=output, stderr=error,
                is_over=(lambda: os.path.getsize(path) >= size) if self.form.endless else None)
        with open(path, "rb") as file:
            self.data = file.read()
        os.remove(path)   # fifty megabytes a form
        self.seconds = round(time.monotonic() - start, 1)
        return self

    def digest(self):
        return hashlib.sha256(self.data).hexdigest()

    def object_digest(self):
        if self.form.object is None:
            return None
        with open(self.fill([self.form.object])[0], "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()


class Judged:
    """A form as it is and as it is when damaged, against the tables."""

    def __init__(self, form, context):
        self.form, self.context = form, context
        self.problems, self.report = [], {}

    def complain(self, text):
        self.problems.append(f"{self.form.name}: {text}")

    def judge(self, number):
        folder = os.path.join(self.context.build, f"{number:02}")
        start = time.monotonic()
        good = self.made(OUT, "spec", folder, self.context.stream)
        self.judge_good(good)
        noticed = None if self.problems else self.judge_damaged(
            self.made(self.context.damaged, self.context.damaged, folder + "-damaged",
                      self.context.damaged_stream))
        form = self.form
        self.report = {
            "form": form.name, "compiler": self.context.version(form.compiler),
            "flags": form.flags, "emulator": self.context.version(form.emulator),
            "object_sha256": good.object_digest(), "parts": form.parts,
            "transitions": self.context.stream.transitions(form.parts),
            "bytes": len(good.data), "digest": good.digest(),
            "equal": not self.problems, "run_seconds": good.seconds, "damaged": noticed,
            **(form.facts(folder) if form.facts else {}),
            "seconds": round(time.monotonic() - start, 1)}
        good.data = b""
        return self

    def made(self, out, pages, folder, stream):
        made = Made(self.form, stream, out, pages, folder)
        made.make()
        return made.run()

    def judge_good(self, made):
        stream, parts = self.context.stream, self.form.parts
        if made.status != 0:
            self.complain(f"ended with status {made.status}: {made.said('stderr')}")
        wrong = stream.wrong_parts(made.data, parts)
        for part, digest in wrong:
            if part is None:
                self.complain(f"gives {len(made.data)} bytes, not {stream.size(parts)}")
            else:
                self.complain(f"part {part}: digest {digest},\n"
                              f"    expected {stream.parts[part][1]}")
        if wrong:
            first = stream.first_difference(made.data, self.context.wanted(parts), parts)
            self.complain(f"first difference: {first}")

    def judge_damaged(self, made):
        """What the damage did; a complaint when it went unnoticed."""
        parts, stops_at = self.form.parts, self.form.stops_at
        if stops_at is not None:
            said = made.said("stderr")
            if made.status == 0 or stops_at not in said:
                self.complain(f"damaged, it does not stop at {stops_at}: status {made.status} "
                              f"{said}")
            return {"stopped_at": stops_at}
        first = self.context.stream.first_difference(made.data, self.context.wanted(parts), parts)
        if first is None or DAMAGED_CASE not in first or DAMAGED_VALUE not in first:
            self.complain(f"damaged, its first difference is: {first}")
        elif self.context.damaged_stream.wrong_parts(made.data, parts):
            self.complain("damaged, it is not as the damaged tables are")
        return {"digest": made.digest(), "first_difference": first}


# All of them --------------------------------------------------------------------------------------

class Context:
    """What the forms are compared with."""

    def __init__(self, tool, build):
        self.tool, self.build = tool, build
        self.versions, self.lock = {}, threading.Lock()
        shutil.rmtree(build, ignore_errors=True)
        os.makedirs(build)
        self.stream = Stream(OUT)
        self.damaged = os.path.join(build, "damaged")
        self.damage()
        self.damaged_stream = Stream(self.damaged)
        whole = run_tool(tool, "--stream", *self.pages("spec"), text=False)
        self.bytes = {part: whole[start:end]
                      for part, start, end in self.stream.bounds(self.stream.parts)}

    @staticmethod
    def pages(folder):
        return [os.path.join(folder, page + ".md") for page in evidence.PAGES]

    def damage(self):
        """The generated files of a specification with one changed return."""
        os.makedirs(self.damaged)
        page, pattern, replacement = DAMAGE
        for name in evidence.PAGES:
            with open(f"spec/{name}.md", encoding="utf-8") as file:
                text = file.read()
            if name == page:
                text, count = re.subn(pattern, replacement, text)
                if count != 1:
                    raise CannotRun(f"spec/{page}.md has {count} rows to damage; "
                                    "bring DAMAGE up to date")
            with open(os.path.join(self.damaged, name + ".md"), "w", encoding="utf-8") as file:
                file.write(text)
        run_tool(self.tool, "--out", self.damaged, *self.pages(self.damaged))

    def wanted(self, parts):
        return b"".join(self.bytes[part] for part in parts)

    def version(self, tool):
        if tool is None:
            return None
        with self.lock:
            if tool not in self.versions:
                self.versions[tool] = version(tool)
            return self.versions[tool]


def line_for(judged):
    report = judged.report
    covered = "" if report["parts"] == forms_list.EVERYTHING else \
        " (" + ", ".join(report["parts"]) + ")"
    return (f"  {'equal' if report['equal'] else 'DIFFERS':8} {report['form']:36} "
            f"{report['transitions']:>8} transitions {report['seconds']:6} s{covered}")


def judge_all(forms, context):
    """Judges two at a time, and says so as each is over."""
    judged = [Judged(form, context) for form in forms]

    def one(numbered):
        number, each = numbered
        print(line_for(each.judge(number)), flush=True)

    frame.play(list(enumerate(judged)), one, lanes=LANES, stop=Commands.stop_all).all()
    return judged


def report_of(scope, judged, context, seconds):
    sources = sorted(glob.glob("gen/out/*") + glob.glob("proofs/certify/forms*.py")
                     + glob.glob("proofs/certify/forms/*") + ["proofs/lib/acsl.py"])
    equal = sum(not each.problems for each in judged)
    return {"spec_sha256": evidence.spec_sha256(),
            "sources": {path: evidence.sha256(path) for path in sources}, "scope": scope,
            "digest": context.stream.whole,
            "parts": {part: digest for part, (_, digest) in context.stream.parts.items()},
            "forms": len(judged), "equal": equal, "seconds": round(seconds, 1),
            "list": [each.report for each in judged]}


def run(given, forms):
    start = time.monotonic()
    context = Context(given.generator, os.path.join(given.build, "work"))
    if context.stream.spec != evidence.spec_sha256():
        print("gen/out/digest.txt:1: error: of another specification; run `make regenerate`",
              file=sys.stderr)
        return 1
    print(f"digest {context.stream.whole}", flush=True)
    judged = judge_all(forms, context)
    for problem in (problem for each in judged for problem in each.problems):
        print(f"forms: {problem}", file=sys.stderr)
    report = report_of("all" if given.all else "quick", judged, context,
                       time.monotonic() - start)
    if given.only is None:
        evidence.write(given.out, report)
    print(f"{report['equal']} passed, {report['forms'] - report['equal']} failed")
    return 0 if report["equal"] == report["forms"] else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", help="the forms whose names contain this, and no evidence")
    parser.add_argument("--generator", default="build/gen/endwell-gen")
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    blocks = 3 * Stream(OUT).states + 1
    sample = None if given.all or given.only else Sample(PARTS)
    forms = (forms_list.everything(given.generator, blocks) if given.all
             else forms_list.quick(given.generator, blocks))
    if sample:
        forms = sample.of(forms)
        print(f"{len(forms)} forms of this machine: {sample}", flush=True)
    forms = [form for form in forms if given.only is None or given.only in form.name]
    lacking = missing(forms)
    if lacking or not forms:
        print("\n".join("forms: " + line for line in lacking or ["no such form"]),
              file=sys.stderr)
        return 2
    with only_one("forms", given.build):
        return run(given, forms)


if __name__ == "__main__":
    sys.exit(frame.ends("forms", main))
