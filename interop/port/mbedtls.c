/*
 * mbedTLS (model.h): what the ghosts of spec/engines/mbedtls_port.h mean. The rest is looked up in its context.
 */
#include "made.h"
#include "moment_mbedtls.h"

static struct {
    struct made made;
    bool is_sealed; /* behind our ChangeCipherSpec */
} kept;

struct made *const port_made = &kept.made;

/* Of those of a handshake that are sealed nothing is asked: there are no keys yet. */
void port_looks_at_record(const uint8_t *record, size_t len)
{
    uint8_t opened[RECORD_MAX], type = record[0];
    const uint8_t *content = record + RECORD_HEADER;
    int n = (int)len - RECORD_HEADER;
    if (kept.is_sealed && type != RECORD_HANDSHAKE) {
        n = made_opens(record, len, &type, opened);
        content = opened;
    }
    if (kept.made.is_unknown) {
        return;
    }
    if (n < 0) {
        port_program.cannot("a record of ours does not open");
    }
    kept.made.number++;
    if (type == RECORD_CHANGE_CIPHER) {
        kept.is_sealed = true;
        kept.made.number = 0;
    } else {
        made_counts(type, content, n);
    }
}

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    const ew_mbedtls *e = object;
    at->ssl = *e->ssl;
    at->port = *e;
    at->transport = *t;
    at->ghost = (struct port_ghosts){.ew_taken = kept.made.taken,
                                     .ew_reaches = e->ssl->p_bio == t,
                                     .ew_alerts = kept.made.alerts,
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

void port_is_reset(void)
{
    kept.made.ahead = 0;
    kept.made.number = 0;
    kept.is_sealed = false;
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each object");

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .can_tell = made_can_tell,
                                      .taken = made_taken,
                                      .unwatched = "mbedtls_ssl_check_pending", /* by adopt alone */
                                      .begins = made_begins};
