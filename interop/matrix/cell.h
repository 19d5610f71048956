/* A cell: a scenario run with one engine, one TLS version, one role, one mode, against a live peer.
 *
 * Scripts are written with the calls below. Each call that has an expectation compares what
 * happened with what the specification says, and notes any difference under a label made of the
 * call and how often it occurred ("shutdown 2: error"), together with the clauses it rests on. */
#ifndef INTEROP_CELL_H
#define INTEROP_CELL_H

#include "ew_core.h"
#include "relay.h"
#include "side.h"

#include <cjson/cJSON.h>
#include <stdint.h>

enum { FLAG_SENT = 1, FLAG_RECEIVED = 2 };

/* Where a scenario applies. Each restriction has a reason, which the report gives. */
enum {
    ONLY_TLS12 = 1,
    ONLY_TLS13 = 2,
    ONLY_CLIENT = 4,
    ONLY_SERVER = 8,
    ONLY_NONBLOCKING = 16,
    /* How it is started. */
    NO_HANDSHAKE = 64, /* the script does the handshake itself */
    SESSION_IDS = 128, /* no tickets: sessions live in the server's cache */
    PROGRAM = 256,     /* the peer is openssl s_server or s_client */
    SMALL_BUFFERS = 512,
    FATAL_OUT = 1024,   /* our engine may send a fatal alert of its own, before any close_notify */
    OWN_RECORDS = 4096, /* the peer makes records itself, which needs AES-GCM */
    ONLY_LIBSSL = 2048, /* of the self-test: our side is plain libssl */
    ADOPTED = 8192,     /* our engine shakes hands by itself, and is adopted */
    IN_MEMORY = 16384,  /* one of the sample that is played over a pair in memory, too */
};

typedef struct cell cell;

/* Endwell on each port that was built, then plain libssl; ends with NULL. */
extern const side_ops *const matrix_engines[];

typedef struct {
    const char *name, *title;
    void (*script)(cell *c);
    int notices; /* how many close_notify alerts cross from us: one for each connection closed */
    int flags;
} scenario;

/* The clause checker finds scenarios by this word. */
#define SCENARIO(name, title, script, notices, flags)                                              \
    {                                                                                              \
        (name), (title), (script), (notices), (flags)                                              \
    }

/* IN_A_PAIR: over a pair in memory, carried by an event loop; as nonblocking. */
typedef enum { BLOCKING, NONBLOCKING, IN_A_PAIR, MODES } mode;

typedef struct {
    const side_ops *engine;
    int tls13, server;
    mode mode;
} variant;

struct cell {
    const scenario *scenario;
    variant variant;
    const char *programs;     /* folder of the peer program; the certificate is in ../certs */
    cJSON *log, *differences; /* what happened; where it was not as expected */
    int checks, dead;         /* dead: the script cannot go on */
    cJSON *occurrences;       /* calls so far, by name, for the labels */
    int listener, port;       /* where a client peer finds us */
    int plain;                /* the script goes on without TLS on our side */
    /* our side */
    void *context, *us;
    int fd;
    uint64_t sent, received;
    uint64_t heard; /* of what we sent: read by the peer already */
    /* the wire */
    relay *wire;
    /* the peer */
    int peer_pid, peer_in, peer_out, peer_port;
    char peer_text[65536];
    size_t peer_len;
    cJSON *peer_last; /* its newest report */
};

/* The whole life of a cell; the record says what was observed. The caller bounds the time. */
cJSON *cell_run(const scenario *s, const variant *v, const char *programs);

/* A record of a cell so far without observations. */
cJSON *cell_record(const scenario *s, const variant *v);

/* Adds one difference to a list of them. */
void cell_differ(cJSON *list, const char *clauses, const char *label, const char *field,
                 const char *got, const char *want);

const char *mode_name(mode m);

/* Why a scenario has no cell there, or NULL if it has. */
const char *cell_why_not(const scenario *s, const variant *v);

/* Ends the connection under way and checks what crossed. */
void cell_end_connection(cell *c);

/* Notes ------------------------------------------------------------------------------------- */
void cell_note(cell *c, const char *who, const char *what, cJSON *details); /* owns details */
void cell_check(cell *c, const char *clauses, const char *label, const char *field, int got,
                int want);
void cell_check_text(cell *c, const char *clauses, const char *label, const char *field,
                     const char *got, const char *want);
void cell_stop(cell *c, const char *why); /* the script cannot go on: a failure */
const char *cell_label(cell *c, const char *call, char buf[64]);

/* Our side ---------------------------------------------------------------------------------- */
/* A call that would block is repeated once the socket is ready, unless that is the expectation. */
void us_open(cell *c);
void both_handshake(cell *c);
void us_handshake(cell *c, const char *clauses, int ret, int error, int reason);
void us_adopt(cell *c, const char *clauses, int refused); /* refused: for it holds data */
void us_alert(cell *c, const char *clauses, int want);
void us_alive(cell *c, const char *clauses, int want);
void us_shutdown(cell *c, const char *clauses, int ret, int error, int reason, int flags);
/* Shuts down until it is over, waiting for edges alone; some calls have to say `again`. */
void us_shutdown_by_edges(cell *c, const char *clauses, int ret, int flags);
void us_write(cell *c, const char *clauses, uint64_t bytes);
void us_write_fails(cell *c, const char *clauses, int error, int reason, int flags);
int us_fill(cell *c,
            const char *clauses); /* writes until it would block; bytes of the last write */
void us_read(cell *c, const char *clauses, uint64_t bytes);
void us_read_ends(cell *c, const char *clauses, int flags);
void us_read_fails(cell *c, const char *clauses, int error, int reason, int flags);
void us_set_shutdown(cell *c, const char *clauses, int flags, int ret);
void us_quiet(cell *c, const char *clauses, int on, int ret);
void us_end_of_data(cell *c, const char *clauses, int want);
void us_deadline(cell *c, int ms);
void us_finish(cell *c, const char *clauses, int ret, int error, int reason, int flags);
void us_close(cell *c, const char *clauses, int ret);
void us_free(cell *c, const char *clauses, int session_kept);
void us_clear(cell *c, const char *clauses);
/* Text instead of the pattern, for programs that show what they receive. */
void us_say(cell *c, const char *clauses, const char *text);
void us_hear(cell *c, const char *clauses, const char *text);
/* A second connection, which offers the session of the first; reused by both sides or neither. */
void again(cell *c, const char *clauses, int reused);

/* The peer ---------------------------------------------------------------------------------- */
int peer_start(cell *c);
void peer_stop(cell *c);
void peer_begin(cell *c, const char *step, ...); /* do not wait for the report */
cJSON *peer_end(cell *c, const char *step);      /* the report of the oldest step under way */
cJSON *peer_do(cell *c, const char *step, ...);
void peer_ok(cell *c, const char *step, ...); /* which has to succeed: ret above 0 */
void peer_number(cell *c, const char *clauses, const char *field, int want);
void peer_text(cell *c, const char *clauses, const char *field, const char *want);
void peer_alerts(cell *c, const char *clauses,
                 const char *want); /* "" or "warning close_notify" ... */
void peer_drains(cell *c, const char *clauses,
                 uint64_t bytes); /* all of it, then our close_notify */
void peer_drained(cell *c, const char *clauses,
                  uint64_t bytes); /* the same, of a drain under way */
void peer_shutdown(cell *c, const char *clauses, int ret);
int peer_spawn(cell *c, char *const argv[]);
int peer_line(cell *c, char *line, size_t size); /* its next line; -1: there is none */

/* The peer is openssl s_server or s_client. */
int program_start(cell *c);
void program_says(cell *c, const char *text);
void program_hears(cell *c, const char *clauses,
                   const char *text); /* a line of its output has it */
void program_exits(cell *c, const char *clauses, int status);
void program_dies(cell *c); /* killed; the kernel ends its connection */

#endif
