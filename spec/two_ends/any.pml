/* Applications that make any call at any time. */

inline tell_a_lie()
{
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
