"""Chromium without a window and without a network, driven by the DevTools protocol over two pipes."""

import fcntl
import json
import os
import select
import subprocess
import time

LIMIT = 60      # seconds for an answer; nothing here takes a tenth of that
OPTIONS = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
           "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--window-size=1200,1000",
           "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe"]


class Trouble(Exception):
    """The browser did not do what it was told."""


class Browser:
    """One browser with one page; `asked`: what that wanted to load, whether or not it could."""

    def __init__(self, program, folder):
        ours, theirs = os.pipe(), os.pipe()     # they have the lowest numbers: 3 and 4 are taken by now
        reads, writes = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (ours[0], theirs[1]))
        self.log = os.path.join(folder, "net.json")

        def where_it_looks():
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        # Its sandbox is none for root.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen([program, *OPTIONS, *sandbox, f"--user-data-dir={folder}/profile",
                                         f"--log-net-log={self.log}"], preexec_fn=where_it_looks, pass_fds=(3, 4),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (ours[0], theirs[1], reads, writes):
            os.close(fd)
        self.to, self.back = ours[1], theirs[0]
        self.number, self.rest, self.asked, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Network", "Page", "Runtime"):
            self.call(f"{part}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(LIMIT)
        except (Trouble, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.back)

    # --- The protocol -----------------------------------------------------------------------------

    def message(self, end):
        while b"\0" not in self.rest:
            if not select.select([self.back], [], [], max(0, end - time.monotonic()))[0]:
                raise Trouble("the browser does not answer")
            part = os.read(self.back, 1 << 16)
            if not part:
                raise Trouble(f"the browser ended, exit status {self.process.wait()}")
            self.rest += part
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **parameters):
        self.number += 1
        asked = {"id": self.number, "method": method, "params": parameters}
        os.write(self.to, json.dumps({**asked, "sessionId": self.session} if self.session else asked).encode() + b"\0")
        end = time.monotonic() + LIMIT
        while True:
            got = self.message(end)
            if got.get("method") == "Network.requestWillBeSent":
                self.asked.append(got["params"]["request"]["url"])
            if got.get("id") == self.number:
                if "error" in got:
                    raise Trouble(f"{method}: {got['error']['message']}")
                return got["result"]

    # --- The page ---------------------------------------------------------------------------------

    def open(self, path, part=""):
        """The page, from its start."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=f"file://{path}{part}")

    def evaluate(self, text):
        got = self.call("Runtime.evaluate", expression=text, returnByValue=True)
        if "exceptionDetails" in got:
            raise Trouble(f"{text[:60]}: {got['exceptionDetails'].get('exception', {}).get('description')}")
        return got["result"].get("value")

    def wait_for(self, text, seconds=20):
        """Whether it comes true."""
        end = time.monotonic() + seconds
        while not self.evaluate(text):
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def click(self, name):
        """With the mouse, in the middle of what has that id."""
        at = self.evaluate(f"(() => {{ const one = document.getElementById({json.dumps(name)}); one.scrollIntoView("
                           "{block: 'center'}); const box = one.getBoundingClientRect(); "
                           "return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        for what in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=what, x=at[0], y=at[1], button="left", clickCount=1)
