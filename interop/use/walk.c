/*
 * walk DEPTH [FOLDER OF LIBSSL]: tries the contracts of spec/engines/libssl.h on a live libssl.
 *
 * Every sequence of calls and of what the transport and the peer do is walked, as explore does. Before
 * each call its `requires` are asked: where they do not hold no program that is proven makes it, and
 * the walk turns back. After it every `ensures` has to hold, and what the contract does not assign has
 * to be as it was. What a field of the contracts means is looked up here: on the wire, whether our
 * close_notify left and the peer's was taken; in libssl, whether a handshake is under way, and the
 * queue; the rest is the history of the calls.
 */
#define _GNU_SOURCE
#include "subject_libssl.c"

#include "checks.h"

static struct {
    struct use_moment now, saved[TRIED_LEVELS + 1];
    bool is_outside;
} use;

static const char written[] = "hello"; /* what the step writes; it is compared with itself alone */

const SSL *const use_self = &use.now.ssl;

/* What the contracts speak of -------------------------------------------------------------------- */

static bool was_taken(kind wanted)
{
    for (int i = 0; i < transport->taken; i++) {
        if (transport->record[i] == wanted) {
            return true;
        }
    }
    return false;
}

static bool has_left(kind wanted)
{
    for (records sent = transport->sent; sent != 0; sent >>= 4) {
        if ((sent & 15) == (records)wanted) {
            return true;
        }
    }
    return false;
}

static void look(void)
{
    use.now.ssl.established = !lib.SSL_in_init(ours);
    use.now.ssl.told |= has_left(CLOSE_NOTIFY);
    use.now.ssl.ended = was_taken(CLOSE_NOTIFY);
    use.now.thread.errors = lib.ERR_peek_error() != 0;
}

static bool wants(int error)
{
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* The history, once a call has returned. */
static void remember(int which, const struct use_call *call)
{
    struct ssl_st *ssl = &use.now.ssl;
    int value = (int)call->result;
    int error = lib.SSL_get_error(ours, value);
    bool is_failure = which == EW_SHUTDOWN ? value < 0 : value <= 0;
    bool is_end = which == EW_READ && error == SSL_ERROR_ZERO_RETURN;
    look();
    ssl->fatal = is_failure && !wants(error) && !is_end;
    ssl->connected |= which == EW_CONNECT && value == 1;
    ssl->closing |= which == EW_SHUTDOWN;
    if (which == EW_WRITE || which == EW_SHUTDOWN) {
        bool is_owed = is_failure && wants(error);
        ssl->owed.call = is_owed ? which : EW_NO_CALL;
        ssl->owed.data = is_owed && which == EW_WRITE ? call->buf : NULL;
        ssl->owed.length = is_owed && which == EW_WRITE ? (int)call->num : 0;
    }
    use.now.thread.last = use_self;
    use.now.thread.call = which;
    use.now.thread.value = value;
    use.now.thread.error = error;
}

/* Clauses ------------------------------------------------------------------------------------------ */

static bool may_call(const char *function, const struct use_call *call)
{
    const struct use_moment *now = &use.now;
    for (const struct use_clause *c = use_requires; c->named.function != NULL; c++) {
        if (strcmp(c->named.function, function) == 0 && !c->then(now, now, call)) {
            return false;
        }
    }
    return true;
}

static void keeps(const char *function, const struct use_moment *then, const struct use_call *call)
{
    for (int i = 0; use_ensures[i].named.function != NULL; i++) {
        const struct use_clause *c = &use_ensures[i];
        if (strcmp(c->named.function, function) == 0 && c->when(then, &use.now, call)) {
            tried_asked(i, c->then(then, &use.now, call));
        }
    }
}

/* A call that is a program's own, before and after. */
static int try(const char *function, int which, struct use_call *call,
               int (*made)(struct use_call *))
{
    struct use_moment then;
    look();
    then = use.now;
    use.is_outside = use.is_outside || !may_call(function, call);
    tried_call(!use.is_outside);
    call->result = made(call);
    remember(which, call);
    if (!use.is_outside) {
        keeps(function, &then, call);
    }
    return (int)call->result;
}

/* And what it asks and does then, which is of no consequence for the walk. */
static void ask_around(void)
{
    const struct use_moment after = use.now;
    struct use_call call = {NULL, after.thread.value, 0};
    if (may_call("SSL_get_error", &call)) {
        call.result = lib.SSL_get_error(ours, after.thread.value);
        look();
        keeps("SSL_get_error", &after, &call);
    }
    call.result = !lib.SSL_in_init(ours); /* which is how it is defined */
    keeps("SSL_is_init_finished", &use.now, &call);
}

static void clear_and_check(void)
{
    struct use_moment then;
    struct use_call call = {NULL, 0, 0};
    if (ours == NULL) {
        clear_errors();
        return;
    }
    look();
    then = use.now;
    clear_errors();
    look();
    use.now.thread.last = NULL;
    if (!use.is_outside) {
        keeps("ERR_clear_error", &then, &call);
    }
}

/* Calls -------------------------------------------------------------------------------------------- */

static char room[LARGE];

static int do_shutdown(struct use_call *c)
{
    (void)c;
    return lib.SSL_shutdown(ours);
}

static int do_read(struct use_call *c)
{
    return lib.SSL_read(ours, room, (int)c->num);
}

static int do_write(struct use_call *c)
{
    return lib.SSL_write(ours, written, (int)c->num);
}

static int do_connect(struct use_call *c)
{
    (void)c;
    return lib.SSL_do_handshake(ours); /* SSL_connect, in either role */
}

static void read_to_the_end(outcome *o)
{
    int n, sum = 0;
    do {
        struct use_call call = {room, LARGE, 0};
        n = try("SSL_read", EW_READ, &call, do_read);
        sum += n > 0 ? n : 0;
        if (n > 0) {
            clear_and_check();
        }
    } while (n > 0);
    gave(o, n);
    o->part[VALUE] = sum > 0 ? sum : n;
}

static void call_tried(step s, outcome *o)
{
    struct use_call call = {NULL, 0, 0};
    switch (s) {
    case SHUTDOWN: gave(o, try("SSL_shutdown", EW_SHUTDOWN, &call, do_shutdown)); break;
    case HANDSHAKE: gave(o, try("SSL_connect", EW_CONNECT, &call, do_connect)); break;
    case READ_SMALL:
        call = (struct use_call){room, SMALL, 0};
        gave(o, try("SSL_read", EW_READ, &call, do_read));
        break;
    case WRITE:
    case WRITE_NOTHING:
        call = (struct use_call){written, s == WRITE ? (long long)strlen(written) : 0, 0};
        gave(o, try("SSL_write", EW_WRITE, &call, do_write));
        break;
    default: read_to_the_end(o);
    }
    if (!use.is_outside) {
        ask_around();
    }
    o->part[FLAGS] = lib.SSL_get_shutdown(ours);
}

static const subject subject_tried = {
    .name = "libssl, tried",
    .load = load,
    .version = version,
    .release = release,
    .open = open_connection,
    .has = has,
    .call = call_tried,
    .flags = flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_and_check,
    .leave_error = library_raise,
    .begins = begins,
    .habits = &(const tls_habits){.most_warnings = 5, .heeds_flag = 1},
};

/* The walk ----------------------------------------------------------------------------------------- */

/* Calls without a contract are no part of it: a program that makes one is not proven. Nor is a transport
 * that takes nothing and says neither that it would block nor that it failed, as no socket does (D-04). */
static bool is_walked(step s)
{
    switch (s) {
    case PEEK:
    case SET_0:
    case SET_1:
    case SET_2:
    case SET_3:
    case SET_7:
    case QUIET_ON:
    case QUIET_OFF:
    case UPDATE_KEY:
    case RENEGOTIATE:
    case FREE:
    case TAKE_NOTHING: return false;
    default: return true;
    }
}

static void begin(setting at)
{
    use.now.ssl.alive = 1;
    use.now.ssl.connected = at.start != FRESH;
}

static void save(int level)
{
    use.saved[level] = use.now;
}

static void restore(int level)
{
    use.now = use.saved[level];
    use.is_outside = false;
}

static bool goes_on(void)
{
    return !use.is_outside;
}

static const struct tried_clause *clause(int number)
{
    const struct tried_clause *c = &use_ensures[number].named;
    return c->function != NULL ? c : NULL;
}

int main(int argc, char **argv)
{
    static const struct tried programs = {.program = "try-use",
                                          .of = "libssl",
                                          .on = "the installed libssl",
                                          .subject = &subject_tried,
                                          .clause = clause,
                                          .name = step_name,
                                          .is_walked = is_walked,
                                          .is_last = step_is_call,
                                          .begin = begin,
                                          .save = save,
                                          .restore = restore,
                                          .goes_on = goes_on};
    setting at[8];
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: walk DEPTH [FOLDER OF LIBSSL]\n");
        return CANNOT_RUN;
    }
    for (int i = 0; i < 8; i++) {
        at[i] = (setting){i & 4 ? FRESH : ESTABLISHED, (i & 1) != 0, (i & 2) != 0};
    }
    return tried_all(&programs, at, 8, atoi(argv[1]), argc == 3 ? argv[2] : NULL);
}
