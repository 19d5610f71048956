"""Peers as processes: started, told, stopped, continued, killed, and always cleaned up."""
import glob
import os
import re
import signal
import socket
import subprocess
import threading
import time

START = 30      # seconds until a server listens
BUSY = 30       # seconds at most that a program may go on before it is at rest
LOOK = 0.05     # seconds between two looks
TRIES = 3       # a port that was free can be taken before a server that cannot take 0 has it
HERE = os.path.dirname(os.path.abspath(__file__))


class NoPeer(Exception):
    """The peer could not be started: nothing was observed."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port):
    """Whether somebody listens there; asks the kernel, for a probe would use up a server of one."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table, encoding="ascii") as file:
                for line in file.readlines()[1:]:
                    field = line.split()
                    if field[3] == "0A" and int(field[1].split(":")[1], 16) == port:
                        return True
        except FileNotFoundError:
            continue
    return False


def everybody():
    """Folder in /proc -> what it says of a process; of those that we can signal by their numbers."""
    ours, found = os.readlink("/proc/self/ns/pid"), {}
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            if os.readlink(folder + "/ns/pid") == ours:
                found[folder] = status(folder)
        except OSError:
            continue   # it has ended
    return found


def family(session):
    """{folder: number} of the processes of that session, and of what they started in others, as a
    server does that keeps a process for each connection."""
    told = everybody()
    found = {folder for folder, said in told.items() if said["NSsid"][-1] == str(session)}
    more = found
    while more:
        more = {folder for folder, said in told.items() if "/proc/" + said["PPid"][0] in more} - found
        found |= more
    return {folder: int(told[folder]["NSpid"][-1]) for folder in found}


def states(session):
    """What the threads of that family do, as the letters that the kernel has for it."""
    for folder in family(session):
        try:
            yield from (status(thread)["State"][0] for thread in glob.glob(folder + "/task/*"))
        except OSError:
            continue   # it has ended


def status(folder):
    with open(folder + "/status", encoding="utf-8", errors="replace") as file:
        return {name: value.split() for name, _, value in (line.partition(":") for line in file)}


def filled(text, values):
    return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], text)


class Process:
    """One program in a session of its own; what it says goes into files."""

    def __init__(self, argv, folder, name, env=None):
        self.paths = [os.path.join(folder, f"{name}.{stream}") for stream in ("out", "err")]
        with open(self.paths[0], "wb") as out, open(self.paths[1], "wb") as err:
            self.process = subprocess.Popen(argv, cwd=folder, stdin=subprocess.PIPE, stdout=out,
                                            stderr=err, start_new_session=True,
                                            env={**os.environ, **(env or {})})

    def text(self, stream):
        with open(self.paths[stream], "rb") as file:
            return file.read()

    def signal(self, number):
        if number == signal.SIGKILL:   # who would notice that others are gone, and close, is held first
            self.signal(signal.SIGSTOP)
        for send, to in [(os.killpg, self.process.pid),
                         *((os.kill, one) for one in family(self.process.pid).values())]:
            try:
                send(to, number)
            except ProcessLookupError:
                pass

    def say(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass   # it is gone, which its exit status tells

    def feed(self, text):
        """More than it takes at once, and the end of its input; we do not wait."""
        def run():
            self.say(text)
            self.end_input()
        threading.Thread(target=run, daemon=True).start()

    def end_input(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def wait(self, seconds):
        """Exit status; None while it goes on."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def rest(self, seconds):
        """Exit status; None if it goes on and all of it has slept that long: it has said its say.

        Time in which it would run is not counted: on a machine with much to do it comes late."""
        slept, end = 0.0, time.monotonic() + BUSY
        while slept < seconds and time.monotonic() < end:
            ended = self.wait(LOOK)
            if ended is not None:
                return ended
            slept += LOOK * all(state in "STtZX" for state in states(self.process.pid))
        return None

    def end(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.end_input()

    def port(self):
        """The port that a program of ours says it listens on."""
        return self.until(lambda: re.search(rb"^port (\d+)$", self.text(0), re.M))

    def until(self, asked):
        end = time.monotonic() + START
        while time.monotonic() < end:
            found = asked()
            if found:
                return found
            if self.process.poll() is not None:
                return asked()
            time.sleep(0.02)
        return None


class Peer:
    """A peer of a cell: the program, and what stands behind it."""

    def __init__(self, table, values, folder):
        self.table, self.values, self.folder = table, dict(values), folder
        self.running, self.main = [], None
        self.values["dir"] = folder

    def start_process(self, argv, name):
        env = {key: filled(value, self.values) for key, value in self.table.get("env", {}).items()}
        started = Process([filled(word, self.values) for word in argv], self.folder, name, env)
        self.running.append(started)
        return started

    def configure(self):
        for name in self.table.get("conf", []):
            with open(os.path.join(HERE, "conf", name), encoding="utf-8") as file:
                text = filled(file.read(), self.values)
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)

    def is_ready(self):
        """It listens, and has said so where it listens before it serves."""
        return listening(self.values["port"]) and self.table.get("ready", "").encode() in self.main.text(1)

    def start_server(self, argv):
        """The port that it listens on."""
        if "backend" in self.table:
            behind = self.start_process(self.table["backend"], "backend")
            found = behind.port()
            if not found:
                raise NoPeer("what stands behind it did not start")
            self.values["backend"] = int(found[1])
        for _ in range(TRIES):
            self.values["port"] = free_port()
            self.configure()
            self.main = self.start_process(argv, "peer")
            if not any("{port}" in word for word in argv) and not self.table.get("conf"):
                found = self.main.port()
                if found:
                    return int(found[1])
            elif self.main.until(self.is_ready):
                return self.values["port"]
            self.main.end()
        said = (self.main.text(1) or self.main.text(0)).decode(errors="replace").strip()
        raise NoPeer(f"it does not listen: {said[-300:]}")

    def start_client(self, argv, port):
        self.values["port"] = port
        self.configure()
        self.main = self.start_process(argv, "peer")
        if "input" in self.table:
            self.main.say(self.table["input"])

    def kill(self):
        for process in self.running:
            process.signal(signal.SIGKILL)

    def end(self):
        for process in self.running:
            process.end()
