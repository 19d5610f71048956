#define _POSIX_C_SOURCE 200809L
#include "whole.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int write_file(const cJSON *json, const char *path)
{
    char temporary[PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return -1;
    }
    char *text = cJSON_Print(json);
    errno = text ? 0 : ENOMEM;
    FILE *file = text ? fopen(temporary, "w") : NULL;
    int good = file && fputs(text, file) >= 0 && fputc('\n', file) != EOF;
    if (file && fclose(file) != 0)
        good = 0;
    free(text);
    if (good && rename(temporary, path) == 0)
        return 0;
    int why = errno;
    if (file)
        unlink(temporary);
    errno = why;
    return -1;
}

int write_whole(cJSON *json, const char *path, const char *tool)
{
    int status = write_file(json, path);
    if (status != 0)
        fprintf(stderr, "%s: %s cannot be written: %s\n", tool, path, strerror(errno));
    cJSON_Delete(json);
    return status;
}

char *read_whole(const char *path, size_t *length)
{
    enum { ROOM = 1 << 20 };
    FILE *f = fopen(path, "rb");
    bool good = f != NULL;
    char *text = NULL;
    *length = 0;
    while (good && !feof(f)) {
        char *more = realloc(text, *length + ROOM + 1);
        good = more != NULL;
        if (good) {
            text = more;
            *length += fread(text + *length, 1, ROOM, f);
            text[*length] = '\0';
            good = !ferror(f);
        }
    }
    if (f)
        fclose(f);
    if (!good) {
        free(text);
        text = NULL;
    }
    return text;
}
