/* The judge: holds what a trace says against the machine as it ships. */
#ifndef TOOL_JUDGE_H
#define TOOL_JUDGE_H

#include "ew_core.h"
#include "rules.h"
#include "trace.h"

enum { MOST_THREADS = 4096, MOST_RULES = 64, BUCKETS = 1 << 14 };

/* A connection: its machine, and what happened to it. */
struct conn {
    struct conn *next;
    struct conn *same_name, *same_process; /* of those in one bucket */
    const char *id;
    int owner; /* the process and namespace in its name */
    double space;
    ew_machine machine;
    struct event **history;
    size_t events, room;
    bool established; /* at some time */
    bool ended;       /* cleared, freed, its descriptor closed or its process over */
    bool closed;      /* a close of its descriptor was seen */
    bool shared;
    bool over;                    /* its transport had ended before its own end */
    bool gone;                    /* its process started another program: its name may come again */
    bool finished, peer_finished; /* wire: whose Finished passed */
    bool peer_failed;             /* wire: a fatal alert of the peer passed */
    const char *hidden;           /* wire: why this end cannot be judged, or NULL */
    bool guessed;                 /* something happened to it that the trace does not have */
    bool is_gnutls;
    bool misled;                  /* libssl said that something had gone well which had not */
    const struct event *ignoring; /* the first call that an EOF would have been ignored in */
    bool without_options, without_transport; /* its lines do not have these facts */
    bool own_transport;                      /* a BIO of the program's own, without a descriptor */
    bool holds_notice;                       /* a buffering BIO does */
    uint64_t told;                           /* a bit for each rule: once is enough */
};

struct finding {
    struct finding *next;
    const struct rule *rule;
    enum level level;
    const struct conn *conn;
    size_t at; /* in its history */
    const struct event *event;
    const cJSON *stack;     /* where: of the event, or of the last call before an exit; or NULL */
    const char *divergence; /* what libssl does instead, or NULL */
    char detail[256];
    int count; /* connections with the same finding at the same place */
    bool suppressed;
};

struct unseen {
    struct unseen *next;
    const struct rule *rule;
    const char *why;
    int count;
};

struct left_behind {
    int tid;
    const struct event *by;
};

/* The last one of its number and namespace. */
struct process {
    struct process *next; /* in its bucket */
    int pid;
    double space, started;
    const struct event *exit; /* its last line, or NULL */
};

struct judge {
    struct conn *conns, *last_conn;
    struct conn *named[BUCKETS], *owned[BUCKETS]; /* by name, and by the process in it */
    struct process *known[BUCKETS];
    struct finding *findings, *last_finding;
    struct unseen *unseen;
    struct left_behind queue[MOST_THREADS]; /* who left errors in which thread's queue */
    size_t threads;
    uint64_t lacked; /* a bit for each rule whose facts the recorder cannot see */
    bool wire;       /* a capture, and not a program's calls */
    int hidden;      /* wire: ends that could not be judged */
    int ends;        /* of established connections that could be judged */
    int connections, judged, calls, lost, processes;
};

void judge_trace(struct judge *j, const struct trace *t);
void free_judge(struct judge *j);

/* Of the parts. */
size_t bucket_of_process(int pid);
void note_owner(struct conn *c);
void begin_process(struct judge *j, const struct event *e);
void end_process(struct judge *j, const struct event *e);
const struct event *exit_of(const struct judge *j,
                            const struct conn *c); /* of the last that had it */
void free_processes(struct judge *j);
void judge_call(struct judge *j, struct conn *c, const struct event *e);
bool refused(ew_answer a);
void run_call(struct judge *j, struct conn *c, const struct event *e, uint8_t event);
void catch_up(struct conn *c, const struct event *e);
void follow_skipped(struct conn *c, int reads, int waits);
void follow_message(struct conn *c, const struct event *e);
bool goes_through_handshake(struct conn *c, const struct event *e, uint8_t event);
void judge_gnutls(struct judge *j, struct conn *c, struct event *e);
uint8_t gnutls_outcome(const struct event *e, uint8_t action);
uint8_t outcome_of(const struct event *e, uint8_t action, const ew_machine *m);
bool only_stale(const struct event *e);
bool ignores_eof(const struct event *e);
bool is_ignored_eof(const struct event *e);
void report(struct judge *j, struct conn *c, const struct event *e, const struct rule *rule,
            const char *detail);
void report_libssl(struct judge *j, struct conn *c, const struct event *e, const char *divergence,
                   const char *detail);
void judge_transport(struct judge *j, struct conn *c, const struct event *e);
void judge_transport_left(struct judge *j, struct conn *c);
bool is_notice_lost(const struct conn *c, const struct event *e, uint8_t outcome);
void judge_held(struct judge *j, struct conn *c, const struct event *e);
void report_predicate(struct judge *j, struct conn *c, const struct event *e, const char *name,
                      const char *detail);
void report_unseen(struct judge *j, const char *rule, const char *why);
void lack_facts(struct judge *j, const struct event *e);
void report_lacked(struct judge *j);
void report_all_unseen(struct judge *j, const char *why);
void judge_wire(struct judge *j, struct conn *c, struct event *e);
void judge_wire_left(struct judge *j, struct conn *c);
void judge_call_around(struct judge *j, struct conn *c, const struct event *e);
void judge_flags(struct judge *j, struct conn *c, const struct event *e);
void judge_end(struct judge *j, struct conn *c, const struct event *e);
bool needs_fact(const struct rule *rule, const char *fact);
void end_unseen(struct judge *j, const char *why);
void report_without(struct judge *j, const char *why);
void judge_close(struct judge *j, struct conn *c, const struct event *e);

#endif
