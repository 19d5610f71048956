#!/usr/bin/env python3
"""planted.py: wrong mappings of the judge, and recorders that see or say less, that the walk has to find.

Each is one change of a source; the walk is built with it into a folder of its own, walks to depth 3 (4,
with some of the steps, where it takes as many), and has to find it unexplained. A change that does not
apply any more is a failure.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys

import releases

# name, file (of the judge if it names no folder), what it says, what it says instead;
# and the steps that it takes, if more than 3
PLANTED = [
    ("an old error is a failure", "outcome.c", "    if (!only_stale(e)) {", "    if (true) {"),
    ("an alert is a close", "outcome.c", "? EW_EVENT_FATAL_ALERT : EW_EVENT_CLOSE_NOTIFY",
     "? EW_EVENT_CLOSE_NOTIFY : EW_EVENT_CLOSE_NOTIFY"),
    ("data behind our close is a failure", "outcome.c", "return EW_EVENT_DATA;\n    }\n    return of_class",
     "return EW_EVENT_TLS_ERROR;\n    }\n    return of_class"),
    ("an end of file is a failure of TLS", "outcome.c",
     "if (reason == REASON_EOF) {", "if (false && reason == REASON_EOF) {"),
    ("WANT_WRITE is done", "outcome.c", "return EW_EVENT_WANT_WRITE;", "return EW_EVENT_DONE;"),
    ("a blocked notice is sent", "outcome.c",
     "return e->value >= 0 ? of_success(e) : of_class(e, action);", "return EW_EVENT_DONE;"),
    ("a failed transport has ended", "outcome.c", "(reads && e->error == 0) ||", "reads ||"),
    ("a read that could not send has ended", "outcome.c",
     "action == EW_ACTION_RECEIVE && !sends", "action == EW_ACTION_RECEIVE",
     "peer-hello-request", "take-nothing", "fail-read", "read-small"),
    ("read is write", "judge.c", '{"SSL_read", EW_EVENT_READ}', '{"SSL_read", EW_EVENT_WRITE}'),
    ("peek is not seen", "judge.c", '{"SSL_peek", EW_EVENT_READ}', '{"SSL_poke", EW_EVENT_READ}'),
    ("nothing sent is sent", "outcome.c",
     "return e->out == 0 ? EW_EVENT_IO_ERROR", "return e->out < 0 ? EW_EVENT_IO_ERROR",
     "be-full", "shutdown", "take-nothing"),
    ("flags are shifted", "predicates.c",
     "EW_EVENT_SET_SHUTDOWN_0 + (flags & 3)", "EW_EVENT_SET_SHUTDOWN_0 + (flags & 1)"),
    ("what was not asked is a failure", "outcome.c", "(blocks || is_foreign)", "blocks"),
    ("a write of nothing counts", "judge.c", "!writes_nothing(e) && ", ""),
    ("a handshake that runs is none", "follow.c", "} else if (e->before.handshake == HANDSHAKE_RUNNING &&",
     "} else if (false &&"),
    ("reads that were passed over are not made", "follow.c", "(reads > 0 || waits > 0)", "false",
     "peer-closes", "read-small", "set-0"),
    ("a line does not say what was passed over", "follow.c", "    follow_skipped(c, e->reads, e->waits);\n", "",
     "peer-closes", "read-small", "set-0", "shutdown"),
    ("a repeated write is passed over", "record/calls.c", "(!c->unsettled && gave_bytes(w))", "gave_bytes(w)",
     "be-full", "write", "take-all"),
    ("a read that fails is passed over", "record/data.c",
     "reads && value <= 0 && waits_to_read(lib, w->ssl)", "reads && value <= 0"),
    ("a queue that was not asked was empty", "record/data.c", "f->unasked = !is_read(w->call);", "f->unasked = false;"),
    ("what it waits for is not asked", "record/facts.c",
     "f->retry = waits_to_read(lib, ssl) || waits_to(lib, ssl, WANT_WRITING);", "f->retry = false;"),
    ("the peer's close is not seen", "record/facts.c",
     "f->flags = lib->SSL_get_shutdown(ssl);", "f->flags = lib->SSL_get_shutdown(ssl) & 1;"),
    ("a handshake that runs has not begun", "record/facts.c", ": HANDSHAKE_RUNNING;", ": HANDSHAKE_NONE;"),
    ("no byte goes out", "record/call_line.c",
     "(unsigned long long)(w->after.out - w->before.out)", "0ull"),
]
# The same of GnuTLS, walked to depth 2.
PLANTED_GNUTLS = [
    ("an end is a close", "gnutls.c", "case E_PREMATURE: return EW_EVENT_EOF;",
     "case E_PREMATURE: return EW_EVENT_CLOSE_NOTIFY;"),
    ("an alert is a close", "gnutls.c", "return EW_EVENT_FATAL_ALERT;", "return EW_EVENT_CLOSE_NOTIFY;"),
    ("no byte is data", "gnutls.c", "if (e->value == 0 || e->value == E_SESSION_EOF) {", "if (false) {"),
    ("a failed transport is a failure of TLS", "gnutls.c", "case E_PULL: return EW_EVENT_IO_ERROR;",
     "case E_PULL: return EW_EVENT_TLS_ERROR;"),
    ("a close_notify that blocks is out", "gnutls.c",
     "return of_blocked(e) == EW_EVENT_WANT_WRITE ? EW_EVENT_WANT_WRITE : EW_EVENT_DONE;", "return EW_EVENT_DONE;"),
    ("gnutls_bye never waits", "gnutls.c", "e->argument == BYE_BOTH", "false"),
    ("a read is a write", "gnutls.c", '{"gnutls_record_recv", EW_EVENT_READ}',
     '{"gnutls_record_recv", EW_EVENT_WRITE}'),
]


def build(arguments, source, text, out):
    """The walk with one source of the judge or the recorder replaced. Exits 2 where it cannot be built."""
    out.mkdir(parents=True, exist_ok=True)
    changed = out / source.name
    changed.write_text(text, encoding="utf-8")
    made, program = out / "changed.o", out / "fidelity"
    objects = [o for o in arguments.objects if not o.endswith(f"/{source.parent.name}/{source.stem}.o")]
    if len(objects) != len(arguments.objects) - 1:
        sys.exit(f"planted: no object of {source} among those to link")
    for command in ([arguments.cc, "-std=c99", "-D_GNU_SOURCE", "-w", "-O1", "-Isrc/tool", f"-I{source.parent}",
                     f"-I{arguments.core}", "-Ispec", "-c", "-o", str(made), str(changed)],
                    [arguments.cc, "-o", str(program), str(made), *objects, *arguments.libs.split()]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"planted: {' '.join(command)}\n{done.stderr}", file=sys.stderr)
            sys.exit(2)
    return program


def finds(command):
    """Whether the walk says that something is unexplained; it need not go on then."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          start_new_session=True) as walk:
        found = any("UNEXPLAINED" in line for line in walk.stdout)
        with contextlib.suppress(ProcessLookupError):   # it works in processes of its own
            os.killpg(walk.pid, signal.SIGKILL)
    return found


def test_kept():
    """(name, whether it is so) of the figures of releases.json, by the sources that they are of."""
    kept = {"sources": {"outcome.c": "1", "trace.c": "2"}}
    yield "figures of these sources", not releases.is_of_another(kept, {"outcome.c": "1"})
    yield "figures of another mapping", releases.is_of_another(kept, {"outcome.c": "3"})
    counts = {"depth": 3, "compared": 1, "equal": 1, "explained": 0, "unexplained": 0}
    whole = {series: dict(counts, depth=4) for series in releases.REQUIRED}
    yield "as they have to be", not list(releases.wrong_with({"releases": whole}))
    for series in releases.REQUIRED:
        less = {"releases": {**whole, series: counts}}
        yield f"{series} to a smaller depth", len(list(releases.wrong_with(less))) == 1
    yield "figures from before a source", releases.is_of_another(kept, {"outcome.c": "1", "more.c": "4"})


def main():
    parser = argparse.ArgumentParser()
    for name in ("--out", "--cc", "--core", "--libs"):
        parser.add_argument(name, required=True)
    parser.add_argument("--gnutls", action="store_true")
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()
    passed = failed = 0
    for name, good in () if arguments.gnutls else test_kept():
        passed += good
        failed += not good
        if not good:
            print(f"FAILED: {name}")
    for number, (name, file, old, new, *steps) in enumerate(PLANTED_GNUTLS if arguments.gnutls else PLANTED):
        source = pathlib.Path("src/tool") / (file if "/" in file else f"judge/{file}")
        text = source.read_text(encoding="utf-8")
        if text.count(old) != 1:
            print(f"FAILED: {name}: the place stands {text.count(old)} times in {source}")
            failed += 1
            continue
        program = build(arguments, source, text.replace(old, new), pathlib.Path(arguments.out) / str(number))
        command = [str(program), *(["6", "", *steps] if steps else ["2" if arguments.gnutls else "3"])]
        if finds(command):
            passed += 1
        else:
            print(f"FAILED: {name}: not found")
            failed += 1
    print(f"test-fidelity: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
