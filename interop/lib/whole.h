/* Files that are read and written whole or not at all. */
#ifndef INTEROP_WHOLE_H
#define INTEROP_WHOLE_H

#include <cjson/cJSON.h>

/* JSON and an end of line; frees it. 0, or -1 after a message with the tool's name, and then nothing is
 * left behind. */
int write_whole(cJSON *json, const char *path, const char *tool);

/* The bytes of a file, to be freed, with a NUL behind them; NULL if it cannot be read. */
char *read_whole(const char *path, size_t *length);

#endif
