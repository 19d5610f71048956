"""endwell check on a device's records: a Cortex-M3 under QEMU, a client on mbedTLS, and damaged dumps."""

import json
import os
import pathlib
import struct
import subprocess
import tempfile

HEAD, RECORD, SUM = struct.Struct("<IIII"), struct.Struct("<IIHhBBBB"), 0xA5
QEMU = ["qemu-system-arm", "-M", "mps2-an385", "-nographic", "-monitor", "none", "-serial", "none"]
OPEN, HANDSHAKE, READ, SHUTDOWN, FREE, CLOSE = 1, 2, 3, 5, 9, 11
LACKED = {"EW020", "EW021", "EW022", "EW032", "EW040", "EW041", "EW042"}


def emulate(t, way, dump):
    arguments = f"enable=on,target=native,arg=device,arg={way},arg={dump}"
    return t.command(*QEMU, "-semihosting-config", arguments, "-kernel", str(t.programs / "device/firmware"))


def check(t, dump, *options):
    """The findings as {rule: level}, what was not observable, and the run."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        done = t.command(t.tool, "check", f"--format=json={report}", *options, str(dump))
        if not os.path.exists(report):
            return {}, set(), done
        with open(report, encoding="utf-8") as file:
            said = json.load(file)
    return ({f["rule"]: f["level"] for f in said["findings"]}, {u["rule"] for u in said["not_observable"]}, done)


def packed(number, connection, call, value=0, result=0, sent=0, time=0):
    sum_of = RECORD.pack(number, time, connection, value, call, result, sent, 0)
    return RECORD.pack(number, time, connection, value, call, result, sent, (SUM - sum(sum_of)) % 256)


def dump_of(*records, room=None):
    room = room or len(records)
    whole = HEAD.pack(0x31545745, room, len(records), 1000)
    ring = [bytes(16)] * room
    for number, record in enumerate(records, 1):
        ring[(number - 1) % room] = packed(number, *record)
    return whole + b"".join(ring)


def both_orders(dump):
    """The dump, and where it has whole records the one of a device with the other order of bytes."""
    yield "", dump
    if len(dump) % 16 == 0:
        parts = [struct.pack(">IIII", *HEAD.unpack(dump[:16]))]
        parts += [struct.pack(">IIHhBBBB", *RECORD.unpack(dump[i:i + 16])) for i in range(16, len(dump), 16)]
        yield ", the other order of bytes", b"".join(parts)


GOOD = [(1, OPEN), (1, HANDSHAKE), (1, SHUTDOWN), (1, FREE), (1, CLOSE)]


def refused(t, folder):
    """What is no whole dump gets a message with its place, and no pass."""
    whole = dump_of(*GOOD)
    cases = (("cut off", whole[:-1], 1, "cut off"),
             ("cut off by a record", whole[:-16], 1, "cut off"),
             ("cut off in its head", whole[:10], 1, "in its head"),
             ("with something behind it", whole + b"x", 1, "not whole"),
             ("without room", HEAD.pack(0x31545745, 0, 0, 0), 1, "not whole"),
             ("with a damaged record", whole[:40] + b"\x55" + whole[41:], 2, "sum"),
             ("of two moments", whole[:16] + packed(9, *GOOD[0]) + whole[32:], 1, "two moments"),
             ("with a record that is missing", whole[:32] + bytes(16) + whole[48:], 2, "sum"),
             ("that does not open", dump_of(*GOOD[1:]), 1, "EW_TRACE_OPEN"),
             ("with a call that does not exist", dump_of(*GOOD, (1, 13)), 6, "no such call"),
             ("with a result that does not exist", dump_of(*GOOD, (1, READ, 0, 10)), 6, "no such result"),
             ("with a failure that returns 1", dump_of(*GOOD, (1, READ, 1, 9)), 6, "above 0"),
             ("with a shutdown that returns 2", dump_of(*GOOD, (1, SHUTDOWN, 2)), 6, "returns 0 or 1"))
    for name, dump, place, word in cases:
        for order, bytes_of in both_orders(dump):
            path = pathlib.Path(folder) / "dump"
            path.write_bytes(bytes_of)
            _, _, done = check(t, path)
            t.check(f"a dump {name}{order}", done.returncode == 2 and f"{path}:{place}: " in done.stderr and
                    word in done.stderr, done)


def read(t, folder):
    """What is whole is judged, in both orders of bytes; what was overwritten is no pass."""
    path = pathlib.Path(folder) / "dump"
    late = [(1, OPEN), (1, HANDSHAKE), (1, SHUTDOWN), (1, 4, 3, 0, 2), (1, FREE)]
    cut = [(1, OPEN), (1, HANDSHAKE), (1, READ, -1, 5), (1, SHUTDOWN, -1, 9, 1), (1, FREE)]
    again = GOOD[:-1] + [(1, OPEN), (1, HANDSHAKE), (1, FREE)]
    quiet = [(1, OPEN), (1, HANDSHAKE), (1, 7, 1), (1, SHUTDOWN, 1), (1, FREE)]
    for name, dump, found, status in (
            ("right", dump_of(*GOOD), {}, 0),
            ("right, in a ring with room", dump_of(*GOOD, room=9), {}, 0),
            ("a write behind close_notify", dump_of(*late), {"EW004": "error"}, 1),
            ("a shutdown after a cut", dump_of(*cut), {"EW001": "note"}, 0),
            ("a number that is used again", dump_of(*again), {"EW010": "error"}, 1),
            ("quiet shutdown", dump_of(*quiet), {"EW013": "warning"}, 1),
            ("right, but the ring wrapped", dump_of((9, OPEN), *GOOD, room=5), {}, 2),
            ("its beginning overwritten", dump_of(*GOOD, room=4), {}, 2),
            ("wrong, and the ring wrapped", dump_of((9, OPEN), *late, room=5), {"EW004": "error"}, 1),
            ("nothing in it", dump_of(room=4), {}, 2)):
        for order, bytes_of in both_orders(dump):
            path.write_bytes(bytes_of)
            rules, unseen, done = check(t, path)
            t.check(f"{name}{order}", (rules, done.returncode) == (found, status), (rules, done))
            t.check(f"{name}{order}: what it lacks", LACKED <= unseen, unseen)


def on_cortex_m(t, folder):
    for way, found, status in (("right", {}, 0), ("forgets", {"EW010": "error"}, 1), ("late", {"EW004": "error"}, 1),
                               ("often", {}, 2)):
        dump, kept = os.path.join(folder, way), os.path.join(folder, way + ".trace")
        ran = emulate(t, way, dump)
        t.check(f"Cortex-M3, {way}: it ran", ran.returncode == 0 and os.path.exists(dump), ran)
        rules, unseen, done = check(t, dump, f"--trace={kept}")
        t.check(f"Cortex-M3, {way}", (rules, done.returncode) == (found, status), (rules, done))
        t.check(f"Cortex-M3, {way}: what it lacks", LACKED <= unseen, unseen)
        again, unseen_again, done = check(t, kept)
        t.check(f"Cortex-M3, {way}: the trace that was kept", (again, unseen_again, done.returncode) ==
                (found, unseen, status), (again, done))


def on_mbedtls(t, folder):
    for way, found, status in (("right", {}, 0), ("wrong", {"EW010": "error"}, 1)):
        dump = os.path.join(folder, "mbedtls." + way)
        ran = subprocess.run([str(t.programs / "device_mbedtls"), way], capture_output=True, text=True, timeout=300,
                             env=dict(t.environment, ENDWELL_DUMP=dump), check=False)
        t.check(f"mbedTLS, {way}: it ran", ran.returncode == 0, ran)
        rules, _, done = check(t, dump)
        t.check(f"mbedTLS, {way}", (rules, done.returncode) == (found, status), (rules, done))


def test_device(t):
    with tempfile.TemporaryDirectory() as folder:
        refused(t, folder)
        read(t, folder)
        on_mbedtls(t, folder)
        on_cortex_m(t, folder)
