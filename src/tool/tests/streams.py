"""endwell check of what is no file with an end: pipes are read whole, and what has no end is refused early."""

import os
import resource
import subprocess
import tempfile

from device import GOOD, HEAD, LACKED, check, dump_of

MEMORY = 256 << 20     # of address space, of which 1 MB of a line is little
ENDLESS = HEAD.pack(0x31545745, 0xffffffff, 1, 1000)
LINE = '{"v":1,"kind":"exit","t":1,"pid":1,"tid":1%s}\n'
LONG, LARGE = "a line of more than 1048576 bytes", "a device's dump of more than 1048576 records"


def little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def through_a_pipe(t, path, *options):
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
        return t.command(t.tool, "check", *options, f"/dev/fd/{cat.stdout.fileno()}", pass_fds=[cat.stdout.fileno()])


def pipes(t, folder):
    trace, dump, kept = (os.path.join(folder, name) for name in ("trace", "dump", "kept"))
    t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
    with open(dump, "wb") as file:
        file.write(dump_of(*GOOD))
    for name, path, status in (("trace", trace, 1), ("dump", dump, 0)):
        direct, piped = t.command(t.tool, "check", path), through_a_pipe(t, path)
        t.check(f"a {name} through a pipe", (piped.returncode, piped.stdout) == (status, direct.stdout), piped)
    with open(trace, "r", encoding="utf-8") as file:
        done = t.command(t.tool, "check", f"--trace={kept}", "/dev/stdin", stdin=file)
    with open(trace, "rb") as one, open(kept, "rb") as other:
        t.check("the standard input, and each line of it", done.returncode == 1 and
                one.read().count(b"\n") == other.read().count(b"\n"), done)
    for length in range(5):   # shorter than what a dump is known by, and as long
        with open(dump, "wb") as file:
            file.write(ENDLESS[:length])
        done = through_a_pipe(t, dump)
        t.check(f"the first {length} bytes of a dump", done.returncode == 2 and done.stdout + done.stderr, done)


def endless(t, folder):
    """Zeros without end behind the beginning of something; the first line, and a later one, and a dump."""
    line, torn = LINE % "", LINE.replace("exit", "lost") % ',"lines":1'
    for name, first, place, word in (("zeros", "", 1, LONG), ("a third line", 2 * line, 3, LONG),
                                     ("a line of a torn trace", torn + '{"v":1,', 2, LONG),
                                     ("a dump", ENDLESS.decode("latin-1"), 1, LARGE)):
        path = os.path.join(folder, "first")
        with open(path, "w", encoding="latin-1") as file:
            file.write(first)
        with subprocess.Popen(["cat", path, "/dev/zero"], stdout=subprocess.PIPE) as cat:
            pipe = f"/dev/fd/{cat.stdout.fileno()}"
            done = t.command(t.tool, "check", pipe, pass_fds=[cat.stdout.fileno()], preexec_fn=little_memory)
            cat.kill()
        t.check(f"without end: {name}", (done.returncode, done.stderr) == (2, f"endwell: {pipe}:{place}: {word}\n"),
                done)
    done = t.command(t.tool, "run", "--suppressions=/dev/zero", "/bin/sh", "-c", "echo started",
                     preexec_fn=little_memory)
    t.check("suppressions without end", (done.returncode, done.stdout) == (2, "") and "/dev/zero:1: " in done.stderr,
            done)


def edges(t, folder):
    """A line as long as may be, and one that has more behind a byte of 0."""
    path = os.path.join(folder, "edge")
    for more, word in ((0, "nothing to judge"), (1, LONG)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(LINE % (" " * ((1 << 20) + more + 1 - len(LINE % ""))))
        done = t.command(t.tool, "check", path)
        t.check(f"a line of {more} bytes more than may be", done.returncode == 2 and word in done.stdout + done.stderr,
                done)
    with open(path, "w", encoding="utf-8") as file:
        file.write(LINE % "" + (LINE % "").rstrip() + "\0 and more\n")
    done = t.command(t.tool, "check", path)
    t.check("a byte of 0 within a line", done.returncode == 2 and f"{path}:2: not JSON" in done.stderr, done)
    with open(path, "w", encoding="utf-8") as file:
        file.write((LINE % "").rstrip())
    done = t.command(t.tool, "check", path)
    t.check("a last line without its end", done.returncode == 2 and "nothing to judge" in done.stdout, done)


def test_streams(t):
    with tempfile.TemporaryDirectory() as folder:
        pipes(t, folder)
        endless(t, folder)
        edges(t, folder)
        _, unseen, _ = check(t, "/dev/null")
        t.check("an empty trace: every rule is NOT-OBSERVABLE", LACKED <= unseen, unseen)
