"""Other programs, run for what they print. One that fails is quoted: its own words say why."""
import os
import subprocess
import sys
import threading

LINES = 8      # of what it said last


class CannotRun(Exception):
    """Something that is needed is not there, or did not do its work."""


class Late(CannotRun):
    """It was ended, or ended itself, because its time was up."""


def complaint(command, status, *said):
    """Which tool it was, and its last words; its status where it had none, or was killed."""
    name, whole = os.path.basename(str(command[0])), " ".join(map(str, command))
    texts = (text.decode(errors="replace") if isinstance(text, bytes) else text for text in said)
    words = next((text.strip() for text in texts if text and text.strip()), None)
    if not words:
        return f"{name}: ended with status {status} and said nothing: {whole}"
    killed = f"ended by signal {-status}: " if status < 0 else ""
    return f"{name}: {killed}" + "\n".join(words.splitlines()[-LINES:])


def too_late(command, seconds):
    return Late(f"{os.path.basename(str(command[0]))}: no end after {seconds:.0f} s: "
                + " ".join(map(str, command)))


def ended(command, statuses, more):
    """Once it has ended, and well; else CannotRun."""
    more = {"stdin": subprocess.DEVNULL, "text": True, **more}
    try:
        done = subprocess.run(command, capture_output=True, check=False, **more)
    except subprocess.TimeoutExpired as late:
        raise too_late(command, late.timeout) from None
    except OSError as error:
        raise CannotRun(f"{command[0]}: {error.strerror}") from None
    if done.returncode not in statuses:
        raise CannotRun(complaint(command, done.returncode, done.stderr, done.stdout))
    return done


def run(*command, statuses=(0,), **more):
    """What it printed. CannotRun if it cannot be started, is late, or has another status."""
    return ended(command, statuses, more).stdout


def version(*command):
    """The first line of what it says of itself, on whichever stream."""
    done = ended(command, (0,), {})
    said = (done.stdout or done.stderr).strip()
    return said.splitlines()[0].strip() if said else "?"


def follow(*command, statuses=(0,), line=None, error=sys.stderr.write, seconds=None):
    """
    The status of one that is watched while it runs, at most so many seconds; any, with no `statuses`.
    `error` is given each line that it says on stderr, `line` each that it prints; without them they
    are passed on.
    """
    last, late = [], []
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE if line else None,
                                   stderr=subprocess.PIPE)
    except OSError as error:
        raise CannotRun(f"{command[0]}: {error.strerror}") from None

    def pass_on():
        for said in process.stderr:
            error(said)
            sys.stderr.flush()
            last[:] = (last + [said])[-LINES:]

    def end_it():
        late.append(seconds)
        process.kill()

    reader = threading.Thread(target=pass_on)
    clock = threading.Timer(seconds or 0, end_it)
    reader.start()
    if seconds:
        clock.start()
    try:
        for said in process.stdout or ():
            line(said)
    except BaseException:
        process.kill()
        raise
    finally:
        reader.join()
        status = process.wait()
        clock.cancel()
    if late:
        raise too_late(command, seconds)
    if statuses and status not in statuses:
        raise CannotRun(complaint(command, status, "".join(last)))
    return status
