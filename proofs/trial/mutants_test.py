#!/usr/bin/env python3
"""mutants_test.py: what makes, judges and counts mutants, itself held to small examples.

No prover runs here. Each test breaks something on purpose and looks for the finding.
"""
import collections
import os
import re
import sys
import tempfile
import unittest

import rooms  # where the modules below are
import acsl_c
import by_label
import frame
import machines
import mutant_list
import mutate_c
import mutate_tables
import necessity
import orderly_tables
from falsify import Broken, Falsifier
from mutant_units import Contracts
from wp import CORE, ROOT, CannotRun


class Source:
    """As little of a mutant as a row needs."""

    def __init__(self, name, kind="result"):
        self.name, self.kind, self.family, self.state = name, kind, name, "different"

    def changed(self, _):
        return {"after_idle": "text"}


def row_of(name, false, unproved=None):
    """A mutant of after_idle for which these labels are false, and these not proved."""
    row = by_label.Row(Source(name), {})
    row.broken = {("after_idle", label): Broken(label, "00", "0", "01", "0") for label in false}
    if unproved is not None:
        row.proofs_asked, row.units[0].failed = True, unproved
    return row


class Making(unittest.TestCase):
    @staticmethod
    def tables():
        texts = mutate_tables.read_pages()
        return texts, [t for page in mutate_tables.DECIDED
                       for t in mutate_tables.tables_of(page, texts[page])]

    def test_every_result_cell_takes_every_other_value(self):
        texts, tables = self.tables()
        names = {mutant.name for mutant in mutate_tables.mutants(texts)}
        known = mutate_tables.domains(tables)
        cells = 0
        for table in tables:
            if "row" not in table.header or table.header[0] == "guard":
                continue
            for _, row in table.rows:
                for column in table.results():
                    title = table.header[column][2:]
                    if title in mutate_tables.PARTS:
                        continue
                    cells += 1
                    for value in set(known[title]) - {row[column]}:
                        self.assertIn(f"{table.name(row)} → {title}: {row[column]} to {value}",
                                      names)
        self.assertGreater(cells, 150)

    def test_every_row_gives_every_other_answer(self):
        texts, tables = self.tables()
        made = collections.Counter(m.family for m in mutate_tables.mutants(texts)
                                   if m.kind == "result" and m.family.endswith("→ answer"))
        answers = mutate_tables.answers_of(tables)
        self.assertEqual(answers["again"], ["return", "-1", "again", "none"])
        self.assertEqual(answers["flush"], ["flush", "-", "-", "-"])
        rows = 0
        for table in tables:
            if "row" not in table.header or "→ action" not in table.header:
                continue
            # Where a table has no column for a part, no row of it can say what needs one.
            blank = [part for part in mutate_tables.PARTS if f"→ {part}" not in table.header]
            for _, row in table.rows:
                rows += 1
                here = len(answers) - 1 if not blank else 1
                self.assertGreaterEqual(made[f"{table.name(row)} → answer"], here)
        self.assertGreater(rows, 50)

    def test_every_part_of_every_answer_takes_every_other_value(self):
        texts, tables = self.tables()
        names = {mutant.name for mutant in mutate_tables.mutants(texts)}
        known = mutate_tables.domains(tables)
        table = next(table for table in tables if table.header[0] == "answer")
        for _, row in table.rows:
            for part in mutate_tables.PARTS:
                now = row[table.column(part)]
                for value in set(known[part]) - {now}:
                    self.assertIn(f"{row[0]}: {part}: {now} to {value}", names)

    def test_the_generator_refuses_codes_that_are_exchanged(self):
        texts, tables = self.tables()
        made = [m for m in mutate_tables.mutants(texts) if m.kind == "code"]
        coded = [table for table in tables if "code" in table.header]
        self.assertEqual(len(coded), 2)   # events, answers
        self.assertEqual(len(made), sum(len(table.rows) - 1 for table in coded))
        with tempfile.TemporaryDirectory() as build:
            shop = mutant_list.Workshop(build)
            for each in made:
                told = shop.generate(each.pages(texts))
                self.assertIsNone(told["core"], each.name)
                self.assertIn("code", told["said"], each.name)

    def test_names_are_unique_and_the_same_each_time(self):
        texts = mutate_tables.read_pages()
        first = [m.name for m in [*mutate_tables.mutants(texts), *mutate_c.mutants()]]
        again = [m.name for m in [*mutate_tables.mutants(texts), *mutate_c.mutants()]]
        self.assertEqual(first, again)
        self.assertEqual(len(first), len(set(first)))

    def test_each_statement_of_the_core_has_mutants(self):
        families = {m.family.split("`")[1] for m in mutate_c.mutants()}
        starts = ("m->", "if (", "return ", "uint32_t halves", "halves ", "ew_answer refused")
        for path in (CORE, mutate_c.HEADER):
            for line in mutate_c.bare(mutate_c.read(path)).split("\n"):
                statement = line.strip().rstrip("{ ")
                if statement.startswith(starts):
                    self.assertIn(statement, families)

    def test_each_answer_becomes_each_other_one(self):
        header = mutate_c.read(mutate_c.HEADER)
        others = set(mutate_c.constants(header)["EW_ANSWER"])
        self.assertGreater(len(others), 20)
        made = collections.defaultdict(set)
        for each in mutate_c.mutants():
            if each.kind == "answer":
                made[each.family].add(each.name.rsplit(": ", 1)[1])
        returned = 0
        for family, whats in made.items():
            now = mutate_c.ANSWER.fullmatch(family.split("`")[1])
            if now:
                returned += 1
                self.assertEqual(whats, others - {now[1]} | {"gone"}, family)
        self.assertEqual(returned, mutate_c.read(CORE).count("return EW_ANSWER_"))
        self.assertEqual(sum("(event - " in family for family in made),
                         mutate_c.read(CORE).count("+ (event - "))

    def test_a_boundary_moves_between_two_rows(self):
        text = ("## Table t\n\n| a | → action | row | clauses |\n|---|---|---|---|\n"
                "| x, y | return | T1 | K-01 |\n| z | return | T2 | K-01 |\n")
        table = list(mutate_tables.tables_of("calls", text))[0]
        made = list(mutate_tables.boundary_mutants(table, {"a": ["x", "y", "z"]}))
        lines = made[0].pages({"calls": text})["calls"].split("\n")
        self.assertEqual(lines[4], "| y | return | T1 | K-01 |")
        self.assertEqual(lines[5], "| x, z | return | T2 | K-01 |")
        gone = made[2].pages({"calls": text})["calls"]
        self.assertNotIn("T2", gone)   # its only value went to the other row


class Judging(unittest.TestCase):
    def test_an_equivalent_change_is_recognised_and_another_is_not(self):
        with tempfile.TemporaryDirectory() as build:
            shop = mutant_list.Workshop(build)
            header = shop.header
            same = shop.core.replace("m->notice_in == EW_NOTICE_IN_SEEN",
                                     "EW_NOTICE_IN_SEEN == m->notice_in")
            self.assertNotEqual(same, shop.core)
            self.assertEqual(shop.digest_of(same, header), shop.ours)
            start = shop.core.index("uint8_t ew_end_of_data")
            other = shop.core[:start] + shop.core[start:].replace("return 1;", "return 2;", 1)
            self.assertNotEqual(shop.digest_of(other, header), shop.ours)
            byte = shop.core.replace("m->quiet / 2u", "m->quiet / 3u")
            self.assertNotEqual(shop.digest_of(byte, header), shop.ours)
            self.assertIsNone(shop.digest_of(shop.core + "x", header))


class Translating(unittest.TestCase):
    KNOWN = {"gone": (["A", "B"], ["m", "event"], ""), "here": (["L"], ["m"], "")}

    def c(self, text, label="Post"):
        values = {"\\result": "result", "event": "event"}
        return acsl_c.Expression(text, self.KNOWN, label, values).c()

    def test_operators_bind_as_in_acsl(self):
        self.assertEqual(self.c("1 ==> 0 ==> 1"), "(!1LL || (!0LL || 1LL))")
        self.assertEqual(self.c("1 || 0 && 0 ==> 1"), "(!(1LL || (0LL && 0LL)) || 1LL)")
        self.assertEqual(self.c("1 <= event <= 3"), "((1LL <= event) && (event <= 3LL))")
        self.assertEqual(self.c("1 <==> !0"), "(!1LL == !(!0LL))")
        self.assertEqual(self.c("-1 == \\result / 2 % 3"),
                         "(((-1LL) == ((result / 2LL) % 3LL)))")

    def test_states_are_read_at_their_labels(self):
        self.assertEqual(self.c("m->sent"), "(long long )post->sent")
        self.assertEqual(self.c("\\at(m->sent,Pre)"), "(long long )pre->sent")
        self.assertEqual(self.c("gone{Pre,Post}(m, event)"), "said_gone(pre, post, event)")
        self.assertEqual(self.c("here(m)", "Pre"), "said_here(pre)")

    def test_what_is_not_understood_is_an_error(self):
        for text in ("\\forall integer i; i == 0", "1 +", "(1", "gone{Pre}(m, 1)", "unknown(m)",
                     "\\separated(m)", "1 2"):
            self.assertRaises(CannotRun, self.c, text)
        self.assertRaises(CannotRun, self.c, "m->sent", None)
        self.assertRaises(CannotRun, acsl_c.Contract, "ensures a: 1; loops 3;", self.KNOWN)


class Falsifying(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.falsifier = Falsifier(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def broken(self, function, old, new):
        text = self.falsifier.original[function]
        self.assertIn(old, text)
        return self.falsifier.falsify([(function, text.replace(old, new, 1))])[0]

    def test_a_false_label_is_found_with_a_state_that_shows_it(self):
        found = self.broken("after_read", "EW_ANSWER_END_OF_DATA", "EW_ANSWER_ZERO")
        self.assertEqual([each.label for each in found], ["K14_end_of_data"])
        event = re.search(r"EW_EVENT_CLOSE_NOTIFY = (\d+)", mutate_c.read(mutate_c.HEADER))
        self.assertEqual(found[0].event, int(event[1]))
        self.assertEqual(len(found[0].before), 20)

    def test_every_label_is_held_to_every_function_as_it_ships(self):
        for name, contract in self.falsifier.contracts.items():
            self.assertTrue(contract.ensures, name)
        ours = self.falsifier.original["on_read"]
        self.assertEqual(self.falsifier.falsify([("on_read", ours)]), [[]])

    def test_what_a_called_function_requires_is_checked(self):
        found = self.broken("on_call", "m->busy != EW_BUSY_IDLE", "0")
        self.assertIn("callable", [each.label for each in found])

    def test_a_contract_that_ours_do_not_meet_is_an_error(self):
        ours = self.falsifier.original
        self.falsifier.original = {**ours, "on_read": ours["on_read"].replace(
            "EW_ANSWER_HANDSHAKE_FIRST", "EW_ANSWER_CLOSED", 1)}
        self.assertRaisesRegex(CannotRun, "on_read as it ships: K02_handshake_first",
                               self.falsifier.falsify, [("on_write", ours["on_write"])])
        self.falsifier.original = ours


class Orderly(unittest.TestCase):
    """The same, of the orderly close."""

    def test_a_false_label_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            falsifier = Falsifier(folder, machines.ORDERLY)
            text = falsifier.original["on_result"]
            self.assertIn("EW_ORDERLY_ANSWER_LATE", text)
            found = falsifier.falsify([("on_result", text.replace("ANSWER_LATE", "ANSWER_ZERO", 1)),
                                       ("on_result", text)])
        self.assertEqual([[each.label for each in one] for one in found], [["OC11_result"], []])

    def needless(self, *noticed):
        """What is said of rows E1 and E2 and of the labels A and B, after these mutants."""
        contract = collections.namedtuple("Contract", "ensures")([("A", "1", "1"), ("B", "1", "1")])
        falsifier = collections.namedtuple("Falsifier", "contracts")({"f": contract})
        made = collections.namedtuple("Made", "mutant broken")
        page = "| event | → action | row | clauses |\n|---|---|---|---|\n" \
               "| done | see result | E1 | OC-10 |\n| failed | see result | E2 | OC-10 |\n"
        return "\n".join(orderly_tables.needless(
            [made(Source(name), [("f", label) for label in labels]) for name, labels in noticed],
            falsifier, page))

    def test_a_row_and_a_label_that_nothing_needs_are_found(self):
        self.assertEqual(self.needless(("E1 and E2", "A"), ("E2 if event", "B")), "")
        self.assertEqual(self.needless(("E1 if event", "A"), ("E1 → answer", "B")), "")
        self.assertRegex(self.needless(("E1 if event", "A"), ("E1 → answer", "B"), ("E2 if event", "")),
                         "row E2: no mutant of it is noticed")
        self.assertRegex(self.needless(("E1 and E2", "A"), ("E1 → answer", "AB")),
                         "B is never the only one")

    def test_a_listed_label_that_is_alone_is_found(self):
        orderly_tables.NOT_ALONE["B"] = "a reason"
        self.addCleanup(orderly_tables.NOT_ALONE.pop, "B")
        self.assertEqual(self.needless(("E1 and E2", "A")), "")
        self.assertRegex(self.needless(("E1 and E2", "A"), ("E2 if event", "B")),
                         "B is alone, and stands in NOT_ALONE")


class Counting(unittest.TestCase):
    LABEL = "K22_nothing_was_asked"

    def found(self, rows, equivalent=()):
        labels = {"A": {"witness": None}, "B": {"witness": "m"}}
        return "\n".join(by_label.findings(rows, list(equivalent), labels,
                                           Contracts()))

    def setUp(self):
        self.listed = by_label.listed_labels
        self.least, by_label.AT_LEAST = by_label.AT_LEAST, 1
        by_label.listed_labels = lambda: ["A"]

    def tearDown(self):
        by_label.listed_labels, by_label.AT_LEAST = self.listed, self.least

    def test_a_survivor_is_a_finding(self):
        good = row_of("dead", ["B"])
        self.assertEqual(self.found([good]), "")
        self.assertEqual(self.found([good, row_of("by the provers", [], ["B"])]), "")
        self.assertIn("no label is broken by this mutant: alive",
                      self.found([good, row_of("alive", [], [])]))

    def test_a_false_label_that_is_proved_is_a_finding(self):
        self.assertEqual(self.found([row_of("dead", ["B"], ["B"])]), "")
        misled = row_of("dead", ["B"], ["what a call requires"])
        self.assertEqual(self.found([misled]), "")
        self.assertIn("B is proved of after_idle, and false for",
                      self.found([row_of("dead", ["B"], [self.LABEL])]))

    def test_an_equivalent_mutant_that_is_not_proved_is_a_finding(self):
        rows = [row_of("dead", ["B"])]
        self.assertEqual(self.found(rows, [row_of("same", [], [])]), "")
        self.assertIn("taken for equivalent", self.found(rows, [row_of("same", ["B"])]))
        self.assertIn("taken for equivalent", self.found(rows, [row_of("same", [], ["B"])]))

    def test_the_list_of_redundant_labels_is_held_both_ways(self):
        rows = [row_of("dead", ["B"])]
        by_label.listed_labels = lambda: []
        self.assertIn("A kills no mutant", self.found(rows))
        by_label.listed_labels = lambda: ["A", "B"]
        self.assertIn("B is listed, but alone it kills: m", self.found(rows))
        by_label.listed_labels = lambda: ["A", "C"]
        self.assertIn("C is listed, and there is no such label", self.found(rows))

    def test_a_witness_is_one_of_which_the_provers_say_the_same(self):
        told = [by_label.per_label([row], Contracts())[self.LABEL] for row in (
            row_of("x", [self.LABEL]), row_of("x", [self.LABEL], [self.LABEL]),
            row_of("x", [self.LABEL], [self.LABEL, "Z"]), row_of("x", [self.LABEL, "Z"]))]
        self.assertEqual([one["kills"] for one in told], [1, 1, 1, 1])
        self.assertEqual([one["alone"] for one in told], [1, 1, 1, 0])
        self.assertEqual([one["witness"] for one in told], [None, "x", None, None])


class Necessity(unittest.TestCase):
    def test_each_requires_and_condition_is_taken_away(self):
        text = mutate_c.read(necessity.CONTRACTS)
        items = [item for item in necessity.requires_items()
                 if item.path == necessity.CONTRACTS]
        self.assertEqual(len(items), text.count("  requires "))
        for item in [*items, *necessity.assumes_items(), *necessity.loop_items(),
                     *necessity.record_items()]:
            self.assertNotEqual(item.text, mutate_c.read(item.path), item.name)

    def test_a_condition_is_split_where_it_is_joined(self):
        text = "a(x && y) && b && c(z)"
        parts = [text[first:last] for first, last in necessity.conjuncts(text)]
        self.assertEqual(parts, ["a(x && y) ", "&& b ", "&& c(z)"])


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(frame.unit_tests(sys.modules[__name__]))
