#include "ours.h"

#include <stdarg.h>
#include <stdio.h>

void find(fault_outcome *o, const char *name, const char *format, ...)
{
    va_list arguments;
    if (o->finding[0])
        return;
    snprintf(o->finding, sizeof o->finding, "%s", name);
    va_start(arguments, format);
    vsnprintf(o->detail, sizeof o->detail, format, arguments);
    va_end(arguments);
}
