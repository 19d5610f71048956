/*
 * Endwell: two ends of a connection, and the transport between them.
 *
 * Each end is the machine (gen/out/machine.pml, generated), an engine that keeps what a port owes
 * and no more (proofs/CAVEATS.md), and an application. The transport is a queue of records each
 * way. It delays, it is full; somebody on the way ends a direction or resets the connection; a side
 * half-closes its socket or closes it.
 *
 * proofs/theorems/two_ends goes through every state of this model, in searches of four kinds:
 *   any      the applications make any call at any time and leave when they like: what no order of
 *            calls can break
 *   liar     the same, and some use set_shutdown and quiet as well                  (-DLIARS=n)
 *   orderly  they talk, start to close when they like and see it through: nobody waits for ever,
 *            and what closes undisturbed closes clean                               (-DORDERLY)
 *   fair     orderly, with applications that poll as well as such that block: under weak fairness
 *            both come to an end                                             (-DORDERLY -DFAIR)
 *
 * What is bounded:
 *   ROOM    records that one direction holds. The less it holds, the more often a send would block
 *           and the closer the two ends are coupled.
 *   WRITES  application records that one side may write.
 *   FAULTS  cuts, resets, failures of an engine, and sides that leave in the middle (orderly).
 *           Two cuts, two resets and one of the others a side: 6 leaves nothing out.
 *   LIARS   sides that use set_shutdown and quiet.
 *   PAUSES  times that one engine waits for something that is not the socket (suspended), or has
 *           done enough for one call (again). In the end each goes on.
 *   `other` one such record a side. A peer that sends them without end keeps a receive busy for
 *           ever; the adapter ends that by its record budget and its deadlines.
 * The machine counts nothing. It knows of its output only whether some is pending, and of its input
 * only the last outcome, so that longer queues and more records repeat what short ones show. That
 * is an argument and no proof; the wide searches of make two-ends-full are there to support it.
 *
 * What is not here: handshakes but the first, adoption, clear, an engine that has to read before it
 * can write (renegotiation), bytes out of range. Records are whole: a part of one is nothing to its receiver,
 * and to its sender it is a record that would block.
 */
#include "../gen/out/machine.pml"

#ifndef ROOM
#define ROOM 1
#endif
#ifndef WRITES
#define WRITES 1
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#ifndef LIARS
#define LIARS 1
#endif
#ifndef PAUSES
#define PAUSES 1
#endif

#define PEER(side) (1 - (side))
#define NOTHING 255

mtype = { data, close_notify, fatal_alert, other };
mtype = { one_close_notify, nothing_after_it, data_goes_first, no_end_after_cut, nothing_lost,
          success_is_an_end, success_was_sent, two_calls, completed, undisturbed_is_clean };

/* The two ends --------------------------------------------------------------------------------- */

ew_machine machine[2];
ew_result answer;           /* to the step just made; zero between steps */

/* engine */
bit owes_data[2];           /* application data is accepted and not handed to the transport */
bit owes_notice[2];         /* our close_notify is made and not handed to the transport */
bit holds_data[2];          /* data is received and not taken by the application */

/* transport: what this side sends */
chan line[2] = [ROOM] of { mtype };
byte arrived[2];            /* how many of these records the peer can see */
#define OPEN 0
#define ENDING 1            /* a FIN is under way */
#define ENDED 2             /* the peer can see it */
byte stream[2];
bit severed[2];             /* the FIN was made on the way: what is sent now goes nowhere */
bit reset[2];               /* this side has seen a RST */
bit gone[2];                /* this side has closed its socket: its application is done */
byte faults = FAULTS;       /* that may still happen */

/* The record: what an onlooker sees. It decides nothing. --------------------------------------- */

byte accepted[2];           /* data records that the engine took from the application */
byte taken[2];              /* data records that the application took from the engine */
byte made[2];               /* close_notify alerts that the engine made */
bit sent_notice[2];         /* one was handed to a transport that was whole */
bit cut[2];                 /* what this side receives came to its end without a close_notify */
bit claimed_sent[2];        /* our flag is set by set_shutdown, or by a quiet shutdown */
bit claimed_received[2];    /* and so is the peer's */
bit said_zero[2];           /* a shutdown returned 0 */
bit clean[2];               /* the application saw the close through */
bit left_early[2];          /* it closed its side and did not ask for the peer's close_notify */
bit disturbed;              /* a fault happened, or a side left without closing */
mtype broken;

inline check(condition, property)
{
    if
    :: condition
    :: else ->
        broken = property;
        printf("broken %e\n", broken);
        assert(broken == 0)
    fi
}

#include "two_ends/transport.pml"
#include "two_ends/engine.pml"

/* The application of each ---------------------------------------------------------------------- */

/* Where an application stands */
#define TALK 0              /* writes and reads as it likes */
#define CLOSE 1             /* calls shutdown until it succeeds */
#define READ_ON 2           /* our side is closed: reads until the peer closes its own */
#define DRAIN 3             /* our side is closed: throws away what comes until the peer's FIN */

#define has_claimed(side) (claimed_sent[side] || claimed_received[side])

/* Nobody looks at a side that is gone: states that differ in nothing else become one. */
inline forget()
{
    ew_init(machine[me]);
    owes_data[me] = 0;
    owes_notice[me] = 0;
    holds_data[me] = 0;
    cut[me] = 0;
    said_zero[me] = 0;
    has_other = 0;
    pauses = 0;
    again = NOTHING;
    waits = EW_ERROR_NONE;
    phase = TALK;
    polls = 0
}

inline close_socket()
{
    d_step {
        half_close(me);
        gone[me] = 1;
        printf("closes %d\n", me);
        if
        :: gone[PEER(me)] ->
            check(!(clean[0] && clean[1] && !has_claimed(0) && !has_claimed(1)) ||
                  (made[0] == 1 && made[1] == 1 && sent_notice[0] && sent_notice[1] &&
                   taken[0] == accepted[1] && taken[1] == accepted[0]), completed);
            check(disturbed || ((clean[0] || left_early[0]) && (clean[1] || left_early[1])),
                  undisturbed_is_clean)
        :: else
        fi;
        forget()
    }
}

#ifdef ORDERLY
#include "two_ends/orderly.pml"
#else
#include "two_ends/any.pml"
#endif

/* Which rows of the specification decided anything; printed when the search is over. */
c_decl {
    \#include <stdlib.h>
    static unsigned char row_seen[256];

    static void print_rows(void)
    {
        printf("rows");
        for (int row = 0; row < 256; row++) {
            if (row_seen[row]) {
                printf(" %d", row);
            }
        }
        printf("\n");
    }
}

/* One end: each step of the machine, each action of its engine --------------------------------- */

/* What the flags are said to be; a call that is refused says nothing. */
inline claim()
{
    if
    :: call == EW_EVENT_SHUTDOWN && answer.value == 1 && machine[me].quiet == EW_QUIET_ON ->
        claimed_sent[me] = 1;
        claimed_received[me] = 1
    :: call >= EW_EVENT_SET_SHUTDOWN_0 && call <= EW_EVENT_SET_SHUTDOWN_3 && answer.value == 1 ->
        claimed_sent[me] = call == EW_EVENT_SET_SHUTDOWN_1 || call == EW_EVENT_SET_SHUTDOWN_3;
        claimed_received[me] = call == EW_EVENT_SET_SHUTDOWN_2 || call == EW_EVENT_SET_SHUTDOWN_3
    :: else
    fi
}

inline observe()
{
    if
    :: call == EW_EVENT_READ && event == EW_EVENT_DATA && answer.value == 1 ->
        holds_data[me] = 0;
        taken[me]++
    :: else
    fi;
    claim();
    check(!(cut[me] && ew_end_of_data(machine[me]) == 1), no_end_after_cut);
    check(ew_end_of_data(machine[me]) == 0 || (taken[me] == accepted[PEER(me)] && !holds_data[me]),
          nothing_lost);
    check(claimed_received[me] || ew_end_of_data(machine[me]) == 1 ||
          !((call == EW_EVENT_SHUTDOWN && answer.value == 1) ||
            (call == EW_EVENT_READ && answer.error == EW_ERROR_ZERO_RETURN)), success_is_an_end);
    check(claimed_sent[me] || sent_notice[me] || severed[me] ||
          !(call == EW_EVENT_SHUTDOWN && answer.value == 1), success_was_sent)
}

inline step()
{
    d_step {
        if
        :: asked == EW_ACTION_RETURN -> call = event
        :: else
        fi;
        ew_step(machine[me], event, answer);
        printf("step %d %d %d %d %d %d %d %d %d\n", me, call, asked, event, answer.action,
               answer.value, answer.error, answer.reason, answer.row);
        c_code { row_seen[now.answer.row] = 1; };
        asked = answer.action;
        observe()
    }
    if
    :: asked == EW_ACTION_RETURN -> react()
    :: else
    fi;
    d_step {
        event = NOTHING;
        EW_ANSWER(answer, NONE, RETURN, 0, NONE, NONE)
    }
}

proctype End(bit me; bit answers)
{
    byte call = NOTHING;    /* the one in progress */
    byte asked = EW_ACTION_RETURN;
    byte event = NOTHING;
    bit has_other = 1;
    byte pauses = PAUSES;   /* that the engine may still make */
    byte again = NOTHING;   /* the call to be repeated */
    byte waits = EW_ERROR_NONE;
    byte phase;
    bit polls;

#ifdef FAIR
    if
    :: polls = 1
    :: skip
    fi;
#endif
    do
    :: gone[me] -> break
    :: atomic { !gone[me] ->
        if
        :: asked == EW_ACTION_RETURN -> choose()
        :: asked == EW_ACTION_RECEIVE -> receive()
        :: else -> send()
        fi;
        if
        :: event != NOTHING -> step()
        :: else
        fi }
    od
}

/* Both have shaken hands. At least one of them closes on its own account: two that answer wait. */
init {
    byte side;
    byte event;
    bit answers[2];
    d_step {
        do
        :: side < 2 ->
            ew_init(machine[side]);
            event = EW_EVENT_HANDSHAKE;
            ew_step(machine[side], event, answer);
            event = EW_EVENT_DONE;
            ew_step(machine[side], event, answer);
            side++
        :: else -> break
        od;
        side = 0;
        event = 0;
        EW_ANSWER(answer, NONE, RETURN, 0, NONE, NONE)
    }
    c_code { atexit(print_rows); };
    atomic {
#ifdef ORDERLY
        if
        :: answers[0] = 1
        :: answers[1] = 1
        :: skip
        fi;
#endif
        run Transport(0);
        run Transport(1);
        run End(0, answers[0]);
        run End(1, answers[1]);
        answers[0] = 0;
        answers[1] = 0
    }
}

#ifdef FAIR
ltl both_finish { <> (gone[0] && gone[1]) }
#endif
