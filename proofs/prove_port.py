#!/usr/bin/env python3
"""prove_port [--go-on | --quick] PORT: hold a port to what a port owes, over its library.

Its actions and what the library calls, with the library's own headers: of OpenSSL src/openssl_call.h,
openssl_bio.h, openssl_action.h and spec/engines/openssl_port.h; of the others src/port_PORT.c with
PORT_call.h and PORT_action.h (BearSSL's has bearssl_record.h, too), and spec/engines/PORT_port.h. The gate
of `make prove` on every function, smoke tests, and edits that have to lose what they name. Attaching,
detaching and clear are not proven. PORT is the engine's name. With --quick a sample: the goals of a few
functions, and one edit.
Exits 0 when all is proved and every edit fails for its reason, 1 when not, 2 when it could not run.
"""
import argparse
import glob
import os
import re
import shutil
import sys

import rooms  # where the modules below are
import frame
import lint
import shape
import sockets_model
from engine_headers import BEARSSL, GNUTLS, INLINES, MBEDTLS, NO_LONG_DIVISION, OPENSSL, WOLFSSL, division_findings
from held import PROVERS, HeldRun, Planted, Proof, functions
from progress import only_one, run_all
from sample import Sample
from wp import FULL, ONLY_SMOKE, QUICK, ROOT, SMOKE

# The functions of a run: as many as prove in a minute or two beside the others.
LONGEST = 14
SAMPLED = 27   # of so many functions one is tried in `make check`; prime to the number of layers
TITLES = {"openssl": "OpenSSL", "mbedtls": "mbedTLS", "gnutls": "GnuTLS", "wolfssl": "wolfSSL",
          "bearssl": "BearSSL"}


class Port:
    """What is read of one port, and how: the file that Frama-C is given, and where its functions stand."""

    def __init__(self, name, unit, parts, headers, reads, options=()):
        self.name, self.unit, self.parts, self.headers = name, unit, parts, headers
        self.title = TITLES[name]
        self.reads, self.options = list(reads), list(options)
        self.contracts, self.model = f"spec/wire/port_{name}.h", f"spec/engines/{name}_port.h"
        self.edits = f"proofs/wire/planted_port{'' if name == 'openssl' else '_' + name}"
        self.outside = self.unproven = ()

    def proven(self):
        return [name for part in self.parts for name in functions(part)
                if name not in self.outside and name not in self.unproven]

    def sources(self):
        feed = ["spec/wire/feed.h"] if "wire/feed.h" in lint.read(self.contracts) else []
        return [self.unit, self.contracts, self.model, *feed, *self.parts, f"src/port_{self.name}.h"]


def unit_of(name, *more):
    """What Frama-C is given of a port, and where its functions stand."""
    unit = f"src/port_{name}.c"
    return unit, [unit, *(f"src/{name}_{part}.h" for part in ("call", *more, "action", "setup")), "src/port_common.h"]


OF_OPENSSL = Port("openssl", "proofs/wire/port_openssl.c",
                  ["src/openssl_call.h", "src/openssl_bio.h", "src/openssl_action.h"], OPENSSL, ["-c11"], INLINES)
OF_OPENSSL.outside = ("ew_openssl_has_failed",)   # it names libssl's state by its text
OF_MBEDTLS = Port("mbedtls", *unit_of("mbedtls"), MBEDTLS, [], ())
OF_MBEDTLS.outside = shape.port_outside("mbedtls")
OF_MBEDTLS.unproven = ("ew_mbedtls_init", "joined", "attach_to", "adopt_for", "detach_from", "clear_for_another",
                       "drop_session", "ew_mbedtls_store", "ew_mbedtls_not_ready", "ew_mbedtls_ended",
                       "ew_mbedtls_holds", "ew_mbedtls_not_open")
OF_GNUTLS = Port("gnutls", *unit_of("gnutls"), GNUTLS, [])
OF_GNUTLS.outside = shape.port_outside("gnutls")
OF_GNUTLS.unproven = ("forget", "ew_gnutls_init", "attach_to", "detach_from", "clear_for_another", "ew_gnutls_unfit",
                      "ew_gnutls_keep_renew", "ew_gnutls_another", "ew_gnutls_settle")
OF_WOLFSSL = Port("wolfssl", *unit_of("wolfssl"), WOLFSSL, ["-c11"], ())
OF_WOLFSSL.outside = shape.port_outside("wolfssl")
OF_WOLFSSL.unproven = ("ew_wolfssl_init", "forget", "attach_to", "settle_session", "detach_from", "is_usable",
                       "drop_held_data", "clear_for_another", "ew_wolfssl_unfit", "ew_wolfssl_drop",
                       "ew_wolfssl_is_quiet")
OF_BEARSSL = Port("bearssl", *unit_of("bearssl", "record"), BEARSSL, [], ())
OF_BEARSSL.outside = (*shape.port_outside("bearssl"), "ew_bearssl_cache")   # it takes a table for a structure
OF_BEARSSL.unproven = ("ew_bearssl_init_client", "ew_bearssl_init_server", "joined", "attach_to", "adopt_for",
                       "detach_from", "clear_for_another", "ew_bearssl_settle_session", "ew_bearssl_unfit_buffers",
                       "ew_bearssl_not_ready", "ew_bearssl_holds", "ew_bearssl_not_open")
PORTS = (OF_OPENSSL, OF_MBEDTLS, OF_GNUTLS, OF_WOLFSSL, OF_BEARSSL)
SOURCES = ["spec/ew_predicates.h", "spec/wire/calls.h", "src/ew_port.h", "src/ew_transport.h"]


class PortRun(HeldRun):
    """With the library's headers, and those of ours that an edit has put before them."""

    linked = None   # the folders of those headers, by port

    def __init__(self, name, port, source, contracts, folder, only, options, before=()):
        super().__init__(name, source, contracts, folder, port.options + ["-wp-fct", ",".join(only)] + options, before)
        self.port, self.include = port, (*before, self.linked[port.name], *self.include[len(before):])

    def reads(self, *more):
        flags = [NO_LONG_DIVISION] if self.port is OF_MBEDTLS else []
        return [*self.port.reads, *super().reads(*flags, *more)]


def findings(port):
    """What no proof would notice."""
    for path in dict.fromkeys((port.unit, port.contracts, port.model, *port.parts)):
        yield from lint.source_findings(path, lint.read(path), False)
    declared = lint.contracts_of(lint.read(port.contracts))
    trampolines = shape.port_outside(port.name)
    for name in (*port.proven(), *port.outside):
        if name not in declared and name not in trampolines:
            yield f"{port.contracts}:1: {name} has no contract"
    for name in set(declared) - set(port.proven()) - set(port.outside):
        if not name.startswith("ew_transport_"):
            yield f"{port.contracts}:1: {name} has a contract, and is not there"
    text = "".join(lint.code_of(lint.read(path)) for path in {*port.parts, f"src/port_{port.name}.c"})
    shared = functions("src/port_common.h")
    for name in port.proven():   # gcc says so of no `static inline` in a header
        if name not in shared and len(re.findall(rf"\b{name}\b", text)) < 2:
            yield f"{port.unit}:1: {name}: nothing calls it"
    for name in port.unproven:
        if not any(name in functions(part) for part in port.parts):
            yield f"{port.unit}:1: {name} is left out, and not there"
    yield from sockets_model.mark_findings(port.model)
    if port is OF_MBEDTLS:
        yield from division_findings()


def unproven(port, names, goals):
    """A function that Frama-C was asked about, and said nothing of."""
    heard = {goal["function"] for goal in goals if not goal["smoke"]}
    return [f"{port.contracts}:1: {name}: nothing was proved of it" for name in names if name not in heard]


def unit_runs(port, names, build):
    """Goals and smoke tests, of some functions each."""
    for first in range(0, len(names), LONGEST):
        of, part = f"{port.name} {first // LONGEST + 1}", names[first:first + LONGEST]
        run = PortRun(of, port, port.unit, port.contracts, build, part, PROVERS + FULL)
        run.partial = True   # what these ask for the functions of other runs owe
        yield run
        yield PortRun(of + " smoke tests", port, port.unit, port.contracts, build, part,
                      ["-wp-prover", "cvc4", "-wp-prop=" + ONLY_SMOKE] + SMOKE)


class PortPlanted(Planted):
    """An edit of the port, or of a contract before it."""

    def __init__(self, port, path, build):
        super().__init__(path, build)
        labels = ",".join(label for _, label in self.edit.fails)
        self.port, self.is_bug = port, self.edit.file.startswith("src/")
        source, contracts = self.of_source() if self.is_bug else (port.unit, self.of_contracts())
        self.run = PortRun(f"edit {port.name} {self.edit.name}", port, source, contracts, build, self.edit.functions,
                           ["-wp-prop=" + labels] + PROVERS + QUICK, (self.folder,))
        self.run.must_fail = True

    def of_source(self):
        here = lambda path: os.path.join(self.folder, os.path.basename(path))
        for path in (self.port.unit, *glob.glob(os.path.join(ROOT, "src", "*.h"))):
            shutil.copy(path, here(path))   # what includes it finds the one that is changed, beside itself
        self.write(here(self.edit.file))
        return os.path.relpath(here(self.port.unit), ROOT), self.port.contracts

    def of_contracts(self):
        self.contracts_with_it()
        return os.path.relpath(os.path.join(self.folder, os.path.relpath(self.port.contracts, "spec")), ROOT)


def prove(port, build, out, sample=None):
    proof = Proof(sample)
    PortRun.linked = {port.name: port.headers.linked(os.path.join(build, port.name))}
    names, edits = port.proven(), sorted(glob.glob(port.edits + "/*.patch"))
    if sample:
        names, edits = sample.of(names), sample.of(edits)[:1]
    runs = [run for run in unit_runs(port, names, build) if not sample or not run.name.endswith("smoke tests")]
    planted = [PortPlanted(port, path, os.path.join(build, port.name)) for path in edits]
    run_all(f"prove port {port.name}", runs + [one.run for one in planted])
    unfit = [*findings(port), *unproven(port, names, [goal for run in runs for goal in run.goals])]
    told = {"port": port.title, "functions": port.proven(), "outside": list(port.outside),
            "clauses": sockets_model.counted(port.model)}
    sources = list(dict.fromkeys(port.sources() + SOURCES))
    names = [*(f"P{number:02}" for number in range(1, 25)), "W4"]   # by which BearSSL's handshake ends
    return proof.close(f"port {port.name}", out, runs, planted, unfit, names, told, sources)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", choices=[port.name for port in PORTS])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--go-on", action="store_true", help="what was proved of these very texts is not proved again")
    how.add_argument("--quick", action="store_true", help="the goals of a few functions, and one edit")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "proofs", "port"))
    parser.add_argument("--out", help="by default build/evidence/proof_port_PORT.json")
    options = parser.parse_args()
    os.chdir(ROOT)
    build = os.path.abspath(options.build)
    out = options.out or os.path.join(ROOT, "build", "evidence", f"proof_port_{options.port}.json")
    PortRun.go_on = options.go_on
    with only_one("prove_port", build):
        return prove(next(port for port in PORTS if port.name == options.port), build, os.path.abspath(out),
                     Sample(SAMPLED) if options.quick else None)


if __name__ == "__main__":
    sys.exit(frame.ends("prove_port", main))
