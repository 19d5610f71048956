/* See peer.h. */
#include "peer.h"

#include "records.h"

#include <string.h>

/* Those of the peer, before any KeyUpdate of its own: the linker has the walk give them to us as well. */
static record_keys keys;

bool __real_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2]);
bool __wrap_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2]);
bool __wrap_wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                            const uint16_t number[2])
{
    return record_keys_tls13(&keys, peers) && __real_wire_keys_tls13(w, ours, peers, number);
}

static bool put_record(wire *w, kind k, const uint8_t *record, size_t length)
{
    if (w->in_length + length > IN_MAX || w->crossed == CROSSED_MAX) {
        return false;
    }
    memcpy(w->in + w->in_length, record, length);
    w->in_length = (uint16_t)(w->in_length + length);
    w->record[w->crossed++] = (uint8_t)k;
    return true;
}

bool peer_sends_half(wire *w)
{
    static const uint8_t half[] = {24, 0, 0};
    uint8_t record[64];
    int length = -1;
    if (w->generation[PEERS] == 0) {
        length = record_seal(&keys, w->number[PEERS], RECORD_HANDSHAKE, half, sizeof half, record);
    }
    if (length < 0 || !put_record(w, OTHER_RECORD, record, (size_t)length)) {
        return false;
    }
    w->number[PEERS]++;
    return true;
}

bool peer_closes_in_the_clear(wire *w)
{
    static const uint8_t record[] = {RECORD_ALERT, 3, 3, 0, 2, 1, 0};
    return put_record(w, w->start == FRESH ? CLOSE_NOTIFY : FORGED, record, sizeof record);
}
