"""The forms of the machine: how each is made from a folder of generated files, and run.

A form's steps and run are commands; {out} stands for that folder, {pages} for the specification
that it was made from, {folder} for the form's own.
What a run prints is the stream of gen/out/digest.txt, or some parts of it.
"""
import os
import re

import acsl
import size
from evidence import PAGES
from wp import CannotRun

HERE = "proofs/certify/forms"
EVERYTHING = ["relation", "calls", "answers", "start", "unknown_events", "corrupt_states"]
INCLUDE = ["-I{out}", "-Ispec", "-I" + HERE]
CORE = ["-std=c99"]
CHECKED = ["-Wall", "-Wextra", "-Werror"] + INCLUDE
DRIVER = ["-std=gnu99", "-O2"] + CHECKED
STREAM = [HERE + "/stream.c", HERE + "/main.c"]
E_ACSL = "/usr/share/frama-c/e-acsl"
E_ACSL_LIBRARY = "/usr/lib/frama-c/e-acsl/libeacsl-dlmalloc.a"
LEVELS = ["-O0", "-O2", "-Os"]


class Form:
    """One form: `needs` is what has to be there (a command, or a file) -> its package."""

    def __init__(self, name, needs, steps, run, **more):
        self.name, self.needs, self.steps, self.run = name, needs, steps, run
        self.parts = more.get("parts", EVERYTHING)
        self.compiler = more.get("compiler")      # commands whose versions are evidence
        self.emulator = more.get("emulator")
        self.flags = more.get("flags", [])        # those that the core was compiled with
        self.object = more.get("object")          # what was compiled from the core alone
        self.endless = more.get("endless", False)  # it is stopped when the stream is there
        self.facts = more.get("facts")            # of the folder: more for the evidence
        self.stops_at = more.get("stops_at")      # what the run of the damaged form has to say


def compiled(name, needs, cc, flags, link, run, **more):
    """The core in an object file of its own, as an integrator would compile it, then linked."""
    flags = flags + CORE
    core = [cc, *flags, *CHECKED, "-c", "{out}/ew_core.c", "-o", "{folder}/ew_core.o"]
    program = [cc, *DRIVER, *link[0], "{folder}/ew_core.o", *link[1], "-o", "{folder}/program"]
    return Form(name, {cc: needs[0], **needs[1]}, [core, program], run, compiler=cc, flags=flags,
                object="{folder}/ew_core.o", **more)


# On this machine ----------------------------------------------------------------------------------

def generator(tool):
    return Form("the tables, interpreted", {tool: "make regenerate"}, [],
                [tool, "--stream"] + ["{pages}/" + page + ".md" for page in PAGES],
                compiler=tool)


def host(cc, level):
    return compiled(f"{cc} {level}", (cc, {}), cc, [level],
                    ([], STREAM + [HERE + "/emit_hosted.c"]), ["{folder}/program"])


def write_contracts(folder, _):
    """The contracts that E-ACSL is given: the same, with predicates written out."""
    names = ["ew_predicates.h", "ew_clauses.h", "ew_named.h", "ew_contracts.h"]
    texts = {}
    for name in names:
        with open(os.path.join("spec", name), encoding="utf-8") as file:
            texts[name] = file.read()
    definitions = acsl.Definitions(texts.values())
    os.makedirs(os.path.join(folder, "spec"), exist_ok=True)
    for name, text in texts.items():
        # `named` says of each call all that is said of ew_step, which every call goes through.
        with open(os.path.join(folder, "spec", name), "w", encoding="utf-8") as file:
            file.write(acsl.write_out(text, definitions, leave_out=["named"]))


# What E-ACSL has no execution for; everything else that is left out is an error.
NOT_EXECUTED = {"assigns clause in behavior", "terminates clause",
                "abnormal termination case in behavior"}


def check_translation(folder, _):
    """E-ACSL only warns when it leaves a clause out."""
    with open(os.path.join(folder, "output"), encoding="utf-8") as file:
        warnings = re.findall(r"\[e-acsl\] (?!FRAMAC_SHARE)\S+:\d+: Warning:\s+E-ACSL construct\s+"
                              r"`(.*?)'\s+is not yet supported", file.read())
    left_out = sorted(set(warnings) - NOT_EXECUTED)
    if left_out or not warnings:
        raise CannotRun(f"E-ACSL leaves clauses out: {', '.join(left_out) or 'all of them'}")


def count_checks(folder):
    with open(os.path.join(folder, "instrumented.c"), encoding="utf-8") as file:
        checks = len(re.findall(r"\b__e_acsl_assert\(", file.read()))
    return {"contract_checks": checks, "not_executed": sorted(NOT_EXECUTED)}


def instrumented(blocks=None):
    """The core with its contracts executed at every call; `blocks`: the first of the stream."""
    limit = [f"-DSTREAM_BLOCKS={blocks}"] if blocks else []
    include = ["-I{out}", "-I{folder}/spec", "-I" + HERE]
    run_time = ["-std=gnu99", "-w", "-I" + E_ACSL]
    steps = [
        write_contracts,
        ["frama-c", "-machdep", "gcc_x86_64", "-cpp-extra-args=" + " ".join(include + limit),
         "-cpp-extra-args-per-file={out}/ew_core.c:-include ew_contracts.h",
         "-e-acsl", "{out}/ew_core.c", *STREAM, "-then-last", "-print",
         "-ocode", "{folder}/instrumented.c"],
        check_translation,
        ["gcc", *run_time, "-O0", "-c", "{folder}/instrumented.c", "-o", "{folder}/core.o"],
        ["gcc", *run_time, "-O2", "-DE_ACSL_SEGMENT_MMODEL", "-c", E_ACSL + "/e_acsl_rtl.c",
         "-o", "{folder}/rtl.o"],
        ["gcc", *DRIVER, HERE + "/emit_hosted.c", "{folder}/core.o", "{folder}/rtl.o",
         E_ACSL_LIBRARY, "-lgmp", "-lm", "-lpthread", "-o", "{folder}/program"]]
    needs = {"frama-c": "frama-c-base", E_ACSL + "/e_acsl_rtl.c": "frama-c-base",
             E_ACSL_LIBRARY: "frama-c-base", "gcc": "gcc", "/usr/lib/*/libgmp.so": "libgmp-dev"}
    return Form("E-ACSL, gcc -O0" + ("" if blocks else ", the whole stream"), needs, steps,
                ["{folder}/program"], compiler="frama-c", flags=["-O0"],
                parts=EVERYTHING[:4] if blocks else EVERYTHING, stops_at="K06_flag_taken_back",
                facts=count_checks)


def model():
    return Form("the WhyML model, extracted to OCaml",
                {"why3": "why3", "ocamlopt": "ocaml",
                 "/usr/lib/ocaml/zarith/z.cmi": "libzarith-ocaml-dev",
                 "gen/out/machine.mlw": "make regenerate"},
                [["why3", "extract", "-D", "ocaml64", "-L", "{out}", "machine.Machine",
                  "-o", "{folder}/machine.ml"],
                 ["cp", HERE + "/model.ml", "{folder}/model.ml"],
                 ["ocamlopt", "-I", "+zarith", "-I", "{folder}", "zarith.cmxa",
                  "{folder}/machine.ml", "{folder}/model.ml", "-o", "{folder}/program"]],
                ["{folder}/program"], compiler="why3", parts=["relation", "answers", "start"])


# On other machines --------------------------------------------------------------------------------

# target of the compiler, emulator, package of the C library's headers, in words
USER = [("arm-linux-gnueabihf", "qemu-arm", "libc6-dev-armhf-cross", "Arm"),
        ("aarch64-linux-gnu", "qemu-aarch64", "libc6-dev-arm64-cross", "AArch64"),
        ("riscv64-linux-gnu", "qemu-riscv64", "libc6-dev-riscv64-cross", "RISC-V 64"),
        ("mips-linux-gnu", "qemu-mips", "libc6-dev-mips-cross", "MIPS, big-endian"),
        ("powerpc-linux-gnu", "qemu-ppc", "libc6-dev-powerpc-cross", "PowerPC, big-endian"),
        ("s390x-linux-gnu", "qemu-s390x", "libc6-dev-s390x-cross", "s390x, big-endian")]


def cross(target, emulator, headers, words, level):
    needs = {emulator: "qemu-user", f"/usr/{target}/lib/libc.a": headers}
    return compiled(f"{words}, gcc {level}", ("gcc-" + target, needs), target + "-gcc", [level],
                    (["-static"], STREAM + [HERE + "/emit_hosted.c"]),
                    [emulator, "{folder}/program"], emulator=emulator)


BOARDS = {"Cortex-M0": "microbit", "Cortex-M4": "mps2-an386"}


def bare(words, tools, cpu, level):
    """The builds on Arm whose sizes `make size` measures."""
    link = ([*cpu, "-ffreestanding"],
            STREAM + [HERE + "/emit_semihosting.c", "-nostdlib", "-lgcc",
                      "-T", HERE + "/cortex-m.ld"])
    run = ["qemu-system-arm", "-M", BOARDS[words], "-nographic", "-monitor", "none",
           "-serial", "none", "-chardev", "stdio,id=out,signal=off",
           "-semihosting-config", "enable=on,target=native,chardev=out",
           "-kernel", "{folder}/program"]
    return compiled(f"{words}, bare, gcc {level}",
                    ("gcc-arm-none-eabi", {"qemu-system-arm": "qemu-system-arm"}), tools + "gcc",
                    [*cpu, level, "-ffreestanding", "-fno-jump-tables"], link, run,
                    emulator="qemu-system-arm")


def avr(level, blocks):
    """Where `int` has 16 bits; byte by byte through a serial port, so the first parts only."""
    cpu = ["-mmcu=atmega2560", "-ffreestanding"]
    link = (cpu + [f"-DSTREAM_BLOCKS={blocks}"],
            STREAM + [HERE + "/emit_avr.c", "-nostartfiles", "-nodefaultlibs", "-lgcc"])
    run = ["qemu-system-avr", "-M", "mega2560", "-nographic", "-monitor", "none",
           "-serial", "stdio", "-bios", "{folder}/program"]
    return compiled(f"AVR, bare, 16-bit int, gcc {level}",
                    ("gcc-avr", {"qemu-system-avr": "qemu-system-misc"}), "avr-gcc",
                    cpu + [level], link, run, emulator="qemu-system-avr", endless=True,
                    parts=EVERYTHING[:4])


def wasm(level):
    target = ["--target=wasm32", "-ffreestanding"]
    link = (target, [HERE + "/stream.c", HERE + "/block.c", "-nostdlib", "-Wl,--no-entry",
                     "-Wl,--export=stream_block", "-Wl,--export=block"])
    return compiled(f"WebAssembly, clang {level}", ("clang", {"wasm-ld": "lld", "node": "nodejs"}),
                    "clang", target + [level], link, ["node", HERE + "/wasm.js",
                                                      "{folder}/program"], emulator="node")


# Those that are run -------------------------------------------------------------------------------

def quick(tool, blocks):
    return ([instrumented(blocks), generator(tool)]
            + [host(cc, level) for cc in ("gcc", "clang") for level in LEVELS])


def everything(tool, blocks):
    """The longest first, so that the others run beside it."""
    return ([instrumented(), avr("-Os", blocks), avr("-O2", blocks), generator(tool), model()]
            + [host(cc, level) for cc in ("gcc", "clang") for level in LEVELS]
            + [cross(*target, level) for target in USER for level in LEVELS]
            + [bare(*target) for target in size.TARGETS if target[1] == size.ARM]
            + [wasm(level) for level in LEVELS])
