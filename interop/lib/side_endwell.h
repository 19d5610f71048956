/* Endwell on our side: what all ports have in common. */
#ifndef INTEROP_SIDE_ENDWELL_H
#define INTEROP_SIDE_ENDWELL_H

#include "endwell.h"
#include "io_memory.h"
#include "side.h"

/* The pair that a connection in memory is over, and the socket behind it. */
typedef struct {
    ew_memory pair;
    uint8_t there[20000], back[20000];
    uint8_t out[4096]; /* taken from the pair, and not yet by the socket */
    size_t out_at, out_len;
    int ended; /* the socket: ended by us */
} endwell_loop;

/* What the side of each port begins with: the shared calls see only this. */
typedef struct {
    ew_conn conn;
    endwell_loop *loop; /* NULL: the connection has the socket itself */
    int fd;             /* of the loop; -1: closed */
    const tls_engine *tls;
    void *context, *object; /* the engine's */
} endwell_side;

/* What outlives a connection, on that engine; what `context` of a port's side makes. */
typedef struct {
    const tls_engine *tls;
    void *context;
} endwell_context;

void *endwell_side_context(const tls_engine *tls, const tls_setup *setup);
void endwell_context_free(void *context);
void *endwell_side_open(void *context, int fd);
void *endwell_open_in_memory(void *context, int fd);
int endwell_adopt(void *side, int fd, int holds);
int endwell_reused(void *side);
int endwell_free(void *side);

int endwell_handshake(void *side);
int endwell_read(void *side, void *buf, int len);
int endwell_write(void *side, const void *buf, int len);
int endwell_shutdown(void *side);
int endwell_get_error(void *side, int ret);
int endwell_get_reason(void *side);
int endwell_alert(void *side);
int endwell_alive(void *side);
int endwell_get_shutdown(void *side);
int endwell_set_shutdown(void *side, int flags);
int endwell_set_quiet(void *side, int on);
int endwell_end_of_data(void *side);
void endwell_set_deadline(void *side, int ms);
int endwell_finish(void *side);
int endwell_close(void *side, int drain_ms, size_t drain_max);
int endwell_release(void *side);
int endwell_clear(void *side);

/* The calls that are the same for all ports, as initializers. */
#define ENDWELL_SIDE_CALLS                                                                         \
    .context_free = endwell_context_free, .open = endwell_side_open,                               \
    .open_in_memory = endwell_open_in_memory, .reused = endwell_reused, .adopt = endwell_adopt,    \
    .free = endwell_free, .handshake = endwell_handshake, .read = endwell_read,                    \
    .write = endwell_write, .shutdown = endwell_shutdown, .get_error = endwell_get_error,          \
    .get_reason = endwell_get_reason, .alert = endwell_alert, .alive = endwell_alive,              \
    .get_shutdown = endwell_get_shutdown, .set_shutdown = endwell_set_shutdown,                    \
    .set_quiet = endwell_set_quiet, .end_of_data = endwell_end_of_data,                            \
    .set_deadline = endwell_set_deadline, .finish = endwell_finish, .close = endwell_close,        \
    .release = endwell_release, .clear = endwell_clear

#endif
