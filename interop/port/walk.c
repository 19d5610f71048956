/*
 * walk DEPTH: tries the contracts of spec/engines/NAME_port.h on the live engine, at each call of its port.
 *
 * Every sequence of actions of the port and of what the application, the transport and the peer do is walked,
 * as explore does, over the pair in memory. The port is the one that ships; calls.c asks the clauses. What is
 * particular to the engine, as an application meets it, stands in walk_NAME.c (port_engine.h).
 */
#define _GNU_SOURCE
#include "subject_endwell.c"

#include "port_engine.h"
#include "use/tried.h"

enum { MESSAGE = 5, NARROW = 100 };

static struct {
    bool is_opening;
    uint8_t saved[TRIED_LEVELS + 1][2][PORT_HISTORY];
} port;

unsigned char port_plain(long long place)
{
    return (unsigned char)(place * 7 + 11);
}

/* Of the peer's records, what was taken in this call counts, though the wire is told of it behind it. */
static bool close_notify_is_in(bool by_number)
{
    (void)by_number; /* there are no such alerts here */
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

/* Actions ------------------------------------------------------------------------------------------- */

static uint8_t watched(uint8_t (*action)(void *), void *e)
{
    port_serves(e, &conn->transport);
    uint8_t came = action(e);
    port_rests();
    return came;
}

static uint8_t handshake_watched(void *e)
{
    return watched(port_engine.tls->port->handshake, e);
}

static uint8_t receive_watched(void *e)
{
    return watched(port_engine.tls->port->receive, e);
}

static uint8_t write_next(void *e)
{
    char buf[MESSAGE];
    int written = 0;
    unsigned long long told = port_engine.told(e);
    for (int i = 0; i < MESSAGE; i++) {
        buf[i] = (char)port_plain((long long)told + i);
    }
    return port_engine.tls->port->write(e, buf, MESSAGE, &written);
}

/* Behind receive, as the connection does it, though here not for data alone; but what is suspended goes on first. */
static uint8_t take_two(void *e)
{
    char buf[SMALL];
    uint8_t said = port_engine.tls->port->receive(e);
    return said == EW_EVENT_SUSPENDED ? said : (uint8_t)port_engine.tls->port->take(e, buf, SMALL);
}

static uint8_t peek_at_all(void *e)
{
    char buf[LARGE];
    uint8_t said = port_engine.tls->port->receive(e);
    return said == EW_EVENT_SUSPENDED ? said : (uint8_t)port_engine.tls->port->peek(e, buf, LARGE);
}

static uint8_t count(void *e)
{
    return (uint8_t)port_engine.tls->port->pending(e);
}

/* What has the place of that step; NULL: nothing of the engine's own. */
static const struct port_step *own_step(step s)
{
    const struct port_step *own = port_engine.steps;
    while (own->name != NULL && own->in_place_of != s) {
        own++;
    }
    return own->name != NULL ? own : NULL;
}

static void act(step s)
{
    const ew_port *p = port_engine.tls->port;
    switch (s) {
    case HANDSHAKE: watched(p->handshake, object); break;
    case WRITE_NOTHING: watched(p->flush, object); break;
    case SHUTDOWN: watched(p->send_close_notify, object); break;
    case READ_ALL: watched(p->receive, object); break;
    case READ_SMALL: watched(take_two, object); break;
    case PEEK: watched(peek_at_all, object); break;
    case WRITE: watched(write_next, object); break;
    default:
        if (own_step(s)->is_action) {
            port_serves(object, &conn->transport);
        }
        own_step(s)->does(object, &conn->transport);
        port_rests();
    }
    watched(count, object);
}

static void call_watched(step s, outcome *o)
{
    const struct port_step *own = own_step(s);
    if (own != NULL && own->sends != NULL) {
        own->sends(transport);
    } else {
        lay_out();
        endwell_in_heap = restored;
        act(s);
        endwell_in_heap = false;
        take_in();
    }
    o->part[FLAGS] = flags();
}

static const char *action_name(step s)
{
    const struct port_step *own = own_step(s);
    switch (s) {
    case WRITE_NOTHING: return "flush";
    case SHUTDOWN: return "send_close_notify";
    case READ_ALL: return "receive";
    case READ_SMALL: return "take";
    default: return own != NULL ? own->name : step_name(s);
    }
}

/* The walk ------------------------------------------------------------------------------------------ */

static bool is_action(step s)
{
    const struct port_step *own = own_step(s);
    return s == HANDSHAKE || s == WRITE_NOTHING || s == SHUTDOWN || s == READ_ALL ||
           s == READ_SMALL || s == PEEK || s == WRITE || (own != NULL && own->is_action);
}

/* Besides: what is the engine's own, and all that is no call. */
static bool is_walked(step s)
{
    return is_action(s) || own_step(s) != NULL || (!step_is_call(s) && s != TAKE_NOTHING);
}

static bool has_watched(step s)
{
    const struct port_step *own = own_step(s);
    if (own != NULL) {
        return own->has == NULL || own->has(object, transport);
    }
    return has(s) && (port_engine.has == NULL || port_engine.has(object, transport, s));
}

static int watch_and_begin(void *of, void *e, const tls_watcher *watcher)
{
    bool good = port_engine.begins == NULL || port_engine.begins(e) == 0;
    return good ? port_engine.tls->watch(of, e, watcher) : -1;
}

/* What we send in the first handshake, its pair takes in parts: the linker has us make the pair. */
void __real_ew_memory_init(ew_memory *m, uint8_t *to, size_t room, uint8_t *from, size_t space);
void __wrap_ew_memory_init(ew_memory *m, uint8_t *to, size_t room, uint8_t *from, size_t space);
void __wrap_ew_memory_init(ew_memory *m, uint8_t *to, size_t room, uint8_t *from, size_t space)
{
    __real_ew_memory_init(m, to, port.is_opening ? NARROW : room, from, space);
}

static bool open_watched(wire *w)
{
    port.is_opening = true;
    bool good = open_connection(w);
    port.is_opening = false;
    if (good && port_engine.opened != NULL) {
        port_engine.opened(object);
    }
    return good;
}

static const char *load_watched(const char *folder, bool in_heap)
{
    static tls_engine live;
    static ew_port through;
    through = *port_engine.tls->port;
    through.handshake = handshake_watched;
    through.receive = receive_watched;
    live = *port_engine.tls;
    live.port = &through;
    live.watch = watch_and_begin;
    return load(&live, folder, in_heap);
}

static void begin(setting at)
{
    (void)at;
    memset(port_engine.history, 0, port_engine.history_size);
    memset(port_model.history, 0, port_model.history_size);
}

static void save(int level)
{
    if (level == 0 && port_engine.frozen != NULL) {
        port_engine.frozen();
    }
    memcpy(port.saved[level][0], port_engine.history, port_engine.history_size);
    memcpy(port.saved[level][1], port_model.history, port_model.history_size);
}

static void restore(int level)
{
    memcpy(port_engine.history, port.saved[level][0], port_engine.history_size);
    memcpy(port_model.history, port.saved[level][1], port_model.history_size);
}

static bool goes_on(void)
{
    return port_engine.goes_on == NULL || port_engine.goes_on(object);
}

static const struct tried_clause *clause(int number)
{
    const struct tried_clause *c = &port_clauses[number].named;
    return c->function != NULL ? c : NULL;
}

static const char *version(void)
{
    return port_engine.tls->version();
}

static void cannot(const char *why)
{
    fprintf(stderr, "try-port: %s\n", why);
    exit(CANNOT_RUN);
}

static void called(enum port_judged is)
{
    if (is == PORT_UNTOLD) {
        cannot("the keys of a record of ours are not known");
    }
    if (is == PORT_CALLBACKS) { /* nothing calls back here but the port */
        cannot("no contract allows a call that the port makes within a call");
    }
    tried_call(is == PORT_ALLOWED);
}

const struct port_program port_program = {.close_notify_is_in = close_notify_is_in,
                                          .our_keys = peer_knows_our_keys,
                                          .asked = tried_asked,
                                          .called = called,
                                          .cannot = cannot};

/* With TLS 1.2 and 1.3, as far as the engine has it; as client and server; established and not. */
static int settings(setting at[8])
{
    int many = 0;
    for (int i = 0; i < 8; i++) {
        if (!(i & 1) || port_engine.tls->has_tls13) {
            at[many++] = (setting){i & 4 ? FRESH : ESTABLISHED, (i & 1) != 0, (i & 2) != 0};
        }
    }
    return many;
}

int main(int argc, char **argv)
{
    static subject live = {.name = "the port",
                           .load = load_watched,
                           .version = version,
                           .release = release,
                           .open = open_watched,
                           .has = has_watched,
                           .call = call_watched,
                           .flags = flags,
                           .life = state,
                           .errors_left = errors_left,
                           .clear_errors = clear_errors,
                           .leave_error = leave_error};
    static struct tried calls = {.program = "try-port",
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
    calls.of = port_engine.of;
    calls.on = port_engine.on;
    live.habits = &port_engine.tls->limits.habits;
    return tried_all(&calls, at, settings(at), atoi(argv[1]), NULL);
}
