/* What a port owes: the name that findings carry, the condition of use (proofs/CONDITIONS.md), and
 * what it says. The list is the only one; a wrong port stands in wrong_*.c for each. */
#ifndef KIT_OBLIGATIONS_H
#define KIT_OBLIGATIONS_H

#define OBLIGATIONS(X)                                                                             \
    X(ONE_NOTICE, "one-close-notify", "P-01",                                                      \
      "exactly one close_notify reaches the wire, however often it blocks")                        \
    X(SAME_BYTES, "retry-same-bytes", "P-01",                                                      \
      "what the socket refused is offered again byte for byte; each record can be read")           \
    X(LEVEL, "close-notify-is-a-warning", "P-01", "the alert is close_notify at level warning")    \
    X(NOTHING_AFTER, "nothing-after-close-notify", "P-02", "no record follows our close_notify")   \
    X(NO_ALERT, "data-makes-no-alert", "P-02", "flush and write make no close_notify, no error")   \
    X(PENDING_FIRST, "pending-write-first", "P-14",                                                \
      "flush ends a blocked record before it says done; it leaves before the close_notify")        \
    X(DONE_OUT, "done-means-out", "P-03", "done is said when the last byte was handed over")       \
    X(WRITE_EXACT, "written-once", "P-18", "the peer reads what was accepted, once, in order")     \
    X(BEHIND_ANSWER, "data-behind-an-answer", "P-18",                                              \
      "data behind a blocked answer to a KeyUpdate leaves as write was given it, or not at all")   \
    X(NO_OTHER_MEMORY, "no-other-memory", "P-14",                                                  \
      "what blocked leaves as write was given it, whatever lies at its address by then")           \
    X(SETTINGS, "settings-may-change", "P-02",                                                     \
      "settings changed while attached: the data leaves as it was given, or tls_error is said")    \
    X(COUNT, "count-within-length", "P-18", "write says done of 1 .. len bytes")                   \
    X(SHORTER, "shorter-repeat-is-refused", "P-18",                                                \
      "a repeated write that is shorter than what is held is tls_error")                           \
    X(BEHIND_END, "nothing-behind-the-end", "P-03",                                                \
      "once the transport's end was met nothing leaves, and no write or close is done")            \
    X(SENDING, "send-tells-of-sending", "P-06",                                                    \
      "flush, write and close say done, want, io_error or tls_error, whatever the peer sends")     \
    X(AUTHENTIC, "only-authentic-close", "P-04",                                                   \
      "close_notify is said of an authentic close_notify, complete, and of nothing else")          \
    X(CLOSE_TOLD, "close-notify-is-told", "P-04", "an authentic close_notify is told as that")     \
    X(ALERT_NO_CLOSE, "error-alert-is-no-close", "P-04", "an error alert is not a close_notify")   \
    X(ALERT_TOLD, "error-alert-is-told", "P-04", "an error alert is told as fatal_alert")          \
    X(EOF_NO_CLOSE, "eof-is-no-close", "P-04", "the end of the transport is never a success")      \
    X(EOF_TOLD, "eof-is-told", "P-04", "the end of the transport is told as eof")                  \
    X(EOF_TRUE, "eof-is-true", "P-04", "eof is said only when the transport has ended")            \
    X(FORGED, "forged-is-refused", "P-04", "a record that is not authentic is tls_error")          \
    X(SKIPPED, "message-is-skipped", "P-16",                                                       \
      "a ticket, KeyUpdate, warning or empty record is other, and what follows is received")       \
    X(ONE_RECORD, "one-record-per-call", "P-16", "receive takes in one record at most")            \
    X(NO_SURPLUS, "nothing-taken-behind", "P-16",                                                  \
      "not a byte behind the close_notify is taken from the socket, nothing of it delivered")      \
    X(DATA_HELD, "data-is-held", "P-05",                                                           \
      "data is told as data, stays in the engine, and is told again without input")                \
    X(TAKE, "take-moves-held-data", "P-17", "take gives 1 .. len bytes in order, without I/O")     \
    X(WANT_TRUE, "want-is-true", "P-09", "want_read, want_write: the socket did block")            \
    X(IO_TOLD, "io-error-is-told", "P-09", "a failing socket, and no other, is io_error")          \
    X(BEGINS, "begins-each-call", "P-09", "each function begins with ew_transport_begin")          \
    X(RETURNS, "returns", "P-09", "no function blocks, loops for ever, or crashes")                \
    X(STALE, "stale-error-tells-nothing", "P-09",                                                  \
      "an error that was left in the thread changes no outcome")                                   \
    X(HANDSHAKE, "handshake-ends-when-done", "P-13",                                               \
      "done is said of a complete handshake only, and reached however it was interrupted")         \
    X(SUSPENDED, "suspended-goes-on", "P-09",                                                      \
      "an engine that waits for what is not the socket is suspended, no more; the repeat goes on") \
    X(ALERT_NUMBER, "alert-number", "P-04",                                                        \
      "the number of the peer's fatal alert stands in the transport")                              \
    X(ADOPTS, "adopt-takes-what-is-at-rest", "P-21",                                               \
      "an engine whose handshake is done and that holds nothing is adopted, and goes on")          \
    X(ADOPT_REFUSES, "adopt-refuses-what-holds", "P-21",                                           \
      "an engine before its handshake's end, that has closed, or that holds anything is refused")  \
    X(PEEK, "peek-leaves-data", "P-22",                                                            \
      "peek gives held data in order, 1 .. len bytes, without I/O, and take gives it again")       \
    X(PENDING, "pending-is-true", "P-23",                                                          \
      "pending is the count of bytes that take gives before the next record, without I/O")         \
    X(CLEAR, "clear-starts-anew", "P-12", "after clear another handshake and close succeed")       \
    X(SESSION, "session-follows-the-verdict", "P-11",                                              \
      "detach drops the session if it is told to, and keeps it if it is told to")

#define OBLIGATION_ENUM(id, name, condition, text) id,
typedef enum { OBLIGATIONS(OBLIGATION_ENUM) OBLIGATION_COUNT } obligation;
#undef OBLIGATION_ENUM

typedef struct {
    const char *name, *condition, *text;
} obligation_text;

extern const obligation_text obligations[OBLIGATION_COUNT];

#endif
