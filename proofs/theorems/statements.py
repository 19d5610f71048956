"""The statements of any_client.c as C that can be run: its annotations, read and written out.

Each `assert` and `loop invariant` becomes a check at its place, over the conditions that it is made
of: comparisons and predicates, joined by the connectives of ACSL. Nothing is rewritten by hand,
and what is not understood is an error.
"""
import re
from dataclasses import dataclass, field

import acsl_c
import lint
from acsl import closing
from wp import CLIENT, CannotRun

CONNECTIVES = ("<==>", "==>", "||", "&&")   # the last binds most
THEOREM = re.compile(r"[TK]\d+_")
ASSERT = re.compile(r"/\*@ assert (\w+):(.*?);\s*\*/", re.S)
INVARIANT = re.compile(r" *loop invariant (\w+):(.*?);\n", re.S)
LOOP = re.compile(r"    /\*@\s*loop assigns(.*?);.*?\*/\n    while \(more\(\)\) \{\n", re.S)


def split(text, connective):
    """`text` at a connective of the outermost level; `==>` is no part of `<==>`."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        longer = [each for each in CONNECTIVES if text.startswith(each, at)]
        if depth == 0 and longer and longer[0] == connective:
            parts.append(text[start:at].strip())
            start = at + len(connective)
        at += len(longer[0]) if longer else 1
    return parts + [text[start:].strip()]


@dataclass
class Statement:
    """One annotation: its conditions, and C over their values in `bits`."""
    label: str
    text: str
    conditions: list = field(default_factory=list)
    needed: list = field(default_factory=list)   # (condition, when): what a theorem has to show

    def __post_init__(self):
        whole = " ".join(self.text.split())
        self.holds = self.read(whole, (1,))
        sides = split(whole, "==>")
        self.premise = None
        if len(split(whole, "<==>")) == 1 and len(sides) == 2:
            before = len(self.conditions)
            self.premise = self.read(sides[0], (2,), again=True)
            if before != len(self.conditions):
                raise CannotRun(f"{CLIENT}: {self.label}: its premise is read in two ways")

    def read(self, text, when, again=False):
        """`when`: the values at which a condition here has to decide."""
        for connective in CONNECTIVES:
            parts = split(text, connective)
            if len(parts) == 1:
                continue
            if connective == "<==>":
                made = [self.read(part, (0, 1), again) for part in parts]
                return "(" + " && ".join(f"!{one} == !{other}"
                                         for one, other in zip(made, made[1:])) + ")"
            if connective == "==>":
                if len(parts) != 2:
                    raise CannotRun(f"{CLIENT}: {self.label}: more than one ==> in a row")
                other = tuple({0: 1, 1: 0}.get(each, each) for each in when)
                return f"(!{self.read(parts[0], other, again)} || " \
                       f"{self.read(parts[1], when, again)})"
            return "(" + f" {connective} ".join(self.read(part, when, again)
                                                for part in parts) + ")"
        if text.startswith("!") and not text.startswith("!="):
            other = tuple({0: 1, 1: 0}.get(each, each) for each in when)
            return f"(!{self.read(text[1:].strip(), other, again)})"
        if text.startswith("(") and closing(text, 0) == len(text) - 1:
            return self.read(text[1:-1].strip(), when, again)
        return self.condition(text, when)

    def condition(self, text, when):
        if text not in self.conditions:
            self.conditions.append(text)
        number = self.conditions.index(text)
        self.needed += [(number, each) for each in when if (number, each) not in self.needed]
        return f"(bits >> {number} & 1u)"

    def functions(self, number):
        one = lambda name, body: f"static int {name}_{number}(uint32_t bits)\n" \
                                 f"{{\n    return {body};\n}}\n"
        return one("holds", self.holds) + (one("premise", self.premise) if self.premise else "")

    def check(self, number, known):
        bits = " | ".join(f"(uint32_t)!!({written(each, known)}) << {place}"
                          for place, each in enumerate(self.conditions))
        premise = f"premise_{number}" if self.premise else "NULL"
        return f"judge({number}, {len(self.conditions)}, {bits}, holds_{number}, {premise});"


def written(condition, known):
    """One condition as C."""
    same = re.fullmatch(r"(before) == (m)", condition)
    if same:
        return "memcmp(&before, &m, sizeof m) == 0"
    links = re.split(r"(<=|>=|==|!=|<|>)", condition)   # a <= b <= c
    for name in re.findall(r"\b(\w+)\(", condition):
        if name not in known:
            raise CannotRun(f"{CLIENT}: '{name}' is no predicate that is known: {condition}")
    if re.search(r"\\|\?|->", condition):
        raise CannotRun(f"{CLIENT}: this is not understood: {condition}")
    said = [re.sub(r"\b(\w+)\(", r"said_\1(", each.strip()) for each in links]
    if len(said) == 1:
        return said[0]
    return " && ".join(f"({said[at]} {said[at + 1]} {said[at + 2]})"
                       for at in range(0, len(said) - 2, 2))


class Client:
    """any_client.c with its annotations written as C."""

    def __init__(self, text):
        own = text[:text.index("void any_client(void)")]
        self.known = acsl_c.definitions([lint.read(lint.WORDS), lint.read(lint.CLAUSES), own])
        body = text[text.index("void any_client(void)"):]
        loop = LOOP.search(body)
        if not loop:
            raise CannotRun(f"{CLIENT}: its loop is not understood")
        self.statements = [Statement(found[1], found[2]) for found in INVARIANT.finditer(loop[0])]
        checks = [statement.check(number, self.known)
                  for number, statement in enumerate(self.statements)]
        kept = [name.strip() for name in loop[1].split(",") if name.strip() != "before"]
        head = "    for (;;) {\n        forget();\n" \
            + "".join(f"        remember(&{name}, sizeof {name});\n" for name in kept) \
            + "".join(f"        {check}\n" for check in checks) \
            + "        if (!more()) {\n            break;\n        }\n"
        body = body[:loop.start()] + head + ASSERT.sub(self.asserted, body[loop.end():])
        if "/*@" in body:
            raise CannotRun(f"{CLIENT}: an annotation is not understood: "
                            f"{body[body.index('/*@'):][:60]}")
        code = re.sub(r"/\*@.*?\*/", "", own[own.index("static uint8_t answers("):], flags=re.S)
        self.header = (acsl_c.write_definitions(self.known)
                       + "".join(each.functions(number)
                                 for number, each in enumerate(self.statements)) + code + body)

    def asserted(self, found):
        self.statements.append(Statement(found[1], found[2]))
        number = len(self.statements) - 1
        return self.statements[number].check(number, self.known)

    def theorems(self):
        return [(number, each) for number, each in enumerate(self.statements)
                if THEOREM.match(each.label)]

    def wanted(self):
        """(statement, condition, when) that some history has to show."""
        return {(number, *need) for number, each in self.theorems() for need in each.needed}

    def told(self, number, condition, when):
        each = self.statements[number]
        what = {0: "is never what saves it", 1: "is never what it rests on",
                2: "is never the reason to ask"}[when]
        return f"{each.label}: '{each.conditions[condition]}' {what}"
