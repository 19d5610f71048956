/*
 * mbedTLS (model.h): what the ghosts of spec/engines/mbedtls_port.h mean. Each record that mbedTLS makes is
 * handed to the transport at once, whole, before any of it is taken: there it is opened, with the keys that
 * the handshake agreed on. So what counts as made is what a peer could read of it, and not what a call said.
 */
#include "moment_mbedtls.h"
#include "model.h"

static struct {
    unsigned long long taken;  /* bytes of data in the records that were made, */
    unsigned long long before; /* and those made before this call of the engine */
    unsigned ahead;            /* bytes that were looked at, and not taken yet */
    int alerts, number;        /* close_notifies; of the next record */
    bool is_sealed;            /* behind our ChangeCipherSpec */
    bool is_refused;           /* the transport failed for good: the context takes no more data */
    bool is_unknown; /* a record was made whose keys nobody has: it cannot be told what is in it */
} kept;

/* Records ------------------------------------------------------------------------------------------- */

/* Of those of a handshake that are sealed nothing is asked: there are no keys yet. */
static void look_at_record(const uint8_t *record, size_t len)
{
    uint8_t opened[RECORD_MAX], type = record[0];
    const uint8_t *content = record + RECORD_HEADER;
    int n = (int)len - RECORD_HEADER;
    if (kept.is_sealed && type != RECORD_HANDSHAKE) {
        record_keys *ours = port_program.our_keys();
        kept.is_unknown = kept.is_unknown || ours == NULL;
        if (kept.is_unknown) {
            return;
        }
        n = record_open(ours, (uint64_t)kept.number, record, len, &type, opened);
        content = opened;
    }
    if (n < 0) {
        port_program.cannot("a record of ours does not open");
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
            port_program.cannot("a record of ours is not whole");
        }
        look_at_record(record, whole);
        kept.ahead += (unsigned)whole;
    }
}

int __real_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len)
{
    if (!port_is_served(t)) {
        return __real_ew_transport_send(t, buf, len);
    }
    look_at_records(buf, len);
    int taken = __real_ew_transport_send(t, buf, len);
    if (taken > 0) {
        kept.ahead -= (unsigned)taken;
    } else if (taken == EW_TRANSPORT_FAILED) { /* then what was made in this call does not count */
        kept.taken = kept.before;
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

static void begins(void)
{
    kept.before = kept.taken;
}

static bool can_tell(void)
{
    return !kept.is_unknown;
}

unsigned long long port_taken(void)
{
    return kept.taken;
}

bool port_is_refused(void)
{
    return kept.is_refused;
}

void port_is_reset(void)
{
    kept.ahead = 0;
    kept.number = 0;
    kept.is_sealed = false;
}

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .can_tell = can_tell,
                                      .begins = begins};
