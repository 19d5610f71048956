"""What the proofs of C take for granted, from where it stands: each clause with its function and label.

Of a contract in spec/wire/ or spec/engines/ the `ensures` and `assigns` of what is not proven there (the
system, an engine, an io, a trampoline, what another proof is about), and the `requires` of what is proven
and is called from outside the proof; the bodiless functions of the histories; the table in CAVEATS.md.
A header or a function more in these places is more here, without a word in this file.
"""
import functools
import glob
import importlib.machinery
import importlib.util
import json
import os
import re

import clauses
import lint
import prove_io
import prove_joint
import prove_port
import shape

CAVEATS, TABLE, TRAMPOLINES = "proofs/CAVEATS.md", "## Assumptions", "## The trampolines"
DISPATCH = "src/dispatch.h"
HISTORIES = ("proofs/any_client.c", "proofs/any_orderly.c", "proofs/wire/memory_pair.c",
             "proofs/wire/any_application.c")
CONTRACT = re.compile(r"/\*@((?:(?!\*/).)*)\*/\s*(?:[A-Za-z_]\w*[ *]+)+(\w+)\(([^(){};]*)\)\s*[;{]", re.S)
CLAUSE = re.compile(r"^ +(requires|ensures) +(?:(\w+):)?(.*?);[ \t]*(?://[^\n]*)?$", re.M | re.S)
MACRO = re.compile(r"^#define (EW_\w+)[ \t]*\\\n((?:[^\n]*\\\n)*[^\n]*)", re.M)
USED = re.compile(r"^ +(EW_\w+)$", re.M)   # a clause of several contracts, or more of them, under a name
MARK = re.compile(r"// *(documented|observed|decided)\b")
DEFINED = re.compile(r"^(?:static )?(?:inline )?[A-Za-z_][\w ]*?[ *]+(\w+)\([^;{]*?\)\n?\s*\{(.*?)^\}", re.M | re.S)
WROTE = "assigns"    # the label of: it comes back, and has written nothing else
NAMELESS = "a clause without a label"


class Clause:
    """One clause: where it stands, of which function, what it says, and whether a page says so."""

    def __init__(self, path, line, function, kind, label, text, mark=None):
        self.path, self.line, self.function, self.kind, self.label = path, line, function, kind, label
        self.text, self.mark, self.more = " ".join(text.split()), mark, []
        self.paths = [path]   # where else these words stand of this function

    @property
    def ident(self):
        return f"{self.function}.{self.label}" if self.function else self.label


def loaded(path, name):
    """A module by its path, whatever its ending."""
    loader = importlib.machinery.SourceFileLoader(name, path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


prove_wire = loaded(os.path.join(os.path.dirname(prove_io.__file__), "prove_wire"), "prove_wire")
FIGURES = "docs/figures.json"
# Target -> the sources that it holds to a header of spec/wire/, for each part that prove_wire has.
PARTS = {"prove-wire": prove_wire.PARTS["wire"].units, "prove-io": prove_io.UNITS,
         **{f"prove-port-{port.name}": {port.unit: port.contracts} for port in prove_port.PORTS},
         "prove-connection": prove_wire.PARTS["connection"].units,
         "prove-opening": prove_wire.PARTS["opening"].units}
WHOLE = ("prove-wire", "prove-io")
JOINT = "prove-joint"   # what the headers of other parts say again of the transport


def figures_of(root):
    try:
        return json.loads(clauses.read(root, FIGURES))
    except ValueError as error:
        raise clauses.Unreadable(f"{FIGURES}:1: no JSON: {error}") from None


def is_whole(figures, target):
    """Whether a part counts: one that is added does once its figures say that all its goals are proved."""
    kept = figures.get(target)
    return target in WHOLE or bool(kept) and kept["proved"] == kept["goals"]


def units(root):
    """Source -> header, of all that is proven."""
    figures = figures_of(root)
    return {source: header for target, parts in PARTS.items() if is_whole(figures, target)
            for source, header in parts.items()}


# What is where ------------------------------------------------------------------------------------

def headers(root):
    return sorted(os.path.relpath(path, root) for folder in ("wire", "engines")
                  for path in glob.glob(os.path.join(root, "spec", folder, "*.h")))


def closure(root, header):
    """The header, and those of ours that it includes."""
    found, left = [], [header]
    while left:
        path = left.pop()
        if path not in found and os.path.exists(os.path.join(root, path)):
            found.append(path)
            named = re.findall(r'^#include "([\w/]+\.h)"', clauses.read(root, path), re.M)
            left += ["spec/" + name for name in named] + [f"{os.path.dirname(path)}/{name}" for name in named]
    return found


def unit_of(root, source):
    """A source of C, and the headers in src/ that it includes: what one compiler run reads of ours."""
    found, left = set(), [source]
    while left:
        path = left.pop()
        if path not in found and os.path.exists(os.path.join(root, path)):
            found.add(path)
            left += ["src/" + name for name in re.findall(r'^#include "(\w+\.h)"', clauses.read(root, path), re.M)]
    return found


@functools.lru_cache(maxsize=None)
def contracts(root, path):
    """Of each function with a contract: name, its clauses, and one for what it writes."""
    named = {}
    for header in closure(root, path):
        named.update(macros(clauses.read(root, header)))
    return list(each_contract(clauses.read(root, path), path, named))


def macros(text):
    """Name -> what stands for it, of those that fill a line or more of their own."""
    return {found[1]: re.sub(r"[ \t]*\\$", "", found[2], flags=re.M) for found in MACRO.finditer(text)}


def with_macros(text, named):
    """Of a contract's text and of the macros that it names: where it is used, the text, whether it is a macro's."""
    yield 0, text, False
    for used in USED.finditer(text):
        for _, more, _ in with_macros(named.get(used[1], ""), named):
            yield used.start(1), more, True


def each_contract(text, path, named):
    for found in CONTRACT.finditer(text):
        said, writes = [], ""
        for at, told, is_named in with_macros(found[1], named):
            for one in CLAUSE.finditer(told):
                where = found.start(1) + (at if is_named else one.start(1))
                mark, line = MARK.search(one[0]), text.count("\n", 0, where) + 1
                body = re.sub(r"//[^\n]*", "", one[3])
                said.append(Clause(path, line, found[2], one[1], one[2] or NAMELESS, body, mark and mark[1]))
            writes = " ".join([writes, *re.findall(r"\bassigns\b.*?;", re.sub(r"//[^\n]*", "", told), re.S)])
        line = text.count("\n", 0, found.start(2)) + 1
        yield found[2], said, Clause(path, line, found[2], WROTE, WROTE, writes)


def bodies(root, files):
    """(file, function) -> the code of its body."""
    told = {}
    for path in sorted(glob.glob(os.path.join(root, files))):
        name = os.path.relpath(path, root)
        for found in DEFINED.finditer(lint.code_of(clauses.read(root, name))):
            told[name, found[1]] = found[2]
    return told


class Tree:
    """Which functions are proven, against which header, and who calls them."""

    def __init__(self, root):
        self.root, self.bodies, self.callers = root, bodies(root, "src/*.[ch]"), {}
        history = bodies(root, prove_wire.APPLICATION)   # calls what an application does, and is none
        for place, body in [*self.bodies.items(), *history.items()]:
            for name in set(re.findall(r"(?<!->)(?<!\.)\b(\w+)\s*\(", body)):   # no member
                if place in self.bodies or (place[0], name) in history:
                    self.callers.setdefault(name, []).append(place)
        self.bodies.update(history)
        outside = {name for names in shape.IO_OUTSIDE.values() for name in names}
        sources = {place[0] for place in self.bodies if place[0].endswith(".c")} | set(units(root))
        self.units = {source: unit_of(root, source) for source in sources}
        self.proven, self.reads, self.heard = set(), {}, {}
        joint = figures_of(root).get(JOINT, {})
        self.joined = joint.get("judged", {}) if joint.get("proved") == joint.get("goals") else {}
        for source, header in units(root).items():
            clauses.read(root, header)
            self.reads[source] = closure(root, header)
            for path in self.reads[source]:
                self.proven |= {(where, name, path) for name, _, _ in contracts(root, path)
                                for where, defined in self.bodies if defined == name and name not in outside
                                and where in self.units[source] and where != DISPATCH}
            # Where a function is proven, with the contracts that this proof has of what it calls.
            for where, name, path in self.proven:
                if path in self.reads[source] and where in self.units[source]:
                    self.heard.setdefault((where, name), set()).update(self.reads[source])

    def is_joined(self, name, header):
        """Whether that header says again what the transport keeps, and prove-joint has shown that it follows."""
        ours = any((source, name) in self.bodies for source in ("src/transport.c", "src/dispatch.c"))
        return ours and header not in (prove_joint.TRANSPORT, prove_joint.CALLS) and header in self.joined \
            and name in prove_joint.named_in(clauses.read(self.root, header))

    def is_read(self, header):
        return any(header in read for read in self.reads.values())

    def is_proven(self, name, header):
        return any(one[1:] == (name, header) for one in self.proven)

    def is_held(self, place, header):
        """Whether that function is proven, and with the contracts of this header."""
        return header in self.heard.get(place, ())

    def called_from_outside(self, name, header):
        """
        Whether something calls it that is not proven, or is against another contract of it, or nothing
        here does. What is static is called where it is included alone: ports have functions of one name.
        """
        files = {where for where, *rest in self.proven if tuple(rest) == (name, header)}
        static = re.search(rf"^static [^;]*\b{name}\(", clauses.read(self.root, header), re.M)
        seen = {path for unit in self.units.values() if unit & files for path in unit}
        callers = [place for place in self.callers.get(name, ()) if not static or place[0] in seen]
        return not callers or any(not self.is_held(place, header) for place in callers)


# What is assumed ----------------------------------------------------------------------------------

def of_contract(header, said, wrote):
    """Of what has no proof there. A clause of an engine that has no mark defines the history, and claims nothing."""
    marked = any(one.mark for one in said) or header.startswith("spec/engines/")
    yield from (one for one in said if one.kind == "ensures" and (one.mark or not marked))
    yield wrote


def compared():
    """The functions of which prove-io compares what a trampoline owes them with what they require."""
    return [function for places in prove_io.TRAMPOLINES.values() for _, function in places]


def of_callers(tree, header, name, said):
    """What is proven is proven for whoever keeps this; what the join compares is kept."""
    if tree.called_from_outside(name, header):
        yield from (one for one in said if one.kind == "requires"
                    and not (name in compared() and one.label in prove_io.OWED))


def unlabelled(header, said):
    return [f"{header}:{one.line}: error: {one.function}: {NAMELESS} cannot be listed; write `ensures NAME: ...`"
            for one in said if one.label == NAMELESS]


def all_read(root):
    """The headers of all parts, also of one that is not proved whole."""
    return {path for part in PARTS.values() for header in part.values() for path in closure(root, header)}


def of_headers(root):
    """All clauses of spec/wire/ and spec/engines/ that nothing proves, and what is wrong with the headers."""
    tree, found, wrong, same, once = Tree(root), [], [], {}, {}
    for header in headers(root):
        if header.startswith("spec/wire/") and not tree.is_read(header):
            wrong += [] if header in all_read(root) else [
                f"{header}:1: error: no proof reads it; give it to a source of proofs/prove_wire or prove_io.py"]
            continue
        whole = any(one.mark for _, said, _ in contracts(root, header) for one in said)
        for name, said, wrote in contracts(root, header):
            wrong += unlabelled(header, said)
            if tree.is_joined(name, header):
                continue
            if tree.is_proven(name, header):
                for one in of_callers(tree, header, name, said):
                    same.setdefault((header, one.label, one.text), []).append(one)
            else:
                for one in of_contract(header if whole else "", said, wrote):
                    first = once.setdefault((one.ident, one.text), one)
                    if first is one:
                        found.append(one)
                    elif header not in first.paths:
                        first.paths.append(header)
    for alike in same.values():
        alike[0].more = [one.function for one in alike[1:]]
        found.append(alike[0])
    return found, wrong


def of_histories(root):
    """What is declared and never defined there, and promises something."""
    for path in HISTORIES:
        defined = {name for name, _ in DEFINED.findall(lint.code_of(clauses.read(root, path)))}
        for name, said, _ in contracts(root, path):
            yield from (one for one in said if one.kind == "ensures" and name not in defined)


def of_table(root):
    """The rows of the table in CAVEATS.md."""
    text = clauses.read(root, CAVEATS)
    start = text.find(TABLE + "\n")
    above = text.count("\n", 0, start)
    rows = next(iter(clauses.tables(text[start:])), (None, []))[1] if start >= 0 else []
    if not rows:
        raise clauses.Unreadable(f"{CAVEATS}: no table under '{TABLE}'")
    for line, cells in rows:
        yield Clause(CAVEATS, above + line, None, "row", f"caveats.{cells[0]}", cells[1])


def trampolines():
    """How many functions of one line are outside the proof, by file, as shape.py counts them."""
    return {"src/" + name: count for name, count in
            {**shape.OUTSIDE, **{name: len(names) for name, names in shape.IO_OUTSIDE.items() if names}}.items()}


def trampoline_problems(root):
    """CAVEATS.md names each of them, and as many as there are."""
    text, counted = clauses.read(root, CAVEATS), trampolines()
    start = text.find(TRAMPOLINES + "\n")
    above = text.count("\n", 0, start)
    for line, cells in next(iter(clauses.tables(text[start:])), (None, []))[1] if start >= 0 else []:
        where = f"{CAVEATS}:{above + line}: error: {cells[0]}"
        expected = counted.pop(cells[0], None)
        if expected is None or len(cells) != 3:
            yield f"{where}: not a file that src/tests/shape.py knows, with its number and its functions, or twice"
            continue
        outside = shape.IO_OUTSIDE.get(os.path.basename(cells[0]))
        there = set(outside or DEFINED.findall(lint.code_of(clauses.read(root, cells[0]))))
        there = {name if isinstance(name, str) else name[0] for name in there}
        if cells[1] != str(expected):
            yield f"{where}: says {cells[1]} functions, and src/tests/shape.py counts {expected}"
        for name in there ^ set(re.findall(r"`(\w+)`", cells[2])):
            yield f"{where}: {name} is {'not named' if name in there else 'named, and is not there'}"
    for name in counted:
        yield f"{CAVEATS}:{above + 1}: error: the table under '{TRAMPOLINES}' has no row for {name}"
