/* Applications that talk, start to close when they like, and see it through. */

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
    :: answer.error == EW_ERROR_SUSPENDED || answer.error == EW_ERROR_AGAIN ->
        wait_for(EW_ERROR_NONE)
    :: answer.reason == EW_REASON_UNREAD_DATA -> again = EW_EVENT_READ; waits = EW_ERROR_NONE
    :: answer.value == -1 && answer.error != EW_ERROR_WANT_READ &&
       answer.error != EW_ERROR_WANT_WRITE && answer.error != EW_ERROR_SUSPENDED &&
       answer.error != EW_ERROR_AGAIN && answer.reason != EW_REASON_UNREAD_DATA ->
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
