/* Wrong ports that keep a false account of what blocked. */
#include "wrong.h"

#include "verdict.h"

#include <string.h>

static uint8_t own[2 * EW_RECORD_MAX]; /* such a port's memory, in the place of the data */
static const void *address;            /* of the write that blocked */
static int held;                       /* ... and its length; 0: none did */

static uint8_t writes(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    held = is == EW_EVENT_WANT_WRITE ? len : 0;
    address = buf;
    return is;
}

static uint8_t writes_again(void *engine, const void *buf)
{
    int written = 0;
    uint8_t is = right_port->write(engine, buf, held, &written);
    held = is == EW_EVENT_WANT_WRITE ? held : 0;
    return is;
}

/* As one has it whose engine needs the write again, and has the record already; it is right but for
 * a KeyUpdate's answer that blocked before the record was made. */
static uint8_t flushes_by_writing(void *engine)
{
    memset(own, OTHER_MEMORY, sizeof own);
    return held > 0 ? writes_again(engine, own) : right_port->flush(engine);
}

/* The record is out, and the engine makes another of what lies there. */
static uint8_t flushes_and_writes(void *engine, const void *buf)
{
    uint8_t is = right_port->flush(engine);
    return is == EW_EVENT_DONE && held > 0 ? writes_again(engine, buf) : is;
}

static uint8_t flushes_own_memory(void *engine)
{
    memset(own, OTHER_MEMORY, sizeof own);
    return flushes_and_writes(engine, own);
}

static uint8_t flushes_the_address(void *engine)
{
    return flushes_and_writes(engine, address);
}

/* libssl cuts the data into records anew when their size was changed. */
static uint8_t flushes_anew_when_changed(void *engine)
{
    return trial.changed ? flushes_own_memory(engine) : right_port->flush(engine);
}

static uint8_t writes_anew_when_changed(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = writes(engine, buf, len, written);
    if (trial.changed && is == EW_EVENT_DONE)
        right_port->write(engine, own, len, written);
    return is;
}

static uint8_t write_counts_more(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    if (is == EW_EVENT_DONE)
        *written = len + 1;
    return is;
}

static uint8_t write_counts_nothing(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    if (is == EW_EVENT_DONE)
        *written = 0;
    return is;
}

/* Goes on with what it holds, and says done of what it was given this time. */
static uint8_t write_takes_less(void *engine, const void *buf, int len, int *written)
{
    int shorter = len < held;
    uint8_t is = shorter ? writes(engine, own, held, written) : writes(engine, buf, len, written);
    if (shorter && is == EW_EVENT_DONE)
        *written = len;
    return is;
}

/* What the engine made when it met the end is lost, and the next record leaves. */
static uint8_t flush_forgets_the_end(void *engine)
{
    uint8_t is = right_port->flush(engine);
    if (trial.transport.ended) {
        trial.transport.ended = 0;
        ew_transport_begin(&trial.transport);
        wrong_sends(RECORD_DATA, "more", 4, 0);
    }
    return is;
}

static uint8_t write_done_at_the_end(void *engine, const void *buf, int len, int *written)
{
    uint8_t is = right_port->write(engine, buf, len, written);
    if (!trial.transport.ended || is == EW_EVENT_DONE)
        return is;
    *written = len;
    return EW_EVENT_DONE;
}

const wrong_port wrong_blocked[] = {
    {BEHIND_ANSWER,
     "takes data behind an answer for accepted",
     {.write = writes, .flush = flushes_by_writing}},
    {NO_OTHER_MEMORY, "flushes its own memory", {.write = writes, .flush = flushes_own_memory}},
    {NO_OTHER_MEMORY, "flushes the old address", {.write = writes, .flush = flushes_the_address}},
    {SETTINGS,
     "makes records anew at flush, if changed",
     {.write = writes, .flush = flushes_anew_when_changed}},
    {SETTINGS, "makes records anew at write, if changed", {.write = writes_anew_when_changed}},
    {COUNT, "counts one byte more than len", {.write = write_counts_more}},
    {COUNT, "counts nothing", {.write = write_counts_nothing}},
    {SHORTER, "takes a shorter repeat", {.write = write_takes_less}},
    {BEHIND_END, "sends behind the end", {.flush = flush_forgets_the_end}},
    {BEHIND_END, "says done behind the end", {.write = write_done_at_the_end}},
};
const int wrong_blocked_count = sizeof wrong_blocked / sizeof wrong_blocked[0];
