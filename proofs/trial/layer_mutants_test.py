#!/usr/bin/env python3
"""layer_mutants_test.py: what is changed in the C of the layers, and what is said of who survives.

No prover runs here.
"""
import collections
import sys
import unittest
from unittest import mock

import rooms  # where the modules below are
import frame
import layer_mutants
import mutate_layer
import proof_figures
import survivors
from judged import texts_sha256

TEXT = """/* What is ready. */
static int ready(thing *t, int n)
{
    int at = 0; /* from 0 on */

    /*@ loop assigns at; */
    while (at < n && !t->shut) {
        at += 1;
    }
    keep(t, "a < b");
    /* return 7; */
    return at;
}

static int why(thing *t)
{
    if (t->shut == EW_GATE_SHUT) {
        return EW_GATE_OPEN;
    }
    return t->last;
}
"""


def changes(function):
    """What becomes of which line."""
    code = mutate_layer.without_comments(TEXT)
    return {(one.name.split("`")[1].strip(), one.line.strip()): one.applied(TEXT)
            for one in mutate_layer.Site("a.c", code, function).mutants()}


class Changes(unittest.TestCase):
    def test_each_kind_is_made(self):
        ready, why = changes("ready"), changes("why")
        loop, guard = "while (at < n && !t->shut) {", "if (t->shut == EW_GATE_SHUT) {"
        for change in ((loop, "while (1) {"), (loop, "while (0) {"), (loop, "while (at <= n && !t->shut) {"),
                       (loop, "while (at < n || !t->shut) {"), (loop, "while (at < n && t->shut) {"),
                       ("at += 1;", ";"), ("at += 1;", "at = 1;"), ("at += 1;", "at += 2;"),
                       ('keep(t, );', ";"), ("return at;", "return 0;"), ("return at;", "return 1;"),
                       ("int at = 0;", "int at = 1;")):
            self.assertIn(change, ready)
        for change in ((guard, "if (t->shut != EW_GATE_SHUT) {"), ("return EW_GATE_OPEN;", "return EW_GATE_SHUT;"),
                       ("return t->last;", "return 1;")):
            self.assertIn(change, why)

    def test_a_declaration_stays_and_comments_are_no_code(self):
        lines = {line for line, _ in changes("ready")}
        self.assertNotIn(("int at = 0;", ";"), changes("ready"))
        gone = {line for line, new in changes("ready") | changes("why") if new == ";"}
        self.assertFalse([line for line in gone if line.startswith("return")])
        self.assertFalse([line for line in lines if "return 7" in line or "assigns" in line])

    def test_nothing_else_of_the_file_changes(self):
        for (line, new), text in changes("ready").items():
            before, after = TEXT.splitlines(), text.splitlines()
            self.assertEqual(len(before), len(after))
            self.assertEqual(sum(one != other for one, other in zip(before, after)), 1, (line, new))

    def test_mutants_of_several_functions_stand_in_one_text(self):
        code = mutate_layer.without_comments(TEXT)
        two = [next(iter(mutate_layer.Site("a.c", code, name).mutants())) for name in ("ready", "why")]
        text = mutate_layer.all_applied(TEXT, two)
        for one in two:
            self.assertIn(one.line, text)


class Layer:
    """Of two mutants one is killed by a label."""

    labels = {"kept": ["W3_in_order"], "lost": []}

    def answer(self, one):
        return {"labels": self.labels[one.name], "others": []}


class Mutant:
    def __init__(self, name):
        self.name = name


class Findings(unittest.TestCase):
    SOURCE = "src/wait.c"

    def found(self, names, known):
        kept = layer_mutants.candidates
        layer_mutants.candidates = lambda source, functions: [Mutant("kept"), Mutant("lost")]
        try:
            return list(layer_mutants.findings(self.SOURCE, [Mutant(name) for name in names], Layer(), known))
        finally:
            layer_mutants.candidates = kept

    def test_a_survivor_needs_a_reason(self):
        self.assertRegex(self.found(["kept", "lost"], {})[0], "lost: no label is lost")
        self.assertRegex(self.found(["lost"], {"src/wait.c lost": ""})[0], "lost: no label is lost")
        self.assertNotRegex(self.found(["kept", "lost"], {"src/wait.c lost": "it is read nowhere"})[0], "no label")

    def test_a_reason_needs_a_survivor(self):
        self.assertRegex(self.found(["kept"], {"src/wait.c kept": "why"})[0], "does not survive")
        self.assertRegex(self.found(["kept"], {"src/wait.c gone": "why"})[0], "no such mutant")
        self.assertEqual(self.found(["kept"], {"src/data.c gone": "another file's"}), [])
        self.assertEqual(self.found(["kept"], {"src/wait.c lost": "not tried"}), [])

    def test_too_many_of_them_are_found(self):
        self.assertRegex(self.found(["kept", "lost"], {"src/wait.c lost": "why"})[0],
                         "1 of 2 killed by labels; at least 90 %")


class Figures(unittest.TestCase):
    """What docs/figures.json keeps of files that were not tried this time."""

    def kept(self, tried, **before):
        told = {"functions": 4, "mutants": 2, "of": 2, "killed": 1, "otherwise": 0, "survived": ["src/wait.c lost"],
                "same": 0, "judged": texts_sha256(layer_mutants.SOURCES[tried].sources),
                "list": [{"labels": ["W5_ends", "W5_late", "W7_zero", "flag"]}, {"labels": []}]}
        report = {"files": {tried: told}, "least_percent": 90, "findings": ["src/wait.c: lost: no label is lost; say"]}
        with mock.patch.object(proof_figures, "spec_sha256", return_value="now"):
            return proof_figures.layer_mutant_figures(lambda name: report, before)

    def before(self, path):
        return {"files": {path: {"killed": 7}}, "judged": texts_sha256(layer_mutants.SOURCES[path].sources)}

    def test_a_file_is_kept_of_the_texts_as_they_are(self):
        kept, spec = self.kept("src/wait.c", **self.before("src/transport.c"))
        self.assertEqual((list(kept["files"]), spec), (["src/transport.c", "src/wait.c"], "now"))
        self.assertEqual(kept["files"]["src/transport.c"], {"killed": 7})
        self.assertEqual(kept["files"]["src/wait.c"]["theorems"], {"W5": 1, "W7": 1})
        self.assertEqual(kept["files"]["src/wait.c"]["without_reason"], 1)

    def test_one_of_other_texts_is_dropped(self):
        before = self.before("src/transport.c")
        before["judged"]["src/ew_transport.h"] = "0" * 64
        self.assertEqual(list(self.kept("src/wait.c", **before)[0]["files"]), ["src/wait.c"])

    def test_what_is_tried_again_is_replaced(self):
        self.assertEqual(self.kept("src/wait.c", **self.before("src/wait.c"))[0]["files"]["src/wait.c"]["killed"], 1)


class Stages(unittest.TestCase):
    def setUp(self):
        self.layer = layer_mutants.Layer.__new__(layer_mutants.Layer)
        self.layer.key = lambda stage, function, mutant: (stage.name, mutant.name)
        self.layer.known, self.layer.stages = {}, layer_mutants.STAGES
        self.mutants = [collections.namedtuple("One", "name function")(name, name[0]) for name in ("a1", "a2", "b1")]

    def names(self, stage):
        return [[one.name for one in changed] for changed in self.layer.rounds(stage, self.mutants)]

    def test_a_round_has_one_mutant_of_each_function(self):
        self.assertEqual(self.names(layer_mutants.STAGES[0]), [["a1", "b1"], ["a2"]])

    def test_the_second_stage_has_those_that_no_label_noticed(self):
        first, second = layer_mutants.STAGES
        for name, labels in (("a1", ["W3_in_order"]), ("a2", []), ("b1", [])):
            self.layer.known[first.name, name] = {"labels": labels}
        self.assertEqual(self.names(first), [])
        self.assertEqual(self.names(second), [["a2", "b1"]])
        self.layer.known[second.name, "b1"] = {"labels": ["W1_open"]}
        self.assertEqual(self.names(second), [["a2"]])
        self.assertEqual(self.layer.answer(self.mutants[2]), {"labels": ["W1_open"]})

    def test_what_the_file_itself_does_not_keep_does_not_count(self):
        goals = [{"label": label, "goal": goal, "proved": 0, "total": 1}
                 for label, goal in (("open", "ensures_open"), ("all", "ensures_all_2"), (None, "assert_rte"))]
        self.assertEqual(layer_mutants.lost_of_it(goals, [["all", "ensures_all"], [None, "loop_assigns"]]),
                         {"labels": ["open"], "others": ["assert_rte"]})


class Reasons(unittest.TestCase):
    """What survivors.txt says of unit tests, and what is found of it; `failed` is what a test comes to."""

    WHOLE = "src/wait.c endwell_wait `return n > 0;`: > at 13 to >="
    Copy = collections.namedtuple("Copy", "failed")

    def judged(self, failed, case):
        copy = self.Copy(failed)
        with mock.patch.object(self.Copy, "fails_with", lambda copy, *asked: copy.failed, create=True):
            return "".join(survivors.judged(copy, "src/wait.c", Mutant("gone"), "test_io", case))

    def test_a_case_that_is_named_has_to_fail(self):
        self.assertEqual(self.judged({"waits", "ends"}, "waits"), "")
        self.assertRegex(self.judged({"ends"}, "waits"), "test_io does not fail in waits: .*; it fails in: ends")
        self.assertRegex(self.judged(set(), "waits"), "it fails in: -")
        self.assertRegex(self.judged(None, "waits"), "it does not end")

    def test_a_test_that_is_said_not_to_end_has_not_to(self):
        self.assertEqual(self.judged(None, None), "")
        self.assertRegex(self.judged({"ends"}, None), "test_io ends: ")

    def test_a_reason_says_why(self):
        noticed, wrong = survivors.told({self.WHOLE: "It is so. Noticed by test_io, waits_on."})
        self.assertEqual(([(test, case) for _, _, test, case in noticed], wrong), ([("test_io", "waits_on")], []))
        self.assertEqual(survivors.told({self.WHOLE: "The same: n is not 0 here."}), ([], []))
        self.assertRegex(survivors.told({self.WHOLE: "Who cares."})[1][0], "survivors.txt:[0-9]+: neither the same, ")
        self.assertRegex(survivors.told({"src/wait.c gone": "The same."})[1][0], "there is no such mutant")


if __name__ == "__main__":
    sys.exit(frame.unit_tests(sys.modules[__name__]))
