"""What is said of odd lines, of a trace that is kept, and of programs that the recorder cannot get into."""

import json
import os
import re
import shutil
import struct
import tempfile

LOST = "nothing to judge: lines of the trace were lost, and none of a connection is left"
CAPABILITY = struct.pack("<5I", 0x02000000, 1 << 10, 0, 0, 0)   # VFS_CAP_REVISION_2, CAP_NET_BIND_SERVICE


def odd_lines(t, folder):
    """A line that says two things, or a part of one: refused by its place, and in whatever is in it."""
    path = os.path.join(folder, "odd")
    first = '{"v":1,"kind":"exit","t":1.5,"pid":1,"tid":1}\n'
    for name, line, word in (("a name twice", '{"v":1,"kind":"exit","t":1,"pid":1,"pid":2,"tid":1}', "twice"),
                             ("a name twice within", '{"v":1,"kind":"exit","pid":1,"a":[{"b":1,"b":1}]}', "twice"),
                             ("no whole number", '{"v":1,"kind":"exit","t":1,"pid":1.5,"tid":1}', "not whole"),
                             ("a part within", '{"v":1,"kind":"exit","pid":1,"a":{"value":1.5}}', "not whole")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(first + line + "\n")
        done = t.command(t.tool, "check", path)
        t.check(f"a line with {name}", done.returncode == 2 and f"{path}:2: " in done.stderr and word in done.stderr,
                done)
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"v":1,"kind":"lost","t":0,"pid":0,"tid":0,"lines":1}\n')
    done = t.command(t.tool, "check", path)
    t.check("nothing but lost lines", (done.returncode, done.stdout) == (2, f"==endwell== {LOST}\n"), done)


def kept(t, folder):
    """Everybody can write to a trace while the program runs, and its owner alone when it was kept."""
    trace = os.path.join(folder, "trace")
    mode = "import os, sys; print(oct(os.stat(sys.argv[1]).st_mode & 0o777))"
    for umask, own in ((0o077, 0o600), (0o022, 0o644)):
        done = t.command(t.tool, "run", f"--trace={trace}", "python3", "-c", mode, trace,
                         preexec_fn=lambda: os.umask(umask))
        t.check(f"a trace under umask {umask:o}", (done.stdout, os.stat(trace).st_mode & 0o777) == ("0o666\n", own),
                done)
        os.unlink(trace)


def words(t, folder):
    """What a history says of a shutdown that is half done, and JUnit of what was seen."""
    trace, junit = os.path.join(folder, "trace"), os.path.join(folder, "junit")
    done = t.command(t.tool, "run", f"--trace={trace}", f"--format=junit={junit}", "--format=text",
                     str(t.programs / "EW031"), "wrong")
    is_half = re.search(r"SSL_shutdown\(s\) -> 0(, flags .*)?\n", done.stderr)
    t.check("SSL_shutdown that returns 0 has not failed", is_half, done.stderr)
    with open(trace, encoding="utf-8") as file:
        classes = [line.get("class") for line in map(json.loads, file) if line.get("call") == "SSL_shutdown"]
    t.check("and the trace says its class", "SYSCALL" in classes, classes)
    t.command(t.tool, "run", f"--format=junit={junit}", str(t.programs / "EW010"), "wrong")
    with open(junit, encoding="utf-8") as file:
        said = file.read()
    t.check("JUnit separates what was seen", "it was freed or cleared: The peer cannot" in said, said[:900])


def capabilities(t, folder):
    """Another user's loader leaves out what is preloaded."""
    program, tool = os.path.join(folder, "program"), os.path.join(folder, "tool")
    if os.geteuid() != 0:
        print("not run, as it needs root: a program with file capabilities")
        return
    shutil.copy(t.programs / "EW010", program)
    shutil.copytree(t.installed, tool)
    os.chmod(folder, 0o755)
    try:
        os.setxattr(program, "security.capability", CAPABILITY)
    except OSError as error:
        print(f"not run, as {folder} has no file capabilities: {error}")
        return
    done = t.command(f"{tool}/bin/endwell", "run", program, "wrong", preexec_fn=lambda: os.setuid(65534))
    t.check("a program with file capabilities", done.returncode == 2 and "capabilities" in done.stderr, done)


def test_small(t):
    for test in (odd_lines, kept, words, capabilities):
        with tempfile.TemporaryDirectory() as folder:
            test(t, folder)
