"""What page.py has to notice: figures and pages that were changed (see test.py)."""
import argparse
import copy
import os

import rooms  # where the modules below are
import kept
import page
from verdicts import LOSS, PASS, UNSEEN, VIOLATION

HERE = os.path.dirname(os.path.abspath(__file__))


def problem_with_page(folder, change, says):
    """A change of the figures or of the page is noticed."""
    figures = page.read(os.path.join(HERE, "world.json"))
    table = page.read(os.path.join(HERE, "peers.json"))
    text = change(figures) or page.page(figures, table)
    given = argparse.Namespace(figures="world.json", page=os.path.join(folder, "peers.md"))
    page.write_text(given.page, text)
    found = page.findings(figures, table, given)
    if says and found and says in found[0] or not (says or found):
        return None
    return f"it says {found}, expected {says or 'nothing'}"


def problem_with_merge(change, says):
    """A run of one program, made from the figures, beside the others."""
    figures = page.read(os.path.join(HERE, "world.json"))
    told = {**copy.deepcopy(figures), "records": [r[:] for r in figures["records"] if r[0] == "curl"]}
    change(told)
    whole, wrong = kept.with_others(figures, told)
    if says or wrong:
        return None if says and wrong and says in wrong else f"it says {wrong}, expected {says or 'nothing'}"
    return None if whole["records"][0] == figures["records"][0] and told["records"][0] in whole["records"] \
        and whole["cells"] == figures["cells"] and "curl" in whole["later"] else "other cells than those of both"


def problem_with_further(change, says):
    """Another whole run, made from the figures: what was otherwise stands beside the first, and no more."""
    figures = page.read(os.path.join(HERE, "world.json"))
    figures.pop("further", None)
    told = {**copy.deepcopy(figures), "seconds": figures["seconds"] + 1}
    change(told)
    whole, wrong = kept.with_further(figures, told)
    if says or wrong:
        return None if says and wrong and says in wrong else f"it says {wrong}, expected {says or 'nothing'}"
    other = [record for record, first in zip(told["records"], figures["records"]) if record != first]
    if whole["further"] != {"seconds": [told["seconds"]], "records": other} or whole["records"] != figures["records"]:
        return f"it keeps {whole['further']}"
    text = page.page(whole, page.read(os.path.join(HERE, "peers.json")))
    return None if text.count("(in another run; our side: ") == len(other) else "the page has other cells"


def other_verdict(told):
    at = kept.CELL.index("verdict")
    told["records"][0][at] = PASS if told["records"][0][at] != PASS else VIOLATION


def is_new(told):
    """A program that the figures do not have, and not in all orders."""
    told["peers"]["new"] = told["peers"]["curl"]
    told["records"] = [["new", *record[1:]] for record in told["records"][1:]]


def is_another(told):
    told["peers"]["curl"] = {**told["peers"]["curl"], "about": "another use of it"}
    told["records"].pop()


MERGES = {"as they are": (lambda told: None, ""),
          "with another verdict": (other_verdict, ""),
          "of another specification": (lambda told: told.update(spec_sha256="0"), "another specification"),
          "of another library": (lambda told: told["versions"].update(libssl3="3.9"), "made with libssl3 3.9"),
          "of another engine": (lambda told: told["engines"].update(wolfssl="6"), "made with wolfssl 6"),
          "of a new program, not whole": (is_new, "not those of its peers"),
          "of a program that has changed, not whole": (is_another, "all of its cells")}


def taken_out(figures):
    figures["records"].pop()


def counted_so(told):
    other_verdict(told)
    seen = [record[kept.CELL.index("verdict")] for record in told["records"]]
    told["observations"] = {name: seen.count(name) for name in told["observations"]}


def our_side_failed(told):
    told["records"][0][kept.CELL.index("ours")] = "failed"
    told["ours"]["passed"] -= 1
    told["ours"]["failed"] += 1


FURTHERS = {"as it was": (lambda told: None, ""),
            "with another verdict": (counted_so, ""),
            "that is the first again": (lambda told: told.update(seconds=told["seconds"] - 1), "kept already"),
            "that counts wrongly": (other_verdict, "its own list says"),
            "in which our side failed": (our_side_failed, "our side is"),
            "on another library": (lambda told: told["versions"].update(libssl3="3.9"), "made with libssl3 3.9"),
            "that is not whole": (taken_out, "not those of its peers")}


def problem_with_command(name):
    """A page for maintainers whose command plays a program that there no longer is."""
    table = page.read(os.path.join(HERE, "peers.json"))
    before = list(page.unplayable(table))
    del table[name]
    found = [what for _, what in page.unplayable(table)]
    return None if not before and found and f"--peer {name} " in found[0] else f"it says {before}, then {found}"


def turned(figures):
    record = next(r for r in figures["records"] if r[kept.CELL.index("verdict")] == VIOLATION)
    record[kept.CELL.index("verdict")] = PASS


def engine_out(figures):
    del figures["engines"]["wolfssl"]


def without_a_peer(figures):
    """As made before the last of the programs was added."""
    name = next(reversed(figures["peers"]))
    del figures["peers"][name]
    gone = [r for r in figures["records"] if r[0] == name]
    for kept_of in (figures, figures.get("further", {"records": []})):
        kept_of["records"] = [r for r in kept_of["records"] if r[0] != name]
    figures["cells"] -= len(gone)
    for record in gone:
        for field, key in (("ours", "ours"), ("observations", "verdict")):
            figures[field][record[kept.CELL.index(key)]] -= 1


def without_an_order(figures):
    """As made before that order was played with that program; and the page does not say so."""
    at = {key: kept.CELL.index(key) for key in kept.CELL}
    for record in figures["records"]:
        if record[0] == "curl" and record[at["order"]] == "mid-write":
            for field, key, value in (("ours", "ours", "not played"), ("observations", "verdict", UNSEEN)):
                figures[field][record[at[key]]] -= 1
                figures[field][value] = figures[field].get(value, 0) + 1
                record[at[key]] = value
    text = page.page(figures, page.read(os.path.join(HERE, "peers.json")))
    return text.replace("mid-write of curl", "nothing")


def loses(name, order="we-first"):
    """A program, or an order, that no page in docs/reports/ speaks of, or of another role of it alone."""
    def change(figures):
        at = kept.CELL.index("verdict")
        record = next(r for r in figures["records"] if r[:2] == [name, order] and r[at] != LOSS)
        figures["observations"][record[at]] -= 1
        figures["observations"][LOSS] = figures["observations"].get(LOSS, 0) + 1
        record[at] = LOSS
    return change


def loses_again(name):
    """The same, in a further run."""
    def change(figures):
        record = next(r for r in figures["records"] if r[0] == name and r[kept.CELL.index("verdict")] != LOSS)
        figures["further"] = {"seconds": [1], "records": [[*record[:5], LOSS, "cut"]]}
    return change


def silent_about_age(figures):
    without_a_peer(figures)
    text = page.page(figures, page.read(os.path.join(HERE, "peers.json")))
    return "".join(line for line in text.splitlines(True) if not line.startswith("**Older"))


def other_text(figures):
    return page.page(figures, page.read(os.path.join(HERE, "peers.json"))).replace(
        "**violation** |", "pass |", 1)


PAGES = {"figures as they are": (lambda figures: None, ""),
         "a verdict turned": (turned, "its own list says"),
         "an engine taken out": (engine_out, "engines is"),
         "a cell taken out": (taken_out, "not those of its peers"),
         "figures older than a program": (without_a_peer, ""),
         "a page silent about an order that is older": (without_an_order, "not what the figures"),
         "a page that hides their age": (silent_about_age, "not what the figures"),
         "a loss that nobody was told of": (loses("wget"), "docs/reports/wget.md is missing"),
         "a loss in another run that nobody was told of": (loses_again("wget"), "docs/reports/wget.md is missing"),
         "a loss of a client, told of its server": (loses("go-client"), "(--peer go-client "),
         "a loss in another order": (loses("redis", "peer-first"), "(--peer redis --engine ... --order peer-first)"),
         "a page retouched": (other_text, "not what the figures")}
