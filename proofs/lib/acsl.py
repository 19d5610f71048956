"""Contracts with their predicates written out, for E-ACSL, which knows none that have labels.

Only definitions of the shape `predicate NAME{LABELS}(PARAMETERS) = BODY;` (and `logic TYPE NAME`)
are understood, and uses of them with all their labels, or with none for the state at hand. What a
contract then says is the same; a definition that is not understood is an error, never skipped.
"""
import re

from wp import CannotRun

COMMENT = re.compile(r"/\*(?!@).*?\*/|//[^\n]*", re.DOTALL)
ANNOTATION = re.compile(r"/\*@(.*?)\*/", re.DOTALL)
DEFINITION = re.compile(r"(?:predicate|logic\s+\w+)\s+(\w+)\s*(?:\{([\w\s,]*)\})?\s*"
                        r"\(([^()]*)\)\s*=(.*?);", re.DOTALL)
NAME = re.compile(r"\\?\b[A-Za-z_]\w*\b")
WORDS = re.compile(r"(?<![\w\\>.])[A-Za-z_]\w*\b")


def closing(text, start):
    """Index of the bracket that closes the one at `start`."""
    depth = 0
    for index in range(start, len(text)):
        depth += text[index] in "({"
        depth -= text[index] in ")}"
        if depth == 0:
            return index
    raise CannotRun(f"a bracket is not closed: {text[start:start + 60]}")


def arguments(text):
    """`a, f(b, c)` as a list."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += char in "({"
        depth -= char in ")}"
        if char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return parts + [text[start:].strip()]


class Definitions:
    """The predicates and logic functions of some headers."""

    def __init__(self, headers):
        self.known = {}
        for header in headers:
            for annotation in ANNOTATION.findall(header):
                if re.match(r"\s*(predicate|logic)\b", annotation):
                    self.read(annotation)

    def read(self, annotation):
        rest = DEFINITION.sub("", annotation).strip()
        if rest:
            raise CannotRun(f"a definition is not understood: {rest[:80]}")
        for name, labels, parameters, body in DEFINITION.findall(annotation):
            names = [each.split()[-1].lstrip("*") for each in parameters.split(",")]
            self.known[name] = ([label.strip() for label in labels.split(",") if label.strip()],
                                names, body.strip())

    def uses(self, text, labels):
        """`text` with every use of a definition written out; labels as they are called here."""
        out, index = [], 0
        while found := WORDS.search(text, index):
            name, end = found[0], found.end()
            out.append(text[index:found.start()])
            after = re.compile(r"\s*(\{[^}]*\})?\s*\(").match(text, end)
            if name in self.known and after:
                close = closing(text, after.end() - 1)
                given = [labels.get(each.strip(), each.strip())
                         for each in (after[1] or "{}")[1:-1].split(",") if each.strip()]
                values = [self.uses(each, labels)
                          for each in arguments(text[after.end():close])]
                out.append(self.written_out(name, given, values))
                index = close + 1
            else:
                out.append(labels.get(name, name))
                index = end
        return "".join(out) + text[index:]

    def written_out(self, name, given, values):
        labels, parameters, body = self.known[name]
        if len(values) != len(parameters) or (given and len(given) != len(labels)):
            raise CannotRun(f"{name} is used with the wrong number of labels or arguments")
        if len(labels) == 1:   # the state at hand, or the one that all of it is put at below
            body = re.sub(rf"\\at\(([^(),]*),\s*{labels[0]}\)", r"\1", body)
        value = dict(zip(parameters, (each if re.fullmatch(r"[\w\\]+", each) else f"({each})"
                                      for each in values)))
        body = WORDS.sub(lambda found: value.get(found[0], found[0]), body)
        body = self.uses(body, dict(zip(labels, given)))
        if len(labels) == 1 and given and given[0] == "Pre":
            return f"\\at(({body}),Pre)"
        return f"({body})"


def write_out(header, definitions, leave_out=()):
    """A header without its definitions, their uses written out; less the clauses called so."""
    def one(found):
        if re.match(r"\s*(predicate|logic)\b", found[1]):
            return ""
        text = found[1]
        for label in leave_out:
            text = re.sub(rf" *ensures\s+{label}:[^;]*;\n", "", text)
        text = definitions.uses(text, {})
        return "/*@" + re.sub(r"\\at\(([^(),]*),\s*Post\)", r"\1", text) + "*/"
    return ANNOTATION.sub(one, COMMENT.sub("", header))
