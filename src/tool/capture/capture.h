/* What was recorded in another form than a trace, as lines of a trace. */
#ifndef TOOL_CAPTURE_H
#define TOOL_CAPTURE_H

#include "trace.h"

#include <stdint.h>

/* A device's records, of ew_trace.h. False: `t->error` says what is wrong with them. */
bool is_device_dump(const uint8_t *from, size_t length);
bool read_device_dump(struct trace *t, const uint8_t *from, size_t length);

#endif
