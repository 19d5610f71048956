"""OpenSSL's headers for Frama-C, which cannot read those of the system's C library beside them."""
import os

import tool
from tool import CannotRun

HEADERS = "".join(f"#include <openssl/{name}.h>\n" for name in ("bio", "err", "ssl"))
# What the inline functions of OpenSSL's headers warn of; the compiler has judged them long ago.
INLINES = ["-kernel-warn-key", "typing:incompatible-types-call=inactive"]


def link_headers(build):
    """
    A folder with OpenSSL's headers and nothing else, wherever they are: beside Frama-C's own of the C
    library, those of the system cannot be read.
    """
    told = tool.run("sh", "-c", f"printf '{HEADERS}' | ${{CC:-cc}} -M -xc -")
    paths = [path for path in told.replace("\\\n", " ").split() if "/openssl/" in path]
    if not paths:
        raise CannotRun("OpenSSL's headers are missing; install them with: apt-get install libssl-dev")
    folder = os.path.join(build, "headers")
    os.makedirs(os.path.join(folder, "openssl"), exist_ok=True)
    for path in paths:
        link = os.path.join(folder, "openssl", os.path.basename(path))
        if os.path.lexists(link):
            os.remove(link)
        os.symlink(os.path.abspath(path), link)
    return folder
