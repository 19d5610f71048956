"""What led to a finding, as a message sequence: left end, transport, right end."""
import re

SIDE = 42    # columns of each end
WIRE = 26    # and of the transport between them


class Sequence:
    """Reads what the model printed; `lines` are ready to be shown."""

    def __init__(self, names):
        self.names = names
        self.queue = ([], [])    # what each side sent and the other cannot see yet
        self.lines = []

    def put(self, side, text):
        left, right = (text, "") if side == 0 else ("", text)
        self.lines.append(f"{left:{SIDE}}{'':{WIRE}}{right}".rstrip())

    def wire(self, side, text):
        text = f"{text} ->" if side == 0 else f"<- {text}"
        self.lines.append(f"{'':{SIDE}}{text:^{WIRE}}".rstrip())

    def result(self, action, value, error, reason):
        names = self.names
        if action:
            return f"asks to {names['ACTION'][action]}"
        words = [names["ERROR"][error]] if error else []
        words += [names["REASON"][reason]] if reason else []
        return f"returns {value}" + (f" ({', '.join(words)})" if words else "")

    def step(self, side, call, asked, event, action, value, error, reason, row):
        names = self.names
        what = names["EVENT"][event]
        if asked:
            what = f"  {names['ACTION'][asked]}: {what}"
        self.put(side, f"{what}; {self.result(action, value, error, reason)}"
                       f" [{names['ROW'].get(row, '-')}]")

    def puts(self, side, record):
        self.queue[side].append(record)
        self.wire(side, record)

    def vanishes(self, side, record):
        self.wire(side, f"{record} -> (lost)")

    def arrives(self, side):
        record = self.queue[side].pop(0) if self.queue[side] else "record"
        self.put(1 - side, f"({record} is there)")

    def fin(self, side):
        self.wire(side, "FIN")

    def fin_arrives(self, side):
        self.put(1 - side, "(FIN is there)")

    def cut(self, side):
        lost = f", {', '.join(self.queue[side])} lost" if self.queue[side] else ""
        self.queue[side].clear()
        self.wire(side, f"CUT{lost}")

    def reset(self, side):
        self.queue[0].clear()
        self.queue[1].clear()
        self.put(side, "(RST is there)")

    def closes(self, side):
        self.put(side, "closes its socket")

    def broken(self, name):
        self.lines.append(f"broken: {name}")


def render(trace, names):
    """The lines of a trace that Spin replayed."""
    sequence = Sequence(names)
    sequence.lines.append(f"{'left end':{SIDE}}{'transport':^{WIRE}}right end")
    for line in trace.splitlines():
        words = line.split()
        if "START OF CYCLE" in line:
            sequence.lines.append("from here on, again and again:")
        elif re.match(r"(step|puts|vanishes|arrives|fin|fin_arrives|cut|reset|closes|broken) ",
                      line):
            numbers = [int(word) if re.fullmatch(r"-?\d+", word) else word for word in words[1:]]
            getattr(sequence, words[0])(*numbers)
    return sequence.lines
