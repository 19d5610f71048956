#include "claims.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t steps_matching(const char *pattern, bool all)
{
    uint64_t found = 0;
    for (int s = 0; s < STEPS; s++)
        if ((all || step_is_call((step)s)) && fnmatch(pattern, step_name((step)s), 0) == 0)
            found |= (uint64_t)1 << s;
    return found;
}

/* Reading ----------------------------------------------------------------------------------- */

/* Each value that a field can have is tried. */
bool state_read(const char *text, size_t length, outcome *is, field *f)
{
    char written[192], *end;
    records sent;
    *is = no_outcome;
    is->part[VALUE] = (int32_t)strtol(text, &end, 10);
    *f = VALUE;
    if (length > 0 && end == text + length)
        return true;
    if (length > 5 && strncmp(text + length - 5, " sent", 5) == 0) {
        *f = SENT;
        bool good = records_parse(text, length - 5, &sent);
        is->part[SENT] = (int32_t)sent;
        return good;
    }
    for (*f = ERROR; *f < FIELDS; ++*f)
        for (int value = 0; value < (*f == ERROR ? 6 : *f == FLAGS ? 8 : 2); value++) {
            is->part[*f] = value;
            if (part_text(is, *f, written, sizeof written) && strlen(written) == length &&
                strncmp(written, text, length) == 0)
                return true;
        }
    return false;
}

/* "shutdown -> 0, nothing sent" */
static const char *read_step(claim_step *c, const char *text)
{
    const char *arrow = strstr(text, " -> "), *list = arrow ? arrow + 4 : "", *part;
    char name[64];
    size_t length;
    *c = (claim_step){.text = text, .is = no_outcome};
    snprintf(name, sizeof name, "%.*s", (int)(arrow ? arrow - text : (long)strlen(text)), text);
    c->steps = steps_matching(name, true);
    if (c->steps == 0)
        return text;
    while (next_part(&list, ',', &part, &length)) {
        outcome one;
        field f;
        if (!state_read(part, length, &one, &f) || c->states[f])
            return part;
        c->states[f] = true;
        c->is.part[f] = one.part[f];
    }
    return NULL;
}

const char *claim_read(claim *c, struct arena *arena, const char *text)
{
    const char *part;
    size_t length;
    c->text = text;
    while (next_part(&text, ';', &part, &length)) {
        const char *bad = c->steps == MOST_CLAIM_STEPS
                              ? part
                              : read_step(&c->step[c->steps], take_text(arena, part, length));
        if (bad)
            return bad;
        c->steps++;
    }
    return c->steps > 0 ? NULL : "nothing";
}

/* Seeing ------------------------------------------------------------------------------------ */

static bool comes(const claim_step *c, step s, const outcome *got)
{
    if (!(c->steps >> s & 1))
        return false;
    for (int f = 0; f < FIELDS; f++)
        if (c->states[f] && c->is.part[f] != got->part[f])
            return false;
    return true;
}

/* The first time that a step comes is as good as any later one, so none is tried twice. */
bool claim_note(const claim *c, claim_shown *shown, step s, const outcome *got, bool own)
{
    if (shown->steps == c->steps || !comes(&c->step[shown->steps], s, got))
        return false;
    shown->steps++;
    shown->own = shown->own || own;
    return shown->steps == c->steps && shown->own;
}
