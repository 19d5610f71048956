"""Mutants of the specification: every cell of every table, changed to everything else it can say.

result     a result cell says each other value of its domain, or nothing; a row gives each other
           answer of the list, or hands over to another table
answer     a part of an answer of the list is another value of its domain
code       two events or answers that follow each other exchange their codes
condition  a condition cell is negated, widened, narrowed by a value, dropped
boundary   one value moves from the condition of a row to that of its neighbour
swap       two rows of a table exchange their results
guard      a guard lets something else pass, stands elsewhere, gives another reason, is gone
start      a field of the state starts with another value

A mutant of a table that the generator refuses is no mutant of the code; it is listed with what the
generator said. Names say the row and the cell, never a line.
"""
import itertools
import os
import re

from evidence import PAGES
from wp import ROOT

DECIDED = ["machine", "calls", "outcomes"]
MACHINES = ["machine", "orderly"]   # the pages that have the fields and the parts of an answer
ANY = "-"
ANSWERS = ["0", "1", "2", "3"]   # what a query may answer
PARTS = ["action", "value", "error", "reason"]   # an answer of the list has one of each


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class Table:
    """One table of a page: its heading, its header, and its rows by line number."""

    def __init__(self, page, title, header):
        self.page, self.title, self.header = page, title, header
        self.rows = []

    def column(self, title):
        return self.header.index(title)

    def results(self):
        return [i for i, title in enumerate(self.header) if title.startswith("→")]

    def conditions(self):
        return list(range(self.results()[0])) if self.results() else []

    def name(self, row):
        return row[self.column("row")]


class Mutant:
    """One change of the pages. `family` names the place; its mutants differ in the new value."""

    def __init__(self, kind, family, what, page, lines):
        self.kind, self.family = kind, family
        self.name = f"{family}: {what}"
        self.page, self.lines = page, lines

    def pages(self, texts):
        """The text of each page with this change; a line that becomes None is gone."""
        changed = dict(texts)
        lines = changed[self.page].split("\n")
        for number, line in sorted(self.lines.items(), reverse=True):
            lines[number:number + 1] = [] if line is None else [line]
        changed[self.page] = "\n".join(lines)
        return changed


def read_pages():
    texts = {}
    for page in PAGES:
        with open(os.path.join(ROOT, "spec", page + ".md"), encoding="utf-8") as file:
            texts[page] = file.read()
    return texts


def tables_of(page, text):
    title, table = "", None
    for number, line in enumerate(text.split("\n")):
        if line.startswith("#"):
            title = line.strip("# ")
        if not line.startswith("|"):
            table = None
        elif table is None:
            table = Table(page, title, cells_of(line))
            yield table
        elif not re.fullmatch(r"[|:\- ]+", line):
            table.rows.append((number, cells_of(line)))


def domains(tables):
    """Field or part of a result -> its values, from machine.md."""
    found = {"answer": ANSWERS}
    for table in tables:
        if table.page in MACHINES and table.header[:2] == ["field", "values"]:
            for _, row in table.rows:
                found[row[0]] = [value.strip() for value in row[1].split(",")]
    return found


def written(row, changes):
    row = [changes.get(i, cell) for i, cell in enumerate(row)]
    return "| " + " | ".join(row) + " |"


# Result cells -----------------------------------------------------------------------------------

def answers_of(tables):
    """Name -> the parts, of each answer of the list, as a row writes them."""
    for table in tables:
        if table.header[0] == "answer":
            found = {}
            for _, row in table.rows:
                parts = [row[table.column(part)] for part in PARTS]
                found[row[0]] = parts if parts[0] == "return" else parts[:1] + [ANY] * 3
            return found
    return {}


def answer_changes(table, row, answers, see):
    """(what, cells to change) for each other answer that a row could give."""
    columns = [table.column(f"→ {part}") if f"→ {part}" in table.header else None
               for part in PARTS]
    now = [ANY if column is None else row[column] for column in columns]
    others = {**answers, **{name: [name] + [ANY] * 3 for name in see}}
    was = next((name for name, parts in others.items() if parts == now), now[0])
    for name, parts in others.items():
        said = {column: part for column, part in zip(columns, parts) if column is not None}
        left_out = [part for column, part in zip(columns, parts) if column is None]
        if name != was and set(left_out) <= {ANY}:
            yield f"{was} to {name}", said


def result_mutants(table, known, answers, see):
    for number, row in table.rows:
        for column in table.results():
            title = table.header[column][2:]
            if title in PARTS:
                continue
            values = known[title] + ([ANY] if title != "answer" else [])
            for new in values:
                if new != row[column]:
                    yield Mutant("result", f"{table.name(row)} → {title}",
                                 f"{row[column]} to {new}", table.page,
                                 {number: written(row, {column: new})})
        if "→ action" in table.header:
            for what, changes in answer_changes(table, row, answers, see):
                yield Mutant("result", f"{table.name(row)} → answer", what, table.page,
                             {number: written(row, changes)})


def part_mutants(table, known):
    """The list of answers: what the accessors say, and what no row states any more."""
    for number, row in table.rows:
        for part in PARTS:
            column = table.column(part)
            for new in known[part]:
                if new != row[column]:
                    yield Mutant("answer", f"{row[0]}: {part}", f"{row[column]} to {new}",
                                 table.page, {number: written(row, {column: new})})


def code_mutants(table):
    """What codes.md holds against: all of these are for the generator to refuse."""
    column = table.column("code")
    for (a, one), (b, two) in itertools.pairwise(table.rows):
        yield Mutant("code", f"{table.header[0]} {one[0]} and {two[0]}", "codes exchanged",
                     table.page,
                     {a: written(one, {column: two[column]}),
                      b: written(two, {column: one[column]})})


# Conditions -------------------------------------------------------------------------------------

def values_of(table, column, known):
    """The values that stand in a column of conditions."""
    title = table.header[column]
    if title in known:
        return known[title]
    found = []
    for _, row in table.rows:
        found += [v.strip() for v in row[column].split(",") if v.strip() not in found + [ANY]]
    return found


def cell_changes(cell, values):
    """(what, new cell) for each way to change one condition."""
    now = values if cell == ANY else [value.strip() for value in cell.split(",")]
    rest = [value for value in values if value not in now]
    if rest:
        yield "negated", ", ".join(rest)
        yield "dropped", ANY
        for value in rest:
            yield f"widened by {value}", ", ".join(v for v in values if v in now or v == value)
    if len(now) > 1:
        for value in now:
            yield f"narrowed by {value}", ", ".join(v for v in now if v != value)


def condition_mutants(table, known):
    for number, row in table.rows:
        for column in table.conditions():
            for what, new in cell_changes(row[column], values_of(table, column, known)):
                yield Mutant("condition", f"{table.name(row)} if {table.header[column]}",
                             f"{row[column]} {what}", table.page,
                             {number: written(row, {column: new})})


def boundary_mutants(table, known):
    """Two rows that differ in one condition: each value of the one moves to the other."""
    for (a, one), (b, two) in itertools.permutations(table.rows, 2):
        apart = [c for c in table.conditions() if one[c] != two[c]]
        if len(apart) != 1 or ANY in (one[apart[0]], two[apart[0]]):
            continue
        column = apart[0]
        values = values_of(table, column, known)
        ours, theirs = ([v.strip() for v in row[column].split(",")] for row in (one, two))
        for value in ours:
            left = ", ".join(v for v in ours if v != value)
            more = ", ".join(v for v in values if v in theirs or v == value)
            place = f"{table.name(one)} next to {table.name(two)}, {table.header[column]}"
            yield Mutant("boundary", place, f"{value} goes over", table.page,
                         {a: written(one, {column: left}) if left else None,
                          b: written(two, {column: more})})


def swap_mutants(table):
    for (a, one), (b, two) in itertools.combinations(table.rows, 2):
        if all(one[c] == two[c] for c in table.results()):
            continue
        yield Mutant("swap", f"{table.name(one)} and {table.name(two)}", "results exchanged",
                     table.page,
                     {a: written(one, {c: two[c] for c in table.results()}),
                      b: written(two, {c: one[c] for c in table.results()})})


# Guards and start values ------------------------------------------------------------------------

def guard_mutants(table, known, calls):
    passes, scope = table.column("passes"), table.column("scope")
    reason, field = table.column("→ reason"), table.column("field")
    for number, row in table.rows:
        at = lambda what, new, changes, number=number, row=row: Mutant(
            "guard", f"{table.name(row)} {what}", new, table.page,
            {number: changes if changes is None else written(row, changes)})
        yield at("guard", "gone", None)
        for new in known["reason"]:
            if new != row[reason]:
                yield at("→ reason", f"{row[reason]} to {new}", {reason: new})
        for new in known.get(row[field], []):
            if new != row[passes]:
                yield at("passes", f"{row[passes]} to {new}", {passes: new})
        for new in scopes(row[scope], calls):
            yield at("scope", f"{row[scope]} to {new}", {scope: new})
    for (a, one), (b, two) in itertools.combinations(table.rows, 2):
        yield Mutant("guard", f"{table.name(one)} and {table.name(two)}", "order exchanged",
                     table.page, {a: written(two, {}), b: written(one, {})})


def scopes(now, calls):
    named = [name.strip() for name in now.split(",")]
    for new in ("all", "calls"):
        if new != now:
            yield new
    if set(named) <= set(calls):
        for name in named if len(named) > 1 else []:
            yield ", ".join(n for n in named if n != name)
        for name in calls:
            if name not in named:
                yield ", ".join(named + [name])


def start_mutants(table):
    start, values = table.column("start"), table.column("values")
    for number, row in table.rows:
        for new in (value.strip() for value in row[values].split(",")):
            if new != row[start]:
                yield Mutant("start", f"{row[0]} starts", f"{row[start]} to {new}", table.page,
                             {number: written(row, {start: new})})


# All of them ------------------------------------------------------------------------------------

def mutants(texts, decided=tuple(DECIDED)):
    """Every mutant of the tables, in the order of the pages."""
    tables = [table for page in decided for table in tables_of(page, texts[page])]
    known, answers = domains(tables), answers_of(tables)
    see = ["see " + table.title.split()[1] for table in tables if table.title.startswith("Table ")]
    calls = [table.title.split()[1] for table in tables
             if table.title.startswith("Call ") and table.title != "Call clear"]
    for table in tables:
        if "code" in table.header:
            yield from code_mutants(table)
        if table.header[0] == "guard":
            yield from guard_mutants(table, known, calls)
        elif table.header[:3] == ["field", "values", "start"]:
            yield from start_mutants(table)
        elif table.header[0] == "answer":
            yield from part_mutants(table, known)
        elif "row" in table.header and table.results():
            here = [name for name in see if name != "see " + table.title.split()[-1]]
            yield from result_mutants(table, known, answers, here)
            yield from condition_mutants(table, known)
            yield from boundary_mutants(table, known)
            yield from swap_mutants(table)
