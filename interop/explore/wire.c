#include "wire.h"

#include "records.h"

#include <stdio.h>
#include <string.h>

enum { GENERATIONS = 256, FATAL = 2, HANDSHAKE_FAILURE = 40, USER_CANCELED = 90, NO_NAME = 112 };

/* Keys are made when they are first needed and never change, so that a saved connection needs no
 * more than their number. The tables are of the process: one connection is walked at a time. */
static record_keys keys[2][GENERATIONS];
static int made[2];

static const char *const names[KINDS] = {
    "nothing", "data",      "empty record",  "close_notify", "fatal alert",  "warning",
    "ticket",  "KeyUpdate", "HelloRequest",  "ClientHello",  "decode_error", "unexpected_message",
    "alert",   "record",    "forged record",
};

const char *kind_name(kind k)
{
    return names[k];
}

/* The keys ---------------------------------------------------------------------------------- */

static record_keys *keys_of(const wire *w, int side)
{
    while (made[side] <= w->generation[side]) {
        if (!record_keys_next(&keys[side][made[side] - 1], &keys[side][made[side]]))
            return NULL;
        made[side]++;
    }
    return &keys[side][w->generation[side]];
}

static void forget_keys(void)
{
    for (int side = OURS; side <= PEERS; side++) {
        for (int i = 0; i < made[side]; i++)
            record_keys_free(&keys[side][i]);
        made[side] = 0;
    }
    memset(keys, 0, sizeof keys);
}

bool wire_keys_tls13(wire *w, const uint8_t ours[32], const uint8_t peers[32],
                     const uint16_t number[2])
{
    forget_keys();
    made[OURS] = made[PEERS] = 1;
    memcpy(w->number, number, sizeof w->number);
    return record_keys_tls13(&keys[OURS][0], ours) && record_keys_tls13(&keys[PEERS][0], peers);
}

bool wire_keys_tls12(wire *w, const uint8_t master[48], const uint8_t client_random[32],
                     const uint8_t server_random[32])
{
    forget_keys();
    made[OURS] = made[PEERS] = 1;
    w->number[OURS] = w->number[PEERS] = 1;
    record_keys *client = &keys[w->client ? OURS : PEERS][0];
    record_keys *server = &keys[w->client ? PEERS : OURS][0];
    return record_keys_tls12(client, server, master, client_random, server_random);
}

/* The peer ---------------------------------------------------------------------------------- */

typedef struct {
    uint8_t type;
    size_t length;
    uint8_t bytes[64];
} message;

/* lifetime, age_add, a nonce of one byte, a ticket of eight, no extensions */
static const message ticket = {RECORD_HANDSHAKE, 26, {4,   0,   0,   22,  0,   0,   2, 0,   1,
                                                      2,   3,   4,   1,   7,   0,   8, 't', 'i',
                                                      'c', 'k', 'e', 't', ' ', '2', 0, 0}};

static message peers_message(const wire *w, kind k)
{
    switch (k) {
    case DATA:
    case FORGED: return (message){RECORD_DATA, DATA_LENGTH, "data"};
    case EMPTY: return (message){RECORD_DATA, 0, ""};
    case CLOSE_NOTIFY: return (message){RECORD_ALERT, 2, {1, 0}};
    case FATAL_ALERT: return (message){RECORD_ALERT, 2, {FATAL, HANDSHAKE_FAILURE}};
    case WARNING:
        return (message){RECORD_ALERT, 2, {1, w->tls13 || w->cancels ? USER_CANCELED : NO_NAME}};
    case TICKET: return ticket;
    case KEY_UPDATE: return (message){RECORD_HANDSHAKE, 5, {24, 0, 0, 1, 1}};
    default: return (message){RECORD_HANDSHAKE, 4, {0, 0, 0, 0}}; /* HelloRequest */
    }
}

bool wire_peer_sends(wire *w, kind k)
{
    uint8_t record[128];
    message m = peers_message(w, k);
    record_keys *with = keys_of(w, PEERS);
    int number = w->number[PEERS] + (k == FORGED);
    int length = with ? record_seal(with, (uint64_t)number, m.type, m.bytes, m.length, record) : -1;
    if (length < 0 || w->in_length + length > IN_MAX || w->crossed == CROSSED_MAX)
        return false;
    memcpy(w->in + w->in_length, record, (size_t)length);
    w->in_length = (uint16_t)(w->in_length + length);
    w->record[w->crossed++] = (uint8_t)k;
    w->number[PEERS]++;
    if (k == KEY_UPDATE) {
        w->generation[PEERS]++;
        w->number[PEERS] = 0;
    }
    return true;
}

/* The transport ----------------------------------------------------------------------------- */

/* Which records of the peer's these bytes complete. */
static void see_taken(wire *w, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        if (w->in_left == 0)
            w->in_left = (uint16_t)(RECORD_HEADER + (bytes[3] << 8 | bytes[4]));
        size_t n = length < w->in_left ? length : w->in_left;
        bytes += n;
        length -= n;
        w->in_left = (uint16_t)(w->in_left - n);
        if (w->in_left == 0)
            w->took = w->record[w->taken++];
    }
}

static void wait_for_peer(wire *w)
{
    w->waited = true;
    if (w->crossed == 0 || w->record[w->crossed - 1] != CLOSE_NOTIFY)
        wire_peer_sends(w, CLOSE_NOTIFY);
}

int wire_read(wire *w, void *buf, int len)
{
    if (w->in_length == 0 && w->blocks)
        wait_for_peer(w);
    if (w->in_length == 0)
        return w->reading == READ_ENDED ? 0 : w->reading == READ_FAILS ? WIRE_FAILED : WIRE_BLOCKED;
    int n = len < w->in_length ? len : w->in_length;
    memcpy(buf, w->in, (size_t)n);
    see_taken(w, buf, (size_t)n);
    w->in_length = (uint16_t)(w->in_length - n);
    memmove(w->in, w->in + n, w->in_length);
    return n;
}

static kind alert_kind(const wire *w, const uint8_t *content)
{
    switch (content[1]) {
    case 0: return CLOSE_NOTIFY;
    case 10: return UNEXPECTED_MESSAGE;
    case 50: return DECODE_ERROR;
    case USER_CANCELED: return w->tls13 || content[0] == 1 ? WARNING : OTHER_ALERT;
    default: return !w->tls13 && content[0] == 1 ? WARNING : OTHER_ALERT;
    }
}

static kind kind_of(const wire *w, uint8_t type, const uint8_t *content, int length)
{
    if (length < 0)
        return FORGED;
    if (type == RECORD_DATA)
        return length > 0 ? DATA : EMPTY;
    if (type == RECORD_ALERT && length == 2)
        return alert_kind(w, content);
    if (type != RECORD_HANDSHAKE || length < 1)
        return OTHER_RECORD;
    switch (content[0]) {
    case 0: return HELLO_REQUEST;
    case 1: return CLIENT_HELLO;
    case 4: return TICKET;
    case 24: return KEY_UPDATE;
    default: return OTHER_RECORD;
    }
}

static void see_record(wire *w, size_t length)
{
    uint8_t content[OUT_MAX + RECORD_HEADER], type = w->out[0];
    int opened = (int)length - RECORD_HEADER;
    if (w->start == FRESH) {
        memcpy(content, w->out + RECORD_HEADER, (size_t)opened);
    } else {
        record_keys *with = keys_of(w, OURS);
        opened = with ? record_open(with, w->number[OURS], w->out, length, &type, content) : -1;
    }
    kind k = kind_of(w, type, content, opened);
    w->number[OURS]++;
    if (k == KEY_UPDATE) {
        w->generation[OURS]++;
        w->number[OURS] = 0;
    }
    w->sent = records_and(w->sent, k);
}

static void see(wire *w, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        size_t n =
            length < (size_t)(OUT_MAX - w->out_length) ? length : (size_t)(OUT_MAX - w->out_length);
        memcpy(w->out + w->out_length, bytes, n);
        w->out_length = (uint16_t)(w->out_length + n);
        bytes += n;
        length -= n;
        for (;;) {
            size_t whole = RECORD_HEADER + ((size_t)w->out[3] << 8 | w->out[4]);
            if (w->out_length < RECORD_HEADER || w->out_length < whole)
                break;
            see_record(w, whole);
            w->out_length = (uint16_t)(w->out_length - whole);
            memmove(w->out, w->out + whole, w->out_length);
        }
        if (w->out_length == OUT_MAX) { /* longer than anything an end sends here */
            w->sent = records_and(w->sent, OTHER_RECORD);
            return;
        }
    }
}

int wire_write(wire *w, const void *buf, int len)
{
    int taken = len;
    w->owes = w->writing != TAKES_ALL;
    switch (w->writing) {
    case IS_FULL: return WIRE_BLOCKED;
    case TAKES_NOTHING: return 0;
    case WRITE_FAILS: return WIRE_FAILED;
    case TAKES_PART:
        w->writing = IS_FULL;
        taken = len < PART ? len : PART;
        w->owes = taken < len;
        break;
    default: break;
    }
    see(w, buf, (size_t)taken);
    return taken;
}

/* Records as text --------------------------------------------------------------------------- */

records records_and(records sent, kind k)
{
    return sent << 4 | (records)k;
}

void records_text(records sent, char *buf, size_t size)
{
    size_t at = 0;
    if (sent == 0) {
        snprintf(buf, size, "nothing");
        return;
    }
    buf[0] = '\0';
    for (int shift = 28; shift >= 0; shift -= 4) {
        kind k = (kind)(sent >> shift & 15);
        if (k != NO_RECORD && at < size)
            at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? " and " : "", names[k]);
    }
}

static kind find_kind(const char *name, size_t length)
{
    for (int k = 1; k < KINDS; k++)
        if (strlen(names[k]) == length && strncmp(names[k], name, length) == 0)
            return (kind)k;
    return NO_RECORD;
}

bool records_parse(const char *text, size_t length, records *out)
{
    *out = 0;
    if (length == strlen(names[0]) && strncmp(text, names[0], length) == 0)
        return true;
    for (;;) {
        size_t to = 0;
        while (to < length && !(to + 5 <= length && strncmp(text + to, " and ", 5) == 0))
            to++;
        kind k = find_kind(text, to);
        if (k == NO_RECORD)
            return false;
        *out = records_and(*out, k);
        if (to == length)
            return true;
        text += to + 5;
        length -= to + 5;
    }
}
