/*
 * walk DEPTH: tries the contracts of spec/engines/openssl_port.h on a live libssl, at each call of the port.
 *
 * Every sequence of actions of the port and of what the application, the transport and the peer do is walked,
 * as explore does, over the pair in memory. The port is the one that ships; the linker puts the checks
 * between it and libssl. Before each of its calls the `requires` have to hold, after it the `ensures`, and
 * what the contract does not assign has to be as it was. What a field of the contracts means is looked up
 * here: on the wire, whether the peer's close_notify was taken; how much was written by what SSL_write
 * returned; the rest in libssl.
 */
#define _GNU_SOURCE
#include "subject_endwell.c"

#include "checks.h"
#include "peer.h"

#include <openssl/async.h>
#include <signal.h>

enum { MOST_NESTED = 4, MESSAGE = 5 };

static struct {
    bool is_acting, is_looking;
    int nested;
    struct port_moment before[MOST_NESTED], after;
    struct history {
        unsigned long long taken;
        int pauses; /* that a job will make */
    } kept, saved[TRIED_LEVELS + 1];
} port;

char port_plain(long long place)
{
    return (char)(place * 7 + 11);
}

/* The moment ---------------------------------------------------------------------------------------- */

/* Of the peer's records, what was taken in this call counts, though the wire is told of it behind it. */
static bool close_notify_is_in(void)
{
    uint8_t bytes[PAIR];
    wire w = *transport;
    int given = w.in_length - (int)ew_memory_waiting(&pair.end[0]);
    if (given > 0) {
        wire_read(&w, bytes, given);
    }
    for (int i = 0; i < w.taken; i++) {
        if (w.record[i] == CLOSE_NOTIFY) {
            return true;
        }
    }
    return false;
}

static void look(struct port_moment *at)
{
    ew_openssl *e = object;
    const SSL *ssl = e->ssl;
    port.is_looking = true;
    at->port = *e;
    at->transport = *e->transport;
    at->bio.flags = BIO_test_flags(e->bio, ~0);
    at->ssl = (struct ssl_st){
        .port = BIO_get_data(e->bio),
        .taken = port.kept.taken,
        .notice = close_notify_is_in(),
        .shutdown = SSL_get_shutdown(ssl),
        .want = SSL_want(ssl),
        .in_init = SSL_in_init(ssl),
        .in_before = SSL_in_before(ssl),
        .failed = SSL_in_init(ssl) && strcmp(SSL_state_string(ssl), "SSLERR") == 0,
        .version = SSL_version(ssl),
        .held = SSL_pending(ssl),
        .paused = SSL_waiting_for_async(e->ssl),
        .reads_ours = SSL_get_rbio(ssl) == e->bio,
        .writes_ours = SSL_get_wbio(ssl) == e->bio,
        .mode = SSL_get_mode(e->ssl),
        .options = (long long)SSL_get_options(ssl),
    };
    port.is_looking = false;
}

char port_byte(const struct port_moment *at, const char *byte)
{
    const char *from = object;
    bool is_ports = byte >= from && byte < from + sizeof at->port;
    return is_ports ? ((const char *)&at->port)[byte - from] : *byte;
}

/* Calls --------------------------------------------------------------------------------------------- */

bool port_watches(const void *of)
{
    const ew_openssl *e = object;
    return port.is_acting && !port.is_looking && (of == NULL || of == e->ssl || of == e->bio);
}

static bool ask(const int clauses[2], const struct port_moment *then, const struct port_moment *now,
                const struct port_call *call)
{
    bool all = true;
    for (int i = clauses[0]; i < clauses[1]; i++) {
        const struct port_clause *c = &port_clauses[i];
        if (c->when == NULL || c->when(then, now, call)) {
            bool holds = c->then(then, now, call);
            tried_asked(i, holds);
            all = all && holds;
        }
    }
    return all;
}

const struct port_moment *port_before(const struct port_function *f, const struct port_call *call)
{
    struct port_moment *then = &port.before[port.nested++];
    if (port.nested == MOST_NESTED) {
        abort();
    }
    look(then);
    tried_call(ask(f->requires, then, then, call));
    return then;
}

static void ask_of(const struct port_function *f, unsigned long errcode, int came)
{
    struct port_call call = {.errcode = (long long)errcode, .result = came};
    port_after(f, port_before(f, &call), &call);
}

void port_after(const struct port_function *f, const struct port_moment *then,
                struct port_call *call)
{
    port.nested--;
    if (f == &port_SSL_write && call->result > 0) {
        port.kept.taken += (unsigned long long)call->result;
    }
    look(&port.after);
    ask(f->ensures, then, &port.after, call);
    if (f == &port_ERR_peek_last_error) { /* what the port asks next, in its own code */
        unsigned long errcode = (unsigned long)call->result;
        ask_of(&port_ERR_GET_REASON, errcode, ERR_GET_REASON(errcode));
        ask_of(&port_ERR_GET_LIB, errcode, ERR_GET_LIB(errcode));
    }
}

/* Actions ------------------------------------------------------------------------------------------- */

static uint8_t watched(uint8_t (*action)(void *), void *e)
{
    port.is_acting = true;
    uint8_t came = action(e);
    port.is_acting = false;
    return came;
}

static uint8_t handshake_watched(void *e)
{
    return watched(ew_openssl_port.handshake, e);
}

static uint8_t receive_watched(void *e)
{
    return watched(ew_openssl_port.receive, e);
}

static uint8_t write_next(void *e)
{
    const ew_openssl *o = e;
    char buf[MESSAGE];
    int written = 0;
    unsigned long long told = port.kept.taken - (unsigned long long)(o->told ? o->pending : 0);
    for (int i = 0; i < MESSAGE; i++) {
        buf[i] = port_plain((long long)told + i);
    }
    return ew_openssl_port.write(e, buf, MESSAGE, &written);
}

/* Behind receive, as the connection does it, though here not for data alone; but a job that is paused goes on first. */
static uint8_t take_two(void *e)
{
    char buf[SMALL];
    uint8_t said = ew_openssl_port.receive(e);
    return said == EW_EVENT_SUSPENDED ? said : (uint8_t)ew_openssl_port.take(e, buf, SMALL);
}

static uint8_t peek_at_all(void *e)
{
    char buf[LARGE];
    uint8_t said = ew_openssl_port.receive(e);
    return said == EW_EVENT_SUSPENDED ? said : (uint8_t)ew_openssl_port.peek(e, buf, LARGE);
}

static uint8_t count(void *e)
{
    return (uint8_t)ew_openssl_port.pending(e);
}

static void act(step s)
{
    SSL *ssl = ((ew_openssl *)object)->ssl;
    switch (s) {
    case HANDSHAKE: watched(ew_openssl_port.handshake, object); break;
    case WRITE_NOTHING: watched(ew_openssl_port.flush, object); break;
    case SHUTDOWN: watched(ew_openssl_port.send_close_notify, object); break;
    case READ_ALL: watched(ew_openssl_port.receive, object); break;
    case READ_SMALL: watched(take_two, object); break;
    case PEEK: watched(peek_at_all, object); break;
    case WRITE: watched(write_next, object); break;
    case SET_3: SSL_set0_rbio(ssl, BIO_new(BIO_s_mem())); break;
    case FREE:
    case QUIET_OFF:
        SSL_set_mode(ssl, SSL_MODE_ASYNC);
        port.kept.pauses = s == QUIET_OFF;
        break;
    case QUIET_ON: SSL_set_quiet_shutdown(ssl, 1); break;
    case UPDATE_KEY: SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED); break;
    default: SSL_set_shutdown(ssl, s - SET_0); break;
    }
    watched(count, object);
}

static void call_watched(step s, outcome *o)
{
    if (s == SET_0) {
        peer_closes_in_the_clear(transport);
    } else if (s == SET_7) {
        peer_sends_half(transport);
    } else {
        lay_out();
        endwell_in_heap = restored;
        act(s);
        endwell_in_heap = false;
        take_in();
    }
    o->part[FLAGS] = SSL_get_shutdown(((ew_openssl *)object)->ssl);
}

static const char *action_name(step s)
{
    switch (s) {
    case WRITE_NOTHING: return "flush";
    case SHUTDOWN: return "send_close_notify";
    case READ_ALL: return "receive";
    case READ_SMALL: return "take";
    case SET_3: return "replace-bio";
    case SET_0: return "peer-closes-unprotected";
    case SET_7: return "peer-half-a-message";
    case FREE: return "allow-jobs";
    case QUIET_OFF: return "allow-a-job-that-pauses";
    default: return step_name(s);
    }
}

/* The walk ------------------------------------------------------------------------------------------ */

static bool is_action(step s)
{
    return s == HANDSHAKE || s == WRITE_NOTHING || s == SHUTDOWN || s == READ_ALL ||
           s == READ_SMALL || s == PEEK || s == WRITE;
}

/* Besides: what the application does to the SSL by itself, and all that is no call. */
static bool is_walked(step s)
{
    return is_action(s) || s == SET_0 || s == SET_1 || s == SET_2 || s == SET_3 || s == SET_7 ||
           s == QUIET_ON || s == QUIET_OFF || s == FREE || s == UPDATE_KEY ||
           (!step_is_call(s) && s != TAKE_NOTHING);
}

/* A callback of the application's, that pauses the job in which it is called. */
static void pause_once(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl,
                       void *arg)
{
    (void)sent, (void)version, (void)type, (void)bytes, (void)len, (void)ssl, (void)arg;
    if (port.kept.pauses > 0 && ASYNC_get_current_job() != NULL) {
        port.kept.pauses--;
        ASYNC_pause_job();
    }
}

/* Jobs are made before the heap is frozen: a thread keeps them where nobody puts them back. */
static int watch_and_pause(void *of, void *e, const tls_watcher *watcher)
{
    static bool has_jobs;
    SSL *ssl = ((ew_openssl *)e)->ssl;
    has_jobs = has_jobs || ASYNC_init_thread(1, 1) == 1;
    SSL_set_mode(ssl, SSL_MODE_ASYNC);
    SSL_set_msg_callback(ssl, pause_once);
    port.kept.pauses = 1;
    return has_jobs ? tls_openssl.watch(of, e, watcher) : -1;
}

/* The handshake that comes first has a job that pauses. */
static bool open_watched(wire *w)
{
    bool good = open_connection(w);
    port.kept.pauses = 0;
    SSL_clear_mode(((ew_openssl *)object)->ssl, SSL_MODE_ASYNC);
    return good;
}

static const char *load_watched(const char *folder, bool in_heap)
{
    static tls_engine live;
    static ew_port through;
    through = ew_openssl_port;
    through.handshake = handshake_watched;
    through.receive = receive_watched;
    live = tls_openssl;
    live.port = &through;
    live.watch = watch_and_pause;
    return load(&live, folder, in_heap);
}

/* While a job is paused no program sets our flag: libssl would refuse the call that goes on with it. */
static bool has_watched(step s)
{
    SSL *ssl = ((ew_openssl *)object)->ssl;
    if (s == SET_1) {
        return !SSL_waiting_for_async(ssl);
    }
    return s != SET_7 || (transport->start != FRESH && transport->tls13);
}

static void begin(setting at)
{
    (void)at;
    port.kept = (struct history){0, 0};
}

/* A job has a stack in the heap, whose pages are written first by what tells of a write to them. */
static void take_faults_elsewhere(void)
{
    static uint8_t room[1 << 16];
    const stack_t elsewhere = {.ss_sp = room, .ss_size = sizeof room};
    struct sigaction action;
    sigaction(SIGSEGV, NULL, &action);
    action.sa_flags |= SA_ONSTACK;
    sigaltstack(&elsewhere, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

static void save(int level)
{
    if (level == 0) {
        take_faults_elsewhere();
    }
    port.saved[level] = port.kept;
}

static void restore(int level)
{
    port.kept = port.saved[level];
}

static bool goes_on(void)
{
    return true;
}

static const struct tried_clause *clause(int number)
{
    const struct tried_clause *c = &port_clauses[number].named;
    return c->function != NULL ? c : NULL;
}

int main(int argc, char **argv)
{
    static const subject live = {.name = "the port",
                                 .load = load_watched,
                                 .version = version_openssl,
                                 .release = release,
                                 .open = open_watched,
                                 .has = has_watched,
                                 .call = call_watched,
                                 .flags = flags,
                                 .life = state,
                                 .errors_left = errors_left,
                                 .clear_errors = clear_errors,
                                 .leave_error = leave_error,
                                 .habits = &tls_openssl.limits.habits,
                                 .begins = begins_openssl};
    static const struct tried calls = {.program = "try-port",
                                       .of = "libssl at the calls of the port",
                                       .subject = &live,
                                       .clause = clause,
                                       .name = action_name,
                                       .is_walked = is_walked,
                                       .is_last = is_action,
                                       .begin = begin,
                                       .save = save,
                                       .restore = restore,
                                       .goes_on = goes_on};
    setting at[8];
    if (argc != 2) {
        fprintf(stderr, "usage: walk DEPTH\n");
        return CANNOT_RUN;
    }
    for (int i = 0; i < 8; i++) {
        at[i] = (setting){i & 4 ? FRESH : ESTABLISHED, (i & 1) != 0, (i & 2) != 0};
    }
    return tried_all(&calls, at, 8, atoi(argv[1]), NULL);
}
