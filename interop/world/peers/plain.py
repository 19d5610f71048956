"""plain.py [--listen]: what stands behind a TLS proxy; speaks on its standard input and output.

--listen: on a port of the loopback interface instead, one process for each connection.
"""
import os
import socket
import sys

BODY = b"x" * 1000000 + b"the end\n"
BIG = b"x" * 8000000 + b"the end\n"


def write(out, data):
    view = memoryview(data)
    while view:
        view = view[os.write(out, view):]


def converse(into, out):
    text = b""
    while True:
        piece = os.read(into, 4096)
        text += piece
        if text == b"keep\n":
            write(out, b"hello, the end\n")
            text = b""
        elif text == b"close\n" or (text == b"half\n" and not piece):
            write(out, BODY)
            return
        elif text == b"big\n":
            write(out, BIG)
            return
        elif not piece:
            return


def main():
    if "--listen" not in sys.argv:
        converse(0, 1)
        return
    listener = socket.create_server(("127.0.0.1", 0))
    print("port", listener.getsockname()[1], flush=True)
    while True:
        connection = listener.accept()[0]
        if os.fork() == 0:
            try:
                converse(connection.fileno(), connection.fileno())
            except OSError:
                pass   # the proxy is gone
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    main()
