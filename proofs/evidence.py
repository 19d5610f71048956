"""Evidence files: what was judged, by what, with which result; written whole or not at all."""
import hashlib
import json
import os

from wp import ROOT


def sha256(*paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def spec_sha256():
    return sha256(*(f"spec/{page}.md" for page in ("machine", "calls", "outcomes", "clauses")))


def write(path, report):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
        file.write("\n")
    os.replace(path + ".new", path)
