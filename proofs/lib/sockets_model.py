"""The model of the system's calls (spec/engines/sockets.h), held against the system's own headers.

Its numbers, its structures and its prototypes are those of the headers that io_posix.c is compiled with:
a compiler is asked. A buffer is bytes in the model where the header has `void *`, and nothing else differs.
"""
import os
import re

import lint
import tool

HEADERS = ("errno", "fcntl", "poll", "stddef", "stdint", "sys/socket", "sys/time", "time", "unistd")
CLAUSE = re.compile(r"^ +(?:requires|ensures) +(?P<label>\w+):.*?;(?: +// (?P<mark>\w+))?$", re.M | re.S)
IDENT = re.compile(r"(?:[A-Z]{1,2}\d\d)_")
MARKS = ("documented", "observed", "decided")
# What of a prototype is converted, or left out, on the way to the system's.
CONVERTED = ((r"\buint8_t \*buf\b", "void *buf"), (r"\bstruct linger \*optval\b", "void *optval"),
             (r"\bfcntl\(int fd, int cmd\)", "fcntl(int fd, int cmd, ...)"))


def mark_findings(path):
    """A clause with an id says where it is from."""
    text = lint.read(path)
    for found in CLAUSE.finditer(text):
        if IDENT.match(found["label"]) and found["mark"] is None:
            yield lint.finding(path, text, found.start("label"), f"{found['label']}: documented, observed or decided?")
        if found["mark"] not in (None, *MARKS):
            yield lint.finding(path, text, found.start("mark"), f"'{found['mark']}': {', '.join(MARKS)}")


def counted(path):
    """How many clauses are assumed of the system, by where they are from."""
    marks = [found["mark"] for found in CLAUSE.finditer(lint.read(path)) if "ensures" in found[0][:20]]
    return {mark: marks.count(mark) for mark in MARKS}


def program(text):
    """C that a compiler refuses if the model says anything else than its headers."""
    code = lint.code_of(text)
    lines = [f"#include <{name}.h>" for name in HEADERS]
    for name, number in re.findall(r"^#define (\w+)\s+(\d+)$", code, re.M):
        lines.append(f"typedef char is_{name}[({name}) == {number} ? 1 : -1];")
    for kind, name in re.findall(r"^typedef ([\w ]+) (\w+);", code, re.M):
        lines.append(f"typedef char is_{name}[sizeof({name}) == sizeof({kind}) && "
                     f"(({name})-1 < 0) == (({kind})-1 < 0) ? 1 : -1];")
    for name, body in re.findall(r"^struct (\w+) \{(.*?)\};", code, re.M | re.S):
        lines.append(f"struct model_{name} {{{body}}};")
        for member in re.findall(r"(\w+);", body):
            at = [f"offsetof(struct {one}, {member})" for one in (name, "model_" + name)]
            size = [f"sizeof(((struct {one} *)0)->{member})" for one in (name, "model_" + name)]
            lines.append(f"typedef char is_{name}_{member}[{' == '.join(at)} && {' == '.join(size)} ? 1 : -1];")
    for prototype in re.findall(r"^(?!typedef)\w[\w ]*?[ *]\w+\([^;{}]*\);", code, re.M):
        if "ew_" not in prototype:
            for model, system in CONVERTED:
                prototype = re.sub(model, system, prototype)
            lines.append(prototype)
    return "\n".join(lines) + "\n"


def system_findings(path, build):
    """What the compiler says of the model beside the system's headers."""
    source = os.path.join(build, "sockets_model.c")
    os.makedirs(build, exist_ok=True)
    with open(source, "w", encoding="utf-8") as file:
        file.write(program(lint.read(path)))
    command = (os.environ.get("CC", "cc"), "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror",
               "-Wno-type-limits", "-fsyntax-only", source)
    for line in re.findall(r"(?:error|warning): (.*)", tool.ended(command, (0, 1), {}).stderr):
        yield f"{path}:1: not as in the system's headers: {line}"
