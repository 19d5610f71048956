"""Sessions of Why3: which prover proves which goal in how many steps, committed and replayed.

Why3 1.5 makes a session with a graphical tool only. `write` lists the goals and provers of a run
from scratch, as a session without shapes; `why3 replay` then proves each goal again, with as many
steps as before, and adds what Why3 remembers of each goal. `replayed` does the same on a copy:
Why3's verdict has to be good, and what it saves has to be what is committed, but for the times.
"""
import gzip
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from itertools import groupby
from xml.sax.saxutils import quoteattr

from histories import FILES
from wp import ROOT, WHY3CONFIG, CannotRun, Run

FOLDER = "proofs/theorems/sessions"
SESSION, SHAPES = "why3session.xml", "why3shapes.gz"
RENEW = "if the theorems hold as they stand now, renew it with: make theorem-sessions"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE why3session PUBLIC "-//Why3//proof session v5//EN"
"http://why3.lri.fr/why3session.dtd">
<why3session shape_version="6">
"""
LONGEST = 600  # seconds for one session on a busy machine


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def files():
    """The files of the sessions, which evidence names by their digests."""
    paths = [os.path.join(FOLDER, name_of(path), file) for path in FILES
             for file in (SESSION, SHAPES)]
    return [path for path in paths if os.path.exists(os.path.join(ROOT, path))]


def provers():
    """(name, version) by the name of the program, as why3.conf pins them."""
    with open(os.path.join(ROOT, WHY3CONFIG), encoding="utf-8") as config:
        return {os.path.basename(path): (name, version) for name, path, version in re.findall(
            r'name = "([^"]+)"\s+path = "([^"]+)"\s+version = "([^"]+)"', config.read())}


def numbered(goals):
    """(module, name, place among the parts of that name, goal), as `split_vc` names them."""
    for (module, name), parts in groupby(goals, lambda goal: (goal["module"], goal["goal"])):
        for place, goal in enumerate(parts):
            yield module, name, place, goal


def skeleton(source, goals, seconds):
    """A session as Why3 reads it, without what only Why3 can compute."""
    pinned = provers()
    used = sorted({goal["prover"] for goal in goals})
    told = [f'<prover id="{number}" name="{pinned[each][0]}" version="{pinned[each][1]}" '
            f'timelimit="{seconds}" memlimit="1000"/>' for number, each in enumerate(used)]
    told.append('<file format="whyml">' + '<path name=".."/>' * 3
                + f'<path name="spec"/><path name="{os.path.basename(source)}"/>')
    for module, group in groupby(numbered(goals), lambda each: each[0]):
        told.append(f'<theory name="{module}">')
        for name, parts in groupby(group, lambda each: each[1]):
            told.append(f'<goal name={quoteattr(name)}><transf name="split_vc">')
            told += [f'<goal name={quoteattr(f"{name}.{place}")}>'
                     f'<proof prover="{used.index(goal["prover"])}"><result status="valid" '
                     f'time="{goal["seconds"]}" steps="{goal["steps"]}"/></proof></goal>'
                     for _, _, place, goal in parts]
            told.append("</transf></goal>")
        told.append("</theory>")
    return HEAD + "\n".join(told + ["</file>", "</why3session>"]) + "\n"


def why3(folder, root):
    """Replays a session, saves it, and says (exit status, lines)."""
    if not shutil.which("why3"):
        raise CannotRun("why3 is missing; install it with: apt-get install why3")
    command = ["why3", "replay", "--force", "--use-steps", "-L", os.path.join(root, "gen/out"),
               "-L", os.path.join(root, "spec"), folder]
    environment = dict(os.environ, WHY3CONFIG=os.path.join(ROOT, WHY3CONFIG), LC_ALL="C")
    process = subprocess.Popen(command, cwd=root, env=environment, text=True, errors="replace",
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    with Run.lock:
        Run.running.add(process)
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.terminate()
        raise CannotRun(f"{folder}: why3 replay did not end in {LONGEST} s") from None
    finally:
        with Run.lock:
            Run.running.discard(process)
    lines = [line.strip() for line in re.split(r"[\r\n]", said) if line.strip()]
    return process.returncode, [line for line in lines if not line.startswith("Progress:")]


def verdict(status, lines):
    """What speaks against a replay; its exit status alone passes goals that have no proof."""
    counts = [re.match(r"(\d+)/(\d+) \(replay OK\)$", line) for line in lines]
    whole = [count for count in counts if count and count[1] == count[2] != "0"]
    if status or not whole:
        told = [line for line in lines if re.search("goal|replay|obsolete|rror|missing|not ", line)]
        yield f"why3 replay ended with {status}: {'; '.join(told[:3]) or 'and said nothing'}"


def text_of(folder, file):
    """A file of a session, but for the times."""
    with open(os.path.join(folder, file), "rb") as data:
        text = data.read()
    if file == SHAPES:
        try:
            text = gzip.decompress(text)
        except (OSError, EOFError):
            return "it is no gzip file"
    return re.sub(r' time="[\d.]*"', "", text.decode("utf-8", "replace"))


def write(source, goals, seconds, root=ROOT):
    """Makes the session of a file anew; the old one stays until the new one is whole."""
    folder = os.path.join(root, FOLDER, name_of(source))
    os.makedirs(os.path.join(root, "build"), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.join(root, "build")) as work:
        new = os.path.join(work, name_of(source))
        os.makedirs(new)
        with open(os.path.join(new, SESSION), "w", encoding="utf-8") as file:
            file.write(skeleton(source, goals, seconds))
        why3(new, root)   # adds the shapes, and with them everything is obsolete once
        status, lines = why3(new, root)
        problems = list(verdict(status, lines))
        if problems:
            raise CannotRun(f"{source}: no session: {problems[0]}")
        os.makedirs(folder, exist_ok=True)
        for file in (SESSION, SHAPES):
            shutil.copy(os.path.join(new, file), os.path.join(folder, file + ".new"))
            os.replace(os.path.join(folder, file + ".new"), os.path.join(folder, file))


def replayed(name, root=ROOT):
    """Problems of a committed session, as `file:line: what`; the session is not touched."""
    folder = os.path.join(root, FOLDER, name)
    lost = [file for file in (SESSION, SHAPES) if not os.path.exists(os.path.join(folder, file))]
    if lost:
        return [f"{FOLDER}/{name}/{file}:1: it is missing; {RENEW}" for file in lost]
    os.makedirs(os.path.join(root, "build"), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.join(root, "build")) as work:
        copy = os.path.join(work, name)
        shutil.copytree(folder, copy)
        problems = list(verdict(*why3(copy, root)))
        if not problems:
            for file in (SESSION, SHAPES):
                if text_of(copy, file) != text_of(folder, file):
                    problems.append(f"Why3 saves {file} otherwise than it is committed")
    return [f"{FOLDER}/{name}/{SESSION}:1: {problem}; {RENEW}" for problem in problems]


class Replay:
    """One session to be replayed; `problems` is filled once it is over."""

    def __init__(self, name):
        self.name, self.problems = name, []

    def run(self, counted=lambda: None):
        self.problems = replayed(self.name)
        for _ in proofs(self.name):
            counted()
        return self


def proofs(name, root=ROOT):
    """(module, goal, place, prover) for each proof that a session holds."""
    tree = xml.parse(os.path.join(root, FOLDER, name, SESSION)).getroot()
    programs = {told: program for program, (told, _) in provers().items()}
    by = {each.get("id"): programs.get(each.get("name"), each.get("name"))
          for each in tree.iter("prover")}
    for theory in tree.iter("theory"):
        for goal in theory.findall("goal"):
            for place, part in enumerate(goal.findall("transf/goal")):
                for proof in part.findall("proof"):
                    yield theory.get("name"), goal.get("name"), place, by[proof.get("prover")]


def most_steps(name, module, root=ROOT):
    """The most steps that a proof of a module took, or 0 when the session has none."""
    try:
        tree = xml.parse(os.path.join(root, FOLDER, name, SESSION)).getroot()
        return max((int(proof.get("steps")) for theory in tree.iter("theory")
                    if theory.get("name") == module for proof in theory.iter("result")), default=0)
    except (OSError, xml.ParseError, TypeError, ValueError):
        return 0   # `differences` says what is wrong with it


def differences(name, goals, modules):
    """Goals of these modules that a run met and the session has no proof of, and the other way."""
    try:
        held = [each[:3] for each in proofs(name) if each[0] in modules]
    except (OSError, xml.ParseError, KeyError) as error:
        return [f"{FOLDER}/{name}/{SESSION}:1: it cannot be read: {error}; {RENEW}"]
    met = [each[:3] for each in numbered(goals)]
    told = [("has no proof of", each) for each in sorted(set(met) - set(held))]
    told += [("proves what is no goal any more:", each) for each in sorted(set(held) - set(met))]
    return [f"{FOLDER}/{name}/{SESSION}:1: it {what} {module}: {goal}.{place}; {RENEW}"
            for what, (module, goal, place) in told]
