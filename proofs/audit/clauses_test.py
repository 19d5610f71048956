#!/usr/bin/env python3
"""clauses_test.py: clauses.py finds every kind of gap. Run from the root of a tree that passes.

Each case breaks one thing in a copy of what clauses.py reads, and expects its exit status and a
message at the right line. Ends with `N passed, N failed`; exits 1 if one failed.
"""
import os
import sys

import rooms  # where the modules below are
import breaking
import frame

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clauses.py")
FOLDERS = {"spec": (".md", ".h"), "proofs": (".c",), "interop/matrix": (".c", ".h"), "src/tests": (".c",)}
CLAUSES, CALLS = "spec/clauses.md", "spec/calls.md"
CONTRACTS, THEOREMS = "spec/ew_contracts.h", "proofs/any_client.c"
ORDERLY = "spec/orderly.md"
DIVERGENCES = "spec/divergences.md"


def clause(ident):
    return rf"(?m)^\| {ident} \|.*\n"


def cell(ident, column, text):
    """Replace one cell of a clause; columns count from 1."""
    return rf"(?m)^(\| {ident} (?:\|[^|\n]*){{{column - 2}}}\|)[^|\n]*\|", rf"\1 {text} |"


# What is broken, in which file, by which replacement, and what has to be said about it.
CASES = [
    ("a sentence without a clause", CLAUSES, (clause("MP-17"), ""),
     r"clauses\.md: error: MP-17 is missing"),
    ("the last sentence without a clause", CLAUSES, (clause("MP-59"), ""),
     r"clauses\.md: error: MP-59 is missing"),
    ("a gap in another source", CLAUSES, (clause("GE-02"), ""),
     r"clauses\.md: error: GE-02 is missing"),
    ("a clause too many", CLAUSES, (r"(?m)^(\| )MP-59( \|.*\n)", r"\1MP-59\2\1MP-60\2"),
     r"clauses\.md: error: MP-60 is beyond the last"),
    ("a clause twice", CLAUSES, (r"(?m)^(\| MP-10 \|.*\n)", r"\1\1"),
     r"clauses\.md:\d+: error: MP-10 is there already, at spec/clauses\.md:\d+"),
    ("a clause without a meaning", CLAUSES, cell("MP-10", 2, ""),
     r"clauses\.md:\d+: error: MP-10 says nothing"),
    ("a column too many", CLAUSES, (r"(?m)^(\| MP-10 \|.*)\n", r"\1 more |\n"),
     r"clauses\.md:\d+: error: a clause has four columns"),
    ("an unknown kind", CLAUSES, cell("MP-10", 3, "wish"),
     r"clauses\.md:\d+: error: MP-10: 'wish' is no kind"),
    ("narrowed by nothing", CLAUSES, cell("MP-44", 3, "narrowed"),
     r"clauses\.md:\d+: error: MP-44: 'narrowed' is no kind"),
    ("narrowed by what is no clause", CLAUSES, cell("MP-44", 3, "narrowed by K-99"),
     r"clauses\.md:\d+: error: MP-44: K-99, which narrows it, is no decision"),
    ("narrowed by a guarantee", CLAUSES, cell("K-03", 3, "guarantee"),
     r"clauses\.md:\d+: error: MP-44: K-03, which narrows it, is no decision"),
    ("narrowed without a word", CLAUSES, cell("MP-44", 3, "narrowed by K-05"),
     r"clauses\.md:\d+: error: MP-44: the reason of K-05 does not name what it narrows"),
    ("no discharge", CLAUSES, cell("MP-10", 4, ""),
     r"clauses\.md:\d+: error: MP-10: nothing shows it"),
    ("rows alone", CLAUSES, cell("QS-01", 4, "row Q1, row Q2"),
     r"clauses\.md:\d+: error: QS-01: nothing shows it"),
    ("a word of its own", CLAUSES, cell("MP-10", 4, "proof by hope"),
     r"clauses\.md:\d+: error: MP-10: 'proof by hope' is not understood"),
    ("a row that does not exist", CLAUSES, cell("MP-10", 4, "row S99, contract K01_fatal_refused"),
     r"clauses\.md:\d+: error: MP-10: there is no row S99"),
    ("a row that does not cite it", CLAUSES,
     cell("MP-10", 4, "row S1, contract K01_fatal_refused"),
     r"clauses\.md:\d+: error: MP-10: row S1 \(spec/calls\.md:\d+\) does not cite it"),
    ("a contract that does not exist", CLAUSES, cell("MP-10", 4, "contract K01_wishful"),
     r"clauses\.md:\d+: error: MP-10: there is no contract K01_wishful"),
    ("a theorem that does not exist", CLAUSES, cell("MP-10", 4, "theorem T99"),
     r"clauses\.md:\d+: error: MP-10: there is no theorem T99"),
    ("a scenario that does not exist", CLAUSES, cell("MP-10", 4, "scenario never-played"),
     r"clauses\.md:\d+: error: MP-10: there is no scenario never-played"),
    ("a scenario that does not check it", CLAUSES, cell("MP-10", 4, "scenario one-way"),
     r"clauses\.md:\d+: error: MP-10: no check of the scenario one-way names it"),
    ("an adapter test that does not exist", CLAUSES, cell("MP-10", 4, "adapter test_of_nothing"),
     r"clauses\.md:\d+: error: MP-10: there is no adapter test_of_nothing"),
    ("no reason", CLAUSES, cell("MP-10", 4, "not testable:"),
     r"clauses\.md:\d+: error: MP-10: '' is no reason"),
    ("a poor reason", CLAUSES, cell("MP-10", 4, "not testable: too hard"),
     r"clauses\.md:\d+: error: MP-10: 'too hard' is no reason"),
    ("testable and not", CLAUSES,
     cell("MP-10", 4, "contract K01_fatal_refused, not testable: nobody has the time for it"),
     r"clauses\.md:\d+: error: MP-10: it is shown by contract K01_fatal_refused"),
    ("a decision without a reason", CLAUSES, (r"(?m)^- \*\*K-05\*\* .*\n", "- "),
     r"clauses\.md:\d+: error: K-05 is decided without a reason"),
    ("a row that cites nothing", CALLS, (r"(?m)\| W3 \|[^|]*\|", "| W3 | |"),
     r"calls\.md:\d+: error: row W3 cites no clause"),
    ("a row that cites an unknown clause", CALLS, (r"(?m)\| W3 \|[^|]*\|", "| W3 | K-99 |"),
     r"calls\.md:\d+: error: row W3 cites K-99, which is no clause"),
    ("a row that a clause does not name", CALLS, (r"(?m)\| W3 \|[^|]*\|", "| W3 | MP-10 |"),
     r"calls\.md:\d+: error: row W3 cites MP-10, which does not name it"),
    ("a contract that was renamed", CONTRACTS, (r"\bK13_complete_stays_complete:", "K13_other:"),
     r"clauses\.md:\d+: error: K-13: there is no contract K13_complete_stays_complete"),
    ("a contract that nobody asked for", CONTRACTS,
     (r"(?m)^( *ensures +)K13_", r"\1K13_more: \\true;\n\1K13_"),
     r"ew_contracts\.h:\d+: error: no clause asked for contract K13_more"),
    ("a contract of an unknown clause", CONTRACTS,
     (r"(?m)^( *ensures +)K13_", r"\1K77_more: \\true;\n\1K13_"),
     r"ew_contracts\.h:\d+: error: contract K77_more speaks of K-77, which is no clause"),
    ("a theorem that nobody asked for", THEOREMS,
     (r"(?m)^(.*\b(?:invariant|assert|check|ensures) +)T1", r"\1T77_more: \\true;\n\1T1"),
     r"any_client\.c:\d+: error: no clause asked for theorem T77_more"),
    ("a divergence out of order", DIVERGENCES, (r"(?m)^\| D-05 \|.*\n", ""),
     r"divergences\.md:\d+: error: 'D-06' stands where D-05 belongs"),
    ("a divergence without its sequence", DIVERGENCES, (r"(?m)^## D-05: ", "## "),
     r"divergences\.md:\d+: error: D-05 has no section"),
    ("a divergence from nothing", DIVERGENCES, (r"(?m)^\| D-05 \|[^|]*\|", "| D-05 | K-99 |"),
     r"divergences\.md:\d+: error: D-05 names K-99, which is no clause"),
    ("a divergence that may be shown", DIVERGENCES,
     (r"(?m)^(\| D-03 .*\|)[^|\n]*\|$", r"\1 perhaps |"),
     r"divergences\.md:\d+: error: D-03: shown by 3\.0 is 'yes' or 'no: reason'"),
    ("a divergence that may be anything", DIVERGENCES, (r"(?m)^\| D-09 \| documented .*\n", ""),
     r"divergences\.md:\d+: error: D-09: nothing says what it is by OpenSSL's manual"),
    ("a kind of its own", DIVERGENCES, (r"(?m)^(\| D-09 \|) documented", r"\1 known"),
     r"divergences\.md:\d+: error: D-09: 'known' is none of documented, misuse"),
    ("documented nowhere", DIVERGENCES, (r"(?m)^(\| D-09 \| documented \|)[^|]*\|", r"\1 - |"),
     r"divergences\.md:\d+: error: D-09: documented, but '-' is no place in the manual"),
    ("misuse of no rule", DIVERGENCES, (r"(?m)^(\| D-24 \| misuse \|)[^|]*\|", r"\1 the manual |"),
     r"divergences\.md:\d+: error: D-24: misuse, but 'the manual' is no place in the manual"),
    ("documented without the words", DIVERGENCES,
     (r"(?m)^(\| D-31 \| documented \|[^|]*\|)[^|]*\|", r"\1 |"),
     r"divergences\.md:\d+: error: D-31: what the manual says is missing"),
    ("a place for what is no divergence", DIVERGENCES,
     (r"(?m)^(\| )D-31( \| documented \|)", r"\1D-99\2"),
     r"divergences\.md:\d+: error: D-99 is no divergence, or stands there twice"),
    ("the orderly close without its last clause", ORDERLY, (clause("OC-16"), ""),
     r"orderly\.md: error: OC-16 is missing"),
    ("a clause of the orderly close by rows alone", ORDERLY, cell("OC-07", 4, "row N4, row E6"),
     r"orderly\.md:\d+: error: OC-07: nothing shows it"),
    ("a row of the orderly close that cites another clause", ORDERLY, (r"(?m)\| E6 \|[^|]*\|", "| E6 | OC-01 |"),
     r"orderly\.md:\d+: error: row E6 cites OC-01, which does not name it"),
    ("a contract of the orderly close that nobody asked for", "spec/ew_orderly_contracts.h",
     (r"(?m)^( *ensures +)OC14_start", r"\1OC14_more: \\true;\n\1OC14_start"),
     r"ew_orderly_contracts\.h:\d+: error: no clause asked for contract OC14_more"),
    ("a theorem of the orderly close that nobody asked for", "proofs/any_orderly.c",
     (r"(?m)^(.*\binvariant +)O1_", r"\1O77_more: \\true;\n\1O1_"),
     r"any_orderly\.c:\d+: error: no clause asked for theorem O77_more"),
]

# Without these the check must say that it could not be made, rather than pass.
NEEDED = [CLAUSES, CALLS, DIVERGENCES, CONTRACTS, THEOREMS, ORDERLY, "interop/matrix", "src/tests"]


def main():
    # A contract is stated for its function and for the step: rename it in both.
    return breaking.check_of_tree(lambda tree: breaking.ran(CHECK, "--root", tree), FOLDERS, CASES,
                                  NEEDED, everywhere=[CONTRACTS])


if __name__ == "__main__":
    sys.exit(frame.ends("clauses_test", main))
