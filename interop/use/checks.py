#!/usr/bin/env python3
"""checks.py HEADER OUT.c: the contracts of spec/engines/libssl.h as C that a walk asks after each call.

Each `requires` and `ensures` becomes a function, in the words of the header: nothing of them is written
down here. What a function does not `assigns` is a clause as well. Whatever is not understood is an error.
checks.py COMMAND ... -c -o OBJECT FILE: compiles the checks of the libssl.h that lies beside FILE.
"""
import re
import sys

import rooms  # where the modules below are
import acsl_checks
import frame
from acsl import COMMENT
from acsl_c import CLAUSE
from wp import CannotRun

TOKEN = re.compile(r"\s*(<==>|==>|<=|>=|==|!=|&&|\|\||->|\\?[A-Za-z_]\w*|\d+|[-+*/%<>!?:(),{}.])")
FUNCTION = re.compile(r"/\*@((?:(?!\*/).)*)\*/\s*([A-Za-z_][\w ]*?[ *]+)(\w+)\(([^()]*)\);", re.S)
PREDICATE = re.compile(r"predicate (\w+)(?:\{L\})?\((?:integer|SSL \*)\s*(\w+)\) =(.*?);", re.S)
HEADER = "spec/engines/libssl.h"
# Those that a walk calls. What the others ensure is of memory, or of contexts.
WALKED = ("SSL_connect", "SSL_read", "SSL_write", "SSL_shutdown", "SSL_get_error", "ERR_clear_error",
          "SSL_is_init_finished")
HEAD = """/* Made by interop/use/checks.py of libssl.h. */
#include "checks.h"

#define UNUSED (void)then, (void)now, (void)call

"""


class Said(acsl_checks.Said):
    """An expression over the connection and the thread."""

    token = TOKEN

    def primary(self):
        token = self.left[0] if self.left else ""
        if token in ("\\valid", "\\valid_read"):   # of memory: the walk hands over what is there
            self.left.pop(0)
            self.inside()
            return "1"
        if token == "\\null":
            self.left.pop(0)
            return "NULL"
        if token == "\\old":
            self.left.pop(0)
            return self.other(self.inside(), "then")
        if token in self.known:
            self.left.pop(0)
            parameter, body = self.known[token]
            return self.other(body, **{parameter: self.other(self.inside())})
        if token == "ew_thread" or token in self.values and self.left[1:2] == ["->"]:
            self.left.pop(0)
            made = f"{self.label}->thread" if token == "ew_thread" else f"{self.label}->ssl"
            while self.take("->", "."):
                made += "." + self.left.pop(0)
            return made
        if token.startswith("SSL_ERROR_"):
            return self.left.pop(0)
        return super().primary()


class Checks:
    """The C of all clauses."""

    def __init__(self, header):
        self.known = {}
        self.fields = self.fields_of(COMMENT.sub("", header))
        bare = re.sub(r"//[^\n]*", "", header)
        for name, parameter, body in PREDICATE.findall(bare):
            self.known[name] = (parameter, body)
        self.c, self.rows, self.count = [HEAD], {"requires": [], "ensures": []}, 0
        found = {one[3]: one for one in FUNCTION.finditer(header)}
        for name in WALKED:
            if name not in found:
                raise CannotRun(f"{name} has no contract")
            self.place = f"{HEADER}:{header.count(chr(10), 0, found[name].start(3)) + 1}"
            self.function(name, found[name][1], found[name][4])

    @staticmethod
    def fields_of(text):
        body = re.search(r"^struct ssl_st \{\n(.*?)^\};", text, re.S | re.M)
        if not body:
            raise CannotRun("struct ssl_st is not found")
        inner = {found[2]: re.findall(r"(\w+);", found[1])
                 for found in re.finditer(r"struct \{(.*?)\}\s*(\w+);", body[1], re.S)}
        plain = re.findall(r"(\w+);", re.sub(r"struct \{.*?\}\s*\w+;", "", body[1], flags=re.S))
        return {**{name: [name] for name in plain},
                **{name: [f"{name}.{one}" for one in names] for name, names in inner.items()}}

    def function(self, name, contract, parameters):
        text = re.sub(r"//[^\n]*", "", contract)
        if CLAUSE.sub("", text).strip():
            raise CannotRun(f"{name}: a clause is not understood: {CLAUSE.sub('', text).strip()[:80]}")
        values, assigned = {"\\result": "call->result"}, []
        for parameter in parameters.split(","):
            word = re.search(r"(\w+)$", parameter.strip())[1]
            if "SSL *" in parameter:
                values[word] = "use_self"
            elif word != "void" or "*" in parameter:
                values[word] = "call->buf" if "*" in parameter else "call->num"
        for found in CLAUSE.finditer(text):
            kind, label, body = found[2], found[3], found[4]
            if kind in ("requires", "ensures"):
                self.clause(name, kind, label, body, values)
            elif kind == "assigns":
                assigned += re.findall(r"->(\w+)", body)
        for field, parts in self.fields.items():
            if field not in assigned:
                same = " && ".join(f"then->ssl.{one} == now->ssl.{one}" for one in parts)
                self.row(name, "ensures", f"assigns_{field}", "1", same)

    def clause(self, name, kind, label, body, values):
        when, then = acsl_checks.implied(body) if kind == "ensures" else (None, body)
        at = "then" if kind == "requires" else "now"
        made = [Said(part, self.known, at, values).c() if part else "1" for part in (when, then)]
        self.row(name, kind, label, *made)

    def row(self, name, kind, label, when, then):
        self.count += 1
        self.c.append(f"static int when_{self.count}(USE_CLAUSE)\n{{\n    UNUSED;\n    return {when};\n}}\n"
                      f"static int then_{self.count}(USE_CLAUSE)\n{{\n    UNUSED;\n    return {then};\n}}\n")
        self.rows[kind].append(f'    {{{{"{name}", "{label}", "{self.place}"}}, when_{self.count}, '
                               f'then_{self.count}}},\n')

    def text(self):
        tables = (f"const struct use_clause use_{kind}[] = {{\n{''.join(rows)}    {{{{NULL, NULL, NULL}}, NULL, NULL}},"
                  "\n};\n" for kind, rows in self.rows.items())
        return "\n".join(self.c + list(tables))


if __name__ == "__main__":
    sys.exit(frame.ends("checks", lambda: acsl_checks.main(__doc__, Checks, "libssl.h")))
