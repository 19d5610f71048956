/*
 * Runs the core over every state and event, and over bytes that are neither. It only runs and
 * writes down; what the bytes should be is known elsewhere. No library, so that it runs on bare
 * targets; byte by byte, so that no order of bytes and no layout can show.
 */
#include "stream.h"

#include "ew_core.h"

enum { FIELDS = 10, EVENTS = EW_EVENT_TLS_ERROR + 1, BYTES = 256, CALLS = EW_EVENT_CLEAR + 1 };
enum { STATES = 12096, QUERIES = 5, UNTOUCHED = 165, OVERRUN = 238 };

static const uint8_t values[FIELDS] = {EW_HANDSHAKE_DONE + 1, EW_SENT_YES + 1,
                                       EW_RECEIVED_YES + 1,   EW_QUIET_ON + 1,
                                       EW_FATAL_SSL + 1,      EW_NOTICE_OUT_DELIVERED + 1,
                                       EW_NOTICE_IN_SEEN + 1, EW_OUTPUT_PENDING + 1,
                                       EW_SESSION_DROP + 1,   EW_BUSY_HANDSHAKE + 1};

/* --- the machine ------------------------------------------------------------------------------ */

/*
 * At an odd address, where a byte may stand and nothing wider, and between bytes that no function
 * of the core may touch: a store that is too wide, or in the wrong place, shows.
 */
static struct {
    uint8_t before[3];
    ew_machine m;
    uint8_t after[5];
} place __attribute__((aligned(4)));

static ew_machine *machine_of(const uint8_t byte[FIELDS])
{
    for (uint8_t i = 0; i < sizeof place.before; i++) {
        place.before[i] = UNTOUCHED;
    }
    for (uint8_t i = 0; i < sizeof place.after; i++) {
        place.after[i] = UNTOUCHED;
    }
    place.m.handshake = byte[0];
    place.m.sent = byte[1];
    place.m.received = byte[2];
    place.m.quiet = byte[3];
    place.m.fatal = byte[4];
    place.m.notice_out = byte[5];
    place.m.notice_in = byte[6];
    place.m.output = byte[7];
    place.m.session = byte[8];
    place.m.busy = byte[9];
    return &place.m;
}

static uint8_t around_is_untouched(void)
{
    uint8_t is_untouched = 1;
    for (uint8_t i = 0; i < sizeof place.before; i++) {
        is_untouched &= place.before[i] == UNTOUCHED;
    }
    for (uint8_t i = 0; i < sizeof place.after; i++) {
        is_untouched &= place.after[i] == UNTOUCHED;
    }
    return is_untouched;
}

/* What the machine has become; OVERRUN in each byte when more than the machine has changed. */
static uint8_t *put_machine(uint8_t *out)
{
    if (!around_is_untouched()) {
        for (uint8_t i = 0; i < FIELDS; i++) {
            *out++ = OVERRUN;
        }
        return out;
    }
    *out++ = place.m.handshake;
    *out++ = place.m.sent;
    *out++ = place.m.received;
    *out++ = place.m.quiet;
    *out++ = place.m.fatal;
    *out++ = place.m.notice_out;
    *out++ = place.m.notice_in;
    *out++ = place.m.output;
    *out++ = place.m.session;
    *out++ = place.m.busy;
    return out;
}

static void state_at(uint32_t number, uint8_t byte[FIELDS])
{
    for (uint8_t i = FIELDS; i-- > 0;) {
        byte[i] = (uint8_t)(number % values[i]);
        number /= values[i];
    }
}

/* --- answers ---------------------------------------------------------------------------------- */

static uint8_t *put_transition(uint8_t *out, ew_answer r)
{
    out = put_machine(out);
    *out++ = ew_action(r);
    *out++ = (uint8_t)ew_value(r);
    *out++ = ew_error(r);
    *out++ = ew_reason(r);
    return out;
}

static uint8_t *put_steps(uint8_t *out, const uint8_t byte[FIELDS], uint16_t from, uint16_t to)
{
    for (uint16_t event = from; event < to; event++) {
        ew_answer r = ew_step(machine_of(byte), (uint8_t)event);
        out = put_transition(out, r);
    }
    return out;
}

static ew_answer call(ew_machine *m, uint8_t event)
{
    switch (event) {
    case EW_EVENT_SHUTDOWN: return ew_shutdown(m);
    case EW_EVENT_READ: return ew_read(m);
    case EW_EVENT_WRITE: return ew_write(m);
    case EW_EVENT_SET_SHUTDOWN_0: return ew_set_shutdown_0(m);
    case EW_EVENT_SET_SHUTDOWN_1: return ew_set_shutdown_1(m);
    case EW_EVENT_SET_SHUTDOWN_2: return ew_set_shutdown_2(m);
    case EW_EVENT_SET_SHUTDOWN_3: return ew_set_shutdown_3(m);
    case EW_EVENT_QUIET_OFF: return ew_quiet_off(m);
    case EW_EVENT_QUIET_ON: return ew_quiet_on(m);
    case EW_EVENT_HANDSHAKE: return ew_handshake(m);
    case EW_EVENT_ADOPT: return ew_adopt(m);
    default: return ew_clear(m);
    }
}

static uint8_t *put_calls(uint8_t *out, const uint8_t byte[FIELDS])
{
    for (uint8_t event = 0; event < CALLS; event++) {
        ew_answer r = call(machine_of(byte), event);
        out = put_transition(out, r);
    }
    return out;
}

/* The answers; OVERRUN for each when a query has changed anything. */
static uint8_t *put_queries(uint8_t *out, const uint8_t byte[FIELDS])
{
    uint8_t now[FIELDS], is_same = 1;
    const ew_machine *m = machine_of(byte);
    out[0] = ew_get_shutdown(m);
    out[1] = ew_end_of_data(m);
    out[2] = ew_session_kept(m);
    out[3] = ew_close_notify_out(m);
    out[4] = ew_alive(m);
    put_machine(now);
    for (uint8_t i = 0; i < FIELDS; i++) {
        is_same &= now[i] == byte[i];
    }
    for (uint8_t i = 0; i < QUERIES && !is_same; i++) {
        out[i] = OVERRUN;
    }
    return out + QUERIES;
}

static uint8_t *put_start(uint8_t *out)
{
    static const uint8_t untouched[FIELDS] = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED,
                                              UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED,
                                              UNTOUCHED, UNTOUCHED};
    ew_init(machine_of(untouched));
    return put_machine(out);
}

/* For field, for byte out of its range: with the others at their first values, at their last. */
static uint8_t *put_corrupt(uint8_t *out, uint32_t number)
{
    uint8_t byte[FIELDS];
    uint32_t wrong = number / 2;
    for (uint8_t field = 0; field < FIELDS; field++) {
        uint32_t many = (uint32_t)BYTES - values[field];
        if (wrong < many) {
            state_at(number % 2 == 0 ? 0 : STATES - 1, byte);
            byte[field] = (uint8_t)(values[field] + wrong);
            return put_queries(put_steps(out, byte, 0, BYTES), byte);
        }
        wrong -= many;
    }
    return out;
}

/* --- blocks ----------------------------------------------------------------------------------- */

enum { PER_STATE = 4 };

/* Blocks of the parts in which each state has one: relation, calls, answers, unknown_events. */
static uint8_t *put_for_state(uint8_t *out, uint32_t part, uint32_t number)
{
    uint8_t byte[FIELDS];
    state_at(number, byte);
    switch (part) {
    case 0: return put_steps(out, byte, 0, EVENTS);
    case 1: return put_calls(out, byte);
    case 2: return put_queries(out, byte);
    default: return put_steps(out, byte, EVENTS, BYTES);
    }
}

uint32_t stream_block(uint32_t number, uint8_t out[STREAM_ROOM])
{
    const uint32_t start = 3 * (uint32_t)STATES, corrupt = (uint32_t)PER_STATE * STATES + 1;
    const uint8_t *end;
    if (number < start) {
        end = put_for_state(out, number / STATES, number % STATES);
    } else if (number == start) {
        end = put_start(out);
    } else if (number < corrupt) {
        end = put_for_state(out, 3, number - start - 1);
    } else {
        end = put_corrupt(out, number - corrupt);
    }
    return (uint32_t)(end - out);
}
