"""What is a pass: the end of a connection has to have been judged, of one at least."""

import json
import os
import shutil
import tempfile

from variants import tool_with

NONE_JUDGED = "no end of a connection could be judged: that nothing was found is no pass"
NONE_THERE = "no connection was established: how one is closed was not seen"


def lines_of(t, program, way):
    """What was recorded of the program itself, and not of its peer."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace")
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / program), way)
        with open(trace, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
    ours = next(line["conn"] for line in lines if line.get("call") == "SSL_connect").split(".")[0]
    return [line for line in lines if line["pid"] == int(ours)]


def checked(t, lines, *options):
    """The exit status, the verdict and why, and the first line of the text."""
    with tempfile.TemporaryDirectory() as folder:
        trace, report = os.path.join(folder, "trace"), os.path.join(folder, "report")
        with open(trace, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
        done = t.command(t.tool, "check", f"--format=json={report}", "--format=text", *options, trace)
        with open(report, encoding="utf-8") as file:
            said = json.load(file)
    return done.returncode, said["verdict"], said.get("why"), done.stdout.split("\n")[0][len("==endwell== "):]


def shared(lines):
    """The same, as if the process had forked."""
    return [{**line, **({"shared": True} if "conn" in line else {})} for line in lines]


def early(lines):
    """The same, had its handshake failed."""
    failed = {"value": -1, "class": "SSL", "after": {"flags": 0, "quiet": 0, "handshake": "running"}}
    return [{**line, **(failed if line.get("call") == "SSL_connect" else {})} for line in lines
            if line.get("call", "SSL_connect") in ("SSL_connect", "SSL_free")]


def wrong_verdicts(t):
    """The names of the traces that are not judged as they have to be."""
    wrong, right = (lines_of(t, "EW010", way) for way in ("wrong", "right"))
    killed = lines_of(t, "trap_killed", "wrong")
    reset = lines_of(t, "trap_reset", "right")
    renamed = [{**line, "pid": 1, **({"conn": "1.1"} if "conn" in line else {})} for line in right]
    none, no_pass = (2, "could not", NONE_JUDGED, NONE_JUDGED), (2, "could not", NONE_THERE, NONE_THERE)
    wanted = {"right": (right, (), 0), "wrong": (wrong, (), 1), "forked": (shared(wrong), (), none),
              "killed": (killed, (), none), "not established": (early(right), (), no_pass),
              "reset by the peer": (shared(reset), (), 0), "killed, and one that was not": (killed + renamed, (), 0),
              "killed, and a rule of the end": (killed, ("--rules=EW011,EW020",), none),
              "killed, and rules of calls": (killed, ("--rules=EW020",), 0)}
    for name, (lines, options, status) in wanted.items():
        seen = checked(t, lines, *options)
        if seen != status and (isinstance(status, tuple) or seen[:2] != (status, ("pass", "finding")[status])):
            yield name, seen


# What is broken, the source, what it says, what it says instead; what has to be seen of it.
PLANTED = (
    ("has a pass where no end was judged", "render/pieces.c", "is_no_end_judged(s, j)", "0", "killed"),
    ("takes an end that a fork hides for judged", "judge/predicates.c", "|| !c->shared);", "|| 1);", "forked"),
    ("does not take a reset for an end", "judge/predicates.c", "(c->over || !is_alive(c)", "(c->ended",
     "reset by the peer"),
    ("asks for ends where rules of calls are asked for", "render/choose.c", "return is_asked &&", "return",
     "killed, and rules of calls"),
)


def test_ends(t):
    wrong = list(wrong_verdicts(t))
    t.check("no pass where no end was judged", not wrong, wrong)
    good = t.tool
    for what, source, old, new, name in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(os.path.dirname(good), "libendwell-record.so"), folder)
            t.tool, why = tool_with(t, folder, source, old, new)
            found = t.tool and [one for one, _ in wrong_verdicts(t)]
        t.tool = good
        t.check(f"a tool that {what} is found", found and name in found, (found, why))
