/*
 * Endwell: the contract of every function of the core.
 *
 * Written by hand from the clauses (clauses.md), never from the decision tables. Each `ensures` is
 * labelled with the clause that it holds the code to; `make prove PROP=label` proves that one
 * alone. The predicates are in ew_clauses.h. A compiler sees prototypes only; Frama-C joins each
 * contract with the definition in ew_core.c, the very file that is compiled.
 *
 * The public functions require valid pointers and nothing else: every state and every event,
 * every byte value included, has its answer.
 */

#ifndef EW_CONTRACTS_H
#define EW_CONTRACTS_H

#include "ew_clauses.h"
#include "ew_named.h"

/* Is the machine in one piece, alive, open? ---------------------------------------------------- */

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K24_corrupt_found: !sound{Pre}(m) ==> \result == EW_ANSWER_CORRUPT;
  ensures    K01_fatal_found:
    sound{Pre}(m) && m->fatal != EW_FATAL_NONE ==> \result == EW_ANSWER_FATAL;
  ensures    K22_unknown_found:
    alive{Pre}(m) && event > EW_EVENT_TLS_ERROR ==> \result == EW_ANSWER_UNKNOWN;
  ensures    K01_alive_goes_on:
    alive{Pre}(m) && event <= EW_EVENT_TLS_ERROR ==> \result == EW_ANSWER_ONE;
*/
static inline ew_answer refusal(const ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K02_open_found:
    (open{Pre}(m) && \result == 1) || (!open{Pre}(m) && \result == 0);
*/
static inline uint8_t is_open(const ew_machine *m);

/* The calls ------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->received, m->busy;
  ensures    K09_waits_for_the_peer: K09_waits_for_the_peer{Pre,Post}(m, \result);
  ensures    K13_complete_stays_complete: K13_complete_stays_complete{Pre,Post}(m, \result);
  ensures    K18_notice_outlives_flag: K18_notice_outlives_flag{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_finish(ew_machine *m);

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  terminates \true;
  exits      \false;
  assigns    m->sent, m->received, m->notice_out, m->busy;
  ensures    K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
  ensures    K03_quiet_sends_nothing: K03_quiet_sends_nothing{Pre,Post}(m, \result);
  ensures    K04_sent_before_io: K04_sent_before_io{Pre,Post}(m);
  ensures    K04_output_first: K04_output_first{Pre,Post}(m, \result);
  ensures    K04_then_close_notify: K04_then_close_notify{Pre,Post}(m, \result);
  ensures    K05_same_notice_again: K05_same_notice_again{Pre,Post}(m, \result);
  ensures    K05_never_a_second_notice: K05_never_a_second_notice{Pre,Post}(m, \result);
  ensures    K06_flag_taken_back: K06_flag_taken_back{Pre,Post}(m, \result);
  ensures    K09_waits_for_the_peer: K09_waits_for_the_peer{Pre,Post}(m, \result);
  ensures    K13_complete_stays_complete: K13_complete_stays_complete{Pre,Post}(m, \result);
  ensures    K18_notice_outlives_flag: K18_notice_outlives_flag{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_shutdown(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->received, m->busy;
  ensures    K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
  ensures    K14_end_reported_again: K14_end_reported_again{Pre,Post}(m, \result);
  ensures    K14_nothing_after_the_end: K14_nothing_after_the_end{Pre,Post}(m, \result);
  ensures    K15_reads_until_peer_closes: K15_reads_until_peer_closes{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_read(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->busy;
  ensures    K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
  ensures    K16_no_write_after_close: K16_no_write_after_close{Pre,Post}(m, \result);
  ensures    K17_write_whatever_the_peer: K17_write_whatever_the_peer{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_write(ew_machine *m);

/*@
  requires   valid: \valid(m);
  requires   callable: callable(m);
  requires   group: is_set_shutdown(event);
  terminates \true;
  exits      \false;
  assigns    m->sent, m->received;
  ensures    K18_flags_as_set: K18_flags_as_set{Pre,Post}(m, event, \result);
  ensures    K18_notices_untouched: K18_notices_untouched{Pre,Post}(m);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_set_shutdown(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   group: is_set_quiet(event);
  terminates \true;
  exits      \false;
  assigns    m->quiet;
  ensures    QS01_quiet_as_set: QS01_quiet_as_set{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_set_quiet(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->handshake, m->busy;
  ensures    K25_none_after_close: K25_none_after_close{Pre,Post}(m, \result);
  ensures    K02_handshake_goes_on: K02_handshake_goes_on{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_handshake(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    m->handshake;
  ensures    K29_adopted: K29_adopted{Pre,Post}(m, \result);
  ensures    K29_adopted_only_at_first: K29_adopted_only_at_first{Pre,Post}(m, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_adopt(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    K21_back_to_the_start: K21_back_to_the_start{Pre,Post}(m, \result);
  ensures    K21_quiet_stays: K21_quiet_stays{Pre,Post}(m);
  ensures    K24_clear_repairs: K24_clear_repairs{Pre,Post}(m);
*/
static ew_answer on_clear(ew_machine *m);

/*@
  requires   valid: \valid(m);
  requires   alive: alive(m) || event == EW_EVENT_CLEAR;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    cleared: event == EW_EVENT_CLEAR ==> cleared{Pre,Post}(m, \result);
  ensures    K22_busy_refused:
    event != EW_EVENT_CLEAR && \at(m->busy,Pre) != EW_BUSY_IDLE ==>
    K22_busy_refused{Pre,Post}(m, \result);
  ensures    calls: callable{Pre}(m) ==> call_answered{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_call(ew_machine *m, uint8_t event);

/* The outcomes --------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->fatal, m->session, m->busy;
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_unexpected_refused:
    !interrupts_or_fails(event) ==>
    refused{Pre,Post}(m, \result, EW_ANSWER_UNEXPECTED);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_trouble(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->fatal, m->session, m->busy;
  ensures    K09_goes_on_waiting: K09_goes_on_waiting{Pre,Post}(m, event, \result);
  ensures    K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
  ensures    K12_truncation_is_fatal: K12_truncation_is_fatal{Pre,Post}(m, event, \result);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_unexpected_refused:
    !ends_a_receive(event) || event == EW_EVENT_DATA || event == EW_EVENT_CLOSE_NOTIFY ==>
    refused{Pre,Post}(m, \result, EW_ANSWER_UNEXPECTED);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_arrival(ew_machine *m, uint8_t event);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K22_nothing_was_asked: \result == EW_ANSWER_UNEXPECTED;
*/
static ew_answer after_idle(void);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->fatal, m->notice_out, m->output, m->session, m->busy;
  ensures    K04_notice_follows_data: K04_notice_follows_data{Pre,Post}(m, event, \result);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_flush(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   sound: flags_sound(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->fatal, m->notice_out, m->session, m->busy;
  ensures    K06_delivered: K06_delivered{Pre,Post}(m, event, \result);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_notice(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->received, m->fatal, m->notice_in, m->session, m->busy;
  ensures    K10_data_is_not_lost: K10_data_is_not_lost{Pre,Post}(m, event, \result);
  ensures    K09_peer_closed: K09_peer_closed{Pre,Post}(m, event, \result);
  ensures    K09_goes_on_waiting: K09_goes_on_waiting{Pre,Post}(m, event, \result);
  ensures    K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
  ensures    K12_truncation_is_fatal: K12_truncation_is_fatal{Pre,Post}(m, event, \result);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_no_answer_to_a_receive: K22_no_answer_to_a_receive{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_wait(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->received, m->fatal, m->notice_in, m->session, m->busy;
  ensures    K15_data_is_read: K15_data_is_read{Pre,Post}(m, event, \result);
  ensures    K14_end_of_data: K14_end_of_data{Pre,Post}(m, event, \result);
  ensures    K09_goes_on_waiting: K09_goes_on_waiting{Pre,Post}(m, event, \result);
  ensures    K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
  ensures    K12_truncation_is_fatal: K12_truncation_is_fatal{Pre,Post}(m, event, \result);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_no_answer_to_a_receive: K22_no_answer_to_a_receive{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_read(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->fatal, m->output, m->session, m->busy;
  ensures    K17_written: K17_written{Pre,Post}(m, event, \result);
  ensures    RW03_blocked_write_is_owed: RW03_blocked_write_is_owed{Pre,Post}(m, event, \result);
  ensures    K27_suspended_write_is_owed:
               K27_suspended_write_is_owed{Pre,Post}(m, event, \result);
  ensures    K28_cut_write_is_owed: K28_cut_write_is_owed{Pre,Post}(m, event, \result);
  ensures    K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
  ensures    K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_write(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  terminates \true;
  exits      \false;
  assigns    m->handshake, m->fatal, m->session, m->busy;
  ensures    K02_handshake_done: K02_handshake_done{Pre,Post}(m, event, \result);
  ensures    K25_goes_on: K25_goes_on{Pre,Post}(m, event, \result);
  ensures    K25_failed_is_fatal: K25_failed_is_fatal{Pre,Post}(m, event, \result);
  ensures    K25_transport_failed_is_fatal:
               K25_transport_failed_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_failed_handshake_drops: K20_failed_handshake_drops{Pre,Post}(m, event);
  ensures    K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
  ensures    K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
  ensures    K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
  ensures    K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
  ensures    K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
  ensures    K22_no_answer_to_a_handshake:
               K22_no_answer_to_a_handshake{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer after_handshake(ew_machine *m, uint8_t event);

/*@
  requires   valid: \valid(m);
  requires   outcome: is_outcome(event);
  requires   alive: alive(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    outcomes: outcome_answered{Pre,Post}(m, event, \result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);
*/
static ew_answer on_outcome(ew_machine *m, uint8_t event);

/* The step ------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    K21_start: at_start{Post}(m);
  ensures    QS04_quiet_is_off: \at(m->quiet,Post) == EW_QUIET_OFF;
*/
void ew_init(ew_machine *m);

/*@
  requires   valid: \valid(m);
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    K01_only_failures_are_fatal: K01_only_failures_are_fatal{Pre,Post}(m, \result);
  ensures    K19_value_tells_the_class: K19_value_tells_the_class(\result);
  ensures    K23_refusals_change_nothing: K23_refusals_change_nothing{Pre,Post}(m, \result);

  behavior corrupt:
    assumes event != EW_EVENT_CLEAR && !sound(m);
    ensures K24_corrupt_refused: K24_corrupt_refused{Pre,Post}(m, \result);

  behavior fatal:
    assumes event != EW_EVENT_CLEAR && sound(m) && m->fatal != EW_FATAL_NONE;
    ensures K01_fatal_refused: K01_fatal_refused{Pre,Post}(m, \result);

  behavior unknown:
    assumes event > EW_EVENT_TLS_ERROR && alive(m);
    ensures K22_unknown_refused: K22_unknown_refused{Pre,Post}(m, \result);

  behavior busy:
    assumes is_call(event) && alive(m) && m->busy != EW_BUSY_IDLE;
    ensures K22_busy_refused: K22_busy_refused{Pre,Post}(m, \result);

  behavior shutdown:
    assumes event == EW_EVENT_SHUTDOWN && callable(m);
    ensures K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
    ensures K03_quiet_sends_nothing: K03_quiet_sends_nothing{Pre,Post}(m, \result);
    ensures K04_sent_before_io: K04_sent_before_io{Pre,Post}(m);
    ensures K04_output_first: K04_output_first{Pre,Post}(m, \result);
    ensures K04_then_close_notify: K04_then_close_notify{Pre,Post}(m, \result);
    ensures K05_same_notice_again: K05_same_notice_again{Pre,Post}(m, \result);
    ensures K05_never_a_second_notice: K05_never_a_second_notice{Pre,Post}(m, \result);
    ensures K06_flag_taken_back: K06_flag_taken_back{Pre,Post}(m, \result);
    ensures K09_waits_for_the_peer: K09_waits_for_the_peer{Pre,Post}(m, \result);
    ensures K13_complete_stays_complete: K13_complete_stays_complete{Pre,Post}(m, \result);
    ensures K18_notice_outlives_flag: K18_notice_outlives_flag{Pre,Post}(m, \result);

  behavior read:
    assumes event == EW_EVENT_READ && callable(m);
    ensures K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
    ensures K14_end_reported_again: K14_end_reported_again{Pre,Post}(m, \result);
    ensures K14_nothing_after_the_end: K14_nothing_after_the_end{Pre,Post}(m, \result);
    ensures K15_reads_until_peer_closes: K15_reads_until_peer_closes{Pre,Post}(m, \result);

  behavior write:
    assumes event == EW_EVENT_WRITE && callable(m);
    ensures K02_handshake_first: K02_handshake_first{Pre,Post}(m, \result);
    ensures K16_no_write_after_close: K16_no_write_after_close{Pre,Post}(m, \result);
    ensures K17_write_whatever_the_peer: K17_write_whatever_the_peer{Pre,Post}(m, \result);

  behavior set_shutdown:
    assumes is_set_shutdown(event) && callable(m);
    ensures K18_flags_as_set: K18_flags_as_set{Pre,Post}(m, event, \result);
    ensures K18_notices_untouched: K18_notices_untouched{Pre,Post}(m);

  behavior set_quiet:
    assumes is_set_quiet(event) && callable(m);
    ensures QS01_quiet_as_set: QS01_quiet_as_set{Pre,Post}(m, event, \result);

  behavior handshake:
    assumes event == EW_EVENT_HANDSHAKE && callable(m);
    ensures K25_none_after_close: K25_none_after_close{Pre,Post}(m, \result);
    ensures K02_handshake_goes_on: K02_handshake_goes_on{Pre,Post}(m, \result);

  behavior adopt:
    assumes event == EW_EVENT_ADOPT && callable(m);
    ensures K29_adopted: K29_adopted{Pre,Post}(m, \result);
    ensures K29_adopted_only_at_first: K29_adopted_only_at_first{Pre,Post}(m, \result);

  behavior clear:
    assumes event == EW_EVENT_CLEAR;
    ensures K21_back_to_the_start: K21_back_to_the_start{Pre,Post}(m, \result);
    ensures K21_quiet_stays: K21_quiet_stays{Pre,Post}(m);
    ensures K24_clear_repairs: K24_clear_repairs{Pre,Post}(m);

  behavior unasked:
    assumes is_outcome(event) && callable(m);
    ensures K22_nothing_was_asked: K22_nothing_was_asked{Pre,Post}(m, \result);

  behavior flush:
    assumes is_outcome(event) && awaits(m, EW_BUSY_FLUSH);
    ensures K04_notice_follows_data: K04_notice_follows_data{Pre,Post}(m, event, \result);
    ensures K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
    ensures K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
    ensures K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
    ensures K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
    ensures K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);

  behavior notice:
    assumes is_outcome(event) && awaits(m, EW_BUSY_NOTICE);
    ensures K06_delivered: K06_delivered{Pre,Post}(m, event, \result);
    ensures K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
    ensures K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
    ensures K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
    ensures K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
    ensures K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);

  behavior wait:
    assumes is_outcome(event) && awaits(m, EW_BUSY_WAIT);
    ensures K10_data_is_not_lost: K10_data_is_not_lost{Pre,Post}(m, event, \result);
    ensures K09_peer_closed: K09_peer_closed{Pre,Post}(m, event, \result);
    ensures K09_goes_on_waiting: K09_goes_on_waiting{Pre,Post}(m, event, \result);
    ensures K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
    ensures K12_truncation_is_fatal: K12_truncation_is_fatal{Pre,Post}(m, event, \result);
    ensures K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
    ensures K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
    ensures K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
    ensures K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
    ensures K22_no_answer_to_a_receive: K22_no_answer_to_a_receive{Pre,Post}(m, event, \result);

  behavior reading:
    assumes is_outcome(event) && awaits(m, EW_BUSY_READ);
    ensures K15_data_is_read: K15_data_is_read{Pre,Post}(m, event, \result);
    ensures K14_end_of_data: K14_end_of_data{Pre,Post}(m, event, \result);
    ensures K09_goes_on_waiting: K09_goes_on_waiting{Pre,Post}(m, event, \result);
    ensures K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
    ensures K12_truncation_is_fatal: K12_truncation_is_fatal{Pre,Post}(m, event, \result);
    ensures K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
    ensures K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
    ensures K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
    ensures K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
    ensures K22_no_answer_to_a_receive: K22_no_answer_to_a_receive{Pre,Post}(m, event, \result);

  behavior writing:
    assumes is_outcome(event) && awaits(m, EW_BUSY_WRITE);
    ensures K17_written: K17_written{Pre,Post}(m, event, \result);
    ensures RW03_blocked_write_is_owed: RW03_blocked_write_is_owed{Pre,Post}(m, event, \result);
    ensures K27_suspended_write_is_owed:
              K27_suspended_write_is_owed{Pre,Post}(m, event, \result);
    ensures K28_cut_write_is_owed: K28_cut_write_is_owed{Pre,Post}(m, event, \result);
    ensures K08_failure_is_fatal: K08_failure_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_own_alert_drops_session: K20_own_alert_drops_session{Pre,Post}(m, event);
    ensures K22_no_answer_to_a_send: K22_no_answer_to_a_send{Pre,Post}(m, event, \result);

  behavior shaking:
    assumes is_outcome(event) && awaits(m, EW_BUSY_HANDSHAKE);
    ensures K02_handshake_done: K02_handshake_done{Pre,Post}(m, event, \result);
    ensures K25_goes_on: K25_goes_on{Pre,Post}(m, event, \result);
    ensures K25_failed_is_fatal: K25_failed_is_fatal{Pre,Post}(m, event, \result);
    ensures K25_transport_failed_is_fatal:
              K25_transport_failed_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_failed_handshake_drops: K20_failed_handshake_drops{Pre,Post}(m, event);
    ensures K11_alert_is_fatal: K11_alert_is_fatal{Pre,Post}(m, event, \result);
    ensures K20_alert_drops_session: K20_alert_drops_session{Pre,Post}(m, event);
    ensures K07_blocked_keeps_all: K07_blocked_keeps_all{Pre,Post}(m, event, \result);
    ensures K27_suspended_keeps_all: K27_suspended_keeps_all{Pre,Post}(m, event, \result);
    ensures K28_again_keeps_all: K28_again_keeps_all{Pre,Post}(m, event, \result);
    ensures K22_no_answer_to_a_handshake:
              K22_no_answer_to_a_handshake{Pre,Post}(m, event, \result);

  complete behaviors;
  disjoint behaviors;
*/
ew_answer ew_step(ew_machine *m, uint8_t event);

/* Questions ------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    SS02_none: m->sent == EW_SENT_NO && m->received == EW_RECEIVED_NO ==> \result == 0;
  ensures    SS02_sent: m->sent == EW_SENT_YES && m->received == EW_RECEIVED_NO ==> \result == 1;
  ensures    MP31_received:
    m->sent == EW_SENT_NO && m->received == EW_RECEIVED_YES ==>
    \result == 2;
  ensures    SS02_both: m->sent == EW_SENT_YES && m->received == EW_RECEIVED_YES ==> \result == 3;
  ensures    K24_corrupt_claims_nothing:
    m->sent > EW_SENT_YES || m->received > EW_RECEIVED_YES ==>
    \result == 0;
*/
uint8_t ew_get_shutdown(const ew_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K18_end_is_authenticated: \result == (m->notice_in == EW_NOTICE_IN_SEEN ? 1 : 0);
*/
uint8_t ew_end_of_data(const ew_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K20_kept_if_closed_and_fit:
    \result == (m->sent == EW_SENT_YES && m->session == EW_SESSION_KEEP ? 1 : 0);
*/
uint8_t ew_session_kept(const ew_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K26_out_to_its_last_byte:
    \result == (m->notice_out == EW_NOTICE_OUT_DELIVERED ? 1 : 0);
*/
uint8_t ew_close_notify_out(const ew_machine *m);

/*@
  requires   valid: \valid_read(m);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    K30_alive_until_fatal: \result == (m->fatal == EW_FATAL_NONE ? 1 : 0);
*/
uint8_t ew_alive(const ew_machine *m);

#endif
