#!/usr/bin/env python3
"""shape.py [ROOT]: the shape in which connection, transport and the ios can be proven.

Connection and transport contain no system call, no errno, no indirect call and no conversion from
`void *`; those stand in src/dispatch.h (calls through pointers) and src/dispatch.c (entries that take a
`void *`), each a function of one line. So do the conversions in the ios, whose system calls are proven
too. Prints `file:line: error: ...`; exits 0, 1 (findings) or 2 (could not run).
"""
import os
import re
import sys

PROVABLE = ["open.c", "endwell.c", "data.c", "clear.c", "close.c", "wait.c", "questions.c", "transport.c", "conn.h",
            "tell.h", "tell_nobody.c"]
# How many functions each file outside may have: one more is a decision.
OUTSIDE = {"dispatch.h": 19, "dispatch.c": 5}
# And in the ios, and the ports that are proven, which: they are what `make prove-io` and `make prove-port` leave out.
IO_OUTSIDE = {"io_posix.c": ["endwell_tell", "posix_send", "posix_recv", "posix_half_close", "posix_close",
                             "posix_wait", "posix_now_ms", "posix_release", "get_int", "get_time",
                             "start_transport", "start"],
              "io_memory.c": ["memory_send", "memory_recv", "memory_half_close", "memory_close"],
              "bearssl_call.h": ["put_out", "get_in", "copy_bytes", "keys_of", "sends_by", "can_have", "decrypt"],
              "bearssl_record.h": [], "bearssl_action.h": [],
              "port_bearssl.c": ["attach", "adopt", "detach", "clear", "handshake", "flush", "send_close_notify",
                                 "receive", "take", "write_record", "peek", "pending"],
              "gnutls_call.h": ["tell_errno", "push", "pull", "pull_noting", "pulls_here", "pushes_here"],
              "gnutls_action.h": [],
              "port_gnutls.c": ["ew_gnutls_set_renew", "attach", "detach", "clear", "handshake", "flush",
                                "send_close_notify", "receive", "take", "write_record", "peek", "pending"],
              "mbedtls_call.h": ["bio_send", "bio_recv", "set_bio", "has_bio"], "mbedtls_action.h": [],
              "port_mbedtls.c": ["attach", "adopt", "detach", "clear",
                                 "handshake", "flush", "send_close_notify", "receive", "take", "write_record",
                                 "peek", "pending"],
              "wolfssl_call.h": ["io_send", "io_recv", "reads_ours", "writes_ours"], "wolfssl_action.h": [],
              "port_wolfssl.c": ["attach", "detach", "clear",
                                 "handshake", "flush", "send_close_notify", "receive", "take", "write_record",
                                 "peek", "pending"],
              "port_openssl.c": ["bio_write", "bio_read", "bio_ctrl", "attach", "detach", "clear", "handshake",
                                 "flush", "send_close_notify", "receive", "take", "write_record", "adopt", "peek",
                                 "pending"]}


def port_outside(engine):
    """Of a port's functions, those of one line that its proof leaves out."""
    return [name for file, names in IO_OUTSIDE.items() if file == f"port_{engine}.c" or file.startswith(engine + "_")
            for name in names]


HEADERS = {"limits.h", "stddef.h", "stdint.h", "string.h"}
FORBIDDEN = [
    (r"(?:->|\.)\s*\w+\s*\(", "an indirect call: it belongs into src/dispatch.h"),
    (r"\(\s*\*\s*\w+\s*\)\s*\(", "a pointer to a function: pass an event"),
    (r"\btypedef\s+\w+\s+\w+\s*\(", "a type of functions: pass an event"),
    (r"\berrno\b", "errno: it belongs into src/io_posix.c"),
    (r"\bvoid\s*\*(?!\s*(?:context|engine)\b)", "a void * that is not passed on: bytes are uint8_t *"),
    (r"=\s*(?:\(\s*[\w\s]*\*\s*\)\s*)?(?:context|engine)\b(?!.*;\s*/\* passed on)",
     "a void * is kept under another type"),
    (r"\(\s*(?:const\s+)?\w+\s*\*\s*\)\s*\w", "a cast of a pointer"),
]
# What keeps a void * for what it is: the members that hand it on.
KEPT = re.compile(r"->(?:io_context|engine) = (?:context|engine);")
ONE_LINE = re.compile(r"\s*(?:return )?(?:[\w>-]+->)?\w+\([^;{}]*\);\s*")
# Beside that, in an io or a port: a context that is not needed, errno written, a void * compared, a union's member.
IO_ONE_LINE = re.compile(r"\s*(?:\(void\)\w+;\s*)*(?:return |errno = )?(?:[\w.>-]+->)?\w+\([^;{}]*\);\s*|"
                         r"\s*return \w+(?:->[\w.]+|\(\w+->\w+\))(?: == \w+)?;\s*")
# A member by the name that mbedTLS 3 hides it under: no call.
PRIVATE = re.compile(r"\bMBEDTLS_PRIVATE\((\w+)\)")
IO_FUNCTION = re.compile(r"^(?!typedef|struct|enum|#)\w[^;{}#]*?\b(\w+)\([^;{}#]*\)\s*\{(.*?)^\}", re.M | re.S)
IO_FORBIDDEN = [(r"\bvoid\s*\*(?!\s*engine\b)", "a void * in a function of more than one line"),
                (r"\berrno\s*=[^=]", "errno is written in a function of more than one line"),
                *(one for one in FORBIDDEN if "indirect" in one[1] or "cast" in one[1])]


def without_comments(text):
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def forbidden(name, text):
    for header in re.finditer(r"^#include <(.*)>", text, re.M):
        if header[1] not in HEADERS:
            yield line_of(text, header.start()), f"<{header[1]}>: none but {', '.join(sorted(HEADERS))}"
    code = without_comments(text)
    for pattern, what in FORBIDDEN:
        for found in re.finditer(pattern, code):
            line = line_of(code, found.start())
            if not KEPT.search(code.split("\n")[line - 1]):
                yield line, what


def functions(code):
    for found in re.finditer(r"^(?!typedef|struct|enum|#)\w[^;{}#]*\)\s*\{(.*?)^\}", code, re.M | re.S):
        yield line_of(code, found.start()), found[1]


def io_outside(name, text):
    """Which functions convert is said above; nothing else does, and they do nothing else."""
    code, expected = PRIVATE.sub(r"\1", without_comments(text)), list(IO_OUTSIDE[name])
    for found in IO_FUNCTION.finditer(code):
        line = line_of(code, found.start())
        if found[1] in expected:
            expected.remove(found[1])
            if not IO_ONE_LINE.fullmatch(found[2]):
                yield line, "more than one line: what decides anything has to be proven"
            continue
        for pattern, what in IO_FORBIDDEN:
            for inside in re.finditer(pattern, found[0]):
                yield line + found[0].count("\n", 0, inside.start()), what
    if expected:
        yield 1, f"{', '.join(expected)}: not there"


def outside(name, text):
    count = 0
    for line, body in functions(without_comments(text)):
        count += 1
        if not ONE_LINE.fullmatch(body):
            yield line, "more than one line: what decides anything has to be proven"
    if count != OUTSIDE[name]:
        yield 1, f"{count} functions instead of {OUTSIDE[name]}"


def findings(root):
    for names, judge in ((PROVABLE, forbidden), (OUTSIDE, outside), (IO_OUTSIDE, io_outside)):
        for name in names:
            path = os.path.join("src", name)
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
            for line, what in judge(name, text):
                yield f"{path}:{line}: error: {what}"


def main():
    root = sys.argv[1] if len(sys.argv) == 2 else "."
    try:
        found = list(findings(root))
    except OSError as error:
        print(f"shape: {error}", file=sys.stderr)
        return 2
    print("\n".join(found + [f"shape: {len(PROVABLE) + len(IO_OUTSIDE)} files, "
                             f"{sum(OUTSIDE.values()) + sum(map(len, IO_OUTSIDE.values()))} functions outside, "
                             f"{len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
