/*
 * The contracts of an engine for its port, at each call that the port makes in a program which plays it: the kit,
 * or fuzz. The linker has the program find a table of ours where it looks for the port's, and checks.py's functions
 * where the port calls the engine. A clause that does not hold is a finding of the program's, in the case or sequence
 * that it was in.
 *
 * What was adopted is not watched: what the engine did before is not known.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OBJECTS = 32, PLAIN = 1 << 16, CLAUSES = 4096 };
enum { FEW_UNTOLD = 2 }; /* for each call of which nothing is known, more than so many others */

/* The table of each engine that has contracts, ours and the port's own; the program has one of them. */
#define ENGINE(name)                                                                               \
    extern const ew_port __real_ew_##name##_port __attribute__((weak));                            \
    extern ew_port __wrap_ew_##name##_port;                                                        \
    ew_port __wrap_ew_##name##_port;
PORT_ENGINES
#undef ENGINE

/* What an application has told the port to write, by its place; and what the model knows of the object. */
struct watched {
    void *object;
    const ew_transport *transport;
    uint8_t history[PORT_HISTORY];
    unsigned long long written;
    uint8_t plain[PLAIN];
};

static struct watched objects[OBJECTS], *now;
static const ew_port *real;

/* In memory that all processes of the program share. */
static struct {
    unsigned long applied[CLAUSES], broken, calls[PORT_JUDGED];
} * shared;

static pid_t first;

/* Clauses ------------------------------------------------------------------------------------------- */

static void counts(unsigned long *what)
{
    __atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

void port_clause_asked(int clause, bool holds)
{
    const struct tried_clause *c = &port_clauses[clause].named;
    counts(&shared->applied[clause]);
    if (!holds) {
        counts(&shared->broken);
        char said[256];
        snprintf(said, sizeof said, "BROKEN %s: %s: %s", c->function, c->label, c->place);
        port_program.cannot(said);
    }
}

void port_clause_called(enum port_judged is)
{
    counts(&shared->calls[is]);
}

unsigned char port_plain(long long place)
{
    return now->plain[(unsigned long long)place % PLAIN];
}

/* Objects ------------------------------------------------------------------------------------------- */

static struct watched *find(const void *object)
{
    struct watched *w = objects;
    while (w < objects + OBJECTS && w->object != object) {
        w++;
    }
    return w < objects + OBJECTS ? w : NULL;
}

static void forget(struct watched *w)
{
    if (w != NULL) {
        memset(w, 0, sizeof *w);
    }
}

static void starts_anew(struct watched *w)
{
    if (w != NULL) {
        memset(w->history, 0, sizeof w->history);
        w->written = 0;
    }
}

/* NULL: it was adopted. */
static struct watched *begin(const void *object)
{
    now = find(object);
    if (now != NULL) {
        memcpy(port_model.history, now->history, port_model.history_size);
        port_serves(now->object, now->transport);
    }
    return now;
}

static void end(void)
{
    if (now != NULL) {
        memcpy(now->history, port_model.history, port_model.history_size);
    }
    port_rests();
    now = NULL;
}

/* The port ------------------------------------------------------------------------------------------ */

static int attach(void *engine, ew_transport *t)
{
    struct watched *before = find(engine), *w = before != NULL ? before : find(NULL);
    if (w == NULL) {
        port_program.cannot("more objects at once than there is room for");
    }
    if (before == NULL) {
        w->object = engine;
        w->transport = t;
    }
    if (port_model.in_attach) {
        begin(engine);
    }
    int done = real->attach(engine, t);
    end();
    if (done == 0 && before != NULL) {
        starts_anew(w);
        w->transport = t;
    } else if (done != 0 && before == NULL) { /* one that is attached already stays so */
        forget(w);
    }
    return done;
}

static int adopt(void *engine, ew_transport *t)
{
    int done = real->adopt(engine, t);
    if (done == 0) {
        forget(find(engine));
    }
    return done;
}

static void detach(void *engine, int session_kept)
{
    begin(engine);
    real->detach(engine, session_kept);
    end();
    forget(find(engine));
}

static int clear(void *engine, int session_kept)
{
    begin(engine);
    int done = real->clear(engine, session_kept);
    end();
    starts_anew(find(engine));
    return done;
}

static uint8_t acts(uint8_t (*action)(void *), void *engine)
{
    begin(engine);
    uint8_t said = action(engine);
    end();
    return said;
}

static uint8_t handshake(void *engine)
{
    return acts(real->handshake, engine);
}

/* What blocked is written then, and nobody says so. */
static uint8_t flush(void *engine)
{
    struct watched *w = begin(engine);
    uint8_t said = real->flush(engine);
    if (w != NULL && said == EW_EVENT_DONE && port_model.taken != NULL) {
        w->written = port_model.taken();
    }
    end();
    return said;
}

static uint8_t send_close_notify(void *engine)
{
    return acts(real->send_close_notify, engine);
}

static uint8_t receive(void *engine)
{
    return acts(real->receive, engine);
}

static int take(void *engine, void *buf, int len)
{
    begin(engine);
    int taken = real->take(engine, buf, len);
    end();
    return taken;
}

/* Until it is done the same bytes come again: their place is behind what was said to be written. */
static uint8_t write_data(void *engine, const void *buf, int len, int *written)
{
    struct watched *w = begin(engine);
    for (int i = 0; w != NULL && i < len && i < EW_RECORD_MAX; i++) {
        w->plain[(w->written + (unsigned)i) % PLAIN] = ((const uint8_t *)buf)[i];
    }
    uint8_t said = real->write(engine, buf, len, written);
    if (w != NULL && said == EW_EVENT_DONE) {
        w->written += (unsigned)*written;
    }
    end();
    return said;
}

static int peek(void *engine, void *buf, int len)
{
    begin(engine);
    int held = real->peek(engine, buf, len);
    end();
    return held;
}

static int pending(const void *engine)
{
    begin(engine);
    int held = real->pending(engine);
    end();
    return held;
}

/* The program --------------------------------------------------------------------------------------- */

static void put_between(ew_port *ours, const ew_port *ports)
{
    if (ports == NULL) {
        return;
    }
    real = ports;
    *ours = (ew_port){.name = ports->name,
                      .attach = attach,
                      .detach = detach,
                      .clear = clear,
                      .handshake = handshake,
                      .flush = flush,
                      .send_close_notify = send_close_notify,
                      .receive = receive,
                      .take = take,
                      .write = write_data,
                      .adopt = ports->adopt != NULL ? adopt : NULL,
                      .peek = ports->peek != NULL ? peek : NULL,
                      .pending = ports->pending != NULL ? pending : NULL};
}

static void __attribute__((constructor)) open_watch(void)
{
    first = getpid();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int clauses = 0;
    while (port_clauses[clauses].named.function != NULL) {
        clauses++;
    }
    if (shared == MAP_FAILED || clauses > CLAUSES) {
        fprintf(stderr, "port: no room for what comes of %d clauses\n", clauses);
        _exit(2);
    }
#define ENGINE(name) put_between(&__wrap_ew_##name##_port, &__real_ew_##name##_port);
    PORT_ENGINES
#undef ENGINE
}

static bool was_called(const struct port_function *f)
{
    unsigned long asked = 0;
    for (int i = f->requires[0]; i < f->requires[1]; i++) {
        asked += shared->applied[i];
    }
    for (int i = f->ensures[0]; i < f->ensures[1]; i++) {
        asked += shared->applied[i];
    }
    return asked > 0 || f->requires[0] + f->ensures[0] == f->requires[1] + f->ensures[1];
}

/* Functions that were never called where each should have been: then no check is put between. */
static int never_called(void)
{
    int found = 0;
    if (port_program.is_whole == NULL || !port_program.is_whole()) {
        return 0;
    }
    for (const struct port_named *n = port_functions; n->name != NULL; n++) {
        bool is_unwatched =
            port_model.unwatched != NULL && strcmp(port_model.unwatched, n->name) == 0;
        if (was_called(n->function) == is_unwatched) {
            printf("%s: %s\n", is_unwatched ? "called after all" : "NEVER CALLED", n->name);
            found++;
        }
    }
    return found;
}

/* Of a program that met no call of the port nothing was tried. */
static void __attribute__((destructor)) close_watch(void)
{
    const unsigned long *calls = shared->calls;
    int clauses = 0, met = 0;
    if (getpid() != first) {
        return;
    }
    if (calls[PORT_ALLOWED] + calls[PORT_OUTSIDE] + calls[PORT_UNTOLD] + shared->broken == 0) {
        fprintf(stderr, "port: no call of the port was met\n");
        _exit(2);
    }
    for (; port_clauses[clauses].named.function != NULL; clauses++) {
        const struct tried_clause *c = &port_clauses[clauses].named;
        met += shared->applied[clauses] > 0;
        if (shared->applied[clauses] == 0 && strncmp(c->label, "assigns_", 8) != 0) {
            printf("never met: %s: %s: %s\n", c->function, c->label, c->place);
        }
    }
    printf(
        "at the calls of the port: %lu allowed, %lu not, %lu of callbacks, %lu of which it is not "
        "known what was made; %d of %d clauses and fields met, %lu times broken\n",
        calls[PORT_ALLOWED], calls[PORT_OUTSIDE], calls[PORT_CALLBACKS], calls[PORT_UNTOLD], met,
        clauses, shared->broken);
    int lost = never_called();
    fflush(stdout);
    if (lost > 0 || calls[PORT_ALLOWED] <= FEW_UNTOLD * calls[PORT_UNTOLD]) {
        fprintf(stderr, "port: too little was asked at the calls of the port\n");
        _exit(2);
    }
}
