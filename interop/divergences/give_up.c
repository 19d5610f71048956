/* What cannot be run is told, and ends the program. */
#include "divergences.h"

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
