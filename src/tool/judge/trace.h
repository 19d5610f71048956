/* A trace, line by line, as spec/trace.md describes it. */
#ifndef TOOL_TRACE_H
#define TOOL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <cjson/cJSON.h>

enum event_kind {
    EVENT_PROCESS,
    EVENT_EXIT,
    EVENT_CALL,
    EVENT_CLOSE,
    EVENT_SHUTDOWN,
    EVENT_LOST,
    EVENT_PARTLY,
    EVENT_LEFT,
    EVENT_CAPTURE,
    EVENT_WIRE
};
enum handshake { HANDSHAKE_NONE, HANDSHAKE_RUNNING, HANDSHAKE_DONE };
enum { ABSENT = -1 };

struct queued {
    int library, reason; /* 0 and 0: the queue is empty */
    const char *text;    /* or NULL */
};

struct facts {
    int flags, quiet;
    enum handshake handshake;
    bool renegotiates, retry, ended, unasked;
    double held;
    struct queued oldest, newest;
};

/* One line. What it does not say is ABSENT, NULL or false. */
struct event {
    struct event *next;
    cJSON *json; /* owns every text */
    int line;
    enum event_kind kind;
    double time;
    int pid, tid;
    double space, started; /* process, exit: the namespace of pid; since when; ABSENT */
    const char *conn, *call, *class, *want, *program, *transport;
    unsigned long library; /* OpenSSL_version_num() */
    bool is_gnutls;
    double options;
    bool ahead, at_end;
    bool has_argument, has_after, shared;
    int argument, value, error, version, how;
    double in, out;
    struct facts before, after;
    int lost;                 /* lines before this one */
    int reads, writes, waits; /* calls before this one that changed nothing */
    const char *of_call;      /* SSL_get_error: the call before */
    int of_value;
    int unread, unacked, last, unread_type, unread_length, state;
    const cJSON *stack;
    const char *what, *place; /* wire: what passed, and which end of which server's connections */
    bool sent;                /* or received */
    bool peer_closed;         /* the judge's: the peer's close_notify had passed */
    const cJSON *lacks;       /* process: facts that its recorder cannot see; or NULL */
};

struct trace {
    const char *path;
    struct event *first, *last;
    size_t events;
    char error[256]; /* what is wrong with it, as file:line: message */
};

/* Takes `json` over. False, and `error` says why, if it is no line of a trace. */
bool add_json(struct trace *t, int line, cJSON *json);
/* A trace, or a device's dump. False if it cannot be read, or holds what is no trace; `error` says what. */
bool read_trace(struct trace *t, const char *path);
void free_trace(struct trace *t);

#endif
