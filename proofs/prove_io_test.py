#!/usr/bin/env python3
"""What prove_io and prove_joint have to find before any proof: a model that is not the system, a contract missed."""
import os
import re
import sys
import tempfile

import rooms  # where the modules below are
import lint
import prove_io
import prove_joint

# What is done, the file, what it takes out, what it puts there, and what has to be said.
BREACHES = [
    ("a number that is not the system's", prove_io.MODEL, "#define EAGAIN          11", "#define EAGAIN          12",
     r"sockets\.h:1: not as in the system's headers: .*is_EAGAIN"),
    ("a structure of another order", prove_io.MODEL, "    short events;\n    short revents;",
     "    short revents;\n    short events;", r"not as in the system's headers: .*is_pollfd_events"),
    ("another prototype", prove_io.MODEL, "int shutdown(int sockfd, int how);", "int shutdown(int sockfd, long how);",
     r"not as in the system's headers: conflicting types for .shutdown"),
    ("a clause that is from nowhere", prove_io.MODEL, "ew_wire == \\old(ew_wire) + \\result;  // documented",
     "ew_wire == \\old(ew_wire) + \\result;", r"sockets\.h:\d+: SE02_taken: documented, observed or decided\?"),
    ("an io that keeps less", "spec/wire/posix.h", "  ensures    IO10_early: \\result == 0 ==>",
     "  ensures    IO10_early: \\result == -1 ==>", r"wait_until: endwell_io_wait .* assumes IO10_early"),
    ("a record that assumes", "spec/wire/wait.h", "noted_wait: ew_wait_ms == ms",
     "noted_wait: ew_clock == \\old(ew_clock) && ew_wait_ms == ms",
     r"wait_until: endwell_io_wait .* assumes noted_wait"),
    ("a record that is none", "spec/wire/wait.h", "ew_wait_said == \\result", "ew_wait_said == \\result && ms > 0",
     r"wait_until: endwell_io_wait .* assumes noted_wait"),
    ("a transport that assumes more", "spec/wire/transport.h",
     "  ensures    IO02_count: 1 <= \\result <= len ==> ew_wire == \\old(ew_wire) + \\result;",
     "  ensures    IO02_count: ew_wire == \\old(ew_wire) + \\result;",
     r"a_sends: endwell_io_send .* assumes IO02_count"),
    ("a transport that owes less", "spec/wire/transport.h",
     "  requires   W3_in_order: \\forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);\n"
     "  requires   lifetime: ew_wire + len <= lifetime;\n  terminates \\true;\n  exits      \\false;\n"
     "  assigns    *error, ew_interruptions, ew_wire;",
     "  terminates \\true;\n  exits      \\false;\n  assigns    *error, ew_interruptions, ew_wire;",
     r"send_bytes: endwell_io_send .* does not owe W3_in_order"),
    ("a function without a contract", "src/io_posix.c", "static int descriptor(", "static int another(void)\n{\n"
     "    return 0;\n}\n\nstatic int descriptor(", r"posix\.h:1: another has no contract"),
    ("an axiom", "spec/wire/memory.h", "predicate flag(", "axiomatic nothing {} predicate flag(",
     r"memory\.h:\d+: 'axiomatic'"),
    ("a contract that the joint would not see", "spec/wire/port_gnutls.h", "*/\nvoid ew_transport_seal(",
     "*/\n\nvoid ew_transport_seal(", r"port_gnutls\.h:1: ew_transport_seal: write its contract once"),
    ("a contract that is there twice", "spec/wire/port_gnutls.h", "/* Proven with more, and",
     "/*@ assigns \\nothing; */\nvoid ew_transport_seal(ew_transport *t);\n/* Proven with more, and",
     r"port_gnutls\.h:1: ew_transport_seal: write its contract once"),
]


def findings(build):
    yield from prove_io.findings(build)
    try:
        prove_joint.repeated()
    except prove_joint.CannotRun as error:
        yield str(error)


def problem(build, path, old, new, words):
    whole = lint.read
    text = whole(path)
    if text.count(old) != 1:
        return f"what it takes out stands {text.count(old)} times in {path}"
    lint.read = lambda asked: text.replace(old, new) if asked == path else whole(asked)
    try:
        said = "\n".join(findings(build))
    finally:
        lint.read = whole
    return None if re.search(words, said) else f"nothing like /{words}/ in:\n{said}"


def main():
    os.chdir(prove_io.ROOT)
    failed = 0
    with tempfile.TemporaryDirectory() as build:
        results = [("as it is", "\n".join(findings(build)))]
        results += [(breach[0], problem(build, *breach[1:])) for breach in BREACHES]
    for name, said in results:
        if said:
            failed += 1
            print(f"FAILED: {name}: {said}")
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
