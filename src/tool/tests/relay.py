"""A capture without special rights: a relay on loopback, whose bytes are written as a pcap.

What passes is what the two programs sent, in their order; the TCP headers around it are the relay's, and
FIN and RST stand where each side's socket ended.
"""

import socket
import struct
import threading
import time

CLIENT, SERVER = 0, 1
FIN, SYN, RST, ACK = 1, 2, 4, 16
HOST = b"\x7f\0\0\1"
MOST = 1400  # bytes in a segment


class Pcap:
    """Segments of one connection, with a handshake in front."""

    def __init__(self, ports):
        self.ports, self.packets, self.lock = ports, [], threading.Lock()
        self.next = [1000, 9000]  # sequence numbers
        self.segment(CLIENT, SYN, b"", acks=False)
        self.segment(SERVER, SYN)
        self.segment(CLIENT)

    def segment(self, side, flags=0, data=b"", acks=True):
        ack = self.next[1 - side] if acks else 0
        tcp = struct.pack(">IIBBHHH", self.next[side], ack, 5 << 4, flags | (ACK if acks else 0), 64240, 0, 0)
        self.packets.append((time.time(), side, tcp, data))
        self.next[side] += len(data) + (1 if flags & (SYN | FIN) else 0)

    def data(self, side, data):
        with self.lock:
            for start in range(0, len(data), MOST):
                self.segment(side, 0, data[start:start + MOST])
                self.segment(1 - side)

    def end(self, side, flags):
        with self.lock:
            self.segment(side, flags)
            if flags & FIN:
                self.segment(1 - side)

    def write(self, path, leave_out=(), snap=65535):
        """`leave_out`: packets that the capture missed; `snap`: bytes kept of each."""
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap, 101))
            for number, (at, side, tcp, data) in enumerate(self.packets):
                ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(data), number, 0, 64, 6, 0, HOST, HOST)
                packet = ip + struct.pack(">HH", self.ports[side], self.ports[1 - side]) + tcp + data
                if number not in leave_out:
                    file.write(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(packet[:snap]), len(packet)))
                    file.write(packet[:snap])


def stop(end):
    """Wakes who reads from it, which a close would not."""
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is gone already


def forward(pcap, side, source, target):
    while True:
        try:
            data = source.recv(65536)
        except ConnectionResetError:
            pcap.end(side, RST)
            stop(target)
            return
        except OSError:
            return
        try:
            if not data:
                pcap.end(side, FIN)
                target.shutdown(socket.SHUT_WR)
            else:
                pcap.data(side, data)
                target.sendall(data)
        except OSError:
            pass  # the target is gone: how its side ended is told by the other thread
        if not data:
            return


class Relay:
    """Between one client, which connects to `port`, and the server at `to`."""

    def __init__(self, to):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.to = self.listener.getsockname()[1], to
        self.pcap = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        client, (_, port) = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.to))
        self.pcap = Pcap((port, self.to))
        ways = [threading.Thread(target=forward, args=(self.pcap, *way), daemon=True)
                for way in ((CLIENT, client, server), (SERVER, server, client))]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        for one in (client, server, self.listener):
            one.close()

    def captured(self, limit):
        self.thread.join(limit)
        return self.pcap
