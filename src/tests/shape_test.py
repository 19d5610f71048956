#!/usr/bin/env python3
"""Breaches of the shape that shape.py has to find, each by its words."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# What is done, the file, what it takes out, what it puts there, and what has to be said.
BREACHES = [
    ("a call through the table", "close.c", "endwell_io_half_close(&c->transport)",
     "c->transport.io->half_close(c->transport.io_context)", r"src/close\.c:\d+: error: an indirect call"),
    ("a function passed on", "data.c", "static int would(const ew_conn *c, uint8_t event,",
     "static int would(const ew_conn *c, ew_answer (*call)(ew_machine *m),",
     r"src/data\.c:\d+: error: a pointer to a function"),
    ("errno", "wait.c", "    int left;\n    int n;", "    int left = errno;\n    int n;",
     r"src/wait\.c:\d+: error: errno"),
    ("a system's header", "transport.c", "#include <limits.h>", "#include <sys/socket.h>",
     r"src/transport\.c:\d+: error: <sys/socket\.h>"),
    ("bytes as void *", "transport.c", "const uint8_t *buf, size_t len)\n{\n    int error",
     "const void *buf, size_t len)\n{\n    int error", r"src/transport\.c:\d+: error: a void \* that"),
    ("a context opened", "open.c", "    endwell_reset(c, io, context);",
     "    const int *fd = context;\n    endwell_reset(c, io, context);",
     r"src/open\.c:\d+: error: a void \* is kept"),
    ("a cast", "close.c", "endwell_io_recv(&c->transport, dropped,",
     "endwell_io_recv(&c->transport, (uint8_t *)dropped,", r"src/close\.c:\d+: error: a cast of a pointer"),
    ("a decision in the dispatch", "dispatch.h", "    return p->flush(engine);",
     "    return p->flush != 0 ? p->flush(engine) : 0;", r"src/dispatch\.h:\d+: error: more than one line"),
    ("two lines in an entry", "dispatch.c", "    return endwell_read_bytes(c, buf, len);",
     "    len--;\n    return endwell_read_bytes(c, buf, len);", r"src/dispatch\.c:\d+: error: more than one line"),
    ("one function more", "dispatch.c", "int ew_conn_read(",
     "int ew_more(ew_conn *c)\n{\n    return ew_conn_alive(c);\n}\n\nint ew_conn_read(",
     r"src/dispatch\.c:1: error: 6 functions instead of 5"),
    ("a decision in an io's entry", "io_posix.c", "    end_sending(context);",
     "    if (context != NULL) {\n        end_sending(context);\n    }",
     r"src/io_posix\.c:\d+: error: more than one line"),
    ("a context opened in an io", "io_memory.c", "static size_t smaller(size_t a, size_t b)",
     "static size_t of(void *context)\n{\n    ew_memory_end *end = context;\n    return end->in->used;\n}\n\n"
     "static size_t smaller(size_t a, size_t b)", r"src/io_memory\.c:\d+: error: a void \* in a function"),
    ("errno written in an io", "io_posix.c", "    (void)shutdown(*fd, SHUT_WR);",
     "    errno = 0;\n    (void)shutdown(*fd, SHUT_WR);", r"src/io_posix\.c:\d+: error: errno is written"),
    ("a decision in a port's entry", "port_openssl.c", "    return flush_action(engine);",
     "    return engine != NULL ? flush_action(engine) : 0;", r"src/port_openssl\.c:\d+: error: more than one line"),
    ("a decision where a void * is compared", "mbedtls_call.h", "    return ssl->MBEDTLS_PRIVATE(p_bio) == t;",
     "    return t == NULL || ssl->MBEDTLS_PRIVATE(p_bio) == t;",
     r"src/mbedtls_call\.h:\d+: error: more than one line"),
    ("a call through a member in a port", "mbedtls_call.h", "    return let_out(ctx, (const void *)buf, len);\n}",
     "    return let_out(ctx, (const void *)buf, len);\n}\n\nstatic int call(const mbedtls_ssl_context *ssl)\n{\n"
     "    return ssl->MBEDTLS_PRIVATE(f_send)(NULL, NULL, 0);\n}", r"src/mbedtls_call\.h:\d+: error: an indirect call"),
    ("an entry that is gone", "io_memory.c", "static void memory_close(void *context)",
     "static void closes_memory(void *context)", r"src/io_memory\.c:1: error: memory_close: not there"),
]


def shape(root):
    done = subprocess.run([sys.executable, os.path.join(HERE, "shape.py"), root], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    return done.returncode, done.stdout


def problem(folder, name, old, new, words):
    path = os.path.join(folder, "src", name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(old) != 1:
        return f"what it takes out stands {text.count(old)} times in src/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))
    status, said = shape(folder)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return None if status == 1 and re.search(words, said) else f"status {status}\n{said}"


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "src"))
        for name in os.listdir(os.path.join(ROOT, "src")):
            if name.endswith((".c", ".h")):
                shutil.copy(os.path.join(ROOT, "src", name), os.path.join(folder, "src"))
        results = [("as it is", None if shape(folder)[0] == 0 else shape(folder)[1])]
        results += [(breach[0], problem(folder, *breach[1:])) for breach in BREACHES]
        os.remove(os.path.join(folder, "src", "wait.c"))
        results.append(("a file that is missing", None if shape(folder)[0] == 2 else "it is not missed"))
    for name, said in results:
        if said:
            failed += 1
            print(f"FAILED: {name}: {said}")
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
