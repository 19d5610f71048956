/* What the records that crossed hold: see world.h. */
#include "world.h"

#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_UPDATE = 24 };

void world_tap(void *arg, int direction, const uint8_t *bytes, size_t len)
{
    direction_seen *seen = &((world *)arg)->seen[direction];
    if (seen->len + len > seen->room) {
        seen->room = 2 * (seen->len + len);
        seen->bytes = realloc(seen->bytes, seen->room);
        if (!seen->bytes)
            abort(); /* a verdict without its observations would be worthless */
    }
    memcpy(seen->bytes + seen->len, bytes, len);
    seen->len += len;
}

void world_master(world *w, const uint8_t master[48])
{
    memcpy(w->master, master, sizeof w->master);
    w->knows_master = 1;
}

void world_keylog(world *w, const char *label, const uint8_t *secret, size_t len)
{
    int client = strcmp(label, "CLIENT_TRAFFIC_SECRET_0") == 0;
    int server = strcmp(label, "SERVER_TRAFFIC_SECRET_0") == 0;
    if (strcmp(label, "CLIENT_RANDOM") == 0 && len == sizeof w->master)
        world_master(w, secret);
    if (!(client || server) || len != sizeof w->seen[0].secret)
        return;
    direction_seen *seen = &w->seen[client == w->server ? FROM_PEER : FROM_US];
    memcpy(seen->secret, secret, len);
    seen->knows = KNOWS_SECRET;
}

/* Both directions of TLS 1.2, from the master secret and the randoms that the hellos show. */
static int keys_tls12(const world *w, record_keys keys[2])
{
    enum { RANDOM_AT = RECORD_HEADER + 4 + 2, RANDOM = 32 };
    int client = w->server ? FROM_PEER : FROM_US;
    for (int d = 0; d < 2; d++)
        if (w->seen[d].len < RANDOM_AT + RANDOM || w->seen[d].bytes[0] != WIRE_HANDSHAKE)
            return 0;
    return record_keys_tls12(&keys[client], &keys[!client], w->master,
                             w->seen[client].bytes + RANDOM_AT, w->seen[!client].bytes + RANDOM_AT);
}

static int keys_of(const world *w, int d, record_keys *keys)
{
    const direction_seen *seen = &w->seen[d];
    if (seen->knows == KNOWS_SECRET)
        return record_keys_tls13(keys, seen->secret);
    return seen->knows == KNOWS_KEY && record_keys_given(keys, w->tls13, seen->key, seen->iv);
}

/* What a protected record holds. Of TLS 1.3 what the keys of the application traffic do not open is
 * the handshake, and takes no number. */
static record_seen open_record(record_keys *keys, uint64_t *number, const uint8_t *in, size_t len)
{
    static uint8_t out[RECORD_MAX];
    record_keys next = {0};
    uint8_t type = in[0];
    int n = record_open(keys, *number, in, len, &type, out);
    *number += n >= 0 || !keys->tls13;
    if (n < 0)
        return (record_seen){keys->tls13 ? WIRE_HANDSHAKE : type, -1};
    if (keys->tls13 && type == WIRE_HANDSHAKE && n > 0 && out[0] == KEY_UPDATE &&
        record_keys_next(keys, &next)) {
        record_keys_free(keys);
        *keys = next;
        *number = 0;
    }
    return (record_seen){type, type == WIRE_ALERT && n == 2 ? out[0] << 8 | out[1] : -1};
}

/* `keys`: NULL if none are known. */
static void open_direction(direction_seen *seen, record_keys *keys)
{
    uint64_t number = 0;
    int changed = 0;
    seen->records = calloc(seen->len / RECORD_HEADER + 1, sizeof *seen->records);
    if (!seen->records)
        abort();
    for (size_t at = 0, len; at + RECORD_HEADER <= seen->len; at += len) {
        const uint8_t *in = seen->bytes + at;
        len = RECORD_HEADER + ((size_t)in[3] << 8 | in[4]);
        if (at + len > seen->len)
            break;
        int sealed = keys && (keys->tls13 ? in[0] == WIRE_DATA : changed);
        seen->records[seen->count++] =
            sealed ? open_record(keys, &number, in, len) : (record_seen){in[0], -1};
        changed |= in[0] == WIRE_CHANGE_CIPHER;
    }
}

void world_open_records(world *w)
{
    record_keys keys[2] = {0};
    int both = w->knows_master && !w->tls13 && keys_tls12(w, keys);
    for (int d = 0; d < 2; d++) {
        int known = both || keys_of(w, d, &keys[d]);
        open_direction(&w->seen[d], known ? &keys[d] : NULL);
        if (known)
            record_keys_free(&keys[d]);
    }
}
