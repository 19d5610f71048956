/* Adopting what was begun without us: the steps, for an engine whose own calls are given. */
#ifndef EW_TESTS_ADOPTED_H
#define EW_TESTS_ADOPTED_H

#include "link.h"

/* What can be the matter with an engine, in the order in which it comes to that. */
typedef enum moment {
    BEFORE,     /* no byte was sent */
    HALF_WAY,   /* in the midst of the handshake */
    HOLDS_DATA, /* a record was read, and its data not */
    HOLDS_REST, /* ... and all of it but a byte */
    HALF_HEAD,  /* a part of a header is in */
    HALF_IN,    /* a part of a record is in */
    HALF_OUT,   /* a part of a record is out */
    HAS_CLOSED, /* our close_notify is out */
    HEARD_CLOSE,
    MOMENTS
} moment;

/* The engine of our end over the socket l.fd, as an application drives it: 1: done, 0: it waits. */
typedef struct own_calls {
    const ew_port *port;
    void (*begin)(void);
    int (*handshake)(void);
    int (*receive)(void *buf, int len); /* len 0: looks whether there is data */
    int (*write)(const void *buf, int len);
    int (*close)(void);
    const char *refusals[MOMENTS]; /* words in what adopt says */
} own_calls;

void adopted_begin(const variant *v,
                   const own_calls *own); /* both ends, their handshake not done */
void adopted_handshake(const own_calls *own);
void adopted_refused(const own_calls *own, const char *words);

/* Read, write and close through the connection; before it nothing, or data both ways. */
void adopted_goes_on(const variant *v, const own_calls *own, int used);

/* Refused at each moment, with its words. */
void adopted_is_refused(const variant *v, const own_calls *own);

/* Bytes of l.fd, for what `own` sends and receives: a count, or -1. */
long own_send(const void *buf, size_t len);
long own_recv(void *buf, size_t len);

#endif
