/* What a cell notes, and what it finds different. */
#define _GNU_SOURCE
#include "cell.h"
#include "endwell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cell_note(cell *c, const char *who, const char *what, cJSON *details)
{
    cJSON *entry = details ? details : cJSON_CreateObject();
    cJSON_AddStringToObject(entry, who, what);
    cJSON_AddItemToArray(c->log, entry);
}

void cell_differ(cJSON *list, const char *clauses, const char *label, const char *field,
                 const char *got, const char *want)
{
    cJSON *d = cJSON_CreateObject();
    cJSON_AddStringToObject(d, "label", label);
    cJSON_AddStringToObject(d, "field", field);
    cJSON_AddStringToObject(d, "got", got);
    cJSON_AddStringToObject(d, "want", want);
    cJSON_AddStringToObject(d, "clauses", clauses);
    cJSON_AddItemToArray(list, d);
}

static void differ(cell *c, const char *clauses, const char *label, const char *field,
                   const char *got, const char *want)
{
    cJSON *d = cJSON_CreateObject();
    cell_differ(c->differences, clauses, label, field, got, want);
    cJSON_AddStringToObject(d, "field", field);
    cJSON_AddStringToObject(d, "got", got);
    cJSON_AddStringToObject(d, "want", want);
    cell_note(c, "difference", label, d);
}

static const char *number_text(const char *field, int value, char buf[16])
{
    if (strcmp(field, "error") == 0)
        return ew_error_name(value);
    if (strcmp(field, "reason") == 0)
        return ew_reason_name(value);
    snprintf(buf, 16, "%d", value);
    return buf;
}

void cell_check(cell *c, const char *clauses, const char *label, const char *field, int got,
                int want)
{
    char a[16], b[16];
    c->checks++;
    if (got != want)
        differ(c, clauses, label, field, number_text(field, got, a), number_text(field, want, b));
}

void cell_check_text(cell *c, const char *clauses, const char *label, const char *field,
                     const char *got, const char *want)
{
    c->checks++;
    if (strcmp(got, want) != 0)
        differ(c, clauses, label, field, got, want);
}

void cell_stop(cell *c, const char *why)
{
    if (c->dead)
        return;
    c->dead = 1;
    c->checks++;
    differ(c, "-", "script", "cannot go on", why, "goes on");
}

const char *cell_label(cell *c, const char *call, char buf[64])
{
    cJSON *n = cJSON_GetObjectItem(c->occurrences, call);
    if (!n)
        n = cJSON_AddNumberToObject(c->occurrences, call, 0);
    cJSON_SetNumberValue(n, n->valuedouble + 1);
    snprintf(buf, 64, "%s %d", call, (int)n->valuedouble);
    return buf;
}
