#!/usr/bin/env python3
"""assumptions_test.py: assumptions.py finds every kind of gap.

Run from the root of a tree that passes. Each case breaks one thing in a copy of what assumptions.py
reads, and expects its exit status and a message at the right line. Ends with `N passed, N failed`;
exits 1 if one failed.
"""
import glob
import os
import sys

import rooms  # where the modules below are
import breaking
import frame

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assumptions.py")
LIST, PAGE, CAVEATS = "proofs/audit/assumptions.txt", "proofs/ASSUMPTIONS.md", "proofs/CAVEATS.md"
WIRE, SOCKETS, TRIAL = "spec/wire/transport.h", "spec/engines/sockets.h", "interop/sockets/checks.py"
FOLDERS = {"docs": (".json",), "spec": (".h",), "spec/wire": (".h",), "spec/engines": (".h",),
           "proofs": (".md", ".c", ".mk"),
           "proofs/canaries": (".c", ".patch"), "proofs/certify": (".txt",), "proofs/audit": (".txt",),
           "proofs/wire": (".c",),
           "src": (".c", ".h"), "src/tests": (".c",), "src/tests/io": (".c",), "interop/matrix": (".c",),
           "interop/sockets": (".py",), "interop/use": (".py",), "interop/port": (".py",), "gen/tests": (".c",),
           ".": ("Makefile",),
           **{folder: (".patch",) for folder in glob.glob("proofs/**/planted*", recursive=True)
              if os.path.isdir(folder)}}
FOLDERS.update({os.path.dirname(path): (".mk", *FOLDERS.get(os.path.dirname(path), ()))
                for path in glob.glob("*/**/*.mk", recursive=True) if not path.startswith("build/")})

# What is broken, in which file, by which replacement, and what has to be said about it.
CASES = [
    ("an io of which more is assumed", WIRE,
     (r"(  ensures    IO02_count: 1 <= )", r"  ensures    quick: \\result != 7;\n\1"),
     r"transport\.h:\d+: error: endwell_io_send\.quick is assumed, and nothing is said of what would notice"),
    ("an io that owes what the kit has no wrong io for", WIRE, (r"IO02_count: 1 <=", "IO13_count: 1 <="),
     r"transport\.h:\d+: error: endwell_io_send\.IO13_count is assumed"),
    ("a system of which more is assumed than is tried", TRIAL, (r'UNTRIED = \{', 'UNTRIED = {"SE01_count": "why", '),
     r"assumptions\.txt:\d+: error: send\.SE01_count: try sockets makes no check of send\.SE01_count"),
    ("nothing is said to notice what is tried", LIST, (r"\Z", "send.SE01_count\n    nothing we did not look here\n"),
     r"assumptions\.txt:\d+: error: send\.SE01_count: make try-sockets notices it; say: tried sockets"),
    ("what is said of the transport again, and was not joined", "docs/figures.json",
     (r'"prove-joint"', '"prove-disjoint"'), r"opening\.h:\d+: error: ew_transport_refuse\.refused is assumed"),
    ("a caller of whom more is asked", "spec/wire/port.h",
     (r"(  requires   some: 1 <= len;\n)", r"\1  requires   few: len < 99;\n"),
     r"port\.h:\d+: error: ew_port_fitting\.few is assumed"),
    ("more is asked of a caller that is proven with another contract", WIRE,
     (r"(  terminates \\true;\n  exits      \\false;\n  assigns    t->gate, t->to_shut, t->error, t->swallowed)",
      r"  requires   rested: t->gate == 2;\n\1"),
     r"transport\.h:\d+: error: ew_transport_reopen\.rested is assumed"),
    ("a caller of whom more is asked, under a name of several clauses", "spec/wire/opening.h",
     (r"(#define EW_OPENS +\\\n)", r"\1    requires rested: c != \\null;   \\\n"),
     r"opening\.h:\d+: error: endwell_open_port\.rested is assumed"),
    ("a function of a port that is called where nothing is proved", "src/port_bearssl.c",
     (r"(    ew_bearssl_settle_session\(e, session_kept\);\n    e->transport = NULL;)", r"    (void)fits_body(e);\n\1"),
     r"port_bearssl\.h:\d+: error: fits_body\.counts is assumed"),
    ("a clause without a label", WIRE, (r"ensures    IO02_count: ", "ensures    "),
     r"transport\.h:\d+: error: endwell_io_send: a clause without a label cannot be listed"),
    ("a header that no proof reads", WIRE, (r'#include "wire/records\.h"\n', ""),
     r"records\.h:1: error: no proof reads it; give it to a source of proofs/prove_wire or prove_io\.py"),
    ("one more in the table", CAVEATS, (r"(\| 12 \| the versions .*\n)", r"\1| 99 | all is well | hope |\n"),
     r"CAVEATS\.md:\d+: error: caveats\.99 is assumed"),
    ("one more in the table, of no kind", CAVEATS,
     (r"(\| 12 \| the versions .*\n)", r"\1| 99 | all is well | hope |\n"),
     r"CAVEATS\.md:\d+: error: of what kind is caveats\.99\?"),
    ("one that is not in the table any more", CAVEATS, (r"\| 12 \| the versions .*\n", ""),
     r"assumptions\.txt:\d+: error: caveats\.12 fits nothing that is assumed"),
    ("a report that promises under another name", LIST, (r"report\.\*", "repeat.*"),
     r"any_orderly\.c:\d+: error: report\.is_event is assumed"),
    ("a test that has another name", "src/tests/test_io.c",
     (r"cmocka_unit_test\(nothing_follows_a_half_close\)", "cmocka_unit_test(nothing_at_all)"),
     r"assumptions\.txt:\d+: error: send_bytes\.IO08_before_the_end: there is no adapter nothing_follows_a_half_close"),
    ("a check that is not there", LIST, (r"    check prove-orderly", "    check prove-disorderly"),
     r"assumptions\.txt:\d+: error: ew_orderly_step\.assigns: there is no check prove-disorderly"),
    ("a canary that is not there", LIST, (r"planted bitfield", "planted birdfield"),
     r"assumptions\.txt:\d+: error: caveats\.4: there is no planted birdfield"),
    ("a condition that is not there", LIST, (r"condition U-10", "condition U-99"),
     r"assumptions\.txt:\d+: error: report\.is_event: there is no condition U-99"),
    ("a trial that is not there", LIST, (r"tried sockets\n", "tried pockets\n"),
     r"assumptions\.txt:\d+: error: ew_errno|error: \S+: there is no tried pockets"),
    ("an entry that says nothing", LIST, (r"(?m)^caveats\.16 io\n    nothing .*\n", "caveats.16 io\n"),
     r"assumptions\.txt:\d+: error: caveats\.16: nothing is said of what would notice it; name a check"),
    ("nothing, and no reason", LIST, (r"(?m)^    nothing a hundred thousand years", "    nothing much"),
     r"assumptions\.txt:\d+: error: wait_until\.clock: 'nothing much': say why nothing can"),
    ("something and nothing", LIST, (r"(caveats\.16 io\n)", r"\1    check prove\n"),
     r"assumptions\.txt:\d+: error: caveats\.16: something notices it, or nothing does: take one out"),
    ("an entry about nothing", LIST, (r"(?m)^caveats\.12 ", "send.SE09_more\n    check prove\n\\g<0>"),
     r"assumptions\.txt:\d+: error: send\.SE09_more fits nothing that is assumed; take it out, or mend its name"),
    ("a kind that is none", LIST, (r"caveats\.12 tool", "caveats.12 toy"),
     r"assumptions\.txt:\d+: error: 'toy' is no kind"),
    ("a line of its own", LIST, (r"    check prove-orderly", "    hope prove-orderly"),
     r"assumptions\.txt:\d+: error: not understood"),
    ("a wrong count on the page", PAGE, (r"\| all \| \| \d+ \|", "| all | | 7 |"),
     r"ASSUMPTIONS\.md:\d+: error: is not what its sources say; mend with: make assumptions"),
    ("a wrong count of trampolines", CAVEATS, (r"\| src/dispatch\.h \| 19 \|", "| src/dispatch.h | 18 |"),
     r"CAVEATS\.md:\d+: error: src/dispatch\.h: says 18 functions, and src/tests/shape\.py counts 19"),
    ("a trampoline that is not named", CAVEATS, (r"`ew_conn_peek`, ", ""),
     r"CAVEATS\.md:\d+: error: src/dispatch\.c: ew_conn_peek is not named"),
    ("a trampoline that has another name", "src/dispatch.c", (r"int ew_conn_peek\(", "int ew_conn_peer("),
     r"CAVEATS\.md:\d+: error: src/dispatch\.c: ew_conn_peek is named, and is not there"),
    ("trampolines of no row", CAVEATS, (r"\| src/io_memory\.c \| 4 .*\n", ""),
     r"CAVEATS\.md:\d+: error: the table under '## The trampolines' has no row for src/io_memory\.c"),
]

# Without these the check must say that it could not be made, rather than pass.
NEEDED = [LIST, CAVEATS, WIRE, TRIAL, "src/tests/io/io_wrong.c", "proofs/certify/conditions.txt",
          "proofs/any_orderly.c", "src/dispatch.c"]


def main():
    return breaking.check_of_tree(lambda tree: breaking.ran(CHECK, "--check", "--root", tree),
                                  FOLDERS, CASES, NEEDED)


if __name__ == "__main__":
    sys.exit(frame.ends("assumptions_test", main))
