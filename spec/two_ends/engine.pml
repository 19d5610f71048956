/* The engine of an end: it keeps what a port owes, and no more. */

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

/* It waits for something that is not the socket, or has done enough for one call. */
inline pause()
{
    pauses--;
    if
    :: event = EW_EVENT_SUSPENDED
    :: event = EW_EVENT_AGAIN
    fi
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
    :: pauses > 0 -> pause()
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
        :: pauses > 0 -> pause()
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
