#!/usr/bin/env python3
"""verify_evidence_test.py [--quick] [--evidence DIR]: whatever is done to the evidence is noticed.

Works on copies of the evidence that is there, which has to be in order. Each file is changed in
several ways, as it is and with its seal renewed; so are the generated files and the kept parts of
`provers` and sessions of Why3. Two forgeries fit throughout: only the sample can notice them. With
--quick an eighth of the files and of the changes of a session are tried (sample.py). Ends with
`N passed, N failed`; exits 1 if one failed, 2 if it could not run.
"""
import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from unittest import mock

import rooms  # where the modules below are
import evidence
import evidence_again
import evidence_checks
import sessions
import trace_links
import verify_evidence
from sample import Sample
from wp import COMPLETE, ROOT, CannotRun

VERDICTS = [('"killed"', '"survived"'), ('"proved": 1', '"proved": 0'),
            ('"passed": ', '"passed": 1'), (": true", ": false"), ('"eva"', '"qed"'),
            ('"differences": []', '"differences": [{"field": "ret"}]'),
            ('"yes"', '"no: not today"'), ('"findings": []', '"findings": [""]')]

PARTS = 8   # of the files, generated files, and changes of a session
NUMBERED = ("named_set_shutdown_0", "COMPLETE_set_shutdown")   # function, label


# What is done to a file: text in, text out; None where there is nothing of the kind --------------

def byte(text):
    middle = len(text) // 2
    return text[:middle] + ("x" if text[middle] != "x" else "y") + text[middle + 1:]


def changed(text, change):
    told = json.loads(text)
    return json.dumps(told, indent=1) + "\n" if change(told) else None


def add_one(told):
    for name in sorted(told):
        if isinstance(told[name], int) and not isinstance(told[name], bool):
            told[name] += 1
            return True
    return False


def figure(text):
    return changed(text, add_one)


def take_out(told):
    lists = [name for name in told if isinstance(told[name], list) and told[name]]
    if lists:
        longest = max(lists, key=lambda name: len(told[name]))
        told[longest].pop(len(told[longest]) // 2)
    return bool(lists)


def entry(text):
    return changed(text, take_out)


def verdict(text):
    for old, new in VERDICTS:
        if old in text:
            return text.replace(old, new, 1)
    return None


def from_earlier(text):
    return changed(text, lambda told: told.update(seconds=told["seconds"] + 1.5) or True)


def other_spec(text):
    return changed(text, lambda told: told.update(spec_sha256="0" * 64) or True)


def other_source(told):
    sources = told.get("sources")
    if sources:
        sources[sorted(sources)[0]] = "0" * 64
    return bool(sources)


def source(text):
    return changed(text, other_source)


def nothing_judged(text):
    return changed(text, lambda told: told.pop("sources", None))


AS_IT_IS = [byte, figure, entry, verdict, from_earlier, other_spec]
# With its seal renewed a change has to contradict something else.
RESEALED = [figure, entry, verdict]           # where the file's own lists are known
RESEALED_ALL = [other_spec, source, nothing_judged]


# Forgeries that fit -------------------------------------------------------------------------------

def twice_proved(told):
    """Every labelled goal counts twice, and so do the totals."""
    for goal in told["results"]:
        if goal["label"] and not goal["smoke"]:
            more = goal["total"]
            goal["total"] += more
            goal["proved"] += more
            goal["provers"] = {prover: 2 * count for prover, count in goal["provers"].items()}
            told["goals"] += more
            told["proved"] += more
            told["theorem_goals"] += more * (goal["source"] == "proofs/any_client.c")
            told["complete_goals"] += more * (goal["source"] == "proofs/complete.c")
            for prover, count in goal["provers"].items():
                told["by_prover"][prover] += count // 2


def less_played(told):
    """Of each scenario a cell was never played, and the totals know it: whichever is played again shows it."""
    seen = set()
    told["records"] = [one for one in told["records"] if one["scenario"] in seen or seen.add(one["scenario"])]
    told["cells"] = told["passed"] = len(told["records"])
    told["in_memory"] = sum(one["mode"] == "memory" for one in told["records"])
    if "dealt" in told:   # a sample
        told["dealt"]["cases"] = told["cells"]


# One case -----------------------------------------------------------------------------------------

class Cases:
    def __init__(self, evidence_folder, sample=None):
        self.some = sample.of if sample else list
        self.folder, self.passed, self.failed, self.unknown = evidence_folder, 0, 0, set()
        # The whole of each, or a sample.
        self.proof, self.interop = (trace_links.file_of(evidence_folder, name) + ".json"
                                    for name in ("proof", "interop"))

    def expect(self, name, noticed):
        self.passed += bool(noticed)
        self.failed += not noticed
        if not noticed:
            print(f"FAILED: not noticed: {name}")

    def copy(self, work):
        folder = os.path.join(work, "evidence")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return folder

    def one(self, work, name, change, reseal, again=()):
        """Whether a change of one file is noticed; None if it cannot be made in this file."""
        folder = self.copy(work)
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        new = change(text)
        if new is None or new == text:
            return None
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
        if reseal:
            evidence.seal(path)   # without the sources that the seal had
        found = verify_evidence.Findings()
        verify_evidence.verify_file(folder, name, evidence.manifest(folder), found, again)
        return bool(found.lines)


def each_file(cases, work, name):
    short = name.removesuffix(".json")
    for change in AS_IT_IS:
        noticed = cases.one(work, name, change, False)
        if noticed is not None:
            cases.expect(f"{name}: {change.__name__}", noticed)
    known = short in evidence_checks.CHECKS or short in evidence_again.ALL
    for change in RESEALED_ALL + (RESEALED if known else []):
        noticed = cases.one(work, name, change, True)
        if noticed is not None:
            cases.expect(f"{name}: {change.__name__}, sealed again", noticed)
    if not known:
        cases.unknown.add(name)


def whole_folder(cases, work):
    """A file gone, a file too many, a manifest that was touched."""
    folder = cases.copy(work)
    os.remove(os.path.join(folder, cases.proof))
    cases.expect(f"{cases.proof} taken out", says(folder, f"{cases.proof}:1: it is gone"))
    folder = cases.copy(work)
    shutil.copy(os.path.join(folder, cases.proof), os.path.join(folder, "proof2.json"))
    cases.expect("a file put in", says(folder, "proof2.json:1: no run sealed it"))
    for name in sorted(evidence.manifest(cases.folder)):
        folder = cases.copy(work)
        seals = evidence.manifest(folder)
        del seals[name]
        evidence.write_whole(os.path.join(folder, evidence.MANIFEST), seals)
        cases.expect(f"the seal of {name} taken out", says(folder, f"{name}:1: no run sealed it"))
    folder = cases.copy(work)
    with open(os.path.join(folder, evidence.MANIFEST), "w", encoding="utf-8") as file:
        file.write("{")
    cases.expect("a manifest cut short", says(folder, "MANIFEST.json:1: it is no JSON"))
    folder = cases.copy(work)
    for name in (cases.proof, evidence.MANIFEST):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        told.pop(cases.proof, None)
        evidence.write_whole(path, told)
    os.remove(os.path.join(folder, cases.proof))
    cases.expect("a file and its seal taken out", says(folder, f"{cases.proof}:1: it is missing", cases.proof))


def other_versions(cases, work):
    """A prover that is not the one of this machine, a compiler that differs from file to file."""
    for name, tool in ((cases.proof, "z3"), ("mutants_sample.json", "frama-c"),
                       ("lossless_quick.json", "compiler")):
        folder = cases.copy(work)
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        told["tools"][tool] = re.sub(r"\d+\.", "99.", told["tools"][tool], count=1)
        evidence.write_whole(path, told)
        evidence.seal(path)
        names = sorted(set(evidence.manifest(folder)))
        found = list(verify_evidence.tool_problems(folder, names))
        cases.expect(f"{name}: another {tool}, sealed again",
                     [line for line in found if tool in line and name in line])


def says(folder, text, needed=None):
    """Whether the seals alone give this finding, where one file is needed."""
    found, seals = verify_evidence.Findings(), {}
    try:
        seals = evidence.manifest(folder)
    except ValueError as error:
        return text in f"MANIFEST.json:1: it is no JSON: {error}"
    for name in sorted((set(os.listdir(folder)) | set(seals) | {needed} - {None}) - {evidence.MANIFEST}):
        if name == needed and name not in seals and not os.path.exists(os.path.join(folder, name)):
            found.judge(name, ["it is missing"])
        else:
            found.judge(name, list(verify_evidence.seal_problems(folder, name, seals)))
    return any(text in line for line in found.lines)


def generated_files(cases, work):
    out = os.path.join(work, "out")
    for name in cases.some(sorted(os.listdir(os.path.join(ROOT, "gen/out")))):
        for what in ("one byte", "taken out"):
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(os.path.join(ROOT, "gen/out"), out)
            path = os.path.join(out, name)
            if what == "taken out":
                os.remove(path)
            else:
                with open(path, "rb") as file:
                    data = bytearray(file.read())
                data[len(data) // 2] ^= 1
                with open(path, "wb") as file:
                    file.write(data)
            cases.expect(f"gen/out/{name}: {what}", list(evidence_again.generated(out)))
    cases.expect("the generated files as they are are said to differ",
                 not list(evidence_again.generated()))


def forgeries(cases, work):
    for name, change in ((cases.proof, twice_proved), (cases.interop, less_played)):
        fits = lambda text: changed(text, lambda told: change(told) or True)
        path = os.path.join(cases.folder, name)
        seal = evidence.manifest(cases.folder)[name]
        with open(path, encoding="utf-8") as file:
            told = json.loads(fits(file.read()))
        told.setdefault("sources", seal.get("sources"))
        noticed = lambda again: cases.one(
            work, name, lambda _: json.dumps(told, indent=1) + "\n", True, again)
        cases.expect(f"{name}: {change.__name__} does not fit: mend this test", not noticed([]))
        cases.expect(f"{name}: {change.__name__}", noticed([name.removesuffix(".json")]))


THEORY = """module T
  use int.Int
  goal one: forall x: int. x > 2 -> x * x > 4
  goal two: forall x y: int. x > 2 -> y > x -> x + y > 5 /\\ y > 3
end
module U
  use int.Int
  goal one: forall x: int. x > 7 -> x * x > 4
end
"""
GOALS = [("T", "one", "z3"), ("T", "two", "cvc4"), ("T", "two", "cvc4"), ("U", "one", "z3")]
# What is done to a session: in which file, what is found there, and what stands there then.
TAMPERED = {
    "a verdict": (sessions.SESSION, r'"valid"', '"unknown"'),
    "fewer steps": (sessions.SESSION, r'steps="[0-9]+"', 'steps="3"'),
    "more steps": (sessions.SESSION, r'(<result.*? steps="[0-9]+)"', r'\g<1>0"'),
    "another prover": (sessions.SESSION, r'proof prover="1"', 'proof prover="0"'),
    "a proof": (sessions.SESSION, r"(?s)  <proof .*?</proof>\n", ""),
    "a part of a goal": (sessions.SESSION, r'(?s)  <goal name="two.1".*?</goal>\n', ""),
    "a goal": (sessions.SESSION, r'(?s) <goal name="two".*?</transf>\n </goal>\n', ""),
    "a module": (sessions.SESSION, r'(?s)<theory name="U".*?</theory>\n', ""),
    "a mark": (sessions.SESSION, r'proved="true"', 'proved="false"'),
    "a shape": (sessions.SHAPES, r"V1", "V0"),
    "a checksum": (sessions.SHAPES, r"(?m)^([0-9a-f]{31})[0-9a-f] ", r"\1g "),
    "all shapes": (sessions.SHAPES, None, None),
    "what is proved": ("t.mlw", "y > 3", "y > 2"),
    "what is proved, and false": ("t.mlw", "y > 3", "y > 9"),
}


def tamper(path, old, new):
    if old is None:
        os.remove(path)
        return True
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        text = file.read()
    changed_text = re.sub(old, new, text, count=1)
    with opened(path, "wt", encoding="utf-8") as file:
        file.write(changed_text)
    return changed_text != text


def committed_sessions(cases, work):
    """A session of Why3 in which anything was changed, or of something else, does not replay."""
    root, name = os.path.join(work, "tree"), "t"
    for folder in ("spec", "gen/out"):
        os.makedirs(os.path.join(root, folder))
    source, session = os.path.join(root, "spec/t.mlw"), os.path.join(root, sessions.FOLDER, name)
    with open(source, "w", encoding="utf-8") as file:
        file.write(THEORY)
    sessions.write(source, [{"module": module, "goal": goal, "prover": prover, "seconds": 0,
                             "steps": 0} for module, goal, prover in GOALS], "60", root)
    cases.expect("a session as it is is said to differ", not sessions.replayed(name, root))
    for what, (file, old, new) in cases.some(TAMPERED.items()):
        shutil.copytree(session, os.path.join(work, "kept"))
        cases.expect(f"this test cannot change {what}: mend it", tamper(
            source if file == "t.mlw" else os.path.join(session, file), old, new))
        cases.expect(f"a session: {what} changed", sessions.replayed(name, root))
        shutil.rmtree(session)
        shutil.move(os.path.join(work, "kept"), session)
        with open(source, "w", encoding="utf-8") as text:
            text.write(THEORY)


def quick_has_all(cases):
    """What --quick makes again is one thing, and each of them with some commit."""
    every, some = verify_evidence.made_again(cases.folder, False), []
    for number in range(len(every)):
        with mock.patch.dict(os.environ, SAMPLE=str(number)):
            some += verify_evidence.made_again(cases.folder, True)
    cases.expect("what --quick never makes again", sorted(some) == sorted(every))


def numbered_label(cases):
    """A label that ends in a number, which our reports drop, is found and proved again."""
    with open(os.path.join(cases.folder, cases.proof), encoding="utf-8") as file:
        told = json.load(file)
    said = evidence_again.goals_for(told, COMPLETE, *NUMBERED)
    cases.expect("a numbered label that is not in the evidence: name another", said)
    cases.expect("a numbered label is proved again",
                 said == evidence_again.prove_again(COMPLETE, *NUMBERED, "cvc4,z3", said))


def kept_parts(cases, work):
    """A kept part of `provers` that was touched is not put together."""
    build = os.path.join(work, "provers")
    os.makedirs(build)
    evidence.write(os.path.join(build, "eva1.json"), {"findings": ["something"], "sources": {}})
    with open(os.path.join(build, "eva1.json"), "w", encoding="utf-8") as file:
        json.dump({"findings": [], "sources": {}}, file)
    done = subprocess.run([sys.executable, os.path.join(ROOT, "proofs/trial/provers"), "--merge",
                           "--build", build, "--evidence", work], capture_output=True, text=True,
                          timeout=300, check=False)
    cases.expect("a kept part of provers", done.returncode == 2
                 and "is not what its run left" in done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", default=os.path.join(ROOT, "build", "evidence"))
    parser.add_argument("--quick", action="store_true", help="an eighth of the files")
    given = parser.parse_args()
    folder, sample = os.path.abspath(given.evidence), Sample(PARTS) if given.quick else None
    os.chdir(ROOT)
    found = verify_evidence.verify(folder, [])
    if found.failed:
        print("\n".join(found.lines))
        raise CannotRun("the evidence has to be in order before it can be tampered with")
    cases = Cases(folder, sample)
    with tempfile.TemporaryDirectory() as work:
        for name in cases.some(sorted(evidence.manifest(folder))):
            each_file(cases, work, name)
        whole_folder(cases, work)
        other_versions(cases, work)
        generated_files(cases, work)
        kept_parts(cases, work)
        quick_has_all(cases)
        numbered_label(cases)
        committed_sessions(cases, work)
        forgeries(cases, work)
    if cases.unknown:
        print("sealed, and held to specification and sources, but not counted anew: "
              + ", ".join(sorted(cases.unknown)))
    if sample:
        print(f"a sample: {sample}")
    print(f"{cases.passed} passed, {cases.failed} failed")
    return 1 if cases.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotRun, OSError, subprocess.TimeoutExpired) as error:
        print(f"verify_evidence_test: {error}", file=sys.stderr)
        sys.exit(2)
