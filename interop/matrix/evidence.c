/* Evidence files. */
#define _GNU_SOURCE
#include "report.h"
#include "results.h"

#include <stdio.h>

static cJSON *absences(const results *r)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < ABSENCES && r->absent[i].reason; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "reason", r->absent[i].reason);
        cJSON_AddNumberToObject(one, "count", r->absent[i].count);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static int in_memory(const results *r)
{
    int count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += r->jobs[i].variant.mode == IN_A_PAIR;
    return count;
}

int report_evidence(const results *r, const char *path)
{
    size_t failed = results_failed(r);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "cells", (double)r->count);
    cJSON_AddNumberToObject(json, "in_memory", in_memory(r));
    cJSON_AddNumberToObject(json, "passed", (double)(r->count - failed));
    cJSON_AddNumberToObject(json, "failed", (double)failed);
    cJSON_AddNumberToObject(json, "not_applicable", results_absent(r));
    cJSON_AddItemToObject(json, "not_applicable_reasons", absences(r));
    cJSON_AddItemToObject(json, "tools", results_tools(matrix_engines));
    cJSON_AddNumberToObject(json, "seconds", r->seconds);
    frame_counts counts = frame_count(r->jobs, r->count, sizeof *r->jobs);
    frame_add_late(json, &counts);
    frame_add_deck(json, &r->deck);
    if (r->deck.of) {
        char shard[32];
        snprintf(shard, sizeof shard, "%d/%d", r->deck.which, r->deck.of);
        cJSON_AddStringToObject(json, "shard", shard);
    }
    cJSON *records = cJSON_AddArrayToObject(json, "records");
    for (size_t i = 0; i < r->count; i++)
        cJSON_AddItemReferenceToArray(records, r->jobs[i].record);
    return write_whole(json, path, "interop");
}

static void add_differences(cJSON *list, const job *j)
{
    const variant *v = &j->variant;
    const cJSON *difference;
    char name[64];
    snprintf(name, sizeof name, "%s %s %s %s", v->engine->name, v->tls13 ? "1.3" : "1.2",
             v->server ? "server" : "client", mode_name(v->mode));
    cJSON_ArrayForEach(difference, cJSON_GetObjectItem(j->record, "differences"))
    {
        cJSON *d = cJSON_Duplicate(difference, 1);
        cJSON_AddStringToObject(d, "scenario", j->scenario->name);
        cJSON_AddStringToObject(d, "variant", name);
        cJSON_AddItemToArray(list, d);
    }
}

int report_differences(const results *r, const char *path)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < r->count; i++)
        add_differences(list, &r->jobs[i]);
    return write_whole(list, path, "interop");
}
