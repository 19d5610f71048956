/*
 * A device that keeps a log of its TLS calls: fetches a reading from its peer, answers, closes, and
 * dumps the ring. `right` as it should, `forgets` without close_notify, `late` with data behind it;
 * `often` closes rightly so many times that the ring wraps.
 */
#include "ew_trace.h"
#include "tls.h"

#include <stdio.h>
#include <string.h>

enum { RECORDS = 48, TICK = 1000000, OFTEN = 20 };

static ew_trace_record ring[1 + RECORDS];
static uint32_t now;
static uint16_t connection;

/* --- around the calls ------------------------------------------------------------------------- */

static uint8_t result_of(int n)
{
    switch (n) {
    case TLS_WANT_READ: return EW_TRACE_WANT_READ;
    case TLS_CLOSED: return EW_TRACE_CLOSE_NOTIFY;
    case TLS_EOF: return EW_TRACE_EOF;
    default: return n < 0 ? EW_TRACE_TLS_ERROR : EW_TRACE_OK;
    }
}

static int logged(uint8_t call, int n, uint8_t bytes)
{
    ew_trace_put(ring, now++, connection, call, n, result_of(n), bytes);
    return n;
}

static uint8_t left_of(int n)
{
    return n < 0 ? EW_TRACE_NO_BYTES : EW_TRACE_BYTES;
}

/* --- the application -------------------------------------------------------------------------- */

static void put_answers(struct tls_queue *in)
{
    struct tls peer = {.in = NULL, .out = in};
    in->byte[0] = 22;
    in->last = 2;
    tls_write(&peer, (const uint8_t *)"21.5", 4);
    tls_close_notify(&peer);
}

static void run_once(const char *way)
{
    struct tls_queue in = {.first = 0}, out = {.first = 0};
    struct tls s = {.in = &in, .out = &out};
    uint8_t reading[16];
    int n;
    connection++;
    logged(EW_TRACE_OPEN, 0, EW_TRACE_UNKNOWN);
    while (logged(EW_TRACE_HANDSHAKE, tls_handshake(&s), EW_TRACE_UNKNOWN) == TLS_WANT_READ) {
        put_answers(&in);
    }
    n = tls_write(&s, (const uint8_t *)"get", 3);
    logged(EW_TRACE_WRITE, n, left_of(n));
    while (logged(EW_TRACE_READ, tls_read(&s, reading, sizeof reading), EW_TRACE_NO_BYTES) > 0) {
    }
    if (strcmp(way, "forgets") != 0) {
        n = tls_close_notify(&s);
        logged(EW_TRACE_SHUTDOWN, n, left_of(n));
    }
    if (strcmp(way, "late") == 0) {
        n = tls_write(&s, (const uint8_t *)"bye", 3);
        logged(EW_TRACE_WRITE, n, left_of(n));
    }
    logged(EW_TRACE_FREE, 0, EW_TRACE_UNKNOWN);
    logged(EW_TRACE_CLOSE, 0, EW_TRACE_UNKNOWN);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    ew_trace_init(ring, RECORDS, TICK);
    for (int i = 0; i < (strcmp(argv[1], "often") == 0 ? OFTEN : 1); i++) {
        run_once(argv[1]);
    }
    logged(EW_TRACE_EXIT, 0, EW_TRACE_UNKNOWN);
    FILE *out = fopen(argv[2], "wb");
    if (out == NULL || fwrite(ring, sizeof ring, 1, out) != 1 || fclose(out) != 0) {
        return 2;
    }
    return 0;
}
