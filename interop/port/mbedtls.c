/*
 * mbedTLS (port_engine.h): what the ghosts of spec/engines/mbedtls_port.h mean. Each record that mbedTLS makes is
 * handed to the transport at once, whole, before any of it is taken: there it is opened, with the keys that
 * the handshake agreed on. So what counts as made is what a peer could read of it, and not what a call said.
 */
#include "moment_mbedtls.h"
#include "port_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const tls_engine tls_mbedtls;

static struct {
    unsigned long long taken; /* bytes of data in the records that were made */
    unsigned ahead;           /* bytes that were looked at, and not taken yet */
    int alerts, number;       /* close_notifies; of the next record */
    bool is_sealed;           /* behind our ChangeCipherSpec */
    bool owes_rest;           /* of the peer's record a part came */
    bool is_over;             /* the object is not attached any more, or begins anew */
    bool is_refused;          /* the transport failed for good: the context takes no more data */
} kept;

/* Records ------------------------------------------------------------------------------------------- */

static void cannot_read(void)
{
    fprintf(stderr, "try-port: a record of ours does not open\n");
    exit(CANNOT_RUN);
}

/* Of those of a handshake that are sealed nothing is asked: there are no keys yet. */
static void look_at_record(const uint8_t *record, size_t len)
{
    uint8_t opened[RECORD_MAX], type = record[0];
    const uint8_t *content = record + RECORD_HEADER;
    int n = (int)len - RECORD_HEADER;
    if (kept.is_sealed && type != RECORD_HANDSHAKE) {
        record_keys *ours = peer_knows_our_keys();
        n = ours != NULL ? record_open(ours, (uint64_t)kept.number, record, len, &type, opened)
                         : -1;
        content = opened;
    }
    if (n < 0) {
        cannot_read();
    }
    kept.number++;
    if (type == RECORD_CHANGE_CIPHER) {
        kept.is_sealed = true;
        kept.number = 0;
    } else if (type == RECORD_DATA) {
        kept.taken += (unsigned long long)n;
    } else if (type == RECORD_ALERT && n == 2 && content[1] == 0) {
        kept.alerts++;
    }
}

static void look_at_records(const uint8_t *bytes, size_t len)
{
    while (kept.ahead + RECORD_HEADER <= len) {
        const uint8_t *record = bytes + kept.ahead;
        size_t whole = RECORD_HEADER + ((size_t)record[3] << 8 | record[4]);
        if (kept.ahead + whole > len) {
            cannot_read();
        }
        look_at_record(record, whole);
        kept.ahead += (unsigned)whole;
    }
}

int __real_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len)
{
    unsigned long long before = kept.taken;
    look_at_records(buf, len);
    int taken = __real_ew_transport_send(t, buf, len);
    if (taken > 0) {
        kept.ahead -= (unsigned)taken;
    } else if (taken == EW_TRANSPORT_FAILED) { /* then what was made just now does not count */
        kept.taken = before;
        kept.is_refused = true;
    }
    return taken;
}

/* The moment ---------------------------------------------------------------------------------------- */

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    const ew_mbedtls *e = object;
    at->ssl = *e->ssl;
    at->port = *e;
    at->transport = *t;
    at->ghost = (struct port_ghosts){.ew_taken = kept.taken,
                                     .ew_reaches = e->ssl->p_bio == t,
                                     .ew_alerts = kept.alerts,
                                     .ew_notice = notice};
    return at;
}

unsigned char port_byte(const struct port_moment *at, const unsigned char *byte)
{
    (void)at;
    return *byte;
}

static bool owns(const void *object, const void *of)
{
    return of == ((const ew_mbedtls *)object)->ssl;
}

static unsigned long long told(const void *object)
{
    return kept.taken - (unsigned long long)((const ew_mbedtls *)object)->pending;
}

/* The application ----------------------------------------------------------------------------------- */

static mbedtls_ssl_context *ssl_of(const void *object)
{
    return ((const ew_mbedtls *)object)->ssl;
}

/* What it owes is forgotten, too; behind it a handshake begins. */
static void reset(void *object, ew_transport *t)
{
    (void)t;
    mbedtls_ssl_session_reset(ssl_of(object));
    kept.ahead = 0;
    kept.number = 0;
    kept.is_sealed = false;
}

static void replace_bio(void *object, ew_transport *t)
{
    mbedtls_ssl_context *ssl = ssl_of(object);
    (void)t;
    mbedtls_ssl_set_bio(ssl, NULL, ssl->f_send, ssl->f_recv, NULL);
}

static void allow_renegotiation(void *object, ew_transport *t)
{
    (void)t;
    mbedtls_ssl_conf_renegotiation((mbedtls_ssl_config *)ssl_of(object)->conf,
                                   MBEDTLS_SSL_RENEGOTIATION_ENABLED);
}

/* The port's own calls besides its actions: a connection is given up, and taken over again if it can be. */
static void detach_and_adopt(void *object, ew_transport *t)
{
    ew_mbedtls_port.detach(object, 0);
    kept.is_over = ew_mbedtls_port.adopt(object, t) != 0;
}

static void clear_it(void *object, ew_transport *t)
{
    (void)t;
    ew_mbedtls_port.clear(object, 0);
    kept.is_over = true;
}

/* The peer ------------------------------------------------------------------------------------------ */

static bool forges(wire *w)
{
    return wire_peer_sends(w, FORGED);
}

static bool sends_in_parts(wire *w)
{
    bool sent = kept.owes_rest ? peer_sends_rest(w) : peer_sends_part(w);
    kept.owes_rest = kept.owes_rest != sent;
    return sent;
}

static bool has_keys(const void *object, const wire *w)
{
    (void)object;
    return w->start != FRESH && !kept.owes_rest && w->reading == READ_WORKS;
}

static bool has_keys_or_owes(const void *object, const wire *w)
{
    (void)object;
    return w->start != FRESH && w->reading == READ_WORKS;
}

static bool may_ask_anew(const void *object, const wire *w)
{
    return !w->client && has_keys(object, w);
}

static bool owes_nothing(const void *object, const wire *w)
{
    (void)object;
    return !kept.owes_rest && w->reading == READ_WORKS;
}

/* Behind a part of a record nothing but its rest can come. No connection writes before it is open: it begins
 * with the handshake (port_mbedtls.h requires it of the port's write). Nor does one after its transport failed. */
static bool has(const void *object, const wire *w, step s)
{
    (void)w;
    if (s == WRITE) {
        return ssl_of(object)->state == MBEDTLS_SSL_HANDSHAKE_OVER && !kept.is_refused;
    }
    return !kept.owes_rest || s < PEER_DATA || s > PEER_HELLO_REQUEST;
}

static bool goes_on(const void *object)
{
    (void)object;
    return !kept.is_over;
}

static const struct port_step steps[] = {
    {.in_place_of = SET_0,
     .name = "peer-closes-unprotected",
     .sends = peer_closes_in_the_clear,
     .has = owes_nothing},
    {.in_place_of = SET_1, .name = "peer-forges", .sends = forges, .has = has_keys},
    {.in_place_of = SET_2, .name = "reset", .does = reset},
    {.in_place_of = SET_3, .name = "replace-bio", .does = replace_bio},
    {.in_place_of = SET_7, .name = "peer-asks-anew", .sends = peer_asks_anew, .has = may_ask_anew},
    {.in_place_of = QUIET_ON, .name = "allow-renegotiation", .does = allow_renegotiation},
    {.in_place_of = QUIET_OFF,
     .name = "peer-part-of-a-record",
     .sends = sends_in_parts,
     .has = has_keys_or_owes},
    {.in_place_of = RENEGOTIATE,
     .name = "detach-and-adopt",
     .does = detach_and_adopt,
     .is_action = true},
    {.in_place_of = FREE, .name = "clear", .does = clear_it, .is_action = true},
    {.name = NULL}};

/* The handshake ------------------------------------------------------------------------------------- */

static int begins(void *object)
{
    (void)object;
    memset(&kept, 0, sizeof kept);
    return 0;
}

const struct port_engine port_engine = {.tls = &tls_mbedtls,
                                        .of = "mbedTLS at the calls of its port",
                                        .on = "the installed mbedTLS",
                                        .steps = steps,
                                        .history = &kept,
                                        .history_size = sizeof kept,
                                        .begins = begins,
                                        .owns = owns,
                                        .has = has,
                                        .goes_on = goes_on,
                                        .look = look,
                                        .told = told};
