/*
 * The conformance kit for ports: what an engine supplies to be put on trial.
 *
 * The kit takes the port's part of the connection: it calls the functions of ew_port.h as the core
 * would, over a socket in memory where every send and receive can be made to fail, against a peer
 * whose records it seals itself. An engine joins with one file that defines a kit_engine;
 * docs/porting.md goes through it.
 *
 * The peer speaks TLS 1.2 with ECDHE-ECDSA-AES128-GCM-SHA256 and TLS 1.3 with
 * TLS_AES_128_GCM_SHA256, on P-256. The engine has to agree to that, and to verify nothing.
 */
#ifndef KIT_H
#define KIT_H

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kit_setup {
    int server;              /* our role */
    int tls13;               /* the only version to speak: 1: TLS 1.3, 0: TLS 1.2 */
    const char *certificate; /* PEM files; a server's identity */
    const char *key;
} kit_setup;

/*
 * What the engine cannot do, whatever a port does: cases that break nothing but these obligations
 * are counted apart, with the reason, and tried no further. Patterns are as fnmatch has them. One
 * that no case of a whole run needs is a finding.
 */
typedef struct kit_excuse {
    const char *obligation, *version, *scenario, *fault; /* "1.2", "1.3", "*"; "block*" */
    const char *reason;
} kit_excuse;

/*
 * A way to break an obligation that cannot be seen on this engine, because it has nothing of the
 * kind: the wrong ports called `how` (a pattern; "*" also says that no case of the engine looks at
 * the obligation) need not be caught. One that is caught all the same is a finding.
 */
typedef struct kit_unseen {
    const char *obligation, *how;
    const char *reason;
} kit_unseen;

/* Something that an application can set on the engine at any time, and that a port may rely on. */
typedef struct kit_change {
    const char *name; /* "record-size" */
    void (*make)(void *object);
} kit_change;

enum { KIT_CHANGES_MAX = 4 };

/*
 * The engine's own calls, as an application makes them that has no port: what it adopts was brought
 * so far by them. They go through send and recv of <sys/socket.h> with that descriptor, which are
 * the kit's. 1: done; 0: it waits; -1: it failed.
 */
typedef struct kit_own {
    int (*begin)(void *object, int fd); /* 0, or -1 */
    int (*handshake)(void *object);
    int (*look)(void *object); /* at a byte of data, which stays */
    int (*write)(void *object, const void *buf, int len);
    int (*close)(void *object); /* sends close_notify */
} kit_own;

typedef struct kit_engine {
    const char *name;             /* as --only has it: lower case, no slash */
    const ew_port *port;          /* on trial */
    int has_tls13;                /* it speaks TLS 1.3 too */
    const char *(*version)(void); /* of the engine that is linked */

    /* A new object as port->attach takes it, with its context; not attached. NULL: no memory. */
    void *(*open)(const kit_setup *setup);

    /*
     * After detach: frees the object. 1: another connection could resume its session, 0: it could
     * not, -1: that cannot be told here. If it never can be, `unseen` says why.
     */
    int (*free)(void *object);

    /*
     * Leaves an error of someone else's where the engine keeps errors of the thread, and lets the
     * next call find it. NULL: there is no such place, as `unseen` says.
     */
    void (*stale_error)(void);
    int (*finds_error)(void); /* 1: a port that looked at that place would find one */

    /* Made while the object is attached, each in cases of its own. Up to one that has no name; NULL:
     * the engine has none, as `unseen` says. */
    const kit_change *changes;

    /*
     * Before the handshake: in it the engine will wait that often for something that is not the
     * socket. NULL: there is nothing of the kind that an application can do to it, or its port does
     * not know of it, as `unseen` says.
     */
    void (*pauses)(void *object, int times);

    /* Needed if the port has adopt. */
    const kit_own *own;

    const kit_excuse *excuses; /* up to one that has no obligation; NULL: none are needed */
    const kit_unseen *unseen;  /* likewise */
} kit_engine;

/* What is on trial, up to NULL: in a program of your own, yours. */
extern const kit_engine *const kit_engines[];

#ifdef __cplusplus
}
#endif
#endif
