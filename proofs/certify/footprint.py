"""What Endwell adds to an mbedTLS client on a Cortex-M4, a row for each file.

Counted: both machines, the connection, the transport, and the port for mbedTLS 2.28. Not the io, which is
the client's own (lwIP, a modem), and nothing of mbedTLS. Of each file all that it has, and what a client
links that makes the calls below (--gc-sections). ram: what one connection owns, ew_conn and ew_mbedtls;
frame: the largest of all functions (-fstack-usage).
"""
import glob
import os
import re
import subprocess

from tool import CannotRun, run

GCC, CPU = "arm-none-eabi-", ("-mthumb", "-mcpu=cortex-m4")
FLAGS = ["-std=c99", "-Os", "-fno-jump-tables", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra", "-Werror",
         "-Isrc", "-Igen/out", "-Ispec"]
MACHINES = ("ew_core", "ew_orderly")  # built as the library has them, without tables of jumps
FILES = [*(f"gen/out/{name}.c" for name in MACHINES),
         *(f"src/{name}.c" for name in ("open", "endwell", "data", "clear", "close", "wait", "questions", "transport",
                                        "dispatch", "tell_nobody", "port_mbedtls"))]
# What a client calls: README's, over an io of its own, and what an event loop asks besides.
CALLS = ("ew_mbedtls_init", "ew_mbedtls_port", "ew_conn_open_io", "ew_conn_set_deadline", "ew_conn_handshake",
         "ew_conn_write", "ew_conn_read", "ew_conn_end_of_data", "ew_conn_close", "ew_conn_get_error",
         "ew_conn_timeout")
# With the bounds as they come; and as small as their ranges let them be for a client whose cipher suites are
# all AEAD (ew_transport.h, endwell.h).
SMALL = ("-DEW_ALERT_MAX=31", "-DEW_TAIL_MAX=31", "-DEW_DRAIN_CHUNK=128", "-DEW_NO_WORDS")
BUILDS = {"as it comes": (), "small": SMALL}
WANTED = {"text": 3200, "ram": 220, "frame": 192}  # of the small one: text as it is linked
PROMISE = {"as it comes": {"text": 6292, "rodata": 1123, "data": 0, "bss": 0, "ram": 360, "frame": 1048},
           "small": {"text": 6174, "rodata": 67, "data": 0, "bss": 0, "ram": 200, "frame": 176}}
SECTIONS = ("text", "rodata", "data", "bss")
HEADERS = "/usr/include"  # where the system has mbedTLS's
# mbedTLS as the system configures it, but for threads, of which there are none, and what a client has no use for.
CONFIG = "#include <mbedtls/config.h>\n" + "".join(
    f"#undef MBEDTLS_{name}\n" for name in ("THREADING_C", "THREADING_PTHREAD", "SSL_SRV_C", "SSL_CACHE_C",
                                            "SSL_COOKIE_C", "SSL_TICKET_C", "SSL_DTLS_HELLO_VERIFY",
                                            "SSL_RENEGOTIATION"))


def missing():
    if not os.path.exists(os.path.join(HEADERS, "mbedtls", "ssl.h")):
        yield "mbedTLS's headers are missing; install them with: apt-get install libmbedtls-dev"
    tried = subprocess.run([GCC + "gcc", "-E", "-include", "string.h", "-xc", os.devnull], check=False,
                           capture_output=True, text=True)
    if "string.h: No such file" in tried.stderr:
        yield "newlib is missing; install it with: apt-get install libnewlib-arm-none-eabi"


def sources():
    """What is compiled, and the headers that it may read."""
    return [*FILES[1:], *sorted(glob.glob("src/*.h")), "gen/out/ew_orderly.h"]


def prepare(folder):
    """mbedTLS's headers alone, beside newlib's, and its configuration."""
    for name in ("mbedtls", "psa"):
        os.symlink(os.path.join(HEADERS, name), os.path.join(folder, name))
    with open(os.path.join(folder, "client_config.h"), "w", encoding="utf-8") as out:
        out.write(CONFIG)


def compile_one(folder, path, build):
    name = os.path.basename(path)[:-2]
    machine = ["-fno-jump-tables"] if name in MACHINES else []
    obj = os.path.join(folder, name + ".o")
    run(GCC + "gcc", *CPU, *FLAGS, *machine, *build, "-isystem", folder,
        "-DMBEDTLS_CONFIG_FILE=<client_config.h>", "-fstack-usage", "-c", path, "-o", obj)
    return obj


def kind(section):
    found = re.match(r"\.(text|rodata|data|bss)\b", section)
    return found[1] if found else None


def whole(obj):
    """Section -> bytes of all that a file has."""
    told = dict.fromkeys(SECTIONS, 0)
    for section, size in re.findall(r"^(\.\S+)\s+(\d+)", run(GCC + "size", "-A", obj), re.M):
        if kind(section):
            told[kind(section)] += int(size)
    return told


def symbols(*objects):
    return sorted(set(re.findall(r" [TR] (\S+)$", run(GCC + "nm", *objects), re.M)))


def bare(name):
    """Without the bounds that a small system has set (ew_transport.h)."""
    return re.sub(r"_bounds_\d+_\d+$", "", name)


def linked(folder, objects):
    """File -> section -> bytes that are left when a client is linked: the map says which."""
    out, path = os.path.join(folder, "client"), os.path.join(folder, "client.map")
    wanted = [name for name in symbols(*objects) if bare(name) in CALLS]
    run(GCC + "ld", "-r", "--gc-sections", *(word for name in wanted for word in ("-u", name)), *objects,
        "-Map", path, "-o", out)
    with open(path, encoding="utf-8") as file:
        kept = file.read().split("Linker script and memory map", 1)[-1]
    told = {obj: dict.fromkeys(SECTIONS, 0) for obj in objects}
    for section, size, obj in re.findall(r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s(\S+\.o)$", kept, re.M):
        if kind(section):
            told[obj][kind(section)] += int(size, 16)
    lacking = set(CALLS) - {bare(name) for name in symbols(out)}
    if lacking:
        raise CannotRun(f"the client was linked without {', '.join(sorted(lacking))}")
    return told


def frames(folder):
    """Bytes of the largest frame, and whose it is."""
    found = []
    for path in sorted(os.listdir(folder)):
        if path.endswith(".su"):
            with open(os.path.join(folder, path), encoding="utf-8") as file:
                for line in file:
                    function, size, how = line.rstrip("\n").split("\t")
                    if how != "static":
                        raise CannotRun(f"{function}: its frame has no fixed size")
                    found.append((int(size), function.rsplit(":", 1)[-1]))
    return max(found)


def owned(folder, build):
    """sizeof of what the client has for one connection."""
    probe = os.path.join(folder, "probe.c")
    names = ("ew_conn", "ew_mbedtls")
    with open(probe, "w", encoding="utf-8") as out:
        out.write('#include "endwell.h"\n#include "port_mbedtls.h"\n' + "".join(
            f"const char of_{name}[sizeof({name})] = {{0}};\n" for name in names))
    obj = compile_one(folder, probe, build)
    sizes = {name: size for size, name in
             re.findall(r"^[0-9a-f]+ ([0-9a-f]+) R of_(\w+)$", run(GCC + "nm", "-S", obj), re.M)}
    return {name: int(sizes[name], 16) for name in names}


def measure(folder, name):
    """One build of all of it: its rows, and what they come to."""
    build = BUILDS[name]
    room = os.path.join(folder, name.replace(" ", "_"))
    os.makedirs(room)
    prepare(room)
    objects = [compile_one(room, path, build) for path in FILES]
    left = linked(room, objects)
    rows = [{"file": path, "whole": whole(obj), "linked": left[obj]} for path, obj in zip(FILES, objects)]
    frame, function = frames(room)
    structs = owned(room, build)
    return {"build": name, "defines": list(build), "rows": rows, "structs": structs,
            "whole": {section: sum(row["whole"][section] for row in rows) for section in SECTIONS},
            **{section: sum(row["linked"][section] for row in rows) for section in SECTIONS},
            "ram": sum(structs.values()), "frame": frame, "frame_of": function}


def broken_promises(told):
    for one in told:
        for key, most in PROMISE[one["build"]].items():
            if one[key] > most:
                yield (f"{key} of the whole addition, {one['build']}, is {one[key]} bytes, promised are at most "
                       f"{most} (Cortex-M4 -Os)")


def against_wanted(one):
    """What was wanted, and by how much it is met or missed."""
    for key, most in WANTED.items():
        yield f"{key} {one[key]:,} of {most:,} bytes wanted: " + (
            "met" if one[key] <= most else f"missed by {one[key] - most:,}")


def show(told):
    for one in told:
        print(f"\n{'the addition, ' + one['build']:24}{'text':>7}{'rodata':>8}   linked:{'text':>6}{'rodata':>8}")
        for row in [*one["rows"], {"file": "all", "whole": one["whole"], "linked": one}]:
            print(f"{os.path.basename(row['file']):24}{row['whole']['text']:7}{row['whole']['rodata']:8}"
                  f"   {row['linked']['text']:13}{row['linked']['rodata']:8}")
        print(f"data {one['data']}, bss {one['bss']}; RAM of a connection {one['ram']}; largest frame {one['frame']} "
              f"({one['frame_of']})")
    for line in against_wanted(told[-1]):
        print("small:", line)
