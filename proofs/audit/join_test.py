#!/usr/bin/env python3
"""join_test.py: join.py finds a label that is missing, one that no proof carries, and a claim too many.

Run from the root of a tree that passes. Each case breaks one thing in a copy of what join.py reads, and
expects its exit status and a message at the right line. Ends with `N passed, N failed`; exits 1 if one
failed.
"""
import os
import sys

import rooms  # where the modules below are
import assumptions_test
import breaking
import frame

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "join.py")
LIST, PAGE, FIGURES = "proofs/audit/join.txt", "proofs/JOIN.md", "docs/figures.json"
WIRE, POSIX = "spec/wire/transport.h", "spec/wire/posix.h"
FOLDERS = {**assumptions_test.FOLDERS, "gen/out": (".c",), "examples": (".c",)}

# What is broken, in which file, by which replacement, and what has to be said about it.
CASES = [
    ("a label that is taken out", "spec/wire/port.h", (r"  ensures    W8_out_is_out: .*\n", ""),
     r"join\.txt:\d+: error: W8: ew_port_closed\.W8_out_is_out is no label of spec/wire/, nor of a history"),
    ("a label that has another name", WIRE, (r"ensures    W2_one_record:", "ensures    W2_some_record:"),
     r"join\.txt:\d+: error: W2: ew_transport_seal\.W2_one_record is no label of spec/wire/, nor of a history"),
    ("a theorem that has another name", "proofs/any_client.c", (r"T6_zero_means_delivered", "T6_zero_means_something"),
     r"join\.txt:\d+: error: W8: T6_zero_means_delivered is no label of spec/wire/, nor of a history"),
    ("a label of a statement that is not there", WIRE, (r"ensures    drained:", "ensures    W12_drained:"),
     r"transport\.h:\d+: error: drain_tail\.W12_drained: there is no W12 in proofs/audit/join\.txt"),
    ("a label that no goal carries", POSIX, (r"ensures    IO08_half_closed:", "ensures    W8_half_closed:"),
     r"posix\.h:\d+: error: end_sending\.W8_half_closed: no goal of W8 in end_sending .*; run: make prove-wire"),
    ("a step that is only assumed", LIST, (r"step T12_zero_read_is_the_end ", "step endwell_io_send.IO02_count "),
     r"join\.txt:\d+: error: W7: endwell_io_send\.IO02_count is assumed, and not proved"),
    ("it rests on what nothing assumes", LIST, (r"rests P-04 ", "rests P-94 "),
     r"join\.txt:\d+: error: W7: P-94 is not assumed by any proof"),
    ("it rests on a clause that has another name", "spec/engines/sockets.h", (r"SE02_taken", "SE02_gone"),
     r"join\.txt:\d+: error: W3: send\.SE02_taken is not assumed by any proof"),
    ("a statement that is missing", LIST, (r"(?s)W9 The orderly close.*", ""),
     r"join\.txt:1: error: no W9: a statement is missing"),
    ("a statement twice", LIST, (r"\Z", "W1 After that, nothing.\n"), r"join\.txt:\d+: error: W1 is there already"),
    ("nothing is said to be open", LIST, (r"(?m)^    open that the record which is sealed .*\n", ""),
     r"join\.txt:\d+: error: W1: say what of it is not proved: open WHAT"),
    ("no steps", LIST, (r"(?m)(^W7 .*\n)(    step .*\n)+", r"\1"), r"join\.txt:\d+: error: W7: say its steps"),
    ("a step without words", LIST, (r"(?m)(    step endwell_pause\.W5_over).*", r"\1"),
     r"join\.txt:\d+: error: 'step NAMES: WHAT'; it does not say what"),
    ("a line of its own", LIST, (r"    rests P-04", "    hopes P-04"), r"join\.txt:\d+: error: not understood"),
    ("figures about other sources", FIGURES, (r'("src/transport\.c": ")\w', r"\1x"),
     r"figures\.json:1: error: prove-wire is about other sources than the tree's; run: make prove-wire figures"),
    ("figures of fewer goals", FIGURES, (r'(?s)("prove-io": .*?"proved": )\d+', r"\g<1>7"),
     r"figures\.json:1: error: prove-io proved 7 of \d+ goals"),
    ("a joint of other headers", FIGURES, (r'(?s)("prove-joint": .*?"spec/wire/port_gnutls\.h": ")\w', r"\1x"),
     r"figures\.json:1: error: prove-joint is about other sources than the tree's; run: make prove-joint figures"),
    ("no figures of a proof", FIGURES, (r'"prove-orderly"', '"prove-disorderly"'),
     r"figures\.json:1: error: nothing of prove-orderly; run: make prove-orderly figures"),
    ("figures without a statement", FIGURES, (r'(?s)("prove-wire": .*?)"W7"', r'\1"W17"'),
     r"transport\.h:\d+: error: ew_transport_outcome\.W7_an_end_is_no_close: no goal of W7"),
    ("a wrong count on the page", PAGE, (r"\d+ of [\d,]+ goals proved", "7 of 7 goals proved"),
     r"JOIN\.md:\d+: error: is not what its sources say; mend with: make join"),
]

# Without these the check must say that it could not be made, rather than pass.
NEEDED = [LIST, FIGURES, WIRE, "proofs/any_client.c", "proofs/audit/assumptions.txt"]


def main():
    return breaking.check_of_tree(lambda tree: breaking.ran(CHECK, "--check", "--root", tree),
                                  FOLDERS, CASES, NEEDED)


if __name__ == "__main__":
    sys.exit(frame.ends("join_test", main))
