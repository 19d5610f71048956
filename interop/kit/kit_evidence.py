"""kit_evidence.py RESULT EVIDENCE: make evidence of what the kit found.

Adds what every evidence file has: the specification that it is about. It counts the figures again
from the list of settings, and refuses a result that contradicts itself.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proofs"))
import evidence  # noqa: E402


def main():
    if len(sys.argv) != 3:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    result, out = sys.argv[1:]
    try:
        with open(result, encoding="utf-8") as file:
            told = json.load(file)
        settings = told["settings"]
        failed = sum(one["failed"] for one in settings)
        passed = sum(one["cases"] for one in settings) - failed
        if (told["passed"], told["failed"]) != (passed, failed):
            print(f"{result}: its settings add up to {passed} passed, {failed} failed",
                  file=sys.stderr)
            return 2
        evidence.write(out, {"spec_sha256": evidence.spec_sha256(), **told})
    except (OSError, ValueError, KeyError) as error:
        print(f"kit_evidence: {result}: {error!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
