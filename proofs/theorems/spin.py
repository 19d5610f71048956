"""Spin, run on our models: every state is stored whole, and a search that was cut short is none.

`spin -a` makes a C program of the model, gcc builds it, and that program searches. Verdicts come
from its report; a report that does not say that the search was complete counts as a failure.
"""
import collections
import hashlib
import os
import re
import shutil
import subprocess
import time

import tool
from edits import Edit
from wp import ROOT, CannotRun, Run

MODEL = "spec/two_ends.pml"
PARTS = [f"spec/two_ends/{part}.pml" for part in ("transport", "engine", "any", "orderly")]
MACHINE = "gen/out/machine.pml"
RELATION = "gen/out/relation.txt"
DIGEST = "gen/out/relation.sha256"
TOOLS = {"spin": ("spin", ["-V"]), "gcc": ("gcc", ["--version"])}

# No reduction of any kind: each interleaving is explored. States are not packed (COLLAPSE): the dearest search
# takes 1.5 GB instead of 0.9, and little more than half the time.
BUILD = ["gcc", "-w", "-DNOREDUCE"]
DEPTH = 4000000      # of a path
HASH = 24       # the table of states has two to this power of slots
MEMORY = 12000       # megabytes
NOT_WHOLE = {"max search depth too small": "the search was cut at its greatest depth",
             "MEMLIM bound": "the search ran out of memory",
             "out of memory": "the search ran out of memory",
             "Bit statespace search": "states were hashed, not stored",
             "Hash-Compact": "states were hashed, not stored"}


def tool_versions():
    versions = {}
    for name, (package, ask) in TOOLS.items():
        if not shutil.which(name):
            raise CannotRun(f"{name} is missing; install it with: apt-get install {package}")
        versions[name] = tool.version(name, *ask)
    return versions


def constants():
    """EVENT, ROW, ... -> number -> name, as in the table; from the generated machine."""
    found = {}
    with open(os.path.join(ROOT, MACHINE), encoding="utf-8") as text:
        for kind, name, number in re.findall(r"#define EW_(EVENT|ACTION|ERROR|REASON|ROW)_(\w+) "
                                             r"(\d+)\n", text.read()):
            found.setdefault(kind, {})[int(number)] = name if kind == "ROW" else name.lower()
    return found


class Job:
    """Something that runs in a folder of its own, with a copy of the sources."""

    def __init__(self, name, folder):
        self.name, self.folder = name, os.path.join(folder, re.sub(r"\W", "_", name))
        self.problems, self.seconds = [], 0.0

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def copy_sources(self, edit=None):
        shutil.rmtree(self.folder, ignore_errors=True)
        for source in (MODEL, *PARTS, MACHINE):
            os.makedirs(os.path.dirname(self.path(source)), exist_ok=True)
            if edit and edit.file == source:
                with open(self.path(source), "w", encoding="utf-8") as out:
                    out.write(edit.applied())
            else:
                shutil.copy(os.path.join(ROOT, source), self.path(source))

    def command(self, *command, counted=lambda: None):
        """Runs it to its end; what it said, on both streams, and its exit status."""
        process = subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        with Run.lock:
            Run.running.add(process)
        said = []
        for line in process.stdout:
            if line.startswith("Depth="):
                counted()
            else:
                said.append(line)
        with Run.lock:
            Run.running.discard(process)   # before it is waited for: its id is still its own
        return "".join(said), process.wait()

    def build(self, model, defines, options):
        """The program that searches the model."""
        said, status = self.command("spin", *defines, "-a", model)
        if status or not os.path.exists(self.path("pan.c")):
            raise CannotRun(f"{self.name}: spin refuses {model}:\n{said}")
        said, status = self.command(*BUILD, *options, "-o", "pan", "pan.c")
        if status:
            raise CannotRun(f"{self.name}: what spin made does not compile:\n{said}")


class Search(Job):
    """One search through the model of two ends, whole or with an edit."""

    def __init__(self, name, folder, defines, edit=None, depth=DEPTH, memory=MEMORY):
        super().__init__(edit.name if edit else name, folder)
        self.kind = name.split()[0]
        self.defines, self.edit = defines, edit
        self.most = {"depth": depth, "memory": memory}
        self.fair = "-DFAIR" in defines
        self.states = self.visited = self.transitions = self.depth = self.megabytes = 0
        self.rows, self.unreached, self.trace = set(), collections.Counter(), ""
        self.errors = 0
        self.found = None

    def run(self, counted=lambda: None):
        start = time.monotonic()
        self.copy_sources(self.edit)
        how = ["-O1"] if self.edit else ["-O2"]
        how.append(f"-DMEMLIM={self.most['memory']}")
        how += ["-DNFAIR=3"] if self.fair else ["-DSAFETY"]
        if self.edit and not self.fair:
            how += ["-DBFS"]    # the shortest way to what is wrong
        self.build(MODEL, self.defines, how)
        fairly = ["-a", "-f"] if self.fair else []
        said, _ = self.command("./pan", *fairly, f"-m{self.most['depth']}", f"-w{HASH}",
                               counted=counted)
        with open(self.path("output"), "w", encoding="utf-8") as out:
            out.write(said)
        self.read(said)
        if self.errors:
            self.replay(said)
        self.seconds = time.monotonic() - start
        return self

    def read(self, said):
        number = lambda pattern: int(float((re.search(pattern, said) or [0, "0"])[1]))
        self.depth = number(r"depth reached (\d+)")
        self.states = number(r"([\d.e+]+) states, stored")
        self.visited = number(r"states, stored \(([\d.e+]+) visited\)") or self.states
        self.transitions = number(r"([\d.e+]+) transitions")
        self.megabytes = number(r"([\d.]+)\s+total actual memory usage")
        errors = re.search(r"errors: (\d+)", said)
        self.errors = int(errors[1]) if errors else 0
        self.problems += [what for words, what in NOT_WHOLE.items() if words in said]
        self.problems += self.missing(said) if errors else ["the search gave no report"]
        rows = re.search(r"^rows((?: \d+)*)$", said, re.M)
        self.rows = {int(row) for row in rows[1].split()} if rows else set()
        self.unreached = collections.Counter(
            (os.path.normpath(file), int(line), statement) for file, line, statement in
            re.findall(r'^\t(\S+):(\d+), state \d+, "(.*)"$', said, re.M))

    def missing(self, said):
        """What the report has to say of a search that is worth something."""
        wanted = {r"Full statespace search for:": "it was not a full search",
                  r"assertion violations\s+\+": "assertions were not checked"}
        if self.fair:
            wanted[r"acceptance\s+cycles\s+\+ \(fairness enabled\)"] = "fairness was not on"
        else:
            wanted[r"invalid end states\s+\+"] = "ends were not checked"
        if not self.errors:
            wanted[r"^rows"] = "it did not say which rows it reached"
            if "Search not completed" in said:
                return ["the search was not completed"]
        return [what for pattern, what in wanted.items() if not re.search(pattern, said, re.M)]

    def replay(self, said):
        """What was found, and the events that lead there."""
        self.trace, status = self.command("spin", *self.defines, "-k", "two_ends.pml.trail", "-t",
                                          "-T", "-B", MODEL)
        named = re.search(r"^broken (\w+)$", self.trace, re.M)
        first = re.search(r"^pan:1: (.*?) \(at depth", said, re.M)
        what = first[1] if first else "nothing that it names"
        if what.startswith("assertion violated"):
            self.found = named[1] if named else "an assertion without a name"
        else:
            self.found = {"invalid end state": "no_deadlock",
                          "acceptance cycle": "no_livelock"}.get(what, what)
        if status or "step" not in self.trace:
            self.problems.append(f"its trace could not be replayed:\n{self.trace[:500]}")


class Relation(Job):
    """The machine in Promela, over all states and events, is the relation that the C has."""

    def __init__(self, folder):
        super().__init__("relation", folder)
        self.digest = self.wanted = None
        self.transitions = 0

    def harness(self):
        """Loops over the fields in the order of the relation, the last one fastest; then events."""
        with open(os.path.join(ROOT, RELATION), encoding="utf-8") as text:
            lines = text.read().replace("\n ", " ").splitlines()
        fields = [line.split()[1:] for line in lines if line.startswith("field ")]
        events = [int(line.split()[1]) for line in lines if line.startswith("event ")]
        out = "\n".join(f"            putc(now.machine.{field[0]}, out);" for field in fields)
        results = "\n".join(f"            putc(now.answer.{part}, out);"
                            for part in ("action", "value", "error", "reason"))
        body = [f"event = {min(events)};", "do", f":: event <= {max(events)} ->"]
        body += [f"    machine.{field[0]} = at_{field[0]};" for field in fields]
        body += ["    ew_step(machine, event, answer);", "    c_code {", out, results,
                 "            transitions++;", "    };", "    event++", ":: else -> break", "od"]
        for field in reversed(fields):
            body = [f"at_{field[0]} = 0;", "do", f":: at_{field[0]} < {len(field) - 1} ->", *body,
                    f"    ; at_{field[0]}++", ":: else -> break", "od"]
        names = " ".join(f"byte at_{field[0]};" for field in fields)
        return (f'#include "{MACHINE}"\new_machine machine; ew_result answer; byte event; {names}\n'
                "c_decl { static FILE *out; static long transitions; }\ninit { d_step {\n"
                '    c_code { out = fopen("relation.bin", "wb"); };\n' + "\n".join(body)
                + ';\n    c_code { fclose(out); printf("made %ld\\n", transitions); }\n} }\n')

    def run(self, counted=lambda: None):
        start = time.monotonic()
        self.copy_sources()
        with open(self.path("harness.pml"), "w", encoding="utf-8") as out:
            out.write(self.harness())
        self.build("harness.pml", [], ["-O1", "-DSAFETY"])
        said, _ = self.command("./pan", counted=counted)
        made = re.search(r"^made (\d+)$", said, re.M)
        self.transitions = int(made[1]) if made else 0
        if not os.path.exists(self.path("relation.bin")):
            raise CannotRun(f"relation: nothing was written:\n{said}")
        with open(self.path("relation.bin"), "rb") as file:
            self.digest = hashlib.sha256(file.read()).hexdigest()
        with open(os.path.join(ROOT, DIGEST), encoding="utf-8") as text:
            self.wanted = text.read().split()[0]
        if self.digest != self.wanted:
            self.problems.append(f"{MACHINE}:1: its transition relation is not that of {DIGEST}")
        self.seconds = time.monotonic() - start
        return self


def load_faults():
    folder = os.path.join(ROOT, "proofs", "theorems", "planted", "two_ends")
    return [Edit(os.path.join(folder, name)) for name in sorted(os.listdir(folder))
            if name.endswith(".patch")]
