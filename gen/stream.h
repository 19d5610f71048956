/* What the machine answers, for every state and event and for bytes that are neither, as bytes. */
#ifndef GEN_STREAM_H
#define GEN_STREAM_H

#include "relation.h"

/* In the order of the stream; gen/out/digest.txt says what each part holds. */
enum part {
    PART_RELATION,
    PART_CALLS,
    PART_ANSWERS,
    PART_START,
    PART_UNKNOWN_EVENTS,
    PART_CORRUPT_STATES,
    PARTS
};

struct sink {
    void (*write)(void *to, const void *bytes, size_t length);
    void *to;
};

const char *part_name(enum part part);
void put_part(const struct spec *spec, enum part part, const struct sink *sink);

#endif
