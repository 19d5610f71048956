#include "steps.h"

#include <string.h>

/* Lines that are not the text of one step. */
static const struct {
    const char *text;
    meaning is;
} others[] = {
    {"SSL_set_connect_state(s)", {.begins = FRESH}},
    {"SSL_set_options(s, SSL_OP_IGNORE_UNEXPECTED_EOF)", {.begins = IGNORING_EOF}},
    {"SSL_get_shutdown(s)", {{LOOK}, 1, true, FLAGS, FLAGS, 0}},
    {"SSL_get_shutdown(s) & SSL_RECEIVED_SHUTDOWN, as 0 or 1", {{LOOK}, 1, true, END, END, 0}},
    {"SSL_SESSION_is_resumable(SSL_get_session(s))", {{LOOK}, 1, true, SESSION, KEPT, 0}},
    /* What is made of the session so far, whatever the verdict at the end will be. */
    {"SSL_SESSION_is_resumable(SSL_get_session(s)), so far",
     {{LOOK}, 1, true, SESSION, SESSION, 0}},
    {"SSL_SESSION_is_resumable(SSL_get_session(s)), after SSL_free(s)",
     {{FREE}, 1, true, SESSION, SESSION, 0}},
    /* From there on no error is cleared. */
    {"ERR_raise(ERR_LIB_USER, 1)", {{LEAVE_ERROR}, 1, false, VALUE, VALUE, 0}},
    {"peer: SSL_shutdown(p)", {{PEER_CLOSES}, 1, false, VALUE, VALUE, 0}},
    {"peer: SSL_set_shutdown(p, 0)", {.steps = 0}}, /* it sends what it is told */
    {"peer: SSL_write(p, \"data\")", {{PEER_DATA}, 1, false, VALUE, VALUE, 0}},
    {"peer: sends four warnings and close_notify",
     {{PEER_WARNINGS, PEER_CLOSES}, 2, false, VALUE, VALUE, 0}},
    {"peer: sends user_canceled and close_notify",
     {{PEER_CANCELS, PEER_CLOSES}, 2, false, VALUE, VALUE, 0}},
};

enum { OTHERS = sizeof others / sizeof others[0] };

bool find_meaning(const char *text, meaning *m)
{
    for (int i = 0; i < OTHERS; i++)
        if (strcmp(others[i].text, text) == 0) {
            *m = others[i].is;
            return true;
        }
    for (int s = 0; s < ALL_STEPS; s++)
        if (s != LOOK && strcmp(step_text((step)s), text) == 0) {
            *m = (meaning){
                .step = {(step)s}, .steps = 1, .has_result = step_is_call((step)s) && s != BUFFER};
            return true;
        }
    return false;
}

void list_meanings(FILE *out)
{
    for (int s = 0; s < ALL_STEPS; s++)
        if (s != LOOK)
            fprintf(out, "  %s\n", step_text((step)s));
    for (int i = 0; i < OTHERS; i++)
        fprintf(out, "  %s\n", others[i].text);
}

bool play_line(trial *t, const meaning *m, result *r)
{
    for (int i = 0; i < m->steps; i++) {
        trial_step(t, m->step[i], r);
        if (!r->done)
            return false;
    }
    if (!m->has_result)
        return true;
    r->got.part[VALUE] = r->got.part[m->libssl];
    r->want.part[VALUE] = r->want.part[m->contract];
    if (r->want.part[VALUE] < 0 && r->want.part[VALUE] != NONE_GIVEN)
        r->want.part[ERROR] = t->now.contract.error; /* though libssl has no class there */
    return true;
}
