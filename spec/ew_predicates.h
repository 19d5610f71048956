/*
 * Endwell: the words in which the clauses (ew_clauses.h) and the contracts (ew_contracts.h) are
 * written: answers, states, events, and what stays as it was from state A to state B.
 *
 * Each field is read at a label that is written out, \at(m->sent,L), even where ACSL would supply
 * the label: Eva 25 reads a bare m->sent at the label of whoever uses the predicate, silently.
 */

#ifndef EW_PREDICATES_H
#define EW_PREDICATES_H

#include "ew_core.h"

/* Answers ---------------------------------------------------------------------------------- */

/*@
  predicate succeeds(ew_answer r, integer value) =
    (value == 1 && r == EW_ANSWER_ONE) || (value == 0 && r == EW_ANSWER_ZERO);

  predicate ends_reading(ew_answer r) = r == EW_ANSWER_END_OF_DATA;

  predicate is_refusal(ew_answer r) =
    r == EW_ANSWER_CORRUPT    || r == EW_ANSWER_FATAL   || r == EW_ANSWER_BUSY ||
    r == EW_ANSWER_UNEXPECTED || r == EW_ANSWER_UNKNOWN || r == EW_ANSWER_CLOSED ||
    r == EW_ANSWER_HANDSHAKE_FIRST;
*/

/*@
  logic integer asked_by(integer a) =
    a == EW_ANSWER_FLUSH             ? EW_ACTION_FLUSH :
    a == EW_ANSWER_SEND_CLOSE_NOTIFY ? EW_ACTION_SEND_CLOSE_NOTIFY :
    a == EW_ANSWER_RECEIVE           ? EW_ACTION_RECEIVE :
    a == EW_ANSWER_WRITE             ? EW_ACTION_WRITE :
    a == EW_ANSWER_HANDSHAKE         ? EW_ACTION_HANDSHAKE : EW_ACTION_RETURN;

  logic integer returned_by(integer a) =
    a == EW_ANSWER_ONE ? 1 :
    a == EW_ANSWER_ZERO || a == EW_ANSWER_END_OF_DATA || asked_by(a) != EW_ACTION_RETURN ? 0 : -1;

  logic integer class_of(integer a) =
    a == EW_ANSWER_ONE || a == EW_ANSWER_ZERO || asked_by(a) != EW_ACTION_RETURN ? EW_ERROR_NONE :
    a == EW_ANSWER_END_OF_DATA ? EW_ERROR_ZERO_RETURN :
    a == EW_ANSWER_WANT_READ   ? EW_ERROR_WANT_READ :
    a == EW_ANSWER_WANT_WRITE  ? EW_ERROR_WANT_WRITE :
    a == EW_ANSWER_SUSPENDED   ? EW_ERROR_SUSPENDED :
    a == EW_ANSWER_AGAIN       ? EW_ERROR_AGAIN :
    a == EW_ANSWER_TRANSPORT   ? EW_ERROR_SYSCALL : EW_ERROR_SSL;

  logic integer reason_in(integer a) =
    a == EW_ANSWER_CORRUPT          ? EW_REASON_CORRUPT :
    a == EW_ANSWER_FATAL            ? EW_REASON_FATAL :
    a == EW_ANSWER_BUSY             ? EW_REASON_BUSY :
    a == EW_ANSWER_HANDSHAKE_FIRST  ? EW_REASON_HANDSHAKE :
    a == EW_ANSWER_UNEXPECTED       ? EW_REASON_UNEXPECTED :
    a == EW_ANSWER_UNKNOWN          ? EW_REASON_UNKNOWN :
    a == EW_ANSWER_CLOSED           ? EW_REASON_CLOSED :
    a == EW_ANSWER_UNREAD_DATA      ? EW_REASON_UNREAD_DATA :
    a == EW_ANSWER_FATAL_ALERT      ? EW_REASON_FATAL_ALERT :
    a == EW_ANSWER_TRUNCATED        ? EW_REASON_TRUNCATED :
    a == EW_ANSWER_TRANSPORT        ? EW_REASON_TRANSPORT :
    a == EW_ANSWER_TLS              ? EW_REASON_TLS :
    a == EW_ANSWER_HANDSHAKE_FAILED ? EW_REASON_HANDSHAKE_FAILED : EW_REASON_NONE;
*/

/* States ----------------------------------------------------------------------------------- */

/*@
  predicate flags_sound{L}(ew_machine *m) =
    \at(m->handshake,L) <= EW_HANDSHAKE_DONE &&
    \at(m->sent,L)      <= EW_SENT_YES &&
    \at(m->received,L)  <= EW_RECEIVED_YES &&
    \at(m->quiet,L)     <= EW_QUIET_ON &&
    \at(m->fatal,L)     <= EW_FATAL_SSL;

  predicate wire_sound{L}(ew_machine *m) =
    \at(m->notice_out,L) <= EW_NOTICE_OUT_DELIVERED &&
    \at(m->notice_in,L)  <= EW_NOTICE_IN_SEEN &&
    \at(m->output,L)     <= EW_OUTPUT_PENDING &&
    \at(m->session,L)    <= EW_SESSION_DROP &&
    \at(m->busy,L)       <= EW_BUSY_HANDSHAKE;

  predicate sound{L}(ew_machine *m) = flags_sound{L}(m) && wire_sound{L}(m);

  predicate alive{L}(ew_machine *m) = sound{L}(m) && \at(m->fatal,L) == EW_FATAL_NONE;

  predicate callable{L}(ew_machine *m) = alive{L}(m) && \at(m->busy,L) == EW_BUSY_IDLE;

  predicate open{L}(ew_machine *m) = callable{L}(m) && \at(m->handshake,L) == EW_HANDSHAKE_DONE;

  predicate awaits{L}(ew_machine *m, integer busy) = alive{L}(m) && \at(m->busy,L) == busy;

  predicate at_start{L}(ew_machine *m) =
    \at(m->handshake,L)  == EW_HANDSHAKE_NONE &&
    \at(m->sent,L)       == EW_SENT_NO &&
    \at(m->received,L)   == EW_RECEIVED_NO &&
    \at(m->fatal,L)      == EW_FATAL_NONE &&
    \at(m->notice_out,L) == EW_NOTICE_OUT_NONE &&
    \at(m->notice_in,L)  == EW_NOTICE_IN_NONE &&
    \at(m->output,L)     == EW_OUTPUT_IDLE &&
    \at(m->session,L)    == EW_SESSION_KEEP &&
    \at(m->busy,L)       == EW_BUSY_IDLE;

  predicate notice_made{L}(ew_machine *m) = \at(m->notice_out,L) != EW_NOTICE_OUT_NONE;

  predicate closed{L}(ew_machine *m) = \at(m->sent,L) == EW_SENT_YES || notice_made{L}(m);
*/

/* Events ----------------------------------------------------------------------------------- */

/*@
  predicate is_call(integer event) =
    EW_EVENT_SHUTDOWN <= event <= EW_EVENT_ADOPT;

  predicate is_set_shutdown(integer event) =
    EW_EVENT_SET_SHUTDOWN_0 <= event <= EW_EVENT_SET_SHUTDOWN_3;

  predicate is_set_quiet(integer event) =
    event == EW_EVENT_QUIET_OFF || event == EW_EVENT_QUIET_ON;

  predicate is_outcome(integer event) =
    EW_EVENT_WANT_READ <= event <= EW_EVENT_TLS_ERROR;

  predicate interrupts(integer event) =
    event == EW_EVENT_WANT_READ || event == EW_EVENT_WANT_WRITE ||
    event == EW_EVENT_SUSPENDED || event == EW_EVENT_AGAIN;

  predicate interrupts_or_fails(integer event) =
    interrupts(event) || event == EW_EVENT_IO_ERROR || event == EW_EVENT_TLS_ERROR;

  predicate ends_a_send(integer event) =
    event == EW_EVENT_DONE || interrupts_or_fails(event);

  predicate ends_a_receive(integer event) =
    event == EW_EVENT_DATA  || event == EW_EVENT_CLOSE_NOTIFY || event == EW_EVENT_FATAL_ALERT ||
    event == EW_EVENT_OTHER || event == EW_EVENT_EOF          || interrupts_or_fails(event);

  predicate ends_a_handshake(integer event) =
    event == EW_EVENT_DONE        || event == EW_EVENT_OTHER || event == EW_EVENT_CLOSE_NOTIFY ||
    event == EW_EVENT_FATAL_ALERT || event == EW_EVENT_EOF   || interrupts_or_fails(event);
*/

/* What stays as it was --------------------------------------------------------------------- */

/*@
  predicate same_mode{A,B}(ew_machine *m) =
    \at(m->handshake,A) == \at(m->handshake,B) && \at(m->quiet,A) == \at(m->quiet,B);

  predicate same_flags{A,B}(ew_machine *m) =
    \at(m->sent,A) == \at(m->sent,B) && \at(m->received,A) == \at(m->received,B);

  predicate same_fatal{A,B}(ew_machine *m) = \at(m->fatal,A) == \at(m->fatal,B);

  predicate same_notice_in{A,B}(ew_machine *m) = \at(m->notice_in,A) == \at(m->notice_in,B);

  predicate same_notices{A,B}(ew_machine *m) =
    \at(m->notice_out,A) == \at(m->notice_out,B) && same_notice_in{A,B}(m);

  predicate same_output{A,B}(ew_machine *m) = \at(m->output,A) == \at(m->output,B);

  predicate same_session{A,B}(ew_machine *m) = \at(m->session,A) == \at(m->session,B);

  predicate same_busy{A,B}(ew_machine *m) = \at(m->busy,A) == \at(m->busy,B);

  predicate same_wire{A,B}(ew_machine *m) =
    same_notices{A,B}(m) && same_output{A,B}(m) && same_session{A,B}(m) && same_busy{A,B}(m);

  predicate unchanged{A,B}(ew_machine *m) =
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_fatal{A,B}(m) && same_wire{A,B}(m);

  predicate only_busy_changes{A,B}(ew_machine *m) =
    same_mode{A,B}(m) && same_flags{A,B}(m) && same_fatal{A,B}(m) &&
    same_notices{A,B}(m) && same_output{A,B}(m) && same_session{A,B}(m);
*/

#endif
