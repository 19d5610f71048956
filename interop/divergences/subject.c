/* libssl as a sequence of the page calls it: what the walk does, and what it does not look at. The
 * library is linked, too: the one that is loaded and no other. */
#include "../explore/subject_libssl.c"

#include "steps.h"

static bool announced;

static void announce(const SSL *ssl, int where, int value)
{
    (void)ssl;
    (void)value;
    announced = announced || where == SSL_CB_WRITE_ALERT;
}

/* Nothing was called yet: a write of no bytes, which sends none, makes libssl forget that it has just
 * looked for a ticket and waited. */
static bool open_untouched(wire *w)
{
    if (!open_connection(w))
        return false;
    if (w->start != FRESH)
        lib.SSL_write(ours, "", 0);
    lib.ERR_clear_error();
    SSL_set_info_callback(ours, announce);
    return true;
}

/* With a peer that answers, as long as the transport is in order. What they say crosses the streams,
 * and the wire is shown what leaves. */
static int shake_with_peer(void)
{
    int ret = -1;
    bool answered = transport->start == FRESH && transport->writing == TAKES_ALL &&
                    transport->reading == READ_WORKS;
    established = !answered;
    for (int turns = 0; turns < MOST_TURNS; turns++) {
        ret = lib.SSL_do_handshake(ours);
        if (!answered)
            break;
        wire_write(transport, to_peer.bytes, to_peer.length);
        if (ret == 1 || lib.SSL_get_error(ours, ret) != SSL_ERROR_WANT_READ)
            break;
        lib.SSL_do_handshake(peers);
        lib.ERR_clear_error();
    }
    established = true;
    return ret;
}

static void buffer_output(void)
{
    BIO *below = SSL_get_wbio(ours), *buffer = BIO_new(BIO_f_buffer());
    if (!buffer || !BIO_up_ref(below)) {
        fputs("endwell-divergences: out of memory\n", stderr);
        exit(EXIT_CANNOT_RUN);
    }
    SSL_set0_wbio(ours, BIO_push(buffer, below));
}

static void call_more(step s, outcome *o)
{
    char buf[LARGE];
    switch (s) {
    case READ: gave(o, lib.SSL_read(ours, buf, LARGE)); break;
    case HANDSHAKE: gave(o, shake_with_peer()); break;
    case UPDATE_KEY: o->part[VALUE] = lib.SSL_key_update(ours, SSL_KEY_UPDATE_NOT_REQUESTED); break;
    case RENEGOTIATE: o->part[VALUE] = lib.SSL_renegotiate(ours); break;
    case GET_ERROR: gave(o, 0); break;
    case GET_QUIET: o->part[VALUE] = SSL_get_quiet_shutdown(ours); break;
    case BUFFER: buffer_output(); break;
    case LOOK: break;
    default: call(s, o); return;
    }
    give_state(o);
}

static void call_watched(step s, outcome *o)
{
    transport->waited = transport->flushed = announced = false;
    call_more(s, o);
    o->part[ANNOUNCED] = announced;
    o->part[FLUSHED] = transport->flushed;
    o->part[WAITED] = transport->waited;
}

const subject subject_page = {
    .name = "libssl",
    .load = load,
    .version = version,
    .release = release,
    .open = open_untouched,
    .has = has,
    .call = call_watched,
    .flags = flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_errors,
    .leave_error = library_raise,
    .begins = begins,
    .habits = &(const tls_habits){.most_warnings = 5, .heeds_flag = 1},
};
