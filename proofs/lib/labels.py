"""Where a label stands, and which are called like it."""
import difflib
import re

import lint
from lint import read
from wp import CLIENT, COMPLETE, CONTRACTS

DEMANDS = r"\b(?:assert|invariant|ensures)\s+"


def files_with(label):
    """The files of theorems that have it."""
    return {path for path in (CLIENT, COMPLETE)
            if re.search(rf"{DEMANDS}{label}\s*:", lint.annotations_of(read(path)))}


def is_of_core(label):
    return any(re.search(rf"{DEMANDS}{label}\s*:", lint.annotations_of(read(path)))
               for path in (CONTRACTS, lint.NAMED))


def nearest(label):
    texts = "".join(lint.annotations_of(read(path))
                    for path in (CONTRACTS, lint.NAMED, CLIENT, COMPLETE))
    known = sorted(set(re.findall(DEMANDS + r"(\w+)\s*:", texts)))
    alike = [name for name in known if name.startswith(label.split("_")[0] + "_")]
    return difflib.get_close_matches(label, known, 3, 0.6) or alike[:3]


def unknown(labels):
    """One line for each label that nothing has."""
    for label in labels:
        if not is_of_core(label) and not files_with(label):
            near = ", ".join(nearest(label))
            yield f"nothing is labelled {label}" + (f"; did you mean: {near}?" if near else
                                                    f"; the labels stand in {CONTRACTS}")
