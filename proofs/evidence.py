"""Evidence files: what was judged, by what, with which result; written whole or not at all."""
import hashlib
import json
import os

from wp import ROOT


def sha256(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def spec_sha256():
    """Of the pages that the generator reads, in its order."""
    digest = hashlib.sha256()
    for page in ("machine", "calls", "outcomes", "clauses"):
        with open(os.path.join(ROOT, "spec", page + ".md"), "rb") as text:
            digest.update(text.read())
    return digest.hexdigest()


def write(path, report):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
        file.write("\n")
    os.replace(path + ".new", path)
