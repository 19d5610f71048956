/* A connection of ours and its peer, in one process. A subject is an engine, a version and a role. */
#ifndef SYSTEM_WORLD_H
#define SYSTEM_WORLD_H

#include "support.h"

#include "link.h"
#include "plain.h"

typedef enum peer_way {
    PEER_ANSWERS, /* sends data, then answers our close_notify, then ends */
    PEER_FIRST,   /* sends data and its close_notify */
    PEER_SILENT,  /* sends data, and nothing afterwards */
    PEER_MUTE     /* sends no data, and answers our close_notify */
} peer_way;

typedef struct subject {
    char name[32];
    int plain;                 /* no engine but our own */
    variant variant;           /* otherwise */
    const test_engine *engine; /* of that */
} subject;

/* One without an engine, then those of each engine that was built; there once they are made. */
extern subject sys_subjects[];
extern int subject_count;
void subjects_make(void);

/* Over loopback TCP instead of a pair of sockets. */
extern int world_over_tcp;

typedef struct world {
    const subject *subject;
    int nonblocking;
    link_ends l;
    plain_engine plain;
    peer_way way;
    size_t got;      /* bytes of data that the peer has */
    int notice_seen; /* the peer got our close_notify */
    int spoke;       /* the peer sent its data */
    int notice_sent; /* the peer sent its own */
    int greeted;     /* without an engine: the handshake is over */
    int broken;      /* the peer met an error */
    int ended;       /* the peer ended its direction */
    int gone;
} world;

extern const char peer_data[];
enum { PEER_DATA_LEN = 5 };

/* Once for a subject; then a new connection and a new peer for each run. */
void world_make(world *w, const subject *s, int nonblocking);
void world_renew(world *w, peer_way way);
int world_open(world *w); /* what ew_conn_open says */
void world_pump(void *w); /* the peer does what it can */
void world_gone(void *w); /* the peer closes its descriptor */
void world_free(world *w);

#endif
