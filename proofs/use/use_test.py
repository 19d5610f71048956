#!/usr/bin/env python3
"""use_test.py [--quick] CLIENT CERTIFICATE KEY: the proven client on live connections, and what prove_use refuses.

The client closes with `openssl s_server` in either order, and is told of a cut; programs whose proof
would mean nothing are refused by name; with --quick one of them is tried (sample.py). Ends with
`N passed, N failed`; exits 1 if one failed, 2 if it could not run.
"""
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

import rooms  # where the modules below are
import frame
from sample import Sample
from wp import ROOT, CannotRun

PROVE = os.path.join(ROOT, "proofs", "prove_use")
SECONDS = 300   # no end by then on any machine: it hangs
COMPLETE, INCOMPLETE, USAGE = 0, 1, 2

CONTRACT = "/*@ requires \\valid(ssl); terminates \\true; exits \\false; assigns *ssl, ew_thread; */\n"
HEAD = "#include <openssl/ssl.h>\n" + CONTRACT
REFUSED = {
    "a function of libssl without a contract":
        (HEAD + "void end(SSL *ssl)\n{\n    SSL_set_shutdown(ssl, 3);\n}\n", "SSL_set_shutdown has no contract"),
    "another text for the proof":
        (HEAD + "void end(SSL *ssl)\n{\n#ifndef __FRAMAC__\n    SSL_shutdown(ssl);\n#endif\n}\n", "__FRAMAC__"),
    "what is admitted":
        (HEAD + "void end(SSL *ssl)\n{\n    //@ admit ssl->told == 1;\n}\n", "'admit'"),
    "a call that nothing allows":
        (HEAD + "void end(SSL *ssl)\n{\n    SSL_shutdown(ssl);\n}\n",
         "the call of SSL_shutdown may break MP06_not_after_fatal"),
}


class Server:
    """openssl s_server on a port that the kernel picks."""

    def __init__(self, certificate, key, *more):
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines = iter(self.process.stdout.readline, "")
        self.port = next((found[1] for line in self.lines
                          if (found := re.match(r"ACCEPT .*:(\d+)$", line))), None)
        if not self.port:
            raise CannotRun("openssl s_server does not say where it listens")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def talk(client, port, certificate, *more):
    done = subprocess.run([client, f"127.0.0.1:{port}", certificate, *more], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.returncode, done.stdout, done.stderr


def closes(client, certificate, key):
    """In either order with a live peer, a cut, a peer that speaks no TLS, nobody."""
    with Server(certificate, key, "-www") as server:
        for name, more in (("the peer closes first", ()), ("we close first", ("early",))):
            status, said, _ = talk(client, server.port, certificate, *more)
            yield name, status == COMPLETE and said.rstrip().endswith("</HTML>"), (status, said[-80:])
    with Server(certificate, key) as server:
        def cut():
            if any("GET /" in line for line in server.lines):
                server.process.kill()
        thread = threading.Thread(target=cut)
        thread.start()
        status, _, said = talk(client, server.port, certificate)
        thread.join()
        yield "a server that is killed is no end", status == INCOMPLETE and "incomplete" in said, (status, said)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def hang_up():
            peer, _ = listener.accept()
            peer.sendall(b"220 no TLS here\r\n")
            peer.close()
        thread = threading.Thread(target=hang_up)
        thread.start()
        status, _, said = talk(client, listener.getsockname()[1], certificate)
        thread.join()
        yield "no TLS", status == INCOMPLETE and "incomplete" in said, (status, said)
    status, _, said = talk(client, 1, "/dev/null")
    yield "a bad certificate", status == USAGE and said.startswith("usage:"), (status, said)


def refused(sample):
    """Programs that the proof must not pass, each by what it says."""
    programs = sample.of(REFUSED.items()) if sample else REFUSED.items()
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, (text, wanted)) in enumerate(programs):
            source = os.path.join(folder, f"{number}.c")
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            done = subprocess.run([sys.executable, PROVE, "--build", os.path.join(folder, "build"), source],
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
            yield name, done.returncode == 1 and wanted in done.stdout, (done.returncode, done.stdout, done.stderr)
        done = subprocess.run([sys.executable, PROVE, os.path.join(folder, "none.c")], capture_output=True,
                              text=True, timeout=SECONDS, check=False)
        yield "no such program", done.returncode == 2 and "none.c" in done.stderr, (done.returncode, done.stderr)


def main():
    quick, given = sys.argv[1:2] == ["--quick"], sys.argv[1:]
    given = given[1:] if quick else given
    if len(given) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    passed = failed = 0
    for tried in (closes(*given), refused(Sample(len(REFUSED)) if quick else None)):
        for name, is_good, said in tried:
            passed += is_good
            failed += not is_good
            if not is_good:
                print(f"use_test: {name}: {said}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(frame.ends("use_test", main))
