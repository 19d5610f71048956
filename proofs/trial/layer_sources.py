"""The sources of the layers that mutants are made of, and how a changed text of each is proved, and compiled.

The connection and the transport are held by prove_wire, the two ports that are proven against models of their
engines by prove_port. A header is put before the file that its proof is given, or a compiler: what includes it
there finds that it has been read.
"""
import os

import rooms  # where the modules below are
import assumed
import held
import prove_port
from wp import ROOT

PROVEN_PORTS = (prove_port.OF_OPENSSL, prove_port.OF_MBEDTLS)


def put_before(text, unit):
    return f'{text}\n#include "{unit}"\n'


class LayerSource:
    """A source of a part of prove_wire."""

    heavier = 1   # so many times the steps prove as much of it

    def __init__(self, path, part, header):
        self.path, self.header = path, header
        self.functions = assumed.prove_wire.functions(path)
        self.sources = [path, *assumed.closure(ROOT, header), *part.more, *assumed.prove_wire.HEADERS]

    def prepare(self, build):
        """It reads nothing but the tree."""

    @staticmethod
    def compiled(text):
        return text

    def run(self, name, folder, text, functions, options):
        path = os.path.join(folder, os.path.basename(self.path))
        options = options + ["-wp-fct", ",".join(functions)]
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return assumed.prove_wire.WireRun(name, os.path.relpath(path, ROOT), self.header, folder, options).run()


class PortSource:
    """A header with actions of a port."""

    heavier = 3

    def __init__(self, path, port):
        self.path, self.port = path, port
        # One that is defined for each version of its engine stands there once.
        self.functions = [name for name in dict.fromkeys(held.functions(path)) if name in port.proven()]
        self.sources = list(dict.fromkeys([path, *assumed.closure(ROOT, port.contracts), *port.sources(),
                                           *prove_port.SOURCES]))

    def prepare(self, build):
        """The headers of its engine, once: rounds that run side by side read them."""
        prove_port.PortRun.linked = {self.port.name: self.port.headers.linked(os.path.join(build, self.port.name))}

    def compiled(self, text):
        return put_before(text, f"src/port_{self.port.name}.c")

    def run(self, name, folder, text, functions, options):
        path = os.path.join(folder, os.path.basename(self.port.unit))
        with open(path, "w", encoding="utf-8") as file:
            file.write(put_before(text, os.path.relpath(os.path.join(ROOT, self.port.unit), folder)))
        return prove_port.PortRun(name, self.port, os.path.relpath(path, ROOT), self.port.contracts, folder,
                                  functions, options).run()


def every_source():
    """By its path, in the order in which they are tried."""
    layers = [LayerSource(path, part, header) for part in assumed.prove_wire.PARTS.values()
              for path, header in part.units.items() if path.startswith("src/")]
    ports = [PortSource(path, port) for port in PROVEN_PORTS for path in port.parts
             if path.startswith(f"src/{port.name}_")]
    return {one.path: one for one in layers + ports if one.functions}
