/* Our side against any TLS program: one connection, driven by steps, watched on the wire.
 *
 * What each step has to give is not known before, because the peer is not ours. It follows from the
 * specification and from what crossed: an end of data needs a close_notify on the wire, a
 * truncation needs an end without one. So results are kept, and judged once the wire is complete. */
#ifndef INTEROP_WORLD_H
#define INTEROP_WORLD_H

#include "relay.h"
#include "side.h"

#include <cjson/cJSON.h>
#include <stdint.h>

enum { CALLS_MAX = 16, ALERTS_MAX = 8, TAIL = 24 };
enum { CLOSE_NOTIFY = 1 << 8 }; /* an alert as a number: its level << 8 | its description */

/* A record that crossed: its content type (WIRE_), and the alert in it, -1 if it cannot be read. */
typedef struct {
    int type, alert;
} record_seen;

/* One direction of the wire, byte for byte, and what the records hold. */
typedef struct {
    uint8_t *bytes;
    size_t len, room;
    record_seen *records;
    size_t count;
    int knows;               /* KNOWS_, of what opens the records */
    uint8_t secret[32];      /* of TLS 1.3 application traffic, which the keys come from */
    uint8_t key[16], iv[12]; /* ... or the keys alone */
} direction_seen;

enum { KNOWS_NOTHING, KNOWS_SECRET, KNOWS_KEY };

/* How a call ended; the same words stand in the evidence. */
typedef struct {
    const char *step;
    int ret, error, reason, err; /* err: errno if ret is -1 */
    int ms;                      /* how long it took */
    int peer_ended;              /* the peer's direction was over when it returned */
    int after_fin;               /* our direction was over when it was made */
} call_result;

typedef struct world world;

struct world {
    const side_ops *ops;
    int tls13, server;
    int port, listener; /* where the peer listens; or where we do */
    const char *cert, *key;
    void *context, *us;
    int fd;
    relay *wire;
    direction_seen seen[2];
    int knows_master;
    uint8_t master[48]; /* TLS 1.2: the keys of both directions come from it */
    call_result calls[CALLS_MAX];
    int count;
    int stopped;                       /* the script cannot go on: what is left is the close */
    int incomplete;                    /* the peer did not say what it was to say */
    int finned, dropped, closed;       /* our TCP direction; no close_notify; ew_conn_close done */
    uint64_t received, received_after; /* bytes of data; those after our close_notify */
    uint64_t heard;                    /* of the first: those of the dialogue before the order */
    char tail[TAIL + 1];               /* the last of them; what cannot be printed as a dot */
    int notice_made, end_of_data;
    cJSON *differences;
    const char *limit; /* of the engine, by which it does not do what is specified; NULL: it does */
    int checks;
};

/* Our side's engine, by its name; -1 if there is no port for it here. */
int world_engine(world *w, const char *name);
/* The engine at that place in the list of those that were built; NULL behind the last. */
const side_ops *world_engine_at(int at);

/* Before the handshake, and once it is done: the engine agrees to AES-128-GCM with SHA-256, and tells
 * what opens its records. 0, or -1. */
int world_watches(world *w, int connected);

/* What crossed, counted. */
typedef struct {
    int alerts[2], eof[2], reset[2], cut[2]; /* by direction */
    int lost;                                /* the peer reset the connection, at any time */
    int after_alert[2];                      /* records behind an alert of the same direction */
    int wire_alerts[2][ALERTS_MAX];          /* what they were, -1 if they cannot be read */
    int peer_notice_before_our_fin;
    int peer_records_after_our_alert; /* other than its own alert */
    int peer_notice_before_its_end;
} wire_summary;

/* What the tap of the relay is given, and what a key log says; then, once all has crossed, opens
 * the records: with mbedTLS's cryptography, so that no engine is judged by its own word. */
void world_tap(void *arg, int direction, const uint8_t *bytes, size_t len);
void world_keylog(world *w, const char *label, const uint8_t *secret, size_t len);
void world_master(world *w, const uint8_t master[48]);
void world_open_records(world *w);

/* The steps; 0, or -1 with a message if there is no such step. The text of a step is changed. */
int world_step(world *w, char *step);
wire_summary world_wire(const world *w);
/* Holds what happened to the specification; fills w->differences. */
void world_judge(world *w, const wire_summary *s);
/* What was observed, for whoever judges the peer. */
cJSON *world_record(const world *w, const wire_summary *s);

#endif
