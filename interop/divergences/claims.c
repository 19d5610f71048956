/* What a line of a sequence states, item by item. */
#include "divergences.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const error_names[] = {"NONE",        "WANT_READ", "WANT_WRITE",
                                          "ZERO_RETURN", "SYSCALL",   "SSL"};

/* The items with two words. The first is stated as 1, the second as 0. */
static const struct {
    int result;
    const char *yes, *no;
} facts[] = {
    {ANNOUNCED, "announced", "not announced"},
    {FLUSHED, "flushed", "not flushed"},
    {WAITED, "after a wait", "at once"},
};

static int *number_of(outcome *o, int result)
{
    switch (result) {
    case VALUE: return &o->value;
    case ERROR: return &o->error;
    case FLAGS: return &o->flags;
    case ANNOUNCED: return &o->announced;
    case FLUSHED: return &o->flushed;
    default: return &o->waited;
    }
}

static int get(const outcome *o, int result)
{
    return *number_of((outcome *)o, result);
}

static bool parse_number(const char *text, int *number)
{
    char *rest;
    long value = strtol(text, &rest, 10);
    *number = (int)value;
    return rest != text && *rest == '\0';
}

static int set_number(claim *c, int result, int number)
{
    if (c->names[result])
        return 0;
    c->names[result] = true;
    *number_of(&c->is, result) = number;
    return 1;
}

static int parse_sent(const char *item, claim *c)
{
    size_t length = strlen(item);
    if (length < 6 || strcmp(item + length - 5, " sent") != 0 || c->names[SENT])
        return 0;
    c->names[SENT] = true;
    if (strcmp(item, "nothing sent") != 0)
        snprintf(c->is.sent, sizeof c->is.sent, "%.*s", (int)(length - 5), item);
    return 1;
}

static int parse_item(const char *item, claim *c)
{
    int number;
    if (parse_number(item, &number))
        return set_number(c, VALUE, number);
    if (strncmp(item, "flags ", 6) == 0 && parse_number(item + 6, &number))
        return set_number(c, FLAGS, number);
    for (int e = 0; e < (int)(sizeof error_names / sizeof error_names[0]); e++)
        if (strcmp(item, error_names[e]) == 0)
            return set_number(c, ERROR, e);
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (strcmp(item, facts[i].yes) == 0 || strcmp(item, facts[i].no) == 0)
            return set_number(c, facts[i].result, strcmp(item, facts[i].yes) == 0);
    return parse_sent(item, c);
}

const char *claim_parse(const char *text, claim *out)
{
    static char item[256];
    memset(out, 0, sizeof *out);
    for (;;) {
        size_t length = strcspn(text, ",");
        size_t from = strspn(text, " "), to = length;
        while (to > from && isspace((unsigned char)text[to - 1]))
            to--;
        snprintf(item, sizeof item, "%.*s", (int)(to > from ? to - from : 0), text + from);
        if (!parse_item(item, out))
            return item;
        if (text[length] == '\0')
            return NULL;
        text += length + 1;
    }
}

static bool known(const outcome *o, int result)
{
    return result == SENT || get(o, result) != UNKNOWN;
}

static bool same_result(const outcome *a, const outcome *b, int result)
{
    if (result == SENT)
        return strcmp(a->sent, b->sent) == 0;
    return get(a, result) == get(b, result);
}

bool claim_holds(const claim *c, const outcome *o)
{
    for (int r = 0; r < RESULTS; r++)
        if (c->names[r] && known(o, r) && !same_result(&c->is, o, r))
            return false;
    return true;
}

bool outcomes_differ(const claim *c, const outcome *a, const outcome *b)
{
    for (int r = 0; r < RESULTS; r++)
        if (c->names[r] && known(a, r) && known(b, r) && !same_result(a, b, r))
            return true;
    return false;
}

static void result_text(const outcome *o, int result, char *buf, size_t size)
{
    int number = result == SENT ? 0 : get(o, result);
    if (result == VALUE)
        snprintf(buf, size, "%d", number);
    else if (result == ERROR)
        snprintf(buf, size, "%s", error_names[number]);
    else if (result == FLAGS)
        snprintf(buf, size, "flags %d", number);
    else if (result == SENT)
        snprintf(buf, size, "%s sent", o->sent[0] ? o->sent : "nothing");
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (facts[i].result == result)
            snprintf(buf, size, "%s", number ? facts[i].yes : facts[i].no);
}

void div_outcome_text(const claim *a, const claim *b, const outcome *o, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int r = 0; r < RESULTS; r++) {
        char part[SENT_MAX + 8];
        if ((!a->names[r] && !b->names[r]) || !known(o, r))
            continue;
        result_text(o, r, part, sizeof part);
        at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", part);
        if (at >= size)
            return;
    }
}
