/* The tests of OpenSSL that stand in files of their own; test_openssl.c runs them. */
#ifndef EW_TESTS_OPENSSL_TESTS_H
#define EW_TESTS_OPENSSL_TESTS_H

/* openssl_records.c */
void a_blocked_record_is_the_applications_alone(void **state);
void sizes_set_by_a_servername_callback_do_not_matter(void **state);
void sizes_set_before_the_handshake_do_not_matter(void **state);
void bytes_changed_after_a_blocked_write_do_not_matter(void **state);
void a_size_lowered_within_a_write_ends_the_connection(void **state);
void a_shorter_repeated_write_ends_the_connection(void **state);

/* openssl_changes.c */
void a_bio_put_in_our_place_ends_the_connection(void **state);
void a_bio_put_in_our_place_does_not_close_the_descriptor(void **state);
void a_bio_put_before_ours_goes_with_it(void **state);
void settings_changed_while_attached_end_the_connection(void **state);
void an_old_version_is_not_kept(void **state);
void quiet_shutdown_set_while_attached_does_not_count(void **state);
void flags_set_by_hand_end_the_connection(void **state);

/* openssl_callbacks.c */
void the_message_callback_is_the_applications(void **state);
void a_callback_cannot_make_a_close_of_it(void **state);
void errors_left_by_a_callback_do_not_matter(void **state);

/* openssl_suspended.c */
void a_callback_suspends_the_handshake(void **state);
void a_late_verdict_suspends_reading(void **state);
void a_paused_job_suspends_the_handshake(void **state);
void a_paused_job_suspends_each_call(void **state);
void a_paused_job_goes_on_with_another_call(void **state);
void an_end_that_came_meanwhile_is_told_later(void **state);
void an_alert_that_is_in_is_one_later(void **state);
void what_is_written_is_kept_for_the_job(void **state);
void what_left_meanwhile_is_told_by_its_length(void **state);
void no_job_is_free(void **state);
void a_paused_job_is_not_abandoned(void **state);

/* openssl_adopted.c */
void what_is_open_is_adopted(void **state);
void what_is_not_at_rest_is_not_adopted(void **state);
void a_header_alone_is_not_adopted(void **state);
void what_lies_in_a_bio_is_not_adopted(void **state);
void a_message_under_way_is_not_adopted(void **state);
void a_paused_job_is_not_adopted(void **state);
void what_does_not_fit_is_not_adopted(void **state);
void settings_are_made_when_it_is_adopted(void **state);
void a_session_of_what_was_adopted_follows_the_core(void **state);
void an_adopted_ssl_can_be_cleared(void **state);

/* openssl_features.c */
void early_data_is_refused_and_does_no_harm(void **state);
void a_late_request_for_a_certificate_is_answered(void **state);
void a_certificate_can_be_asked_for_late(void **state);

#endif
