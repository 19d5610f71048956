"""The dialogues: what our side says to a program, and what it waits for."""
import struct

MARK = "the end\n"
BODY = 1000000   # bytes that a peer, or we, say before the end, and the mark behind them
WHOLE = BODY + len(MARK)
BIG = 8000000    # more than the sockets between us hold: the peer's write takes until we read


# Messages -----------------------------------------------------------------------------------------

def plain(message):
    """As endwell-world reads it: a byte that an argument cannot hold is \\xNN."""
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02x}" for byte in message)


def sql(kind, content):
    """A message of PostgreSQL: its kind, its length, what it says."""
    return plain(kind + struct.pack(">I", 4 + len(content)) + content)


def query(text):
    return sql(b"Q", text.encode() + b"\0")


def copied(length):
    """The beginning of a message with that much of a copied table."""
    return plain(b"d" + struct.pack(">I", 4 + length))


def mqtt(kind, content, behind=0):
    """A packet of MQTT: its kind, its length with that of what follows, what it says."""
    length, left = b"", len(content) + behind
    while left or not length:
        left, low = left >> 7, left & 127
        length += bytes([low | (128 if left else 0)])
    return plain(bytes([kind]) + length + content)


SQL_USER = b"user\0postgres\0database\0postgres\0\0"
SQL_LOGIN = plain(struct.pack(">II", 8 + len(SQL_USER), 3 << 16) + SQL_USER)
SQL_READY = sql(b"Z", b"I")
SQL_OK = sql(b"R", bytes(4)) + "".join(sql(b"S", said) for said in (
    b"server_version\x0015.0\0", b"client_encoding\0UTF8\0", b"standard_conforming_strings\0on\0")) + SQL_READY
SQL_COLUMN = b"\0\0\1\0\0"   # text, one of them
SQL_COPIED = sql(b"c", b"") + sql(b"C", b"COPY 1\0") + SQL_READY
SQL_COPYING = sql(b"H", SQL_COLUMN)
SQL_ANSWER = SQL_COPYING + sql(b"d", MARK.encode()) + SQL_COPIED
SQL_LONG = "SELECT repeat('x', {}) || E'the end\\n'"
SQL_END = "SELECT 1.Z....I"
TOPIC = b"\0\1t"
MQTT_CONNECT = mqtt(0x10, b"\0\4MQTT\4\2\0\x3c\0\1e")   # a clean session, 60 seconds, called e
MQTT_LOGIN = [f"say:{MQTT_CONNECT}", f"hear:{mqtt(0x20, bytes(2))}"]
MQTT_LOGGED_IN = [plain(b"hear:\0\1e"), f"say:{mqtt(0x20, bytes(2))}"]
MQTT_SUBSCRIBED = mqtt(0x90, b"\0\1\0")


def retained(size):
    """A message that the server keeps, and sends to who subscribes."""
    return [f"say:{mqtt(0x31, TOPIC, size + len(MARK))}", f"body:{size}"]


# What is said ---------------------------------------------------------------------------------------

HTTP = "GET /{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
CLOSING = "Connection: close\r\n"
LONG = "EVAL \"return string.rep('x', {}) .. 'the end'\" 0\r\n"
# What we say to a server: something it answers and stays, then something after which it closes, and
# something that it still answers when we have closed our side; `first`: what has to come before that.
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
    "postgres": {"before_tls": ":postgres", "login": [f"say:{SQL_LOGIN}", f"hear:{SQL_READY}"],
                 "keep": query("SELECT 'hello, the end'"), "hear": SQL_READY,
                 "close": query(SQL_LONG.format(BODY)) + sql(b"X", b""), "half": query(SQL_LONG.format(BODY)),
                 "big": query(SQL_LONG.format(BIG)), "bytes": WHOLE,
                 "ends": dict.fromkeys(("peer-first", "half-close", "notice-only", "mid-write"), SQL_END)},
    "mqtt": {"login": MQTT_LOGIN, "keep": mqtt(0xc0, b""), "hear": mqtt(0xd0, b""), "bytes": WHOLE,
             "first": {"half-close": retained(BODY), "notice-only": retained(BODY), "mid-write": retained(BIG)},
             **dict.fromkeys(("half", "big"), mqtt(0x82, b"\0\1" + TOPIC + b"\0"))},
    "mqtt-end": {"login": MQTT_LOGIN, "close": mqtt(0xe0, b"")},
    "echo": {"keep": "hello, " + MARK, "half": "hello, " + MARK, "bytes": len("hello, " + MARK)},
}
# What we say to a client, after it has spoken up to `hear`; `big`: up to where it writes 8 MB.
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CLIENTS = {
    "http": {"hear": "\r\n\r\n", "before": OK + CLOSING + "\r\n",
             "last": OK + "Content-Length: 8\r\n\r\n" + MARK, "big": ["hear:\r\n\r\n"]},
    "line": {"hear": MARK, "before": "", "last": "bye\n", "more": "more\n",
             "big": [f"hear:{MARK}", "say:big\n"]},
    "stdio": {"hear": MARK, "before": "", "last": MARK, "big": [f"hear:{MARK}", "sync:big"]},
    "redis": {"login": ["hear:DOCS\r\n", "say:*0\r\n"], "hear": "the end\r\n",
              "before": f"${WHOLE}\r\n", "behind": "\r\n",
              "last": "$14\r\nhello, the end\r\n", "more": "$14\r\nhello, the end\r\n",
              "ends": dict.fromkeys(("half-close", "notice-only"), "the end...")},
    "redis-set": {"big": [], "ends": {"mid-write": "the end..."}},
    "mqtt-sub": {"login": MQTT_LOGGED_IN, "hear": plain(TOPIC + b"\0"),
                 "before": MQTT_SUBSCRIBED + mqtt(0x30, TOPIC, WHOLE),
                 "last": MQTT_SUBSCRIBED + mqtt(0x30, TOPIC + MARK.encode())},
    "mqtt-pub": {"login": MQTT_LOGGED_IN, "hear": MARK.strip(), "before": "", "last": "", "body": False, "big": [],
                 "ends": dict.fromkeys(("half-close", "notice-only"), MARK.strip())},
    "postgres": {"before_tls": ":postgres", "login": [plain(b"hear:psql\0\0"), f"say:{SQL_OK}"],
                 "hear": plain(b"the end') TO STDOUT;\0"), "before": SQL_COPYING + copied(WHOLE), "behind": SQL_COPIED,
                 "last": SQL_ANSWER, "more": SQL_ANSWER,
                 "big": [plain(b"hear: FROM STDIN \0"), f"say:{sql(b'G', SQL_COLUMN)}"],
                 "ends": {"half-close": "the end.$$;.", "notice-only": "the end.$$;.",
                          "mid-write": "the end.c...."}},
}
