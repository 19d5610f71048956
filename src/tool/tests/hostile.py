"""What somebody else chose: names in traces and binaries, patterns, places to write to. None of it gets through
to a terminal, breaks a form, or is passed over."""

import json
import os
import pathlib
import resource
import shutil
import tempfile
import time
import xml.etree.ElementTree

from forms import count_is_true, sarif_misfits

NASTY = "\x1b[2J\x1b]0;title\x07\r\b\x9b31m\u202egnp.exe\u2066\ufeff\uffff\"'<b>&]]>\\ %s%n \u00e4\u65e5"
BROKEN = b"\xff\xc3\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"   # no UTF-8 at all


def recorded(t, trace, rule="EW010"):
    t.command(t.tool, "run", f"--trace={trace}", str(t.programs / rule), "wrong")
    with open(trace, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def is_fit(text):
    """What a terminal takes for text, and XML and JSON as well."""
    return all(c == "\n" or c.isprintable() or c == " " for c in text)


def renamed(value, nasty):
    """Each name that somebody can choose, made nasty."""
    if isinstance(value, dict):
        return {key: nasty + inner if key in ("conn", "program", "text", "want") and isinstance(inner, str) else
                renamed(inner, nasty) for key, inner in value.items()}
    if isinstance(value, list):
        return [nasty + inner if isinstance(inner, str) else renamed(inner, nasty) for inner in value]
    return value


def names(t, folder):
    trace, report, sarif, junit = (os.path.join(folder, name) for name in ("trace", "report", "sarif", "junit"))
    for rule in ("EW010", "EW020"):
        lines = recorded(t, trace, rule)
        for name, nasty, is_ascii in (("controls", NASTY, True), ("no UTF-8", "@@", True),
                                      ("raw controls of C1", "\x9b31m\u202e", False)):
            with open(trace, "wb") as file:
                for line in lines:
                    text = json.dumps(renamed(line, nasty), ensure_ascii=is_ascii)
                    file.write(text.encode().replace(b"@@", BROKEN) + b"\n")
            done = t.command(t.tool, "check", "--gen-suppressions", f"--format=json={report}",
                             f"--format=sarif={sarif}", f"--format=junit={junit}", trace)
            t.check(f"{rule}, {name}: found, and fit for a terminal", done.returncode == 1 and
                    f"{rule} " in done.stdout and is_fit(done.stdout + done.stderr), ascii(done))
            try:
                with open(report, encoding="utf-8") as file:
                    said = json.load(file)
                with open(sarif, encoding="utf-8") as file:
                    wrong = sarif_misfits(json.load(file))
                good = said["verdict"] == "finding" and not wrong and \
                    count_is_true(xml.etree.ElementTree.parse(junit).getroot())
            except (ValueError, xml.etree.ElementTree.ParseError) as error:
                good, wrong = False, error
            t.check(f"{rule}, {name}: JSON, SARIF and JUnit are whole", good, wrong)
    lines = recorded(t, trace)
    with open(trace, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({**line, "conn": "c" * 121} if "conn" in line else line) + "\n" for line in lines)
    done = t.command(t.tool, "check", trace)
    t.check("a name of a connection that is too long", done.returncode == 2 and "too long" in done.stderr, done)


def binaries(t, folder):
    """A program whose path or functions have such names: its source is found, and it is shown as it is called."""
    for name, shown in (("prüfung-Ä", "prüfung-Ä!"), ("esc\x1b[31m", "esc?[31m!"), ("a\xa0b\\\"", "a\xa0b\\\"!")):
        program = os.path.join(folder, name)
        shutil.copy(t.programs / "EW010", program)
        done = t.command(t.tool, "run", program, "wrong")
        t.check(f"a program called {name!a}", done.returncode == 0 and shown in done.stderr and
                all(c.isprintable() or c in "\n\xa0" for c in done.stderr), ascii(done.stderr[:900]))
        if shown[0] == "p":
            t.check(f"a program called {name!a}: its lines", "wrong (EW010.c:" in done.stderr, done.stderr[:900])
    long_name, program = "wrong_" + "x" * 700, os.path.join(folder, "long")
    built = t.command(*t.compiler, "-std=c99", "-D_GNU_SOURCE", "-w", "-g", f"-Dwrong={long_name}", "-o", program,
                      "src/tool/tests/EW010.c", "src/tool/tests/pair.c", "-lssl", "-lcrypto")
    done = t.command(t.tool, "run", program, "wrong")
    t.check("a function of a long name, and the lines behind it", built.returncode == 0 and "wrong_xxxx" in done.stderr
            and "main (pair.c:" in done.stderr and "(EW010.c:" in done.stderr, built.stderr + done.stderr[:2000])


def stripped(t, folder):
    """A stripped program: offsets where it exports no names, and what its debug file has where that is there."""
    program, debug = os.path.join(folder, "client"), os.path.join(folder, "client.debug")
    built = [t.command(*t.compiler, "-std=c99", "-D_GNU_SOURCE", "-w", "-g", "-o", program, "src/tool/tests/EW010.c",
                       "src/tool/tests/pair.c", "-lssl", "-lcrypto"),
             t.command("objcopy", "--only-keep-debug", program, debug), t.command("strip", program),
             t.command("objcopy", f"--add-gnu-debuglink={debug}", program)]
    t.check("a stripped program and its debug file", not any(done.returncode for done in built), built)
    for name, words in (("with its debug file", ("wrong (EW010.c:", "main (pair.c:")),
                        ("without", ("at client!+0x", "by client!+0x"))):
        done = t.command(t.tool, "run", program, "wrong")
        t.check(f"a stripped program, {name}", all(word in done.stderr for word in words), done.stderr[:900])
        pathlib.Path(debug).unlink(missing_ok=True)


def patterns(t, folder):
    """Patterns that take the power of their length, in an engine that tries them all."""
    trace, known = os.path.join(folder, "trace"), os.path.join(folder, "known")
    lines = recorded(t, trace)
    with open(trace, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({**line, "stack": [["/" + "a" * 380, 1]] * 8} if "stack" in line else line) + "\n"
                        for line in lines)
    with open(known, "w", encoding="utf-8") as file:
        file.writelines(f"EW010 {' '.join([one] * 8)}\n" for one in ("*a" * 30 + "b", "*" * 60 + "b", "?*" * 60 + "b",
                                                                     "[a-z]*" * 60 + "b", "+(a|aa)" * 20 + "b"))
    began = time.monotonic()
    done = t.command(t.tool, "check", f"--suppressions={known}", trace)
    t.check("patterns that could take for ever", done.returncode == 1 and time.monotonic() - began < 20,
            (done.returncode, time.monotonic() - began))


def places(t, folder):
    """A report that cannot be written, wherever it was to go, is said and is no pass."""
    trace = os.path.join(folder, "trace")
    recorded(t, trace)
    for name, out in (("a full disk", "/dev/full"), ("a folder", folder), ("no such folder", folder + "/none/x")):
        for form in ("json", "sarif", "junit", "html"):
            done = t.command(t.tool, "check", f"--format={form}={out}", trace)
            t.check(f"{form} to {name}", done.returncode == 2 and f"{out}: " in done.stderr, done)
        done = t.command(t.tool, "check", f"--trace={out}", trace)
        t.check(f"a trace to {name}", done.returncode == 2 and f"{out}: " in done.stderr, done)
    for words in (("check", trace), ("explain", "EW010"), ("--help",), ("--version",)):
        done = t.command("sh", "-c", 'exec "$@" >/dev/full', "sh", t.tool, *words)
        t.check(f"{words[0]} to a full disk", done.returncode == 2 and "standard output: " in done.stderr, done)
    done = t.command("sh", "-c", 'exec "$@" >&-', "sh", t.tool, "run", str(t.programs / "EW010"), "right")
    t.check("run without a standard output", done.returncode == 0, done)


def ends(t, folder):
    """A program that a signal ends; memory that is not there."""
    for number in (4, 6, 9, 11, 15):
        done = t.command(t.tool, "run", "/bin/sh", "-c", f"kill -{number} $$")
        t.check(f"ended by signal {number}", done.returncode == 128 + number and "nothing to judge" in done.stderr,
                done)
    trace = os.path.join(folder, "trace")
    lines = recorded(t, trace)
    for lost in (-1, 2147483647):
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in [*lines, *[{**lines[0], "lines": lost}] * 3])
        done = t.command(t.tool, "check", trace)
        t.check(f"{lost} lines lost, and again", done.returncode == 1 and
                ("were lost" in done.stdout) == (lost > 0), done.stdout[-300:])
    line = json.dumps(lines[0])
    with open(trace, "w", encoding="utf-8") as file:
        file.write((line + "\n") * 60000)
    done = t.command(t.tool, "check", trace,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 25, 1 << 25)))
    t.check("a trace that memory is too small for", done.returncode == 2 and f"{trace}:" in done.stderr, done)


def test_hostile(t):
    for test in (names, binaries, stripped, patterns, places, ends):
        with tempfile.TemporaryDirectory() as folder:
            test(t, folder)
