"""What no proof would notice: words that make a proof worth nothing, and contracts not written.

Inconsistent axioms, `admit` and bitfields prove anything, and every smoke test passes; a function
without a contract, or a contract without `terminates`, is simply not held to it.
"""
import functools
import glob
import os
import re

from wp import CLIENT, COMPLETE, CONTRACTS, CORE, ROOT

HEADER = "gen/out/ew_core.h"
NAMED = "spec/ew_named.h"
CLAUSES = "spec/ew_clauses.h"
WORDS = "spec/ew_predicates.h"
CATALOGUE = "spec/clauses.md"
THEOREMS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14]
ENDLESS = "any_client"   # never returns: its loop invariants are what it is there for

ANNOTATION_WORDS = {"axiomatic": "axioms prove anything when they contradict each other",
                    "axiom": "axioms prove anything when they contradict each other",
                    "admit": "what is admitted is not proven",
                    "volatile": "WP does not model it"}
CODE_WORDS = {"float": "no floating point", "double": "no floating point", "goto": "no goto",
              "union": "WP does not model it", "volatile": "WP does not model it",
              "asm": "WP does not model it", "longjmp": "no jumps out of a function"}
CORE_WORDS = {"for": "the core has no loops", "while": "the core has no loops",
              "do": "the core has no loops", "switch": "one condition a decision",
              "malloc": "the core has no heap"}
# What keeps the text from being the same for every compiler, or says more than a contract can hold.
DIRECTIVE = re.compile(r"\s*#\s*(ifndef EW_\w+_H|define EW_\w+_H|include\s*(<\w+\.h>)?"
                       r"|ifdef __cplusplus|endif)\s*$")
EXTENSION = re.compile(r"\b(__attribute__|__attribute|_Pragma|__declspec|__extension__"
                       r"|__builtin_\w+|_Noreturn|restrict|register)\b")
# A logic function that is given memory; what a variant calls.
OF_MEMORY = re.compile(r"\blogic\s+[\w ]+?\b(\w+)(?:\{[^}]*\})?\([^)]*\*[^)]*\)\s*=")
VARIANT = re.compile(r"\bloop\s+variant\b[^;]*;")
CLAUSE_LABEL = r"\bensures\s+(K\d\d)_\w+\s*:"
PIECES = re.compile(r"(?P<acsl>/\*@.*?\*/|//@[^\n]*)|/\*.*?\*/|//[^\n]*"
                    r"|\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'", re.DOTALL)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as text:
        return text.read()


def blank(piece):
    return re.sub(r"[^\n]", " ", piece)


def code_of(text):
    """The C without comments, annotations and literals; every line keeps its number."""
    return PIECES.sub(lambda found: blank(found[0]), text)


def annotations_of(text):
    """The annotations without their comments and without the C."""
    kept, last = [], 0
    for found in PIECES.finditer(text):
        if found["acsl"]:
            kept += [blank(text[last:found.start()]), re.sub(r"//(?!@)[^\n]*", "", found[0])]
            last = found.end()
    return "".join(kept) + blank(text[last:])


def finding(path, text, place, what):
    return f"{path}:{text.count(chr(10), 0, place) + 1}: {what}"


def words(path, text, forbidden):
    for word, why in forbidden.items():
        for found in re.finditer(rf"\b{word}\b", text):
            yield finding(path, text, found.start(), f"'{word}': {why}")


@functools.lru_cache(maxsize=None)
def specified_of_memory():
    """The logic functions of memory that any header of the specification defines."""
    return [name for path in glob.glob(os.path.join(ROOT, "spec", "**", "*.h"), recursive=True)
            for name in OF_MEMORY.findall(read(path))]


def variant_findings(path, text):
    """What a loop's variant must not ask, here or in a macro: WP compares its value with itself."""
    functions = "|".join(specified_of_memory() + OF_MEMORY.findall(text))
    for variant in VARIANT.finditer(text):
        for found in re.finditer(rf"\b({functions})\s*\(", variant[0]):
            yield finding(path, text, variant.start() + found.start(),
                          f"'{found[1]}': a logic function of memory in a variant: WP reads the memory at the end "
                          "of a turn for both of the values that it compares; spell it out")


def source_findings(path, text, is_core):
    """What one C file says that it must not."""
    code, annotations = code_of(text), annotations_of(text)
    yield from words(path, annotations, ANNOTATION_WORDS)
    yield from variant_findings(path, text)
    yield from words(path, code, CODE_WORDS)
    for found in re.finditer(r"\b__FRAMAC__\b", code):
        yield finding(path, code, found.start(), "'__FRAMAC__': what is proven is what ships")
    for found in re.finditer(r"\b\w+\s+\w+\s*:\s*\d+\s*;", code):
        yield finding(path, code, found.start(), "a bitfield: WP gets them wrong")
    if is_core:
        yield from words(path, code, CORE_WORDS)
        for found in re.finditer(r"^[A-Za-z_][\w ]*?[\w\]]+(?:\s*=[^;]*)?;", code, re.M):
            if not re.match(r"typedef\b", found[0]) and "(" not in found[0]:
                yield finding(path, code, found.start(), "a global: the core has none")
        for found in re.finditer(r"\(\s*\*\s*\w+\s*\)\s*\(", code):
            yield finding(path, code, found.start(), "a function pointer: the core has none")


def text_findings(path, text):
    """Where a compiler could be given another text than the proof, or told what nobody proved."""
    code = code_of(text)
    for number, line in enumerate(code.split("\n"), 1):
        if "#" in line and not DIRECTIVE.match(line):
            yield f"{path}:{number}: '{line.strip()}': nothing but include, the include guard and " \
                  "__cplusplus may stand here: every compiler is to see what was proven"
    for found in EXTENSION.finditer(code):
        yield finding(path, code, found.start(), f"'{found[0]}': a promise to the compiler that "
                      "no proof holds the code to")


def field_findings(path, text):
    """Where a file beside the core looks into a machine: that is a decision in the wrong place."""
    code = code_of(text)
    machines = set(re.findall(r"\bew_machine\s*\*?\s*(\w+)", code)) | {"machine"}
    for found in re.finditer(rf"\b({'|'.join(sorted(machines))})\s*(?:\.|->)\s*\w+", code):
        yield finding(path, code, found.start(),
                      f"'{found[0]}': a field of the machine is read by the core alone; what it "
                      "decides is a row or a query of spec/calls.md, then `make regenerate`")


def defined_functions(text):
    """Name and place of each function that has a body."""
    for found in re.finditer(r"^[A-Za-z_][\w *]*?\b(\w+)\([^;{)]*\)\s*\{", code_of(text), re.M):
        yield found[1], found.start()


def contracts_of(text):
    """Function name -> its contract, for each annotated declaration or definition."""
    return {found[2]: found[1] for found in
            re.finditer(r"/\*@((?:(?!\*/).)*)\*/\s*[A-Za-z_][\w *]*?\b(\w+)\(", text, re.DOTALL)}


def contract_findings(path, text, contracts):
    for function, place in defined_functions(text):
        if function == ENDLESS:
            continue
        contract = contracts.get(function)
        if contract is None:
            yield finding(path, text, place, f"{function}: no contract")
            continue
        for clause in (r"terminates\s+\\true", r"exits\s+\\false", r"assigns\b", r"ensures\b"):
            if not re.search(clause, contract):
                missing = re.sub(r"\\s\+|\\b", " ", clause).replace("\\\\", "\\").strip()
                yield finding(path, text, place, f"{function}: its contract has no '{missing}'")


def label_findings():
    """Every decision has a contract, every predicate of a clause is used, no theorem is lost."""
    contracts = annotations_of(read(CONTRACTS))
    held = set(re.findall(CLAUSE_LABEL, contracts))
    for clause in re.findall(r"^\| (K-\d\d) \|", read(CATALOGUE), re.M):
        if clause.replace("-", "") not in held:
            yield f"{CONTRACTS}:1: no `ensures {clause.replace('-', '')}_...`: {clause} is not held"
    text = read(CLAUSES)
    for found in re.finditer(r"predicate ([A-Z]+\d\d_\w+)", text):
        if not re.search(rf"\bensures\s+{found[1]}\s*:", contracts):
            yield finding(CLAUSES, text, found.start(), f"{found[1]}: no contract demands it")
    proven = re.findall(r"\b(?:invariant|assert) T(\d+)_\w+\s*:", annotations_of(read(CLIENT)))
    for number in THEOREMS:
        if str(number) not in proven:
            yield f"{CLIENT}:1: no theorem T{number}_..."


def lint():
    """All findings, as `file:line: what`."""
    found = []
    contracts = contracts_of(read(CONTRACTS) + read(NAMED))
    for path in (CORE, HEADER):
        text = read(path)
        found += source_findings(path, text, True)
        found += contract_findings(path, text, contracts)
    for path in (CONTRACTS, NAMED, CLAUSES, WORDS, CLIENT, COMPLETE):
        found += source_findings(path, read(path), False)
    for path in (CORE, HEADER, CONTRACTS, NAMED, CLAUSES, WORDS):
        found += text_findings(path, read(path))
    for path in (CLIENT, COMPLETE):
        found += contract_findings(path, read(path), contracts_of(read(path)))
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "*.[ch]"))):
        path = os.path.relpath(path, ROOT)
        found += field_findings(path, read(path))
    return found + list(label_findings())
