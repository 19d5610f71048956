/*
 * An engine without cryptography, and its port: TLS records in the clear. Real engines cost a
 * thousand times what the connection does; this one is there to repeat that without end.
 */
#ifndef SYSTEM_PLAIN_H
#define SYSTEM_PLAIN_H

#include <stdint.h>

#include "ew_port.h"

enum { PLAIN_MAX = 256, PLAIN_HEADER = 5, PLAIN_RECORD = PLAIN_HEADER + PLAIN_MAX };

enum { PLAIN_ALERT = 21, PLAIN_HELLO = 22, PLAIN_DATA = 23 };

typedef struct plain_engine {
    ew_transport *transport;
    uint8_t out[PLAIN_RECORD]; /* a record of ours */
    int out_len;
    int out_at;               /* what is out of it */
    int pending;              /* data in it that write has not reported */
    uint8_t in[PLAIN_RECORD]; /* a record of theirs */
    int in_have;
    int data_at; /* in a whole record of data: what was taken */
    uint8_t holds;
    uint8_t greeted;
    uint8_t closed;
} plain_engine;

extern const ew_port plain_port;

void plain_init(plain_engine *e);

/* A record at `to`; its length. */
int plain_record(uint8_t *to, uint8_t type, const void *body, int len);

#endif
