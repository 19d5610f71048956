#include "report.h"
#include "whole.h"

#include <cjson/cJSON.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 3 }; /* findings of each obligation in a setting */

/* "block@3", "trickle", "none" */
static void fault_text(const kept_finding *f, char *buf, size_t size)
{
    if (f->at > 0)
        snprintf(buf, size, "%s@%d", fault_names[f->fault], f->at);
    else
        snprintf(buf, size, "%s", fault_names[f->fault]);
}

static void report_finding(const setting_report *r, const kept_finding *f, const char *program)
{
    char setting[64], what[32];
    kit_setting_text(r, setting, sizeof setting);
    fault_text(f, what, sizeof what);
    printf("%s: %s; seen at operation %d on the socket, fault %s\n"
           "    %s: %s\n"
           "    again: %s --only '%s/%s/%s'\n",
           obligations[f->what].name, f->seen, f->last, what, obligations[f->what].condition,
           obligations[f->what].text, program, setting, f->scenario, what);
}

void report_setting(const setting_report *r, const char *program)
{
    char setting[64];
    int shown[OBLIGATION_COUNT] = {0}, unseen = 0;
    kit_setting_text(r, setting, sizeof setting);
    printf("%s: %d scenarios, %d cases, %d findings\n", setting, r->scenarios, r->cases,
           r->findings);
    if (r->limited > 0)
        printf("    limits of the engine: %d cases more\n", r->limited);
    for (int i = 0; i < LIMITS_MAX; i++)
        if (r->limits[i] > 0)
            printf("    %s: %s (%d)\n", r->engine->limits.obligations[i].obligation,
                   r->engine->limits.obligations[i].reason, r->limits[i]);
    for (int i = 0; i < r->kept; i++)
        if (shown[r->list[i].what]++ < SHOWN)
            report_finding(r, &r->list[i], program);
    for (int i = 0; i < OBLIGATION_COUNT; i++) {
        int hidden = (int)r->broken[i] - (shown[i] < SHOWN ? shown[i] : SHOWN);
        if (hidden > 0)
            printf("%s: %d more\n", obligations[i].name, hidden);
        unseen += r->checks[i] == 0 && r->broken[i] == 0;
    }
    if (unseen == 0)
        return;
    printf("    not looked at here:");
    for (int i = 0; i < OBLIGATION_COUNT; i++)
        if (r->checks[i] == 0 && r->broken[i] == 0)
            printf(" %s", obligations[i].name);
    printf("\n");
}

static cJSON *findings_of(const setting_report *r)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < r->kept; i++) {
        const kept_finding *f = &r->list[i];
        char what[32];
        cJSON *one = cJSON_CreateObject();
        fault_text(f, what, sizeof what);
        cJSON_AddStringToObject(one, "obligation", obligations[f->what].name);
        cJSON_AddStringToObject(one, "seen", f->seen);
        cJSON_AddStringToObject(one, "scenario", f->scenario);
        cJSON_AddStringToObject(one, "fault", what);
        cJSON_AddNumberToObject(one, "operation", f->last);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *limits_of(const setting_report *r)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < LIMITS_MAX; i++) {
        if (r->limits[i] == 0)
            continue;
        const tls_obligation_limit *limit = &r->engine->limits.obligations[i];
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "obligation", limit->obligation);
        cJSON_AddStringToObject(one, "scenario", limit->scenario);
        cJSON_AddStringToObject(one, "fault", limit->fault);
        cJSON_AddStringToObject(one, "reason", limit->reason);
        cJSON_AddNumberToObject(one, "findings", r->limits[i]);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *setting_object(const setting_report *r)
{
    char setting[64];
    cJSON *one = cJSON_CreateObject(), *checks = cJSON_AddObjectToObject(one, "checks");
    kit_setting_text(r, setting, sizeof setting);
    for (int i = 0; i < OBLIGATION_COUNT; i++)
        cJSON_AddNumberToObject(checks, obligations[i].name, r->checks[i]);
    cJSON_AddStringToObject(one, "setting", setting);
    cJSON_AddStringToObject(one, "engine", r->engine->version());
    cJSON_AddNumberToObject(one, "scenarios", r->scenarios);
    cJSON_AddNumberToObject(one, "cases", r->cases);
    cJSON_AddNumberToObject(one, "failed", r->failed);
    cJSON_AddItemToObject(one, "findings", findings_of(r));
    cJSON_AddNumberToObject(one, "limited", r->limited);
    cJSON_AddItemToObject(one, "limits", limits_of(r));
    return one;
}

static void add_unseen(cJSON *list, const tls_engine *engine)
{
    for (const tls_unseen *u = engine->limits.unseen; u && u->obligation; u++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "engine", engine->name);
        cJSON_AddStringToObject(one, "obligation", u->obligation);
        cJSON_AddStringToObject(one, "how", u->how);
        cJSON_AddStringToObject(one, "reason", u->reason);
        cJSON_AddItemToArray(list, one);
    }
}

int kit_report_write(const setting_report *list, int count, int sample, double seconds,
                     const frame_counts *counts, const char *path)
{
    cJSON *root = cJSON_CreateObject(), *tools = cJSON_AddObjectToObject(root, "tools");
    cJSON_AddStringToObject(tools, "compiler", __VERSION__);
    cJSON_AddStringToObject(tools, "peer", OpenSSL_version(OPENSSL_VERSION));
    cJSON *settings = cJSON_AddArrayToObject(root, "settings");
    cJSON *unseen = cJSON_AddArrayToObject(root, "unseen");
    for (int i = 0; i < count; i++) {
        cJSON_AddStringToObject(tools, list[i].engine->name, list[i].engine->version());
        cJSON_AddItemToArray(settings, setting_object(&list[i]));
        if (i == 0 || list[i].engine != list[i - 1].engine)
            add_unseen(unseen, list[i].engine);
    }
    cJSON_AddNumberToObject(root, "sample", sample);
    cJSON_AddNumberToObject(root, "passed", (double)counts->passed);
    cJSON_AddNumberToObject(root, "failed", (double)(counts->findings + counts->late));
    frame_add_late(root, counts);
    cJSON_AddNumberToObject(root, "seconds", (int)(seconds * 10) / 10.0);
    return write_whole(root, path, "kit");
}
