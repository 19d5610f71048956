/*
 * Goes through every state of the orderly close with every event, in the order of orderly_digest.txt, and prints
 * each transition (T) and what the queries answer (Q), for machines_test.py to compare with its digests.
 */
#include "orderly.pml"

#define FROM(p, n, e, w, b) m.phase = p; m.notice = n; m.peer = e; m.mode = w; m.busy = b

active proctype everything()
{
    ew_orderly_machine m;
    ew_orderly_result r;
    byte p, n, e, w, b, event;
    d_step {
        for (p : 0 .. EW_ORDERLY_PHASE_RELEASED) {
        for (n : 0 .. EW_ORDERLY_NOTICE_FAILED) {
        for (e : 0 .. EW_ORDERLY_PEER_ENDED) {
        for (w : 0 .. EW_ORDERLY_MODE_WAITS) {
        for (b : 0 .. EW_ORDERLY_BUSY_FINISH) {
            FROM(p, n, e, w, b);
            printf("Q %d %d\n", ew_orderly_is_ended(m), ew_orderly_is_closing(m));
            for (event : 0 .. EW_ORDERLY_EVENT_READY) {
                FROM(p, n, e, w, b);
                ew_orderly_step(m, event, r);
                printf("T %d %d %d %d %d %d %d %d %d\n", m.phase, m.notice, m.peer, m.mode, m.busy,
                       r.action, r.value, r.error, r.reason)
            }
        }}}}}
    }
}
