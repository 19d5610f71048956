/* For those that write wrong ports. */
#include "wrong.h"

const ew_port *right_port;

uint8_t wrong_sends(uint8_t type, const void *content, size_t len, int again)
{
    static uint8_t record[64];
    static size_t left, size;
    ew_transport *t = &trial.transport;
    if (left == 0) {
        kit_peer_reads(); /* for the number of the record */
        int n = record_seal(&kit_peer.ours, kit_peer.ours_number, type, content, len, record);
        size = left = n > 0 ? (size_t)n : 0;
    }
    t->gate = EW_GATE_OPEN;
    t->met &= (uint8_t)~EW_MET_END;
    while (left > 0) {
        t->tail_len = 0;
        int n = ew_transport_send(t, record + size - left, left);
        if (t->tail_len > 0) /* the transport keeps alerts; this one keeps them itself */
            n -= t->tail_len;
        t->tail_len = 0;
        if (n <= 0) {
            if (again)
                left = size;
            return ew_transport_outcome(t, 1);
        }
        left -= (size_t)n;
        if (again && left > 0) {
            left = size;
            return EW_EVENT_WANT_WRITE;
        }
    }
    return EW_EVENT_DONE;
}
