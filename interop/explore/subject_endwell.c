#include "subject_endwell.h"

#include "engines.h"
#include "heap.h"
#include "io_memory.h"
#include "repeat.h"
#include "subject.h"
#include "subject_endwell_peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TURNS = 20, BROKEN = -2, PAIR = 4096 };

static const tls_engine *engine;
static bool restored; /* the memory is in the heap, and put back after each step */
static wire *transport;

/* The connection is put back with the rest: these lie in the heap. */
static ew_conn *conn;
static void *context, *object;

static bool waited; /* a nonblocking connection never does */

/* The pair ------------------------------------------------------------------------------------
 * It is laid out anew for each call, by what the wire says: what the peer has sent and nobody has
 * read, and the room that there is. Only failures are no state of a pair; they are ours. */

static ew_memory pair;
static uint8_t there[PAIR], back[PAIR];
static bool left_over; /* what was last sent was not all taken */

static int carry(void *end, const uint8_t *buf, size_t len, int *error)
{
    left_over = true;
    if (transport->writing == WRITE_FAILS) {
        *error = EW_CAUSE_ENDED;
        return EW_IO_FAILED;
    }
    int n = ew_io_memory.send(end, buf, len, error);
    left_over = n < (int)len;
    return n;
}

static int bring(void *end, uint8_t *buf, size_t len, int *error)
{
    if (transport->reading == READ_FAILS && ew_memory_waiting(end) == 0) {
        *error = EW_CAUSE_RESET;
        return EW_IO_FAILED;
    }
    return ew_io_memory.recv(end, buf, len, error);
}

static void half_close(void *end)
{
    ew_io_memory.half_close(end);
}

static void close_end(void *end)
{
    ew_io_memory.close(end);
}

static int wait_for(void *end, uint8_t what, int ms, int *error)
{
    (void)end, (void)what, (void)ms;
    waited = true;
    *error = EW_CAUSE_UNSUPPORTED;
    return EW_IO_FAILED;
}

static const ew_io carrier = {.name = "walk",
                              .send = carry,
                              .recv = bring,
                              .half_close = half_close,
                              .close = close_end,
                              .wait = wait_for};

/* A full transport is one with room for a byte that is in it already. */
static void lay_out(void)
{
    const wire *w = transport;
    size_t room = w->writing == TAKES_PART ? PART : w->writing == IS_FULL ? 1 : sizeof there;
    int error;
    ew_memory_init(&pair, there, room, back, sizeof back);
    if (w->writing == IS_FULL)
        ew_memory_send(&pair.end[0], (const uint8_t *)"", 1, &error);
    if (w->in_length > 0)
        ew_memory_send(&pair.end[1], w->in, w->in_length, &error);
    if (w->reading == READ_ENDED)
        ew_memory_half_close(&pair.end[1]);
    left_over = w->owes;
}

static void take_in(void)
{
    uint8_t bytes[PAIR];
    int error, given = transport->in_length - (int)ew_memory_waiting(&pair.end[0]);
    if (given > 0)
        wire_read(transport, bytes, given);
    int sent = ew_memory_recv(&pair.end[1], bytes, sizeof bytes, &error);
    if (sent > 0 && transport->writing != IS_FULL)
        wire_write(transport, bytes, sent);
    transport->owes = left_over;
}

/* The connection ---------------------------------------------------------------------------- */

static const char *load(const tls_engine *of, const char *folder, bool in_heap)
{
    engine = of;
    restored = in_heap;
    if (folder)
        return "our library is linked with the system's engines";
    return in_heap && heap_open() != 0 ? "there is no memory for the heap" : NULL;
}

static void exchange(void)
{
    uint8_t bytes[PAIR];
    int n, error;
    while ((n = ew_memory_recv(&pair.end[1], bytes, sizeof bytes, &error)) > 0)
        peer_takes(bytes, n);
    for (size_t room; (room = ew_memory_room(&pair.end[1])) > 0;) {
        if ((n = peer_gives(bytes, (int)room)) <= 0)
            break;
        ew_memory_send(&pair.end[1], bytes, (size_t)n, &error);
    }
}

/* Until both ends are done, and a client has taken the server's ticket. */
static bool shake_hands(bool client)
{
    char none[1];
    bool ours = false, peers = false;
    for (int turns = 0; turns < MOST_TURNS && !(ours && peers); turns++) {
        ours = ours || ew_conn_handshake(conn) == 1;
        exchange();
        peers = ours_peer_goes_on() || peers; /* it takes tickets, too */
        exchange();
    }
    return ours && peers &&
           (!client || (ew_conn_read(conn, none, 1) == -1 &&
                        ew_conn_get_error(conn, -1) == EW_ERROR_WANT_READ));
}

static void nobody_hears_secret(void *arg, const char *label, const uint8_t *secret, size_t len)
{
    (void)arg, (void)label, (void)secret, (void)len;
}

/* The one suite that the wire speaks; its keys are told by the peer. */
static bool make_object(const wire *w)
{
    static const tls_watcher nobody = {.secret = nobody_hears_secret};
    const tls_setup setup = {.server = !w->client,
                             .tls13 = w->tls13,
                             .tickets = TICKETS_OFF,
                             .certificate = PEER_CERTIFICATE,
                             .key = PEER_KEY};
    conn = conn ? conn : calloc(1, sizeof *conn);
    context = conn ? engine->context(&setup) : NULL;
    object = context ? engine->open(context) : NULL;
    if (!object || engine->watch(context, object, &nobody) != 0)
        return false;
    if (w->start == IGNORING_EOF) /* the port takes it back */
        engine->ignore_eof(object);
    return true;
}

static void close_connection(void)
{
    if (object) {
        ew_conn_release(conn);
        engine->free(context, object, 0);
    }
    if (context)
        engine->context_free(context);
    context = object = NULL;
}

static bool establish(wire *w)
{
    transport = w;
    close_connection();
    ew_memory_init(&pair, there, sizeof there, back, sizeof back);
    return make_object(w) && ours_peer_start(w) &&
           ew_conn_open_io(conn, &carrier, &pair.end[0], 0, engine->port, object) == 0 &&
           (w->start == FRESH || shake_hands(w->client));
}

/* With their first handshake engines set up what they keep for good. So there was one already when a
 * fresh connection is frozen. */
static bool open_connection(wire *w)
{
    wire first = *w;
    first.start = ESTABLISHED;
    endwell_in_heap = restored;
    bool good = (w->start != FRESH || establish(&first)) && establish(w);
    endwell_in_heap = false;
    return good && (!restored || heap_add_libraries() == 0) &&
           (w->start == FRESH || peer_gives_keys(w));
}

/* The calls --------------------------------------------------------------------------------- */

/*
 * Not here:
 *   peek                     where the port has no such call
 *   key-update, renegotiate  calls of an engine's own, that the connection hears of only with the
 *                            handshake that flushes them; the contract is told of them at once.
 *                            The port for OpenSSL forbids the second
 *   leave-error, clear-queue where the engine keeps no errors of the thread
 *   take-nothing             an io never takes none of the bytes (IO-02)
 */
static bool has(step s)
{
    switch (s) {
    case PEEK: return engine->port->peek != NULL;
    case LEAVE_ERROR:
    case CLEAR_QUEUE: return engine->stale_error != NULL;
    default: return s != UPDATE_KEY && s != RENEGOTIATE && s != TAKE_NOTHING;
    }
}

static bool begins(const tls_engine *of, beginning b, bool tls13)
{
    return of->watch && (!tls13 || of->has_tls13) && (b != IGNORING_EOF || of->ignore_eof);
}

/* What the contract has no field for: the cause, and that nobody waited. */
static bool promises_kept(int ret, int error)
{
    int cause = ew_conn_error_number(conn);
    if (waited)
        return false;
    return ret != -1 || (is_repeated(error) ? cause == EW_CAUSE_AGAIN
                                            : cause != EW_CAUSE_AGAIN && cause != EW_CAUSE_NONE);
}

static void gave(outcome *o, int ret)
{
    int error = ew_conn_get_error(conn, ret);
    o->part[VALUE] = promises_kept(ret, error) ? ret : BROKEN;
    o->part[ERROR] = error;
    o->part[REASON] = ew_conn_get_reason(conn);
}

static void read_all(outcome *o)
{
    char buf[LARGE];
    int ret, sum = 0;
    while ((ret = ew_conn_read(conn, buf, sizeof buf)) > 0)
        sum += ret;
    gave(o, ret);
    if (sum > 0 && o->part[VALUE] != BROKEN)
        o->part[VALUE] = sum;
}

/* What the engine's cache makes of the session has to be what the connection said. */
static void free_connection(outcome *o)
{
    int said = ew_conn_session_kept(conn);
    o->part[KEPT] = ew_conn_release(conn) == 0 ? said : BROKEN;
    int found = engine->free(context, object, said);
    o->part[SESSION] = found < 0 ? NONE_GIVEN : found;
    if (!restored)
        object = NULL;
}

static void make_call(step s, outcome *o)
{
    char buf[LARGE];
    switch (s) {
    case SHUTDOWN: gave(o, ew_conn_shutdown(conn)); break;
    case READ_SMALL: gave(o, ew_conn_read(conn, buf, SMALL)); break;
    case READ_ALL: read_all(o); break;
    case PEEK: gave(o, ew_conn_peek(conn, buf, sizeof buf)); break;
    case WRITE: gave(o, (int)ew_conn_write(conn, "hello", 5)); break;
    case WRITE_NOTHING: gave(o, (int)ew_conn_write(conn, "", 0)); break;
    case QUIET_ON: gave(o, ew_conn_set_quiet_shutdown(conn, 1)); break;
    case QUIET_OFF: gave(o, ew_conn_set_quiet_shutdown(conn, 0)); break;
    case HANDSHAKE: gave(o, ew_conn_handshake(conn)); break;
    case SET_7: gave(o, ew_conn_set_shutdown(conn, 7)); break;
    case FREE: free_connection(o); break;
    default: gave(o, ew_conn_set_shutdown(conn, s - SET_0)); break;
    }
}

static void call(step s, outcome *o)
{
    waited = false;
    lay_out();
    endwell_in_heap = restored;
    make_call(s, o);
    endwell_in_heap = false;
    take_in();
    if (s == FREE)
        return;
    o->part[FLAGS] = ew_conn_get_shutdown(conn);
    o->part[END] = ew_conn_end_of_data(conn);
    o->part[KEPT] = ew_conn_session_kept(conn);
}

static int flags(void)
{
    return ew_conn_get_shutdown(conn);
}

static life state(void)
{
    return transport->start == FRESH ? IN_HANDSHAKE : LIVES;
}

static bool errors_left(void)
{
    return engine->finds_error && engine->finds_error();
}

static void clear_errors(void)
{
    if (engine->clear_errors)
        engine->clear_errors();
}

static void leave_error(void)
{
    endwell_in_heap = restored;
    engine->stale_error();
    endwell_in_heap = false;
}

static int release(void)
{
    return 0; /* no rule of libssl's applies */
}

/* The engines --------------------------------------------------------------------------------- */

#define ENGINE(which)                                                                              \
    extern const tls_engine tls_##which;                                                           \
    static const char *load_##which(const char *folder, bool in_heap)                              \
    {                                                                                              \
        return load(&tls_##which, folder, in_heap);                                                \
    }                                                                                              \
    static const char *version_##which(void)                                                       \
    {                                                                                              \
        return tls_##which.version();                                                              \
    }                                                                                              \
    static bool begins_##which(beginning b, bool tls13)                                            \
    {                                                                                              \
        return begins(&tls_##which, b, tls13);                                                     \
    }                                                                                              \
    static const subject subject_##which = {                                                       \
        .name = "endwell-" #which,                                                                 \
        .load = load_##which,                                                                      \
        .version = version_##which,                                                                \
        .release = release,                                                                        \
        .begins = begins_##which,                                                                  \
        .open = open_connection,                                                                   \
        .has = has,                                                                                \
        .call = call,                                                                              \
        .flags = flags,                                                                            \
        .life = state,                                                                             \
        .errors_left = errors_left,                                                                \
        .clear_errors = clear_errors,                                                              \
        .leave_error = leave_error,                                                                \
        .habits = &tls_##which.limits.habits,                                                      \
    };
SIDE_PORTS
#undef ENGINE

#define ENGINE(which) &subject_##which,
const subject *const subjects[] = {SIDE_PORTS NULL};
