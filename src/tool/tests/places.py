"""Where a finding is: those of one place are one, and a line that hides it hides no other."""

import json
import os
import shutil
import tempfile

from variants import tool_with

SOURCES = [f"src/tool/tests/{name}.c" for name in ("trap_left", "pair")]
# How a program is built; what the generated line has of it.
BUILDS = (("its symbols dynamic", ("-g", "-rdynamic"), "!wrong"), ("debug information", ("-g",), "!shake_here"),
          ("nothing", ("-s",), "!+0x"))


def built(t, folder, *flags):
    program = os.path.join(folder, "left")
    done = t.command(*t.compiler, "-D_GNU_SOURCE", "-O1", *flags, "-o", program, *SOURCES, "-lssl", "-lcrypto")
    t.check(f"trap_left is built with {flags}", done.returncode == 0, done.stderr)
    return program


def report_of(t, program, way, *options):
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        done = t.command(t.tool, "run", f"--format=json={report}", "--format=text", *options, program, way)
        with open(report, encoding="utf-8") as file:
            return json.load(file)["findings"], done


def wrong_places(t, folder, builds=BUILDS):
    """What is wrong with the places of connections that an exit ends, and with what hides them."""
    known = os.path.join(folder, "known")
    for name, flags, word in builds:
        program = built(t, folder, *flags)
        found, done = report_of(t, program, "wrong", "--gen-suppressions")
        lines = [line for line in done.stderr.splitlines() if line.startswith("EW")]
        ends = sum(f["connections"] for f in found)
        is_one = [f["rule"] for f in found] == ["EW010"] * 2 and ends == 40   # shake_here has two calls
        if not is_one or "its last call" not in done.stderr:
            yield name, "merged", len(found), ends
        if len(lines) != 2 or any("*" in line or word not in line for line in lines):
            yield name, "generated", lines
        with open(known, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        for way, count in (("wrong", 0), ("right", 2)):
            found, _ = report_of(t, program, way, f"--suppressions={known}")
            if sum(not f["suppressed"] for f in found) != count:
                yield name, "hidden", way, lines


def by_hand(t, folder):
    """The names that the report shows, and a line in SARIF and JSON."""
    known, sarif = os.path.join(folder, "known"), os.path.join(folder, "sarif")
    program = built(t, folder, "-g")
    with open(known, "w", encoding="utf-8") as file:
        file.write("EW010 left!shake_here\n")
    found, _ = report_of(t, program, "wrong", f"--suppressions={known}", f"--format=sarif={sarif}")
    t.check("a name of debug information in a suppression", found and all(f["suppressed"] for f in found), found)
    t.check("JSON has the line in the source", all(f["source"].startswith("shake_here (trap_left.c:") for f in found),
            found)
    with open(sarif, encoding="utf-8") as file:
        places = [r["locations"][0]["physicalLocation"] for r in json.load(file)["runs"][0]["results"]]
    t.check("SARIF has the line in the source", places and all(
        p["artifactLocation"]["uri"].endswith("/trap_left.c") and p["region"]["startLine"] > 1 for p in places), places)


def without_place(t, folder):
    """Where there is none, no line that hides everything is written."""
    trace = os.path.join(folder, "trace")
    t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
    with open(trace, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    with open(trace, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({k: v for k, v in line.items() if k != "stack"}) + "\n" for line in lines)
    done = t.command(t.tool, "check", "--gen-suppressions", trace)
    t.check("no place, no suppression", "\nEW" not in done.stdout and "\n# EW010 was found without a place" in
            done.stdout, done.stdout[-300:])


PLANTED = (
    ("does not take the last call for the place of an exit", "judge/findings.c", "e->conn == NULL && i-- > 0",
     "e->conn == NULL && i-- > c->events", "merged"),
    ("hides any place of a file", "render/suppress.c", 'fprintf(out, " %s", text);',
     'text[strcspn(text, "!") + 1] = 0; fprintf(out, " %s*", text);', "hidden"),
    ("hides the rule wherever it is found", "render/suppress.c",
     's->patterns == 1 && strcmp(s->pattern[0], "*") == 0', "1", "hidden"),
)


def test_places(t):
    with tempfile.TemporaryDirectory() as folder:
        wrong = list(wrong_places(t, folder))
        t.check("connections that an exit ends, and what hides them", not wrong, wrong)
        by_hand(t, folder)
        without_place(t, folder)
    good = t.tool
    for what, source, old, new, word in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(os.path.dirname(good), "libendwell-record.so"), folder)
            t.tool, why = tool_with(t, folder, source, old, new)
            found = t.tool and list(wrong_places(t, folder, BUILDS[-1:]))
        t.tool = good
        t.check(f"a tool that {what} is found", found and any(word in one for one in found), (found, why))
