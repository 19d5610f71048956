/* Each offset of a stream has a known byte: a receiver finds one that is lost, doubled or moved. */
#ifndef INTEROP_PATTERN_H
#define INTEROP_PATTERN_H

#include <stddef.h>
#include <stdint.h>

enum { STREAM_FROM_US = 1, STREAM_FROM_PEER = 2 };

static inline uint8_t pattern_byte(int stream, uint64_t offset)
{
    uint64_t x = (offset + 1) * 0x9E3779B97F4A7C15u + (uint64_t)stream * 0xD1B54A32D192ED03u;
    return (uint8_t)(x >> 56);
}

static inline void pattern_fill(int stream, uint64_t offset, uint8_t *buf, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf[i] = pattern_byte(stream, offset + i);
}

/* 1 if buf holds exactly the bytes of the stream from offset on. */
static inline int pattern_matches(int stream, uint64_t offset, const uint8_t *buf, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (buf[i] != pattern_byte(stream, offset + i))
            return 0;
    return 1;
}

#endif
