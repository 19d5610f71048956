#!/usr/bin/env python3
"""checks.py HEADER OUT.c: the contracts of spec/engines/sockets.h as C that a walk asks after each call.

Each `requires`, and each `ensures` that says something of the system, becomes a function, in the words of the
header: nothing of them is written down here. A ghost that is not assigned has to stay. Whatever is not
understood is an error.
checks.py COMMAND ... -c -o OBJECT FILE: compiles the checks of the sockets.h that lies beside FILE.
"""
import re
import sys

import rooms  # where the modules below are
import acsl_checks
import frame
from wp import CannotRun

TOKEN = re.compile(r"\s*(<==>|==>|\.\.|<=|>=|==|!=|&&|\|\||->|\\?[A-Za-z_]\w*|\d+|[-+*/%<>!?:;(),{}\[\]])")
FUNCTION = re.compile(r"/\*@((?:(?!\*/).)*)\*/\s*[A-Za-z_][\w ]*?[ *]+(\w+)\(([^()]*)\);", re.S)
CLAUSE = re.compile(r"^  (requires|ensures) +(\w+):(.*?);(?: +// (\w+))?$|^  assigns +(.*?);$", re.M | re.S)
PREDICATE = re.compile(r"predicate (\w+)(?:\{L\})?(?:\(([\w, ]*)\))? =(.*?);", re.S)
CONSTANT = re.compile(r"logic integer (\w+) = (\d+);")
GHOST = re.compile(r"/\*@ ghost (?:[\w ]+) \*?ew_(\w+); \*/")
# What io_posix.c calls of the system on a connected socket.
TRIED = ("send", "recv", "shutdown", "setsockopt", "close", "poll", "clock_gettime", "fcntl")
# What no walk can show, and what is asked of the program alone.
UNTRIED = {"SE05_finitely_often": "a walk is finite", "RE10_finitely_often": "a walk is finite",
           "PO05_finitely_often": "a walk is finite", "CK04_takes_no_time": "decided",
           "lifetime": "no walk sends that much"}
# Ghosts that the walk keeps itself: that they stay says nothing of the system.
HISTORY = ("interruptions", "early", "clock", "late", "errnum", "source", "socket", "came", "given", "asked",
           "peer_ended", "failed")
HEAD = """/* Made by interop/sockets/checks.py of sockets.h. */
#define _GNU_SOURCE
#include "checks.h"

#define UNUSED (void)then, (void)now, (void)call

"""


class Said(acsl_checks.Said):
    """An expression over the ghosts."""

    token, helpers = TOKEN, []

    def __init__(self, text, known, label, values):
        super().__init__(re.sub(r"\((\w+) & (\w+)\)", r"bits(\1, \2)", text), known, label, values)

    def for_all(self):
        """Each of them is an index of the buffer."""
        self.need("integer")
        index = self.left.pop(0)
        self.need(";")
        body, self.left = " ".join(self.left), []
        made = self.other(body, **{index: index})
        name = f"all_{len(self.helpers) + 1}"
        self.helpers.append(f"static int {name}(SOCKETS_CLAUSE)\n{{\n    UNUSED;\n    for (long long {index} = 0; "
                            f"{index} < call->len; {index}++) {{\n        if (!({made})) {{\n            return 0;\n"
                            "        }\n    }\n    return 1;\n}\n")
        return f"{name}(then, now, call)"

    def primary(self):
        token = self.left[0] if self.left else ""
        if not re.match(r"\\?[A-Za-z_]", token):
            return super().primary()
        self.left.pop(0)
        if token in ("\\valid", "\\valid_read"):   # of memory: the walk hands over what is there
            self.inside()
            return "1"
        if token == "\\old":
            return self.other(self.inside(), "then")
        if token == "\\forall":
            return self.for_all()
        if token == "bits":
            return "(" + " & ".join(self.other(one) for one in self.inside().split(" , ")) + ")"
        if token == "sizeof":
            return f"(long long)sizeof({self.inside()})"
        if token in ("made_byte", "came_byte"):
            return f"sockets_{token}({self.other(self.inside())})"
        if token == "buf":
            return f"call->{'before' if self.label == 'then' else 'buf'}[{self.other(self.inside('[', ']'))}]"
        if token in ("fds", "tp", "optval"):
            self.need("->")
            return f"(long long)call->{token}.{self.left.pop(0)}"
        if token in self.known:
            parameters, body = self.known[token]
            given = [self.other(one) for one in self.inside().split(" , ")] if parameters else []
            return self.other(body, **dict(zip(parameters, given)))
        if token.startswith("ew_"):
            return f"{self.label}->{token[3:]}"
        if token in self.values:
            return self.values[token]
        if token.isupper() or "_" in token and token.upper() == token:
            return token
        raise CannotRun(f"ACSL: '{token}' is not known: {self.text.strip()}")


class Checks:
    """The C of all clauses."""

    def __init__(self, header):
        bare = re.sub(r" *//[^\n]*", "", header)
        self.known = {name: (re.findall(r"integer (\w+)", given), body)
                      for name, given, body in PREDICATE.findall(bare)}
        self.known.update({name: ([], number) for name, number in CONSTANT.findall(bare)})
        self.ghosts = [name for name in GHOST.findall(header) if name not in HISTORY]
        self.c, self.rows, self.count = [], {"requires": [], "ensures": []}, 0
        Said.helpers = []
        found = {one[2]: one for one in FUNCTION.finditer(header)}
        for name in TRIED:
            if name not in found:
                raise CannotRun(f"{name} has no contract")
            self.function(name, found[name][1], found[name][3])

    def function(self, name, contract, parameters):
        values, assigned = {"\\result": "call->result"}, ""
        for parameter in parameters.split(","):
            word = re.search(r"(\w+)$", parameter.strip())[1]
            if "*" not in parameter:
                values[word] = f"call->{word}"
        rest = CLAUSE.sub("", contract)
        if re.search(r"requires|ensures|assigns", rest):
            raise CannotRun(f"{name}: a clause is not understood: {' '.join(rest.split())[:80]}")
        for found in CLAUSE.finditer(contract):
            kind, label, body, mark = found[1], found[2], found[3], found[4]
            if kind is None:
                assigned += found[5]
            elif label not in UNTRIED and (kind == "requires" or mark):
                made = Said(body, self.known, "then" if kind == "requires" else "now", values).c()
                self.row(name, kind, label, made)
        for ghost in self.ghosts:
            if not re.search(rf"\bew_{ghost}\b", assigned):
                self.row(name, "ensures", f"assigns_{ghost}", f"then->{ghost} == now->{ghost}")

    def row(self, name, kind, label, made):
        self.count += 1
        self.c.append(f"static int then_{self.count}(SOCKETS_CLAUSE)\n{{\n    UNUSED;\n    return {made};\n}}\n")
        self.rows[kind].append(f'    {{"{name}", "{label}", then_{self.count}}},\n')

    def text(self):
        tables = (f"const struct sockets_clause sockets_{kind}[] = {{\n{''.join(rows)}    {{NULL, NULL, NULL}},\n}};\n"
                  for kind, rows in self.rows.items())
        return HEAD + "\n".join(Said.helpers + self.c + list(tables))


if __name__ == "__main__":
    sys.exit(frame.ends("checks", lambda: acsl_checks.main(__doc__, Checks, "sockets.h")))
