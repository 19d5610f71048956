"""Other programs, run for what they print. One that fails is quoted: its own words say why."""
import os
import subprocess
import sys
import threading

LINES = 8      # of what it said last


class CannotRun(Exception):
    """Something that is needed is not there, or did not do its work."""


def complaint(command, status, *said):
    """Which tool it was, and its last words; its status where it had none, or was killed."""
    name, whole = os.path.basename(str(command[0])), " ".join(map(str, command))
    texts = (text.decode(errors="replace") if isinstance(text, bytes) else text for text in said)
    words = next((text.strip() for text in texts if text and text.strip()), None)
    if not words:
        return f"{name}: ended with status {status} and said nothing: {whole}"
    killed = f"ended by signal {-status}: " if status < 0 else ""
    return f"{name}: {killed}" + "\n".join(words.splitlines()[-LINES:])


def ended(command, statuses, more):
    """Once it has ended, and well; else CannotRun."""
    more = {"stdin": subprocess.DEVNULL, "text": True, **more}
    try:
        done = subprocess.run(command, capture_output=True, check=False, **more)
    except subprocess.TimeoutExpired as late:
        raise CannotRun(f"{os.path.basename(str(command[0]))}: no end after {late.timeout:.0f} s: "
                        + " ".join(map(str, command))) from None
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


def follow(*command, statuses=(0,), line=None):
    """
    The status of one that is watched while it runs. What it says on stderr is passed on; `line` is
    given each line that it prints, or they are passed on too.
    """
    last = []
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE if line else None,
                                   stderr=subprocess.PIPE)
    except OSError as error:
        raise CannotRun(f"{command[0]}: {error.strerror}") from None

    def pass_on():
        for said in process.stderr:
            sys.stderr.write(said)
            sys.stderr.flush()
            last[:] = (last + [said])[-LINES:]

    reader = threading.Thread(target=pass_on)
    reader.start()
    try:
        for said in process.stdout or ():
            line(said)
    except BaseException:
        process.kill()
        raise
    finally:
        reader.join()
        status = process.wait()
    if status not in statuses:
        raise CannotRun(complaint(command, status, "".join(last)))
    return status
