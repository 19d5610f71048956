#!/usr/bin/env python3
"""report_browser.py: opens a page of `endwell report` in Chromium, without a network, and clicks closes through.

What it shows behind every click has to be what the machines do; the digests have to be equal; nothing may be asked for.
Exits 0, 1 with findings, 2 when there is no browser.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from browser import Browser, Trouble
from report_expected import COURSES, Expected
from report_page import WRONG_MACHINES, report, with_machines
from run import Tests, arguments

SHOWN = "src/tool/tests/report/shown.js"
DIGESTS = "document.getElementById('digests')?.children.length === 2"
ADDRESS = "https://endwell.invalid/x.png"
PICTURE = ("<h2>The", f'<img src="{ADDRESS}" alt="x"><h2>The')


def written(page, folder):
    path = os.path.join(folder, "opened.html")
    pathlib.Path(path).write_text(page, encoding="utf-8")
    return path


def opened(browser, path, part="", seconds=20):
    """What it shows once it is there and its digests are; or what it shows without."""
    browser.open(path, part)
    browser.wait_for(DIGESTS, seconds)
    browser.evaluate(pathlib.Path(SHOWN).read_text(encoding="utf-8"))
    return browser.evaluate("whatIsShown()")


def behind(browser, machine, events):
    """What it shows, once the course has these events; and what is wrong with that."""
    address = f"#{machine.name}:{'.'.join(events)}"
    if not browser.wait_for(f"(one => one.address === {json.dumps(address)} && one.course.length === {len(events)})"
                            "(whatIsShown())", 5):
        return [f"the course is not {address}: {browser.evaluate('location.hash')}"]
    return [f"{address}: {what}" for what in machine.misfits(browser.evaluate("whatIsShown()"), events)]


def click_through(browser, machine, events):
    """Each button, a step back by the page and one forth by the browser, and the start; what is wrong, in words."""
    browser.evaluate(f"location.hash = '#{machine.name}:'")
    wrong = behind(browser, machine, [])
    for i, event in enumerate(events):
        browser.click(f"event-{event}")
        wrong += behind(browser, machine, events[:i + 1])
    browser.click("undo")
    wrong += behind(browser, machine, events[:-1])
    browser.evaluate("history.back()")
    wrong += behind(browser, machine, events)
    browser.click("restart")
    return wrong + behind(browser, machine, [])


def reached(log):
    """What the page had the browser begin on a network, whether or not it got there, by the browser's own log."""
    with open(log, encoding="utf-8") as file:
        events = json.load(file)["events"]
    keys = ("network_isolation_key", "network_anonymization_key")
    return [params for params in (event.get("params", {}) for event in events)
            if any("file://" in str(params.get(key)) for key in keys)]


def test_page(t, program, page, folder, expected):
    path = written(page, folder)
    with Browser(program, folder) as browser:
        first = opened(browser, path)
        t.check("both digests are equal", not expected.wrong_digests(first), first)
        for name, events in COURSES:
            wrong = click_through(browser, expected.machines[name], events.split())
            t.check(f"{name}: {events}", not wrong, wrong[:3])
        name, events = COURSES[0]
        t.check("a course in the address", expected.machines[name].misfits(opened(
            browser, path, f"#{name}:{events.replace(' ', '.')}"), events.split()) == [])
        told = opened(browser, path, "#core:adopt.nonsense")
        t.check("an address that is no course: it says so", "no course" in told["trouble"], told["trouble"])
        t.check("nothing is asked for but the page", set(browser.asked) == {f"file://{path}"}, browser.asked)
    t.check("nothing is looked for on a network", not reached(browser.log), reached(browser.log)[:3])


def test_planted(t, program, page, folder, expected):
    """What of a page would be seen here, if it were so."""
    what, file, old, new, _, row = WRONG_MACHINES[0]
    changed, why = with_machines(t, page, folder, file, old, new)
    with Browser(program, folder) as browser:
        told = opened(browser, written(changed or "", folder))
        verdict = told["digests"][0][3] if told["digests"] else ""
        t.check(f"{what}: the page says that it differs, and where", verdict.endswith(f": row {row}") and
                expected.wrong_digests(told), (why, told))
        other = page.replace("function unfold", "function  unfold")
        told = opened(browser, written(other, folder), seconds=2)
        t.check("a script that is not the policy's does not run", not told["is_there"] and not told["digests"], told)
        opened(browser, written(page.replace(*PICTURE), folder))
        t.check("a picture from elsewhere is seen to be asked for", ADDRESS in browser.asked, browser.asked)
    t.check("and the policy keeps it from the network", not reached(browser.log), reached(browser.log)[:3])
    with Browser(program, folder) as browser:
        opened(browser, written(page.replace(*PICTURE).replace("default-src 'none'", "default-src *"), folder))
        t.check("a picture that the policy lets through is asked for", ADDRESS in browser.asked, browser.asked)
    t.check("and is seen to be looked for on the network", reached(browser.log))


def main():
    t, program = Tests(arguments()), os.environ.get("CHROMIUM", "chromium")
    with tempfile.TemporaryDirectory() as folder:
        expected = Expected(t.compiler, t.generator, folder)
        page, done = report(t, folder)
        t.check("a report is made", done.returncode == 0, done)
        try:
            version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
            test_page(t, program, page, folder, expected)
            test_planted(t, program, page, folder, expected)
        except (Trouble, OSError, subprocess.CalledProcessError) as trouble:
            print(f"report-in-browser: {program}: {trouble}", file=sys.stderr)
            return 2
    print(f"report-in-browser: {t.passed} passed, {t.failed} failed; {version.strip()}")
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
