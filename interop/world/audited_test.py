#!/usr/bin/env python3
"""audited_test.py --tool FILE --endwell FILE --certs DIR: what audited.py has to notice.

A judge that finds what the wire contradicts, one whose recorder saw nothing, and a program that it
watches as it is.
"""
import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile

import rooms  # where the modules below are
import audited
import audited_merge
import audited_page
import kept
import page
import reported

HERE = os.path.dirname(os.path.abspath(__file__))
# Stands for endwell: runs it, and then does to its report what a broken one would.
FALSE = """#!/usr/bin/env python3
import json, subprocess, sys
done = subprocess.run([{endwell!r}, *sys.argv[1:]])
if sys.argv[1] == "check":
    path = sys.argv[2].split("=json=")[1]
    report = json.load(open(path))
    {change}
    json.dump(report, open(path, "w"))
sys.exit(done.returncode)
"""
FINDING = {"rule": "EW010", "level": "error", "title": "planted", "detail": "", "stack": [], "confidence": ""}
CASES = (("as it is", "pass", 0, "2 passed, 0 failed"),
         ("a finding that is contradicted", f"report['findings'].append({FINDING})", 1, "contradicted by the wire"),
         ("a finding in our own side", f"if '.ours' in path: report['findings'].append({FINDING})", 1,
          "EW010 is found in our own side"),
         ("a recorder that saw nothing", "report['established'] = 0", 1, "not watched"))


def says_what_is_older():
    """The page names a program that the figures do not have."""
    with open(audited_page.FIGURES, encoding="utf-8") as file:
        figures = json.load(file)
    gone = next(name for name in audited_page.watchable() if name in figures["programs"])
    del figures["programs"][gone]
    figures["rows"] = [row for row in figures["rows"] if row["peer"] != gone]
    text = audited_page.page_of(figures)
    return "**Older:**" in text and gone in text.split("**Older:**")[1].split("\n")[0]


def records(run, peers, order="we-first"):
    return [{"run": run, "peer": peer, "order": order, "state": "judged", "findings": [dict(FINDING, held="letter")]}
            for peer in peers]


def test_shortfalls():
    """(name, whether it is as it has to be) for runs that find too little, or not the same."""
    few, enough = ["a"] * 1, [str(i) for i in range(audited.LEAST)]

    def said(records, is_whole=True):
        return list(audited.shortfalls(audited.report_of(records, {}, 0), is_whole))

    yield "enough programs", not said(records(1, enough) + records(2, enough))
    yield "too few programs", len(said(records(1, few))) == 1
    yield "too few of some programs are none", not said(records(1, few), False)
    yield "another set in another run", len(said(records(1, enough) + records(2, enough + ["b"]))) == 1
    yield "the order that depends on timing", not said(
        records(1, enough) + records(2, enough) + records(2, ["b"], audited.TIMING))
    yield "what is found in one run only does not count", len(said(
        records(1, enough[1:]) + records(2, enough[1:]) + records(2, enough[:1], audited.TIMING))) == 1


def test_reported():
    """(name, whether it is as it has to be) for a page for maintainers with figures that no evidence has."""
    path = os.path.join(reported.FOLDER, "curl.md")
    world, audited_figures = page.read(os.path.join(HERE, "world.json")), page.read(audited_page.FIGURES)
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def said(old, new, figures=world):
        changed = text.replace(old, new, 1)
        lines = [line for line, (a, b) in enumerate(zip(text.split("\n"), changed.split("\n")), 1) if a != b]
        if figures is world and len(lines) != 1:
            return f"`{old}` is not there"
        found = list(reported.wrong_with(path, changed, figures, audited_figures))
        return found and (figures is not world or all(one.startswith(f"{path}:{lines[0]}: ") for one in found))

    yield "a page as it is", not list(reported.wrong_with(path, text, world, audited_figures))
    for name, old, new in (("a count in the block",
                            "curl | half-close | 1.2 | 1 of 5 |", "curl | half-close | 1.2 | 2 of 5 |"),
                           ("bytes in the block", "65,536 to 2,621,440 of", "65,536 to 2,621,441 of"),
                           ("a count of findings", "| curl | EW002 | warning | 10 of 10 |",
                            "| curl | EW002 | warning | 9 of 10 |"),
                           ("a count in the text", "curl ends with", "17 of 18 times curl ends with"),
                           ("runs in the text", "curl ends with", "In three runs curl ends with"),
                           ("bytes in the text", "curl ends with", "Behind 5,439,488 bytes curl ends with"),
                           ("another version", "curl 7.88.1 (", "curl 7.88.2 ("),
                           ("another package", "7.88.1-10+deb12u14)", "7.88.1-10+deb12u13)"),
                           ("another status", "with status 52", "with status 53")):
        yield f"{name} that is wrong", said(old, new) is True
    other = copy.deepcopy(world)
    seen = kept.CELL.index("seen")
    for record in other["records"]:
        record[seen] = record[seen].replace("100,009 of", "100,008 of") if record[0] == "curl" else record[seen]
    yield "figures that are others", said("", "", other) is True
    try:
        reported.made(text.replace(reported.NEXT, ""), "curl", world, audited_figures)
        yield "a page without its commands", False
    except ValueError:
        yield "a page without its commands", True


def test_merge():
    """(name, whether it is as it has to be) for runs of a program alone, beside the figures of the others."""
    figures, table = page.read(audited_page.FIGURES), page.read(audited_page.TABLE)
    base = {**figures, "programs": {name: told for name, told in figures["programs"].items() if name != "curl"},
            "rows": [row for row in figures["rows"] if row["peer"] != "curl"]}
    cells = [{"run": run, "peer": "curl", "order": order, "tls": tls, "state": "judged", "ours": [], "findings":
              [dict(FINDING, held="confirmed")]} for run in range(1, figures["runs"] + 1)
             for order in audited.ORDERS for tls in table["curl"]["tls"]]

    def said(records, figures=base, **more):
        return audited_merge.no_merge(figures, {**audited.report_of(records, {"curl": "9"}, 0), **more}, table)

    both = audited_merge.merged(base, audited.report_of(cells, {"curl": "9"}, 0), table)
    yield "a program beside the others", said(cells) is None and both["programs"]["curl"]["package"] == "curl 9" and \
        both["later"] == sorted([*figures.get("later", []), "curl"]) and \
        len(both["rows"]) == len(base["rows"]) + 1 and \
        both["cells"]["judged"] == base["cells"]["judged"] + len(cells) and "curl" in audited_page.later_of(both)
    yield "one that is there already", "already" in said(cells, figures)
    yield "fewer runs", "each of" in said([cell for cell in cells if cell["run"] > 1])
    yield "a cell that is missing", "each order" in said(cells[1:])
    yield "a cell twice", "each order" in said(cells[:1] + cells)
    for name, cell in (("not watched", {"state": "not watched"}), ("our side", {"ours": ["EW010"]}),
                       ("contradicted", {"findings": [dict(FINDING, held="contradicted")]})):
        yield f"a cell that failed: {name}", name in said([{**cells[0], **cell}, *cells[1:]])
    yield "another set in another run", "same programs" in said(
        [{**cell, "findings": cell["findings"] if cell["run"] > 1 else []} for cell in cells])


def refused(path, told):
    try:
        return bool(audited.earlier(path, told)) and "taken"
    except audited.CannotRun as error:
        return str(error)


def test_add():
    """(name, whether it is as it has to be) for --add: runs that are there are gone on from if they are of the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "evidence.json")
        yield "nothing to add to", audited.earlier(path, {"curl": "9"}) == {"records": [], "seconds": 0}
        whole = {**audited.report_of(records(1, ["a"]), {"curl": "9"}, 7)}
        for name, change, says in (("runs of the same", {}, "taken"),
                                   ("another version", {"packages": {"curl": "8"}}, "packages are others: curl"),
                                   ("another program", {"packages": {"curl": "9", "w3m": "1"}}, "others: w3m"),
                                   ("another judge", {"sources": {**whole["sources"], "spec/rules.md": "0"}},
                                    "sources are others: spec/rules.md")):
            audited.evidence.write_whole(path, {**whole, **change})
            yield f"to add to {name}", says in refused(path, {"curl": "9"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--tool", "--endwell", "--certs"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    passed = failed = 0
    for name, good in (*test_shortfalls(), *test_reported(), *test_merge(), *test_add(),
                       ("a page that is older than a program says so", says_what_is_older())):
        passed += good
        failed += not good
        if not good:
            print(f"FAILED: {name}")
    for name, change, status, word in CASES:
        with tempfile.TemporaryDirectory() as folder:
            false, report = os.path.join(folder, "endwell"), os.path.join(folder, "evidence.json")
            with open(false, "w", encoding="utf-8") as file:
                file.write(FALSE.format(endwell=os.path.abspath(given.endwell), change=change))
            os.chmod(false, 0o755)
            os.chmod(folder, 0o755)
            command = [sys.executable, os.path.join(HERE, "audited.py"), "--tool", given.tool, "--endwell", false,
                       "--certs", given.certs, "--evidence", report, "--peer", "python-unwrap", "--order", "we-first"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            with open(report, encoding="utf-8") as file:
                cells = json.load(file)["cells"]
        if done.returncode == status and word in done.stdout and sum(cells.values()) > 0:
            passed += 1
        else:
            failed += 1
            print(f"FAILED: {name}: exit {done.returncode}, {cells}, {done.stdout}{done.stderr}")
    print(f"test-audited: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
