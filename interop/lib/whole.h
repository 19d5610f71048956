/* Files that are written whole or not at all. */
#ifndef INTEROP_WHOLE_H
#define INTEROP_WHOLE_H

#include <cjson/cJSON.h>

/* JSON and an end of line. 0, or -1 with errno, and then nothing is left behind. */
int write_whole(const cJSON *json, const char *path);

#endif
