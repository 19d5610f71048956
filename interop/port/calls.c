/*
 * Around each call of the engine that a port makes: before it the `requires` have to hold, after it the `ensures`,
 * and what the contract does not assign has to be as it was. The linker puts checks.py's functions in between.
 */
#include "model.h"

static struct {
    void *object;
    const ew_transport *transport;
    bool is_looking;
    int nested;
    bool is_callbacks[PORT_NESTED]; /* that call is not the port's */
} served;

void port_serves(void *object, const ew_transport *t)
{
    served.object = object;
    served.transport = t;
}

void port_rests(void)
{
    served.object = NULL;
}

bool port_is_served(const ew_transport *t)
{
    return served.object != NULL && served.transport == t;
}

const void *port_served(void)
{
    return served.object;
}

static const struct port_moment *look(int place)
{
    served.is_looking = true;
    const struct port_moment *at =
        port_model.look(place, served.object, served.transport,
                        port_program.close_notify_is_in(port_model.by_number));
    served.is_looking = false;
    return at;
}

bool port_watches(const void *of)
{
    return served.object != NULL && !served.is_looking &&
           (of == NULL || port_model.owns(served.object, of));
}

/*
 * While an engine call is under way it calls back: the port's BIO, or something of the application's, which owes the
 * engine other things than a port does. One that no contract allows is none of the port's.
 */
static bool is_callbacks(const struct port_function *f, const struct port_moment *then,
                         const struct port_call *call)
{
    bool all = true;
    for (int i = f->requires[0]; served.nested > 1 && i < f->requires[1]; i++) {
        all = all && port_clauses[i].then(then, then, call);
    }
    return !all;
}

static bool ask(const int clauses[2], const struct port_moment *then, const struct port_moment *now,
                const struct port_call *call)
{
    bool all = true;
    if (port_model.can_tell != NULL && !port_model.can_tell()) {
        return all;
    }
    for (int i = clauses[0]; i < clauses[1]; i++) {
        const struct port_clause *c = &port_clauses[i];
        if (c->when == NULL || c->when(then, now, call)) {
            bool holds = c->then(then, now, call);
            port_program.asked(i, holds);
            all = all && holds;
        }
    }
    return all;
}

const struct port_moment *port_before(const struct port_function *f, const struct port_call *call)
{
    const struct port_moment *then = look(served.nested++);
    if (served.nested == PORT_NESTED) {
        port_program.cannot("calls within calls within calls");
    }
    if (served.nested == 1 && port_model.begins != NULL) {
        port_model.begins();
    }
    served.is_callbacks[served.nested] = is_callbacks(f, then, call);
    if (served.is_callbacks[served.nested]) {
        return then;
    }
    port_program.called(ask(f->requires, then, then, call));
    return then;
}

void port_after(const struct port_function *f, const struct port_moment *then,
                const struct port_call *call)
{
    if (served.is_callbacks[served.nested--]) {
        return;
    }
    if (port_model.returned != NULL) {
        port_model.returned(f, call);
    }
    ask(f->ensures, then, look(PORT_NESTED), call);
    if (port_model.judged != NULL) {
        port_model.judged(f, call);
    }
}
