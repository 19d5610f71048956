"""kit_evidence.py RESULT EVIDENCE: make evidence of what the kit found.

Adds what every evidence file has: the specification that it is about. It counts the figures again
and refuses a result that contradicts itself.
"""
import json
import os
import sys

import rooms  # where the modules below are
import evidence
import evidence_checks


def main():
    if len(sys.argv) != 3:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    result, out = sys.argv[1:]
    try:
        with open(result, encoding="utf-8") as file:
            told = json.load(file)
        wrong = list(evidence_checks.kit(told))
        if wrong:
            print(f"kit_evidence: {result}: {wrong[0]}", file=sys.stderr)
            return 2
        evidence.write(out, {"spec_sha256": evidence.spec_sha256(), **told})
    except (OSError, ValueError, KeyError) as error:
        print(f"kit_evidence: {result}: {error!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
