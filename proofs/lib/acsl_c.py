"""The contracts as C: for each function what it requires and ensures, as a check that can be run.

Only what our contracts are written in is understood: predicates and logic functions over states
`m->field` at labels, integers, and the operators of ACSL without quantifiers. Integers of ACSL
become `long long`; none of ours leaves its range. What is not understood is an error, never
skipped, so a check says the same as the contract that WP proves.
"""
import re

from acsl import ANNOTATION, COMMENT, DEFINITION
from wp import CannotRun

TOKEN = re.compile(r"\s*(<==>|==>|<=|>=|==|!=|&&|\|\||->|\\?[A-Za-z_]\w*|\d+|[-+*/%<>!?:(),{}])")
CLAUSE = re.compile(r"\s*(?:behavior\s+\w+\s*:|(complete|disjoint)\s+behaviors\s*;|"
                    r"(requires|assumes|ensures|assigns|terminates|exits)\s+"
                    r"(?:(\w+)\s*:(?!:))?(.*?);)", re.S)
VALUE = "long long "
LEVELS = [("<==>",), ("==>",), ("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">"),
          ("+", "-"), ("*", "/", "%")]


def tokens(text):
    found, at = [], 0
    while text[at:].strip():
        token = TOKEN.match(text, at)
        if not token:
            raise CannotRun(f"ACSL is not understood here: {text[at:at + 60].strip()}")
        found.append(token[1])
        at = token.end()
    return found


class Expression:
    """One ACSL expression, read from left to right and written as C."""

    def __init__(self, text, known, label, values):
        self.left, self.text = tokens(text), text
        self.known, self.label, self.values = known, label, values

    def c(self):
        made = self.choice()
        if self.left:
            raise CannotRun(f"ACSL is not understood from '{self.left[0]}' on: {self.text.strip()}")
        return made

    def take(self, *wanted):
        """The next token, if it is one of these."""
        if self.left and self.left[0] in wanted:
            return self.left.pop(0)
        return None

    def need(self, wanted):
        if not self.take(wanted):
            raise CannotRun(f"ACSL: no '{wanted}' where one is needed: {self.text.strip()}")

    def choice(self):
        made = self.level(0)
        if self.take("?"):
            yes = self.choice()
            self.need(":")
            made = f"({made} ? {yes} : {self.choice()})"
        return made

    def level(self, depth):
        if depth == len(LEVELS):
            return self.unary()
        parts, between = [self.level(depth + 1)], []
        while operator := self.take(*LEVELS[depth]):
            between.append(operator)
            parts.append(self.level(depth + 1))
        if not between:
            return parts[0]
        if LEVELS[depth] == ("==>",):   # binds to the right
            made = parts.pop()
            while parts:
                made = f"(!{parts.pop()} || {made})"
            return made
        if depth == LEVELS.index(("==", "!=", "<=", ">=", "<", ">")):   # a <= b <= c
            return "(" + " && ".join(f"({left} {operator} {right})" for left, operator, right
                                     in zip(parts, between, parts[1:])) + ")"
        if LEVELS[depth] == ("<==>",):
            made = parts[0]
            for part in parts[1:]:
                made = f"(!{made} == !{part})"
            return made
        made = parts[0]
        for operator, part in zip(between, parts[1:]):
            made = f"({made} {operator} {part})"
        return made

    def unary(self):
        operator = self.take("!", "-")
        return f"({operator}{self.unary()})" if operator else self.primary()

    def primary(self):
        if self.take("("):
            made = self.choice()
            self.need(")")
            return made
        token = self.left.pop(0) if self.left else ""
        if token.isdigit():
            return token + "LL"
        if token == "\\at":
            return self.at()
        if token in ("\\valid", "\\valid_read"):
            for each in ("(", "m", ")"):
                self.need(each)
            return "1"
        if token == "m" and self.take("->"):
            return f"({VALUE}){self.state(self.label)}->{self.left.pop(0)}"
        if token in self.known:
            return self.use(token)
        if token in self.values:
            return self.values[token]
        if token.startswith("EW_"):
            return f"({VALUE}){token}"
        raise CannotRun(f"ACSL: '{token}' is not known: {self.text.strip()}")

    def at(self):
        """A field or an expression at another label."""
        self.need("(")
        close, depth = 0, 0
        for close, token in enumerate(self.left):
            if token == "," and depth == 0:
                break
            depth += (token == "(") - (token == ")")
        inner, self.left = self.left[:close], self.left[close + 1:]
        label = self.left.pop(0)
        self.need(")")
        return Expression(" ".join(inner), self.known, label, self.values).c()

    def state(self, label):
        if label is None:
            raise CannotRun(f"ACSL: a state without a label: {self.text.strip()}")
        return {"Pre": "pre", "Post": "post", "Here": "here"}.get(label, label)

    def use(self, name):
        """A predicate: its states are arguments in C."""
        labels, parameters, _ = self.known[name]
        given = []
        if self.take("{"):
            while not self.take("}"):
                given.append(self.left.pop(0))
                self.take(",")
        elif labels:
            given = [self.label]
        values = []
        self.need("(")
        while not self.take(")"):
            if self.left[0] == "m" and self.left[1] in (",", ")"):
                self.left.pop(0)
            else:
                values.append(self.choice())
            self.take(",")
        wanted = len([each for each in parameters if each != "m"])
        if len(given) != len(labels) or len(values) != wanted:
            raise CannotRun(f"ACSL: {name} is used with other labels or values than it has: "
                            f"{self.text.strip()}")
        return f"said_{name}({', '.join([self.state(each) for each in given] + values)})"


def definitions(headers):
    """Name -> (labels, parameters, body) of each predicate and logic function."""
    known = {}
    for header in headers:
        for annotation in ANNOTATION.findall(COMMENT.sub("", header)):
            if not re.match(r"\s*(predicate|logic)\b", annotation):
                continue
            if DEFINITION.sub("", annotation).strip():
                raise CannotRun(f"a definition is not understood: {annotation.strip()[:80]}")
            for name, labels, parameters, body in DEFINITION.findall(annotation):
                names = [each.split()[-1].lstrip("*") for each in parameters.split(",")]
                known[name] = (re.findall(r"\w+", labels), names, body)
    return known


def write_definitions(known, machine="ew_machine"):
    """The predicates as C functions of the states at their labels."""
    heads, bodies = [], []
    for name, (labels, parameters, body) in known.items():
        values = [each for each in parameters if each != "m"]
        head = (f"static {VALUE}said_{name}("
                + ", ".join([f"const {machine} *{each}" for each in labels] + [VALUE + each for each in values])
                + ")")
        made = Expression(body, known, labels[0] if len(labels) == 1 else None,
                          {each: each for each in values}).c()
        heads.append(head + ";\n")
        bodies.append(f"{head}\n{{\n    return {made};\n}}\n")
    return "".join(heads) + "\n" + "\n".join(bodies)


class Contract:
    """What one function requires and ensures: (label, C) and (label, C of its behaviour, C)."""

    def __init__(self, text, known):
        self.requires, self.ensures = [], []
        values = {"\\result": "result", "event": "event", "a": "word"}
        text, assumed = COMMENT.sub("", text), "1"
        if CLAUSE.sub("", text).strip():
            raise CannotRun(f"a contract is not understood: {CLAUSE.sub('', text).strip()[:80]}")
        for found in CLAUSE.finditer(text):
            kind, label, body = found[2], found[3], found[4]
            if kind == "requires":
                self.requires.append((label, Expression(body, known, "Pre", values).c()))
            elif kind == "assumes":
                assumed = Expression(body, known, "Pre", values).c()
            elif kind == "ensures":
                self.ensures.append((label, assumed, Expression(body, known, "Post", values).c()))
            elif kind is None:
                assumed = "1"
