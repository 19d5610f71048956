"""The close orders: what our side does in each."""
import dialogues
from dialogues import BIG, BODY, MARK, WHOLE

SHOWN_MARK = "the end."  # as endwell-world shows the last bytes that it got
INPUT = "x" * 100000 + "\n" + MARK   # what a client's standard input still has at a half-close

ORDERS = {
    "we-first": "we send close_notify and wait for the peer's",
    "peer-first": "the peer is done first; we read until its close_notify",
    "half-close": "we send close_notify and a FIN, and the peer still has data",
    "notice-only": "we send close_notify and no FIN, and the peer still has data",
    "mid-write": "our close_notify arrives while the peer, server or client, writes 8 MB; we read on, and send no FIN",
    "peer-silent": "the peer is stopped while we wait, and continued after our deadline",
    "peer-drops": "the peer is killed: TCP ends without close_notify",
    "we-drop": "we end TCP without close_notify",
}
# Of programs under endwell run alone: the peer need not play them to its end, and gets no verdict of the wire's.
WATCHED = {
    "talks-on": "the peer is done first, and closes while we still send",
}
TALK = 100000            # bytes that nobody asked for
# Our side's engines, and the versions of TLS that they have.
ENGINES = {"openssl": ("1.2", "1.3"), "mbedtls": ("1.2",), "wolfssl": ("1.2", "1.3"),
           "gnutls": ("1.2", "1.3"), "bearssl": ("1.2",)}


# Steps --------------------------------------------------------------------------------------------

def start(words, order=None):
    """Up to where the dialogue begins: some protocols begin before TLS, and have a login."""
    return ["handshake" + words.get("before_tls", "")] + words.get("login", []) + words.get("first", {}).get(order, [])


def opening(words):
    keep = words.get("keep")
    return start(words) + ([f"say:{keep}", f"hear:{words.get('hear', MARK)}"] if keep else [])


def server_steps(order, words):
    """Our steps as a client; None if that dialogue has no such order."""
    if order == "peer-first" and "close" in words:
        return start(words, order) + [f"say:{words['close']}", "sync:close", "read", "shutdown", "close"]
    if order == "half-close" and "half" in words:
        return start(words, order) + [f"say:{words['half']}", "shutdown", "half", "read", "finish", "close"]
    if order == "notice-only" and "half" in words:
        return start(words, order) + [f"say:{words['half']}", "shutdown", "read", "finish", "close"]
    if order == "mid-write" and "big" in words:
        return start(words, order) + [f"say:{words['big']}", "take:65536", "shutdown", "read", "finish", "close"]
    if order == "talks-on":
        return start(words, order) + [f"say:{words['big']}", "take:65536", f"body:{TALK}", "read", "shutdown",
                                      "close"] if "big" in words and "ends" not in words else None
    ends = {"we-first": ["shutdown", "finish", "close"],
            "peer-silent": ["sync:stop", "shutdown", "silent:300", "sync:continue", "finish",
                            "close"],
            "peer-drops": ["sync:kill", "read", "shutdown", "close"],
            "we-drop": ["drop"]}
    return opening(words) + ends[order] if order in ends else None


def client_steps(order, words):
    """Our steps as a server; None if that dialogue has no such order."""
    if order == "mid-write":
        return start(words) + words["big"] + ["take:65536", "shutdown", "read", "finish", "close"] \
            if "big" in words else None
    saying = [f"say:{words['before']}"] if words["before"] else []
    whole, part = ([f"body:{BODY}"], ["body:100000"]) if words.get("body", True) else ([], [])
    more = [f"say:{words['more']}"] if "more" in words else []
    behind = [f"say:{words['behind']}"] if "behind" in words else []
    return start(words) + [f"hear:{words['hear']}"] + {
        "we-first": saying + whole + behind + ["shutdown", "finish", "close"],
        "peer-first": [f"say:{words['last']}", "sync:close", "read", "shutdown", "close"],
        "half-close": more + ["shutdown", "half", "sync:more", "read", "finish", "close"],
        "notice-only": more + ["shutdown", "sync:more", "read", "finish", "close"],
        "peer-silent": ["sync:stop", "shutdown", "silent:300", "sync:continue", "finish", "close"],
        "peer-drops": ["sync:kill", "read", "shutdown", "close"],
        "we-drop": saying + part + ["drop"],
        "talks-on": ["sync:stop", f"say:{words['last']}", f"body:{TALK}", "sync:continue", "sync:close", "read",
                     "shutdown", "close"],
    }[order]


def words_for(order, peer):
    """What is said in that order: some servers have another mode for it."""
    dialogue = peer.get("dialogues", {}).get(order, peer["dialogue"])
    return (dialogues.SERVERS if peer["role"] == "server" else dialogues.CLIENTS)[dialogue]


def reason_not_to(order, peer):
    """Why that order is not played with that program; None if it is."""
    told = None if steps(order, peer) else "its dialogue has nothing of that kind"
    return peer.get("not", {}).get(order, told)


def steps(order, peer):
    make = server_steps if peer["role"] == "server" else client_steps
    return make(order, words_for(order, peer))
