#include "engines/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *limit_of_scenario(const tls_engine *e, const char *scenario, int tls13, int server)
{
    for (const tls_scenario_limit *l = e->limits.scenarios; l && l->scenario; l++)
        if (strcmp(l->scenario, scenario) == 0 && (l->tls13 == ANY || l->tls13 == tls13) &&
            (l->server == ANY || l->server == server))
            return l->reason;
    return NULL;
}

const char *limit_of_notice(const tls_engine *e, const char *alert)
{
    for (const tls_notice_limit *l = e->limits.notices; l && l->alert; l++)
        if (strcmp(l->alert, alert) == 0)
            return l->reason;
    return NULL;
}

const char *limit_of_message(const tls_engine *e, const char *message, int tls13)
{
    for (const tls_message_limit *l = e->limits.messages; l && l->message; l++)
        if (strcmp(l->message, message) == 0 && l->tls13 == tls13)
            return l->reason;
    return NULL;
}

/* Rows of a page ----------------------------------------------------------------------------- */

enum { ROWS = 64, CELLS = 1024 };

typedef struct {
    const char *reason, *target; /* target: whose cell came last */
    char cells[CELLS];
} limit_row;

typedef struct {
    limit_row row[ROWS];
    int count;
} limit_rows;

static limit_row *row_of(limit_rows *rows, const char *reason)
{
    for (int i = 0; i < rows->count; i++)
        if (strcmp(rows->row[i].reason, reason) == 0)
            return &rows->row[i];
    if (rows->count == ROWS)
        return NULL;
    limit_row *fresh = &rows->row[rows->count++];
    *fresh = (limit_row){.reason = reason};
    return fresh;
}

static void add(limit_rows *rows, const char *reason, const char *target, const char *format, ...)
{
    limit_row *row = row_of(rows, reason);
    if (!row)
        return;
    va_list ap;
    size_t at = strlen(row->cells);
    const char *between = !row->target ? "" : strcmp(row->target, target) != 0 ? "; " : ", ";
    at += (size_t)snprintf(row->cells + at, CELLS - at, "%s", between);
    if (!row->target || strcmp(row->target, target) != 0)
        at += (size_t)snprintf(row->cells + at, CELLS - at, "`make %s`: ", target);
    va_start(ap, format);
    vsnprintf(row->cells + at, CELLS - at, format, ap);
    va_end(ap);
    row->target = target;
}

/* " (TLS 1.3, server)" */
static const char *where(int tls13, int server)
{
    static const char *const words[3][3] = {
        {"", " (client)", " (server)"},
        {" (TLS 1.2)", " (TLS 1.2, client)", " (TLS 1.2, server)"},
        {" (TLS 1.3)", " (TLS 1.3, client)", " (TLS 1.3, server)"}};
    return words[tls13 + 1][server + 1];
}

static void add_kit(limit_rows *rows, const tls_limits *limits)
{
    for (const tls_obligation_limit *l = limits->obligations; l && l->obligation; l++) {
        int tls13 = strcmp(l->version, "*") == 0 ? ANY : strcmp(l->version, "1.3") == 0;
        int all = strcmp(l->fault, "*") == 0;
        add(rows, l->reason, "kit", "`%s` in `%s`%s%s%s%s", l->obligation, l->scenario,
            all ? "" : " under `", all ? "" : l->fault, all ? "" : "`", where(tls13, ANY));
    }
    for (const tls_unseen *l = limits->unseen; l && l->obligation; l++) {
        int all = strcmp(l->how, "*") == 0;
        add(rows, l->reason, "test-kit", "wrong ports%s%s%s for `%s`", all ? "" : " `",
            all ? "" : l->how, all ? "" : "`", l->obligation);
    }
}

void limits_print(const tls_engine *e)
{
    static limit_rows rows;
    const tls_limits *limits = &e->limits;
    rows.count = 0;
    for (const tls_scenario_limit *l = limits->scenarios; l && l->scenario; l++)
        if (l->tls13 != 1 || e->has_tls13)
            add(&rows, l->reason, "interop", "`%s`%s", l->scenario, where(l->tls13, l->server));
    for (const tls_notice_limit *l = limits->notices; l && l->alert; l++)
        add(&rows, l->reason, "faults", "close_notify `%s`", l->alert);
    for (const tls_message_limit *l = limits->messages; l && l->message; l++)
        if (!l->tls13 || e->has_tls13)
            add(&rows, l->reason, "fuzz", "%s%s", l->message, where(l->tls13, ANY));
    add_kit(&rows, limits);
    if (limits->memory.reason)
        add(&rows, limits->memory.reason, "system-faults", "%s%s%s without memory in the handshake",
            limits->memory.crashes ? "a crash" : "",
            limits->memory.crashes && limits->memory.leaks ? " or " : "",
            limits->memory.leaks ? "a leak" : "");
    if (rows.count == 0)
        printf("| %s | none | nothing |\n", e->title);
    for (int i = 0; i < rows.count; i++)
        printf("| %s | %s | %s |\n", e->title, rows.row[i].reason, rows.row[i].cells);
}
