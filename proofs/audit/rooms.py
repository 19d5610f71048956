"""Where our modules are, for whoever imports this first. Each folder with scripts has a link to
this file, so that a script runs by hand, from anywhere, as it runs under make."""
import os
import sys

ROOMS = ("proofs", "proofs/lib", "proofs/theorems", "proofs/trial", "proofs/certify",
         "proofs/audit", "interop/lib", "src/tests")
ROOT = os.path.dirname(os.path.abspath(__file__))
while not os.path.isdir(os.path.join(ROOT, "proofs", "lib")):
    ROOT = os.path.dirname(ROOT)
sys.path[1:1] = [os.path.join(ROOT, room) for room in ROOMS]
