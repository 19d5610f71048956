"""What whoever starts the tool has set: signals, limits, folders; and programs that know no bounds themselves."""

import json
import os
import platform
import resource
import signal
import subprocess
import tempfile

import recorders

BASE, MEMORY = 8 << 20, 12 << 10     # bytes of the judge: without a trace, and for a connection with its places
IGNORED = (signal.SIGCHLD, signal.SIGXFSZ)
# Leaves a child behind, which starts something once the trace is gone.
DAEMON = '''import os, sys, time
os.fork() and sys.exit()
while os.listdir(os.environ["TMPDIR"]):
    time.sleep(0.05)
os.execv(sys.argv[1], sys.argv[1:])
'''


def ignore():
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)


def signals(t):
    """Ignored by whoever started it: the exit status is the program's, and the program ignores them as before."""
    show = ("/bin/sh", "-c", "grep SigIgn /proc/self/status; exit 7")
    for before in (ignore, None):
        plain, watched = t.command(*show, preexec_fn=before), t.command(t.tool, "run", *show, preexec_fn=before)
        t.check(f"signals ignored by {before}: the status, and what the program ignores",
                (watched.returncode, watched.stdout) == (7, plain.stdout), (plain, watched))


def small_files(t, folder):
    """Of a limit on the size of files the signal would end the tool, too."""
    trace = os.path.join(folder, "trace")
    t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
    for words in (("run", "/bin/true"), ("check", f"--format=json={folder}/report", trace)):
        done = t.command(t.tool, *words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
        t.check(f"no file may have a byte: {words[0]}", done.returncode == 2 and "File too large" in done.stderr, done)


def few_descriptors(t):
    """As few as the program itself can do with, and one more."""
    program = (str(t.programs / "EW010"), "wrong")
    for count in range(3, 20):
        def little():
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
        if t.command(*program, preexec_fn=little).returncode == 0:
            break
    count += 1
    done = t.command(t.tool, "run", *program, preexec_fn=little)
    t.check(f"{count} descriptors", done.returncode == 0 and "EW010 error" in done.stderr, done)
    for count in (0, 1, 2, 3):
        done = t.command(t.tool, "run", *program, preexec_fn=little)
        t.check(f"{count} descriptors: no pass", done.returncode not in (0, None) and done.returncode > 0, done)


def folders(t, folder):
    """TMPDIR as a program gets it: relative, and empty."""
    before = t.environment
    for name in (".", "", "a/../"):
        t.environment = {**before, "TMPDIR": name}
        os.makedirs(os.path.join(folder, "a"), exist_ok=True)
        done = t.command(t.tool, "run", str(t.programs / "EW010"), "wrong", cwd=folder)
        t.check(f"TMPDIR={name!r}", "EW010 error" in done.stderr and os.listdir(folder) == ["a"], done)
    t.environment = before


def full(t, folder):
    """A trace has a limit, for a program that is started with an empty environment as well; it is said."""
    trace, before = os.path.join(folder, "trace"), t.environment
    t.environment = {**before, "ENDWELL_TRACE_LIMIT": "1"}
    again = "import os, sys; os.execve(sys.argv[1], sys.argv[1:], {'ENDWELL_CERTS': os.environ['ENDWELL_CERTS']})"
    for name, words in (("", ()), (", without an environment", ("python3", "-c", again))):
        done = t.command(t.tool, "run", "--error-exitcode=9", f"--trace={trace}", *words, str(t.programs / "many"),
                         "wrong")
        size = os.path.getsize(trace)
        t.check(f"a full trace{name}", done.returncode == 2 and "full with 1 MB" in done.stderr and
                "lines of the trace were lost" in done.stderr and 1 << 20 <= size < (1 << 20) + 5000, (size, done))
    t.environment = before


def left_behind(t, folder):
    """What a program leaves running makes no trace again once it was judged."""
    before = t.environment
    t.environment = {**before, "TMPDIR": folder}
    done = t.command(t.tool, "run", "python3", "-c", DAEMON, str(t.programs / "EW010"), "wrong",
                     stdin=subprocess.DEVNULL)   # until the last of them has closed its standard error
    t.check("a daemon is not waited for", done.returncode == 0 and "nothing to judge" in done.stderr, done)
    t.check("a daemon leaves no trace", os.listdir(folder) == [], os.listdir(folder))
    t.environment = before


def day_of(t, folder, count, with_places):
    """The trace of a server with that many connections, each as EW010's."""
    trace = os.path.join(folder, "trace")
    t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
    with open(trace, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    ours = next(line["conn"] for line in lines if line.get("call") == "SSL_connect")  # and not the peer's
    of_one = [line for line in lines if line.get("conn") == ours]
    with open(trace, "w", encoding="utf-8") as file:
        for pid in range(1, count + 1):
            for line in [lines[1], *of_one]:
                line = {key: value for key, value in line.items() if key != "stack" or with_places}
                line.update({"pid": pid, **({"conn": f"{pid}.1"} if "conn" in line else {})})
                file.write(json.dumps(line) + "\n")
            file.write(json.dumps({"v": 1, "kind": "exit", "t": 1, "pid": pid, "tid": pid}) + "\n")
    return trace


def test_large(t):
    """A day of a server: time grows with the trace and not with its square, memory by so much for each connection."""
    for count, with_places, most in ((20000, False, resource.RLIM_INFINITY), (4000, True, BASE + 4000 * MEMORY)):
        with tempfile.TemporaryDirectory() as folder:
            trace, report = day_of(t, folder, count, with_places), os.path.join(folder, "report")
            try:
                done = t.command(t.tool, "check", f"--format=json={report}", trace,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
            except subprocess.TimeoutExpired as error:
                t.check(f"{count} connections in time", False, error)
                continue
            said = {"connections": 0, "established": 0}
            if os.path.exists(report):
                with open(report, encoding="utf-8") as file:
                    said = json.load(file)
            t.check(f"{count} connections", (done.returncode, said["connections"], said["established"]) ==
                    (1, count, count), (done.returncode, done.stderr, said["connections"]))


def second_library(t, folder):
    """A libssl beside another, whose SSL_up_ref returns 77; each of its objects stays its own, however many."""
    if platform.machine() != "x86_64":
        print("not run, as it changes machine code of x86-64: the objects of a second libssl")
        return
    copy, before = os.path.join(folder, "libssl.so.8"), t.environment
    named = [line.split() for line in t.command("nm", "-D", t.environment["ENDWELL_SECOND"]).stdout.splitlines()]
    at = next(int(words[0], 16) for words in named if words[-1].split("@")[0] == "SSL_up_ref")
    with open(t.environment["ENDWELL_SECOND"], "rb") as file:
        code = bytearray(file.read().replace(b"libssl.so.9\0", b"libssl.so.8\0"))
    code[at:at + 6] = b"\xb8\x4d\0\0\0\xc3"   # mov $77, %eax; ret
    with open(copy, "wb") as file:
        file.write(code)
    t.environment = {**before, "ENDWELL_MARKED": copy}
    for words in ((), (t.tool, "run")):
        done = t.command(*words, str(t.programs / "objects"), "wrong")
        t.check(f"objects of a second libssl: {words}", done.returncode == 0 and " error: " not in done.stderr, done)
    t.environment = before


def sanitized(t, folder):
    """The runtime of a sanitizer asks for functions before the recorder or itself can do much."""
    sources = [f"src/tool/tests/{name}.c" for name in ("EW010", "pair")]
    before = t.environment
    for name in ("thread", "address", "undefined"):
        program = os.path.join(folder, name)
        done = t.command(*t.compiler, "-D_GNU_SOURCE", "-O1", "-g", f"-fsanitize={name}", "-o", program, *sources,
                         "-lssl", "-lcrypto")
        t.environment = {**before, "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
        if done.returncode != 0 or t.command(program, "right").returncode != 0:
            print(f"not run, as it cannot be built or run: a program with -fsanitize={name}")
            continue
        for way, found in (("wrong", {"EW010"}), ("right", set())):
            seen, _, done = t.judge(program, way)
            t.check(f"-fsanitize={name}, {way}", (done.returncode, set(seen)) == (0, found), (seen, done))
        if name == "thread":
            needs_none(t, folder, program)
    t.environment = before


def needs_none(t, folder, program):
    """A recorder that calls what the runtime has not found yet has to be seen by it."""
    text = (recorders.RECORD / "symbols.c").read_text(encoding="utf-8")
    good = t.tool
    t.tool, why = recorders.recorder(t, folder, "symbols.c", text.replace("is_same(n->text", "!strcmp(n->text"))
    done = t.tool and t.judge(program, "right")[2]
    t.tool = good
    t.check("a recorder that calls strcmp for dlsym is found", done and done.returncode != 0, (why, done))


def test_limits(t):
    signals(t)
    few_descriptors(t)
    for test in (small_files, folders, full, left_behind, second_library, sanitized):
        with tempfile.TemporaryDirectory() as folder:
            test(t, folder)
