/* See peer.h. */
#include "peer.h"

#include <string.h>

enum { RECORD_ROOM = 64 };

/* Before any KeyUpdate: the linker has the walk give them to us as well. */
static record_keys keys[2];
static bool has_keys;

bool __real_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2]);
bool __wrap_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2]);
bool __wrap_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2])
{
    has_keys = record_keys_tls13(&keys[OURS], ours) && record_keys_tls13(&keys[PEERS], peers);
    return has_keys && __real_wire_keys_tls13(w, ours, peers, number);
}

bool __real_wire_keys_tls12(wire *w, const uint8_t master[48], const uint8_t client_random[32],
                            const uint8_t server_random[32]);
bool __wrap_wire_keys_tls12(wire *w, const uint8_t master[48], const uint8_t client_random[32],
                            const uint8_t server_random[32]);
bool __wrap_wire_keys_tls12(wire *w, const uint8_t master[48], const uint8_t client_random[32],
                            const uint8_t server_random[32])
{
    has_keys = record_keys_tls12(&keys[w->client ? OURS : PEERS], &keys[w->client ? PEERS : OURS],
                                 master, client_random, server_random);
    return has_keys && __real_wire_keys_tls12(w, master, client_random, server_random);
}

record_keys *peer_knows_our_keys(void)
{
    return has_keys ? &keys[OURS] : NULL;
}

static bool put(wire *w, const uint8_t *bytes, int length)
{
    if (length < 0 || w->in_length + length > IN_MAX) {
        return false;
    }
    memcpy(w->in + w->in_length, bytes, (size_t)length);
    w->in_length = (uint16_t)(w->in_length + length);
    return true;
}

static bool put_record(wire *w, kind k, const uint8_t *record, int length)
{
    if (w->crossed == CROSSED_MAX || !put(w, record, length)) {
        return false;
    }
    w->record[w->crossed++] = (uint8_t)k;
    return true;
}

/* A message of the handshake's, as the peer's next record. */
static bool sends(wire *w, const uint8_t *message, size_t len)
{
    uint8_t record[RECORD_ROOM];
    int length =
        record_seal(&keys[PEERS], w->number[PEERS], RECORD_HANDSHAKE, message, len, record);
    if (!put_record(w, OTHER_RECORD, record, length)) {
        return false;
    }
    w->number[PEERS]++;
    return true;
}

bool peer_sends_half(wire *w)
{
    static const uint8_t half[] = {24, 0, 0};
    return w->generation[PEERS] == 0 && sends(w, half, sizeof half);
}

bool peer_asks_anew(wire *w)
{
    static const uint8_t hello[] = {1, 0, 0, 0};
    return sends(w, hello, sizeof hello);
}

bool peer_closes_in_the_clear(wire *w)
{
    static const uint8_t record[] = {RECORD_ALERT, 3, 3, 0, 2, 1, 0};
    return put_record(w, w->start == FRESH ? CLOSE_NOTIFY : FORGED, record, sizeof record);
}

/* The same each time: with that number there is no other record. */
static int data_record(int number, uint8_t record[RECORD_ROOM])
{
    return record_seal(&keys[PEERS], (uint64_t)number, RECORD_DATA, (const uint8_t *)"data",
                       DATA_LENGTH, record);
}

bool peer_sends_part(wire *w)
{
    uint8_t record[RECORD_ROOM];
    if (data_record(w->number[PEERS], record) < PART || !put_record(w, DATA, record, PART)) {
        return false;
    }
    w->number[PEERS]++;
    return true;
}

bool peer_sends_rest(wire *w)
{
    uint8_t record[RECORD_ROOM];
    int length = data_record(w->number[PEERS] - 1, record);
    return put(w, record + PART, length - PART);
}
