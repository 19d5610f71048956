/*
 * The calls through pointers: to the io and to the port. Each is a function of one
 * line, and nothing else in the connection and the transport makes an indirect call
 * or converts from void * but the entries in dispatch.c (src/tests/check_shape).
 * What stands here is outside what can be proven with Frama-C; the rest is not.
 */
#ifndef EW_DISPATCH_H
#define EW_DISPATCH_H

#include "ew_io.h"
#include "ew_port.h"
#include "ew_transport.h"

/* The io ------------------------------------------------------------------- */

static inline int endwell_io_send(const ew_transport *t, const uint8_t *buf, size_t len, int *error)
{
    return t->io->send(t->io_context, buf, len, error);
}

static inline int endwell_io_recv(const ew_transport *t, uint8_t *buf, size_t len, int *error)
{
    return t->io->recv(t->io_context, buf, len, error);
}

static inline void endwell_io_end_sending(const ew_transport *t)
{
    t->io->half_close(t->io_context);
}

static inline void endwell_io_close(const ew_transport *t)
{
    t->io->close(t->io_context);
}

static inline int endwell_io_wait(const ew_transport *t, uint8_t what, int ms, int *error)
{
    return t->io->wait(t->io_context, what, ms, error);
}

static inline int64_t endwell_io_now_ms(const ew_transport *t)
{
    return t->io->now_ms(t->io_context);
}

static inline int endwell_io_release(const ew_transport *t)
{
    return t->io->release(t->io_context);
}

/* The port ----------------------------------------------------------------- */

static inline int endwell_port_attach(const ew_port *p, void *engine, ew_transport *t)
{
    return p->attach(engine, t);
}

static inline int endwell_port_adopt(const ew_port *p, void *engine, ew_transport *t)
{
    return p->adopt(engine, t);
}

static inline void endwell_port_detach(const ew_port *p, void *engine, int session_kept)
{
    p->detach(engine, session_kept);
}

static inline int endwell_port_clear(const ew_port *p, void *engine, int session_kept)
{
    return p->clear(engine, session_kept);
}

static inline uint8_t endwell_port_handshake(const ew_port *p, void *engine)
{
    return p->handshake(engine);
}

static inline uint8_t endwell_port_flush(const ew_port *p, void *engine)
{
    return p->flush(engine);
}

static inline uint8_t endwell_port_send_close_notify(const ew_port *p, void *engine)
{
    return p->send_close_notify(engine);
}

static inline uint8_t endwell_port_receive(const ew_port *p, void *engine)
{
    return p->receive(engine);
}

static inline int endwell_port_take(const ew_port *p, void *engine, uint8_t *buf, int len)
{
    return p->take(engine, buf, len);
}

static inline int endwell_port_peek(const ew_port *p, void *engine, uint8_t *buf, int len)
{
    return p->peek(engine, buf, len);
}

static inline int endwell_port_pending(const ew_port *p, const void *engine)
{
    return p->pending(engine);
}

static inline uint8_t endwell_port_write(const ew_port *p, void *engine, const uint8_t *buf,
                                         int len, int *written)
{
    return p->write(engine, buf, len, written);
}

/* The other side of the entries of the transport -------------------------- */

int endwell_transport_send(ew_transport *t, const uint8_t *buf, size_t len);
int endwell_transport_recv(ew_transport *t, uint8_t *buf, size_t len);

/* Ends our direction, once: from then on the transport hands nothing to `send`. */
void endwell_io_half_close(ew_transport *t);

#endif
