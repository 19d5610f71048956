"""The page of `endwell report`: it loads nothing, and what is clicked through in it is what the machines do."""

import base64
import hashlib
import json
import os
import pathlib
import re
import tempfile

from hostile import recorded
from html_page import ELEMENTS, INSIDE, Page
from report_expected import COURSES, OUT, Expected

CLICK = "src/tool/tests/report/click.js"
SCRIPTS = re.compile(r'<script id="data" type="application/json">(?P<data>[^<]*)</script>\n'
                     r'<script>(?P<run>.*?)</script>\n', re.DOTALL)
REACHES_OUT = re.compile(r"\b(?:fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTC\w*|sendBeacon|import|"
                         r"Worker|open|innerHTML|src|submit)\s*[(=]|\b\w+://|location\.(?!hash)")


class Interactive(Page):
    """What such a page may have beside what a report has: places that the script fills."""
    elements = {**ELEMENTS, "noscript": set(), "button": {"id", "type"}, "tbody": {"id"}, "ol": {"id"},
                "section": {"class", "id", "hidden"}, "p": {"id", "class", "hidden", "aria-live"}}
    inside = {**INSIDE, "table": {"main", "section"}, "p": {*INSIDE["p"], "noscript"}, "button": {"p"}}


def loads(page):
    """What could make a browser ask for something, or run what is not the page's own; in words."""
    scripts = SCRIPTS.search(page)
    if not scripts:
        return ["it has not the two scripts"]
    wrong = Interactive((page[:scripts.start()] + page[scripts.end():]).encode()).wrong
    digest = base64.b64encode(hashlib.sha256(scripts["run"].encode()).digest()).decode()
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src " \
             f"'sha256-{digest}' 'wasm-unsafe-eval'"
    wrong += [] if f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page else ["its policy"]
    try:
        json.loads(scripts["data"])
    except json.JSONDecodeError as error:
        wrong.append(f"its data: {error}")
    return wrong + [f"its script has {found[0]!a}" for found in REACHES_OUT.finditer(scripts["run"])]


def click(t, page, folder, given):
    """What the page shows when it is clicked through, by its own script and machines."""
    path = os.path.join(folder, "clicked.html")
    pathlib.Path(path).write_text(page, encoding="utf-8")
    done = t.command("node", CLICK, path, input=json.dumps(given))
    if done.returncode != 0:
        return {"first": {"digests": [], "trouble": done.stderr[-500:]}, "courses": [], "rows": None}
    return json.loads(done.stdout)


def report(t, folder, *words):
    path = os.path.join(folder, "report.html")
    done = t.command(t.tool, "report", "-o", path, *words)
    return pathlib.Path(path).read_text(encoding="utf-8") if os.path.exists(path) else "", done


# --- What these tests have to find ----------------------------------------------------------------

DAMAGE = {
    "a picture from elsewhere": ("<h2>", '<img src="//x/y"><h2>'),
    "a script from elsewhere": ("<h2>", '<script src="https://x/y.js"></script><h2>'),
    "a style sheet from elsewhere": ("<title>", '<link rel="stylesheet" href="//x/y"><title>'),
    "a picture of its style": (".changed{", ".changed{background:url(//x/y);"),
    "a link to elsewhere": ("<h2>The machines</h2>", '<h2><a href="https://x/">The machines</a></h2>'),
    "a policy that lets it load": ("default-src 'none'", "default-src *"),
    "a policy that runs any script": ("script-src 'sha256-", "script-src 'unsafe-inline' 'sha256-"),
    "a script that is not the policy's": ("function unfold", "function  unfold"),
    "a script that asks for something": ("let machines = []", "fetch('//x/'); let machines = []"),
    "a script that goes elsewhere": ("let machines = []", "location.href = 'x'; let machines = []"),
    "half of its data": ('"labels":[', '"labels":'),
}

# What is wrong with a page, the script, and what that says instead.
WRONG_SCRIPTS = {
    "the row of another state": ("[number % this.block]", "[(number + 1) % this.block]"),
    "only the row that decides": ("rows.push(row);", "rows.splice(0, 1, row);"),
    "the reason for the class of the error": ("['action', 'value', 'error', 'reason'].map",
                                              "['action', 'value', 'reason', 'error'].map"),
    "the state before as that after": ("const state = last?.next ?? machine.start();",
                                       "const state = last?.before ?? machine.start();"),
    "nothing that is refused": ("isRefused(answer) {", "isRefused(answer) { return false;"),
    "every event refused": ("isRefused(answer) {", "isRefused(answer) { return true;"),
    "what was changed not marked": ("'value changed'", "'value'"),
    "other clauses": ("row.clauses.split(', ').flatMap", "row.clauses.split(', ').slice(1).flatMap"),
    "a step back to the start": ("go(shown.events.slice(0, -1))", "go([])"),
    "a start that is a step back": ("'click', () => go([]))", "'click', () => go(shown.events.slice(0, -1)))"),
    "queries of the start": ("machine.ask(state, query)", "machine.ask(machine.start(), query)"),
}

# What is wrong with a machine, its file, what that says and what it says instead; which one it is, the row it breaks.
WRONG_MACHINES = (
    ("a write behind the close_notify", "ew_core.c", "/* W2: K-16, RFC-04 */\n        return EW_ANSWER_CLOSED;",
     "m->busy = EW_BUSY_WRITE;\n        return EW_ANSWER_WRITE;", "core", "W2"),
    ("a close that is late and does not drain", "ew_orderly.c", "/* N3: OC-06, OC-08 */\n        m->phase =",
     "m->mode =", "orderly", "N3"),
)


def with_machines(t, page, folder, file, old, new):
    """The page with machines of which one is changed; or None, and why."""
    objects = []
    for source in (f"{OUT}/ew_core.c", f"{OUT}/ew_orderly.c", "src/tool/page/machines.c"):
        text = pathlib.Path(source).read_text(encoding="utf-8")
        if source.endswith(f"/{file}"):
            if text.count(old) < 1:
                return None, f"{file} has no such place"
            text = text.replace(old, new, 1)
        path = os.path.join(folder, os.path.basename(source))
        pathlib.Path(path).write_text(text, encoding="utf-8")
        objects.append(path[:-1] + "o")
        done = t.command(*t.wasm, "-c", "-o", objects[-1], path)
        if done.returncode != 0:
            return None, done.stderr
    code = os.path.join(folder, "machines.wasm")
    done = t.command(*t.wasm_link, "-o", code, *objects)
    if done.returncode != 0:
        return None, done.stderr
    with open(code, "rb") as one:
        return re.sub(r'"code":"[^"]*"', f'"code":"{base64.b64encode(one.read()).decode()}"', page, count=1), ""


def planted(t, page, folder, expected):
    for what, (old, new) in DAMAGE.items():
        t.check(f"a report's page with {what}", old in page and loads(page.replace(old, new, 1)), old)
    few = expected.given(COURSES[:3] + COURSES[6:8], digests=False, cases=False)
    for what, (old, new) in WRONG_SCRIPTS.items():
        seen = click(t, page.replace(old, new), folder, few)
        t.check(f"a report's page that shows {what}", page.count(old) == 1 and expected.misfits(seen, few), old)
    wanted = f'"sha256":"{expected.machines["core"].sha256}'
    for what, old, new, verdict in (
            ("without SHA-256 no digest is equal", "globalThis.crypto?.subtle", "undefined", "not known: "),
            ("another digest of the specification is not equal", wanted, wanted[:-1], "DIFFERS, in the digest")):
        seen = click(t, page.replace(old, new), folder, expected.given([], cases=False))["first"]["digests"]
        t.check(what, page.count(old) == 1 and len(seen) == 2 and seen[0][3].startswith(verdict), seen)
    for what, file, old, new, machine, row in WRONG_MACHINES:
        changed, why = with_machines(t, page, folder, file, old, new)
        seen = click(t, changed or "", folder, expected.given([], cases=False))["first"]["digests"]
        for one, (_, wanted, got, verdict) in zip(expected.machines, seen):
            differs = wanted != got and verdict.startswith("DIFFERS, first at ") and verdict.endswith(f": row {row}")
            is_equal = wanted == got and verdict.startswith("equal, ")
            t.check(f"{what}: told of this machine alone ({one})", differs if one == machine else is_equal, seen)
        t.check(f"{what}: both are looked at", len(seen) == len(expected.machines), why or seen)


# --- Without what it needs ------------------------------------------------------------------------

def without_machines(t, folder):
    """The tool as it is built where there is no compiler for WebAssembly; or None, and why."""
    built, relation, page = t.programs.parent, f"{OUT}/relation", "src/tool/page"
    empty, parts, tool = (os.path.join(folder, name) for name in ("empty", "parts.c", "endwell"))
    pathlib.Path(empty).write_bytes(b"")
    objects = [str(o) for part in (".", "judge", "capture", "render") for o in (built / part).glob("*.o")
               if o.name != "page_parts.o"]
    for command in ([str(built / "endwell-embed"), parts, f"{page}/machine.js", f"{page}/page.css",
                     f"{page}/places.html", empty, "core", "ew", "", f"{relation}.txt", f"{relation}.sha256"],
                    [*t.compiler, "-Isrc/tool/render", "-o", tool, parts, *objects, "-lcjson"]):
        done = t.command(*command)
        if done.returncode != 0:
            return None, done.stderr
    return tool, ""


def without(t, folder):
    """No page, and why, where something is missing."""
    for what, words, says in (
            ("nowhere to put it", ["report"], "-o FILE"),
            ("two traces", ["report", "-o", os.path.join(folder, "no"), "a", "b"], "one trace"),
            ("no such trace", ["report", "-o", os.path.join(folder, "no"), os.path.join(folder, "none")], "none"),
            ("no such folder", ["report", "-o", os.path.join(folder, "none/no")], "none/no: ")):
        done = t.command(t.tool, *words)
        t.check(f"a report with {what}", done.returncode == 2 and says in done.stderr and
                not os.path.exists(os.path.join(folder, "no")), done)
    tool, why = without_machines(t, folder)
    done = t.command(tool or "false", "report", "-o", os.path.join(folder, "no"))
    t.check("a tool without compiled machines says what was missing", done.returncode == 2 and
            "apt-get install clang lld" in done.stderr and not os.path.exists(os.path.join(folder, "no")), (why, done))


def judged(t, folder):
    """With a trace the page has what `check` says of it, and its exit status."""
    trace, other = os.path.join(folder, "trace"), os.path.join(folder, "check.html")
    recorded(t, trace)
    done = t.command(t.tool, "check", f"--format=html={other}", trace)
    wanted = pathlib.Path(other).read_text(encoding="utf-8").split("<h1>")[1].split("</main>")[0]
    page, made = report(t, folder, trace)
    body = page.split("<h1>")[1].split("<h2>The machines")[0]
    t.check("a report of a trace has all that check says", done.returncode == made.returncode == 1 and
            made.stdout == "" and not loads(page) and body == wanted, made)


def test_report(t):
    with tempfile.TemporaryDirectory() as folder:
        expected = Expected(t.compiler, t.generator, folder)
        page, done = report(t, folder)
        t.check("a report is made", (done.returncode, done.stdout, done.stderr) == (0, "", ""), done)
        t.check("a report loads nothing", not loads(page), loads(page))
        wrong = expected.misfits(click(t, page, folder, expected.given()), expected.given())
        t.check("a report shows what the machines do, and equal digests", not wrong, wrong[:5])
        judged(t, folder)
        without(t, folder)
        planted(t, page, folder, expected)
