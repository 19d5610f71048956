"""fake_peer.py MODE server CERT KEY TLS | client PORT TLS: a peer that misbehaves on purpose.

What each mode does wrong is what interop/world/test.py expects the runner to say of it.
"""
import socket
import ssl
import struct
import sys
import time

BODY = b"x" * 1000000 + b"the end\n"
BIG = b"x" * 8000000 + b"the end\n"
VERSION = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def is_truncation(error):
    """The end of TCP without close_notify; an older ssl module has no exception of its own for it."""
    return isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING"


def read_all(tls, report):
    """What comes until the other side ends; a wary program says how, beside what it was sent."""
    text = b""
    while True:
        try:
            piece = tls.recv(65536)
        except ssl.SSLError as error:
            if not is_truncation(error):
                raise
            if report:
                print("error: truncated", file=sys.stderr, flush=True)
            return text
        text += piece
        if not piece or text in (b"keep\n", b"close\n", b"big\n", b"bye\n"):
            return text


def reset(tls):
    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    tls.close()


def half_a_record(tls):
    """The end of the stream inside a record that claims to be longer."""
    raw = socket.socket(fileno=tls.detach())
    raw.sendall(b"\x17\x03\x03\x00\x40" + b"x" * 16)
    raw.close()


def wait_for_fin(tls):
    with socket.socket(fileno=tls.fileno()) as raw:
        while raw.recv(1, socket.MSG_PEEK):
            time.sleep(0.02)
        raw.detach()


def say_big(tls, mode):
    """What the other side closes to amid it."""
    short = 10 if mode == "loses-ten" else 5000008 if mode.startswith("loses") else 0
    tls.sendall(BIG[:len(BIG) - short])
    if mode == "loses-and-resets":
        tls.recv(1)   # the other side's close_notify, amid what it reads


def answer(tls, text, mode):
    if text == b"keep\n":
        if mode == "deaf":
            return
        tls.sendall(b"hello, the end\n")
        text = read_all(tls, False)
    if text == b"big\n":
        say_big(tls, mode)
    if text == b"close\n" or (text == b"half\n" and not mode.startswith("gives-up")):
        tls.sendall(BODY[:400000] if mode.startswith("loses") or mode == "stalls" else BODY)


def end(tls, mode):
    if mode in ("mute", "stalls"):
        time.sleep(20)
    elif mode in ("no-notice", "loses-and-drops"):
        tls.close()
    elif mode in ("reset", "loses-and-resets", "gives-up-and-resets"):
        reset(tls)
    elif mode == "cut":
        half_a_record(tls)
    else:
        if mode in ("late", "waits"):
            wait_for_fin(tls)
        try:
            tls.unwrap()
        except OSError:
            pass   # our side has closed in its own way
        (reset if mode == "notice-reset" else ssl.SSLSocket.close)(tls)


def before_tls(connection, mode, server):
    """As PostgreSQL has it: the client asks for TLS in the clear, and is told yes or no."""
    request = struct.pack(">II", 8, 80877103)
    if mode not in ("asked", "refuses"):
        return
    if server:
        connection.recv(8, socket.MSG_WAITALL)
        connection.sendall(b"S" if mode == "asked" else b"N")
    else:
        connection.sendall(request)
        connection.recv(1)


def serve(tls, mode):
    answer(tls, read_all(tls, False), mode)
    end(tls, mode)


def ask(tls, mode):
    tls.sendall(b"hello, the end\n")
    text = read_all(tls, mode == "wary")
    if text == b"big\n":
        say_big(tls, mode)
    if mode == "swallows-behind-a-banner":
        text = b"banner: " + text[:-len(b"banner: ")]
    sys.stdout.buffer.write(text[:1000] if mode in ("swallows", "stays") else text)
    sys.stdout.flush()
    end(tls, mode)
    if mode == "stays":
        time.sleep(20)


def main():
    mode, role = sys.argv[1:3]
    server = role == "server"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    if server:
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1], flush=True)
        connection = listener.accept()[0]
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
    # Some versions of the module set this by themselves, and never tell of a truncation then.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.minimum_version = context.maximum_version = VERSION[sys.argv[-1]]
    before_tls(connection, mode, server)
    tls = context.wrap_socket(connection, server_side=server, suppress_ragged_eofs=False)
    (serve if server else ask)(tls, mode)


if __name__ == "__main__":
    main()
