/* What was recorded in another form than a trace, as lines of a trace. */
#ifndef TOOL_CAPTURE_H
#define TOOL_CAPTURE_H

#include "trace.h"

#include <limits.h>
#include <stdint.h>

/* As many records as a device's dump may have: more is no dump, or has no end. */
enum { MOST_RECORDS = 1 << 20 };

/* A device's records, of ew_trace.h. False: `t->error` says what is wrong with them. */
bool is_device_dump(const uint8_t *from, size_t length);
bool read_device_dump(struct trace *t, const uint8_t *from, size_t length);

/* A capture of packets, by tshark; `key_log` may be NULL. False: `t->error` says why. */
bool read_capture(struct trace *t, const char *path, const char *key_log);

/* A key log as tshark is given it: a file, and if it was none a copy. */
struct keys {
    char path[PATH_MAX];
    FILE *copy;
};
bool open_keys(struct trace *t, const char *path, struct keys *k);
void close_keys(struct keys *k);

/* What tshark is asked for of each packet, and the reader of its answers. */
extern const char *const wire_field[];
bool read_packets(struct trace *t, FILE *from);
bool tell_cut(struct trace *t);

#endif
