/* Our side of a cell: Endwell on one of its ports, or plain libssl called directly.
 *
 * A context belongs to a cell and holds what outlives a connection: certificate, session, cache.
 * The calls and their results are those of endwell.h; plain libssl gives its nearest equivalent. */
#ifndef INTEROP_SIDE_H
#define INTEROP_SIDE_H

#include "engines/engine.h"

typedef struct {
    const char *name;
    const tls_engine *tls;
    void *(*context)(const tls_setup *setup); /* NULL on failure */
    void (*context_free)(void *context);
    void *(*open)(void *context, int fd); /* takes fd over; offers the session kept before */
    /*
     * The same, nonblocking, with the connection over a pair in memory: the loop around each call
     * carries between it and the socket. NULL: not on this side.
     */
    void *(*open_in_memory)(void *context, int fd);
    /*
     * Shakes hands by the engine's own calls, and has the connection adopted; with `holds`, after a
     * byte of data was looked at. 0; -1: refused, and the engine is as it was. NULL: not on this
     * side.
     */
    int (*adopt)(void *side, int fd, int holds);
    int (*handshake)(void *side); /* 1, -1 */
    int (*read)(void *side, void *buf, int len);
    int (*write)(void *side, const void *buf, int len);
    int (*shutdown)(void *side);
    int (*get_error)(void *side, int ret); /* EW_ERROR_ */
    int (*get_reason)(void *side);         /* EW_REASON_, or -1: this side has none */
    int (*alert)(void *side);              /* its number; -1: none. NULL: this side has none */
    int (*alive)(void *side);              /* NULL: the same */
    int (*get_shutdown)(void *side);
    int (*set_shutdown)(void *side, int flags); /* 1, -1 */
    int (*set_quiet)(void *side, int on);       /* 1, -1 */
    int (*end_of_data)(void *side);
    void (*set_deadline)(void *side, int ms);
    int (*finish)(void *side);                                /* full close; TCP stays open */
    int (*close)(void *side, int drain_ms, size_t drain_max); /* orderly close, TCP too */
    int (*release)(void *side);                               /* the descriptor, for plaintext */
    int (*clear)(void *side);
    int (*reused)(void *side); /* the handshake resumed a session */
    int (*free)(void *side);   /* closes TCP if open; 1 if the session is kept */
} side_ops;

/* Endwell on each port that was built; ends with NULL. */
extern const side_ops *const sides[];
extern const side_ops side_libssl;

#endif
