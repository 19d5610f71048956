"""The tool with a bug planted in one of its sources, for a test that has to find it."""

import os
import pathlib
import re

TOOL = pathlib.Path("src/tool")


def tool_with(t, folder, source, old, new):
    """A tool whose source says `new` where it said `old`; or None, and why."""
    text, built = (TOOL / source).read_text(encoding="utf-8"), t.programs.parent
    squeezed = re.compile(r"\s+".join(re.escape(word) for word in old.split()))
    if len(squeezed.findall(text)) != 1:
        return None, f"{source} has {len(squeezed.findall(text))} such places"
    replaced = (built / source).with_suffix(".o")
    objects = [str(o) for part in (".", "judge", "capture", "render") for o in (built / part).glob("*.o")
               if o != replaced]
    changed, made, tool = (os.path.join(folder, name) for name in ("changed.c", "changed.o", "endwell"))
    pathlib.Path(changed).write_text(squeezed.sub(lambda _: new, text), encoding="utf-8")
    parts = [TOOL, *(TOOL / part for part in ("judge", "capture", "render")), "gen/out", "spec"]
    for command in ([*t.compiler, "-std=c99", "-D_GNU_SOURCE", "-w", '-DENDWELL_VERSION="planted"',
                     *(f"-I{part}" for part in parts), "-c", "-o", made, changed],
                    [*t.compiler, "-o", tool, made, *objects, "-lcjson"]):
        done = t.command(*command)
        if done.returncode != 0:
            return None, done.stderr
    return tool, ""
