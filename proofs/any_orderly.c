/*
 * The theorems of the orderly close: what holds in every history of calls and outcomes.
 *
 * Somebody calls whatever he likes, and whoever performs the actions reports whatever he likes that
 * is an answer to what was asked. The record of what was asked and reported is kept here; the loop
 * invariants tie the machine to it, from the contracts of ew_orderly_contracts.h alone.
 *
 *   O1  the transport is closed at most once, and the machine says that it is closed if it is
 *   O2  nothing is asked for once it is closed, or released
 *   O3  close returns 0 or 1 only if the close_notify is out, or was claimed
 *   O4  a close that waits does not come back with the transport open
 *   O5  our side of the transport is closed at most once, and the bounds of a close begin at most
 *       once, before anything of it is counted
 *   O6  a close that waits ends within its bounds, whatever answers are reported, from any state in
 *       which it can be called (waiting_close)
 *   O7  what the application took back is not closed, before or after
 *   O8  another use begins only while our side of the transport is open
 *
 * All but the bounds, which are a close's, is told of one transport, however often it is used.
 */
#include "ew_orderly.h"

/*@ terminates \true; exits \false; assigns \nothing; */
uint8_t any_event(void);

/*@ terminates \true; exits \false; assigns \nothing; */
uint8_t more(void);

/*@
  terminates \false;
  exits      \false;
  assigns    \nothing;
*/
void any_orderly(void)
{
    ew_orderly_machine m;

    /* The record of a transport, since the start or the last clear: */
    uint8_t ends = 0;         /* times that it was closed */
    uint8_t releases = 0;     /* times that it was given back */
    uint8_t half_closes = 0;  /* times that the half-close was asked for */
    /* And of its use, since the last reuse too: */
    uint8_t begins = 0;       /* times that the bounds began */
    uint8_t settled = 0;      /* the close_notify is out or claimed, as reported */

    ew_orderly_init(&m);

    /*@
      loop assigns m, ends, releases, half_closes, begins, settled;
      loop invariant machine_is_sound: sound(&m);
      loop invariant O1_closed_at_most_once:
        (m.phase == EW_ORDERLY_PHASE_ENDED ==> ends == 1) &&
        (m.phase != EW_ORDERLY_PHASE_ENDED ==> ends == 0);
      loop invariant O7_given_back_is_not_closed:
        (m.phase == EW_ORDERLY_PHASE_RELEASED ==> releases == 1 && ends == 0) &&
        (m.phase != EW_ORDERLY_PHASE_RELEASED ==> releases == 0);
      loop invariant gone_is_idle: gone(&m) ==> m.busy == EW_ORDERLY_BUSY_IDLE;
      loop invariant phase_while_going_on:
        m.busy == EW_ORDERLY_BUSY_RESUME ==>
        m.phase == EW_ORDERLY_PHASE_CLOSING || m.phase == EW_ORDERLY_PHASE_DRAINING;
      loop invariant phase_while_sending:
        m.busy == EW_ORDERLY_BUSY_LOOK || m.busy == EW_ORDERLY_BUSY_NOTICE ||
        m.busy == EW_ORDERLY_BUSY_PAUSE ==> m.phase == EW_ORDERLY_PHASE_CLOSING;
      loop invariant phase_while_draining:
        m.busy == EW_ORDERLY_BUSY_HALF_CLOSE || m.busy == EW_ORDERLY_BUSY_DRAIN ||
        m.busy == EW_ORDERLY_BUSY_WAIT || m.busy == EW_ORDERLY_BUSY_END ==>
        m.phase == EW_ORDERLY_PHASE_DRAINING;
      loop invariant O5_begins_once:
        begins <= 1 && (m.phase == EW_ORDERLY_PHASE_OPEN ==> begins == 0) &&
        (m.phase == EW_ORDERLY_PHASE_CLOSING || m.phase == EW_ORDERLY_PHASE_DRAINING ==>
           begins == 1);
      loop invariant O5_half_closes_once:
        half_closes <= 1 &&
        (m.phase == EW_ORDERLY_PHASE_OPEN || m.phase == EW_ORDERLY_PHASE_CLOSING ==>
           half_closes == 0);
      loop invariant notice_is_reported:
        m.notice == EW_ORDERLY_NOTICE_OUT ==> settled == 1;
    */
    while (more()) {
        uint8_t event = any_event();
        uint8_t busy = m.busy;
        uint8_t mode = m.mode;
        uint8_t was = m.phase;
        ew_orderly_answer r = ew_orderly_step(&m, event);

        if (event == EW_ORDERLY_EVENT_CLEAR) {
            ends = 0;
            releases = 0;
            half_closes = 0;
            begins = 0;
            settled = 0;
        } else {
            if (event == EW_ORDERLY_EVENT_REUSE && r == EW_ORDERLY_ANSWER_ONE) {
                begins = 0;
                settled = 0;
                /*@ assert O8_used_again_while_open: half_closes == 0 && ends + releases == 0; */
            }
            if ((busy == EW_ORDERLY_BUSY_LOOK && event == EW_ORDERLY_EVENT_SETTLED) ||
                (busy == EW_ORDERLY_BUSY_NOTICE &&
                 (event == EW_ORDERLY_EVENT_HALF || event == EW_ORDERLY_EVENT_FULL))) {
                settled = 1;
            }
            if ((busy == EW_ORDERLY_BUSY_END || busy == EW_ORDERLY_BUSY_ABORT) &&
                (event == EW_ORDERLY_EVENT_DONE || event == EW_ORDERLY_EVENT_FAILED)) {
                ends++;
            }
            if (busy == EW_ORDERLY_BUSY_RELEASE &&
                (event == EW_ORDERLY_EVENT_DONE || event == EW_ORDERLY_EVENT_FAILED)) {
                releases++;
            }
            if (r == EW_ORDERLY_ANSWER_HALF_CLOSE) {
                half_closes++;
            }
            if (r == EW_ORDERLY_ANSWER_BEGIN) {
                begins++;
            }
            /*@ assert O2_nothing_after_the_end:
                  was == EW_ORDERLY_PHASE_ENDED || was == EW_ORDERLY_PHASE_RELEASED ==>
                  refuses(r); */
            /*@ assert O5_counted_within_the_bounds:
                  r == EW_ORDERLY_ANSWER_RESUME ==> begins == 1; */
            /*@ assert O3_success_is_earned:
                  busy == EW_ORDERLY_BUSY_END &&
                  (r == EW_ORDERLY_ANSWER_ONE || r == EW_ORDERLY_ANSWER_ZERO) ==> settled == 1; */
            /*@ assert O4_waits_until_closed:
                  mode == EW_ORDERLY_MODE_WAITS && EW_ORDERLY_BUSY_RESUME <= busy &&
                  busy <= EW_ORDERLY_BUSY_END && !refuses(r) ==>
                  asks(r) || m.phase == EW_ORDERLY_PHASE_ENDED; */
        }
    }
}

/*@
  predicate answers(integer busy, integer event) =
    (busy == EW_ORDERLY_BUSY_RESUME ==> event == EW_ORDERLY_EVENT_DONE) &&
    (busy == EW_ORDERLY_BUSY_LOOK ==>
       event == EW_ORDERLY_EVENT_OWED || event == EW_ORDERLY_EVENT_SETTLED) &&
    (busy == EW_ORDERLY_BUSY_NOTICE ==>
       event == EW_ORDERLY_EVENT_HALF || event == EW_ORDERLY_EVENT_FULL || interrupts(event) ||
       event == EW_ORDERLY_EVENT_LATE || event == EW_ORDERLY_EVENT_FAILED) &&
    (busy == EW_ORDERLY_BUSY_PAUSE || busy == EW_ORDERLY_BUSY_WAIT ==>
       event == EW_ORDERLY_EVENT_READY || event == EW_ORDERLY_EVENT_LATE) &&
    (busy == EW_ORDERLY_BUSY_HALF_CLOSE || busy == EW_ORDERLY_BUSY_END ==> is_over(event)) &&
    (busy == EW_ORDERLY_BUSY_DRAIN ==>
       event == EW_ORDERLY_EVENT_SOME || event == EW_ORDERLY_EVENT_END ||
       event == EW_ORDERLY_EVENT_FAILED || event == EW_ORDERLY_EVENT_BOUND ||
       event == EW_ORDERLY_EVENT_LATE || event == EW_ORDERLY_EVENT_BLOCKED ||
       event == EW_ORDERLY_EVENT_AGAIN);

  predicate costs(integer event) =
    event == EW_ORDERLY_EVENT_SOME || event == EW_ORDERLY_EVENT_READY ||
    event == EW_ORDERLY_EVENT_AGAIN;

  logic integer steps_left(integer busy) =
    busy == EW_ORDERLY_BUSY_RESUME ? 7 :
    busy == EW_ORDERLY_BUSY_LOOK ? 6 : busy == EW_ORDERLY_BUSY_NOTICE ? 5 :
    busy == EW_ORDERLY_BUSY_PAUSE ? 4 : busy == EW_ORDERLY_BUSY_HALF_CLOSE ? 3 :
    busy == EW_ORDERLY_BUSY_DRAIN ? 2 : busy == EW_ORDERLY_BUSY_WAIT ? 1 : 0;
*/

/*
 * Anything that is an answer. What goes on costs some of what the close may take, of its bytes or
 * of its time: so much is assumed of whoever drops and waits, and nothing more.
 */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    is_event: is_outcome(\result);
  ensures    answers: answers(busy, \result);
  ensures    within_the_bounds: costs(\result) ==> bounds > 0;
*/
uint8_t report(uint8_t busy, uint32_t bounds);

/* O6: a close that waits ends within its bounds, and the transport is closed then. */
/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    O6_ends_within_the_bounds: m->phase == EW_ORDERLY_PHASE_ENDED;
*/
void waiting_close(ew_orderly_machine *m, uint32_t bounds);

void waiting_close(ew_orderly_machine *m, uint32_t bounds)
{
    ew_orderly_answer r = ew_orderly_close_waiting(m);

    /*@
      loop assigns *m, r, bounds;
      loop invariant machine_is_sound: sound(m);
      loop invariant waits: m->mode == EW_ORDERLY_MODE_WAITS;
      loop invariant no_refusal: !refuses(r) && !gives_back(r);
      loop invariant asked:
        asks(r) ==> EW_ORDERLY_BUSY_RESUME <= m->busy <= EW_ORDERLY_BUSY_END;
      loop invariant closed: !asks(r) ==> m->phase == EW_ORDERLY_PHASE_ENDED;
      loop variant 8 * bounds + steps_left(m->busy) + (r < EW_ORDERLY_ANSWER_BEGIN ? 0 : r <= EW_ORDERLY_ANSWER_SHUTDOWN ? 1 : 0);
    */
    while (r >= EW_ORDERLY_ANSWER_BEGIN && r <= EW_ORDERLY_ANSWER_SHUTDOWN) {
        uint8_t event = report(m->busy, bounds);

        if (event == EW_ORDERLY_EVENT_SOME || event == EW_ORDERLY_EVENT_READY ||
            event == EW_ORDERLY_EVENT_AGAIN) {
            if (bounds > 0u) {
                bounds--;
            }
        }
        r = ew_orderly_step(m, event);
    }
}
