"""All mutants, of the tables and of the C: what each changes, and which of them are mutants at all.

state of a mutant, before any proof:
  refused      the generator does not take the changed page
  broken       the changed C does not compile, or not with its contracts' prototypes
  duplicate    another mutant gives the same C
  equivalent   the digest of everything that the core answers is the same (relation_digest.c)
  different    it is not, so some label has to break
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import mutate_c
import mutate_tables
import tool
from evidence import PAGES, write_text
from mutate_c import FUNCTION, HEADER, bare, functions, read
from wp import CORE, ROOT, CannotRun

GENERATOR = "build/gen/endwell-gen"
WRITTEN = "ew_core.h,ew_core.c,relation.sha256"
DIGEST = "proofs/trial/relation_digest.c"
RELATION = "gen/out/relation.sha256"
COMPILE = ["gcc", "-O1", "-std=c11", "-Werror=return-type", "-I" + os.path.join(ROOT, "spec")]
CRASH_SECONDS = 300


def sha256(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def heads(text):
    """What each function takes and gives, in order."""
    return [found["head"] for found in FUNCTION.finditer(text)]


class Kept:
    """What needs no second look, in files named by the digest of all that it depends on."""

    def __init__(self, folder, use=True):
        self.folder, self.use = os.path.join(folder, "kept"), use
        os.makedirs(self.folder, exist_ok=True)

    def get(self, key, make):
        path = os.path.join(self.folder, key + ".json")
        if self.use and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        made = make()
        write_text(path, json.dumps(made))
        return made


class Mutant:
    """One mutant: `core` and `header` are its C, once it is made."""

    def __init__(self, source, made):
        self.kind, self.family, self.name = source.kind, source.family, source.name
        self.make = made
        self.state = self.said = self.core = self.header = self.relation = None

    def changed(self, original):
        """Function -> new text, for each function that differs from ours."""
        ours = {**functions(self.header), **functions(self.core)}
        return {name: text for name, text in ours.items() if original.get(name) != text}

    def text(self):
        return bare(self.core) + "\0" + bare(self.header)


class Workshop:
    """Makes the C of mutants and finds out what became of them."""

    def __init__(self, build, use_kept=True):
        self.build, self.kept = build, Kept(build, use_kept)
        self.core, self.header = read(CORE), read(HEADER)
        self.pages = mutate_tables.read_pages()
        for tool, package in (("gcc", "gcc"),):
            if not shutil.which(tool):
                raise CannotRun(f"{tool} is missing; install it with: apt-get install {package}")
        if not os.path.exists(os.path.join(ROOT, GENERATOR)):
            raise CannotRun(f"{GENERATOR} is missing; make it with: make regenerate")
        with open(os.path.join(ROOT, GENERATOR), "rb") as file:
            self.generator = hashlib.sha256(file.read()).hexdigest()
        self.harness = os.path.join(build, "relation_digest.o")
        self.build_harness(self.harness, os.path.join(ROOT, "gen/out"))
        self.relation = read(RELATION).strip()
        self.ours = self.digest_of(self.core, self.header)
        if not self.ours or self.ours[0] != self.relation:
            raise CannotRun(f"{CORE} does not give the digest in {RELATION}; run: make test-gen")

    def build_harness(self, path, headers):
        tool.run(*COMPILE, "-I" + headers, "-c", os.path.join(ROOT, DIGEST), "-o", path)

    def all(self):
        """Every mutant, not made yet: those of the tables, then those of the C."""
        for each in mutate_tables.mutants(self.pages):
            yield Mutant(each, lambda mutant, each=each: self.from_tables(mutant, each))
        for each in mutate_c.mutants():
            yield Mutant(each, lambda mutant, each=each: self.from_c(mutant, each))

    # Making one

    def from_c(self, mutant, source):
        mutant.core, mutant.header = self.core, self.header
        if source.path == CORE:
            mutant.core = source.text
        else:
            mutant.header = source.text

    def from_tables(self, mutant, source):
        pages = source.pages(self.pages)
        key = sha256(self.generator, *(pages[page] for page in PAGES))
        made = self.kept.get(key, lambda: self.generate(pages))
        mutant.said, mutant.relation = made["said"], made["relation"]
        mutant.core, mutant.header = made["core"], made["header"]

    def generate(self, pages):
        with tempfile.TemporaryDirectory(dir=self.build) as folder:
            paths = []
            for page in PAGES:
                paths.append(os.path.join(folder, page + ".md"))
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.write(pages[page])
            done = subprocess.run([os.path.join(ROOT, GENERATOR), "--only", WRITTEN, "--out", folder]
                                  + paths,
                                  capture_output=True, text=True, check=False)
            if done.returncode == 1:
                said = re.sub(r"^\S*/(\w+\.md):\d+:", r"\1:", done.stderr.splitlines()[0])
                return {"said": said, "core": None, "header": None, "relation": None}
            if done.returncode != 0:
                raise CannotRun(tool.complaint([GENERATOR], done.returncode, done.stderr))
            at = lambda name: open(os.path.join(folder, name), encoding="utf-8").read()
            return {"said": None, "core": at("ew_core.c"), "header": at("ew_core.h"),
                    "relation": at("relation.sha256").strip()}

    # Is it another machine?

    def digest_of(self, core, header):
        """The two digests; None when it does not compile, an empty list when it crashes."""
        with tempfile.TemporaryDirectory(dir=self.build) as folder:
            path, program = os.path.join(folder, "ew_core.c"), os.path.join(folder, "digest")
            harness, headers = self.harness, os.path.join(ROOT, "gen/out")
            with open(path, "w", encoding="utf-8") as file:
                file.write(core)
            if bare(header) != bare(self.header):
                harness, headers = os.path.join(folder, "harness.o"), folder
                with open(os.path.join(folder, "ew_core.h"), "w", encoding="utf-8") as file:
                    file.write(header)
                try:
                    self.build_harness(harness, headers)
                except CannotRun:
                    return None   # the changed header does not compile
            built = subprocess.run(COMPILE + ["-I" + headers, path, harness, "-o", program,
                                              "-lcrypto"], capture_output=True, check=False)
            if built.returncode != 0:
                return None
            try:
                ran = subprocess.run([program, self.relation], capture_output=True, text=True,
                                     check=False, timeout=CRASH_SECONDS)
            except subprocess.TimeoutExpired:
                return []
            return [line.split()[1] for line in ran.stdout.splitlines()] * (ran.returncode == 0)

    def examine(self, mutant):
        """Makes one mutant and says what it is."""
        mutant.make(mutant)
        self.classify(mutant)
        return mutant

    def classify(self, mutant):
        if mutant.core is None:
            mutant.state = "refused"
        elif mutant.state == "duplicate":
            return
        elif heads(mutant.core) != heads(self.core):
            mutant.state = "broken"
        elif mutant.relation and mutant.relation != self.relation:
            mutant.state = "different"
        else:
            key = sha256(read(DIGEST), *COMPILE, mutant.text())
            digests = self.kept.get(key, lambda: self.digest_of(mutant.core, mutant.header))
            mutant.state = ("broken" if digests is None else
                            "equivalent" if digests == self.ours else "different")

    def examine_all(self, mutants, made=lambda mutant: None, done=lambda mutant: None, classify=None):
        """Examines them all; of those that give the same C the first one counts."""
        classify = classify or self.classify
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda mutant: (mutant.make(mutant), made(mutant)), mutants))
            seen = {sha256(bare(self.core) + "\0" + bare(self.header))}
            for mutant in mutants:
                if mutant.core is not None:
                    text = sha256(mutant.text())
                    mutant.state = "duplicate" if text in seen else None
                    seen.add(text)
            list(pool.map(lambda mutant: (classify(mutant), done(mutant)), mutants))
        return mutants
