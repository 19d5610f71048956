/*
 * Endwell: every state, every event, every byte, for Frama-C's Eva.
 *
 * Eva interprets the core abstractly: no proof obligation, no prover. It compares states before and
 * after only where it knows every byte, so the states in range are taken one by one; events that
 * the core has to treat alike are given together, as the interval from FIRST to LAST. What is
 * shown for an interval is shown for each event in it.
 *
 * Entry points: sound_states, corrupt_states, started_and_asked. PARTS and PART choose every
 * PARTS-th group of 24 states, so that several runs share the work: PARTS is to be no multiple of 2
 * or 3, for each part to have all values of each field.
 */
#include "ew_core.h"

#ifndef PARTS
#define PARTS 1
#define PART 0
#endif

/*@
  assigns \result \from first, last;
  ensures first <= \result <= last;
*/
uint8_t between(uint8_t first, uint8_t last);

static ew_machine state;
static uint16_t number;   /* of the groups of states so far */

static ew_result meets(uint8_t first, uint8_t last)
{
    ew_machine m = state;
    return ew_step(&m, between(first, last));
}

/* States in range, one by one ------------------------------------------------------------------ */

static void dead(void)
{
    meets(0, EW_EVENT_CLEAR - 1);
    meets(EW_EVENT_CLEAR + 1, 255);
}

static void idle(void)
{
    int event;

    //@ loop unroll 12;
    for (event = 0; event < EW_EVENT_CLEAR; event++) {
        meets((uint8_t)event, (uint8_t)event);
    }
    meets(EW_EVENT_DONE, EW_EVENT_TLS_ERROR);
    meets(EW_EVENT_TLS_ERROR + 1, 255);
}

static void busy(void)
{
    int event;

    meets(0, EW_EVENT_CLEAR - 1);
    //@ loop unroll 10;
    for (event = EW_EVENT_DONE; event <= EW_EVENT_TLS_ERROR; event++) {
        meets((uint8_t)event, (uint8_t)event);
    }
    meets(EW_EVENT_TLS_ERROR + 1, 255);
}

static void one_state(void)
{
    if (state.fatal != EW_FATAL_NONE) {
        dead();
    } else if (state.busy == EW_BUSY_IDLE) {
        idle();
    } else {
        busy();
    }
}

static void each_output(void)
{
    int session;
    int output;

    //@ loop unroll 2;
    for (output = 0; output <= EW_OUTPUT_PENDING; output++) {
        //@ loop unroll 2;
        for (session = 0; session <= EW_SESSION_DROP; session++) {
            state.output = (uint8_t)output;
            state.session = (uint8_t)session;
            one_state();
        }
    }
}

static void each_notice(void)
{
    int in;
    int out;

    //@ loop unroll 3;
    for (out = 0; out <= EW_NOTICE_OUT_DELIVERED; out++) {
        //@ loop unroll 2;
        for (in = 0; in <= EW_NOTICE_IN_SEEN; in++) {
            state.notice_out = (uint8_t)out;
            state.notice_in = (uint8_t)in;
            each_output();
        }
    }
}

static void each_flag(void)
{
    int sent;
    int received;

    //@ loop unroll 2;
    for (sent = 0; sent <= EW_SENT_YES; sent++) {
        //@ loop unroll 2;
        for (received = 0; received <= EW_RECEIVED_YES; received++) {
            state.sent = (uint8_t)sent;
            state.received = (uint8_t)received;
            if (number % PARTS == PART) {
                each_notice();
            }
            number++;
        }
    }
}

static void each_mode(void)
{
    int handshake;
    int quiet;

    //@ loop unroll 3;
    for (handshake = 0; handshake <= EW_HANDSHAKE_DONE; handshake++) {
        //@ loop unroll 2;
        for (quiet = 0; quiet <= EW_QUIET_ON; quiet++) {
            state.handshake = (uint8_t)handshake;
            state.quiet = (uint8_t)quiet;
            each_flag();
        }
    }
}

static void each_busy(void)
{
    int now;

    //@ loop unroll 6;
    for (now = 0; now <= EW_BUSY_WRITE; now++) {
        state.busy = (uint8_t)now;
        each_mode();
    }
}

void sound_states(void)
{
    int fatal;

    //@ loop unroll 3;
    for (fatal = 0; fatal <= EW_FATAL_SSL; fatal++) {
        state.fatal = (uint8_t)fatal;
        each_busy();
    }
    /*@ check all_groups: number == 432; */
}

/* A byte out of range -------------------------------------------------------------------------- */

static void any_flags(uint8_t in_range)
{
    state.handshake = between(0, in_range ? EW_HANDSHAKE_DONE : 255);
    state.sent = between(0, in_range ? EW_SENT_YES : 255);
    state.received = between(0, in_range ? EW_RECEIVED_YES : 255);
    state.quiet = between(0, in_range ? EW_QUIET_ON : 255);
    state.fatal = between(0, in_range ? EW_FATAL_SSL : 255);
}

static void any_wire(void)
{
    state.notice_out = between(0, 255);
    state.notice_in = between(0, 255);
    state.output = between(0, 255);
    state.session = between(0, 255);
    state.busy = between(0, 255);
}

/* Everything but clear is refused. That nothing is written is what -deps has to say. */
static void refused(void)
{
    ew_result low = meets(0, EW_EVENT_CLEAR - 1);
    ew_result high = meets(EW_EVENT_CLEAR + 1, 255);

    /*@ check corrupt_below_clear:
          low == EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_CORRUPT); */
    /*@ check corrupt_above_clear:
          high == EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_CORRUPT); */
}

/* One field is out of range, the others are anything; each field in turn. */
void corrupt_states(void)
{
    any_wire();
    any_flags(0), state.handshake = between(EW_HANDSHAKE_DONE + 1, 255), refused();
    any_flags(0), state.sent = between(EW_SENT_YES + 1, 255), refused();
    any_flags(0), state.received = between(EW_RECEIVED_YES + 1, 255), refused();
    any_flags(0), state.quiet = between(EW_QUIET_ON + 1, 255), refused();
    any_flags(0), state.fatal = between(EW_FATAL_SSL + 1, 255), refused();
    any_flags(1);
    any_wire(), state.notice_out = between(EW_NOTICE_OUT_DELIVERED + 1, 255), refused();
    any_wire(), state.notice_in = between(EW_NOTICE_IN_SEEN + 1, 255), refused();
    any_wire(), state.output = between(EW_OUTPUT_PENDING + 1, 255), refused();
    any_wire(), state.session = between(EW_SESSION_DROP + 1, 255), refused();
    any_wire(), state.busy = between(EW_BUSY_WRITE + 1, 255), refused();
}

/* Init, clear, questions: any bytes at all ------------------------------------------------------ */

static void asked(uint8_t sent, uint8_t last_sent, uint8_t received, uint8_t last_received)
{
    state.sent = between(sent, last_sent);
    state.received = between(received, last_received);
    ew_get_shutdown(&state);
}

static void each_question(void)
{
    asked(0, 0, 0, 0), asked(0, 0, 1, 1), asked(0, 0, 2, 255);
    asked(1, 1, 0, 0), asked(1, 1, 1, 1), asked(1, 1, 2, 255);
    asked(2, 255, 0, 0), asked(2, 255, 1, 1), asked(2, 255, 2, 255);

    any_flags(0);
    any_wire();
    state.notice_in = between(0, 0), ew_end_of_data(&state);
    state.notice_in = between(1, 1), ew_end_of_data(&state);
    state.notice_in = between(2, 255), ew_end_of_data(&state);
    state.sent = between(0, 0), ew_session_kept(&state);
    state.sent = between(2, 255), ew_session_kept(&state);
    state.sent = between(1, 1), state.session = between(0, 0), ew_session_kept(&state);
    state.session = between(1, 255), ew_session_kept(&state);
}

void started_and_asked(void)
{
    ew_machine m;
    int quiet;

    ew_init(&m);   /* before anything was written to it */
    any_flags(0);
    any_wire();
    ew_init(&state);
    //@ loop unroll 256;
    for (quiet = 0; quiet < 256; quiet++) {
        any_flags(0);
        any_wire();
        state.quiet = (uint8_t)quiet;
        ew_clear(&state);
    }
    any_flags(0);
    any_wire();
    each_question();
}
