/*
 * Endwell: what each clause demands, as a predicate of its number.
 *
 * Written by hand from clauses.md, never from the decision tables: the proof holds the generated
 * code against these predicates, so a wrong table or a wrong generator makes it fail.
 * {A,B} are the states before and after a step; r is what was answered. The contracts in
 * ew_contracts.h use the name of a predicate as their label.
 */

#ifndef EW_CLAUSES_H
#define EW_CLAUSES_H

#include "ew_predicates.h"

/* Refusals: the answer, and not one field changes (K-23) ----------------------------------- */

/*@
  predicate refused{A,B}(ew_machine *m, ew_answer r, integer answer) =
    r == answer && unchanged{A,B}(m);

  predicate K24_corrupt_refused{A,B}(ew_machine *m, ew_answer r) =
    refused{A,B}(m, r, EW_ANSWER_CORRUPT);

  predicate K01_fatal_refused{A,B}(ew_machine *m, ew_answer r) =
    refused{A,B}(m, r, EW_ANSWER_FATAL);

  predicate K22_unknown_refused{A,B}(ew_machine *m, ew_answer r) =
    refused{A,B}(m, r, EW_ANSWER_UNKNOWN);

  predicate K22_busy_refused{A,B}(ew_machine *m, ew_answer r) =
    refused{A,B}(m, r, EW_ANSWER_BUSY);

  predicate K22_nothing_was_asked{A,B}(ew_machine *m, ew_answer r) =
    refused{A,B}(m, r, EW_ANSWER_UNEXPECTED);

  predicate K02_handshake_first{A,B}(ew_machine *m, ew_answer r) =
    \at(m->handshake,A) != EW_HANDSHAKE_DONE ==> refused{A,B}(m, r, EW_ANSWER_HANDSHAKE_FIRST);

  predicate K23_refusals_change_nothing{A,B}(ew_machine *m, ew_answer r) =
    is_refusal(r) ==> unchanged{A,B}(m);
*/

/* Answers: the value alone tells the class (K-19) ------------------------------------------ */

/*@
  predicate is_success(ew_answer r) = succeeds(r, 0) || succeeds(r, 1) || ends_reading(r);

  predicate is_retry(ew_answer r) =
    r == EW_ANSWER_WANT_READ || r == EW_ANSWER_WANT_WRITE ||
    r == EW_ANSWER_SUSPENDED || r == EW_ANSWER_AGAIN;

  predicate is_failure(ew_answer r) =
    r == EW_ANSWER_TRANSPORT || r == EW_ANSWER_TLS || r == EW_ANSWER_TRUNCATED ||
    r == EW_ANSWER_FATAL_ALERT || r == EW_ANSWER_HANDSHAKE_FAILED;

  predicate is_action(ew_answer r) =
    r == EW_ANSWER_FLUSH   || r == EW_ANSWER_SEND_CLOSE_NOTIFY ||
    r == EW_ANSWER_RECEIVE || r == EW_ANSWER_WRITE || r == EW_ANSWER_HANDSHAKE;

  predicate K19_value_tells_the_class(ew_answer r) =
    is_action(r) || is_success(r) || is_retry(r) || is_failure(r) || is_refusal(r) ||
    r == EW_ANSWER_UNREAD_DATA;

  predicate K01_only_failures_are_fatal{A,B}(ew_machine *m, ew_answer r) =
    alive{A}(m) ==> (\at(m->fatal,B) != EW_FATAL_NONE <==> is_failure(r));
*/

/* Shutdown --------------------------------------------------------------------------------- */

/*@
  predicate shutdown_leaves{A,B}(ew_machine *m) =
    same_mode{A,B}(m) && same_fatal{A,B}(m) && same_notice_in{A,B}(m) &&
    same_output{A,B}(m) && same_session{A,B}(m);

  predicate goes_on{A,B}(ew_machine *m, ew_answer r, integer asked, integer busy) =
    r == asked && \at(m->busy,B) == busy &&
    \at(m->received,A) == \at(m->received,B) && shutdown_leaves{A,B}(m);

  predicate completes{A,B}(ew_machine *m, ew_answer r, integer value) =
    succeeds(r, value) && same_busy{A,B}(m) && same_notices{A,B}(m) && shutdown_leaves{A,B}(m);

  predicate sends{L}(ew_machine *m) =
    \at(m->handshake,L) == EW_HANDSHAKE_DONE && \at(m->quiet,L) == EW_QUIET_OFF;

  predicate our_side_said_closed{L}(ew_machine *m) =
    sends{L}(m) && \at(m->sent,L) == EW_SENT_YES &&
    (\at(m->notice_out,L) == EW_NOTICE_OUT_DELIVERED ||
     (\at(m->notice_out,L) == EW_NOTICE_OUT_NONE && \at(m->output,L) == EW_OUTPUT_IDLE));

  predicate K03_quiet_sends_nothing{A,B}(ew_machine *m, ew_answer r) =
    \at(m->handshake,A) == EW_HANDSHAKE_DONE && \at(m->quiet,A) == EW_QUIET_ON ==>
    completes{A,B}(m, r, 1) &&
    \at(m->sent,B) == EW_SENT_YES && \at(m->received,B) == EW_RECEIVED_YES;

  predicate K04_sent_before_io{A,B}(ew_machine *m) =
    \at(m->handshake,A) == EW_HANDSHAKE_DONE ==> \at(m->sent,B) == EW_SENT_YES;

  predicate K04_output_first{A,B}(ew_machine *m, ew_answer r) =
    sends{A}(m) && !notice_made{A}(m) && \at(m->output,A) == EW_OUTPUT_PENDING ==>
    goes_on{A,B}(m, r, EW_ANSWER_FLUSH, EW_BUSY_FLUSH) && same_notices{A,B}(m);

  predicate K04_then_close_notify{A,B}(ew_machine *m, ew_answer r) =
    sends{A}(m) && !notice_made{A}(m) && \at(m->output,A) == EW_OUTPUT_IDLE &&
    \at(m->sent,A) == EW_SENT_NO ==>
    goes_on{A,B}(m, r, EW_ANSWER_SEND_CLOSE_NOTIFY, EW_BUSY_NOTICE) &&
    \at(m->notice_out,B) == EW_NOTICE_OUT_QUEUED;

  predicate K05_same_notice_again{A,B}(ew_machine *m, ew_answer r) =
    sends{A}(m) && \at(m->notice_out,A) == EW_NOTICE_OUT_QUEUED ==>
    goes_on{A,B}(m, r, EW_ANSWER_SEND_CLOSE_NOTIFY, EW_BUSY_NOTICE) && same_notices{A,B}(m);

  predicate K05_never_a_second_notice{A,B}(ew_machine *m, ew_answer r) =
    (\at(m->notice_out,A) == EW_NOTICE_OUT_DELIVERED ==>
       \at(m->notice_out,B) == EW_NOTICE_OUT_DELIVERED &&
       r != EW_ANSWER_SEND_CLOSE_NOTIFY) &&
    (\at(m->notice_out,A) == EW_NOTICE_OUT_QUEUED ==> notice_made{B}(m));

  predicate K06_flag_taken_back{A,B}(ew_machine *m, ew_answer r) =
    sends{A}(m) && \at(m->notice_out,A) == EW_NOTICE_OUT_DELIVERED &&
    \at(m->sent,A) == EW_SENT_NO ==>
    completes{A,B}(m, r, \at(m->received,A) == EW_RECEIVED_YES ? 1 : 0) &&
    \at(m->received,A) == \at(m->received,B);

  predicate K09_waits_for_the_peer{A,B}(ew_machine *m, ew_answer r) =
    our_side_said_closed{A}(m) && \at(m->received,A) == EW_RECEIVED_NO &&
    \at(m->notice_in,A) == EW_NOTICE_IN_NONE ==>
    goes_on{A,B}(m, r, EW_ANSWER_RECEIVE, EW_BUSY_WAIT) && same_notices{A,B}(m);

  predicate K13_complete_stays_complete{A,B}(ew_machine *m, ew_answer r) =
    our_side_said_closed{A}(m) && \at(m->received,A) == EW_RECEIVED_YES ==>
    completes{A,B}(m, r, 1) && \at(m->received,B) == EW_RECEIVED_YES;

  predicate K18_notice_outlives_flag{A,B}(ew_machine *m, ew_answer r) =
    our_side_said_closed{A}(m) && \at(m->received,A) == EW_RECEIVED_NO &&
    \at(m->notice_in,A) == EW_NOTICE_IN_SEEN ==>
    completes{A,B}(m, r, 1) && \at(m->received,B) == EW_RECEIVED_YES;

  predicate shutdown_called{A,B}(ew_machine *m, ew_answer r) =
    K02_handshake_first{A,B}(m, r) && K03_quiet_sends_nothing{A,B}(m, r) &&
    K04_sent_before_io{A,B}(m) && K04_output_first{A,B}(m, r) &&
    K04_then_close_notify{A,B}(m, r) && K05_same_notice_again{A,B}(m, r) &&
    K06_flag_taken_back{A,B}(m, r) && K09_waits_for_the_peer{A,B}(m, r) &&
    K13_complete_stays_complete{A,B}(m, r) && K18_notice_outlives_flag{A,B}(m, r);
*/

/* Read and write --------------------------------------------------------------------------- */

/*@
  predicate reading_ended{A,B}(ew_machine *m, ew_answer r) =
    ends_reading(r) && \at(m->received,B) == EW_RECEIVED_YES &&
    \at(m->sent,A) == \at(m->sent,B) &&
    same_mode{A,B}(m) && same_fatal{A,B}(m) && same_wire{A,B}(m);

  predicate K14_end_reported_again{A,B}(ew_machine *m, ew_answer r) =
    open{A}(m) && \at(m->received,A) == EW_RECEIVED_YES ==> reading_ended{A,B}(m, r);

  predicate K14_nothing_after_the_end{A,B}(ew_machine *m, ew_answer r) =
    open{A}(m) && \at(m->notice_in,A) == EW_NOTICE_IN_SEEN ==> reading_ended{A,B}(m, r);

  predicate K15_reads_until_peer_closes{A,B}(ew_machine *m, ew_answer r) =
    open{A}(m) && \at(m->received,A) == EW_RECEIVED_NO &&
    \at(m->notice_in,A) == EW_NOTICE_IN_NONE ==>
    r == EW_ANSWER_RECEIVE && \at(m->busy,B) == EW_BUSY_READ && only_busy_changes{A,B}(m);

  predicate read_called{A,B}(ew_machine *m, ew_answer r) =
    K02_handshake_first{A,B}(m, r) && K14_end_reported_again{A,B}(m, r) &&
    K14_nothing_after_the_end{A,B}(m, r) && K15_reads_until_peer_closes{A,B}(m, r);

  predicate K16_no_write_after_close{A,B}(ew_machine *m, ew_answer r) =
    open{A}(m) && closed{A}(m) ==> refused{A,B}(m, r, EW_ANSWER_CLOSED);

  predicate K17_write_whatever_the_peer{A,B}(ew_machine *m, ew_answer r) =
    open{A}(m) && !closed{A}(m) ==>
    r == EW_ANSWER_WRITE && \at(m->busy,B) == EW_BUSY_WRITE && only_busy_changes{A,B}(m);

  predicate write_called{A,B}(ew_machine *m, ew_answer r) =
    K02_handshake_first{A,B}(m, r) && K16_no_write_after_close{A,B}(m, r) &&
    K17_write_whatever_the_peer{A,B}(m, r);
*/

/* Flags, quiet, handshake, clear ----------------------------------------------------------- */

/*@
  predicate K18_flags_as_set{A,B}(ew_machine *m, integer event, ew_answer r) =
    succeeds(r, 1) &&
    (\at(m->sent,B) == EW_SENT_YES <==>
       event == EW_EVENT_SET_SHUTDOWN_1 || event == EW_EVENT_SET_SHUTDOWN_3) &&
    (\at(m->received,B) == EW_RECEIVED_YES <==>
       event == EW_EVENT_SET_SHUTDOWN_2 || event == EW_EVENT_SET_SHUTDOWN_3) &&
    flags_sound{B}(m);

  predicate K18_notices_untouched{A,B}(ew_machine *m) =
    same_wire{A,B}(m) && same_mode{A,B}(m) && same_fatal{A,B}(m);

  predicate QS01_quiet_as_set{A,B}(ew_machine *m, integer event, ew_answer r) =
    succeeds(r, 1) &&
    \at(m->quiet,B) == (event == EW_EVENT_QUIET_ON ? EW_QUIET_ON : EW_QUIET_OFF) &&
    \at(m->handshake,A) == \at(m->handshake,B) &&
    same_flags{A,B}(m) && same_fatal{A,B}(m) && same_wire{A,B}(m);

  predicate only_handshake_changes{A,B}(ew_machine *m, integer handshake) =
    \at(m->handshake,B) == handshake && \at(m->quiet,A) == \at(m->quiet,B) &&
    same_flags{A,B}(m) && same_fatal{A,B}(m) && same_notices{A,B}(m) &&
    same_output{A,B}(m) && same_session{A,B}(m);

  predicate K25_none_after_close{A,B}(ew_machine *m, ew_answer r) =
    closed{A}(m) ==> refused{A,B}(m, r, EW_ANSWER_CLOSED);

  predicate K02_handshake_goes_on{A,B}(ew_machine *m, ew_answer r) =
    !closed{A}(m) ==>
    r == EW_ANSWER_HANDSHAKE && \at(m->busy,B) == EW_BUSY_HANDSHAKE &&
    only_handshake_changes{A,B}(m, EW_HANDSHAKE_RUNNING);

  predicate handshake_called{A,B}(ew_machine *m, ew_answer r) =
    K25_none_after_close{A,B}(m, r) && K02_handshake_goes_on{A,B}(m, r);

  predicate K29_adopted{A,B}(ew_machine *m, ew_answer r) =
    \at(m->handshake,A) == EW_HANDSHAKE_NONE ==>
    succeeds(r, 1) && same_busy{A,B}(m) && only_handshake_changes{A,B}(m, EW_HANDSHAKE_DONE);

  predicate K29_adopted_only_at_first{A,B}(ew_machine *m, ew_answer r) =
    \at(m->handshake,A) != EW_HANDSHAKE_NONE ==> refused{A,B}(m, r, EW_ANSWER_HANDSHAKE_FIRST);

  predicate adopt_called{A,B}(ew_machine *m, ew_answer r) =
    K29_adopted{A,B}(m, r) && K29_adopted_only_at_first{A,B}(m, r);

  predicate K21_back_to_the_start{A,B}(ew_machine *m, ew_answer r) =
    succeeds(r, 1) && at_start{B}(m);

  predicate K21_quiet_stays{A,B}(ew_machine *m) =
    \at(m->quiet,A) == \at(m->quiet,B);

  predicate K24_clear_repairs{A,B}(ew_machine *m) =
    \at(m->quiet,A) <= EW_QUIET_ON ==> callable{B}(m);
*/

/* What any action may come to -------------------------------------------------------------- */

/*@
  predicate ends_as_it_was{A,B}(ew_machine *m) =
    \at(m->busy,B) == EW_BUSY_IDLE && only_busy_changes{A,B}(m);

  predicate becomes_fatal{A,B}(ew_machine *m, integer fatal) =
    \at(m->fatal,B) == fatal && \at(m->busy,B) == EW_BUSY_IDLE &&
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_notices{A,B}(m) && same_output{A,B}(m);

  predicate K07_blocked_keeps_all{A,B}(ew_machine *m, integer event, ew_answer r) =
    (event == EW_EVENT_WANT_READ  ==> r == EW_ANSWER_WANT_READ && ends_as_it_was{A,B}(m)) &&
    (event == EW_EVENT_WANT_WRITE ==> r == EW_ANSWER_WANT_WRITE && ends_as_it_was{A,B}(m));

  predicate K27_suspended_keeps_all{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_SUSPENDED ==> r == EW_ANSWER_SUSPENDED && ends_as_it_was{A,B}(m);

  predicate K28_again_keeps_all{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_AGAIN ==> r == EW_ANSWER_AGAIN && ends_as_it_was{A,B}(m);

  predicate K08_failure_is_fatal{A,B}(ew_machine *m, integer event, ew_answer r) =
    (event == EW_EVENT_IO_ERROR ==>
       r == EW_ANSWER_TRANSPORT && becomes_fatal{A,B}(m, EW_FATAL_SYSCALL) &&
       same_session{A,B}(m)) &&
    (event == EW_EVENT_TLS_ERROR ==>
       r == EW_ANSWER_TLS && becomes_fatal{A,B}(m, EW_FATAL_SSL));

  predicate K20_own_alert_drops_session{A,B}(ew_machine *m, integer event) =
    event == EW_EVENT_TLS_ERROR ==> \at(m->session,B) == EW_SESSION_DROP;

  predicate interrupted_or_failed{A,B}(ew_machine *m, integer event, ew_answer r) =
    K07_blocked_keeps_all{A,B}(m, event, r) && K27_suspended_keeps_all{A,B}(m, event, r) &&
    K28_again_keeps_all{A,B}(m, event, r) && K08_failure_is_fatal{A,B}(m, event, r) &&
    K20_own_alert_drops_session{A,B}(m, event);
*/

/* After a flush, a close_notify, a write --------------------------------------------------- */

/*@
  predicate K04_notice_follows_data{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DONE ==>
    r == EW_ANSWER_SEND_CLOSE_NOTIFY && \at(m->busy,B) == EW_BUSY_NOTICE &&
    \at(m->notice_out,B) == EW_NOTICE_OUT_QUEUED && \at(m->output,B) == EW_OUTPUT_IDLE &&
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_fatal{A,B}(m) &&
    same_notice_in{A,B}(m) && same_session{A,B}(m);

  predicate K06_delivered{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DONE ==>
    succeeds(r, \at(m->received,A) == EW_RECEIVED_YES ? 1 : 0) &&
    \at(m->notice_out,B) == EW_NOTICE_OUT_DELIVERED && \at(m->busy,B) == EW_BUSY_IDLE &&
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_fatal{A,B}(m) &&
    same_notice_in{A,B}(m) && same_output{A,B}(m) && same_session{A,B}(m);

  predicate written{A,B}(ew_machine *m, integer output) =
    \at(m->output,B) == output && \at(m->busy,B) == EW_BUSY_IDLE &&
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_fatal{A,B}(m) &&
    same_notices{A,B}(m) && same_session{A,B}(m);

  predicate K17_written{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DONE ==> succeeds(r, 1) && written{A,B}(m, EW_OUTPUT_IDLE);

  predicate RW03_blocked_write_is_owed{A,B}(ew_machine *m, integer event, ew_answer r) =
    (event == EW_EVENT_WANT_READ ==>
       r == EW_ANSWER_WANT_READ && written{A,B}(m, EW_OUTPUT_PENDING)) &&
    (event == EW_EVENT_WANT_WRITE ==>
       r == EW_ANSWER_WANT_WRITE && written{A,B}(m, EW_OUTPUT_PENDING));

  predicate K27_suspended_write_is_owed{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_SUSPENDED ==>
    r == EW_ANSWER_SUSPENDED && written{A,B}(m, EW_OUTPUT_PENDING);

  predicate K28_cut_write_is_owed{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_AGAIN ==> r == EW_ANSWER_AGAIN && written{A,B}(m, EW_OUTPUT_PENDING);

  predicate K22_no_answer_to_a_send{A,B}(ew_machine *m, integer event, ew_answer r) =
    !ends_a_send(event) ==> refused{A,B}(m, r, EW_ANSWER_UNEXPECTED);
*/

/* After waiting in shutdown, or reading ---------------------------------------------------- */

/*@
  predicate peer_closed{A,B}(ew_machine *m) =
    \at(m->received,B) == EW_RECEIVED_YES && \at(m->notice_in,B) == EW_NOTICE_IN_SEEN &&
    \at(m->busy,B) == EW_BUSY_IDLE && \at(m->sent,A) == \at(m->sent,B) &&
    \at(m->notice_out,A) == \at(m->notice_out,B) && same_mode{A,B}(m) &&
    same_fatal{A,B}(m) && same_output{A,B}(m) && same_session{A,B}(m);

  predicate K09_peer_closed{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_CLOSE_NOTIFY ==> succeeds(r, 1) && peer_closed{A,B}(m);

  predicate K14_end_of_data{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_CLOSE_NOTIFY ==> ends_reading(r) && peer_closed{A,B}(m);

  predicate K09_goes_on_waiting{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_OTHER ==> r == EW_ANSWER_RECEIVE && unchanged{A,B}(m);

  predicate K10_data_is_not_lost{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DATA ==>
    r == EW_ANSWER_UNREAD_DATA && ends_as_it_was{A,B}(m);

  predicate K15_data_is_read{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DATA ==> succeeds(r, 1) && ends_as_it_was{A,B}(m);

  predicate K11_alert_is_fatal{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_FATAL_ALERT ==>
    r == EW_ANSWER_FATAL_ALERT && becomes_fatal{A,B}(m, EW_FATAL_SSL);

  predicate K20_alert_drops_session{A,B}(ew_machine *m, integer event) =
    event == EW_EVENT_FATAL_ALERT ==> \at(m->session,B) == EW_SESSION_DROP;

  predicate K12_truncation_is_fatal{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_EOF ==>
    r == EW_ANSWER_TRUNCATED && becomes_fatal{A,B}(m, EW_FATAL_SSL) &&
    same_session{A,B}(m);

  predicate K22_no_answer_to_a_receive{A,B}(ew_machine *m, integer event, ew_answer r) =
    !ends_a_receive(event) ==> refused{A,B}(m, r, EW_ANSWER_UNEXPECTED);
*/

/* After a part of the handshake ------------------------------------------------------------ */

/*@
  predicate K02_handshake_done{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_DONE ==>
    succeeds(r, 1) && \at(m->busy,B) == EW_BUSY_IDLE &&
    only_handshake_changes{A,B}(m, EW_HANDSHAKE_DONE);

  predicate K25_goes_on{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_OTHER ==> r == EW_ANSWER_HANDSHAKE && unchanged{A,B}(m);

  predicate fails_a_handshake(integer event) =
    event == EW_EVENT_CLOSE_NOTIFY || event == EW_EVENT_EOF || event == EW_EVENT_TLS_ERROR;

  predicate K25_failed_is_fatal{A,B}(ew_machine *m, integer event, ew_answer r) =
    fails_a_handshake(event) ==>
    r == EW_ANSWER_HANDSHAKE_FAILED && becomes_fatal{A,B}(m, EW_FATAL_SSL);

  predicate K25_transport_failed_is_fatal{A,B}(ew_machine *m, integer event, ew_answer r) =
    event == EW_EVENT_IO_ERROR ==>
    r == EW_ANSWER_TRANSPORT && becomes_fatal{A,B}(m, EW_FATAL_SYSCALL);

  predicate K20_failed_handshake_drops{A,B}(ew_machine *m, integer event) =
    fails_a_handshake(event) || event == EW_EVENT_IO_ERROR ==>
    \at(m->session,B) == EW_SESSION_DROP;

  predicate K22_no_answer_to_a_handshake{A,B}(ew_machine *m, integer event, ew_answer r) =
    !ends_a_handshake(event) ==> refused{A,B}(m, r, EW_ANSWER_UNEXPECTED);
*/

/* Each action's outcomes, and every step, taken together ----------------------------------- */

/*@
  predicate flush_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K04_notice_follows_data{A,B}(m, event, r) && interrupted_or_failed{A,B}(m, event, r) &&
    K22_no_answer_to_a_send{A,B}(m, event, r);

  predicate notice_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K06_delivered{A,B}(m, event, r) && interrupted_or_failed{A,B}(m, event, r) &&
    K22_no_answer_to_a_send{A,B}(m, event, r);

  predicate write_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K17_written{A,B}(m, event, r) && RW03_blocked_write_is_owed{A,B}(m, event, r) &&
    K27_suspended_write_is_owed{A,B}(m, event, r) && K28_cut_write_is_owed{A,B}(m, event, r) &&
    K08_failure_is_fatal{A,B}(m, event, r) && K20_own_alert_drops_session{A,B}(m, event) &&
    K22_no_answer_to_a_send{A,B}(m, event, r);

  predicate arrived{A,B}(ew_machine *m, integer event, ew_answer r) =
    K09_goes_on_waiting{A,B}(m, event, r) && K11_alert_is_fatal{A,B}(m, event, r) &&
    K20_alert_drops_session{A,B}(m, event) && K12_truncation_is_fatal{A,B}(m, event, r) &&
    interrupted_or_failed{A,B}(m, event, r) && K22_no_answer_to_a_receive{A,B}(m, event, r);

  predicate wait_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K10_data_is_not_lost{A,B}(m, event, r) && K09_peer_closed{A,B}(m, event, r) &&
    arrived{A,B}(m, event, r);

  predicate read_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K15_data_is_read{A,B}(m, event, r) && K14_end_of_data{A,B}(m, event, r) &&
    arrived{A,B}(m, event, r);

  predicate handshake_ended{A,B}(ew_machine *m, integer event, ew_answer r) =
    K02_handshake_done{A,B}(m, event, r) && K25_goes_on{A,B}(m, event, r) &&
    K25_failed_is_fatal{A,B}(m, event, r) && K25_transport_failed_is_fatal{A,B}(m, event, r) &&
    K20_failed_handshake_drops{A,B}(m, event) && K11_alert_is_fatal{A,B}(m, event, r) &&
    K20_alert_drops_session{A,B}(m, event) && K07_blocked_keeps_all{A,B}(m, event, r) &&
    K27_suspended_keeps_all{A,B}(m, event, r) && K28_again_keeps_all{A,B}(m, event, r) &&
    K22_no_answer_to_a_handshake{A,B}(m, event, r);

  predicate call_answered{A,B}(ew_machine *m, integer event, ew_answer r) =
    (event == EW_EVENT_SHUTDOWN ==> shutdown_called{A,B}(m, r)) &&
    (event == EW_EVENT_READ     ==> read_called{A,B}(m, r)) &&
    (event == EW_EVENT_WRITE    ==> write_called{A,B}(m, r)) &&
    (is_set_shutdown(event)     ==> K18_flags_as_set{A,B}(m, event, r) &&
                                    K18_notices_untouched{A,B}(m)) &&
    (is_set_quiet(event)        ==> QS01_quiet_as_set{A,B}(m, event, r)) &&
    (event == EW_EVENT_HANDSHAKE ==> handshake_called{A,B}(m, r)) &&
    (event == EW_EVENT_ADOPT    ==> adopt_called{A,B}(m, r));

  predicate outcome_answered{A,B}(ew_machine *m, integer event, ew_answer r) =
    (\at(m->busy,A) == EW_BUSY_IDLE   ==> K22_nothing_was_asked{A,B}(m, r)) &&
    (\at(m->busy,A) == EW_BUSY_FLUSH  ==> flush_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_BUSY_NOTICE ==> notice_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_BUSY_WAIT   ==> wait_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_BUSY_READ   ==> read_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_BUSY_WRITE  ==> write_ended{A,B}(m, event, r)) &&
    (\at(m->busy,A) == EW_BUSY_HANDSHAKE ==> handshake_ended{A,B}(m, event, r));

  predicate cleared{A,B}(ew_machine *m, ew_answer r) =
    K21_back_to_the_start{A,B}(m, r) && K21_quiet_stays{A,B}(m) && K24_clear_repairs{A,B}(m);

  predicate stepped{A,B}(ew_machine *m, integer event, ew_answer r) =
    (event == EW_EVENT_CLEAR ==> cleared{A,B}(m, r)) &&
    (event != EW_EVENT_CLEAR && !sound{A}(m) ==> K24_corrupt_refused{A,B}(m, r)) &&
    (event != EW_EVENT_CLEAR && sound{A}(m) && \at(m->fatal,A) != EW_FATAL_NONE ==>
       K01_fatal_refused{A,B}(m, r)) &&
    (event > EW_EVENT_TLS_ERROR && alive{A}(m) ==> K22_unknown_refused{A,B}(m, r)) &&
    (is_call(event) && alive{A}(m) && \at(m->busy,A) != EW_BUSY_IDLE ==>
       K22_busy_refused{A,B}(m, r)) &&
    (is_call(event) && callable{A}(m) ==> call_answered{A,B}(m, event, r)) &&
    (is_outcome(event) && alive{A}(m) ==> outcome_answered{A,B}(m, event, r));
*/

#endif
