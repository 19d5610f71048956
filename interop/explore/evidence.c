/* The run as JSON, and several runs added up. */
#define _GNU_SOURCE
#include "report.h"

#include <errno.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool digest(const char *const *files, size_t count, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char block[4096], sum[32];
    mbedtls_sha256_context sha;
    mbedtls_sha256_init(&sha);
    mbedtls_sha256_starts_ret(&sha, 0);
    for (size_t i = 0; i < count; i++) {
        FILE *f = fopen(files[i], "rb");
        size_t n;
        if (!f) {
            fprintf(stderr, "endwell-explore: %s: %s; run it where the specification is\n", files[i],
                    strerror(errno));
            return false;
        }
        while ((n = fread(block, 1, sizeof block, f)) > 0)
            mbedtls_sha256_update_ret(&sha, block, n);
        fclose(f);
    }
    mbedtls_sha256_finish_ret(&sha, sum);
    mbedtls_sha256_free(&sha);
    for (int i = 0; i < 32; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
    return true;
}

int write_json(const cJSON *json, const char *file)
{
    char temporary[4200];
    char *text = cJSON_Print(json);
    snprintf(temporary, sizeof temporary, "%s.new", file);
    FILE *f = text ? fopen(temporary, "w") : NULL;
    bool good = f && fprintf(f, "%s\n", text) > 0;
    if (f && fclose(f) != 0)
        good = false;
    free(text);
    if (good && rename(temporary, file) == 0)
        return 0;
    fprintf(stderr, "endwell-explore: %s cannot be written: %s\n", file, strerror(errno));
    unlink(temporary);
    return -1;
}

static void add_sequence(cJSON *to, const job *j, const sequence *s)
{
    char text[1600], name[64];
    sequence_text(s, text, sizeof text);
    setting_text(j->leg[s->leg].at, name, sizeof name);
    cJSON_AddStringToObject(to, "setting", name);
    cJSON_AddStringToObject(to, "sequence", text);
}

static cJSON *legs(const job *j)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < j->legs; i++) {
        cJSON *l = cJSON_CreateObject();
        char name[64];
        int letters = 0;
        for (int s = 0; s < STEPS; s++)
            letters += (int)(j->leg[i].alphabet >> s & 1);
        setting_text(j->leg[i].at, name, sizeof name);
        cJSON_AddStringToObject(l, "setting", name);
        cJSON_AddStringToObject(l, "alphabet", j->leg[i].letters);
        cJSON_AddNumberToObject(l, "letters", letters);
        cJSON_AddNumberToObject(l, "depth", j->leg[i].depth);
        cJSON_AddNumberToObject(l, "sequences", (double)j->board->of[i].sequences);
        cJSON_AddNumberToObject(l, "calls", (double)j->board->of[i].calls);
        cJSON_AddNumberToObject(l, "merged", (double)j->board->of[i].merged);
        cJSON_AddNumberToObject(l, "differing", (double)j->board->of[i].differing);
        cJSON_AddNumberToObject(l, "unexplained", (double)j->board->of[i].unexplained);
        cJSON_AddNumberToObject(l, "random_walks", (double)j->board->of[i].random_walks);
        cJSON_AddNumberToObject(l, "random_calls", (double)j->board->of[i].random_calls);
        cJSON_AddItemToArray(list, l);
    }
    return list;
}

static cJSON *divergences(const job *j)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < j->page->divergences; i++) {
        const known *k = &j->page->divergence[i];
        cJSON *d = cJSON_CreateObject();
        cJSON_AddStringToObject(d, "id", k->id);
        cJSON_AddBoolToObject(d, "expected", k->shown && release_in(j->subject->release(), k->in));
        cJSON_AddNumberToObject(d, "differences", (double)j->board->times[i]);
        if (j->board->met[i].length > 0)
            add_sequence(d, j, &j->board->met[i]);
        cJSON_AddItemToArray(list, d);
    }
    return list;
}

static cJSON *findings(const job *j)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < j->board->findings; i++) {
        const finding *f = &j->board->finding[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "step", step_name((step)f->step));
        cJSON_AddStringToObject(item, "field", field_name((field)f->field));
        cJSON_AddNumberToObject(item, "times", (double)f->times);
        add_sequence(item, j, &f->shortest);
        cJSON_AddItemToArray(list, item);
    }
    return list;
}

static cJSON *states(const board *b)
{
    cJSON *list = cJSON_CreateArray();
    char hex[17];
    for (size_t i = 0; i < STATES_ROOM; i++) {
        if (b->state[i] == 0)
            continue;
        snprintf(hex, sizeof hex, "%016llx", (unsigned long long)b->state[i]);
        cJSON_AddItemToArray(list, cJSON_CreateString(hex));
    }
    return list;
}

static double total(const cJSON *list, const char *name)
{
    const cJSON *item;
    double sum = 0;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *number = cJSON_GetObjectItem(item, name);
        sum += number ? number->valuedouble : 0;
    }
    return sum;
}

static void add_totals(cJSON *e, double seconds)
{
    static const char *const names[] = {"sequences",   "calls",        "merged",      "differing",
                                        "unexplained", "random_walks", "random_calls"};
    const cJSON *list = cJSON_GetObjectItem(e, "walks");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cJSON_AddNumberToObject(e, names[i], total(list, names[i]));
    double calls = total(list, "calls") + total(list, "random_calls");
    cJSON_AddNumberToObject(e, "calls_per_second", seconds > 0 ? (double)(long)(calls / seconds) : 0);
    cJSON_AddNumberToObject(e, "seconds", seconds);
}

static bool add_sources(cJSON *e, const char *const *files)
{
    char hex[65];
    cJSON *sources = cJSON_AddObjectToObject(e, "sources");
    for (; *files; files++) {
        if (!digest(files, 1, hex))
            return false;
        cJSON_AddStringToObject(sources, *files, hex);
    }
    return true;
}

int write_evidence(const job *j, const outcome_of_run *o, const char *file)
{
    static const char *const spec[] = {"spec/machine.md", "spec/calls.md", "spec/outcomes.md",
                                       "spec/clauses.md"};
    char hex[65], catalogue[65], shard[32];
    if (!digest(spec, 4, hex) || !digest(&o->page, 1, catalogue))
        return -1;
    cJSON *e = cJSON_CreateObject(), *tools = cJSON_CreateObject();
    cJSON_AddStringToObject(e, "spec_sha256", hex);
    cJSON_AddStringToObject(e, "divergences_sha256", catalogue);
    cJSON_AddStringToObject(tools, j->subject->name, j->subject->version());
    cJSON_AddItemToObject(e, "tools", tools);
    if (j->subject->sources && !add_sources(e, j->subject->sources))
        return -1;
    cJSON_AddNumberToObject(e, "processes", j->jobs);
    cJSON_AddItemToObject(e, "walks", legs(j));
    add_totals(e, o->seconds);
    cJSON_AddNumberToObject(e, "states", (double)j->board->states);
    cJSON_AddNumberToObject(e, "replayed", o->replayed);
    cJSON_AddNumberToObject(e, "replays_differing", o->replays_differing);
    cJSON_AddNumberToObject(e, "missing", divergences_missing(j));
    cJSON_AddNumberToObject(e, "rules", j->page->rules);
    cJSON_AddNumberToObject(e, "rules_unused", rules_unused(j));
    cJSON_AddItemToObject(e, "divergences", divergences(j));
    cJSON_AddItemToObject(e, "findings", findings(j));
    if (j->shards > 1) {
        snprintf(shard, sizeof shard, "%d/%d", j->shard + 1, j->shards);
        cJSON_AddStringToObject(e, "shard", shard);
        cJSON_AddItemToObject(e, "state_list", states(j->board));
    }
    int status = write_json(e, file);
    cJSON_Delete(e);
    return status;
}

/* Adding up --------------------------------------------------------------------------------- */

static cJSON *read_part(const char *file)
{
    FILE *f = fopen(file, "rb");
    size_t room = 0, length = 0;
    char *text = NULL;
    while (f && !feof(f)) {
        room += 1 << 20;
        text = realloc(text, room);
        if (!text)
            break;
        length += fread(text + length, 1, room - length, f);
    }
    cJSON *json = text ? cJSON_ParseWithLength(text, length) : NULL;
    if (f)
        fclose(f);
    free(text);
    if (!json || !cJSON_GetObjectItem(json, "shard") || !cJSON_GetObjectItem(json, "state_list")) {
        fprintf(stderr, "endwell-explore: %s is not the evidence of a shard\n", file);
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

static bool same_text(const cJSON *a, const cJSON *b, const char *name)
{
    return cJSON_Compare(cJSON_GetObjectItem(a, name), cJSON_GetObjectItem(b, name), true);
}

static void add_number(cJSON *to, const cJSON *from, const char *name)
{
    cJSON *sum = cJSON_GetObjectItem(to, name);
    cJSON_SetNumberValue(sum, sum->valuedouble + cJSON_GetObjectItem(from, name)->valuedouble);
}

/* Item by item: the lists of all parts are in the same order. */
static void add_lists(cJSON *to, const cJSON *from, const char *const *names, size_t count)
{
    for (int i = 0; i < cJSON_GetArraySize(to); i++)
        for (size_t n = 0; n < count; n++)
            add_number(cJSON_GetArrayItem(to, i), cJSON_GetArrayItem(from, i), names[n]);
}

/* A sequence is kept if it comes first in the order of length and text. */
static void take_sequences(cJSON *to, const cJSON *from)
{
    for (int i = 0; i < cJSON_GetArraySize(to); i++) {
        cJSON *mine = cJSON_GetArrayItem(to, i);
        const cJSON *theirs = cJSON_GetArrayItem(from, i);
        sequence a = {0}, b = {0};
        const cJSON *own = cJSON_GetObjectItem(mine, "sequence");
        const cJSON *other = cJSON_GetObjectItem(theirs, "sequence");
        if (!other || (own && !sequence_parse(own->valuestring, &a)) ||
            !sequence_parse(other->valuestring, &b) || !sequence_before(&b, &a))
            continue;
        cJSON_DeleteItemFromObject(mine, "sequence");
        cJSON_DeleteItemFromObject(mine, "setting");
        cJSON_AddItemToObject(mine, "setting",
                              cJSON_Duplicate(cJSON_GetObjectItem(theirs, "setting"), 1));
        cJSON_AddItemToObject(mine, "sequence", cJSON_Duplicate(other, 1));
    }
}

static bool add_part(cJSON *sum, const cJSON *part, board *states)
{
    static const char *const of_walks[] = {"sequences",   "calls",        "merged",      "differing",
                                           "unexplained", "random_walks", "random_calls"};
    static const char *const of_divergences[] = {"differences"};
    static const char *const of_run[] = {"replayed", "replays_differing", "seconds"};
    const cJSON *state, *item;
    cJSON_ArrayForEach(state, cJSON_GetObjectItem(part, "state_list"))
        board_state(states, strtoull(state->valuestring, NULL, 16));
    if (!sum)
        return true;
    cJSON *walks = cJSON_GetObjectItem(sum, "walks");
    cJSON *list = cJSON_GetObjectItem(sum, "divergences");
    const cJSON *part_walks = cJSON_GetObjectItem(part, "walks");
    if (!same_text(sum, part, "spec_sha256") || !same_text(sum, part, "divergences_sha256") ||
        !same_text(sum, part, "tools") ||
        cJSON_GetArraySize(walks) != cJSON_GetArraySize(part_walks))
        return false;
    add_lists(walks, part_walks, of_walks, 7);
    add_lists(list, cJSON_GetObjectItem(part, "divergences"), of_divergences, 1);
    take_sequences(list, cJSON_GetObjectItem(part, "divergences"));
    for (int i = 0; i < 3; i++)
        add_number(sum, part, of_run[i]);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(part, "findings"))
        cJSON_AddItemToArray(cJSON_GetObjectItem(sum, "findings"), cJSON_Duplicate(item, 1));
    return true;
}

/* 1/N .. N/N, each once. */
static bool all_shards(char *const *shard, int count)
{
    for (int k = 1; k <= count; k++) {
        char want[32];
        int found = 0;
        snprintf(want, sizeof want, "%d/%d", k, count);
        for (int i = 0; i < count; i++)
            found += strcmp(shard[i], want) == 0;
        if (found != 1) {
            fprintf(stderr, "endwell-explore: shard %s is there %d times\n", want, found);
            return false;
        }
    }
    return true;
}

int sum_evidence(char **parts, int count, const char *file)
{
    static const char *const totals[] = {"sequences",    "calls",       "merged",
                                         "differing",    "unexplained", "random_walks",
                                         "random_calls", "calls_per_second"};
    cJSON *sum = NULL;
    board *states = board_new();
    char **shard = calloc((size_t)count, sizeof *shard);
    bool good = states && shard;
    for (int i = 0; i < count && good; i++) {
        cJSON *part = read_part(parts[i]);
        good = part && add_part(sum, part, states);
        if (part && !good)
            fprintf(stderr, "endwell-explore: %s is of another run\n", parts[i]);
        if (part)
            shard[i] = strdup(cJSON_GetObjectItem(part, "shard")->valuestring);
        if (i == 0)
            sum = part;
        else
            cJSON_Delete(part);
    }
    good = good && all_shards(shard, count);
    if (good) {
        double seconds = cJSON_GetObjectItem(sum, "seconds")->valuedouble;
        cJSON_DeleteItemFromObject(sum, "shard");
        cJSON_DeleteItemFromObject(sum, "state_list");
        cJSON_DeleteItemFromObject(sum, "seconds");
        for (int i = 0; i < 8; i++)
            cJSON_DeleteItemFromObject(sum, totals[i]);
        add_totals(sum, seconds);
        cJSON_SetNumberValue(cJSON_GetObjectItem(sum, "states"), (double)states->states);
        good = write_json(sum, file) == 0;
        if (good)
            printf("%d parts added up: %.0f calls, %.0f of them unexplained\n", count,
                   cJSON_GetObjectItem(sum, "calls")->valuedouble,
                   cJSON_GetObjectItem(sum, "unexplained")->valuedouble);
    }
    cJSON_Delete(sum);
    return good ? 0 : -1;
}
