#!/usr/bin/env python3
"""names.py OBJECT...: no external name is defined twice in the programs of interop/ and in what they link.

So a reader who meets a name finds one definition, and what one program defines can be linked into
another. Aside are `main`, the linker's __wrap_NAME, and files of which a program has one or the other.
"""
import os
import sys

import rooms  # where the modules below are
from tool import CannotRun, run

INSTEAD = {**{name: {"explore/subject_endwell_memory.o", "system/memory.o"}
              for name in ("malloc", "calloc", "realloc", "free")},
           "port_model": {f"port/{name}.o" for name in ("bearssl", "gnutls", "mbedtls", "openssl", "wolfssl")},
           "port_byte": {f"port/{name}.o" for name in ("bearssl", "mbedtls", "openssl", "wolfssl")},
           **{name: {"port/mbedtls.o", "port/wolfssl.o"} for name in ("port_made", "port_looks_at_record")},
           "port_engine": {"port/walk_mbedtls.o", "port/walk_openssl.o"},
           "port_program": {"port/in_fuzz.o", "port/in_kit.o", "port/walk.o"},
           "port_plain": {"port/walk.o", "port/watch.o"},
           "subjects": {"explore/subject_endwell.o", "explore/subjects_libssl.o", "port/walk.o"},
           "subject_libssl": {"explore/subject_libssl.o", "divergences/subject.o", "use/walk.o"}}


def defined(paths):
    """(object, name), by one nm for all: a start for each takes longer than what it does."""
    for line in run("nm", "-A", "--defined-only", "-g", *paths).splitlines():
        path, _, rest = line.partition(":")
        yield path, rest.split()[-1]


def short(path):
    return "/".join(path.split(os.sep)[-2:])


def main():
    places = {}
    for path, name in defined(sys.argv[1:]):
        places.setdefault(name, set()).add(short(path))
    again = {name: where for name, where in sorted(places.items())
             if len(where) > 1 and name != "main" and not name.startswith("__wrap_")
             and INSTEAD.get(name) != where}
    for name, where in again.items():
        print(f"{name} is defined in {', '.join(sorted(where))}; give it the prefix of its program")
    print(f"{len(places) - len(again)} passed, {len(again)} failed")
    return 1 if again or not places else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, CannotRun) as error:
        print(f"names: {error}; nm comes with: apt-get install binutils", file=sys.stderr)
        sys.exit(2)
