/* The transport between us and the peer: it does what it is told, and says which records crossed.
 *
 * The peer is no library: its records are made here with the keys of the connection, and ours are
 * opened with them, so that what was sent is what a peer could read. Everything that changes is in
 * the structure, which is copied to save and to restore. */
#ifndef EXPLORE_WIRE_H
#define EXPLORE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IN_MAX = 2048, OUT_MAX = 512, CROSSED_MAX = 250, DATA_LENGTH = 4, PART = 7 };

typedef enum {
    NO_RECORD,
    DATA,
    EMPTY,
    CLOSE_NOTIFY,
    FATAL_ALERT, /* of the peer: handshake_failure */
    WARNING,     /* user_canceled; unrecognized_name with TLS 1.2 */
    TICKET,
    KEY_UPDATE,
    HELLO_REQUEST,
    CLIENT_HELLO,
    DECODE_ERROR, /* and the alerts that an end sends by itself */
    UNEXPECTED_MESSAGE,
    OTHER_ALERT,
    OTHER_RECORD,
    FORGED, /* does not open: sealed with another number */
    KINDS
} kind;

/* How the connection is at the start: established; established, with
 * SSL_OP_IGNORE_UNEXPECTED_EOF; before its handshake, with a peer that stays silent. */
typedef enum { ESTABLISHED, IGNORING_EOF, FRESH, STARTS } beginning;

typedef enum { TAKES_ALL, IS_FULL, TAKES_PART, TAKES_NOTHING, WRITE_FAILS } writing;
typedef enum { READ_WORKS, READ_ENDED, READ_FAILS } reading;

/* Records in their order, four bits each, the last one lowest. 0: none. */
typedef uint32_t records;

typedef struct {
    uint8_t start;
    bool tls13, client; /* client: we are it */
    uint8_t writing, reading;
    uint8_t generation[2]; /* KeyUpdates so far: of ours, of the peer's */
    uint16_t number[2];    /* of the next record: ours, the peer's */
    uint16_t in_length, out_length, crossed;
    uint16_t taken, in_left; /* the peer's records that were read whole; of the next, to be read */
    uint8_t took;            /* the last of them since it was last cleared: a kind */
    bool owes;               /* what was last written to it was not all taken */
    bool blocks;             /* who reads waits, and the peer closes then */
    bool waited, flushed;    /* since they were last cleared */
    bool cancels;            /* the peer's warnings are user_canceled with TLS 1.2, too */
    records sent;            /* of ours, whole, since it was last cleared */
    uint8_t record[CROSSED_MAX]; /* the peer's records, by kind */
    uint8_t out[OUT_MAX];        /* of ours, what is not a whole record yet */
    uint8_t in[IN_MAX];          /* of the peer's, what was not read yet */
} wire;

enum { OURS, PEERS };

/* The keys of a TLS 1.3 or TLS 1.2 connection that was just established. `number`: how many records
 * were sealed with them, ours and the peer's. false: out of memory. */
bool wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                     const uint16_t number[2]);
bool wire_keys_tls12(wire *w, const uint8_t master[48], const uint8_t client_random[32],
                     const uint8_t server_random[32]);

/* The peer sends a record. false: there is no room for it. */
bool wire_peer_sends(wire *w, kind k);

/* What an end does with the transport. The count; 0: the end, or nothing was taken; WIRE_... */
enum { WIRE_BLOCKED = -1, WIRE_FAILED = -2 };
int wire_read(wire *w, void *buf, int len);
int wire_write(wire *w, const void *buf, int len);

records records_and(records sent, kind k);
const char *kind_name(kind k);
/* "data and close_notify"; "nothing". */
void records_text(records sent, char *buf, size_t size);
/* The records that such a text names; false if it names none. */
bool records_parse(const char *text, size_t length, records *out);

#endif
