"""What a cell shows about the peer: a verdict, its words, and how many bytes came of how many.

Our side is judged by endwell-world against the specification. Here only the peer is judged, by what
it sent and said; nothing found here excuses anything of ours. A verdict needs the observation that
it names: an order that was not played to its end, an alert that nobody could read, a program that
has not ended, are NOT-OBSERVABLE, with the reason.
"""
import re

import orders

PASS, LETTER, RISKY = "PASS", "AGAINST-THE-LETTER", "PERMITTED-BUT-RISKY"
VIOLATION, LOSS, UNSEEN = "VIOLATION", "LOSES-DATA", "NOT-OBSERVABLE"
WORST_FIRST = (LOSS, VIOLATION, RISKY, LETTER, PASS, UNSEEN)
# What our side has to have done for the order to be what it is called.
PLAYED = {"we-first": "finish", "peer-first": "read", "half-close": "read",
          "notice-only": "read", "mid-write": "read",
          "peer-silent": "silent", "peer-drops": "read"}
OUR_NOTICE_FIRST = ("we-first", "half-close", "notice-only", "mid-write", "peer-silent")


# What crossed -------------------------------------------------------------------------------------

def ended(seen):
    return bool(seen["eof"]["peer"] or seen["reset"]["peer"])


def ending(seen):
    """How the peer's direction ended, in words."""
    extra = [alert for alert in seen["alerts_in"] if alert != "close notify"]
    first = "".join(f"{alert.replace(' ', '_')}, " for alert in extra)
    if seen["alerts"]["peer"]:
        how = "close_notify" if "close notify" in seen["alerts_in"] else "no close_notify"
        if seen["reset"]["peer"]:
            return f"{first}{how}, then a reset"
        return f"{first}{how}" + (", then FIN" if seen["eof"]["peer"] else ", TCP left open")
    if seen["reset"]["peer"]:
        return "a reset without close_notify"
    if seen["cut"]["peer"]:
        return "FIN inside a record"
    return "FIN without close_notify" if seen["eof"]["peer"] else "nothing: it keeps TCP open"


def closes_with_notice(seen):
    """A close_notify that was read as one, before the end of TCP."""
    return "close notify" in seen["alerts_in"] and seen["peer_notice_before_its_end"]


def timed_out(seen, step):
    return any(call["step"] == step and call["error"] == "want_read" for call in seen["calls"])


def not_played(order, seen):
    """Why the cell is not the order that it is called; None if it is."""
    if seen["incomplete"] or any(call["step"] in ("say", "body") for call in seen["calls"]):
        return "the order did not come about: the dialogue before it broke off; " + ending(seen)
    steps = [call["step"] for call in seen["calls"]]
    if order in PLAYED and not {PLAYED[order], "read"} & set(steps):
        return "the order did not come about: " + ending(seen)
    if order in OUR_NOTICE_FIRST and not seen["alerts"]["us"]:
        return "the order did not come about: our close_notify did not cross; " + ending(seen)
    if "unreadable" in seen["alerts_in"] and not closes_with_notice(seen):
        return "an alert that could not be read: " + ending(seen)
    return None


# Bytes --------------------------------------------------------------------------------------------

class Bytes:
    """Bytes of the peer's that reached us, or of ours that reached a client's output, of how many.

    Whether all came is told by the last of them: an answer in HTTP has a header that is not counted
    in `sent`, and the length of some pages is not known (`sent` is 0)."""

    def __init__(self, got, sent, whole):
        self.got, self.sent, self.whole = got, sent, whole

    def __str__(self):
        if not self.sent:
            return f"{self.got:,} bytes" + (" up to the end of its page" if self.whole else "")
        got = min(self.got, self.sent - (not self.whole))
        return f"{got:,} of {self.sent:,} bytes"


def amount(order, seen, said, peer):
    """None where the order has none, or they cannot be counted."""
    if order == "we-first" and peer["role"] == "client" and peer.get("output"):
        return Bytes(said["bytes"], orders.WHOLE, said["bytes"] >= orders.WHOLE and said["marked"])
    words = orders.words_for(order, peer)
    sent, mark = words.get("bytes"), words.get("ends", peer.get("page_ends", {})).get(order, orders.SHOWN_MARK)
    if order == "peer-first" and sent is not None:
        got = seen["received"] - seen["heard"]
    elif order == "mid-write":
        got, sent = seen["received"] - seen["heard"], orders.BIG + len(orders.MARK)
    elif order in ("half-close", "notice-only"):
        got = seen["received_after"]
        sent = said["more"] if sent is None else sent
    else:
        return None
    return Bytes(got, sent, got >= sent and got > 0 and seen["tail"].endswith(mark))


def lacking(came):
    return came is not None and not came.whole


def destroyed(seen, came):
    """A reset takes what was under way with it; whether a close_notify was, cannot be seen then.
    Where nothing had begun to come, nobody saw a loss."""
    return seen["reset"]["peer"] and not closes_with_notice(seen) and lacking(came) and came.got > 0


# The orders ---------------------------------------------------------------------------------------

def answer(seen, tls):
    """After our close_notify: its own has to follow (RFC 9846 6.1; 1.2: at once, RFC 5246 7.2.1)."""
    if closes_with_notice(seen):
        if not seen["peer_notice_before_our_fin"]:
            return (LETTER if tls == "1.2" else RISKY), \
                "close_notify, but only once we had ended TCP"
        return (RISKY if seen["reset"]["peer"] else PASS), ending(seen)
    if ended(seen) or seen["alerts"]["peer"]:
        return VIOLATION, ending(seen)
    return (VIOLATION if tls == "1.2" else RISKY), "no answer for four seconds; TCP left open"


def we_first(seen, said, peer, tls, came):
    verdict, text = answer(seen, tls)
    if not lacking(came):
        return verdict, text
    if said["exit"] is None:   # it may hold back what it has
        text += "; it has not ended, so its output cannot be judged"
        return (UNSEEN if verdict == PASS else verdict), text
    return LOSS, f"{text}; its output lacks what we sent (exit status {said['exit']})"


def peer_first(seen, said, peer, tls, came):
    if not (seen["alerts"]["peer"] or ended(seen)):
        return UNSEEN, "it did not close first when told to"
    if timed_out(seen, "read"):
        return UNSEEN, "it did not close before we did; then " + ending(seen)
    if destroyed(seen, came):
        return LOSS, "a reset destroys the rest: " + ending(seen)
    if not closes_with_notice(seen):
        return VIOLATION, ending(seen)
    if lacking(came):
        return LOSS, ending(seen)
    return (RISKY if seen["reset"]["peer"] else PASS), ending(seen)


def half_close(seen, said, peer, tls, came):
    how = ending(seen)
    if destroyed(seen, came):
        return LOSS, f"a reset destroys the rest: {how}{exit_of(said, peer)}"
    if not closes_with_notice(seen):
        open_still = not (ended(seen) or seen["alerts"]["peer"])
        return (RISKY if open_still and tls == "1.3" else VIOLATION), how
    if not lacking(came):
        if seen["reset"]["peer"]:
            return RISKY, "all data, then " + how
        return (PASS if tls == "1.3" else LETTER), "all data, then " + how
    if timed_out(seen, "read") or timed_out(seen, "finish"):
        return UNSEEN, "it went on for longer than we waited: " + how
    if came.got:
        asked = "discards what is left, as TLS 1.2 asks: " if tls == "1.2" else "the rest is given up: "
        return LOSS, asked + how + exit_of(said, peer)
    if tls == "1.2" and not seen["reset"]["peer"]:
        return PASS, "discards and answers, as TLS 1.2 asks: " + how
    return RISKY, "gives up what it had to say: " + how


def notice_only(seen, said, peer, tls, came):
    """As in half-close, but TCP stays open on our side: who waits for our FIN does not answer."""
    if timed_out(seen, "read") and not seen["peer_notice_before_our_fin"]:
        return (VIOLATION if tls == "1.2" else RISKY), \
            "no answer for four seconds; once we had ended TCP: " + ending(seen)
    return half_close(seen, said, peer, tls, came)


def exit_of(said, peer):
    """What its user learns."""
    told = said["exit"] is not None
    return f"; its exit status is {said['exit']}" if told else ""


def peer_silent(seen, said, peer, tls, came):
    if not timed_out(seen, "silent"):
        return UNSEEN, "it had closed before it could be stopped: " + ending(seen)
    return answer(seen, tls)


def peer_drops(seen, said, peer, tls, came):
    return UNSEEN, "killed from outside, so only our side is judged: " + ending(seen)


LOOKS_WRONG = re.compile(r"error|eof|trunc|unexpected|prematur|fail|fatal|reset|abort|not properly|"
                         r"incomplete|invalid|closed|lost", re.I)


def we_drop(seen, said, peer, tls, came):
    """Truncation is reported if it reads differently from an orderly end."""
    clean = said.get("clean")
    if clean is None:
        return UNSEEN, "there is no orderly end to compare with"
    new = [line for line in said["lines"] if line not in clean["lines"]]
    telling = [line for line in new if LOOKS_WRONG.search(line)]
    if telling:
        return PASS, "says: " + re.sub(r"^(\[[^]]*\]\s*)+", "", telling[0])[:100].strip()
    if said["exit"] is None:
        if peer["role"] == "server" and not peer.get("once"):
            return UNSEEN, "a server that leaves no trace of either end"
        return UNSEEN, "it has not ended, so it has not said how it took the end"
    if clean["exit"] is None:
        return UNSEEN, f"exit status {said['exit']}, and none at an orderly end to compare with"
    if said["exit"] != clean["exit"]:
        return PASS, f"exit status {said['exit']} instead of {clean['exit']}"
    return RISKY, f"taken for an orderly end (exit status {said['exit']}, no message)"


JUDGES = {"we-first": we_first, "peer-first": peer_first, "half-close": half_close,
          "notice-only": notice_only, "mid-write": notice_only,
          "peer-silent": peer_silent, "peer-drops": peer_drops, "we-drop": we_drop}


def judge(order, seen, said, peer, tls):
    """Verdict on the peer, what was seen, Bytes or None."""
    why = not_played(order, seen)
    if why:
        return UNSEEN, why, None
    came = amount(order, seen, said, peer)
    verdict, text = JUDGES[order](seen, said, peer, tls, came)
    return verdict, f"{came}; {text}" if came else text, came
