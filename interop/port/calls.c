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
    bool is_aside[PORT_NESTED]; /* of that call nothing is asked */
} served;

void port_serves(void *object, const ew_transport *t)
{
    if (served.nested != 0) {
        port_program.cannot("a call of the engine has not come back");
    }
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

static bool applies(const struct port_clause *c, const struct port_moment *then,
                    const struct port_moment *now, const struct port_call *call)
{
    return c->when == NULL || c->when(then, now, call);
}

/* Also where it says nothing. */
static bool holds(const struct port_clause *c, const struct port_moment *then,
                  const struct port_moment *now, const struct port_call *call)
{
    return !applies(c, then, now, call) || c->then(then, now, call);
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
        all = all && holds(&port_clauses[i], then, then, call);
    }
    return !all;
}

static bool ask(const int clauses[2], const struct port_moment *then, const struct port_moment *now,
                const struct port_call *call)
{
    bool all = true;
    for (int i = clauses[0]; i < clauses[1]; i++) {
        if (applies(&port_clauses[i], then, now, call)) {
            bool held = holds(&port_clauses[i], then, now, call);
            port_program.asked(i, held);
            all = all && held;
        }
    }
    return all;
}

const struct port_moment *port_before(const struct port_function *f, const struct port_call *call)
{
    if (served.nested == 0 && port_model.begins != NULL) {
        port_model.begins();
    }
    const struct port_moment *then = look(served.nested++);
    if (served.nested == PORT_NESTED) {
        port_program.cannot("calls within calls within calls");
    }
    served.is_aside[served.nested] = true;
    if (is_callbacks(f, then, call)) {
        port_program.called(PORT_CALLBACKS);
    } else if (port_model.can_tell != NULL && !port_model.can_tell()) {
        port_program.called(PORT_UNTOLD);
    } else {
        served.is_aside[served.nested] = false;
        port_program.called(ask(f->requires, then, then, call) ? PORT_ALLOWED : PORT_OUTSIDE);
    }
    return then;
}

void port_after(const struct port_function *f, const struct port_moment *then,
                const struct port_call *call)
{
    bool is_aside = served.is_aside[served.nested--];
    if (port_model.returned != NULL) {
        port_model.returned(f, call);
    }
    if (is_aside || (port_model.can_tell != NULL && !port_model.can_tell())) {
        return;
    }
    ask(f->ensures, then, look(PORT_NESTED), call);
    if (port_model.judged != NULL) {
        port_model.judged(f, call);
    }
}
