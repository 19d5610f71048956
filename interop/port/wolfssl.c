/*
 * wolfSSL (model.h): what the fields of spec/engines/wolfssl_port.h mean. What was made is read off the records; nobody
 * can be asked for the I/O callbacks, which are those that the port set. The rest is looked up in wolfSSL.
 */
#include "made.h"
#include "moment_wolfssl.h"

enum { FIRST_NUMBERS = 16, KEY_UPDATE = 24 };

static struct {
    struct made made;
    bool has_number; /* of the next record, under the keys of the handshake that is over */
    CallbackIORecv recv, ports_recv;
    CallbackIOSend send, ports_send;
} kept;

struct made *const port_made = &kept.made;

/* What the handshake sent under these keys was not looked at: TLS 1.2 has a Finished, 1.3 may have tickets. */
static int opens_as_next(const uint8_t *record, size_t len, uint8_t *type, uint8_t *content)
{
    int n = -1, last = kept.has_number ? kept.made.number : FIRST_NUMBERS;
    for (; n < 0 && kept.made.number <= last && !kept.made.is_unknown; kept.made.number++) {
        n = made_opens(record, len, type, content);
    }
    kept.has_number = n >= 0;
    return n;
}

void port_looks_at_record(const uint8_t *record, size_t len)
{
    uint8_t content[RECORD_MAX], type = record[0];
    const ew_wolfssl *e = port_served();
    if (e->open == 0) {
        return;
    }
    int n = opens_as_next(record, len, &type, content);
    if (n >= 0) {
        made_counts(type, content, n);
        kept.made.is_unknown = type == RECORD_HANDSHAKE && n > 0 && content[0] == KEY_UPDATE;
    } else if (!kept.made.is_unknown) {
        port_program.cannot("a record of ours does not open");
    }
}

static struct WOLFSSL state_of(const ew_wolfssl *e, bool notice)
{
    WOLFSSL_ALERT_HISTORY seen = {.last_rx = {.code = -1, .level = -1}};
    WOLFSSL *ssl = e->ssl;
    struct WOLFSSL state = {
        .port = (ew_wolfssl *)e,
        .taken = kept.made.taken,
        .notice = notice,
        .alerts = kept.made.alerts,
        .error = wolfSSL_get_error(ssl, WOLFSSL_FATAL_ERROR),
        .init_finished = wolfSSL_is_init_finished(ssl),
        .version = wolfSSL_version(ssl),
        .held = wolfSSL_pending(ssl),
        .longest = wolfSSL_GetMaxOutputSize(ssl),
        .known = wolfSSL_get_alert_history(ssl, &seen) == WOLFSSL_SUCCESS,
        .reads_ours = wolfSSL_GetIOReadCtx(ssl) == e,
        .writes_ours = wolfSSL_GetIOWriteCtx(ssl) == e,
        .recv = kept.recv,
        .send = kept.send,
    };
    state.alert_level = seen.last_rx.level;
    state.alert_code = seen.last_rx.code;
    return state;
}

static const struct port_moment *look(int place, void *object, const ew_transport *t, bool notice)
{
    static struct port_moment moments[PORT_NESTED + 1];
    struct port_moment *at = &moments[place];
    const ew_wolfssl *e = object;
    at->ssl = state_of(e, notice);
    at->port = *e;
    at->transport = *t;
    at->ghost = (struct port_ghosts){.io_recv = kept.ports_recv, .io_send = kept.ports_send};
    return at;
}

char port_byte(const struct port_moment *at, const char *byte)
{
    (void)at;
    return *byte;
}

static bool owns(const void *object, const void *of)
{
    return of == ((const ew_wolfssl *)object)->ssl;
}

static void returned(const struct port_function *f, const struct port_call *call)
{
    if (f == &port_wolfSSL_SSLSetIORecv) {
        kept.recv = call->CBIORecv;
        kept.ports_recv = kept.ports_recv != NULL ? kept.ports_recv : kept.recv;
    } else if (f == &port_wolfSSL_SSLSetIOSend) {
        kept.send = call->CBIOSend;
        kept.ports_send = kept.ports_send != NULL ? kept.ports_send : kept.send;
    }
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each object");

const struct port_model port_model = {.history = &kept,
                                      .history_size = sizeof kept,
                                      .owns = owns,
                                      .look = look,
                                      .in_attach = true,
                                      .can_tell = made_can_tell,
                                      .taken = made_taken,
                                      .begins = made_begins,
                                      .returned = returned};
