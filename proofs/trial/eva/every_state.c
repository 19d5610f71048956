/*
 * Endwell: every state, every event, every byte, for Frama-C's Eva.
 *
 * Eva interprets the core abstractly: no proof obligation, no prover. It compares states before and
 * after only where it knows every byte, so where something may change the states are taken one by
 * one. Where the step has to refuse, states and events are intervals: the answer is one value, and
 * Eva's -deps shows that nothing is written. Together the entry points leave no state, no event and
 * no byte out:
 *
 *   sound_states       alive, each state: calls when idle, the outcomes that fit when busy
 *   refusals           corrupt, after something fatal, unknown events, calls when busy, outcomes
 *                      that do not fit
 *   started_and_asked  init, clear and questions, whatever the bytes are
 *
 * PARTS and PART choose every PARTS-th group of 24 states, so that several runs share the work.
 * PARTS is to be no multiple of 2, 3 or 7, for each part to have all values of each field.
 */
#include "ew_core.h"

#ifndef PARTS
#define PARTS 1
#define PART  0
#endif

/*@
  assigns \result \from first, last;
  ensures first <= \result <= last;
*/
uint8_t between(uint8_t first, uint8_t last);

static ew_machine state;
static uint16_t number; /* of the groups of states so far */

static ew_answer meets(uint8_t first, uint8_t last)
{
    ew_machine m = state;
    return ew_step(&m, between(first, last));
}

/* States in range, one by one: what is not refused by the step itself -------------------------- */

static void each_of(uint8_t first, uint8_t last)
{
    int event;

    //@ loop unroll 12;
    for (event = first; event <= last; event++) {
        meets((uint8_t)event, (uint8_t)event);
    }
}

/* The outcomes of a send, of a receive, of the handshake: what interrupts, and what ends it. */
static void outcomes(void)
{
    each_of(EW_EVENT_WANT_READ, EW_EVENT_AGAIN);
    each_of(EW_EVENT_IO_ERROR, EW_EVENT_TLS_ERROR);
    if (state.busy == EW_BUSY_WAIT || state.busy == EW_BUSY_READ) {
        each_of(EW_EVENT_DATA, EW_EVENT_EOF);
    } else {
        each_of(EW_EVENT_DONE, EW_EVENT_DONE);
    }
    if (state.busy == EW_BUSY_HANDSHAKE) {
        each_of(EW_EVENT_CLOSE_NOTIFY, EW_EVENT_EOF);
    }
}

static void one_state(void)
{
    ew_machine m = state;

    ew_shutdown(&m);
    if (state.busy == EW_BUSY_IDLE) {
        each_of(EW_EVENT_SHUTDOWN, EW_EVENT_CLEAR - 1);
    } else {
        outcomes();
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

    //@ loop unroll 7;
    for (now = 0; now <= EW_BUSY_HANDSHAKE; now++) {
        state.busy = (uint8_t)now;
        each_mode();
    }
}

void sound_states(void)
{
    state.fatal = EW_FATAL_NONE;
    each_busy();
    /*@ check all_groups: number == 168; */
}

/* States as intervals: which field is the first out of range ----------------------------------- */

enum {
    ANY = -1, /* every byte of every field */
    QUIET,
    SENT,
    RECEIVED,
    NOTICE_IN,
    OUTPUT,
    SESSION,
    HANDSHAKE,
    NOTICE_OUT,
    BUSY,
    FATAL,
    SOUND /* none is out of range */
};

static uint8_t byte(int field, int first, uint8_t max)
{
    if (field < first) {
        return between(0, max);
    }
    return field == first ? between((uint8_t)(max + 1), 255) : between(0, 255);
}

/* The fields before the first are in range, those after it are anything. */
static void bytes(int first)
{
    state.quiet = byte(QUIET, first, EW_QUIET_ON);
    state.sent = byte(SENT, first, EW_SENT_YES);
    state.received = byte(RECEIVED, first, EW_RECEIVED_YES);
    state.notice_in = byte(NOTICE_IN, first, EW_NOTICE_IN_SEEN);
    state.output = byte(OUTPUT, first, EW_OUTPUT_PENDING);
    state.session = byte(SESSION, first, EW_SESSION_DROP);
    state.handshake = byte(HANDSHAKE, first, EW_HANDSHAKE_DONE);
    state.notice_out = byte(NOTICE_OUT, first, EW_NOTICE_OUT_DELIVERED);
    state.busy = byte(BUSY, first, EW_BUSY_HANDSHAKE);
    state.fatal = byte(FATAL, first, EW_FATAL_SSL);
}

/* Refusals: events as intervals, too ----------------------------------------------------------- */

/* The answer is checked here; that no refusal writes anything is what -deps has to say. */
static void refused(uint8_t first, uint8_t last, ew_answer answer)
{
    ew_answer r = meets(first, last);

    /*@ check answer: r == answer; */
}

static void all_refused(ew_answer answer)
{
    refused(0, EW_EVENT_CLEAR - 1, answer);
    refused(EW_EVENT_CLEAR + 1, 255, answer);
    ew_shutdown(&state);
}

static void corrupt_states(void)
{
    int first;

    //@ loop unroll 10;
    for (first = QUIET; first < SOUND; first++) {
        bytes(first);
        all_refused(EW_ANSWER_CORRUPT);
    }
}

/* Nothing fatal happened: what does not fit the action that is under way, in each busy state. */
static void unfitting(void)
{
    int now;

    state.fatal = EW_FATAL_NONE;
    refused(EW_EVENT_TLS_ERROR + 1, 255, EW_ANSWER_UNKNOWN);
    state.busy = EW_BUSY_IDLE;
    refused(EW_EVENT_WANT_READ, EW_EVENT_TLS_ERROR, EW_ANSWER_UNEXPECTED);
    //@ loop unroll 6;
    for (now = EW_BUSY_IDLE + 1; now <= EW_BUSY_HANDSHAKE; now++) {
        state.busy = (uint8_t)now;
        refused(0, EW_EVENT_CLEAR - 1, EW_ANSWER_BUSY);
        if (now == EW_BUSY_WAIT || now == EW_BUSY_READ) {
            refused(EW_EVENT_DONE, EW_EVENT_DONE, EW_ANSWER_UNEXPECTED);
        } else if (now == EW_BUSY_HANDSHAKE) {
            refused(EW_EVENT_DATA, EW_EVENT_DATA, EW_ANSWER_UNEXPECTED);
        } else {
            refused(EW_EVENT_DATA, EW_EVENT_EOF, EW_ANSWER_UNEXPECTED);
        }
    }
}

void refusals(void)
{
    corrupt_states();
    bytes(SOUND), state.fatal = between(EW_FATAL_SYSCALL, EW_FATAL_SSL);
    all_refused(EW_ANSWER_FATAL);
    bytes(SOUND);
    unfitting();
}

/* Init, clear, questions: any bytes at all ----------------------------------------------------- */

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

    bytes(ANY);
    state.notice_in = between(0, 0), ew_end_of_data(&state);
    state.notice_in = between(1, 1), ew_end_of_data(&state);
    state.notice_in = between(2, 255), ew_end_of_data(&state);
    state.sent = between(0, 0), ew_session_kept(&state);
    state.sent = between(2, 255), ew_session_kept(&state);
    state.sent = between(1, 1), state.session = between(0, 0), ew_session_kept(&state);
    state.session = between(1, 255), ew_session_kept(&state);
    state.notice_out = between(0, 1), ew_close_notify_out(&state);
    state.notice_out = between(2, 2), ew_close_notify_out(&state);
    state.notice_out = between(3, 255), ew_close_notify_out(&state);
    state.fatal = between(0, 0), ew_alive(&state);
    state.fatal = between(1, 255), ew_alive(&state);
}

static void cleared(int first, uint8_t fatal, uint8_t last_fatal)
{
    int quiet;

    //@ loop unroll 256;
    for (quiet = first == QUIET ? EW_QUIET_ON + 1 : 0;
         quiet <= (first == QUIET ? 255 : EW_QUIET_ON); quiet++) {
        bytes(first);
        state.quiet = (uint8_t)quiet;
        if (first == SOUND) {
            state.fatal = between(fatal, last_fatal);
        }
        ew_clear(&state);
    }
}

void started_and_asked(void)
{
    ew_machine m;
    int first;

    ew_init(&m); /* before anything was written to it */
    bytes(ANY);
    ew_init(&state);
    //@ loop unroll 10;
    for (first = QUIET; first < SOUND; first++) {
        cleared(first, 0, 255);
    }
    cleared(SOUND, EW_FATAL_NONE, EW_FATAL_NONE);
    cleared(SOUND, EW_FATAL_SYSCALL, EW_FATAL_SSL);
    bytes(ANY);
    each_question();
}
