"""The close orders: what our side does in each, and what it shows about the peer.

Our side is judged by endwell-world against the specification. Here only the peer is judged, by what
it sent and said; nothing found here excuses anything of ours.
"""
import re

BODY = 1000000           # bytes that a peer, or we, have to say before the end
MARK = "the end\n"

ORDERS = {
    "we-first": "we send close_notify and wait for the peer's",
    "peer-first": "the peer is done first; we read until its close_notify",
    "half-close": "we send close_notify and a FIN, and the peer still has data",
    "peer-silent": "the peer is stopped while we wait, and continued after our deadline",
    "peer-drops": "the peer is killed: TCP ends without close_notify",
    "we-drop": "we end TCP without close_notify",
}
# Our side's engines, and the versions of TLS that they have.
ENGINES = {"openssl": ("1.2", "1.3"), "mbedtls": ("1.2",), "wolfssl": ("1.2", "1.3"),
           "gnutls": ("1.2", "1.3"), "bearssl": ("1.2",)}
PASS, VIOLATION = "PASS", "VIOLATION"
RISKY, UNSEEN = "PERMITTED-BUT-RISKY", "NOT-OBSERVABLE"

HTTP = "GET /{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
CLOSING = "Connection: close\r\n"
# What we say to a server: something it answers and stays, then something after which it closes, and
# something that it still answers when we have closed our side.
SERVERS = {
    "http": {"keep": HTTP.format("small.txt", ""), "close": HTTP.format("large.txt", CLOSING),
             "half": HTTP.format("large.txt", CLOSING), "bytes": BODY},
    "line": {"keep": "keep\n", "close": "close\n", "half": "half\n", "bytes": BODY},
    "http-page": {"keep": None, "close": "GET / HTTP/1.0\r\n\r\n",
                  "half": "GET / HTTP/1.0\r\n\r\n", "bytes": 100},
    "echo": {"keep": "hello, " + MARK, "half": "hello, " + MARK, "bytes": len("hello, " + MARK)},
}
# What we say to a client, after it has spoken up to `hear`.
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CLIENTS = {
    "http": {"hear": "\r\n\r\n", "before": OK + CLOSING + "\r\n",
             "last": OK + "Content-Length: 8\r\n\r\n" + MARK},
    "line": {"hear": MARK, "before": "", "last": "bye\n", "more": "more\n"},
    "stdio": {"hear": MARK, "before": "", "last": MARK},
}


# Steps --------------------------------------------------------------------------------------------

def opening(words):
    keep = words.get("keep")
    return ["handshake"] + ([f"say:{keep}", f"hear:{MARK}"] if keep else [])


def server_steps(order, words):
    """Our steps as a client; None if that dialogue has no such order."""
    if order == "peer-first" and "close" in words:
        return ["handshake", f"say:{words['close']}", "sync:close", "read", "shutdown", "close"]
    if order == "half-close" and "half" in words:
        return ["handshake", f"say:{words['half']}", "shutdown", "half", "read", "finish", "close"]
    ends = {"we-first": ["shutdown", "finish", "close"],
            "peer-silent": ["sync:stop", "shutdown", "silent:300", "sync:continue", "finish",
                            "close"],
            "peer-drops": ["sync:kill", "read", "shutdown", "close"],
            "we-drop": ["drop"]}
    return opening(words) + ends[order] if order in ends else None


def client_steps(order, words):
    """Our steps as a server."""
    start = ["handshake", f"hear:{words['hear']}"]
    saying = [f"say:{words['before']}"] if words["before"] else []
    more = [f"say:{words['more']}"] if "more" in words else []
    return start + {
        "we-first": saying + [f"body:{BODY}", "shutdown", "finish", "close"],
        "peer-first": [f"say:{words['last']}", "sync:close", "read", "shutdown", "close"],
        "half-close": more + ["shutdown", "half", "sync:more", "read", "finish", "close"],
        "peer-silent": ["sync:stop", "shutdown", "silent:300", "sync:continue", "finish", "close"],
        "peer-drops": ["sync:kill", "read", "shutdown", "close"],
        "we-drop": saying + ["body:100000", "drop"],
    }[order]


def words_for(order, peer):
    """What is said in that order: some servers have another mode for it."""
    dialogue = peer.get("dialogues", {}).get(order, peer["dialogue"])
    return (SERVERS if peer["role"] == "server" else CLIENTS)[dialogue]


def steps(order, peer):
    make = server_steps if peer["role"] == "server" else client_steps
    return make(order, words_for(order, peer))


# The peer's conduct -------------------------------------------------------------------------------

def ending(seen):
    """How the peer's direction ended, in words."""
    extra = [alert for alert in seen["alerts_in"] if alert != "close notify"]
    first = "".join(f"{alert.replace(' ', '_')}, " for alert in extra)
    if seen["alerts"]["peer"]:
        how = "close_notify" if not extra or "close notify" in seen["alerts_in"] else "an alert"
        if seen["reset"]["peer"]:
            return f"{first}{how}, then a reset"
        return f"{first}{how}" + (", then FIN" if seen["eof"]["peer"] else ", TCP left open")
    if seen["reset"]["peer"]:
        return "a reset without close_notify"
    if seen["cut"]["peer"]:
        return "FIN inside a record"
    return "FIN without close_notify" if seen["eof"]["peer"] else "nothing: it keeps TCP open"


def closes_with_notice(seen):
    return bool(seen["alerts"]["peer"]) and seen["peer_alert_before_its_end"]


def answer(seen, tls):
    """After our close_notify: its own has to follow (RFC 9846 6.1; 1.2: at once, RFC 5246 7.2.1)."""
    late = VIOLATION if tls == "1.2" else RISKY
    if closes_with_notice(seen):
        if not seen["peer_alert_before_our_fin"]:
            return late, "close_notify, but only once we had ended TCP"
        return (RISKY if seen["reset"]["peer"] else PASS), ending(seen)
    if seen["eof"]["peer"] or seen["reset"]["peer"]:
        return VIOLATION, ending(seen)
    return late, "no answer for four seconds; TCP left open"


def we_first(seen, said, peer, tls):
    verdict, text = answer(seen, tls)
    if peer["role"] == "client" and peer.get("output") and said["bytes"] < BODY:
        return VIOLATION, f"{text}; {said['bytes']} of {BODY} bytes reached its output"
    return verdict, text


def peer_first(seen, said, peer, tls):
    expected = words_for("peer-first", peer).get("bytes", 0)
    if not (seen["alerts"]["peer"] or seen["eof"]["peer"] or seen["reset"]["peer"]):
        return UNSEEN, "it did not close first when told to"
    if seen["received"] < expected:
        return VIOLATION, f"{seen['received']} of {expected} bytes, {ending(seen)}"
    if not closes_with_notice(seen):
        return VIOLATION, ending(seen)
    if timed_out(seen, "read"):
        return UNSEEN, "it did not close before we did; then " + ending(seen)
    return (RISKY if seen["reset"]["peer"] else PASS), ending(seen)


def timed_out(seen, step):
    return any(call["step"] == step and call["error"] == "want_read" for call in seen["calls"])


def half_close(seen, said, peer, tls):
    expected = words_for("half-close", peer).get("bytes", said["more"])
    got = seen["received_after"]
    text = f"{got} bytes after our close_notify, {ending(seen)}"
    if not closes_with_notice(seen):
        open_still = not (seen["eof"]["peer"] or seen["reset"]["peer"])
        return (RISKY if open_still and tls == "1.3" else VIOLATION), text
    if got >= expected:
        return (PASS if tls == "1.3" else RISKY), "all data, then " + ending(seen)
    if tls == "1.2" and got == 0:
        return PASS, "discards and answers, as TLS 1.2 asks: " + ending(seen)
    if seen["reset"]["peer"] or got:
        return RISKY, text
    return RISKY, "gives up what it had to say: " + ending(seen)


def peer_silent(seen, said, peer, tls):
    if not timed_out(seen, "silent"):
        return UNSEEN, "it had closed before it could be stopped: " + ending(seen)
    return answer(seen, tls)


def peer_drops(seen, said, peer, tls):
    return UNSEEN, "killed from outside, so only our side is judged: " + ending(seen)


LOOKS_WRONG = re.compile(r"error|eof|trunc|unexpected|prematur|fail|fatal|reset|abort|not properly|"
                         r"incomplete|invalid|closed|lost", re.I)


def we_drop(seen, said, peer, tls):
    """Truncation is reported if it reads differently from an orderly end."""
    clean = said.get("clean")
    if clean is None:
        return UNSEEN, "there is no orderly end to compare with"
    new = [line for line in said["lines"] if line not in clean["lines"]]
    telling = [line for line in new if LOOKS_WRONG.search(line)]
    if telling:
        return PASS, "says: " + re.sub(r"^(\[[^]]*\]\s*)+", "", telling[0])[:100].strip()
    if said["exit"] not in (clean["exit"], None):
        return PASS, f"exit status {said['exit']} instead of {clean['exit']}"
    if peer["role"] == "server" and not peer.get("talks"):
        return UNSEEN, "a server that leaves no trace of either end"
    return RISKY, f"taken for an orderly end (exit status {said['exit']}, no message)"


JUDGES = {"we-first": we_first, "peer-first": peer_first, "half-close": half_close,
          "peer-silent": peer_silent, "peer-drops": peer_drops, "we-drop": we_drop}


def judge(order, seen, said, peer, tls):
    """Verdict on the peer, and what was seen."""
    return JUDGES[order](seen, said, peer, tls)
