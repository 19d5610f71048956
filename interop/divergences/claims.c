/* What a line of a sequence states, item by item. */
#include "divergences.h"

#include <string.h>

const char *stated_read(struct arena *arena, const char *text, stated *out)
{
    const char *part;
    size_t length;
    *out = (stated){.is = no_outcome};
    while (next_part(&text, ',', &part, &length)) {
        outcome one;
        field f;
        if (!state_read(part, length, &one, &f) || out->names[f])
            return take_text(arena, part, length);
        out->names[f] = true;
        out->is.part[f] = one.part[f];
    }
    return memchr(out->names, true, sizeof out->names) ? NULL : "";
}

static bool same_in(const stated *s, const outcome *a, const outcome *b)
{
    for (int f = 0; f < FIELDS; f++)
        if (s->names[f] && !outcome_same(a, b, (field)f))
            return false;
    return true;
}

bool stated_holds(const stated *s, const outcome *o)
{
    return same_in(s, &s->is, o);
}

bool stated_differs(const stated *s, const outcome *a, const outcome *b)
{
    return !same_in(s, a, b);
}

void stated_text(const stated *a, const stated *b, const outcome *o, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int f = 0; f < FIELDS && at < size; f++) {
        char part[192];
        if ((a->names[f] || b->names[f]) && part_text(o, (field)f, part, sizeof part))
            at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", part);
    }
}
