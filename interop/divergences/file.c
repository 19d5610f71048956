/* What cannot be read, or done, ends the program. */
#include "divergences.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void give_up(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("endwell-divergences: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(EXIT_CANNOT_RUN);
}

char *read_file(struct arena *arena, const char *file, size_t *length)
{
    FILE *f = fopen(file, "rb");
    if (!f)
        give_up("%s cannot be read", file);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *bytes = take(arena, (size > 0 ? (size_t)size : 0) + 1);
    *length = fread(bytes, 1, size > 0 ? (size_t)size : 0, f);
    if (size < 0 || ferror(f) || *length != (size_t)size)
        give_up("%s cannot be read", file);
    fclose(f);
    return bytes;
}
