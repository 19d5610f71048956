"""Mutants of the C of the layers that is written by hand: each one statement, operator or constant away.

gone        a statement is not there
guard       a condition is always true, never true
operator    a comparison, an `and`, a sum is another; a `not` is not there
answer      a returned constant is another of its kind that the file has; a returned value is 0, or is not
constant    a number is one more

Names say the function, the statement and what became of it, never a line. A mutant of which the compiler
makes the same code as of the file (gcc -O2) is none.
"""
import collections
import re
import subprocess

from edits import body_of
from mutate_c import read
from wp import CannotRun

INCLUDE = ["-Isrc", "-Igen/out", "-Ispec"]
OTHER = {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">=", "&&": "||", "||": "&&", "+=": "=",
         "|=": "=", "&=": "=", "+": "-", "-": "+"}
OPERATOR = re.compile(r" (==|!=|<=|>=|<|>|&&|\|\||\+=|\|=|&=|\+|-) ")
NOT = re.compile(r"!(?=[\w(])")
NUMBER = re.compile(r"(?<![\w.])\d+(?=u?\b)")
CONDITION = re.compile(r"^( *(?:\} else )?(?:if|while) \()(.*)(\) \{)$")
RETURNED = re.compile(r"^( *return )(.*);$")
CONSTANT = re.compile(r"EW_[A-Z]+_[A-Z_]+")
STATEMENT = re.compile(r"^ +(?! |return\b|break\b|do\b|\}|case\b|default\b)(?:[^;{}]*(?:=|\().*|\w+(?:--|\+\+));$")
DECLARED = re.compile(r"^ +(?:const |unsigned |struct )*[a-z]\w*(?: \*| )\w+(?: =.*)?;$")


class Mutant(collections.namedtuple("Mutant", "name function path start end line")):
    """The line of a function that stands between start and end is another."""

    def applied(self, text):
        return text[:self.start] + self.line + text[self.end:]


def all_applied(text, changed):
    """Of one mutant of each function, the text with all of them."""
    for one in sorted(changed, key=lambda one: one.start, reverse=True):
        text = one.applied(text)
    return text


def kind_of(constant):
    return constant.rsplit("_", 1)[0] if constant.count("_") > 1 else constant


class Site:
    """The lines of one function, without their comments, and where they stand."""

    def __init__(self, path, code, function):
        self.path, self.function = path, function
        self.start, self.end = body_of(code, function)
        self.body = code[self.start:self.end]
        self.constants = collections.defaultdict(list)
        for constant in dict.fromkeys(CONSTANT.findall(code)):
            self.constants[kind_of(constant)].append(constant)
        self.seen = collections.Counter()

    def mutants(self):
        at, inside, before = self.start, False, "{"
        for line in self.body.splitlines(keepends=True):
            if inside and line.strip():
                whole = before[-1:] in "{};"
                for what, new in self.changes(line.rstrip(), whole):
                    yield self.named(line, what, at, new + "\n")
                before = line.strip()
            inside = inside or line.startswith("{")
            at += len(line)

    def named(self, line, what, at, new):
        name = f"{self.function} `{' '.join(line.split())}`: {what}"
        self.seen[name] += 1
        again = f" #{self.seen[name]}" if self.seen[name] > 1 else ""
        return Mutant(name + again, self.function, self.path, at, at + len(line), new)

    def changes(self, line, whole):
        """What becomes of it, and the line that it becomes."""
        if whole and STATEMENT.match(line) and not DECLARED.match(line):
            yield "gone", " " * (len(line) - len(line.lstrip())) + ";"
        condition = CONDITION.match(line)
        for word, value in (("always", "1"), ("never", "0")) if condition else ():
            yield word, condition[1] + value + condition[3]
        yield from self.answers(line)
        for found in OPERATOR.finditer(line):
            new = OTHER[found[1]]
            yield f"{found[1]} at {found.start(1)} to {new}", line[:found.start(1)] + new + line[found.end(1):]
        for found in NOT.finditer(line):
            yield f"! at {found.start()} gone", line[:found.start()] + line[found.end():]
        for found in NUMBER.finditer(line):
            new = str(int(found[0]) + 1)
            yield f"{found[0]} at {found.start()} to {new}", line[:found.start()] + new + line[found.end():]

    def answers(self, line):
        found = RETURNED.match(line)
        if not found:
            return
        if CONSTANT.fullmatch(found[2]):
            others = self.constants[kind_of(found[2])]
            new = others[(others.index(found[2]) + 1) % len(others)]
            if new != found[2]:
                yield f"returns {new}", f"{found[1]}{new};"
        elif not re.fullmatch(r"-?\d+", found[2]):
            for new in ("0", "1"):
                yield f"returns {new}", f"{found[1]}{new};"


def compiled(text):
    """The code that gcc makes of it, or None where it does not compile."""
    done = subprocess.run(["gcc", "-std=c99", "-O2", "-S", "-w", *INCLUDE, "-xc", "-", "-o", "-"], input=text,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    return re.sub(r"^\t\.(?:file|ident).*\n", "", done.stdout, flags=re.M)


def without_comments(text):
    """The code, each character where it was; the text of a string is not code."""
    def blank(found):
        return re.sub(r"[^\n]", " ", found[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def candidates(path, functions):
    """Every changed line of these functions, also of those that the compiler makes the same code of."""
    code = without_comments(read(path))
    return [one for function in functions for one in Site(path, code, function).mutants()]


class Compiled:
    """Whether a mutant of a text is one; `given` makes of a text what the compiler is given."""

    def __init__(self, path, text, given):
        self.text, self.given = text, given
        self.own = compiled(given(text))
        if self.own is None:
            raise CannotRun(f"{path} does not compile")

    def differs(self, mutant):
        made = compiled(self.given(mutant.applied(self.text)))
        return made is not None and made != self.own
