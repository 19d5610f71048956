#!/usr/bin/env python3
"""mutants_test.py: what makes, judges and counts mutants, itself held to small examples.

No prover runs here. Each test breaks something on purpose and looks for the finding.
"""
import os
import sys
import tempfile
import unittest

import matrix
import mutant_list
import mutate_c
import mutate_tables
import necessity
from mutant_units import Contracts, Judge, Unit
from wp import CORE, ROOT


class Source:
    """As little of a mutant as a row needs."""

    def __init__(self, name, kind="result"):
        self.name, self.kind, self.family, self.state = name, kind, name, "different"

    def changed(self, _):
        return {"after_idle": "text"}


def row_of(contracts, name, failed, full=True):
    row = matrix.Row(Source(name), {}, contracts, set())
    unit = Unit("after_idle", "text")
    unit.failed, unit.proved = failed, []
    row.units, row.full = [unit], full
    return row


class Making(unittest.TestCase):
    def test_every_result_cell_takes_every_other_value(self):
        texts = mutate_tables.read_pages()
        names = {mutant.name for mutant in mutate_tables.mutants(texts)}
        tables = [t for page in mutate_tables.DECIDED
                  for t in mutate_tables.tables_of(page, texts[page])]
        known = mutate_tables.domains(tables)
        cells = 0
        for table in tables:
            if "row" not in table.header or table.header[0] == "guard":
                continue
            for _, row in table.rows:
                for column in table.results():
                    title = table.header[column][2:]
                    if row[column] == "-" and title in mutate_tables.BLANK:
                        continue
                    cells += 1
                    for value in set(known[title]) - {row[column]}:
                        self.assertIn(f"{table.name(row)} → {title}: {row[column]} to {value}",
                                      names)
        self.assertGreater(cells, 200)

    def test_names_are_unique_and_the_same_each_time(self):
        texts = mutate_tables.read_pages()
        first = [m.name for m in [*mutate_tables.mutants(texts), *mutate_c.mutants()]]
        again = [m.name for m in [*mutate_tables.mutants(texts), *mutate_c.mutants()]]
        self.assertEqual(first, again)
        self.assertEqual(len(first), len(set(first)))

    def test_each_statement_of_the_core_has_mutants(self):
        families = {m.family.split("`")[1] for m in mutate_c.mutants()}
        for line in mutate_c.bare(mutate_c.read(CORE)).split("\n"):
            statement = line.strip().rstrip("{ ")
            if statement.startswith(("m->", "if (", "return ")):
                self.assertIn(statement, families)

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
            byte = shop.core.replace("m->quiet > EW_QUIET_ON", "m->quiet == 2")
            self.assertNotEqual(shop.digest_of(byte, header), shop.ours)
            self.assertIsNone(shop.digest_of(shop.core + "x", header))

    def test_a_kept_verdict_belongs_to_one_text_contract_and_prover(self):
        contracts, tools = Contracts(), {"cvc4": "1"}
        key = Unit("after_idle", "a").key(contracts, tools)
        self.assertNotEqual(key, Unit("after_idle", "b").key(contracts, tools))
        self.assertNotEqual(key, Unit("after_idle", "a", []).key(contracts, tools))
        self.assertNotEqual(key, Unit("after_idle", "a").key(contracts, {"cvc4": "2"}))
        contracts.shared = "another"
        self.assertNotEqual(key, Unit("after_idle", "a").key(contracts, tools))

    def test_a_verdict_that_was_changed_on_disk_is_found(self):
        with tempfile.TemporaryDirectory() as build:
            judge = Judge(build, {})
            unit = Unit("after_idle", judge.original["after_idle"])
            unit.failed, unit.proved = ["K22_nothing_was_asked"], []
            judge.keep(unit)
            again = Unit(unit.function, unit.text)
            self.assertTrue(judge.recall(again))
            self.assertEqual(again.failed, ["K22_nothing_was_asked"])

            def proves(_, units):
                for each in units:
                    each.failed, each.proved = [], ["K22_nothing_was_asked"]

            told = matrix.Matrix.__new__(matrix.Matrix)
            told.judge, told.judged = judge, {1: again}
            judge.run_batch = proves
            self.assertEqual(told.recheck(), ["after_idle"])

    def test_a_part_of_a_contract_keeps_what_it_requires(self):
        contracts = Contracts()
        part = contracts.copy("on_shutdown", ["K04_output_first"])
        self.assertIn("requires   callable", part)
        self.assertEqual(part.count("ensures"), 1)


class Counting(unittest.TestCase):
    def found(self, rows, equivalent=()):
        labels = {"A": {"alone": 0, "witness": None}, "B": {"alone": 1, "witness": "m"}}
        return "\n".join(matrix.findings(rows, list(equivalent), labels, []))

    def setUp(self):
        self.contracts = Contracts()
        self.listed = matrix.listed_labels
        self.least, matrix.AT_LEAST = matrix.AT_LEAST, 1

    def tearDown(self):
        matrix.listed_labels, matrix.AT_LEAST = self.listed, self.least

    def test_a_survivor_is_a_finding(self):
        matrix.listed_labels = lambda: ["A"]
        good = row_of(self.contracts, "dead", ["B"])
        self.assertEqual(self.found([good]), "")
        self.assertIn("no label is broken by this mutant: alive",
                      self.found([good, row_of(self.contracts, "alive", [])]))

    def test_an_equivalent_mutant_that_is_not_proved_is_a_finding(self):
        matrix.listed_labels = lambda: ["A"]
        rows = [row_of(self.contracts, "dead", ["B"])]
        self.assertIn("taken for equivalent", self.found(rows, rows))

    def test_the_list_of_redundant_labels_is_held_both_ways(self):
        rows = [row_of(self.contracts, "dead", ["B"])]
        matrix.listed_labels = lambda: []
        self.assertIn("A kills no mutant", self.found(rows))
        matrix.listed_labels = lambda: ["A", "B"]
        self.assertIn("B is listed, but alone it kills: m", self.found(rows))
        matrix.listed_labels = lambda: ["A", "C"]
        self.assertIn("C is listed, and there is no such label", self.found(rows))

    def test_alone_counts_only_where_every_label_was_asked(self):
        label = "K22_nothing_was_asked"
        part = matrix.per_label([row_of(self.contracts, "x", [label], False)], self.contracts)
        whole = matrix.per_label([row_of(self.contracts, "x", [label])], self.contracts)
        two = matrix.per_label([row_of(self.contracts, "x", [label, "Z"])], self.contracts)
        self.assertEqual([told[label]["alone"] for told in (part, whole, two)], [0, 1, 0])
        self.assertEqual([told[label]["kills"] for told in (part, whole, two)], [1, 1, 1])


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


def main():
    os.chdir(ROOT)
    result = unittest.TextTestRunner(verbosity=0, stream=open(os.devnull, "w")).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__]))
    bad = result.failures + result.errors
    for test, said in bad:
        print(f"proofs/mutants_test.py:1: {test.id().split('.', 1)[1]}: {said.splitlines()[-1]}")
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
