"""python_peer.py server CERT KEY TLS | client PORT TLS: as the ssl module's page has it."""
import socket
import ssl
import sys

BODY = b"x" * 1000000 + b"the end\n"
BIG = b"x" * 8000000 + b"the end\n"
ANSWERS = {b"close\n": BODY, b"big\n": BIG, b"bye\n": b""}
VERSION = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def converse(tls, client):
    if client:
        tls.sendall(b"hello, the end\n")
    text = b""
    while True:
        piece = tls.recv(4096)
        text += piece
        if not client and text == b"keep\n":
            tls.sendall(b"hello, the end\n")
            text = b""
        elif text in ANSWERS:
            tls.sendall(ANSWERS[text])
            return "closing"
        elif not piece:
            if text in (b"half\n", b"more\n"):
                tls.sendall(BODY)
            return f"end after {len(text)} bytes"


def main():
    if sys.argv[1] == "server":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
    else:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = VERSION[sys.argv[-1]]
    if sys.argv[1] == "server":
        listener = socket.create_server(("127.0.0.1", 0))
        print("port", listener.getsockname()[1], flush=True)
        connection = listener.accept()[0]
    else:
        connection = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    with context.wrap_socket(connection, server_side=sys.argv[1] == "server") as tls:
        try:
            print(converse(tls, sys.argv[1] == "client"), flush=True)
        except OSError as error:
            print("error:", error, flush=True)
            return 1
        if "--unwrap" in sys.argv:
            tls.unwrap()
    return 0


if __name__ == "__main__":
    sys.exit(main())
