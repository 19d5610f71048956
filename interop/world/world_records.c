/* What the records that crossed hold: see world.h. */
#include "world.h"

#include "../records.h"

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

/* A label, the client's random, and the secret in hexadecimal digits. */
void world_keylog(world *w, const char *line)
{
    const char *hex = strrchr(line, ' ');
    int client = strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0;
    int server = strncmp(line, "SERVER_TRAFFIC_SECRET_0 ", 24) == 0;
    if (!hex || !(client || server) || strlen(hex + 1) != 64)
        return;
    direction_seen *seen = &w->seen[client == w->server ? FROM_PEER : FROM_US];
    for (int i = 0; i < 32; i++) {
        unsigned byte;
        sscanf(hex + 1 + 2 * i, "%2x", &byte);
        seen->secret[i] = (uint8_t)byte;
    }
    seen->has_secret = 1;
}

/* Opens what is protected by the keys of the application traffic; the rest of what is protected is
 * the handshake. */
static record_seen open_record(record_keys *keys, uint64_t *number, const uint8_t *in, size_t len)
{
    static uint8_t out[RECORD_MAX];
    record_keys next = {0};
    uint8_t type = 0;
    int n = record_open(keys, *number, in, len, &type, out);
    if (n < 0)
        return (record_seen){WIRE_HANDSHAKE, -1};
    ++*number;
    if (type == WIRE_HANDSHAKE && n > 0 && out[0] == KEY_UPDATE && record_keys_next(keys, &next)) {
        record_keys_free(keys);
        *keys = next;
        *number = 0;
    }
    return (record_seen){type, type == WIRE_ALERT && n == 2 ? out[0] << 8 | out[1] : -1};
}

static void open_direction(direction_seen *seen)
{
    record_keys keys = {0};
    uint64_t number = 0;
    int tls13 = seen->has_secret && record_keys_tls13(&keys, seen->secret);
    seen->records = calloc(seen->len / RECORD_HEADER + 1, sizeof *seen->records);
    if (!seen->records)
        abort();
    for (size_t at = 0, len; at + RECORD_HEADER <= seen->len; at += len) {
        const uint8_t *in = seen->bytes + at;
        len = RECORD_HEADER + ((size_t)in[3] << 8 | in[4]);
        if (at + len > seen->len)
            break;
        seen->records[seen->count++] = tls13 && in[0] == WIRE_DATA
                                           ? open_record(&keys, &number, in, len)
                                           : (record_seen){in[0], -1};
    }
    if (tls13)
        record_keys_free(&keys);
}

void world_open_records(world *w)
{
    open_direction(&w->seen[FROM_US]);
    open_direction(&w->seen[FROM_PEER]);
}
