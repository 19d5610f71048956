/* The peer: libssl over memory, following one of the close orders. */
#ifndef FAULT_PEER_H
#define FAULT_PEER_H

#include "engines/openssl.h"
#include "records.h"
#include "cell.h"

enum { FIRST_DATA = 24, ALL_DATA = FIRST_DATA + 9 }; /* two records each way */

typedef struct {
    SSL *ssl;
    BIO *in, *out;
    const fault_plan *plan;
    int ready, armed, sent, failed;
    size_t made; /* bytes of the flight */
    fault_record records[RECORDS_MAX];
    int count;
    size_t notice_end;
    /* of what we sent */
    size_t received;
    int intact, notice_seen;
    /* for records made by hand */
    uint8_t secret[32];
    uint64_t number; /* of the next record under the keys of the data */
} fault_peer;

int peer_open(fault_peer *p, const fault_plan *plan, libssl_context_t *context);
/* The handshake, then the order. */
void peer_step(fault_peer *p);
void peer_arm(fault_peer *p);
/* Data in whole records of the first `bytes` of the flight. */
size_t peer_data_in(const fault_peer *p, size_t bytes);
void peer_close(fault_peer *p);
/* Settles the cipher, and has secrets and records noted. */
void peer_prepare(libssl_context_t *context);

#endif
