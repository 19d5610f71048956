#ifndef TOOL_STACKS_H
#define TOOL_STACKS_H

#include <cjson/cJSON.h>

struct stacks;

struct stacks *new_stacks(void); /* or NULL: then nothing is shared */
/* The stack of a line; where an earlier line has an equal one that is taken, and has to stay. */
void share_stack(struct stacks *s, cJSON *line);
void free_stacks(struct stacks *s);

#endif
