"""Recorders with a bug each, planted in their sources: the trap that is there for it has to find it."""

import os
import pathlib
import re
import shutil
import tempfile

RECORD = pathlib.Path("src/tool/record")

# What is broken, the trap, the file, what it says, what it says instead.
PLANTED = (
    ("does not see dlvsym", "trap_dlvsym", "symbols.c",
     "ours_for(real_dlvsym(handle, name, version), name)", "real_dlvsym(handle, name, version)"),
    ("does not see dlvsym of GnuTLS", "gnutls/trap_dlvsym", "symbols.c",
     "ours_for(real_dlvsym(handle, name, version), name)",
     "(name[0] == 'S' ? ours_for(real_dlvsym(handle, name, version), name) : real_dlvsym(handle, name, version))"),
    ("gives any version for the one that was asked for", "trap_dlvsym", "symbols.c",
     "ours_for(real_dlvsym(handle, name, version), name)", "ours_for(real_dlsym(handle, name), name)"),
    ("does not see dlsym", "trap_dlsym", "symbols.c",
     "ours_for(real_dlsym(handle, name), name)", "real_dlsym(handle, name)"),
    ("does not see what dup3 closes", "trap_dup", "descriptors.c",
     "give_number(from, to); return real != NULL ? real(from, to, flags) :",
     "return real != NULL ? real(from, to, flags) :"),
    ("does not see references that a callback takes", "trap_freed", "calls.c",
     "*c = lib != NULL && is_recording() ? find_connection(s, false)",
     "*c = lib != NULL && is_recording() && in_call == NULL ? find_connection(s, false)"),
    ("takes what comes after a longjmp for a callback's calls", "trap_jump", "nested.c",
     "while (at < count && !is_ours(frame[at])) {", "while (count < 0 && !is_ours(frame[at])) {"),
    ("does not say that TCP is over where it is closed", "trap_reset", "descriptors.c",
     "add(&l, \",\\\"state\\\":%d\", state_of(fd));", ""),
    ("does not say that TCP is over where an SSL is freed", "trap_reset_freed", "call_line.c",
     "if ((w->call == CALL_FREE || w->call == CALL_CLEAR) &&", "if (w->call == CALL_CLEAR &&"),
    ("does not say that TCP is over below what is left", "trap_reset_left", "trace.c", "tell_left();", ""),
    ("does not see what close_range closes", "trap_range", "descriptors.c", "watch_ends(first, last); if", "if"),
    ("takes the error of the program's socket", "trap_pending", "facts.c",
     "ended = poll(&ready, 1, 0) == 1 &&",
     "ended = recv(ready.fd, &unread, 1, 0x42) == 0 && poll(&ready, 1, 0) == 1 &&"),
)


def recorder(t, folder, source, text):
    """The tool, beside a recorder with one source replaced; or what the compiler says."""
    objects = [str(o) for o in (t.programs.parent / "record").glob("*.o") if o.name != source[:-2] + ".o"]
    changed, made = os.path.join(folder, source), os.path.join(folder, "changed.o")
    pathlib.Path(changed).write_text(text, encoding="utf-8")
    for command in ([*t.compiler, "-std=c99", "-D_GNU_SOURCE", "-w", "-fPIC", "-O2", f"-I{RECORD}", "-c", "-o", made,
                     changed],
                    [*t.compiler, "-shared", "-Wl,-z,defs", "-Wl,-Bsymbolic-functions",
                     f"-Wl,--version-script={RECORD / 'record.map'}", "-o",
                     os.path.join(folder, "libendwell-record.so"), made, *objects]):
        done = t.command(*command)
        if done.returncode != 0 or len(objects) < 5:
            return None, done.stderr or "too few objects to link"
    return shutil.copy(t.tool, folder), ""


def test_recorders(t, traps, right):
    tool, names = t.tool, []
    for name, trap, source, old, new in PLANTED:
        text = (RECORD / source).read_text(encoding="utf-8")
        squeezed = re.compile(r"\s+".join(re.escape(word) for word in old.split()))
        if len(squeezed.findall(text)) != 1:
            t.check(f"a recorder that {name}: its place in {source}", False, len(squeezed.findall(text)))
            continue
        with tempfile.TemporaryDirectory() as folder:
            t.tool, why = recorder(t, folder, source, squeezed.sub(lambda _: new, text))
            if t.tool is None:
                t.tool = tool
                t.check(f"a recorder that {name} is built", False, why)
                continue
            wanted = traps.get(trap, ({"EW010"}, set()))[0]
            runs = [(t.judge(t.programs / trap, way), rules) for way, rules in (("wrong", wanted), ("right", set()))
                    if way == "wrong" or trap in right]
            t.tool = tool
        names.append(name)
        t.check(f"a recorder that {name} is found by {trap}",
                any(set(found) != rules or done.returncode != 0 for (found, _, done), rules in runs), runs)
    t.check("recorders were planted", len(names) == len(PLANTED), names)
