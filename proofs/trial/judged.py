"""What the long proof runs are about, without comments. The clauses' page is no part of it: a run
stays as true as it was when a clause names one more test, or gives a better reason."""
import lint
from mutant_list import sha256
from mutate_c import bare, read
from wp import CLIENT, CONTRACTS, CORE

COMPLETE = "proofs/complete.c"


def texts_sha256(paths):
    """Of each, by its path: what a proof that keeps its figures was about."""
    return {path: sha256(bare(read(path))) for path in paths}


def inputs_sha256():
    """Of all that the mutants are about: the tables, the C and the contracts."""
    pages = [read(f"spec/{page}.md") for page in ("machine", "calls", "outcomes")]
    code = [bare(read(path)) for path in (CORE, lint.HEADER)]
    contracts = [bare(read(path)) for path in (CONTRACTS, lint.NAMED, lint.CLAUSES, lint.WORDS)]
    return sha256(*pages, *code, *contracts)


def judged_sha256():
    """Of these and of the theorems, which rest on the contracts."""
    return sha256(inputs_sha256(), *[bare(read(path)) for path in (CLIENT, COMPLETE)])
