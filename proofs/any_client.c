/*
 * Endwell: what no history can break.
 *
 * any_client() is every client on top of every engine: it gives the machine any sequence, of any
 * length, of any of the 256 events, asked for or not. Beside the machine it keeps a record of what
 * an onlooker sees, and never reads the machine to do so. The theorems (T1 to T14, K14) relate the
 * two; they hold after every step, by induction over the history: the loop invariants.
 *
 * Only the contracts of ew_step and its companions are used here, and the proof of ew_core.c shows
 * that the shipped code keeps them. The invariants that are no theorem themselves say how the
 * machine's memory follows the record.
 */

#include "ew_core.h"
#include "ew_contracts.h"

/*@ terminates \true; exits \false; assigns \nothing; */
int more(void);

/*@ terminates \true; exits \false; assigns \nothing; */
uint8_t any_event(void);

/*@
  predicate answers_the_action(integer asked, integer event) =
    (asked == EW_ACTION_RECEIVE && ends_a_receive(event)) ||
    (asked == EW_ACTION_HANDSHAKE && ends_a_handshake(event)) ||
    ((asked == EW_ACTION_FLUSH || asked == EW_ACTION_SEND_CLOSE_NOTIFY ||
      asked == EW_ACTION_WRITE) && ends_a_send(event));
*/

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    answers: \result == 1 <==> answers_the_action(asked, event);
  ensures    boolean: \result == 0 || \result == 1;
*/
static uint8_t answers(uint8_t asked, uint8_t event)
{
    if (asked == EW_ACTION_RETURN || asked > EW_ACTION_HANDSHAKE) {
        return 0;
    }
    if (event == EW_EVENT_WANT_READ || event == EW_EVENT_WANT_WRITE ||
        event == EW_EVENT_SUSPENDED || event == EW_EVENT_AGAIN || event == EW_EVENT_IO_ERROR ||
        event == EW_EVENT_TLS_ERROR) {
        return 1;
    }
    if (event == EW_EVENT_DONE) {
        return asked != EW_ACTION_RECEIVE;
    }
    if (event == EW_EVENT_DATA) {
        return asked == EW_ACTION_RECEIVE;
    }
    if (event == EW_EVENT_CLOSE_NOTIFY || event == EW_EVENT_FATAL_ALERT ||
        event == EW_EVENT_OTHER || event == EW_EVENT_EOF) {
        return asked == EW_ACTION_RECEIVE || asked == EW_ACTION_HANDSHAKE;
    }
    return 0;
}

/*@
  terminates \false;
  exits      \false;
  assigns    \nothing;
*/
void any_client(void)
{
    ew_machine m;
    ew_machine before;

    /* The record, since the start or the last clear: */
    uint8_t asked = EW_ACTION_RETURN;  /* the action that the engine has not answered yet */
    uint8_t call = EW_EVENT_SHUTDOWN;  /* the call that it was asked for */
    uint8_t made = 0;                  /* close_notify alerts made by the engine */
    uint8_t held = 0;                  /* one is made, and not all of it is on the wire */
    uint8_t on_wire = 0;               /* close_notify alerts that are on the wire in full */
    uint8_t ended = 0;                 /* an authenticated close_notify was received */
    uint8_t dead = 0;                  /* something fatal happened */
    uint8_t unfit = 0;                 /* an error alert came, the engine or a handshake failed */
    uint8_t established = 0;           /* the last handshake is done, or one was adopted */
    uint8_t quiet = 0;                 /* quiet shutdown is on */
    uint8_t claimed_sent = 0;          /* our flag is set by set_shutdown or quiet shutdown */
    uint8_t claimed_received = 0;      /* and so is the peer's */

    ew_init(&m);

    /*@
      loop assigns m, before, asked, call, made, held, on_wire, ended, dead, unfit, established,
                   quiet, claimed_sent, claimed_received;

      loop invariant machine_is_sound: sound(&m);
      loop invariant record_is_boolean:
        held <= 1 && on_wire <= 1 && ended <= 1 && dead <= 1 && unfit <= 1 && established <= 1 &&
        quiet <= 1 && claimed_sent <= 1 && claimed_received <= 1;
      loop invariant busy_is_asked:
        (m.busy == EW_BUSY_IDLE   <==> asked == EW_ACTION_RETURN) &&
        (m.busy == EW_BUSY_FLUSH  <==> asked == EW_ACTION_FLUSH) &&
        (m.busy == EW_BUSY_NOTICE <==> asked == EW_ACTION_SEND_CLOSE_NOTIFY) &&
        (m.busy == EW_BUSY_WRITE  <==> asked == EW_ACTION_WRITE) &&
        (m.busy == EW_BUSY_WAIT || m.busy == EW_BUSY_READ <==> asked == EW_ACTION_RECEIVE) &&
        (m.busy == EW_BUSY_HANDSHAKE <==> asked == EW_ACTION_HANDSHAKE);
      loop invariant busy_is_for_call:
        (m.busy == EW_BUSY_FLUSH || m.busy == EW_BUSY_NOTICE || m.busy == EW_BUSY_WAIT ==>
           call == EW_EVENT_SHUTDOWN) &&
        (m.busy == EW_BUSY_READ  ==> call == EW_EVENT_READ) &&
        (m.busy == EW_BUSY_WRITE ==> call == EW_EVENT_WRITE) &&
        (m.busy == EW_BUSY_HANDSHAKE ==> call == EW_EVENT_HANDSHAKE);
      loop invariant fatal_is_dead: m.fatal != EW_FATAL_NONE <==> dead == 1;
      loop invariant dead_is_idle: dead == 1 ==> m.busy == EW_BUSY_IDLE;
      loop invariant handshake_is_known:
        (m.handshake == EW_HANDSHAKE_DONE <==> established == 1) &&
        (m.busy != EW_BUSY_IDLE ==> (m.busy == EW_BUSY_HANDSHAKE <==> established == 0));
      loop invariant quiet_is_quiet: m.quiet == EW_QUIET_ON <==> quiet == 1;
      loop invariant notice_is_made:
        (m.notice_out == EW_NOTICE_OUT_NONE      ==> made == 0 && held == 0 && on_wire == 0) &&
        (m.notice_out == EW_NOTICE_OUT_QUEUED    ==> made == 1 && held == 1 && on_wire == 0) &&
        (m.notice_out == EW_NOTICE_OUT_DELIVERED ==> made == 1 && held == 0 && on_wire == 1);
      loop invariant notice_while_sending:
        m.busy == EW_BUSY_NOTICE ==> m.notice_out == EW_NOTICE_OUT_QUEUED;
      loop invariant output_before_notice:
        m.busy == EW_BUSY_FLUSH || m.busy == EW_BUSY_WRITE || m.busy == EW_BUSY_HANDSHAKE ==>
        m.notice_out == EW_NOTICE_OUT_NONE;
      loop invariant closing_is_marked:
        m.busy == EW_BUSY_FLUSH || m.busy == EW_BUSY_NOTICE || m.busy == EW_BUSY_WAIT ==>
        m.sent == EW_SENT_YES;
      loop invariant writing_is_open: m.busy == EW_BUSY_WRITE ==> m.sent == EW_SENT_NO;
      loop invariant end_is_seen: m.notice_in == EW_NOTICE_IN_SEEN <==> ended == 1;
      loop invariant received_is_earned:
        m.received == EW_RECEIVED_YES ==> ended == 1 || claimed_received == 1;
      loop invariant sent_is_earned:
        m.sent == EW_SENT_YES && m.notice_out == EW_NOTICE_OUT_NONE ==>
        claimed_sent == 1 || m.output == EW_OUTPUT_PENDING;
      loop invariant wait_is_earned:
        m.busy == EW_BUSY_WAIT ==> on_wire == 1 || claimed_sent == 1;
      loop invariant no_wait_after_end: ended == 1 ==> asked != EW_ACTION_RECEIVE;
      loop invariant session_is_fit:
        m.session == EW_SESSION_DROP <==> unfit == 1;

      loop invariant T1_at_most_one_notice: made <= 1 && on_wire <= made;
    */
    while (more()) {
        uint8_t event = any_event();
        uint8_t answered = answers(asked, event);
        uint8_t was_dead = dead;
        uint8_t was_made = made;
        uint8_t was_ended = ended;
        ew_answer r;
        uint8_t action;
        int8_t value;
        uint8_t returned;

        before = m;
        r = ew_step(&m, event);
        action = ew_action(r);
        value = ew_value(r);

        /* Which call does this return from, if from any? */
        returned = event;
        if (answered) {
            returned = call;
        }

        /* What the engine reported */
        if (answered) {
            if (asked == EW_ACTION_SEND_CLOSE_NOTIFY && event == EW_EVENT_DONE) {
                held = 0;
                on_wire = on_wire + 1;
            }
            if (asked == EW_ACTION_HANDSHAKE && event == EW_EVENT_DONE) {
                established = 1;
            }
            if (asked == EW_ACTION_RECEIVE && event == EW_EVENT_CLOSE_NOTIFY) {
                ended = 1;
            }
            if (event == EW_EVENT_FATAL_ALERT || event == EW_EVENT_EOF ||
                event == EW_EVENT_IO_ERROR || event == EW_EVENT_TLS_ERROR ||
                (asked == EW_ACTION_HANDSHAKE && event == EW_EVENT_CLOSE_NOTIFY)) {
                dead = 1;
            }
            if (dead && (asked == EW_ACTION_HANDSHAKE || event == EW_EVENT_FATAL_ALERT ||
                         event == EW_EVENT_TLS_ERROR)) {
                unfit = 1;
            }
            asked = EW_ACTION_RETURN;
        }

        /* What the application did, unless it was refused */
        if (value == 1 && event == EW_EVENT_ADOPT) {
            established = 1;
        }
        if (value == 1 && event == EW_EVENT_QUIET_ON) {
            quiet = 1;
        }
        if (value == 1 && event == EW_EVENT_QUIET_OFF) {
            quiet = 0;
        }
        if (value == 1 && event == EW_EVENT_SHUTDOWN && quiet) {
            claimed_sent = claimed_received = 1;
        }
        if (value == 1 && event >= EW_EVENT_SET_SHUTDOWN_0 && event <= EW_EVENT_SET_SHUTDOWN_3) {
            claimed_sent = event == EW_EVENT_SET_SHUTDOWN_1 || event == EW_EVENT_SET_SHUTDOWN_3;
            claimed_received = event == EW_EVENT_SET_SHUTDOWN_2 || event == EW_EVENT_SET_SHUTDOWN_3;
        }
        if (event == EW_EVENT_CLEAR) {
            asked = EW_ACTION_RETURN;
            made = held = on_wire = ended = dead = unfit = established = 0;
            claimed_sent = claimed_received = 0;
            was_made = was_ended = 0;
        }

        /* What the engine is asked to do now */
        if (action != EW_ACTION_RETURN) {
            asked = action;
            call = returned;
        }
        if (action == EW_ACTION_HANDSHAKE) {
            established = 0;
        }
        if (action == EW_ACTION_SEND_CLOSE_NOTIFY && !held) {
            made = made + 1;
            held = 1;
        }

        /*@ assert T2_no_data_after_notice:
              action == EW_ACTION_WRITE || action == EW_ACTION_FLUSH ==> was_made == 0; */
        /*@ assert T2_no_handshake_after_notice:
              action == EW_ACTION_HANDSHAKE ==> was_made == 0; */
        /*@ assert T3_no_io_after_fatal:
              was_dead == 1 && event != EW_EVENT_CLEAR ==> action == EW_ACTION_RETURN && value == -1;
        */
        /*@ assert T5_one_means_both_flags:
              returned == EW_EVENT_SHUTDOWN && value == 1 ==>
              m.sent == EW_SENT_YES && m.received == EW_RECEIVED_YES; */
        /*@ assert T5_one_means_both_notices:
              returned == EW_EVENT_SHUTDOWN && value == 1 ==>
              (on_wire == 1 || claimed_sent == 1) && (ended == 1 || claimed_received == 1); */
        /*@ assert T6_zero_means_delivered:
              action == EW_ACTION_RETURN && returned == EW_EVENT_SHUTDOWN && value == 0 ==>
              on_wire == 1; */
        /*@ assert T8_flags_only_grow:
              !is_set_shutdown(event) && event != EW_EVENT_CLEAR ==>
              before.sent <= m.sent && before.received <= m.received; */
        /*@ assert T9_refusals_change_nothing:
              is_refusal(r) ==> before == m; */
        /*@ assert T12_zero_read_is_the_end:
              action == EW_ACTION_RETURN && returned == EW_EVENT_READ && value == 0 ==>
              ended == 1 || claimed_received == 1; */
        /*@ assert T13_dead_is_refused:
              was_dead == 1 && event != EW_EVENT_CLEAR ==> is_refusal(r); */
        /*@ assert T14_handshake_first:
              action != EW_ACTION_RETURN && action != EW_ACTION_HANDSHAKE ==> established == 1; */
        /*@ assert K14_no_receive_after_end:
              was_ended == 1 ==> action != EW_ACTION_RECEIVE; */

        uint8_t end = ew_end_of_data(&m);
        uint8_t kept = ew_session_kept(&m);
        uint8_t alive = ew_alive(&m);

        /*@ assert T4_end_is_authenticated: end == 1 <==> ended == 1; */
        /*@ assert T10_session_verdict: kept == 1 <==> m.sent == EW_SENT_YES && unfit == 0; */
        /*@ assert T13_alive_verdict: alive == 1 <==> dead == 0; */
    }
}
