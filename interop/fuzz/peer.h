/* The peer: plain OpenSSL for the handshake; from then on every record of its is sealed here, and
 * every record of ours opened, by another library's cryptography. So it can say what no library
 * would, and sees what we really sent. */
#ifndef FUZZ_PEER_H
#define FUZZ_PEER_H

#include "engines/engine.h"
#include "records.h"

#include <stddef.h>
#include <stdint.h>

/* What a record of the peer's is. */
typedef enum {
    SAYS_NOTHING, /* data of ours to read: none; authentic */
    SAYS_DATA,
    SAYS_CLOSE, /* close_notify */
    SAYS_HARM   /* nothing authentic can follow */
} saying;

typedef struct {
    int server, tls13; /* our role */
    int epoch;         /* how often both sides have started over */
    int done, broken;  /* the handshake; it failed */
    int closed;        /* the peer said its close_notify, or something that ends all */
    int updates;       /* it said a KeyUpdate */
    int garbled;       /* bytes of no record were said before there were keys */
    int zero;          /* what an engine reads as an error alert of the number 0 may have come */
    uint64_t said;     /* bytes of data that the peer said */
    /* Of our records: */
    uint64_t data; /* bytes of application data */
    int notices;   /* close_notify alerts */
    int errors;    /* fatal alerts */
    int records;   /* of data, in the call under way */
    size_t newest; /* length of the last of them */
    int late;      /* our records could not be opened when they were sent: nobody had keys yet */
} peer_state;

extern peer_state fuzz_peer;

/* The certificate and its key, PEM. Once. */
void peer_identity(const char *certificate, const char *key);

/* A peer that has said nothing yet, for our role and version. 0, or -1. */
int fuzz_peer_start(int server, int tls13);
int peer_starts_over(void); /* after a clear */
void peer_free(void);

/* The handshake, as far as it goes with what the peer has read; it says what it has to. */
void fuzz_peer_goes_on(void);

/* Opens our records up to the last that the socket took, and judges them (oracle.c). */
void peer_opens(void);

/* Says a record; without keys, in the clear. */
void fuzz_peer_says(uint8_t type, const void *content, size_t len, saying is);

/* One that is not authentic. */
void fuzz_peer_forges(uint8_t type, const void *content, size_t len);

/* So many bytes of data. */
void peer_says_data(size_t len);

/* A KeyUpdate; with TLS 1.3 only. */
void peer_updates_key(int asks);

/* The keys of our records, as they are now; NULL: it has none. */
record_keys *peer_reads_us_with(void);

/* What our side has taken in: the data in whole authentic records, and whether a close_notify. */
uint64_t peer_data_given(void);
int peer_close_given(void);
int peer_alert_0_given(void); /* ... by its number alone, at any level but fatal, however long */
int peer_harm_given(void);

#endif
