/* Places of calls come again with each connection: of equal ones one is kept, which the others refer to. */
#include "stacks.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { PLACES = 1 << 12, MOST_TRIES = 8 };

struct stacks {
    const cJSON *kept[PLACES];
};

struct stacks *new_stacks(void)
{
    return calloc(1, sizeof(struct stacks));
}

static uint32_t hash_of(const cJSON *item, uint32_t hash)
{
    for (; item != NULL; item = item->next) {
        hash = (hash ^ (uint32_t)item->type) * 16777619u;
        for (const char *c = item->valuestring; c != NULL && *c != '\0'; c++) {
            hash = (hash ^ (unsigned char)*c) * 16777619u;
        }
        hash = (hash ^ (uint32_t)item->valueint) * 16777619u;
        hash = hash_of(item->child, hash);
    }
    return hash;
}

/* The place of an equal one, or of none; PLACES: there is room for no other. */
static size_t place_of(const struct stacks *s, const cJSON *stack)
{
    size_t at = hash_of(stack->child, 2166136261u) % PLACES;
    for (int i = 0; i < MOST_TRIES; i++, at = (at + 1) % PLACES) {
        if (s->kept[at] == NULL || cJSON_Compare(s->kept[at], stack, true)) {
            return at;
        }
    }
    return PLACES;
}

void share_stack(struct stacks *s, cJSON *line)
{
    cJSON *stack = cJSON_GetObjectItemCaseSensitive(line, "stack");
    size_t at = s != NULL && cJSON_IsArray(stack) ? place_of(s, stack) : PLACES;
    if (at == PLACES) {
        return;
    }
    if (s->kept[at] == NULL) {
        s->kept[at] = stack;
        return;
    }
    cJSON *same = cJSON_CreateArrayReference(s->kept[at]->child);
    if (same != NULL) {
        cJSON_ReplaceItemInObjectCaseSensitive(line, "stack", same);
    }
}

void free_stacks(struct stacks *s)
{
    free(s);
}
