#!/usr/bin/env python3
"""forms_test.py: what forms.py rests on notices what it should. Run from the root of the tree.

That every form notices a damaged machine is tested by forms.py itself, each time.
Ends with `N passed, N failed`; exits 1 if one failed.
"""
import os
import re
import shutil
import sys
import tempfile

import rooms  # where the modules below are
import acsl
import breaking
import forms
import forms_list
from forms_list import EVERYTHING, Form
from forms_stream import Stream, first_unequal
from wp import CannotRun

HEADER = """
/*@ logic integer word(integer a, integer b) = a + 256 * b;
    predicate same{A,B}(ew_machine *m) = \\at(m->sent,A) == \\at(m->sent,B);
    predicate open{L}(ew_machine *m) = m->sent == 0; */
"""


def written_out(contract):
    definitions = acsl.Definitions([HEADER])
    return " ".join(acsl.write_out(f"/*@ {contract} */", definitions).split())


def refused(what, *given):
    """What it says when it cannot run; None when it does."""
    try:
        what(*given)
    except CannotRun as error:
        return str(error)
    return None


# The stream in words ------------------------------------------------------------------------------

def changed(stream, part, at, parts=None):
    """What is said when one byte of an otherwise right stream is another."""
    parts = parts or EVERYTHING
    start = next(first for name, first, _ in stream.bounds(parts) if name == part)
    wanted = bytes(stream.size(parts))
    got = bytearray(wanted)
    got[start + at] = 1
    return stream.first_difference(bytes(got), wanted, parts)


def words_cases(stream):
    first = "handshake none, sent no, received no, quiet off, fatal none, notice_out none, " \
        "notice_in none, output idle, session keep, busy idle"
    last = "handshake done, sent yes, received yes, quiet on, fatal ssl, notice_out delivered, " \
        "notice_in seen, output pending, session drop, busy handshake"
    yield "relation, first state", changed(stream, "relation", 14 + 10), \
        f"relation: event read in {first}: action is flush, not return"
    yield "relation, last byte", changed(stream, "relation", stream.parts["relation"][0] - 1), \
        f"relation: event tls_error in {last}: reason is corrupt, not none"
    second = first.replace("busy idle", "busy flush")
    yield "calls", changed(stream, "calls", 12 * 14 + 1), \
        f"calls: ew_shutdown in {second}: next sent is yes, not no"
    yield "answers", changed(stream, "answers", 5 + 2), \
        f"answers: ew_session_kept in {second}: answers 1, not 0"
    yield "answers of a form that has no calls", \
        changed(stream, "answers", 0, ["relation", "answers", "start"]), \
        f"answers: ew_get_shutdown in {first}: answers 1, not 0"
    yield "start", changed(stream, "start", 4), \
        "start: ew_init: next fatal is syscall, not none"
    yield "unknown events", changed(stream, "unknown_events", 14 + 11), \
        f"unknown_events: event 25, which is no event in {first}: value is 1, not 0"
    yield "corrupt states", changed(stream, "corrupt_states", 256 * 14 + 5 + 14), \
        "corrupt_states: event read in " \
        f"{last.replace('handshake done', 'handshake 3')}: next handshake is running, not none"
    yield "corrupt states, another field", \
        changed(stream, "corrupt_states", 2 * 253 * (256 * 14 + 5) + 256 * 14 + 1), \
        "corrupt_states: ew_end_of_data in " \
        f"{first.replace('sent no', 'sent 2')}: answers 1, not 0"


def length_cases(stream):
    wanted = bytes(stream.size(EVERYTHING))
    yield "short", "the stream ends here, 1 bytes short" in \
        stream.first_difference(wanted[:-1], wanted, EVERYTHING), True
    yield "long", "more follow" in \
        stream.first_difference(wanted + b"0", wanted, EVERYTHING), True
    yield "equal", stream.first_difference(wanted, wanted, EVERYTHING), None
    yield "a byte too many", [part for part, _ in stream.wrong_parts(b"0", [])], [None]
    for at in (0, 1, 2, 500, 998, 999):
        other = bytearray(1000)
        other[at] = 1
        yield f"first difference at {at}", first_unequal(bytes(1000), bytes(other)), at


# The tools ----------------------------------------------------------------------------------------

def tool_cases():
    form = Form("f", {"no-such-tool": "its-package", "/no/such/*": "another", "sh": "dash"}, [], [])
    yield "missing tools", forms.missing([form]), \
        ["no-such-tool is missing (f)", "/no/such/* is missing (f)",
         "mend with: apt-get install another its-package"]
    everything = forms_list.everything("build/gen/endwell-gen", 1)
    yield "every form has a name of its own", len({form.name for form in everything}), \
        len(everything)


def overrun(stream, folder):
    """The case in which a core is caught that clears one byte too many."""
    out = os.path.join(folder, "out")
    os.mkdir(out)
    shutil.copy("gen/out/ew_core.h", out)
    with open("gen/out/ew_core.c", encoding="utf-8") as file:
        text = re.sub(r"(?s)(on_clear\(ew_machine \*m\)\n\{\n)", r"\1    (&m->busy)[1] = 0;\n",
                      file.read(), count=1)
    with open(os.path.join(out, "ew_core.c"), "w", encoding="utf-8") as file:
        file.write(text)
    made = forms.Made(forms_list.host("gcc", "-O0"), stream, out, "", os.path.join(folder, "f"))
    made.make()
    got, size = made.run().data, stream.parts["relation"][0]
    good = forms.Made(forms_list.host("gcc", "-O0"), stream, "gen/out", "",
                      os.path.join(folder, "f"))
    good.make()
    said = stream.first_difference(got[:size], good.run().data[:size], ["relation"])
    return re.search(r"event clear in handshake none|$", said)[0]


def run_cases(stream):
    with tempfile.TemporaryDirectory() as folder:
        def ran(*command, steps=(), **more):
            made = forms.Made(Form("f", {}, list(steps), list(command), **more), stream, "", "",
                              os.path.join(folder, "f"))
            made.make()
            return made.run()

        endless = ran("yes")
        yield "a form that writes for ever is stopped", endless.status != 0, True
        yield "and is different", len(stream.wrong_parts(endless.data, EVERYTHING)), 7
        waits = ran("sh", "-c", "printf 0123456789; exec sleep 60", parts=["start"], endless=True)
        yield "a form that does not end is ended", (waits.data, waits.status), (b"0123456789", 0)
        yield "a form that fails", ran("sh", "-c", "exit 3").status, 3
        yield "a form that cannot be built", \
            "no-such-file" in (refused(lambda: ran("true", steps=[["cat", "no-such-file"]]))
                               or ""), True
        yield "a core that writes beyond its machine", overrun(stream, folder), \
            "event clear in handshake none"
        log = os.path.join(folder, "output")
        for construct, is_good in (("terminates clause", True), ("predicates with labels", False)):
            with open(log, "w", encoding="utf-8") as file:
                file.write("[e-acsl] spec/a.h:9: Warning: \n  E-ACSL construct\n  "
                           f"`{construct}'\n  is not yet supported.\n  Ignoring annotation.\n")
            said = refused(forms_list.check_translation, folder, "")
            yield f"E-ACSL leaves out: {construct}", said is None, is_good


# Contracts ----------------------------------------------------------------------------------------

def contract_cases():
    yield "two labels", written_out("ensures same{Pre,Post}(m);"), \
        "/*@ ensures (\\at(m->sent,Pre) == m->sent); */"
    yield "a state before", written_out("ensures !open{Pre}(m);"), \
        "/*@ ensures !\\at((m->sent == 0),Pre); */"
    yield "the state at hand", written_out("requires open(m);"), "/*@ requires (m->sent == 0); */"
    yield "arguments", written_out("ensures \\result == word(f(1, 2), 1 + 1);"), \
        "/*@ ensures \\result == ((f(1, 2)) + 256 * (1 + 1)); */"
    yield "a clause left out", \
        acsl.write_out("/*@\n ensures a: x;\n ensures b: y;\n*/", acsl.Definitions([]), ["a"]), \
        "/*@\n ensures b: y;\n*/"
    yield "too few arguments", refused(written_out, "ensures word(1);") is not None, True
    yield "a definition of another kind", \
        refused(acsl.Definitions, ["/*@ predicate p(int a) reads a; */"]) is not None, True


def main():
    stream, told = Stream("gen/out"), breaking.Cases()
    cases = [*words_cases(stream), *length_cases(stream), *tool_cases(), *run_cases(stream),
             *contract_cases()]
    for name, got, wanted in cases:
        told.judge(name, got == wanted, f"  got      {got}\n  expected {wanted}")
    return told.status()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, CannotRun) as error:
        print(f"forms_test.py: {error}", file=sys.stderr)
        sys.exit(2)
