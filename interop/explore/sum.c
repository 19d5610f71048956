/* The evidence of all shards of a run, added up. */
#define _GNU_SOURCE
#include "report.h"
#include "whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const of_walks[] = {"sequences",   "calls",        "merged",      "differing",
                                       "unexplained", "random_walks", "random_calls"};
static const char *const of_divergences[] = {"differences"};
static const char *const of_run[] = {"replayed", "replays_differing", "seconds"};
static const char *const lists[] = {"walks",     "divergences", "findings",
                                    "rule_uses", "state_list",  "claims"};

static const char *const of_deck[] = {"cases", "sum"};

enum { WALKS = 7, RUNS = 3, LISTS = 6, DECK = 2 };

/* Parts ------------------------------------------------------------------------------------- */

static bool has_numbers(const cJSON *item, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!cJSON_IsNumber(cJSON_GetObjectItem(item, names[i])))
            return false;
    return true;
}

static bool has_texts(const cJSON *item, const char *first, const char *second)
{
    return cJSON_IsString(cJSON_GetObjectItem(item, first)) &&
           cJSON_IsString(cJSON_GetObjectItem(item, second));
}

static bool is_part(const cJSON *part)
{
    const cJSON *item;
    for (int i = 0; i < LISTS; i++)
        if (!cJSON_IsArray(cJSON_GetObjectItem(part, lists[i])))
            return false;
    cJSON_ArrayForEach(
        item, cJSON_GetObjectItem(part, "walks")) if (!has_numbers(item, of_walks, WALKS) ||
                                                      !has_texts(item, "setting",
                                                                 "alphabet")) return false;
    cJSON_ArrayForEach(
        item, cJSON_GetObjectItem(part, "divergences")) if (!has_numbers(item, of_divergences,
                                                                         1)) return false;
    cJSON_ArrayForEach(
        item, cJSON_GetObjectItem(
                  part, "findings")) if (!cJSON_IsNumber(cJSON_GetObjectItem(item, "times")) ||
                                         !has_texts(item, "setting", "sequence")) return false;
    cJSON_ArrayForEach(
        item, cJSON_GetObjectItem(part, "state_list")) if (!cJSON_IsString(item)) return false;
    return has_numbers(part, of_run, RUNS) && has_texts(part, "shard", "spec_sha256") &&
           has_numbers(cJSON_GetObjectItem(part, "whole"), of_deck, DECK) &&
           has_numbers(cJSON_GetObjectItem(part, "dealt"), of_deck, DECK);
}

static cJSON *read_part(const char *file)
{
    size_t length;
    char *text = read_whole(file, &length);
    cJSON *json = text ? cJSON_ParseWithLength(text, length) : NULL;
    free(text);
    if (json && is_part(json))
        return json;
    fprintf(stderr, "endwell-explore: %s is not the evidence of a shard\n", file);
    cJSON_Delete(json);
    return NULL;
}

/* The same walks over the same library, held to the same pages. */
static bool same_run(const cJSON *a, const cJSON *b)
{
    static const char *const said[] = {"spec_sha256", "divergences_sha256", "tools", "rules",
                                       "whole"};
    static const char *const of_walk[] = {"setting", "alphabet", "letters", "depth"};
    const cJSON *x = cJSON_GetObjectItem(a, "walks"), *y = cJSON_GetObjectItem(b, "walks");
    for (int i = 0; i < 5; i++)
        if (!cJSON_Compare(cJSON_GetObjectItem(a, said[i]), cJSON_GetObjectItem(b, said[i]), true))
            return false;
    if (cJSON_GetArraySize(x) != cJSON_GetArraySize(y))
        return false;
    for (int w = 0; w < cJSON_GetArraySize(x); w++)
        for (int i = 0; i < 4; i++)
            if (!cJSON_Compare(cJSON_GetObjectItem(cJSON_GetArrayItem(x, w), of_walk[i]),
                               cJSON_GetObjectItem(cJSON_GetArrayItem(y, w), of_walk[i]), true))
                return false;
    return true;
}

/* Adding ------------------------------------------------------------------------------------ */

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

static void add_uses(cJSON *to, const cJSON *from)
{
    for (int i = 0; i < cJSON_GetArraySize(to); i++) {
        cJSON *sum = cJSON_GetArrayItem(to, i);
        const cJSON *more = cJSON_GetArrayItem(from, i);
        if (more && sum->valuedouble >= 0)
            cJSON_SetNumberValue(sum, sum->valuedouble + more->valuedouble);
    }
}

/* A sequence is kept if it comes first in the order of length and steps. */
static void take_sequence(cJSON *mine, const cJSON *theirs)
{
    sequence a = {0}, b = {0};
    const cJSON *own = cJSON_GetObjectItem(mine, "sequence");
    const cJSON *other = cJSON_GetObjectItem(theirs, "sequence");
    if (!other || (own && !sequence_parse(own->valuestring, &a)) ||
        !sequence_parse(other->valuestring, &b) || !sequence_before(&b, &a))
        return;
    cJSON_DeleteItemFromObject(mine, "sequence");
    cJSON_DeleteItemFromObject(mine, "setting");
    cJSON_AddItemToObject(mine, "setting",
                          cJSON_Duplicate(cJSON_GetObjectItem(theirs, "setting"), 1));
    cJSON_AddItemToObject(mine, "sequence", cJSON_Duplicate(other, 1));
}

static bool same_finding(const cJSON *a, const cJSON *b)
{
    static const char *const names[] = {"step", "field", "got", "want"};
    for (int i = 0; i < 4; i++)
        if (!cJSON_Compare(cJSON_GetObjectItem(a, names[i]), cJSON_GetObjectItem(b, names[i]),
                           true))
            return false;
    return true;
}

static void add_finding(cJSON *list, const cJSON *more)
{
    cJSON *mine;
    cJSON_ArrayForEach(mine, list)
    {
        if (!same_finding(mine, more))
            continue;
        add_number(mine, more, "times");
        take_sequence(mine, more);
        return;
    }
    cJSON_AddItemToArray(list, cJSON_Duplicate(more, 1));
}

static void take_sequences(cJSON *sum, const cJSON *part, const char *name)
{
    cJSON *mine = cJSON_GetObjectItem(sum, name);
    const cJSON *theirs = cJSON_GetObjectItem(part, name);
    for (int i = 0; i < cJSON_GetArraySize(mine); i++)
        take_sequence(cJSON_GetArrayItem(mine, i), cJSON_GetArrayItem(theirs, i));
}

static void add_part(cJSON *sum, const cJSON *part)
{
    const cJSON *item;
    add_lists(cJSON_GetObjectItem(sum, "walks"), cJSON_GetObjectItem(part, "walks"), of_walks,
              WALKS);
    add_lists(cJSON_GetObjectItem(sum, "divergences"), cJSON_GetObjectItem(part, "divergences"),
              of_divergences, 1);
    take_sequences(sum, part, "divergences");
    take_sequences(sum, part, "claims");
    add_uses(cJSON_GetObjectItem(sum, "rule_uses"), cJSON_GetObjectItem(part, "rule_uses"));
    for (int i = 0; i < RUNS; i++)
        add_number(sum, part, of_run[i]);
    for (int i = 0; i < DECK; i++)
        add_number(cJSON_GetObjectItem(sum, "dealt"), cJSON_GetObjectItem(part, "dealt"),
                   of_deck[i]);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(part, "findings"))
        add_finding(cJSON_GetObjectItem(sum, "findings"), item);
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

/* ... and all that they walked is the whole, each unit once. */
static bool all_units(const cJSON *sum)
{
    if (cJSON_Compare(cJSON_GetObjectItem(sum, "dealt"), cJSON_GetObjectItem(sum, "whole"), true))
        return true;
    fprintf(stderr, "endwell-explore: the shards are not the whole walk: one is there twice\n");
    return false;
}

/* What is counted from the sums. */
static void count_again(cJSON *sum, const board *states)
{
    const cJSON *item;
    int missing = 0, unused = 0;
    double seconds = cJSON_GetObjectItem(sum, "seconds")->valuedouble;
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(sum, "divergences")) missing +=
        cJSON_IsTrue(cJSON_GetObjectItem(item, "expected")) &&
        !cJSON_GetObjectItem(item, "sequence");
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(sum, "claims")) missing +=
        !cJSON_GetObjectItem(item, "sequence");
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(sum, "rule_uses")) unused +=
        item->valuedouble == 0;
    for (int i = 0; i < WALKS; i++)
        cJSON_DeleteItemFromObject(sum, of_walks[i]);
    cJSON_DeleteItemFromObject(sum, "calls_per_second");
    cJSON_DeleteItemFromObject(sum, "seconds");
    cJSON_DeleteItemFromObject(sum, "shard");
    cJSON_DeleteItemFromObject(sum, "state_list");
    cJSON_DeleteItemFromObject(sum, "dealt");
    cJSON_DeleteItemFromObject(sum, "whole");
    add_totals(sum, seconds);
    cJSON_SetNumberValue(cJSON_GetObjectItem(sum, "missing"), missing);
    cJSON_SetNumberValue(cJSON_GetObjectItem(sum, "rules_unused"), unused);
    cJSON_SetNumberValue(cJSON_GetObjectItem(sum, "states"), (double)states->states);
}

static int judge_sum(const cJSON *sum, int count, bool complete)
{
    double missing = cJSON_GetObjectItem(sum, "missing")->valuedouble;
    double unexplained = cJSON_GetObjectItem(sum, "unexplained")->valuedouble;
    double differing = cJSON_GetObjectItem(sum, "replays_differing")->valuedouble;
    printf("%d parts added up: %.0f calls, %.0f of them unexplained; %.0f sequences gave something "
           "else on a fresh connection\n",
           count, cJSON_GetObjectItem(sum, "calls")->valuedouble, unexplained, differing);
    if (complete && missing > 0)
        printf("%.0f divergences of this release were not met\n", missing);
    return unexplained > 0 || differing > 0 || (complete && missing > 0) ? EXIT_FINDING : EXIT_OK;
}

int sum_evidence(char **parts, int count, bool complete, const char *file)
{
    cJSON *sum = NULL;
    board *states = board_new();
    char **shard = calloc((size_t)count, sizeof *shard);
    bool good = states && shard;
    for (int i = 0; i < count && good; i++) {
        cJSON *part = read_part(parts[i]);
        const cJSON *state;
        good = part && (!sum || same_run(sum, part));
        if (part && !good)
            fprintf(stderr, "endwell-explore: %s is of another run\n", parts[i]);
        if (good) {
            shard[i] = strdup(cJSON_GetObjectItem(part, "shard")->valuestring);
            cJSON_ArrayForEach(state, cJSON_GetObjectItem(part, "state_list"))
                board_state(states, strtoull(state->valuestring, NULL, 16));
        }
        if (good && sum)
            add_part(sum, part);
        if (i == 0)
            sum = part;
        else
            cJSON_Delete(part);
    }
    good = good && all_shards(shard, count) && all_units(sum);
    if (good)
        count_again(sum, states);
    if (!good) {
        cJSON_Delete(sum);
        return EXIT_CANNOT_RUN;
    }
    int status = judge_sum(sum, count, complete);
    return write_json(sum, file) == 0 ? status : EXIT_CANNOT_RUN;
}
