#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

#define OBLIGATION_TEXT(id, name, condition, text) {name, condition, text},
const obligation_text obligations[OBLIGATION_COUNT] = {OBLIGATIONS(OBLIGATION_TEXT)};

verdict *now;
int verdict_stale;
obligation data_owes;

int owed(obligation what, int kept, const char *format, ...)
{
    va_list arguments;
    if (verdict_stale) /* undisturbed it was kept */
        what = STALE;
    now->checks[what]++;
    if (kept)
        return 1;
    if (now->count < FINDINGS_MAX) {
        finding *f = &now->findings[now->count++];
        f->what = what;
        f->at = now->operations;
        va_start(arguments, format);
        vsnprintf(f->seen, sizeof f->seen, format, arguments);
        va_end(arguments);
    }
    return 0;
}
