"""The close orders: what our side does in each."""

MARK = "the end\n"
BODY = 1000000           # bytes that a peer, or we, say before the end, and the mark behind them
WHOLE = BODY + len(MARK)
SHOWN_MARK = "the end."  # as endwell-world shows the last bytes that it got
BIG = 8000000            # more than the sockets between us hold: the peer's write takes until we read
INPUT = "x" * 100000 + "\n" + MARK   # what a client's standard input still has at a half-close

ORDERS = {
    "we-first": "we send close_notify and wait for the peer's",
    "peer-first": "the peer is done first; we read until its close_notify",
    "half-close": "we send close_notify and a FIN, and the peer still has data",
    "notice-only": "we send close_notify and no FIN, and the peer still has data",
    "mid-write": "our close_notify arrives while the peer writes 8 MB; we read on, and send no FIN",
    "peer-silent": "the peer is stopped while we wait, and continued after our deadline",
    "peer-drops": "the peer is killed: TCP ends without close_notify",
    "we-drop": "we end TCP without close_notify",
}
# Our side's engines, and the versions of TLS that they have.
ENGINES = {"openssl": ("1.2", "1.3"), "mbedtls": ("1.2",), "wolfssl": ("1.2", "1.3"),
           "gnutls": ("1.2", "1.3"), "bearssl": ("1.2",)}

HTTP = "GET /{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
CLOSING = "Connection: close\r\n"
LONG = "EVAL \"return string.rep('x', {}) .. 'the end'\" 0\r\n"
# What we say to a server: something it answers and stays, then something after which it closes, and
# something that it still answers when we have closed our side.
SERVERS = {
    "http": {"keep": HTTP.format("small.txt", ""), "close": HTTP.format("large.txt", CLOSING),
             "big": HTTP.format("huge.txt", CLOSING), "half": HTTP.format("large.txt", CLOSING), "bytes": WHOLE},
    "line": {"keep": "keep\n", "close": "close\n", "big": "big\n", "half": "half\n", "bytes": WHOLE},
    "http-page": {"keep": None, "close": "GET / HTTP/1.0\r\n\r\n",
                  "half": "GET / HTTP/1.0\r\n\r\n", "bytes": 0},
    "redis": {"keep": 'ECHO "hello, the end"\r\n', "hear": "the end\r\n",
              "close": LONG.format(BODY) + "QUIT\r\n", "half": LONG.format(BODY),
              "big": LONG.format(BIG), "bytes": WHOLE,
              "ends": {"peer-first": "the end..+OK..", "half-close": "the end..",
                       "notice-only": "the end..", "mid-write": "the end.."}},
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
    return ["handshake"] + ([f"say:{keep}", f"hear:{words.get('hear', MARK)}"] if keep else [])


def server_steps(order, words):
    """Our steps as a client; None if that dialogue has no such order."""
    if order == "peer-first" and "close" in words:
        return ["handshake", f"say:{words['close']}", "sync:close", "read", "shutdown", "close"]
    if order == "half-close" and "half" in words:
        return ["handshake", f"say:{words['half']}", "shutdown", "half", "read", "finish", "close"]
    if order == "notice-only" and "half" in words:
        return ["handshake", f"say:{words['half']}", "shutdown", "read", "finish", "close"]
    if order == "mid-write" and "big" in words:
        return ["handshake", f"say:{words['big']}", "take:65536", "shutdown", "read", "finish", "close"]
    ends = {"we-first": ["shutdown", "finish", "close"],
            "peer-silent": ["sync:stop", "shutdown", "silent:300", "sync:continue", "finish",
                            "close"],
            "peer-drops": ["sync:kill", "read", "shutdown", "close"],
            "we-drop": ["drop"]}
    return opening(words) + ends[order] if order in ends else None


def client_steps(order, words):
    """Our steps as a server."""
    if order == "mid-write":
        return None
    start = ["handshake", f"hear:{words['hear']}"]
    saying = [f"say:{words['before']}"] if words["before"] else []
    more = [f"say:{words['more']}"] if "more" in words else []
    return start + {
        "we-first": saying + [f"body:{BODY}", "shutdown", "finish", "close"],
        "peer-first": [f"say:{words['last']}", "sync:close", "read", "shutdown", "close"],
        "half-close": more + ["shutdown", "half", "sync:more", "read", "finish", "close"],
        "notice-only": more + ["shutdown", "sync:more", "read", "finish", "close"],
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
