/*
 * Endwell: two ends of a connection, and the transport between them.
 *
 * Each end is the machine (gen/out/machine.pml, generated), an engine that keeps what a port owes
 * and no more (proofs/CAVEATS.md), and an application. The transport is a queue of records each
 * way. It delays, it is full; somebody on the way ends a direction or resets both; a side half-
 * closes its socket or closes it.
 *
 * Three searches (proofs/two_ends) go through every state of this model:
 *   any      the applications make any call at any time, tell lies with set_shutdown and quiet, and
 *            leave when they like: what no order of calls can break
 *   orderly  they talk, start to close when they like and see it through: nobody waits for ever,
 *            and what closes undisturbed closes clean                        (-DORDERLY)
 *   fair     orderly, with applications that poll as well as such that block: under weak fairness
 *            both come to an end                                             (-DORDERLY -DFAIR)
 *
 * What is bounded:
 *   ROOM    records that one direction holds. The less it holds, the more often a send would block
 *           and the closer the two ends are coupled.
 *   WRITES  application records that one side may write.
 *   `other` one such record a side. A peer that sends them without end keeps a receive busy for
 *           ever; the adapter ends that by its record budget and its deadlines.
 * The machine counts nothing. It knows of its output only whether some is pending, and of its input
 * only the last outcome, so that longer queues and more records repeat what short ones show. That
 * is an argument and no proof; the larger search (make two-ends-full) is there to support it.
 *
 * What is not here: handshakes but the first, clear, an engine that has to read before it can write
 * (renegotiation), bytes out of range. Records are whole: a part of one is nothing to its receiver,
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

#define PEER(side) (1 - (side))
#define NOTHING 255

mtype = { data, close_notify, fatal_alert, other };
mtype = { one_close_notify, nothing_after_it, data_goes_first, no_end_after_cut,
                   nothing_lost, success_is_an_end, two_calls, completed, undisturbed_is_clean };

/* The two ends ---------------------------------------------------------------------------------- */

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

/* The record: what an onlooker sees. It decides nothing. ---------------------------------------- */

byte accepted[2];           /* data records that the engine took from the application */
byte taken[2];              /* data records that the application took from the engine */
byte made[2];               /* close_notify alerts that the engine made */
bit sent_notice[2];         /* one was handed to a transport that was whole */
bit cut[2];                 /* what this side receives came to its end without a close_notify */
bit touched[2];             /* this side's application used set_shutdown or quiet */
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

/* The transport --------------------------------------------------------------------------------- */

#define has_room(side) (len(line[side]) < ROOM)
#define readable(side) (holds_data[side] || reset[side] || arrived[PEER(side)] > 0 || \
                        stream[PEER(side)] == ENDED)
#define writable(side) (reset[side] || stream[side] != OPEN || has_room(side))

byte flying, kept;          /* scratch, zero between steps */
mtype kind;

inline disturb()
{
    faults--;
    disturbed = 1
}

inline put(side, what)
{
    if
    :: severed[side] -> printf("vanishes %d %e\n", side, what)
    :: else -> line[side]!what; printf("puts %d %e\n", side, what)
    fi
}

/* What `side` sent and its peer cannot see yet is lost. */
inline lose_what_flies(side)
{
    d_step {
        flying = len(line[side]);
        kept = 0;
        do
        :: flying > 0 ->
            line[side]?kind;
            if
            :: kept < arrived[side] -> line[side]!kind; kept++
            :: else
            fi;
            flying--
        :: else -> break
        od;
        kept = 0;
        kind = 0
    }
}

inline lose_all(side)
{
    d_step {
        do
        :: len(line[side]) > 0 -> line[side]?kind
        :: else -> break
        od;
        arrived[side] = 0;
        kind = 0
    }
}

inline cut_off(side)
{
    /* a close_notify is the last record: it arrived if everything did */
    cut[PEER(side)] = cut[PEER(side)] || !sent_notice[side] || len(line[side]) > arrived[side];
    lose_what_flies(side)
}

inline see_reset(side)
{
    cut_off(side);
    cut[side] = cut[side] || machine[side].notice_in != EW_NOTICE_IN_SEEN;
    lose_all(PEER(side));
    reset[side] = 1;
    printf("reset %d\n", side)
}

/* The sender's FIN, behind everything it sent. */
inline half_close(side)
{
    if
    :: stream[side] == OPEN ->
        cut[PEER(side)] = cut[PEER(side)] || !sent_notice[side];
        stream[side] = ENDING;
        printf("fin %d\n", side)
    :: else
    fi
}

proctype Transport(bit from)
{
end:
    do
    :: atomic { arrived[from] < len(line[from]) ->
        arrived[from]++;
        printf("arrives %d\n", from) }
    :: atomic { stream[from] == ENDING && arrived[from] == len(line[from]) ->
        stream[from] = ENDED;
        printf("fin_arrives %d\n", from) }

    /* a reset is seen by both; a socket that is closed answers records with one */
    :: atomic { reset[PEER(from)] && !reset[from] && !gone[from] ->
        see_reset(from) }
    :: atomic { gone[PEER(from)] && !gone[from] && !reset[from] && len(line[from]) > 0 ->
        see_reset(from) }

    /* faults, until there are no more */
    :: atomic { faults > 0 && stream[from] != ENDED && !severed[from] ->
        disturb();
        cut_off(from);
        stream[from] = ENDING;
        severed[from] = 1;
        printf("cut %d\n", from) }
    :: atomic { faults > 0 && !reset[from] && !gone[from] ->
        disturb();
        see_reset(from) }
    :: atomic { faults > 0 ->
        faults = 0 }
    od
}

/* The engine ------------------------------------------------------------------------------------ */

/* It fails by itself, or for a bad record; the peer is told if it still may be. */
inline fail()
{
    disturb();
    event = EW_EVENT_TLS_ERROR
}

inline send_alert()
{
    d_step {
        if
        :: made[me] == 0 && !owes_data[me] && stream[me] == OPEN && has_room(me) ->
            put(me, fatal_alert)
        :: else
        fi
    }
}

inline receive()
{
    if
    :: holds_data[me] -> event = EW_EVENT_DATA
    :: !holds_data[me] && reset[me] -> event = EW_EVENT_IO_ERROR
    :: !holds_data[me] && !reset[me] && arrived[PEER(me)] > 0 ->
        line[PEER(me)]?kind;
        arrived[PEER(me)]--;
        if
        :: kind == data -> holds_data[me] = 1; event = EW_EVENT_DATA
        :: kind == close_notify -> event = EW_EVENT_CLOSE_NOTIFY
        :: kind == fatal_alert -> event = EW_EVENT_FATAL_ALERT
        :: kind == other -> event = EW_EVENT_OTHER
        :: faults > 0 -> fail(); send_alert()
        fi;
        kind = 0
    :: !holds_data[me] && !reset[me] && arrived[PEER(me)] == 0 ->
        if
        :: stream[PEER(me)] == ENDED -> event = EW_EVENT_EOF
        :: else -> event = EW_EVENT_WANT_READ
        fi
    fi
}

/*
 * A new close_notify is made unless one is waiting to go out: an engine does not remember that it
 * sent one, and it is the machine that has to.
 */
inline begin_record()
{
    if
    :: asked == EW_ACTION_SEND_CLOSE_NOTIFY && !owes_notice[me] ->
        made[me]++;
        owes_notice[me] = 1;
        check(made[me] == 1, one_close_notify);
        check(!owes_data[me], data_goes_first)
    :: asked == EW_ACTION_WRITE && !owes_data[me] ->
        accepted[me]++;
        owes_data[me] = 1
    :: else
    fi;
    check(asked == EW_ACTION_SEND_CLOSE_NOTIFY || made[me] == 0, nothing_after_it)
}

inline hand_over()
{
    if
    :: asked == EW_ACTION_SEND_CLOSE_NOTIFY ->
        put(me, close_notify);
        owes_notice[me] = 0;
        sent_notice[me] = sent_notice[me] || !severed[me]
    :: asked != EW_ACTION_SEND_CLOSE_NOTIFY && owes_data[me] ->
        put(me, data);
        owes_data[me] = 0
    :: else
    fi;
    event = EW_EVENT_DONE
}

inline send()
{
    if
    :: reset[me] || (stream[me] != OPEN && !severed[me]) -> event = EW_EVENT_IO_ERROR
    :: else ->
        d_step { begin_record() }
        if
        :: severed[me] || has_room(me) -> d_step { hand_over() }
        :: !severed[me] && !has_room(me) -> event = EW_EVENT_WANT_WRITE
        :: faults > 0 -> fail()
        fi
    fi
}

/* A ticket, a KeyUpdate: the engine's own, and in no call's way. */
#define may_send_other (has_other && made[me] == 0 && !owes_data[me] && stream[me] == OPEN && \
                        !reset[me] && has_room(me))

inline send_other()
{
    d_step { has_other = 0; put(me, other) }
}

/* The application ------------------------------------------------------------------------------- */

/* Where an application stands */
#define TALK 0              /* writes and reads as it likes */
#define CLOSE 1             /* calls shutdown until it succeeds */
#define READ_ON 2           /* our side is closed: reads until the peer closes its own */
#define DRAIN 3             /* our side is closed: throws away what comes until the peer's FIN */

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
            check(!(clean[0] && clean[1] && !touched[0] && !touched[1]) ||
                  (made[0] == 1 && made[1] == 1 && sent_notice[0] && sent_notice[1] &&
                   taken[0] == accepted[1] && taken[1] == accepted[0]), completed);
            check(disturbed || ((clean[0] || left_early[0]) && (clean[1] || left_early[1])),
                  undisturbed_is_clean)
        :: else
        fi;
        forget()
    }
}

#ifndef ORDERLY

inline tell_a_lie()
{
    touched[me] = 1;
    if
    :: event = EW_EVENT_SET_SHUTDOWN_0
    :: event = EW_EVENT_SET_SHUTDOWN_1
    :: event = EW_EVENT_SET_SHUTDOWN_2
    :: event = EW_EVENT_SET_SHUTDOWN_3
    :: event = EW_EVENT_QUIET_OFF
    :: event = EW_EVENT_QUIET_ON
    fi
}

inline choose()
{
    if
    :: event = EW_EVENT_SHUTDOWN
    :: event = EW_EVENT_READ
    :: accepted[me] < WRITES || owes_data[me] -> event = EW_EVENT_WRITE
    :: me < LIARS -> tell_a_lie()
    :: may_send_other -> send_other()
    :: stream[me] == OPEN -> half_close(me)
    :: disturbed = 1; close_socket()
    fi
}

inline react()
{
    call = NOTHING
}

#else

#define saw_end (machine[me].received == EW_RECEIVED_YES)

inline talk()
{
    if
    :: accepted[me] < WRITES -> event = EW_EVENT_WRITE
    :: !saw_end && (answers || readable(me)) -> event = EW_EVENT_READ
    :: !answers || saw_end -> phase = CLOSE; event = EW_EVENT_SHUTDOWN
    :: may_send_other -> send_other()
    :: faults > 0 -> disturb(); close_socket()
    fi
}

/* As ew_conn_close does, and with a bound as well. */
inline drain()
{
    if
    :: arrived[PEER(me)] > 0 -> line[PEER(me)]?kind; arrived[PEER(me)]--; kind = 0
    :: reset[me] || (arrived[PEER(me)] == 0 && stream[PEER(me)] == ENDED) -> close_socket()
    :: faults > 0 -> disturb(); close_socket()
    fi
}

/*
 * Who `answers` closes after its peer did, and reads until then. Whose send would block takes what
 * comes in the meantime: two that did not would wait for each other with both directions full, and
 * no state machine of TLS could help them.
 */
inline choose()
{
    if
    :: waits == EW_ERROR_WANT_READ && (readable(me) || polls) -> event = again
    :: waits == EW_ERROR_WANT_WRITE && (writable(me) || (polls && !readable(me))) -> event = again
    :: waits == EW_ERROR_WANT_WRITE && readable(me) && !saw_end -> event = EW_EVENT_READ
    :: waits == EW_ERROR_WANT_WRITE && again == EW_EVENT_WRITE && !answers ->
        /* closes with a write unfinished, which shutdown has to flush */
        phase = CLOSE;
        waits = EW_ERROR_NONE;
        again = NOTHING
    :: waits == EW_ERROR_NONE && again != NOTHING -> event = again
    :: waits == EW_ERROR_NONE && again == NOTHING ->
        if
        :: phase == TALK -> talk()
        :: phase == CLOSE -> event = EW_EVENT_SHUTDOWN
        :: phase == READ_ON -> event = EW_EVENT_READ
        :: phase == DRAIN -> drain()
        fi
    fi
}

/* Our close_notify is out; the peer's did not come yet. */
inline go_on()
{
    d_step { check(!said_zero[me], two_calls); said_zero[me] = 1 };
    if
    :: phase = CLOSE
    :: phase = READ_ON
    :: phase = READ_ON; half_close(me)
    :: phase = DRAIN; left_early[me] = 1; half_close(me); holds_data[me] = 0
    fi
}

inline wait_for(error)
{
    /*
     * A read on the side is not repeated: the blocked send is, or the talk goes on. What was there
     * to be read was no data, and who has to close first must not wait for data.
     */
    if
    :: call == EW_EVENT_READ && (again != NOTHING || (phase == TALK && !answers)) &&
       again != EW_EVENT_READ
    :: else -> again = call; waits = error
    fi
}

inline react()
{
    if
    :: answer.error == EW_ERROR_WANT_READ -> wait_for(EW_ERROR_WANT_READ)
    :: answer.error == EW_ERROR_WANT_WRITE -> wait_for(EW_ERROR_WANT_WRITE)
    :: answer.reason == EW_REASON_UNREAD_DATA -> again = EW_EVENT_READ; waits = EW_ERROR_NONE
    :: answer.value == -1 && answer.error != EW_ERROR_WANT_READ &&
       answer.error != EW_ERROR_WANT_WRITE && answer.reason != EW_REASON_UNREAD_DATA ->
        close_socket()
    :: answer.value >= 0 ->
        if
        :: again == call -> again = NOTHING; waits = EW_ERROR_NONE
        :: else
        fi;
        if
        :: call == EW_EVENT_SHUTDOWN && answer.value == 0 -> go_on()
        :: call == EW_EVENT_SHUTDOWN && answer.value == 1 -> clean[me] = 1; close_socket()
        :: call == EW_EVENT_READ && answer.value == 0 && phase == READ_ON ->
            clean[me] = 1;
            close_socket()
        :: else
        fi
    fi;
    call = NOTHING
}

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

/* One end: each step of the machine, each action of its engine ------------------------------------ */

inline observe()
{
    if
    :: call == EW_EVENT_READ && event == EW_EVENT_DATA && answer.value == 1 ->
        holds_data[me] = 0;
        taken[me]++
    :: else
    fi;
    check(!(cut[me] && ew_end_of_data(machine[me]) == 1), no_end_after_cut);
    check(ew_end_of_data(machine[me]) == 0 || (taken[me] == accepted[PEER(me)] && !holds_data[me]),
          nothing_lost);
    check(touched[me] || ew_end_of_data(machine[me]) == 1 ||
          !((call == EW_EVENT_SHUTDOWN && answer.value == 1) ||
            (call == EW_EVENT_READ && answer.error == EW_ERROR_ZERO_RETURN)), success_is_an_end)
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
            event = EW_EVENT_HANDSHAKE_STARTED;
            do
            :: event <= EW_EVENT_HANDSHAKE_FINISHED ->
                ew_step(machine[side], event, answer);
                event++
            :: else -> break
            od;
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
