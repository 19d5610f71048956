/* A plan in words, and back: what names a cell in reports, and in --cell. */
#define _GNU_SOURCE
#include "cell.h"
#include "engines/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const orders[ORDERS] = {"peer-first", "we-first", "crossing"};
static const char *const cuts[CUTS] = {"uncut", "fin", "rst", "silence"};
static const char *const shapes[SHAPES] = {"plain",   "bytes",    "merged",
                                           "delayed", "late-out", "split"};
static const char *const alerts[ALERTS] = {"whole", "parts", "paired"};
static const char *const versions[] = {"1.2", "1.3"}, *const roles[] = {"client", "server"},
                         *const modes[] = {"blocking", "nonblocking"},
                         *const ways[] = {"in", "out"};

const char *plan_text(const fault_plan *p, char text[PLAN_TEXT])
{
    snprintf(text, PLAN_TEXT, "%s %s %s %s %s %s %s %s %s %u", p->engine->name, versions[p->tls13],
             roles[p->server], modes[p->nonblocking], orders[p->order], alerts[p->alert],
             shapes[p->shape], cuts[p->cut], ways[p->outward], (unsigned)p->at);
    return text;
}

const char *fault_limit(const fault_plan *p)
{
    return limit_of_notice(p->engine->tls, alerts[p->alert]);
}

static int place(const char *word, const char *const names[], int count, uint8_t *value)
{
    for (int i = 0; i < count; i++)
        if (strcmp(word, names[i]) == 0) {
            *value = (uint8_t)i;
            return 1;
        }
    return 0;
}

static int engine(const char *word, fault_plan *p)
{
    for (int i = 0; sides[i]; i++)
        if (strcmp(word, sides[i]->name) == 0)
            p->engine = sides[i];
    return p->engine != NULL;
}

int plan_parse(const char *text, fault_plan *p)
{
    char w[9][16];
    unsigned at;
    memset(p, 0, sizeof *p);
    if (sscanf(text, "%15s %15s %15s %15s %15s %15s %15s %15s %15s %u", w[0], w[1], w[2], w[3],
               w[4], w[5], w[6], w[7], w[8], &at) != 10)
        return 0;
    p->at = (uint16_t)at;
    return engine(w[0], p) && place(w[1], versions, 2, &p->tls13) &&
           place(w[2], roles, 2, &p->server) && place(w[3], modes, 2, &p->nonblocking) &&
           place(w[4], orders, ORDERS, &p->order) && place(w[5], alerts, ALERTS, &p->alert) &&
           place(w[6], shapes, SHAPES, &p->shape) && place(w[7], cuts, CUTS, &p->cut) &&
           place(w[8], ways, 2, &p->outward) && (!p->tls13 || p->engine->tls->has_tls13);
}
