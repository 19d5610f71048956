"""Which labels a changed function breaks: its contract, evaluated in every state that it allows.

The contracts are written as C (acsl_c.py) and the function is run in each state and on each event
that its `requires` allow, as falsify.c says. A label that is false in a state is broken, and no
sound proof of it exists; the state is kept as its witness. As in a proof, the function stands
alone: what it calls are the functions as they ship, and what those require is checked at the call.
"""
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import acsl_c
import lint
import machines
import tool
from mutate_c import FUNCTION, functions, read
from wp import ROOT, CannotRun

PROGRAM = "proofs/trial/falsify.c"
TEXTS = [PROGRAM, "proofs/trial/falsify.py", "proofs/lib/acsl_c.py", "proofs/lib/machines.py"]
COMPILE = ["gcc", "-std=c11", "-O1", "-w", "-Werror=implicit-function-declaration"]
BATCH = 100
LANES = 2
SECONDS = 300   # for one batch; a mutant has no loop


class Broken:
    """A label that does not hold, and where: states as bytes, in the order of the fields."""

    def __init__(self, label, before, event, after, result):
        self.label, self.before, self.event = label, before, int(event)
        self.after, self.result = after, result

    def told(self):
        return {"before": self.before, "event": self.event, "after": self.after,
                "result": self.result}


class Shape:
    """How a function is called: which of machine, event and answer it takes, what it gives."""

    def __init__(self, name, text):
        found = FUNCTION.search(text + "\n")
        if not found or found["name"] != name:
            raise CannotRun(f"{name}: its text is no function any more")
        self.head = found["head"].replace("static ", "").replace("inline ", "")
        given = [each.split()[-1].lstrip("*") for each in found["args"].split(",")]
        self.arguments = ", ".join({"m": "m", "event": "event", "a": "word"}[each]
                                   for each in given if each != "void")
        self.state, self.event, self.word = "m" in given, "event" in given, "a" in given
        self.void = self.head.startswith("void ")

    def call(self, name):
        call = f"{name}({self.arguments})"
        return (f"static long long call_{name}(machine *m, uint8_t event, uint8_t word)\n"
                "{\n    (void)m; (void)event; (void)word;\n"
                + (f"    {call};\n    return 0;\n" if self.void else f"    return {call};\n")
                + "}\n")


class Falsifier:
    """Evaluates the contracts of functions with other bodies than ours."""

    def __init__(self, folder, of=machines.THE_CORE):
        self.of, self.where = of, of.contracts[0]
        self.folder = os.path.join(folder, "falsify")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if not shutil.which("gcc"):
            raise CannotRun("gcc is missing; install it with: apt-get install gcc")
        words = [lint.WORDS, lint.CLAUSES] if of is machines.THE_CORE else of.contracts
        known = acsl_c.definitions([read(path) for path in words])
        self.contracts = {name: acsl_c.Contract(text, known) for name, text in
                          lint.contracts_of("".join(map(read, of.contracts))).items()}
        self.original = {**functions(read(of.header)), **functions(read(of.code))}
        self.in_core = sorted(functions(read(of.code)))
        self.shapes = {name: Shape(name, text) for name, text in self.original.items()}
        self.ids = {}
        self.write("shape.h", of.shape())
        self.write("checks.h", acsl_c.write_definitions(known, "machine") + self.checks())
        self.write("core.c", self.exported())
        self.build([*COMPILE, "-c", "core.c", "-o", "core.o"])

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def build(self, command):
        tool.run(*command, "-I" + os.path.join(ROOT, "gen/out"), "-I.", cwd=self.folder)

    def exported(self):
        """The core as it ships, its functions visible to the mutants of the others."""
        text = re.sub(r"^static (?:inline )?(?=\w+ \w+\()", "", read(self.of.code), flags=re.M)
        include = f'#include "{self.of.header_name}"\n'
        heads = "".join(self.shapes[name].head + ";\n" for name in self.in_core)
        return text.replace(include, include + heads, 1)

    def note(self, condition, label):
        number = self.ids.setdefault(label, len(self.ids))
        return f"    if (!({condition})) {{\n        broken[{number}] = 1;\n    }}\n"

    def checks(self):
        """allowed_F, check_F and, for each function that is called, asked_F."""
        made = ["".join(self.shapes[name].head + ";\n" for name in self.in_core)]
        for name, contract in self.contracts.items():
            if name not in self.shapes:
                raise CannotRun(f"{self.where}:1: {name} has a contract and no body")
            allowed = " && ".join(["1"] + [condition for _, condition in contract.requires])
            made.append(f"static int allowed_{name}(const machine *pre, long long event)\n"
                        f"{{\n    (void)pre; (void)event;\n    return {allowed};\n}}\n")
            made.append(f"static void check_{name}(const machine *pre, const machine *post, "
                        "long long event,\n    long long word, long long result)\n{\n"
                        "    (void)pre; (void)post; (void)event; (void)word; (void)result;\n"
                        + "".join(self.note(f"!({assumed}) || {ensured}", label)
                                  for label, assumed, ensured in contract.ensures) + "}\n")
            if name in self.in_core:
                made.append(self.asked(name, contract))
        return "\n".join(made)

    def asked(self, name, contract):
        """The function as it ships, with what it requires checked where it is called."""
        shape = self.shapes[name]
        head = re.sub(rf"\b{name}\(", f"asked_{name}(", shape.head)
        notes = "".join(self.note(condition, label) for label, condition in contract.requires
                        if condition != "1")
        if notes:
            notes = "    const machine *pre = m;\n" + notes
        return (f"static {head}\n{{\n{notes}    {'' if shape.void else 'return '}"
                f"{name}({shape.arguments});\n}}\n")

    def unit(self, number, function, text):
        """One changed function under a name of its own."""
        name = f"unit{number}"
        body = text[text.index("\n{") + 1:]
        for other in self.in_core:
            body = re.sub(rf"\b{other}(?=\()", f"asked_{other}", body)
        shape = self.shapes[function]
        head = re.sub(rf"\b{function}\(", f"{name}(", shape.head)
        return (f"static {head}\n{body}\n{shape.call(name)}",
                f"    {{{number}, call_{name}, allowed_{function}, check_{function}, "
                f"{int(shape.state)}, {int(shape.event)}, {int(shape.word)}}},\n")

    def run(self, first, units):
        """One program with some units; `broken` of each is what it prints."""
        place = os.path.join(self.folder, f"batch{first}")
        os.makedirs(place)
        made = [self.unit(number, *unit) for number, unit in enumerate(units)]
        names = "".join(f'    "{label}",\n' for label in self.ids)
        self.write(f"batch{first}/units.h",
                   f"static const char *const labels[] = {{\n{names}}};\n\n"
                   + "\n".join(text for text, _ in made)
                   + "\nstatic const unit units[] = {\n" + "".join(row for _, row in made) + "};\n")
        program = os.path.join(place, "falsify")
        self.build([*COMPILE, "-I" + place, os.path.join(ROOT, PROGRAM), "core.o", "-o", program])
        said = tool.run(program, timeout=SECONDS)
        found = [[] for _ in units]
        for line in said.splitlines():
            number, *rest = line.split()
            found[int(number)].append(Broken(*rest))
        shutil.rmtree(place)
        return found

    def falsify(self, units, done=lambda told: None):
        """For each (function, text) the labels that do not hold, as a list of Broken.

        Each batch holds the functions as they ship as well: they have to break nothing."""
        ours = [(name, text) for name, text in self.original.items()]
        found = []

        def one(first):
            batch = units[first:first + BATCH]
            told = self.run(first, batch + ours)
            for (name, _), broken in zip(ours, told[len(batch):]):
                if broken:
                    raise CannotRun(f"{self.where}:1: {name} as it ships: {broken[0].label} does not "
                                    f"hold at {broken[0].told()}; run: make prove")
            done(told[:len(batch)])
            return told[:len(batch)]

        with ThreadPoolExecutor(LANES) as pool:
            for told in pool.map(one, range(0, len(units), BATCH)):
                found += told
        return found
