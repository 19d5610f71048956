"""The stream of all answers: what gen/out/digest.txt says of it, and a difference in words."""
import hashlib
import os

BYTES = 256
RESULT = ["action", "value", "error", "reason"]


def lines_of(path):
    """The words of each line that is no comment and continues none."""
    with open(path, encoding="ascii") as file:
        return [line.split() for line in file if line[0] not in "# "]


class Stream:
    """The parts that a form is held to, and the names to speak of them."""

    def __init__(self, out):
        digest = lines_of(os.path.join(out, "digest.txt"))
        relation = lines_of(os.path.join(out, "relation.txt"))
        self.spec = next(words[1] for words in digest if words[0] == "spec_sha256")
        self.parts = {words[1]: (int(words[2]), words[3]) for words in digest
                      if words[0] == "part"}
        self.whole = next(words[2] for words in digest if words[0] == "whole")
        self.queries = [words[1] for words in digest if words[0] == "query"]
        self.fields = [(words[1], words[2:]) for words in relation if words[0] == "field"]
        self.results = {words[1]: words[2:] for words in relation if words[0] == "result"}
        self.events = [words[2] for words in relation if words[0] == "event"]
        self.record = len(self.fields) + len(RESULT)
        self.states = int(next(words[1] for words in relation if words[0] == "states"))
        self.calls = self.parts["calls"][0] // self.record // self.states

    # What a form covers ---------------------------------------------------------------------------

    def size(self, parts):
        return sum(self.parts[part][0] for part in parts)

    def bounds(self, parts):
        """(part, first byte, end) of each part in the stream of a form that has only these."""
        at = 0
        for part in parts:
            yield part, at, at + self.parts[part][0]
            at += self.parts[part][0]

    def transitions(self, parts):
        """How often a form that has these parts runs the machine."""
        corrupt = sum(2 * BYTES * (BYTES - len(values)) for _, values in self.fields)
        runs = {"relation": len(self.events) * self.states, "calls": self.calls * self.states,
                "unknown_events": (BYTES - len(self.events)) * self.states,
                "corrupt_states": corrupt}
        return sum(runs.get(part, 0) for part in parts)

    def wrong_parts(self, data, parts):
        """(part, digest) of each part that came and is wrong; None for all: the length is."""
        wrong = []
        for part, start, end in self.bounds(parts):
            if start >= len(data):
                break
            digest = hashlib.sha256(data[start:end]).hexdigest()
            if digest != self.parts[part][1]:
                wrong.append((part, digest))
        if len(data) != self.size(parts):
            wrong.append((None, hashlib.sha256(data).hexdigest()))
        return wrong

    # Words ----------------------------------------------------------------------------------------

    def state_in_words(self, number, field=None, byte=None):
        """`handshake done, sent no, ...`, with the byte of one field another."""
        words = []
        for index in reversed(range(len(self.fields))):
            name, values = self.fields[index]
            value = values[number % len(values)]
            number //= len(values)
            words.append(f"{name} {byte if index == field else value}")
        return ", ".join(reversed(words))

    def event_in_words(self, event):
        return self.events[event] if event < len(self.events) else f"{event}, which is no event"

    def byte_in_words(self, index, byte):
        """A byte of a transition: its name in the answer or the next state, and its value."""
        if index < len(self.fields):
            name, values = self.fields[index]
            name = "next " + name
        else:
            name = RESULT[index - len(self.fields)]
            values = self.results[name]
            if name == "value":
                return name, str(byte - BYTES if byte > 127 else byte)
        return name, values[byte] if byte < len(values) else str(byte)

    def case(self, part, at):
        """The case that the byte at `at` of a part belongs to, and where that case starts."""
        if part == "start":
            return "ew_init", 0
        if part == "answers":
            number, query = divmod(at, len(self.queries))
            return f"ew_{self.queries[query]} in {self.state_in_words(number)}", at
        if part == "corrupt_states":
            return self.corrupt_case(at)
        many = {"relation": len(self.events), "calls": self.calls,
                "unknown_events": BYTES - len(self.events)}[part]
        number, event = divmod(at // self.record, many)
        event += len(self.events) if part == "unknown_events" else 0
        call = f"ew_{self.events[event]}" if part == "calls" else "event " + \
            self.event_in_words(event)
        return f"{call} in {self.state_in_words(number)}", at - at % self.record

    def corrupt_case(self, at):
        size = BYTES * self.record + len(self.queries)
        block, inside = divmod(at, size)
        wrong, is_last = divmod(block, 2)
        field = 0
        while wrong >= BYTES - len(self.fields[field][1]):
            wrong -= BYTES - len(self.fields[field][1])
            field += 1
        state = self.state_in_words(self.states - 1 if is_last else 0, field,
                                    wrong + len(self.fields[field][1]))
        if inside >= BYTES * self.record:
            return f"ew_{self.queries[inside - BYTES * self.record]} in {state}", at
        event = inside // self.record
        return (f"event {self.event_in_words(event)} in {state}",
                at - inside % self.record)

    def first_difference(self, got, wanted, parts):
        """The first case that is not as it should be, in words; None without one."""
        at = first_unequal(got, wanted)
        if at is None:
            return None
        if at >= len(wanted):
            return f"all {len(wanted)} bytes are right, and more follow"
        part, start, _ = next(each for each in self.bounds(parts) if at < each[2])
        words, first = self.case(part, at - start)
        first += start
        if at >= len(got):
            return f"{part}: {words}: the stream ends here, {len(wanted) - at} bytes short"
        if part == "answers" or words.startswith("ew_") and part == "corrupt_states":
            return f"{part}: {words}: answers {got[at]}, not {wanted[at]}"
        record = self.record if part != "start" else len(self.fields)
        differences = []
        for index in range(record):
            if got[first + index:first + index + 1] != wanted[first + index:first + index + 1]:
                name, wants = self.byte_in_words(index, wanted[first + index])
                gets = self.byte_in_words(index, got[first + index])[1] \
                    if first + index < len(got) else "missing"
                differences.append(f"{name} is {gets}, not {wants}")
        return f"{part}: {words}: {'; '.join(differences)}"


def first_unequal(got, wanted):
    """Index of the first byte that differs, or where the shorter one ends; None when equal."""
    if got == wanted:
        return None
    low, high = 0, min(len(got), len(wanted))
    if got[:high] == wanted[:high]:
        return high
    while high - low > 1:   # the first difference is in low..high
        middle = (low + high) // 2
        if got[low:middle] == wanted[low:middle]:
            low = middle
        else:
            high = middle
    return low
