"""What leaves the tool for other programs: SARIF, JUnit, exit statuses, suppressions."""

import copy
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import xml.etree.ElementTree

from variants import tool_with

# --- SARIF ----------------------------------------------------------------------------------------
# What sections 3.13 to 3.54 of SARIF 2.1.0 ask of the objects that are written here. Of each its properties
# (no others are allowed, as its schema says), those that have to be there, and of each what it is: a type,
# an object by its name, [one of them], a set of words, or a test.


def is_uri(text):
    return isinstance(text, str) and re.fullmatch(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+", text)


def is_index(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


LEVELS = {"none", "note", "warning", "error"}
OBJECTS = {
    "log": ({"$schema": is_uri, "version": {"2.1.0"}, "runs": ["run"]}, ("version", "runs")),
    "run": ({"tool": "tool", "invocations": ["invocation"], "results": ["result"]}, ("tool",)),
    "invocation": ({"executionSuccessful": bool, "toolExecutionNotifications": ["notification"]},
                   ("executionSuccessful",)),
    "notification": ({"level": LEVELS, "message": "words"}, ("message",)),
    "tool": ({"driver": "component"}, ("driver",)),
    "component": ({"name": str, "version": str, "rules": ["descriptor"]}, ("name",)),
    "descriptor": ({"id": str, "shortDescription": "words", "fullDescription": "words", "help": "words",
                    "defaultConfiguration": "configuration", "properties": "bag"}, ("id",)),
    "configuration": ({"level": LEVELS}, ()),
    "bag": ({"tags": [str]}, ()),
    "words": ({"text": str}, ("text",)),
    "result": ({"ruleId": str, "ruleIndex": is_index, "level": LEVELS, "message": "words",
                "locations": ["location"], "stacks": ["stack"], "suppressions": ["suppression"]}, ("message",)),
    "location": ({"physicalLocation": "physical", "logicalLocations": ["logical"]}, ()),
    "physical": ({"artifactLocation": "artifact", "address": "address", "region": "region"}, ("artifactLocation",)),
    "region": ({"startLine": lambda line: is_index(line) and line > 0}, ()),
    "artifact": ({"uri": is_uri}, ("uri",)),
    "address": ({"relativeAddress": is_index}, ("relativeAddress",)),
    "logical": ({"fullyQualifiedName": str}, ()),
    "stack": ({"frames": ["frame"]}, ("frames",)),
    "frame": ({"location": "location"}, ()),
    "suppression": ({"kind": {"inSource", "external"}}, ("kind",)),
}


def misfits(value, kind, at="log"):
    """What is not as it has to be, as `place: what`."""
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{at}: no array"]
        return [wrong for i, one in enumerate(value) for wrong in misfits(one, kind[0], f"{at}[{i}]")]
    if isinstance(kind, set):
        return [] if value in kind else [f"{at}: {value!r} is none of {sorted(kind)}"]
    if isinstance(kind, type):
        return [] if isinstance(value, kind) else [f"{at}: no {kind.__name__}"]
    if not isinstance(kind, str):
        return [] if kind(value) else [f"{at}: {value!r}"]
    properties, needed = OBJECTS[kind]
    if not isinstance(value, dict):
        return [f"{at}: no object"]
    wrong = [f"{at}: without {name}" for name in needed if name not in value]
    for name, inner in value.items():
        wrong += misfits(inner, properties[name], f"{at}.{name}") if name in properties else \
            [f"{at}: {name} is no property of it"]
    return wrong


def sarif_misfits(log):
    """The same, and whether a result's rule is the one that its index says."""
    wrong = misfits(log, "log")
    for run in [] if wrong else log["runs"]:
        ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        wrong += [f"a rule twice: {ids}"] if len(set(ids)) < len(ids) else []
        wrong += [f"{result['ruleId']} is not rule {result['ruleIndex']}" for result in run["results"]
                  if result["ruleIndex"] >= len(ids) or ids[result["ruleIndex"]] != result["ruleId"]]
    return wrong


# What the test above has to see.
DAMAGE = {
    "another version": lambda log: log.update(version="2.0.0"),
    "no tool": lambda log: log["runs"][0].pop("tool"),
    "a tool without a name": lambda log: log["runs"][0]["tool"]["driver"].pop("name"),
    "a property that is none": lambda log: log["runs"][0].update(result=[]),
    "a result without a message": lambda log: log["runs"][0]["results"][0].pop("message"),
    "a level that is none": lambda log: log["runs"][0]["results"][0].update(level="silent"),
    "an index that is none": lambda log: log["runs"][0]["results"][0].update(ruleIndex=0.5),
    "another rule's index": lambda log: log["runs"][0]["results"][0].update(ruleIndex=0),
    "a rule twice": lambda log: log["runs"][0]["tool"]["driver"]["rules"].append(
        log["runs"][0]["tool"]["driver"]["rules"][0]),
    "a place that is no URI": lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"].update(uri="/a b"),
    "a stack without frames": lambda log: log["runs"][0]["results"][0]["stacks"][0].pop("frames"),
}


def written(t, *words):
    """The SARIF and the JUnit of a run, and the run."""
    with tempfile.TemporaryDirectory() as folder:
        sarif, junit = os.path.join(folder, "s"), os.path.join(folder, "j")
        done = t.command(t.tool, "run", f"--format=sarif={sarif}", f"--format=junit={junit}", *map(str, words))
        with open(sarif, encoding="utf-8") as file:
            return json.load(file), xml.etree.ElementTree.parse(junit).getroot(), done


def count_is_true(suite):
    """Whether the counts of a JUnit suite are those of its cases, each with one verdict and its own name."""
    names = [case.get("name") for case in suite]
    failed = [case for case in suite if case.find("failure") is not None]
    skipped = [case for case in suite if case.find("skipped") is not None]
    return suite.tag == "testsuite" and all(case.tag == "testcase" and len(case) <= 1 for case in suite) and \
        len(set(names)) == len(names) == int(suite.get("tests")) and \
        (len(failed), len(skipped)) == (int(suite.get("failures")), int(suite.get("skipped")))


def test_forms(t, rules):
    log, suite, _ = written(t, t.programs / "EW010", "wrong")
    run = log["runs"][0]
    t.check("SARIF has each rule", [r["id"] for r in run["tool"]["driver"]["rules"]] == rules)
    t.check("SARIF has the finding", [r["ruleId"] for r in run["results"]] == ["EW010"], run["results"])
    for name, damage in DAMAGE.items():
        broken = copy.deepcopy(log)
        damage(broken)
        t.check(f"{name} is no SARIF", sarif_misfits(broken))
    failures = [c.get("name").split()[0] for c in suite if c.find("failure") is not None]
    t.check("JUnit has a case for each rule", [c.get("name").split()[0] for c in suite] == rules)
    t.check("JUnit has the finding", failures == ["EW010"], failures)
    t.check("a count that is wrong is no JUnit", not count_is_true(
        xml.etree.ElementTree.fromstring('<testsuite tests="1" failures="0" skipped="0"/>')))
    for program in sorted(t.programs.glob("EW???")):
        log, suite, _ = written(t, program, "wrong")
        t.check(f"{program.name}: SARIF 2.1.0", not sarif_misfits(log), sarif_misfits(log))
        t.check(f"{program.name}: JUnit that counts itself", count_is_true(suite), suite.attrib)
    with tempfile.TemporaryDirectory() as folder:
        odd = os.path.join(folder, "a <program> & \"100%\"")
        shutil.copy(t.programs / "EW010", odd)
        log, suite, _ = written(t, odd, "wrong")
        t.check("a program's name that is no URI: SARIF", not sarif_misfits(log), sarif_misfits(log))
        t.check("a program's name that is no XML: JUnit", count_is_true(suite), suite.attrib)


NOTHING = "nothing to judge: no call of libssl or GnuTLS was recorded"


def test_verdict(t):
    """The same verdict in each form; where there is none, why stands first and alone."""
    for words, verdict in ((("/bin/true",), "could not"), ((t.programs / "EW010", "right"), "pass"),
                           ((t.programs / "EW010", "wrong"), "finding")):
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report")
            log, suite, done = written(t, "--format=text", f"--format=json={report}", *words)
            with open(report, encoding="utf-8") as file:
                said = json.load(file)
        is_none, what = verdict == "could not", f"{os.path.basename(words[0])} {words[-1]}"
        call = log["runs"][0]["invocations"][0]
        t.check(f"{what}: {verdict}, in JSON", (said["verdict"], said.get("why")) ==
                (verdict, NOTHING if is_none else None), said)
        t.check(f"{what}: {verdict}, in SARIF", not sarif_misfits(log) and call["executionSuccessful"] != is_none and
                [n["message"]["text"] for n in call.get("toolExecutionNotifications", [])] == [NOTHING] * is_none, call)
        t.check(f"{what}: {verdict}, in JUnit", is_none == (int(suite.get("skipped")) == len(suite)) and
                (verdict == "finding") == (int(suite.get("failures")) > 0), suite.attrib)
        t.check(f"{what}: {verdict}, in text", (done.stderr == f"==endwell== {NOTHING}\n") == is_none, done.stderr)


def misjudged(t, rules, chosen, found, status):
    """What is wrong with a run of EW010 that judges these rules only, by the form that says it."""
    with tempfile.TemporaryDirectory() as folder:
        report, page = os.path.join(folder, "report"), os.path.join(folder, "page")
        log, suite, done = written(t, f"--rules={chosen}", f"--format=json={report}", f"--format=html={page}",
                                   "--error-exitcode=9", t.programs / "EW010", "wrong")
        with open(report, encoding="utf-8") as file:
            said = json.load(file)
        with open(page, encoding="utf-8") as file:
            page = file.read()
    others = [rule for rule in rules if rule not in chosen.split(",")]
    line = f"left out by --rules, and not judged: {' '.join(others)}"
    skipped = [c.get("name").split()[0] for c in suite if c.find("skipped") is not None and
               c.find("skipped").get("message") == "left out by --rules"]
    call = log["runs"][0]["invocations"][0]
    notes = call["toolExecutionNotifications"]
    good = {
        "verdict": said["verdict"] == status,
        "exit status": done.returncode == {"pass": 0, "finding": 9, "could not": 2}[status],
        "JSON": ([f["rule"] for f in said["findings"]], said["left_out"]) == (found, others),
        "NOT-OBSERVABLE": not {u["rule"] for u in said["not_observable"]} & set(others),
        "SARIF": not sarif_misfits(log) and {"level": "note", "message": {"text": line}} in notes,
        "results": [r["ruleId"] for r in log["runs"][0]["results"]] == found,
        "JUnit": count_is_true(suite) and skipped == others,
        "text": f"==endwell== {line}\n" in done.stderr,
        "HTML": f"<p>{line}</p>" in page,
    }
    return [form for form, is_good in good.items() if not is_good]


# What is broken, the source, what it says, what it says instead; what has to be seen of it.
UNCHOSEN = (
    ("judges all rules", "render/suppress.c", "leave_out(s, j);", "", "JSON"),
    ("does not say in the text what was left out", "render/text.c", "if (left_out_text(s, text, sizeof text) != NULL)",
     "if (text == NULL)", "text"),
    ("has a case that was left out pass", "render/machine_forms.c", 'return "left out by --rules";', "return NULL;",
     "JUnit"),
    ("has a pass where nothing could be judged", "render/pieces.c", "s->left_out != 0 && is_none_judged(s, j)", "0",
     "verdict"),
)


def test_chosen(t, rules):
    """Only these rules: the others are found nowhere, and it is said in every form that they were not looked for."""
    ways = (("EW011,EW012", [], "pass"), ("EW010", ["EW010"], "finding"), ("EW050,EW051", [], "could not"))
    for way in ways:
        wrong = misjudged(t, rules, *way)
        t.check(f"--rules={way[0]}: {way[2]}, and in each form", not wrong, wrong)
    good = t.tool
    for what, source, old, new, form in UNCHOSEN:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(os.path.dirname(good), "libendwell-record.so"), folder)
            t.tool, why = tool_with(t, folder, source, old, new)
            found = t.tool is not None and [misjudged(t, rules, *way) for way in ways]
        t.tool = good
        t.check(f"a tool that {what} is found", found and any(form in one for one in found), (found, why))
    log, _, done = written(t, "--rules=EW011", "--rules=EW010", t.programs / "EW010", "wrong")
    t.check("--rules given again adds", [r["ruleId"] for r in log["runs"][0]["results"]] == ["EW010"], done.stderr)
    _, _, done = written(t, t.programs / "EW010", "right")
    t.check("nothing is left out unasked", "left out" not in done.stderr, done.stderr)
    for wrong in ("EW999", "", "EW010,EW9", ",EW010", "EW0100", "ew010", "EW010 EW011"):
        for command in (("run", "/bin/sh", "-c", "echo started"), ("check", "/no/such/trace")):
            done = t.command(t.tool, command[0], f"--rules={wrong}", *command[1:])
            t.check(f"{command[0]} --rules={wrong} is refused, and the known ones are told", done.returncode == 2 and
                    f"there are {' '.join(rules)}\n" in done.stderr and done.stdout == "", done)


# --- exit status ----------------------------------------------------------------------------------

def test_exit(t):
    wrong, right = t.programs / "EW010", "wrong"
    t.check("the program's own exit status", t.judge("/bin/sh", "-c", "exit 7")[2].returncode == 7)
    done = t.judge(wrong, right, options=["--error-exitcode=9"])[2]
    t.check("--error-exitcode", done.returncode == 9, done.returncode)
    done = t.judge(wrong, "right", options=["--error-exitcode=9"])[2]
    t.check("--error-exitcode without a finding", done.returncode == 0, done.returncode)
    for program, own in (("exit 0", 0), ("exit 7", 7)):
        done = t.command(t.tool, "run", "/bin/sh", "-c", program)
        t.check(f"{program}: nothing to judge is said", done.returncode == own and
                "no call of libssl" in done.stderr, done)
        done = t.command(t.tool, "run", "--error-exitcode=9", "/bin/sh", "-c", program)
        t.check(f"{program}: nothing to judge is no pass", done.returncode == 2 and
                "no call of libssl" in done.stderr, done)
    done = t.command(t.tool, "run", "--error-exitcode=9", "--format=json=/no/such/folder/report",
                     str(wrong), "right")
    t.check("a report that cannot be written is no pass", done.returncode == 2, done)
    for name, program, own in (("no such program", "/no/such/program", 127), ("no program", "/etc/passwd", 126)):
        done = t.command(t.tool, "run", program)
        t.check(f"{name}: as a shell says it", done.returncode == own and program in done.stderr, done)
        done = t.command(t.tool, "run", "--error-exitcode=9", program)
        t.check(f"{name}: no pass", done.returncode == 2, done)
    done = t.command(t.tool, "run")
    t.check("no program at all", done.returncode == 2, done.returncode)


ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


def not_ignored():
    """Whoever starts the tests may ignore these (nohup does), and so would what we start."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def test_ended(t):
    """Who ends endwell ends the program, and has the report."""
    for number in ENDING:
        run = subprocess.Popen([t.tool, "run", "/bin/sh", "-c", "echo $$; exec sleep 60"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.environment,
                               preexec_fn=not_ignored)
        program = int(run.stdout.readline())
        run.send_signal(number)
        try:
            _, said = run.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            run.kill()
            said = ""
        t.check(f"{number.name} goes on to the program", run.returncode == 128 + number and
                not os.path.exists(f"/proc/{program}"), (run.returncode, said))
        t.check(f"{number.name}: and the report is there", "no call of libssl" in said, said)


def test_ignored(t):
    """Under nohup a hangup ends neither the program nor the judge."""
    run = subprocess.Popen([t.tool, "run", "/bin/sh", "-c", "echo on; sleep 1; echo over"], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.environment,
                           preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    run.stdout.readline()
    run.send_signal(signal.SIGHUP)
    out, said = run.communicate(timeout=300)
    t.check("a hangup that is ignored", (run.returncode, out) == (0, "over\n") and "no call of libssl" in said,
            (run.returncode, out, said))


def test_no_trace(t):
    """Where no trace can be kept this is said by its name; where nobody reads the report none is left."""
    program = (str(t.programs / "EW010"), "wrong")
    with tempfile.TemporaryDirectory() as folder:
        before, t.environment = t.environment, {**t.environment, "TMPDIR": folder + "/none"}
        done = t.command(t.tool, "run", *program)
        t.check("no such TMPDIR", done.returncode == 2 and folder + "/none/endwell-" in done.stderr, done)
        t.environment["TMPDIR"] = folder
        with subprocess.Popen([t.tool, "run", *program], stderr=subprocess.PIPE, env=t.environment) as run:
            run.stderr.close()
        t.check("a report that nobody reads", (run.returncode, os.listdir(folder)) == (0, []), os.listdir(folder))
        t.environment = before
        done = t.command(t.tool, "run", "--trace=/dev/null", *program)
        t.check("a trace that is no file", done.returncode == 2 and "/dev/null: the trace has to be a file" in
                done.stderr, done)
        done = t.command(t.tool, "run", f"--suppressions={folder}", *program)
        t.check("suppressions that are a folder", done.returncode == 2 and f"{folder}: " in done.stderr, done)


def test_cut(t):
    """A trace that was cut, wherever: refused by its line, or what is missing is told."""
    with tempfile.TemporaryDirectory() as folder:
        trace, cut, report = (os.path.join(folder, name) for name in ("trace", "cut", "report"))
        t.command(t.tool, "run", f"--trace={trace}", str(t.programs / "EW010"), "wrong")
        with open(trace, encoding="utf-8") as file:
            lines = file.read().splitlines(keepends=True)
        with open(cut, "w", encoding="utf-8") as file:
            file.write("".join(lines[:2]) + lines[2].rstrip() + lines[3])
        done = t.command(t.tool, "check", cut)
        t.check("two lines in one", done.returncode == 2 and f"{cut}:3: not JSON" in done.stderr, done.stderr)
        for at in range(1, len(lines)):
            with open(cut, "w", encoding="utf-8") as file:
                file.write("".join(lines[:at]) + lines[at][:len(lines[at]) // 2])
            done = t.command(t.tool, "check", cut)
            t.check(f"cut within line {at + 1}", done.returncode == 2 and f"{cut}:{at + 1}: not JSON" in done.stderr,
                    done.stderr)
            with open(cut, "w", encoding="utf-8") as file:
                file.write("".join(lines[:at]) + lines[at].replace('"v":1', '"v":2'))
            done = t.command(t.tool, "check", cut)
            t.check(f"line {at + 1} of another version", done.returncode == 2 and
                    f"{cut}:{at + 1}: " in done.stderr and "version 1" in done.stderr, done.stderr)
        end = next(i for i, line in enumerate(lines) if '"SSL_free"' in line)
        with open(cut, "w", encoding="utf-8") as file:
            file.writelines(lines[:end])
        done = t.command(t.tool, "check", f"--format=json={report}", cut)
        with open(report, encoding="utf-8") as file:
            said = json.load(file)
        t.check("cut before the end: no finding, and no pass of that rule", not said["findings"] and
                "EW010" in {u["rule"] for u in said["not_observable"]}, (done.returncode, said["findings"]))


# --- suppressions ---------------------------------------------------------------------------------

def test_suppressions(t):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "known")

        def generate(program):
            done = t.command(t.tool, "run", "--gen-suppressions", str(program), "wrong")
            lines = [line for line in done.stderr.splitlines() if line.startswith(f"{program.name} ")]
            t.check(f"{program.name}: a suppression is generated", len(lines) == 1, done.stderr)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n# a comment\n")

        for program in sorted(t.programs.glob("EW???")):
            generate(program)
            found, _, done = t.judge(program, "wrong", options=[f"--suppressions={path}", "--error-exitcode=9"])
            t.check(f"{program.name}: what was generated suppresses it", not found and done.returncode == 0,
                    (found, done.returncode, open(path, encoding="utf-8").read()))
        generate(t.programs / "EW010")
        found, _, _ = t.judge(t.programs / "EW014", "wrong", options=[f"--suppressions={path}"])
        t.check("and nothing else", set(found) == {"EW014"}, found)
        log, _, _ = written(t, f"--suppressions={path}", t.programs / "EW010", "wrong")
        t.check("in SARIF it is told as suppressed", not sarif_misfits(log) and
                [len(result["suppressions"]) for result in log["runs"][0]["results"]] == [1], log["runs"][0]["results"])
        with open(path, "w", encoding="utf-8") as file:
            file.write("\nEW999 *\n")
        done = t.command(t.tool, "run", f"--suppressions={path}", "/bin/sh", "-c", "echo started")
        t.check("an unknown rule is refused before the program starts", f"{path}:2: " in done.stderr and
                (done.returncode, done.stdout) == (2, ""), done)
