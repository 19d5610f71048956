/* Of test_gnutls.c: the end of a handshake, suspension, peek and pending. */
#ifndef EW_TESTS_GNUTLS_OPTIONAL_H
#define EW_TESTS_GNUTLS_OPTIONAL_H

void an_end_is_told_with_its_number(void **state);
void a_function_may_put_the_handshake_off(void **state);
void a_message_in_parts_is_no_suspension(void **state);
void a_second_hello_in_parts_is_no_suspension(void **state);
void what_is_looked_at_is_taken_in_order(void **state);

#endif
