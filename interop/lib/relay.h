/* The wire observer: carries the bytes between two ends, and notes each TLS record that crosses.
 *
 * It runs in a thread, can hold one direction back (as a slow network would), passes the end of the
 * stream and resets on as they are, and never holds more than a few kilobytes. */
#ifndef INTEROP_RELAY_H
#define INTEROP_RELAY_H

#include <stddef.h>
#include <stdint.h>

enum { FROM_US, FROM_PEER };

enum {
    WIRE_PLAIN = 0, /* bytes that are no TLS record; length counts them all */
    WIRE_CHANGE_CIPHER = 20,
    WIRE_ALERT = 21,
    WIRE_HANDSHAKE = 22,
    WIRE_DATA = 23,
    WIRE_CUT = 100, /* the stream ended inside a record */
    WIRE_EOF,       /* end of the stream */
    WIRE_RESET,     /* the connection was reset by this end */
};

typedef struct {
    int direction, type;
    size_t length; /* of the fragment, without its header */
} wire_event;

typedef struct relay relay;

/* Is shown every byte as it is taken from an end. */
typedef void relay_tap(void *arg, int direction, const uint8_t *bytes, size_t len);
/* Takes over both descriptors. `tap` may be NULL. NULL on failure. */
relay *relay_start(int near_fd, int far_fd, relay_tap *tap, void *arg);
void relay_hold(relay *r, int direction, int on);
/* Waits until that direction has ended; 0 when time is up. */
int relay_wait_end(relay *r, int direction, int ms);
/* 1 if that direction's end has reset the connection, be it behind its FIN, where no event tells. */
int relay_was_reset(relay *r, int direction);
/* Ends the thread; the events can still be read. */
void relay_stop(relay *r);
/* Copies nothing while the relay runs: call relay_stop first. */
const wire_event *relay_events(const relay *r, size_t *count);
void relay_free(relay *r);

#endif
