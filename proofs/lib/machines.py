"""The machines that are generated, and the shape of each for a program that goes through its states."""
import os
import re

from wp import ROOT, CannotRun


class Machine:
    """One machine: how it is called in C and where its files are."""

    def __init__(self, name, prefix, digest, contracts):
        self.name, self.prefix, self.contracts = name, prefix, contracts
        self.upper, self.header_name = prefix.upper(), f"ew_{name}.h"
        self.code, self.header = f"gen/out/ew_{name}.c", f"gen/out/{self.header_name}"
        self.digest = f"gen/out/{digest}"

    def values(self):
        """How many values each field has, in the order of the structure: as the digest says it."""
        found = [int(count) for count in re.findall(r"(?m)^field \w+ (\d+)$", self.read(self.digest))]
        if not found:
            raise CannotRun(f"{self.digest}:1: no field is found")
        return found

    def events(self):
        codes = re.findall(rf"\b{self.upper}_EVENT_\w+ = (\d+)", self.read(self.header))
        if sorted(map(int, codes)) != list(range(len(codes))) or not codes:
            raise CannotRun(f"{self.header}:1: the events are not numbered one by one")
        return len(codes)

    def shape(self):
        """For `#include "shape.h"`: the machine by names that all of them share."""
        values = self.values()
        return (f'#include "{self.header_name}"\n#include <stddef.h>\n\n'
                f"typedef {self.prefix}_machine machine;\n"
                f"enum {{ FIELDS = {len(values)}, EVENTS = {self.events()} }};\n"
                f"static const size_t values[FIELDS] = {{{', '.join(map(str, values))}}};\n"
                f"#define STEP {self.prefix}_step\n")

    @staticmethod
    def read(path):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()


THE_CORE = Machine("core", "ew", "digest.txt", ["spec/ew_contracts.h", "spec/ew_named.h"])
ORDERLY = Machine("orderly", "ew_orderly", "orderly_digest.txt", ["spec/ew_orderly_contracts.h"])
BY_CODE = {one.code: one for one in (THE_CORE, ORDERLY)}
