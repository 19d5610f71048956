"""The headers of a TLS library for Frama-C, which cannot read those of the system's C library beside them."""
import os

import tool
from tool import CannotRun

# What the inline functions of OpenSSL's headers warn of; the compiler has judged them long ago.
INLINES = ["-kernel-warn-key", "typing:incompatible-types-call=inactive"]
# Without it mbedTLS's have a type of 128 bits, which Frama-C does not know: none of what is read here has it.
NO_LONG_DIVISION = "-DMBEDTLS_NO_UDBL_DIVISION"


class Headers:
    """
    Of a library: what is included of it, in which folders that is, the package that has them, and which of the
    folders is searched itself (searched).
    """

    def __init__(self, name, included, folders, package, searched=""):
        self.name, self.folders, self.package, self.searched = name, folders, package, searched
        self.text = "".join(f"#include <{header}.h>\n" for header in included)

    def within(self, path):
        """A header's place from the library's folder on, the last of that name; '' of any other header."""
        parts = path.split("/")
        first = [at for at, part in enumerate(parts[:-1]) if part in self.folders]
        return "/".join(parts[first[-1]:]) if first else ""

    def linked(self, build):
        """
        A folder with these headers and nothing else, wherever they are: beside Frama-C's own of the C
        library, those of the system cannot be read.
        """
        told = tool.run("sh", "-c", f"printf '{self.text}' | ${{CC:-cc}} -M -xc -")
        paths = [path for path in told.replace("\\\n", " ").split() if self.within(path)]
        if not paths:
            raise CannotRun(f"{self.name}'s headers are missing; install them with: apt-get install {self.package}")
        folder = os.path.join(build, "headers")
        for path in paths:
            link = os.path.join(folder, self.within(path))
            os.makedirs(os.path.dirname(link), exist_ok=True)
            if os.path.lexists(link):
                os.remove(link)
            os.symlink(os.path.abspath(path), link)
        return os.path.join(folder, self.searched) if self.searched else folder


OPENSSL = Headers("OpenSSL", ("openssl/bio", "openssl/err", "openssl/ssl"), ("openssl",), "libssl-dev")
MBEDTLS = Headers("mbedTLS", ("mbedtls/net_sockets", "mbedtls/ssl", "mbedtls/version"), ("mbedtls", "psa"),
                  "libmbedtls-dev")
GNUTLS = Headers("GnuTLS", ("gnutls/dtls", "gnutls/gnutls"), ("gnutls",), "libgnutls28-dev")
WOLFSSL = Headers("wolfSSL", ("wolfssl/options", "wolfssl/error-ssl", "wolfssl/ssl"), ("wolfssl",), "libwolfssl-dev")
# What <bearssl.h> includes is a header of that name again.
BEARSSL = Headers("BearSSL", ("bearssl",), ("bearssl",), "libbearssl-dev", "bearssl")


def division_findings():
    """What NO_LONG_DIVISION changes of mbedTLS's headers beside that type."""
    command = f"printf '{MBEDTLS.text}' | ${{CC:-cc}} -E -P %s -xc -"
    with_it, without = (tool.run("sh", "-c", command % flag).splitlines() for flag in (NO_LONG_DIVISION, ""))
    for line in sorted(set(with_it) ^ set(without)):
        if "mbedtls_t_udbl" not in line:
            yield f"{NO_LONG_DIVISION} changes more of mbedTLS's headers than mbedtls_t_udbl: {line.strip()}"
