#include "rules.h"

static bool named(const int32_t *values, int count, int32_t value)
{
    for (int i = 0; i < count; i++)
        if (values[i] == value)
            return true;
    return count == 0;
}

static bool holds(const rule *r, const facts *f)
{
    for (int i = 0; i < r->conditions; i++)
        if (!(r->when[i].values >> f->is[r->when[i].fact] & 1))
            return false;
    if (r->is == THE_CAUSE && f->cause < 0)
        return false;
    return r->after == 0 || (r->after & f->after) != 0;
}

/* However many KeyUpdates or HelloRequests stand in a row, they count as one. */
static int32_t squeezed(int32_t sent)
{
    records all = (records)sent, kept = 0;
    for (int shift = 28; shift >= 0; shift -= 4) {
        kind k = (kind)(all >> shift & 15);
        bool again = (k == KEY_UPDATE || k == HELLO_REQUEST) && (kept & 15) == (records)k;
        if (k != NO_RECORD && !again)
            kept = records_and(kept, k);
    }
    return (int32_t)kept;
}

int rules_explain(const page *p, int release, step s, const facts *f, field at, int32_t got,
                  int32_t want)
{
    got = at == SENT ? squeezed(got) : got;
    want = at == SENT ? squeezed(want) : want;
    for (int i = 0; i < p->rules; i++) {
        const rule *r = &p->rule[i];
        if (r->field == at && (r->steps >> s & 1) && named(r->got, r->gots, got) &&
            named(r->want, r->wants, want) && release_in(release, &r->in) && holds(r, f))
            return i;
    }
    return -1;
}
