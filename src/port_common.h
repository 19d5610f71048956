/*
 * What the ports do alike whose engine keeps a record until the socket has all of it. `pending`
 * is the port's account of that record: bytes of application data in it, 0 if there is none.
 * For ports; it is installed with the kit.
 */
#ifndef EW_PORT_COMMON_H
#define EW_PORT_COMMON_H

#include "ew_port.h"

/* How much of len bytes (1 ..) there is room for. */
static inline int ew_port_fitting(int len, size_t room)
{
    return ((size_t)len > room) ? (int)room : len;
}

/*
 * For write, before it asks the engine: what is pending is repeated with no less. A part of it
 * would be told of as more than was given, or be read from beyond its end.
 */
static inline uint8_t ew_port_repeated(ew_transport *t, int pending, int len)
{
    uint8_t result = EW_EVENT_DONE;

    if (len < pending) {
        ew_transport_begin(t); /* a call like any other: what the last one met is not its own */
        result = ew_transport_changed(
            t, EW_WORDS("a write was repeated with less than its record holds"));
    }
    return result;
}

/* For write: the engine says that it took `took` (1 ..) of len bytes, which are pending from now. */
static inline uint8_t ew_port_took(ew_transport *t, int took, int len, int *pending)
{
    uint8_t result = EW_EVENT_DONE;

    if (took > len) {
        result = ew_transport_changed(t, EW_WORDS("the engine took more than it was given"));
    } else {
        *pending = took;
    }
    return result;
}

/* What flush says, of what came of handing over all that the engine holds. */
static inline uint8_t ew_port_flushed(uint8_t result, int *pending)
{
    if (result == EW_EVENT_DONE) {
        *pending = 0;
    }
    return result;
}

/* What write says: it tells of a record once, when the last of it is out. */
static inline uint8_t ew_port_written(uint8_t result, int *pending, int *written)
{
    if (result == EW_EVENT_DONE) {
        *written = *pending;
    }
    return ew_port_flushed(result, pending);
}

/* What send_close_notify says: whether the alert is out the transport knows, not the engine. */
static inline uint8_t ew_port_closed(const ew_transport *t, uint8_t result)
{
    uint8_t not_out = (result == EW_EVENT_DONE) ? EW_EVENT_TLS_ERROR : result;

    return (ew_transport_is_shut(t) != 0) ? EW_EVENT_DONE : not_out;
}

#endif
