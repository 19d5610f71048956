#include "rules.h"

#include <string.h>

const struct rule *find_rule(const char *id)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (strcmp(rules[i].id, id) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

const struct entry *find_entry(const char *id)
{
    for (size_t i = 0; i < entry_count; i++) {
        if (strcmp(entries[i].id, id) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}

const char *level_name(enum level level)
{
    static const char *const name[] = {"silent", "note", "warning", "error"};
    return name[level];
}
