"""endwell explain knows every name that the specification gives, and a page that does not fit makes no tool."""

import os
import pathlib
import re
import tempfile

from variants import tool_with

SPEC = pathlib.Path("spec")
MACHINES = ("machine.md", "calls.md", "outcomes.md", "orderly.md")
PAGES = ("rules.md", "clauses.md", "divergences.md", *MACHINES)     # as endwell-rules wants them


def tables(page):
    """Each row of the page's tables, as {column: cell}."""
    head = None
    for line in (SPEC / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells
        elif not set(line) <= set("|-: "):
            yield dict(zip(head, cells))


def column(name, *pages):
    return [row[name] for page in pages for row in tables(page) if name in row]


def kinds():
    """Every name by its kind, and how many there have to be at least."""
    shown = [item for cell in column("discharged by", "clauses.md", *MACHINES) for item in cell.split(", ")]
    return {"rules": ([one for one in column("id", "rules.md") if one.startswith("EW")], 26),
            "clauses": (column("clause", "clauses.md", "orderly.md"), 140),
            "divergences": ([one for one in column("id", "divergences.md") if one.startswith("D-")], 53),
            "rows": (column("row", *MACHINES), 116),
            "contracts": (re.findall(r"^contract (\w+)$", "\n".join(shown), re.MULTILINE), 90),
            "theorems": (re.findall(r"^theorem (\w+)$", "\n".join(shown), re.MULTILINE), 20)}


def is_told(row, text):
    """Whether these are the conditions of a row, its results, and its clauses."""
    part = {"when": [], "then": []}
    for title, cell in row.items():
        if title not in ("row", "clauses") and cell != "-":
            part["then" if title.startswith("→ ") else "when"].append(f"{title.removeprefix('→ ')} {cell}")
    return text.startswith(f"{row['row']}: a row of ") and \
        f"  when: {'; '.join(part['when']) or 'in any case'}\n  then: {'; '.join(part['then'])}\n" in text and \
        re.findall(r"^  ([A-Z]+-\d+): ", text, re.MULTILINE) == row["clauses"].split(", ")


def unexplained(t):
    """What explain does not know, does not begin a paragraph with, or does not tell as often as it is there."""
    wrong = []
    for kind, (names, least) in kinds().items():
        done = t.command(t.tool, "explain", *dict.fromkeys(names))
        told = re.findall(r"^([^\s:(]+)(?: \(|:)", done.stdout, re.MULTILINE)
        wanted = names if kind == "rows" else list(dict.fromkeys(names))
        wrong += [f"{len(names)} {kind}"] if len(names) < least else []
        wrong += [f"{kind}: {done.stderr[:300]}"] if done.returncode != 0 or done.stderr else []
        wrong += [f"{kind}: {set(wanted) ^ set(told)}"] if sorted(told) != sorted(wanted) else []
    rows = [row for page in MACHINES for row in tables(page) if "row" in row]
    said = t.command(t.tool, "explain", *dict.fromkeys(row["row"] for row in rows)).stdout
    return wrong + [f"row {row}" for row in rows if not any(is_told(row, one) for one in
                                                            re.split(r"^(?=\S)", said, flags=re.MULTILINE))]


# What is broken, the source, what it says, what it says instead.
PLANTED = (
    ("knows no row", "explain.c", "!explain_row(id) && !explain_label(id)", "!explain_label(id)"),
    ("knows no contract and no theorem", "explain.c", "!explain_row(id) && !explain_label(id)", "!explain_row(id)"),
    ("knows no clause and no divergence", "explain.c", "const struct entry *e = find_entry(id);",
     "const struct entry *e = NULL;"),
    ("knows no rule", "explain.c", "const struct rule *r = find_rule(id);", "const struct rule *r = NULL;"),
    ("tells the first of two rows", "explain.c", "explain_decision(&decisions[i]); is_there = true;",
     "explain_decision(&decisions[i]); return true;"),
    ("takes the conditions of a row for its results", "explain.c", "d->then);", "d->when);"),
)


def test_explain(t):
    wrong = unexplained(t)
    t.check("explain knows every name of the pages", not wrong, wrong)
    done = t.command(t.tool, "explain", "S4", "K16_no_write_after_close", "D-03")
    t.check("explain tells what they are", done.returncode == 0 and all(words in done.stdout for words in (
        "S4: a row of Call shutdown, spec/calls.md", "K16_no_write_after_close: a contract, for these clauses",
        "  K-16: ", "  rule EW040: ")), done)
    for unknown in ("EW999", "MP-99", "D-99", "S99", "K16", "K16_no_write", "s4", "", "nonsense"):
        done = t.command(t.tool, "explain", unknown)
        t.check(f"explain {unknown!r}: it says what there is", (done.returncode, done.stdout) == (2, "") and all(
            f"{kind} (" in done.stderr for kind in ("rules", "clauses", "divergences", "tables", "contracts",
                                                    "theorems")), done)
    examples = re.findall(r"\(([^)]+)\)", done.stderr)
    done = t.command(t.tool, "explain", *examples)
    t.check("and of each kind one that there is", len(examples) == 6 and done.returncode == 0, (examples, done))
    good = t.tool
    for what, source, old, new in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            t.tool, why = tool_with(t, folder, source, old, new)
            found = t.tool is not None and unexplained(t)
        t.tool = good
        t.check(f"a tool that {what} is found", found, why)


# What a page says, what it says instead.
UNFIT = (
    ("a clause that does not exist", "rules.md", "| MP-06, K-01", "| MP-99, K-01"),
    ("a level that does not exist", "rules.md", "| note, error if", "| hint, error if"),
    ("a condition that does not exist", "rules.md", "error if effective", "error if loud"),
    ("a call that does not exist", "rules.md", "refused write:", "refused wrote:"),
    ("a reason that does not exist", "rules.md", "shutdown: fatal", "shutdown: tired"),
    ("a divergence that does not exist", "rules.md", "libssl D-03", "libssl D-99"),
    ("a fact that does not exist", "rules.md", "| unread, unacked", "| unread, unsaid"),
    ("a rule twice", "rules.md", "| EW002 |", "| EW001 |"),
    ("a row of a clause that does not exist", "calls.md", "| S4 | K-04, ", "| S4 | K-99, "),
    ("a machine without rows", "outcomes.md", "| row | clauses |", "| line | clauses |"),
    ("clauses that nothing shows", "clauses.md", "| discharged by |", "| shown by |"),
    ("a clause twice", "orderly.md", "| OC-02 |", "| OC-01 |"),
)


def test_page(t):
    """A page that does not fit together makes no tool."""
    maker = t.programs.parent / "endwell-rules"
    for name, page, old, new in UNFIT:
        text = (SPEC / page).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            path, out = os.path.join(folder, page), os.path.join(folder, "out.c")
            t.check(f"{name}: the page has the place", text.count(old) >= 1, old)
            pathlib.Path(path).write_text(text.replace(old, new, 1 if page == "rules.md" else -1), encoding="utf-8")
            done = t.command(str(maker), *(path if one == page else str(SPEC / one) for one in PAGES), out)
            t.check(f"{name} is refused", done.returncode == 1 and f"{path}:" in done.stderr and
                    not os.path.exists(out), done.stderr)
            done = t.command(str(maker), *(str(SPEC / one) for one in PAGES), out)
            t.check(f"without that it is a tool: {name}", done.returncode == 0 and os.path.exists(out), done.stderr)
