#!/usr/bin/env python3
"""conditions_test.py: conditions.py finds every kind of gap.

Run from the root of a tree that passes. Each case breaks one thing in a copy of what
conditions.py reads, and expects its exit status and a message at the right line. Ends with
`N passed, N failed`; exits 1 if one failed.
"""
import os
import sys

import rooms  # where the modules below are
import breaking
import frame

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conditions.py")
LIST, PAGE, CAVEATS = "proofs/certify/conditions.txt", "proofs/CONDITIONS.md", "proofs/CAVEATS.md"
PORT, CONTRACTS = "src/ew_port.h", "spec/ew_contracts.h"
ORDERLY = "spec/ew_orderly_contracts.h"
FOLDERS = {"spec": (".h",), "proofs": (".md", ".mk", ".c"), "proofs/certify": (".txt", ".mk"),
           "src": (".c", ".h", ".mk"), "src/tests": (".c", ".mk"),
           "interop/matrix": (".c", ".mk"), "interop/lib": (".c",), "interop/engines": (".c",),
           "gen": (".mk",),
           "gen/tests": (".c",), "examples": (".c",), ".": ("Makefile",)}

# What is broken, in which file, by which replacement, and what has to be said about it.
CASES = [
    ("a public function that requires more", CONTRACTS,
     (r"(?s)(  requires +valid: \\valid\(m\);\n)((?:(?!/\*@).)*?\new_answer ew_step)",
      r"\1  requires   fresh: m->busy == EW_BUSY_IDLE;\n\2"),
     r"ew_contracts\.h:\d+: error: no entry in .* for: m->busy == EW_BUSY_IDLE: ew_step"),
    ("a public function of the orderly close that requires more", ORDERLY,
     (r"(?s)(  requires +valid: \\valid\(m\);\n)((?:(?!/\*@).)*?\new_orderly_answer ew_orderly_step)",
      r"\1  requires   idle: m->busy == EW_ORDERLY_BUSY_IDLE;\n\2"),
     r"ew_orderly_contracts\.h:\d+: error: no entry in .* for: m->busy == EW_ORDERLY_BUSY_IDLE: ew_orderly_step"),
    ("something else that is assumed of who drops", "proofs/any_orderly.c", (r"What goes on costs", "All of it costs"),
     r"conditions\.txt:\d+: error: U-10: proofs/any_orderly\.c does not say"),
    ("something more that a port owes", CAVEATS,
     (r"(?m)^(- `data` leaves)", r"- The port whistles.\n\1"),
     r"CAVEATS\.md:\d+: error: no entry in .* for: The port whistles"),
    ("another function of a port", PORT,
     (r"(    /\*(?:(?!\*/).)*\*/\n    int \(\*take\))",
      r"    /* Whistles. */\n    void (*whistle)(void *engine);\n\n\1"),
     r"ew_port\.h:\d+: error: no entry in .* for: whistle: Whistles\."),
    ("something that is not owed any more", CAVEATS,
     (r"(?m)^- `data` leaves the data in the engine\.\n", ""),
     r"conditions\.txt:\d+: error: P-05: .* does not say '`data` leaves the data"),
    ("a sentence that was changed", "src/endwell.h",
     (r"must not be copied", "should not be copied"),
     r"conditions\.txt:\d+: error: A-02: src/endwell\.h does not say"),
    ("a unit test that is not there", LIST,
     (r"adapter we_close_first", "adapter we_close_last"),
     r"conditions\.txt:\d+: error: P-08: there is no adapter we_close_last"),
    ("a unit test that was taken out", "src/tests/test_ports.c",
     (r"    cmocka_unit_test\(data_is_read_in_parts\),\n", ""),
     r"conditions\.txt:\d+: error: P-05: there is no adapter data_is_read_in_parts"),
    ("a scenario that is not there", LIST, (r"scenario half-read", "scenario half-wit"),
     r"conditions\.txt:\d+: error: P-16: there is no scenario half-wit"),
    ("a test of the core that is not there", LIST,
     (r"core unknown_events_are_refused", "core all_is_well"),
     r"conditions\.txt:\d+: error: U-05: there is no core all_is_well"),
    ("a check that is not there", LIST, (r"check mcdc", "check nothing"),
     r"conditions\.txt:\d+: error: U-05: there is no check nothing"),
    ("a review of what is not there", LIST,
     (r"src/endwell\.c perform:", "src/endwell.c dance:"),
     r"conditions\.txt:\d+: error: P-08: src/endwell\.c has no function dance"),
    ("a poor review", LIST, (r"(review src/endwell\.c perform:).*", r"\1 looks fine"),
     r"conditions\.txt:\d+: error: P-08: 'src/endwell\.c perform: looks fine' is no review"),
    ("a condition without evidence", LIST, (r"    adapter arguments_are_checked\n\n", "\n"),
     r"conditions\.txt:\d+: error: A-07: nothing shows that it is kept here"),
    ("evidence about one port alone", LIST,
     (r"    adapter what_does_not_fit_is_refused\n(    adapter a_context)", r"\1"),
     r"conditions\.txt:\d+: error: P-10: nothing shows that src/port_mbedtls\.c keeps it"),
    ("an entry twice", LIST, (r"P-12 port", "P-11 port"),
     r"conditions\.txt:\d+: error: P-11 is there already"),
    ("nobody", LIST, (r"P-12 port", "P-12 postman"),
     r"conditions\.txt:\d+: error: 'postman' is nobody"),
    ("a line of its own", LIST, (r"    check mcdc", "    hope mcdc"),
     r"conditions\.txt:\d+: error: not understood"),
    ("a page that says something else", PAGE, (r"\*core\*", "*kernel*"),
     r"CONDITIONS\.md:\d+: error: is not what its sources say; mend with: make conditions"),
]

# Without these the check must say that it could not be made, rather than pass.
NEEDED = [LIST, CAVEATS, PORT, CONTRACTS, ORDERLY, "src/tests", "interop/matrix", "gen/tests/core_test.c"]


def main():
    return breaking.check_of_tree(lambda tree: breaking.ran(CHECK, "--check", "--root", tree),
                                  FOLDERS, CASES, NEEDED)


if __name__ == "__main__":
    sys.exit(frame.ends("conditions_test", main))
