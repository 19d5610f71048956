"""Mutants of the generated C, whatever the generator: each one statement or one constant away.

answer      a returned answer is another of the list, or none is returned; one that counts up with
            the event begins elsewhere
part        what an accessor makes of an answer is another value of its domain
return      a returned number is another
refusal     a refusal that was found is another answer, or is passed on as another
assignment  an assignment stores another value, also one out of range, goes to the field beside its
            own, is gone
addition    before a return one more field is stored
guard       a condition is turned round, always true, never true, compares otherwise, with another
            constant or the field beside its own
call        a call goes to another function of the same shape, tells another event, is gone
join        a field that is looked at together with others is left out, stands for the one beside
            it, or is halved, joined or begun with otherwise
constant    a number in the header's arithmetic is another

Names say the function, the row that is named above the statement, and the statement, never a line.
"""
import collections
import os
import re

from wp import CORE, ROOT

HEADER = "gen/out/ew_core.h"
FUNCTION = re.compile(r"^(?P<head>(?:static )?(?:inline )?\w+ (?P<name>\w+)\((?P<args>[^;{]*)\))\n"
                      r"\{\n(?P<body>.*?)^\}", re.M | re.S)
ASSIGNMENT = re.compile(r"m->(\w+) = (EW_\w+);")
CONDITION = re.compile(r"if \((.+)\) \{")
COMPARES = re.compile(r"(m->(\w+)|event|refused|halves|a|\w+\(m\)) (==|!=|<=|>=|<|>) (\w+)")
ANSWER = re.compile(r"return (EW_ANSWER_\w+);")
COUNTS = re.compile(r"return \(ew_answer\)\((EW_ANSWER_\w+) \+ \(event - (EW_EVENT_\w+)\)\);")
PART = re.compile(r"return (EW_(?:ACTION|ERROR|REASON)_\w+);")
CALL = re.compile(r"return (\w+)\((m|m, \w+)?\);")
NUMBER = re.compile(r"return (-?\d+)u?;")
TOLD = "ew_answer refused = refusal(m, event);"
PASSED_ON = "return refused;"
SAME_CODE = "return a;"     # actions have the codes of their answers
JOIN = re.compile(r"(uint32_t halves =|halves \|=) m->(\w+) / 2u;")
TURNED = {"==": "!=", "!=": "==", "<=": ">", ">": "<=", ">=": "<", "<": ">="}
NEARBY = {"==": ["<=", ">="], "!=": ["<", ">"], "<=": ["<", "=="], ">": [">=", "!="],
          ">=": [">", "=="], "<": ["<=", "!="]}
BYTES = ["0", "1", "2", "3"]


class Mutant:
    """A core and a header that differ from ours in one place."""

    def __init__(self, kind, family, what, path, text):
        self.kind, self.family = kind, family
        self.name = f"{family}: {what}"
        self.path, self.text = path, text

    def files(self):
        return {self.path: self.text}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def bare(text):
    """The C without its comments and blank lines: what a mutant may differ in to be one."""
    text = re.sub(r"/\*(?!@).*?\*/", "", text, flags=re.S)
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def functions(text):
    """Name -> bare text of each function that has a body."""
    return {found["name"]: bare(found[0]) for found in FUNCTION.finditer(text)}


def constants(header):
    """Domain (an upper-case prefix) -> the constants of its enumeration, in order."""
    found = collections.OrderedDict()
    for block in re.findall(r"^enum \{\n(.*?)^\};", header, re.M | re.S):
        names = re.findall(r"^ +(EW_\w+) = \d+", block, re.M)
        found[os.path.commonprefix(names).rsplit("_", 1)[0]] = names
    return found


def domain_of(name, known):
    """The constants of the domain that a name belongs to."""
    for names in known.values():
        if name in names:
            return names
    return []


def neighbours(name, names):
    """The names beside one, where taking each of them would be too many."""
    at = names.index(name)
    return [names[i] for i in (at - 1, at + 1) if 0 <= i < len(names)]


class Sites:
    """Walks the statements of one file and makes the mutants of each."""

    def __init__(self, path, known, fields):
        self.path, self.known, self.fields = path, known, fields
        self.text = read(path)
        self.found = list(FUNCTION.finditer(self.text))
        self.shapes = collections.defaultdict(list)
        for each in self.found:
            self.shapes[each["head"].replace(each["name"], "")].append(each["name"])
        self.seen = collections.Counter()

    def mutants(self):
        for function in self.found:
            row, start = None, function.start("body")
            for line in function["body"].split("\n"):
                named = re.match(r" +/\* (\w+): ", line)
                row = named[1] if named else None if line.strip() in ("}", "") else row
                if not line.strip().startswith(("/*", "*")):
                    yield from self.of_line(function, row, start, line)
                start += len(line) + 1

    def of_line(self, function, row, start, line):
        statement = line.strip()
        place = f"{function['name']} {row}" if row else function["name"]
        self.seen[place, statement] += 1
        if self.seen[place, statement] > 1:
            place += f" #{self.seen[place, statement]}"
        for kind, what, new in self.changes(function, statement):
            text = line.replace(statement, new, 1)
            yield Mutant(kind, f"{place} `{statement.rstrip('{ ')}`", what, self.path,
                         self.text[:start] + text + self.text[start + len(line):])

    def changes(self, function, statement):
        """(kind, what, new statement) for each mutant of a statement."""
        is_answer = ANSWER.fullmatch(statement) or COUNTS.fullmatch(statement)
        if (is_answer and function["name"] != "refusal") or CALL.fullmatch(statement):
            yield from self.addition(statement)
        if ASSIGNMENT.fullmatch(statement):
            yield from self.assignment(statement)
        elif CONDITION.fullmatch(statement):
            yield from self.condition(function, statement)
        elif ANSWER.fullmatch(statement):
            yield from self.answer(statement)
        elif COUNTS.fullmatch(statement):
            yield from self.counts(statement)
        elif PART.fullmatch(statement):
            part = PART.fullmatch(statement)[1]
            for new in domain_of(part, self.known):
                if new != part:
                    yield "part", new, f"return {new};"
        elif NUMBER.fullmatch(statement):
            number = NUMBER.fullmatch(statement)[1]
            for new in BYTES:
                if new != number:
                    yield "return", new, f"return {new};"
        elif CALL.fullmatch(statement):
            yield from self.call(function, statement)
        elif JOIN.fullmatch(statement):
            yield from self.join(statement)
        elif statement == TOLD:
            for new in self.known["EW_ANSWER"]:
                yield "refusal", new, f"ew_answer refused = {new};"
        elif statement == PASSED_ON:
            for new in self.known["EW_ANSWER"]:
                yield "refusal", f"passes on {new}", f"return {new};"
        elif statement == SAME_CODE:
            for new in self.known["EW_ACTION"]:
                yield "part", new, f"return {new};"
        elif self.path == HEADER:
            yield from self.arithmetic(statement)

    def assignment(self, statement):
        field, value = ASSIGNMENT.fullmatch(statement).groups()
        names = domain_of(value, self.known)
        yield "assignment", "gone", ";"
        for new in names:
            if new != value:
                yield "assignment", f"stores {new}", f"m->{field} = {new};"
        yield "assignment", "stores a value out of range", f"m->{field} = {len(names)};"
        for new in neighbours(field, self.fields):
            yield "assignment", f"goes to {new}", f"m->{new} = {value};"

    def addition(self, statement):
        """The last value of each field, which is not the one that it starts as."""
        for field in self.fields:
            value = self.known["EW_" + field.upper()][-1]
            yield "addition", f"after m->{field} = {value}", f"m->{field} = {value}; {statement}"

    def join(self, statement):
        lead, field = JOIN.fullmatch(statement).groups()
        others = ["halves &=", "halves ="] if lead == "halves |=" else []
        yield "join", "gone", "uint32_t halves = 0u;" if not others else ";"
        for new in others:
            yield "join", new, f"{new} m->{field} / 2u;"
        for new in neighbours(field, self.fields):
            yield "join", f"{field} to {new}", f"{lead} m->{new} / 2u;"
        for new in ("1u", "3u"):
            yield "join", f"2u to {new}", f"{lead} m->{field} / {new};"

    def condition(self, function, statement):
        inner = CONDITION.fullmatch(statement)[1]
        compares = COMPARES.fullmatch(inner)
        for what, new in (("always", "1"), ("never", "0")):
            yield "guard", what, f"if ({new}) {{"
        if not compares:
            yield "guard", "turned round", f"if (!({inner})) {{"
            return
        left, field, operator, right = compares.groups()
        made = lambda l, o, r: f"if ({l} {o} {r}) {{"
        yield "guard", "turned round", made(left, TURNED[operator], right)
        for new in NEARBY[operator]:
            yield "guard", f"{operator} to {new}", made(left, new, right)
        names = domain_of(right, self.known)
        for new in (neighbours(right, names) if len(names) > 6 else names):
            if new != right:
                yield "guard", f"{right} to {new}", made(left, operator, new)
        for new in neighbours(field, self.fields) if field else []:
            yield "guard", f"{field} to {new}", made("m->" + new, operator, right)
        name = re.fullmatch(r"(\w+)\(m\)", left)
        for new in self.shaped_like(name[1], function) if name else []:
            yield "guard", f"asks {new}", made(f"{new}(m)", operator, right)

    def answer(self, statement):
        now = ANSWER.fullmatch(statement)[1]
        for new in self.known["EW_ANSWER"]:
            if new != now:
                yield "answer", new, f"return {new};"
        yield "answer", "gone", ";"

    def counts(self, statement):
        answer, event = COUNTS.fullmatch(statement).groups()
        made = lambda a, sign, e: f"return (ew_answer)({a} + (event {sign} {e}));"
        for new in neighbours(answer, self.known["EW_ANSWER"]):
            yield "answer", f"begins with {new}", made(new, "-", event)
        for new in neighbours(event, self.known["EW_EVENT"]):
            yield "answer", f"counts from {new}", made(answer, "-", new)
        yield "answer", "+ for -", made(answer, "+", event)
        yield "answer", "does not count", f"return {answer};"
        yield "answer", "gone", ";"

    def call(self, function, statement):
        name, arguments = CALL.fullmatch(statement).groups()
        yield "call", "gone", ";"
        for new in self.shaped_like(name, function):
            yield "call", f"goes to {new}", f"return {new}({arguments or ''});"
        event = re.fullmatch(r"m, (EW_\w+)", arguments or "")
        for new in neighbours(event[1], domain_of(event[1], self.known)) if event else []:
            yield "call", f"tells {new}", f"return {name}(m, {new});"

    def shaped_like(self, name, function):
        """The other functions that a call in this one could go to."""
        for names in self.shapes.values():
            if name in names:
                yield from (new for new in names if new not in (name, function["name"]))

    def arithmetic(self, statement):
        for number in re.finditer(r"\b\d+(?=u?\b)", statement):
            for new in (int(number[0]) - 1, int(number[0]) + 1):
                yield ("constant", f"{number[0]} at {number.start()} to {new}",
                       statement[:number.start()] + str(new) + statement[number.end():])


def mutants():
    """Every mutant of the C: of the core, then of the answers' accessors in the header."""
    header = read(HEADER)
    known = constants(header)
    struct = re.search(r"typedef struct \{\n(.*?)\} ew_machine;", header, re.S)[1]
    fields = re.findall(r"^ +uint8_t (\w+);", struct, re.M)
    for path in (CORE, HEADER):
        yield from Sites(path, known, fields).mutants()
