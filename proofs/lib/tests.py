#!/usr/bin/env python3
"""tests.py [--whole] TABLE: makes the targets of a table, side by side where they fit.

A line of the table has a target, the lanes that it fills, its budget in seconds of processor, and the targets
that have to be over before: * are all that stand above. Before these it may have a turn, 1/4: it is made with
about a quarter of the commits, by their number (sample.py), and left for the others. Behind them, after `when`,
stand paths: it is made, too, where a file there is not as in the commit before (CHANGED in the environment names
the files instead). With --whole nothing is left.
Nothing starts while the lanes are taken; a target that takes all of them runs alone. What a target prints
is shown whole once it ends. One that takes more than its budget is told and does not fail: machines
differ. One that does not end is ended.
Exits 0 when all passed, 1 when one failed, 2 when it could not run.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import time

import sample
from wp import ROOT, CannotRun

LANES = 3          # on two cores: many wait for a peer, a clock or a prover
ALL = 600          # seconds for all of them on two idle cores
PATIENCE = 10      # times its budget, and AT_LEAST seconds: then a target is ended
AT_LEAST = 300
GRACE = 5          # seconds between two signals, each harder than the one before
LINE_EVERY = 30    # seconds between two lines of progress where there is no terminal


class Target:
    """One line of the table, and how it went."""

    def __init__(self, name, lanes, budget, needs, turn, paths):
        self.name, self.lanes, self.budget = name, lanes, budget
        self.needs, self.turn, self.paths = needs, turn, tuple(paths)
        self.process = self.log = self.status = None
        self.begin = self.seconds = self.processor = 0.0
        self.signals = []

    def start(self, make, folder):
        self.log = os.path.join(folder, self.name + ".log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([make, "--no-print-directory", self.name], stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                            start_new_session=True, env=environment())
        self.begin = time.monotonic()

    def over(self):
        """Whether it has ended. Its processor time is that of all that it waited for."""
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if not pid:
            return False
        self.process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - self.begin
        self.processor = usage.ru_utime + usage.ru_stime
        if self.signals:   # what it started may have survived it
            self.signal(signal.SIGKILL)
        return True

    def end_if_late(self, patience, at_least):
        late = time.monotonic() - self.begin - max(patience * self.budget, at_least)
        for number, each in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGKILL)):
            if late > number * GRACE and each not in self.signals:
                self.signal(each)

    def signal(self, which):
        self.signals.append(which)
        try:
            os.killpg(self.process.pid, which)
        except ProcessLookupError:
            pass

    def passed(self):
        return self.status == 0 and not self.signals

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()


def environment():
    """Ours, without the job server of a make that called us: its descriptors are not passed on."""
    flags = re.sub(r"(^| )(-j\d*|--jobserver-\S+)(?= |$)", "", os.environ.get("MAKEFLAGS", ""))
    return dict(os.environ, MAKEFLAGS=flags)


def refuse_idle_make():
    """A make that runs nothing, or minds no failure, would make every target pass."""
    first = os.environ.get("MAKEFLAGS", "").split(" ")[0]
    idle = "" if first.startswith("-") or "=" in first else set(first) & set("inqt")
    if idle:
        raise CannotRun(f"tests: make with -{''.join(sorted(idle))} makes every target pass; leave it out")


def turn_of(words):
    """1/2 in front of the words is taken off them: (1, 2); (1, 1) where there is none."""
    turn = re.fullmatch(r"(\d+)/(\d+)", words[0]) if words else None
    if not turn:
        return 1, 1
    del words[0]
    return int(turn[1]), int(turn[2])


def targets(path):
    """The table; what is needed stands above what needs it, so that there is no circle."""
    found = {}
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            name, *more = words
            if len(more) < 2 or not more[0].isdigit() or not more[1].isdigit():
                raise CannotRun(f"{path}:{number}: not TARGET LANES BUDGET [TURN/TURNS] [NEEDED ...] "
                                "[when PATH ...]")
            lanes, budget, more = int(more[0]), int(more[1]), more[2:]
            paths = more[more.index("when") + 1:] if "when" in more else []
            more = more[:more.index("when")] if "when" in more else more
            turn, turns = turn_of(more)
            needs = list(found) if more == ["*"] else more
            if not 1 <= turn <= turns:
                raise CannotRun(f"{path}:{number}: {name}: {turn}/{turns} is no turn")
            for each in paths:
                if turns == 1 or not os.path.exists(os.path.join(ROOT, each)):
                    raise CannotRun(f"{path}:{number}: {name}: when {each}: " +
                                    ("it is made with every commit" if turns == 1 else "there is no such path"))
            if not 1 <= lanes <= LANES:
                raise CannotRun(f"{path}:{number}: {name}: 1 to {LANES} lanes, not {lanes}")
            if name in found:
                raise CannotRun(f"{path}:{number}: {name} is there twice")
            for needed in needs:
                if needed not in found:
                    raise CannotRun(f"{path}:{number}: {name} needs {needed}, which does not "
                                    "stand above it")
                if found[needed].turn[1] > 1 and more != ["*"]:
                    raise CannotRun(f"{path}:{number}: {name} needs {needed}, which is not made with every commit")
            found[name] = Target(name, lanes, budget, needs, (turn, turns), paths)
    if not found:
        raise CannotRun(f"{path}:1: no targets")
    return list(found.values())


def changed():
    """The files that are not as in the commit before; none where nobody can tell."""
    if "CHANGED" in os.environ:
        return os.environ["CHANGED"].split()
    try:
        done = subprocess.run(["git", "-C", ROOT, "diff", "--name-only", "HEAD~1"], capture_output=True, text=True,
                              check=False)
    except FileNotFoundError:
        return []
    return done.stdout.split() if done.returncode == 0 else []


def whose_turn_it_is(table):
    """What is made with this commit; what is left for others is told, and how all are made."""
    # Not by its remainder, which the samples go by: half of their parts would never meet a test with a turn.
    number = bin(sample.number()).count("1")
    files = changed()
    left = [each for each in table if each.turn[0] - 1 != number % each.turn[1]
            and not any(file.startswith(each.paths) for file in files)]
    if left:
        print(f"left for another commit: {', '.join(each.name for each in left)}\n"
              f"make tests-whole leaves none; SAMPLE={sample.number()} leaves these again\n", flush=True)
    return [each for each in table if each not in left]


class Runner:
    """Starts what fits, shows what ended."""

    def __init__(self, table, options):
        self.table, self.options = table, options
        self.waiting, self.running, self.done = list(table), [], []
        self.begin = self.told = time.monotonic()

    def start_what_fits(self):
        for target in list(self.waiting):
            free = LANES - sum(each.lanes for each in self.running)
            ready = all(each.status is not None for each in self.table
                        if each.name in target.needs)
            if ready and target.lanes <= free:
                self.waiting.remove(target)
                self.running.append(target)
                target.start(self.options.make, self.options.logs)

    def progress(self):
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if now - self.told < (1 if terminal else LINE_EVERY):
            return
        self.told = now
        at_work = ", ".join(f"{each.name} {now - each.begin:.0f} s" for each in self.running)
        text = f"tests: {len(self.done)} of {len(self.table)}, {now - self.begin:.0f} s; {at_work}"
        sys.stderr.write(f"\r{text}\x1b[K" if terminal else text + "\n")
        sys.stderr.flush()

    def show(self, target):
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        sys.stderr.write(clear)
        sys.stderr.flush()
        print(f"\n== {target.name} ({len(self.done)} of {len(self.table)}, {target.seconds:.0f} s)"
              f"\n{target.said().rstrip()}")
        if target.signals:
            print(f"{target.name}: no end after {target.seconds:.0f} s: ended")
        elif target.status:
            print(f"{target.name}: failed with status {target.status}")
        sys.stdout.flush()

    def end_all(self):
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for target in self.running:
                target.signal(each)
            for target in list(self.running):
                try:
                    target.process.wait(GRACE)
                    self.running.remove(target)
                except subprocess.TimeoutExpired:
                    pass   # the next signal is a stronger one

    def run(self):
        os.makedirs(self.options.logs, exist_ok=True)
        try:
            while self.waiting or self.running:
                self.start_what_fits()
                for target in list(self.running):
                    if target.over():
                        self.running.remove(target)
                        self.done.append(target)
                        self.show(target)
                    else:
                        target.end_if_late(PATIENCE, self.options.at_least)
                self.progress()
                time.sleep(0.1)
        finally:
            self.end_all()
        return time.monotonic() - self.begin


def close(table, seconds):
    """The budgets against what was taken; who failed."""
    print(f"\n{'target':28}{'budget':>8}{'seconds':>9}{'processor':>11}")
    for target in table:
        over = "  over its budget" if target.processor > target.budget else ""
        print(f"{target.name:28}{target.budget:8}{target.seconds:9.0f}{target.processor:11.0f}{over}")
    over = f"  over the {ALL} s for all" if seconds > ALL else ""
    print(f"{'all, side by side':28}{ALL:8}{seconds:9.0f}"
          f"{sum(target.processor for target in table):11.0f}{over}\n")
    failed = [target.name for target in table if not target.passed()]
    if failed:
        print("failed: " + " ".join(failed))
    print(f"{len(table) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table")
    parser.add_argument("--whole", action="store_true", help="what is another commit's turn too")
    parser.add_argument("--make", default="make", help="what makes a target (default make)")
    parser.add_argument("--logs", default=os.path.join("build", "tests"))
    parser.add_argument("--at-least", type=int, default=AT_LEAST, metavar="SECONDS",
                        help="before which no target is ended (default %(default)s)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        refuse_idle_make()
        table = targets(options.table)
        if not options.whole:
            table = whose_turn_it_is(table)
        return close(table, Runner(table, options).run())
    except (CannotRun, OSError) as error:
        print(f"tests: {error}" if isinstance(error, OSError) else error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tests: interrupted", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
