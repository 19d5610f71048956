/* The peer: plain OpenSSL for the handshake, over the socket in memory; from then on every record of
 * its is sealed here and every record of ours is opened here, by another library's cryptography. */
#ifndef KIT_PEER_H
#define KIT_PEER_H

#include "kit.h"
#include "records.h"

/* What a record of the peer's is about, as the kit means it. */
typedef enum { MEANS_NOTHING, MEANS_DATA, MEANS_CLOSE, MEANS_ERROR, MEANS_FORGED } meaning;

enum { SENT_MAX = 2048, CONTENT_MAX = 16384 };

typedef struct {
    const tls_setup *setup;
    int done; /* the handshake */
    record_keys ours, theirs;
    uint64_t ours_number, theirs_number; /* of the next record */
    struct {
        size_t end; /* in what was delivered */
        meaning is;
        int alert_0;  /* a close_notify by its number, at any level but fatal, however long */
    } sent[SENT_MAX]; /* the peer's records */
    int sent_count;
    size_t read_at;   /* of what left the port: the handshake read this far */
    size_t record_at; /* ... and here the first record lies that was not opened yet */
    /* What our records were: */
    size_t data;       /* bytes of application data */
    int close_notices; /* close_notify alerts */
    int alert;         /* the number of the last alert of the peer's; -1: none */
    int errors;        /* other alerts, but for warnings of TLS 1.2 */
    int broken;        /* one could not be opened: nothing after it can */
} peer_state;

extern peer_state kit_peer;

/* A peer that has not said anything yet. 0, or -1 with a message. */
int kit_peer_start(const tls_setup *setup);

/* The handshake, as far as it goes with what has come. */
void kit_peer_goes_on(void);

/* Seals and delivers a record; returns its length. `cut`: so many bytes of it only, if not 0. */
void peer_sends(uint8_t type, const void *content, size_t len, meaning is, size_t cut);

/* Delivers a KeyUpdate of TLS 1.3, that wants an answer or not, and goes on with other keys. */
void peer_updates_keys(int wants_answer);

/* The record, not delivered: its length. */
size_t peer_seals(uint8_t type, const void *content, size_t len, uint8_t *out);

/* Delivers what is no authentic record, or one that was made by hand. */
void peer_sends_bytes(const void *bytes, size_t len, meaning is);

/* The record of the peer's in which that byte lies: its end, and what it means. */
size_t peer_record_end(size_t at, meaning *is);

/* Whether a complete record of that meaning was taken in; or a close_notify by its number alone (alert_0). */
int peer_was_heard(meaning is);
int peer_alert_0_was_heard(void);

/* Opens what has left the port since the last time, and holds it against the obligations. */
void kit_peer_reads(void);

/* Bytes of a record that is not all out. */
size_t peer_unfinished(void);

/* The application's data: the byte at that place in it. Memory that is not its data is filled with
 * the other one. */
uint8_t peer_pattern(size_t at);
enum { OTHER_MEMORY = 0xA5 };

#endif
