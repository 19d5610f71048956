"""What a page of `endwell report` has to show: by the C of the machines, the generator, and the specification."""

import ctypes
import hashlib
import os
import re
import subprocess

from explain import tables

OUT = "gen/out"
# Its functions, its pages, the digest of its relation, and the names of its queries.
MACHINES = {"core": ("ew", ("machine.md", "calls.md", "outcomes.md"), "relation.sha256", "digest.txt"),
            "orderly": ("ew_orderly", ("orderly.md",), "orderly_relation.sha256", "orderly_digest.txt")}
SOURCES = [f"{OUT}/ew_core.c", f"{OUT}/ew_orderly.c"]
PAGES = ["machine.md", "calls.md", "outcomes.md", "clauses.md", "codes.md", "orderly.md"]   # as endwell-gen wants them

# Courses, of each machine; the first of each is an orderly close, the second is refused at its end.
COURSES = [
    ("core", "adopt shutdown done shutdown close_notify"), ("core", "adopt read tls_error shutdown"),
    ("core", "adopt shutdown done write"), ("core", "adopt write want_write shutdown want_write shutdown done done"),
    ("core", "handshake want_read handshake done read data shutdown done shutdown data read eof read"),
    ("core", "adopt set_shutdown_1 shutdown again shutdown other close_notify set_shutdown_0 shutdown clear"),
    ("orderly", "close owed want_write close done owed full done some end done"),
    ("orderly", "close_waiting settled done end done close"),
    ("orderly", "close_waiting owed suspended ready late done blocked ready bound failed"),
    ("orderly", "finish half full abort done reuse"),
    ("orderly", "close owed half done again release done finish clear"),
]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def clauses():
    """Each clause: what it says, and the contracts and theorems that show it."""
    return {row["clause"]: (row["meaning"].replace("`", ""),
                            re.findall(r"(?:contract|theorem) \w+", row["discharged by"]))
            for page in ("clauses.md", "orderly.md") for row in tables(page) if "discharged by" in row}


class Machine:
    def __init__(self, name, library, decided):
        self.name, self.decided = name, decided
        self.prefix, pages, sha256, digest = MACHINES[name]
        self.library, self.clauses = library, clauses()
        rows = [row for page in pages for row in tables(page)]
        self.events = [row for row in rows if "event" in row and "group" in row]
        self.fields = [row for row in rows if "field" in row and "start" in row]
        self.answers = {int(row["code"]): row for row in rows if "answer" in row and "code" in row}
        self.rows = {row["row"]: row for row in rows if "row" in row and "→ answer" not in row}
        self.queries = re.findall(r"^query (\w+)$", read(f"{OUT}/{digest}"), re.MULTILINE)
        self.sha256 = read(f"{OUT}/{sha256}").strip()
        self.codes = {row["event"]: int(row["code"]) for row in self.events}

    def call(self, function, state, *more):
        """What the C answers, and the bytes behind that."""
        room = (ctypes.c_uint8 * len(self.fields))(*state)
        answer = getattr(self.library, f"{self.prefix}_{function}")
        answer.restype = ctypes.c_uint8
        return answer(room, *more), list(room)

    def start(self):
        return self.call("init", [0] * len(self.fields))[1]

    def step(self, state, event):
        answer, after = self.call("step", state, self.codes[event])
        return self.answers[answer], after

    def row(self, state, event):
        return self.decided[f"{''.join(f'{byte:x}' for byte in state)} {event}"]

    def named(self, state):
        return [field["values"].split(", ")[value] for field, value in zip(self.fields, state)]

    def told(self, answer):
        if answer["action"] != "return":
            return f"asks for {answer['action']}: {answer['meaning']}"
        error = "" if answer["error"] == "none" else f", {answer['error'].upper()}"
        return f"-> {answer['value']}{error}: {answer['meaning']}"

    # --- What is wrong with what is shown behind these events --------------------------------------

    def misfits(self, shown, events):
        """In words."""
        state = before = self.start()
        told, answer = [], None
        for event in events:
            before = state
            answer, state = self.step(before, event)
            told.append((event, self.told(answer)))
        wrong = [f"{part}: {got} and not {wanted}" for part, got, wanted in (
            ("trouble", shown["trouble"], ""), ("the machine is there", shown["is_there"], True),
            ("the address", shown["address"], f"#{self.name}:{'.'.join(events)}"),
            ("undo", shown["undo"], bool(events)),
            ("state", shown["state"], [[field["field"], old, new, field["meaning"]] for field, old, new in
                                       zip(self.fields, self.named(before), self.named(state))]),
            ("changed", shown["changed"], [field["field"] for field, old, new in zip(self.fields, before, state)
                                           if old != new]),
            ("queries", [row[:2] for row in shown["queries"]],
             [[query, str(self.call(query, state)[0])] for query in self.queries]),
            ("steps", len(shown["course"]), len(told))) if got != wanted]
        wrong += [f"step {step!a}" for step, (event, text) in zip(shown["course"], told)
                  if not step.startswith(event) or not step.endswith(text)]
        wrong += [f"answer {shown['answer']!a}"] if told and told[-1][1] not in shown["answer"] else []
        wrong += self.wrong_rows(shown["rows"], before, events[-1:])
        return wrong + self.wrong_next(shown, state)

    def wrong_rows(self, rows, state, event):
        ids = [row[0].split(",")[0] for row in rows]
        if not event:
            return ["rows before there is an event"] if rows else []
        wrong = [f"rows begin with {rows[:1]}"] if not rows or ", Table " in rows[0][0] else []
        wrong += [] if ids[-1:] == [self.row(state, event[0])] else [f"rows {ids}, and not {self.row(state, event[0])}"]
        for (name, when, then, terms), following in zip(rows, [*rows[1:], None]):
            row = self.rows[name.split(",")[0]]
            wrong += [] if (when, then) == cells(row) else [f"row {name}: {when}; {then}"]
            table = then.removeprefix("action see ") if then.startswith("action see ") else None
            is_right = following is None if table is None else following and f", Table {table}, " in following[0]
            wrong += [] if is_right else [f"row {name} hands over to {following}"]
            wrong += self.wrong_terms(row, terms)
        return wrong

    def wrong_terms(self, row, terms):
        wrong = [] if terms[::2] == row["clauses"].split(", ") else [f"clauses of {row['row']}: {terms[::2]}"]
        for clause, text in zip(terms[::2], terms[1::2]):
            meaning, shows = self.clauses[clause]
            wrong += [] if text.startswith(meaning) and all(one in text for one in shows) else [f"{clause}: {text}"]
        return wrong

    def wrong_next(self, shown, state):
        """Every event is either taken or refused, as the machine does it."""
        refused, wrong = {}, []
        for events, answer, row, terms in shown["refused"]:
            refused.update({event: (answer, row.split(",")[0]) for event in events})
            wrong += self.wrong_terms(self.rows[row.split(",")[0]], terms)
        taken = []
        for event in self.events:
            answer, after = self.step(state, event["event"])
            if not answer["meaning"].startswith("refused"):
                taken.append([event["event"], event["meaning"]])
            elif refused.pop(event["event"], None) != (self.told(answer), self.row(state, event["event"])):
                wrong.append(f"{event['event']} is refused")
            elif after != state:
                wrong.append(f"{event['event']} is refused, and changes the machine")
        wrong += [f"it does not refuse {sorted(refused)}"] if refused else []
        return wrong + ([] if shown["next"] == taken else [f"it takes {shown['next']}"])


def cells(row):
    """The conditions and the results of a row, in words."""
    parts = {True: [], False: []}
    for title, cell in row.items():
        if title not in ("row", "clauses") and cell != "-":
            parts[title.startswith("→ ")].append(f"{title.removeprefix('→ ')} {cell}")
    return "; ".join(parts[False]) or "in any case", "; ".join(parts[True])


class Expected:
    """Both machines, and the digest of the rows that decide all their cases."""

    def __init__(self, compiler, generator, folder):
        path = os.path.join(folder, "machines.so")
        subprocess.run([*compiler, "-std=c99", "-shared", "-fPIC", f"-I{OUT}", "-Ispec", "-o", path, *SOURCES],
                       check=True)
        done = subprocess.run([generator, "--dump", *(f"spec/{page}" for page in PAGES)], check=True,
                              capture_output=True, text=True)
        decided, digest = {}, hashlib.sha256()
        for line in done.stdout.splitlines():
            state, event, *_, row = line.split(" ")
            decided[f"{state} {event}"] = row
            digest.update(f"{row}\n".encode())
        self.rows = digest.hexdigest()
        library = ctypes.CDLL(path)
        self.machines = {name: Machine(name, library, decided) for name in MACHINES}

    def given(self, courses=COURSES, digests=True, cases=True):
        """What the page is asked."""
        return {"digests": len(self.machines) if digests else 0, "cases": cases,
                "courses": [{"machine": machine, "events": events.split()} for machine, events in courses]}

    def wrong_digests(self, shown):
        wanted = [[machine.sha256, machine.sha256] for machine in self.machines.values()]
        got = [row[1:3] for row in shown["digests"]]
        verdicts = [row[3] for row in shown["digests"]]
        wrong = [] if got == wanted else [f"digests {got}"]
        return wrong + [f"verdict {verdict}" for verdict in verdicts if not verdict.startswith("equal, ")]

    def misfits(self, seen, given):
        """What is wrong with what a page showed: on each course, then a step back, then from the start again."""
        courses = [(course["machine"], course["events"]) for course in given["courses"]]
        wrong = self.wrong_digests(seen["first"]) if given["digests"] else []
        wrong += ["the rows of all cases"] if given["cases"] and seen["rows"] != self.rows else []
        if len(seen["courses"]) != len(courses):
            return wrong + [f"no course was shown: {seen['first']['trouble']}"]
        for (name, events), shown in zip(courses, seen["courses"]):
            behind = [events[:i] for i in range(len(events) + 1)] + [events[:-1], []]
            wrong += [] if len(shown) == len(behind) else [f"{len(shown)} steps of {name} {events}"]
            for one, course in zip(shown, behind):
                wrong += [f"{name} {' '.join(course)}: {what}" for what in self.machines[name].misfits(one, course)]
        return wrong
