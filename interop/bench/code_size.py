"""Bytes of code: ours, and what an engine has for its own close.

Ours: text and read-only data of the objects that a program with that port links for everything it
does with a connection, reading and writing too. The engine's: the functions that are there for
closing and alerts, by name, in its static library; not the record layer under them, which both
need. Both as built here for this processor, so neither is a figure for a small one (`make size`).
"""
import glob
import os
import re

from tool import run

OURS = ("ew_core", "ew_orderly", "open", "endwell", "data", "close", "wait", "questions", "transport", "dispatch",
        "io_posix")
# Engine -> its library, its functions for closing.
ENGINES = {
    "openssl": ("libssl.a", ("SSL_shutdown", "ssl3_shutdown", "ssl3_send_alert",
                             "ssl3_dispatch_alert", "ssl3_alert_code", "tls1_alert_code",
                             "tls13_alert_code", "SSL_set_shutdown", "SSL_get_shutdown",
                             "SSL_set_quiet_shutdown", "SSL_get_quiet_shutdown")),
    "mbedtls": ("libmbedtls.a", ("mbedtls_ssl_close_notify", "mbedtls_ssl_send_alert_message")),
    "wolfssl": ("libwolfssl.a", ("wolfSSL_shutdown", "wolfSSL_set_shutdown", "wolfSSL_get_shutdown",
                                 "wolfSSL_set_quiet_shutdown", "wolfSSL_get_alert_history",
                                 "SendAlert", "SendAlert_ex", "RetrySendAlert")),
    "gnutls": ("libgnutls.a", ("gnutls_bye", "gnutls_alert_send", "gnutls_alert_send_appropriate",
                               "gnutls_alert_get", "gnutls_error_to_alert")),
    # The rest of its close is in the handshake's bytecode, which has no symbol of its own.
    "bearssl": ("libbearssl.a", ("br_ssl_engine_close", "br_sslio_close")),
}


def flash(obj):
    """Text and read-only data, without what only debuggers and unwinders read."""
    sections = re.findall(r"^\.(?:text|rodata)\S*\s+(\d+)", run("size", "-A", obj), re.M)
    return sum(int(size) for size in sections)


def library(name):
    found = glob.glob(f"/usr/lib/*/{name}") + glob.glob(f"/usr/lib/{name}")
    return found[0] if found else None


def symbols(archive):
    return {name: int(size, 16) for size, name in
            re.findall(r"^[0-9a-f]+ ([0-9a-f]+) [tT] (\S+)$", run("nm", "-S", archive), re.M)}


def measure(build):
    told = []
    shared = {name: flash(os.path.join(build, "src", name + ".o")) for name in OURS}
    for engine, (archive, functions) in ENGINES.items():
        port = os.path.join(build, "src", f"port_{engine}.o")
        path = library(archive)
        if not os.path.exists(port) or not path:
            continue
        sizes = symbols(path)
        own = {name: sizes[name] for name in functions if name in sizes}
        parts = dict(shared, port=flash(port))
        told.append({"engine": engine, "parts": parts, "ours": sum(parts.values()),
                     "functions": own, "native": sum(own.values()),
                     "not_in_the_library": [name for name in functions if name not in sizes]})
    return told
