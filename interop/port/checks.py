#!/usr/bin/env python3
"""checks.py HEADER OUT.c: the contracts of spec/engines/NAME_port.h, at each call of the engine.

Each `requires` and `ensures` becomes a function of C, in the words of the header: nothing of them is written
down here. So does each ghost, and each field of the port's object, the transport and what the engine has, that
a contract does not assign. Whatever is not understood is an error. For each function that the port calls there
is one `__wrap_NAME`, for a linker that is told --wrap=NAME.
checks.py NAME.h COMMAND ... -c -o OBJECT FILE: compiles the checks of the NAME.h that lies beside FILE.
"""
import re
import sys

import rooms  # where the modules below are
import acsl_checks
import frame
from acsl import COMMENT, Definitions
from acsl_c import CLAUSE
from acsl_fields import Fields
from wp import CannotRun

TOKEN = re.compile(r"\s*(<==>|==>|\.\.|\.|<=|>=|==|!=|&&|\|\||->|\\?[A-Za-z_]\w*|\d+|[-+*/%<>!?:;&(),{}\[\]])")
FUNCTION = re.compile(r"/\*@((?:(?!\*/).)*)\*/\s*(static inline )?([A-Za-z_][\w ]*?[ *]+)(\w+)\(([^()]*)\);", re.S)
CONSTANT = re.compile(r"logic integer (\w+) = (\d+);")
GHOST = re.compile(r"/\*@ ghost (?:const )?(\w+(?: \w+)*?) (\*?)(\w+); \*/")
PORT = re.compile(r'#include "port_(\w+)\.h"')   # whose contracts they are
# Of memory, which nobody can be asked about: what is of it alone is no check.
MEMORY = ("\\valid", "\\valid_read", "\\separated")
FILLED = re.compile(r"\(\(char \*\)(\w+)\)\[0 \.\. (\w+) - 1\]")
POINTER_CAST = re.compile(r"\(\s*[A-Za-z_][\w ]*\*\s*\)")
CHAR_CAST = re.compile(r"\(\s*(?:unsigned )?char\s*\)")
TRANSPORT = {"transport": ("src/ew_transport.h", "typedef struct ew_transport"),
             "ew_frame": ("src/ew_transport.h", "typedef struct ew_frame")}


class Model:
    """An engine as its contracts have it."""

    def __init__(self, name, objects, structs, char, untried, at="ssl.port", words=(), unasked=()):
        self.name, self.header = name, f"spec/engines/{name}_port.h"
        self.at = at             # where the port's object is, as a moment has it
        self.words = words       # of the engine's own headers, in small letters
        self.unasked = unasked   # fields that nobody can be asked for, nor whether they change
        # Which object a pointer to that type stands for, and where the fields of each are read.
        self.objects = {**objects, f"ew_{name}": "port", "ew_transport": "transport"}
        self.structs = {**structs, "port": (f"src/port_{name}.h", f"typedef struct ew_{name}"), **TRANSPORT}
        self.char = char         # what buffers are of
        self.untried = untried   # label or function: why nothing can show it


MODELS = {one.name: one for one in (
    Model("openssl", {"SSL": "ssl", "BIO": "bio"},
          {"ssl": ("spec/engines/openssl_port.h", "struct ssl_st"),
           "bio": ("spec/engines/openssl_port.h", "struct bio_st")},
          "char", {"lifetime": "no walk writes that much"}),
    # The structure is mbedTLS's own; of its context the contracts speak of the fields that they name, and of no other.
    Model("mbedtls", {"mbedtls_ssl_context": "ssl"}, {"ssl": re.compile(r"\b(?:s|ssl)\)?->(\w+)")},
          "unsigned char", {"lifetime": "no walk writes that much",
                            "mbedtls_pk_get_bitlen": "the port does not call it",
                            "mbedtls_pk_get_type": "the port does not call it"}),
    Model("gnutls", {"gnutls_session_t": "ssl"},
          {"ssl": ("spec/engines/gnutls_port.h", "struct gnutls_session_int")},
          "char", {"P18_not_corked": "nobody can be asked whether a session is corked",
                   **dict.fromkeys(("P02_push", "P02_pull", "P02_wait", "told"), "by that alone it is known")},
          "ghost.ew_served", unasked=("corks",)),
    Model("wolfssl", {"WOLFSSL": "ssl"}, {"ssl": ("spec/engines/wolfssl_port.h", "struct WOLFSSL")}, "char",
          {"lifetime": "no walk writes that much", "blake2b": "the port does not call it",
           "wolfSSL_free": "the port frees nothing but what it has made itself, of which nothing is asked",
           "P02_set": "by that alone it is known"},
          words=("alert_warning", "close_notify")),
    # The structure is BearSSL's own, as mbedTLS's is. A client's or a server's context begins with it.
    Model("bearssl", dict.fromkeys(("br_ssl_engine_context", "br_ssl_client_context", "br_ssl_server_context"), "ssl"),
          {"ssl": re.compile(r"\b(?:c|cc|engine)\)?->(\w+)")}, "unsigned char",
          {"lifetime": "no walk writes that much", "P09_ends": "nobody can be asked how much is still to come",
           **dict.fromkeys(("place", "taken", "made"), "by that alone it is known"),
           **dict.fromkeys(("keys_of", "sends_by", "can_have", "decrypt"),
                           "it is compiled into the port")}, "ghost.ew_served",
          unasked=("ew_output", "ew_checked", "ew_opened", "ew_text_len", "ew_level", "ew_description")))}
HEAD = """/* Made by interop/port/checks.py of {name}_port.h. */
#include "moment_{name}.h"

#include <limits.h>
#include <string.h>

#define UNUSED (void)then, (void)now, (void)call

"""

CALL = """{real};
{head};
{head}
{{
    struct port_call call = {{{given}}};
    if (!port_watches({watched})) {{
        {back}__real_{name}({passed});
        {leave}
    }}
    const struct port_moment *then = port_before(&port_{name}, &call);
    {into}__real_{name}({passed});
    {keep}
    port_after(&port_{name}, then, &call);
    {end}
}}
"""


class Said(acsl_checks.Said):
    """An expression over the port's object, the transport, what the engine has, and the ghosts."""

    token, helpers, fields, model, constants = TOKEN, [], None, None, {}

    def __init__(self, text, known, label, values):
        text = CHAR_CAST.sub("to_char ", POINTER_CAST.sub("", text.replace("(integer)", "")))
        super().__init__(acsl_checks.without_brackets(text), known, label, values)

    def level(self, depth):
        """Beside what is of memory the rest of an alternative says nothing."""
        made = super().level(depth)
        return "1" if made.endswith(" || 1)") else made

    def unary(self):
        if self.take("&"):   # of the port's object alone, where it is now; or a function of the port's
            if self.left[0] not in self.known:
                return f"(long long){self.label}->ghost.{self.left.pop(0)}"
            kind, field = self.path()
            if kind != "port":
                raise CannotRun(f"the address of {kind}->{field} is not known: {self.text.strip()}")
            at = f"{self.label}->{self.model.at}->{field}"
            return f"(const {self.model.char} *)&{at}{'[0]' if self.index() else ''}"
        if self.take("*"):   # what a call was given a place for
            return f"(long long)*{self.values[self.left.pop(0)]}"
        if self.take("to_char"):
            return f"({self.model.char})({self.unary()})"
        return super().unary()

    def index(self):
        return self.other(self.inside("[", "]")) if self.left[:1] == ["["] else None

    def path(self):
        """A field, from the parameter on: of which object, and its name."""
        kind, field = self.known[self.left.pop(0)], None
        while self.take("->"):
            kind = kind if field is None else self.fields.points_to(kind, field, self.model.objects)
            field = self.left.pop(0)
        return kind, field

    def field(self):
        kind, field = self.path()
        return f"(long long){self.label}->{kind}.{field}"

    def ghost(self, name):
        """Its value; of a pointer with an index, the byte there."""
        made, index = f"{self.label}->ghost.{name}", self.index()
        return f"(long long){made}" if index is None else f"port_byte({self.label}, {made} + {index})"

    def given(self):
        """What a call was given a place for, and has filled."""
        made = f"(long long)call->{self.left.pop(0)}"
        while self.left[:1] in (["->"], ["."]):
            made += self.left.pop(0) + self.left.pop(0)
        return made

    def for_all(self):
        """Each of them is from 0 up to a number of bytes."""
        self.need("integer")
        index = self.left.pop(0)
        for token in (",", "0", "<=", index, "<"):
            self.need(token)
        count = self.level(5)
        self.need("==>")
        self.values = {**self.values, index: index}
        name, body = f"all_{len(self.helpers) + 1}", self.choice()
        self.helpers.append(f"static int {name}(PORT_CLAUSE)\n{{\n    UNUSED;\n    for (long long {index} = 0; "
                            f"{index} < {count}; {index}++) {{\n        if (!({body})) {{\n            return 0;\n"
                            "        }\n    }\n    return 1;\n}\n")
        return f"{name}(then, now, call)"

    def bracket(self):
        """( A ), ( A & B ), and what is at an index of it."""
        made = self.choice()
        if self.take("&"):
            made = f"{made} & {self.choice()}"
        self.need(")")
        index = self.index()
        return f"({made})" if index is None else f"port_byte({self.label}, ({made}) + {index})"

    def primary(self):
        token = self.left[0] if self.left else ""
        if token in self.known and self.left[1:2] == ["->"]:
            return self.field() if self.known[token] else self.given()
        if not re.match(r"\\?[A-Za-z_(]", token):
            return super().primary()
        self.left.pop(0)
        if token == "(":
            return self.bracket()
        if token in MEMORY:
            self.inside()
            return "1"
        if token in ("\\old", "\\at"):
            inner, _, label = self.inside().rpartition(" , ") if token == "\\at" else (self.inside(), "", "Pre")
            return self.other(inner, {"Pre": "then", "Post": "now"}[label])
        if token == "\\forall":
            return self.for_all()
        if token == "\\null":
            return "0LL"
        if token == "ew_plain":
            return f"port_plain({self.index()})"
        if token in self.fields.of["ghost"]:
            return self.ghost(token)
        if token in self.values or token in self.constants:
            return self.values.get(token) or self.constants[token]
        if token.upper() == token or token in self.model.words:
            return f"(long long){token}"
        raise CannotRun(f"ACSL: '{token}' is not known: {self.text.strip()}")


class Checks:
    """The C of all clauses, and of the calls that they are of."""

    def __init__(self, header):
        port = PORT.search(header)
        if not port or port[1] not in MODELS:
            raise CannotRun(f"it includes the header of no port that is known: {', '.join(MODELS)}")
        self.model = Said.model = MODELS[port[1]]
        text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), header)
        text = re.sub(r"(\\forall integer \w+);", r"\1,", text)
        Said.constants = {name: f"{value}LL" for name, value in CONSTANT.findall(text)}
        text = CONSTANT.sub("", text)
        self.definitions = Definitions([text])
        ghosts = GHOST.findall(text)
        self.fields = Said.fields = Fields(self.model.structs, {self.model.header: header}, text,
                                           [name for typed, pointer, name in ghosts
                                            if name != "ew_plain" and typed not in self.model.objects
                                            and typed != f"ew_{self.model.name}"])
        self.served = {name: self.model.objects[typed] for typed, _, name in ghosts if typed in self.model.objects}
        self.macros = acsl_checks.Macros(text)
        self.c, self.calls, self.count, self.same, self.ranges = [], [], 0, {}, {}
        self.rows = {"requires": [], "ensures": []}
        Said.helpers = []
        contracts = list(FUNCTION.finditer(text))
        if len(contracts) != len(re.findall(r"\bterminates\b", text)):
            raise CannotRun(f"{self.model.header}: a contract has no prototype behind it that is understood")
        for found in contracts:
            first = {kind: len(rows) for kind, rows in self.rows.items()}
            self.place = lambda at: f"{self.model.header}:{text.count(chr(10), 0, at) + 1}"
            self.function(found)
            self.call(found, first)
        self.all_there(set(re.findall(r"\w+", text)))

    def all_there(self, words):
        """What the model says of clauses is of some that there are."""
        lost = set(self.model.untried) - words
        if lost:
            raise CannotRun(f"{self.model.header}: there is no {', '.join(sorted(lost))}; take it out of MODELS")

    def parameters(self, found):
        """Name -> the object that it is or None; name -> where the call has it. `\\result` is one, too."""
        objects, members = {}, {}
        for parameter in found[5].split(","):
            if parameter.strip() != "void":
                kind, word = re.match(r"\s*(?:const )?(.*?[ *])(\w+)$", parameter).groups()
                objects[word] = self.model.objects.get(kind.strip(" *"))
                members[word] = "object" if objects[word] else word + "_at" * (kind.strip() == "size_t *")
        members["\\result"] = "given" if "*" in found[3] else "result"
        return objects, members

    def function(self, found):
        name, text = found[4], found[1]
        if CLAUSE.sub("", text).strip():
            raise CannotRun(f"{name}: a clause is not understood: {CLAUSE.sub('', text).strip()[:80]}")
        if name in self.model.untried:
            return
        objects, members = self.parameters(found)
        buffers = set(re.findall(r"\*(\w+)", found[5])) - {word for word, kind in objects.items() if kind}
        values = {word: f"{'' if word in buffers else '(long long)'}call->{member}" for word, member in members.items()}
        objects.update(self.served)
        assigned, place = [], None
        for clause in CLAUSE.finditer(text):
            kind, label, body = clause[2], clause[3], clause[4]
            at = self.place(found.start(1) + clause.start(2))
            if kind in ("requires", "ensures") and label not in self.model.untried:
                self.clause(name, kind, label, body, objects, values, at)
            elif kind == "assigns":
                assigned, place = assigned + [body], at
        self.rest(name, assigned, objects, place)

    def rest(self, name, assigned, objects, place):
        """Each field that is not assigned, of all objects: what is filled may be a byte of the port's."""
        named = set().union(*(self.fields.assigned(self.macros.expanded(body), objects, self.model.objects)
                              for body in assigned))
        for kind, field in self.fields.all([*dict.fromkeys(self.model.objects.values()), "ghost"]):
            if (kind, field) not in named and field not in self.model.unasked:
                label = f"{kind}_{field.replace('.', '_')}"
                filled = FILLED.search(str(assigned)) if self.fields.type_of(kind, field) == "char" else None
                self.row(name, "ensures", f"assigns_{label}", place,
                         self.elsewhere(label, kind, field, *filled.groups()) if filled else None,
                         self.unchanged(label, kind, field))

    def shared(self, name, made):
        """A check that many rows have, by its name."""
        self.same[name] = self.check(name, made)
        return name

    def unchanged(self, label, kind, field):
        then, now = f"then->{kind}.{field}", f"now->{kind}.{field}"
        return self.shared("same_" + label, f"memcmp(&{then}, &{now}, sizeof {then}) == 0")

    def elsewhere(self, label, kind, field, place, length):
        """What is filled is not that field."""
        at, size = f"(const char *)&then->{self.model.at}->{field}", f"sizeof then->{kind}.{field}"
        return self.shared(f"apart_{label}_{place}_{length}",
                           f"(const char *)call->{place} + call->{length} <= {at} || "
                           f"(const char *)call->{place} >= {at} + {size}")

    @staticmethod
    def check(name, made):
        return f"static int {name}(PORT_CLAUSE)\n{{\n    UNUSED;\n    return {made};\n}}\n"

    def clause(self, name, kind, label, body, objects, values, place):
        body = self.definitions.uses(body, {})
        when, then = acsl_checks.premises(body)
        at = "then" if kind == "requires" else "now"
        made = [f"({Said(part, objects, at, values).c()})" for part in [*when, then]]
        if not re.search(r"[a-z]", made[-1]):
            return
        self.count += 1
        applies = f"when_{self.count}" if when else None
        if when:
            self.c.append(self.check(applies, " && ".join(made[:-1])))
        self.c.append(self.check(f"then_{self.count}", made[-1]))
        self.row(name, kind, label, place, applies, f"then_{self.count}")

    def row(self, name, kind, label, place, when, then):
        self.rows[kind].append(f'    {{{{"{name}", "{label}", "{place}"}}, {when or "NULL"}, {then}}},\n')

    def call(self, found, first):
        """The function that is called in its place; of one that is compiled into its caller, its clauses alone."""
        _, inline, returns, name, parameters = found.groups()
        self.ranges[name] = [(first[kind], len(rows)) for kind, rows in self.rows.items()]
        if inline:
            return
        objects, members = self.parameters(found)
        gives = members.pop("\\result")
        head = f"{returns}__wrap_{name}({parameters})"
        # A function that nothing calls need not be in the library.
        real = head.replace("__wrap_", "__real_") + (" __attribute__((weak))" if name in self.model.untried else "")
        told = [word for word in members if re.search(rf"(?<![\w>.]){word}\b", found[1])]   # by a clause
        parts = {"name": name, "head": head, "real": real, "passed": ", ".join(members),
                 "watched": next((word for word, kind in objects.items() if kind), "NULL"),
                 "given": ", ".join(f".{members[word]} = {word}" for word in told) or "0"}
        if returns.strip() == "void":
            parts.update(back="", leave="return;", into="", keep="", end="")
        else:
            cast = "(long long)" if gives == "result" else ""
            parts.update(back="return ", leave="", into=f"{returns}came = ", keep=f"call.{gives} = {cast}came;",
                         end="return came;")
        self.calls.append(CALL.format(**parts))

    def text(self):
        rows = "".join(self.rows["requires"] + self.rows["ensures"])
        end = "    {{NULL, NULL, NULL}, NULL, NULL},\n"
        table = f"const struct port_clause port_clauses[] = {{\n{rows}{end}}};\n"
        above = len(self.rows["requires"])   # the ensures stand behind all requires, in one table
        of = "".join(f"const struct port_function port_{name} = {{{{{required[0]}, {required[1]}}}, "
                     f"{{{above + ensured[0]}, {above + ensured[1]}}}}};\n"
                     for name, (required, ensured) in self.ranges.items())
        names = "".join(f'    {{"{name}", &port_{name}}},\n' for name in self.ranges)
        of += f"const struct port_named port_functions[] = {{\n{names}    {{NULL, NULL}},\n}};\n"
        return HEAD.format(name=self.model.name) + "\n".join([*Said.helpers, *self.same.values(), *self.c, table, of,
                                                              *self.calls])


if __name__ == "__main__":
    sys.exit(frame.ends("checks", lambda: acsl_checks.main(__doc__, Checks)))
