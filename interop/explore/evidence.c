/* The run as JSON. */
#define _GNU_SOURCE
#include "frame.h"
#include "report.h"
#include "whole.h"

#include <errno.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPECIFICATION = 5 };
static const char *const specification[SPECIFICATION] = {
    "spec/machine.md", "spec/calls.md", "spec/outcomes.md", "spec/clauses.md", "spec/codes.md"};

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
            fprintf(stderr, "endwell-explore: %s: %s; run it in the folder of the tree\n", files[i],
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

/* Neither a device nor a folder may be replaced by a file. */
static bool can_be_written(const char *file)
{
    struct stat there;
    if (stat(file, &there) != 0 || S_ISREG(there.st_mode))
        return true;
    fprintf(stderr, "endwell-explore: %s is not a file\n", file);
    return false;
}

bool evidence_possible(const outcome_of_run *o, const char *file)
{
    char hex[65], temporary[4200];
    if (!digest(specification, SPECIFICATION, hex) || !digest(&o->page, 1, hex) ||
        !can_be_written(file))
        return false;
    snprintf(temporary, sizeof temporary, "%s.new", file);
    FILE *f = fopen(temporary, "w");
    if (!f)
        fprintf(stderr, "endwell-explore: %s cannot be written: %s\n", file, strerror(errno));
    else
        fclose(f);
    unlink(temporary);
    return f != NULL;
}

int write_json(cJSON *json, const char *file)
{
    if (can_be_written(file))
        return write_whole(json, file, "endwell-explore");
    cJSON_Delete(json);
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
        cJSON_AddBoolToObject(d, "expected", k->shown && release_in(j->subject->release(), &k->in));
        cJSON_AddNumberToObject(d, "differences", (double)j->board->times[i]);
        if (j->board->met[i].length > 0)
            add_sequence(d, j, &j->board->met[i]);
        cJSON_AddItemToArray(list, d);
    }
    return list;
}

/* Of this release, with the shortest sequence that shows each. */
static cJSON *claims(const job *j)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < j->page->claims; i++) {
        const claim *c = &j->page->claim[i];
        if (!release_in(j->subject->release(), &c->in))
            continue;
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", j->page->divergence[c->is].id);
        cJSON_AddStringToObject(item, "claim", c->text);
        if (j->board->shown[i].length > 0)
            add_sequence(item, j, &j->board->shown[i]);
        cJSON_AddItemToArray(list, item);
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
        cJSON_AddNumberToObject(item, "got", f->got);
        cJSON_AddNumberToObject(item, "want", f->want);
        cJSON_AddNumberToObject(item, "times", (double)f->times);
        add_sequence(item, j, &f->shortest);
        cJSON_AddItemToArray(list, item);
    }
    return list;
}

/* How often each rule explained something; -1 if it is about other releases. */
static cJSON *uses(const job *j)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < j->page->rules; i++) {
        bool ours = release_in(j->subject->release(), &j->page->rule[i].in);
        cJSON_AddItemToArray(list, cJSON_CreateNumber(ours ? (double)j->board->rule[i] : -1));
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

void add_totals(cJSON *e, double seconds)
{
    static const char *const names[] = {"sequences",   "calls",        "merged",      "differing",
                                        "unexplained", "random_walks", "random_calls"};
    const cJSON *list = cJSON_GetObjectItem(e, "walks");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cJSON_AddNumberToObject(e, names[i], total(list, names[i]));
    double calls = total(list, "calls") + total(list, "random_calls");
    cJSON_AddNumberToObject(e, "calls_per_second",
                            seconds > 0 ? (double)(long)(calls / seconds) : 0);
    cJSON_AddNumberToObject(e, "seconds", seconds);
}

/* As the frame of the other tools has it, for each leg: what is dealt to this shard. */
static void add_deck(cJSON *e, const job *j)
{
    frame_deck deck = {.which = j->shard + 1,
                       .of = j->shards,
                       .cases = (double)j->legs * UNITS,
                       .sum = (double)j->legs * UNITS * (UNITS + 1) / 2,
                       .own_cases = (double)j->board->own_units,
                       .own_sum = (double)j->board->own_sum};
    frame_add_deck(e, &deck);
}

int write_evidence(const job *j, const outcome_of_run *o, const char *file)
{
    char hex[65], catalogue[65], shard[32];
    if (!digest(specification, SPECIFICATION, hex) || !digest(&o->page, 1, catalogue))
        return -1;
    cJSON *e = cJSON_CreateObject(), *tools = cJSON_CreateObject();
    cJSON_AddStringToObject(e, "spec_sha256", hex);
    cJSON_AddStringToObject(e, "divergences_sha256", catalogue);
    cJSON_AddStringToObject(tools, j->subject->name, j->subject->version());
    cJSON_AddItemToObject(e, "tools", tools);
    cJSON_AddNumberToObject(e, "processes", j->jobs);
    cJSON_AddItemToObject(e, "walks", legs(j));
    add_totals(e, o->seconds);
    cJSON_AddNumberToObject(e, "states", (double)j->board->states);
    cJSON_AddNumberToObject(e, "replayed", o->replayed);
    cJSON_AddNumberToObject(e, "replays_differing", o->replays_differing);
    cJSON_AddNumberToObject(e, "missing", divergences_missing(j));
    cJSON_AddNumberToObject(e, "rules", j->page->rules);
    cJSON_AddNumberToObject(e, "rules_unused", rules_unused(j));
    cJSON_AddItemToObject(e, "rule_uses", uses(j));
    cJSON_AddItemToObject(e, "divergences", divergences(j));
    cJSON_AddItemToObject(e, "claims", claims(j));
    cJSON_AddItemToObject(e, "findings", findings(j));
    if (j->part) {
        snprintf(shard, sizeof shard, "%d/%d", j->shard + 1, j->shards);
        cJSON_AddStringToObject(e, "shard", shard);
        cJSON_AddItemToObject(e, "state_list", states(j->board));
        add_deck(e, j);
    }
    return write_json(e, file);
}
