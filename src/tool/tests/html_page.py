"""The report as a page of HTML: whole, strict, counted as JSON counts it, and nothing in it that loads anything."""

import collections
import html.parser
import json
import os
import pathlib
import re
import resource
import tempfile

from hostile import BROKEN, NASTY, is_fit, recorded, renamed
from variants import tool_with
from wire import START, line

SCRIPTS = "</style></title><script>alert('x')</script><img src=\"//x/\" onerror=y><!-- &amp;#60; " + "n" * 300

# --- What a page has to be ------------------------------------------------------------------------
# Every element that may be there with the attributes it may have. None of them loads anything, but for href, which
# has to be a place in the page.

ELEMENTS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content", "http-equiv"}, "title": set(),
    "style": set(), "body": set(), "main": set(), "footer": set(), "section": {"class", "id"}, "h1": set(), "h2": set(),
    "h3": set(), "h4": set(), "p": {"id"}, "strong": set(), "a": {"href"}, "ul": set(), "ol": set(), "li": set(),
    "dl": set(), "dt": set(), "dd": set(), "table": set(), "caption": set(), "thead": set(), "tbody": set(),
    "tr": set(), "th": {"scope"}, "td": set(),
}
# Where an element may stand, as far as that is of one kind.
INSIDE = {"html": {""}, "head": {"html"}, "body": {"html"}, "meta": {"head"}, "title": {"head"}, "style": {"head"},
          "main": {"body"}, "footer": {"body"}, "li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "caption": {"table"},
          "thead": {"table"}, "tbody": {"table"}, "tr": {"table", "thead", "tbody"}, "th": {"tr"}, "td": {"tr"},
          "section": {"main"}, "table": {"main"}, "p": {"main", "section", "footer"}}
TOKEN = re.compile(r"""<!DOCTYPE html>|</[a-z][a-z0-9]*>|<[a-z][a-z0-9]*(?: [a-z-]+="[^"<>&]*")*>"""
                   r"""|(?:[^<>&"']|&(?:lt|gt|amp|quot|\#39);)+""")


class Page(html.parser.HTMLParser):
    """Its elements, its text by section, and what is wrong with it."""
    elements, inside = ELEMENTS, INSIDE

    def __init__(self, raw):
        super().__init__(convert_charrefs=True)
        self.wrong, self.open, self.ids, self.links, self.levels = [], [], [], [], []
        self.count, self.text, self.rows, self.sections = collections.Counter(), collections.Counter(), [], {}
        self.section, self.table, self.style = "", "", ""
        try:
            text = raw.decode("utf-8", "strict")
        except UnicodeDecodeError as error:
            self.wrong.append(str(error))
            text = raw.decode("utf-8", "replace")
        self.tokens(text)
        self.feed(text)
        self.close()
        self.judge(text)

    def tokens(self, text):
        """Every character is of a tag or is text that is written as text: a browser has nothing to guess."""
        style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
        self.style = style[1] if style else ""
        rest = text.replace(self.style, "", 1) if self.style else text
        at = 0
        while at < len(rest):
            token = TOKEN.match(rest, at)
            if not token:
                self.wrong.append(f"neither a tag nor text: {rest[at:at + 40]!a}")
                return
            at = token.end()

    def handle_starttag(self, tag, attrs):
        inside = self.open[-1] if self.open else ""
        if tag not in self.elements or inside not in self.inside.get(tag, {inside}):
            self.wrong.append(f"<{tag}> in <{inside}>")
        self.wrong += [f"{name} of <{tag}>" for name, _ in attrs if name not in self.elements.get(tag, set())]
        self.count[tag] += 1
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given.get("href", "")] if tag == "a" else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag == "th" and given.get("scope") not in ("row", "col"):
            self.wrong.append("<th> without a scope")
        if tag == "section":
            self.section = given.get("id", "")
            self.sections[self.section] = ""
        if tag == "tr":
            self.rows.append((self.table, []))
        if tag in ("td", "th") and self.rows:
            self.rows[-1][1].append("")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")
        self.section = "" if tag == "section" else self.section

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside != "style" and not is_fit(data):
            self.wrong.append(f"unfit for text: {data!a}")
        if inside in ("", "html", "head", "table", "tr", "ul", "ol", "dl", "thead", "tbody") and data.strip():
            self.wrong.append(f"text in <{inside}>: {data!a}")
        self.table = data if inside == "caption" else self.table
        if self.section:
            self.sections[self.section] += data
        if {"td", "th"} & set(self.open) and self.rows and self.rows[-1][1]:
            self.rows[-1][1][-1] += data

    def handle_comment(self, data):
        self.wrong.append(f"a comment: {data!a}")

    def judge(self, text):
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]
        self.wrong += [f"no place {link!a}" for link in self.links if link[:1] != "#" or link[1:] not in self.ids]
        self.wrong += [f"{name} twice" for name, count in collections.Counter(self.ids).items() if count > 1]
        for tag in ("html", "head", "title", "style", "body", "main", "h1"):
            self.wrong += [f"not one <{tag}>"] if self.count[tag] != 1 else []
        self.wrong += ["a table without a caption"] if self.count["table"] != self.count["caption"] else []
        self.wrong += [f"a heading is left out before h{b}" for a, b in zip(self.levels, self.levels[1:]) if b > a + 1]
        self.wrong += ["its style loads something"] if re.search(r"url|import|@font|[<\\]", self.style) else []
        self.wrong += ["no style for paper"] if "@media print" not in self.style else []
        for start in ('<!DOCTYPE html>\n<html lang="en">', '<meta charset="utf-8">', "default-src 'none'"):
            self.wrong += [f"without {start}"] if start not in text else []
        self.wrong += ["no end"] if not text.endswith("</body>\n</html>\n") else []


def cells(page, table):
    return [row for name, row in page.rows if name == table and row[0] != "rule"]


def misfits(raw, said):
    """What is wrong with a page, by itself and beside the JSON of the same report."""
    page = Page(raw)
    found, wrong = said["findings"], page.wrong
    counts = {row[0]: row[1] for row in cells(page, "What was judged and found")}
    told = {f"{level}s": sum(f["level"] == level and not f["suppressed"] for f in found)
            for level in ("error", "warning", "note")}
    of_a_capture = "ends of connections" in counts
    lost = "packets that the capture ends within" if of_a_capture else "lines of the trace that were lost"
    told.update({"suppressed": sum(f["suppressed"] for f in found), "of them established": said["established"],
                 lost: said["lost"]})
    wrong += [f"{counts.get(name)} {name}, and not {count}" for name, count in told.items()
              if counts.get(name) != str(count)]
    if [row[:2] + row[3:] for row in cells(page, "All findings")] != [
            [f["rule"], f["level"] + ", suppressed" * f["suppressed"], str(f["connections"])] for f in found]:
        wrong.append("the list of findings")
    if cells(page, "Rules that could not be judged") != [
            [u["rule"], str(u["connections"]), u["why"]] for u in said["not_observable"]]:
        wrong.append("what is NOT-OBSERVABLE")
    if len(page.sections) != len(found):
        wrong.append(f"{len(page.sections)} sections")
    for finding, text in zip(found, page.sections.values()):
        parts = [f"{finding['rule']} {finding['level']}: {finding['title']}", finding["connection"], finding["detail"],
                 finding["protocol"], finding["consequence"], finding["fix"], finding["confidence"],
                 finding.get("divergence", ""), *finding["history"][-12:]]
        parts += [part for clause in finding["clauses"] for part in clause.values()]
        wrong += [f"{finding['rule']} without {part!a}" for part in parts if part not in text]
        wrong += [f"{finding['rule']}: suppressed or not"] if ("Suppressed by line" in text) != finding[
            "suppressed"] else []
    if f"Verdict: {said['verdict']}" not in re.sub(r"<[^>]*>", "", raw.decode("utf-8", "replace")):
        wrong.append("the verdict")
    return wrong


# --- What is looked at ----------------------------------------------------------------------------

def report(t, folder, *words):
    """The page and the JSON of `check` or `run`, and the run."""
    page, other = os.path.join(folder, "page"), os.path.join(folder, "report")
    done = t.command(t.tool, words[0], f"--format=html={page}", f"--format=json={other}", *map(str, words[1:]))
    return pathlib.Path(page).read_bytes(), json.loads(pathlib.Path(other).read_bytes()), done


def programs(t, folder):
    for program in [*sorted(t.programs.glob("EW???")), "/bin/true", t.programs / "trap_killed"]:
        page, said, _ = report(t, folder, "run", program, "wrong")
        t.check(f"{os.path.basename(program)}: its page", not misfits(page, said), misfits(page, said))
    page, said, _ = report(t, folder, "run", t.programs / "gnutls/EW010", "wrong")
    t.check("GnuTLS: its page has its names", not misfits(page, said) and b"gnutls_bye" in page, misfits(page, said))
    known = os.path.join(folder, "known")
    pathlib.Path(known).write_text("# known\nEW010 * # <b>\n", encoding="utf-8")
    page, said, _ = report(t, folder, "run", f"--suppressions={known}", t.programs / "EW010", "wrong")
    t.check("a suppression is told with its line", not misfits(page, said) and
            b"Suppressed by line 2: EW010 *" in page, misfits(page, said))
    trace = os.path.join(folder, "trace")
    pathlib.Path(trace).write_text("\n".join([*START, line("end", True)]) + "\n", encoding="utf-8")
    page, said, _ = report(t, folder, "check", trace)
    t.check("the page of a capture", not misfits(page, said) and b"ends of connections" in page and
            said["findings"][0]["rule"] == "EW051", misfits(page, said))


def nasty_traces(t, folder):
    """Traces with names that are no names, by what they have."""
    trace, paths = os.path.join(folder, "trace"), {}
    for rule in ("EW010", "EW020"):
        lines = recorded(t, trace, rule)
        for number, (name, nasty) in enumerate((("controls", NASTY), ("no UTF-8", "@@"), ("tags", SCRIPTS))):
            path = paths[f"{rule}, {name}"] = os.path.join(folder, f"{rule}-{number}")
            with open(path, "wb") as file:
                for one in lines:
                    one = renamed(one, nasty)
                    if "conn" in one:
                        one["conn"] = one["conn"][:80]
                    file.write(json.dumps(one).encode().replace(b"@@", BROKEN) + b"\n")
    return paths


def names(t, folder):
    for name, path in nasty_traces(t, folder).items():
        page, said, done = report(t, folder, "check", path)
        t.check(f"{name}: the page is whole, and they are text", done.returncode == 1 and not misfits(page, said) and
                ("tags" not in name or "<script>alert" in "".join(Page(page).sections.values())), misfits(page, said))


def is_taken_back(t, folder):
    """Whether nothing is left of a page that the disk did not take, and that is said."""
    trace, page = os.path.join(folder, "trace"), os.path.join(folder, "large")
    recorded(t, trace)
    done = t.command(t.tool, "check", f"--format=html={page}", trace,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048)))
    return done.returncode == 2 and f"{page}: File too large" in done.stderr and os.path.getsize(page) == 0, done


# --- What these tests have to find ----------------------------------------------------------------

DAMAGE = {
    "a tag that is not closed": (b"</section>", b""),
    "a script": (b"<h2>", b"<script>1</script><h2>"),
    "a picture from elsewhere": (b"<h2>", b'<img src="//x/y"><h2>'),
    "a handler": (b"<section ", b'<section onclick="x" '),
    "a style sheet from elsewhere": (b"<title>", b'<link href="//x/y"><title>'),
    "a picture of its style": (b"dt{", b"dt{background:url(//x/y);"),
    "a link to elsewhere": (b'href="#f1"', b'href="https://x/"'),
    "a link to nowhere": (b'href="#f1"', b'href="#f2"'),
    "a quote that is none": (b"Seen: ", b'Seen: "'),
    "a control": (b"Seen: ", b"Seen: \x1b"),
    "no UTF-8": (b"Seen: ", b"Seen: \xff"),
    "no language": (b' lang="en"', b""),
    "no header of a column": (b' scope="col"', b""),
    "no caption": (b"<caption>All findings</caption>", b""),
    "a heading left out": (b"<h2>Summary</h2>", b"<h4>Summary</h4>"),
    "another count": (b"errors</th><td>1", b"errors</th><td>2"),
    "no fix": (b"<dt>fix</dt><dd>Call", b"<dt>fix</dt><dd>Do not call"),
    "another verdict": (b"<strong>finding", b"<strong>pass"),
    "half of it": (b"</main>", b"\n"),
}

# What is broken, the source, what it says, what it says instead.
PLANTED = (
    *((f"leaves {mark} as it is", "render/markup.c", f'fputs("&{name};", out); break;', f'fputs("{mark}", out); break;')
      for mark, name in (("<", "lt"), (">", "gt"), ("&", "amp"), ("'", "#39"))),
    ("leaves controls as they are", "render/markup.c", "size_t length = character_at(text); switch",
     "size_t length = 1; switch"),
    ("puts the name of a connection as it is", "render/html.c", "put_text(out, f->conn->id);",
     "fputs(f->conn->id, out);"),
    ("closes no list", "render/html.c", 'fputs("</dl>\\n", out); } static void put_connection',
     '} static void put_connection'),
    ("leaves suppressed findings out", "render/html.c", "put_finding(out, f, s, ++number);",
     "if (!f->suppressed) { put_finding(out, f, s, ++number); }"),
    ("counts findings that are suppressed", "render/pieces.c", "count += f->level == level && !f->suppressed;",
     "count += f->level == level;"),
    ("leaves half a page", "check.c", "!good && is_there && truncate(path, 0) != 0",
     "!good && is_there && path[0] == 0"),
)


def is_found(t, folder, traces, known):
    """Whether one of the tests above sees something."""
    reports = [report(t, folder, "check", f"--suppressions={known}", path) for path in traces.values()]
    return any(misfits(page, said) for page, said, _ in reports) or not is_taken_back(t, folder)[0]


def planted(t, folder):
    traces, good = nasty_traces(t, folder), t.tool
    known = os.path.join(folder, "known")
    pathlib.Path(known).write_text("EW020 *[!\x1b]*\n", encoding="utf-8")
    t.check("the page as it is", not is_found(t, folder, traces, known))
    for what, source, old, new in PLANTED:
        t.tool, why = tool_with(t, folder, source, old, new)
        found = t.tool is not None and is_found(t, folder, traces, known)
        t.tool = good
        t.check(f"a tool that {what} is found", found, why)


def test_html(t):
    with tempfile.TemporaryDirectory() as folder:
        programs(t, folder)
        names(t, folder)
        good, done = is_taken_back(t, folder)
        t.check("a page that the disk does not take", good, done)
        page, said, _ = report(t, folder, "run", t.programs / "EW010", "wrong")
        for name, (old, new) in DAMAGE.items():
            t.check(f"a page with {name}", old in page and misfits(page.replace(old, new, 1), said), old)
        planted(t, folder)
