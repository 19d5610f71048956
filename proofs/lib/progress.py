"""Runs proofs, a few at a time, and says how far they are."""
import fcntl
import os
import sys
import threading
import time

import frame
from wp import LANES, CannotRun, Run

LINE_EVERY = 15    # seconds between two lines where there is no terminal
AT_MOST = 3600     # seconds for all of it


class Progress:
    """A line that is rewritten on a terminal, a line now and then elsewhere."""

    def __init__(self, what, total, unit, counted):
        self.what, self.total, self.unit, self.counted = what, total, unit, counted
        self.done = self.goals = 0
        self.start = self.said = time.monotonic()
        self.lock = threading.Lock()
        self.terminal = sys.stderr.isatty()

    def say(self, end=False):
        now = time.monotonic()
        if not end and now - self.said < (0.2 if self.terminal else LINE_EVERY):
            return
        self.said = now
        text = (f"{self.what}: {self.done} of {self.total} {self.unit}, {self.goals} "
                f"{self.counted}, {now - self.start:.0f} s")
        if self.terminal:
            sys.stderr.write("\r" + text + "\x1b[K" + ("\n" if end else ""))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def goal(self):
        with self.lock:
            self.goals += 1
            self.say()

    def over(self, end=False):
        with self.lock:
            self.done += 1
            self.say(end or self.done == self.total)


def only_one(who, build):
    """Waits until no other run works in the folder; the lock ends with the process."""
    os.makedirs(build, exist_ok=True)
    lock = open(os.path.join(build, "lock"), "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"{who}: waiting for another run in {os.path.relpath(build)}", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


class Limit(threading.Timer):
    """Ends what runs once that many seconds are over; what has not begun by then does not."""

    def __init__(self, seconds):
        super().__init__(seconds, self.end)
        self.seconds, self.is_over = seconds, False

    def end(self):
        self.is_over = True
        Run.stop_all()

    def refuse(self, what):
        """No proof that was cut off is told as one that failed."""
        if self.is_over:
            raise CannotRun(f"{what}: not at its end after {self.seconds} s; beside other work it takes longer: "
                            "run it alone, with GO_ON=1 where the target has that")


def run_all(what, runs, unit="runs", counted="goals and smoke tests"):
    """Runs them all, longest first as they are listed; stops them when interrupted."""
    progress, limit = Progress(what, len(runs), unit, counted), Limit(AT_MOST)

    def one(run):
        if not limit.is_over:
            run.run(progress.goal)

    limit.start()
    try:
        frame.play(runs, one, progress, LANES, Run.stop_all).all()
    finally:
        limit.cancel()
    limit.refuse(what)
    return time.monotonic() - progress.start
