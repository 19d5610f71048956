/*
 * What every port has to keep: the bodies of the tests that test_ports.c runs with each engine.
 * The state of each is the variant that it is run as.
 */
#ifndef EW_TESTS_CASES_H
#define EW_TESTS_CASES_H

/* cases_close.c */
void we_close_first(void **state);
void the_peer_closes_first(void **state);
void a_blocked_write_leaves_before_the_close(void **state);
void the_notice_is_made_once(void **state);
void the_notice_follows_what_was_pending(void **state);
void the_notice_leaves_byte_by_byte(void **state);
void their_notice_comes_byte_by_byte(void **state);
void quiet_sends_no_byte(void **state);
void plaintext_follows_a_full_close(void **state);
void another_connection_on_the_same_socket(void **state);
void what_was_not_read_is_not_the_next_connections(void **state);
void the_session_follows_the_core(void **state);
void nothing_is_sent_behind_a_half_close(void **state);

/* cases_data.c */
void data_while_waiting_is_not_lost(void **state);
void data_is_read_in_parts(void **state);
void a_blocked_write_is_repeated_byte_by_byte(void **state);
void a_repeated_write_may_be_longer(void **state);
void a_repeated_write_is_not_shorter(void **state);
void reading_goes_on_after_a_flush(void **state);
void reading_goes_on_while_writing_is_blocked(void **state);
void empty_records_are_not_the_end(void **state);
void what_was_looked_at_is_read(void **state);
void a_blocking_write_sends_all(void **state);

/* cases_end.c */
void the_end_of_the_socket_is_a_cut(void **state);
void a_cut_within_a_record(void **state);
void a_reset_is_a_system_error(void **state);
void a_forged_record_is_fatal_and_gets_no_answer_after_the_close(void **state);
void a_fatal_alert_is_no_close(void **state);
void only_close_notify_is_one(void **state);
void the_peers_alert_ends_the_handshake(void **state);
void the_end_of_the_socket_ends_the_handshake(void **state);

/* cases_messages.c */
void a_request_for_a_handshake_is_not_answered_after_the_close(void **state);
void a_blocked_refusal_does_not_swallow_the_data(void **state);
void a_flood_of_requests_is_bounded(void **state);
void a_flood_of_warnings_is_bounded(void **state);
void a_flood_of_tickets_is_bounded(void **state);
void tickets_while_waiting_are_skipped(void **state);
void their_key_update_is_not_answered_after_the_close(void **state);
void a_handshake_leaves_in_pieces(void **state);
void a_handshake_that_is_over_cannot_be_attached(void **state);
void a_second_handshake_is_allowed_until_the_close(void **state);
void a_handshake_with_nonsense_fails(void **state);

#endif
