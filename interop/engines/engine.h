/*
 * A TLS engine, for all that is not shipped: one table for each, in engines/NAME.c, of which every
 * program takes what it needs. No header of an engine is named here: those of wolfSSL and OpenSSL
 * cannot be read together.
 *
 * A port's object, `object`, is what its attach takes; the engine's file makes it, and may have more
 * behind it. What outlives a connection (certificate, sessions, cache) is in a context. The kit asks
 * for all up to `free`, and for what else is there; docs/porting.md goes through it. Members that
 * may be NULL say what comes of that.
 */
#ifndef ENGINES_ENGINE_H
#define ENGINES_ENGINE_H

#include "endwell.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is said of tickets: nothing, so that the engine does as it is used to; or that there are
 * none in TLS 1.2, which leaves its sessions to caches; or none at all, where an engine can do
 * without. */
enum { TICKETS_OFF, TICKETS_ON, TICKETS_UNSAID, TICKETS_NEVER };

typedef struct tls_setup {
    int server;              /* our role */
    int tls13;               /* the only version to speak: 1: TLS 1.3, 0: TLS 1.2 */
    int tickets;             /* TICKETS_ */
    const char *certificate; /* PEM files; a server's identity */
    const char *key;
} tls_setup;

/* Limits: what an engine cannot do, whatever a port does ------------------------------------- */

/* Every program that excuses an engine reads it here; docs/capabilities.md lists them. */

/* A scenario of the matrix that it has no cells of. */
typedef struct tls_scenario_limit {
    const char *scenario;
    int tls13, server; /* 0, 1; ANY */
    const char *reason;
} tls_scenario_limit;

enum { ANY = -1 };

/*
 * Cases of the kit that break nothing but these obligations are counted apart, with the reason, and
 * tried no further. Patterns are as fnmatch has them. One that no case of a whole run needs is a
 * finding.
 */
typedef struct tls_obligation_limit {
    const char *obligation, *version, *scenario, *fault; /* "1.2", "1.3", "*"; "block*" */
    const char *reason;
} tls_obligation_limit;

/*
 * A way to break an obligation that cannot be seen on this engine, because it has nothing of the
 * kind: the wrong ports called `how` (a pattern; "*" also says that no case of the engine looks at
 * the obligation) need not be caught. One that is caught all the same is a finding.
 */
typedef struct tls_unseen {
    const char *obligation, *how;
    const char *reason;
} tls_unseen;

/* A way of the peer's to send its close_notify that is not seen: such cells of cuts have no end. */
typedef struct tls_notice_limit {
    const char *alert; /* as a cell is named: "parts", "paired" */
    const char *reason;
} tls_notice_limit;

/* What a peer that means well may send, and what may end a connection all the same: no finding of
 * fuzz. */
typedef struct tls_message_limit {
    const char *message; /* "HelloRequest", "KeyUpdate" */
    int tls13;
    const char *reason;
} tls_message_limit;

/* What the engine does if an allocation of its handshake fails: counted apart by system-faults. */
typedef struct tls_memory_limit {
    int crashes, leaks;
    const char *reason; /* NULL: none of it */
} tls_memory_limit;

/* What an engine does its own way on the wire, because it may or because a port cannot keep it from
 * that. Where every sequence is walked, the contract begins where the engine reports. */
typedef struct tls_habits {
    uint8_t most_warnings; /* so many in a row are its reason to give up; 0: it has patience */
    uint8_t most_empty;    /* the same of empty records */
    uint8_t counts_notice; /* the peer's close_notify is one of them */
    uint8_t
        heeds_flag;   /* it sends no alert of its own once the application claims to have closed */
    uint8_t declines; /* a HelloRequest is answered by a warning, while we are not closing */
    uint8_t flushes;  /* what is owed leaves first, and then it says nothing */
    uint8_t answers_early; /* a KeyUpdate is answered at the next post-handshake message, or the
                            * connection fails if a record of ours is not all out by then */
    uint8_t answers_now;   /* so it is at once, and each answer fails if a record is not all out */
    uint8_t hears_once;    /* a second HelloRequest is an error */
    uint8_t counts_all;    /* warnings count wherever they stand, not in a row alone */
    uint8_t reads_on; /* having made its hello it reads at once, though the hello is not all out */
    uint8_t
        counts_fatal; /* a fatal alert is one of the warnings; with TLS 1.3 it is told all the same */
    uint8_t heeds_cancel;  /* user_canceled ends a connection of TLS 1.3 */
    uint8_t shakes_last;   /* a handshake that is asked for again lets what is owed go first */
    uint8_t keeps_notice;  /* what the transport does not take of a close_notify, the port keeps */
    uint8_t drops_session; /* once it has failed, unless it has sent a close_notify */
} tls_habits;

/* Each list up to a row without a name; NULL: there are none. */
typedef struct tls_limits {
    const tls_scenario_limit *scenarios;     /* make interop, world */
    const tls_obligation_limit *obligations; /* make kit */
    const tls_unseen *unseen;                /* make test-kit */
    const tls_notice_limit *notices;         /* make faults */
    const tls_message_limit *messages;       /* make fuzz */
    tls_memory_limit memory;                 /* make system-faults */
    tls_habits habits;                       /* make explore-ours */
} tls_limits;

/* ------------------------------------------------------------------------------------------- */

/* Something that an application can set on the engine at any time, and that a port may rely on. */
typedef struct tls_change {
    const char *name; /* "record-size" */
    void (*make)(void *object);
} tls_change;

/*
 * The engine's own calls, as an application makes them that has no port: what it adopts was brought
 * so far by them. They go through send and recv of <sys/socket.h> with that descriptor, which are
 * the kit's. 1: done; 0: it waits; -1: it failed.
 */
typedef struct tls_own {
    int (*begin)(void *object, int fd); /* 0, or -1 */
    int (*handshake)(void *object);
    int (*look)(void *object); /* at a byte of data, which stays */
    int (*write)(void *object, const void *buf, int len);
    int (*close)(void *object); /* sends close_notify */
} tls_own;

/* Who looks at the wire: what opens the records of TLS 1.2 (the master secret) or TLS 1.3 (the
 * secrets of the traffic, labelled as in key logs), or else the keys of one end's records. */
typedef struct tls_watcher {
    void *arg;
    void (*secret)(void *arg, const char *label, const uint8_t *secret, size_t len);
    void (*master)(void *arg, const uint8_t master[48]);
    void (*keys)(void *arg, int of_server, const uint8_t key[16], const uint8_t iv[12]);
} tls_watcher;

typedef struct tls_engine {
    const char *name;  /* the port's, as --only has it: lower case, no slash */
    const char *title; /* in sentences */
    const ew_port *port;
    size_t object;                /* bytes of the port's object */
    int has_tls13;                /* it speaks TLS 1.3 too */
    const char *(*version)(void); /* of the engine that is linked */

    void *(*context)(const tls_setup *setup); /* NULL: it cannot be had */
    void (*context_free)(void *context);

    /* A new object as port->attach takes it, not attached; a client offers the session that the
     * context has. NULL: no memory. */
    void *(*open)(void *context);

    /*
     * After detach: frees the object. If the session was `kept`, a client's is offered by the next
     * object of the context. 1: another connection could resume it, 0: it could not, -1: that cannot
     * be told here. If it never can be, limits.unseen says why.
     */
    int (*free)(void *context, void *object, int kept);

    /* The handshake resumed a session. Before free, and needed by the matrix only. */
    int (*reused)(void *context, void *object);
    /* Before detach: the same question as to free. NULL: that cannot be told then. */
    int (*resumable)(void *object);

    /*
     * The object's engine made anew, brought through its handshake by its own calls on that
     * descriptor, and adopted by the connection; with `holds`, after a byte of data was looked at.
     * 0; -1: refused, and the engine is as it was; -2: else. NULL: nobody tries that live.
     */
    int (*adopt)(void *context, void *object, ew_conn *conn, int fd, int holds);

    /*
     * Leaves an error of someone else's where the engine keeps errors of the thread, and lets the
     * next call find it. NULL: there is no such place, as limits.unseen says.
     */
    void (*stale_error)(void);
    int (*finds_error)(void); /* 1: a port that looked at that place would find one */
    void (*clear_errors)(void);

    /* Before attach: the engine is to take an end of the transport for a close. NULL: it never does. */
    void (*ignore_eof)(void *object);

    /* Made while the object is attached, each in cases of its own. Up to one that has no name; NULL:
     * the engine has none, as limits.unseen says. */
    const tls_change *changes;

    /*
     * Before the handshake: in it the engine will wait that often for something that is not the
     * socket. NULL: there is nothing of the kind that an application can do to it, or its port does
     * not know of it, as limits.unseen says.
     */
    void (*pauses)(void *object, int times);

    /* Needed if the port has adopt. */
    const tls_own *own;

    /* Offers AES-128-GCM with SHA-256 alone, and tells the watcher, which stays, what it can tell;
     * before the handshake. Then the rest, after it; NULL: there is none. 0, or -1. NULL: the engine
     * has no part in make world. */
    int (*watch)(void *context, void *object, const tls_watcher *watcher);
    int (*watched)(void *object, const tls_watcher *watcher);

    tls_limits limits;
} tls_engine;

#ifdef __cplusplus
}
#endif
#endif
