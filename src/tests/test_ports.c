/*
 * What every port has to keep, over a socket. Each case runs with each engine whose port was built,
 * in the roles and versions that the table gives; a new engine gets them all by being built.
 */
#include "support.h"

#include <stdio.h>
#include <strings.h>

#include "cases.h"
#include "frame.h"

/* As what the engine takes part: bits, in the order of `parts`. */
enum {
    TLS12_CLIENT = 1,
    TLS12_SERVER = 2,
    TLS13_CLIENT = 4,
    TLS13_SERVER = 8,
    TLS13 = TLS13_CLIENT | TLS13_SERVER,
    EACH = TLS12_CLIENT | TLS12_SERVER | TLS13,
    /* of mbedTLS, which can be made to say anything */
    MBEDTLS_CLIENT = 16,
    MBEDTLS_SERVER = 32,
    MBEDTLS_EACH = MBEDTLS_CLIENT | MBEDTLS_SERVER
};

static const variant parts[] = {
    {.version = TLS1_2_VERSION, .server = 0, .peer = OPENSSL},
    {.version = TLS1_2_VERSION, .server = 1, .peer = OPENSSL},
    {.version = TLS1_3_VERSION, .server = 0, .peer = OPENSSL},
    {.version = TLS1_3_VERSION, .server = 1, .peer = OPENSSL},
    {.version = TLS1_2_VERSION, .server = 0, .peer = MBEDTLS},
    {.version = TLS1_2_VERSION, .server = 1, .peer = MBEDTLS},
};

static const struct CMUnitTest as_each[] = {
    cmocka_unit_test(we_close_first),
    cmocka_unit_test(the_peer_closes_first),
    cmocka_unit_test(data_while_waiting_is_not_lost),
    cmocka_unit_test(data_is_read_in_parts),
    cmocka_unit_test(what_was_looked_at_is_read),
    cmocka_unit_test(a_blocking_write_sends_all),
    cmocka_unit_test(a_blocked_write_leaves_before_the_close),
    cmocka_unit_test(a_blocked_write_is_repeated_byte_by_byte),
    cmocka_unit_test(a_repeated_write_may_be_longer),
    cmocka_unit_test(a_repeated_write_is_not_shorter),
    cmocka_unit_test(reading_goes_on_after_a_flush),
    cmocka_unit_test(reading_goes_on_while_writing_is_blocked),
    cmocka_unit_test(the_notice_is_made_once),
    cmocka_unit_test(the_notice_follows_what_was_pending),
    cmocka_unit_test(the_notice_leaves_byte_by_byte),
    cmocka_unit_test(their_notice_comes_byte_by_byte),
    cmocka_unit_test(the_end_of_the_socket_is_a_cut),
    cmocka_unit_test(a_cut_within_a_record),
    cmocka_unit_test(a_reset_is_a_system_error),
    cmocka_unit_test(a_forged_record_is_fatal_and_gets_no_answer_after_the_close),
    cmocka_unit_test(a_fatal_alert_is_no_close),
    cmocka_unit_test(the_peers_alert_ends_the_handshake),
    cmocka_unit_test(the_end_of_the_socket_ends_the_handshake),
    cmocka_unit_test(plaintext_follows_a_full_close),
    cmocka_unit_test(another_connection_on_the_same_socket),
    cmocka_unit_test(what_was_not_read_is_not_the_next_connections),
    cmocka_unit_test(quiet_sends_no_byte),
    cmocka_unit_test(a_second_handshake_is_allowed_until_the_close),
    cmocka_unit_test(a_handshake_with_nonsense_fails),
    cmocka_unit_test(a_handshake_leaves_in_pieces),
    cmocka_unit_test(nothing_is_sent_behind_a_half_close),
};

static const struct CMUnitTest as_tls13[] = {
    cmocka_unit_test(their_key_update_is_not_answered_after_the_close),
};

static const struct CMUnitTest as_tls13_client[] = {
    cmocka_unit_test(a_flood_of_tickets_is_bounded),
    cmocka_unit_test(tickets_while_waiting_are_skipped),
};

static const struct CMUnitTest as_tls12_client[] = {
    cmocka_unit_test(a_handshake_that_is_over_cannot_be_attached),
};

static const struct CMUnitTest as_tls12_server[] = {
    cmocka_unit_test(the_session_follows_the_core),
};

static const struct CMUnitTest as_mbedtls_each[] = {
    cmocka_unit_test(nothing_is_sent_behind_a_half_close),
    cmocka_unit_test(empty_records_are_not_the_end),
    cmocka_unit_test(only_close_notify_is_one),
    cmocka_unit_test(a_flood_of_warnings_is_bounded),
};

static const struct CMUnitTest as_mbedtls_client[] = {
    cmocka_unit_test(a_request_for_a_handshake_is_not_answered_after_the_close),
    cmocka_unit_test(a_blocked_refusal_does_not_swallow_the_data),
    cmocka_unit_test(a_flood_of_requests_is_bounded),
};

#define GROUP(tests, as)                                                                           \
    {                                                                                              \
        tests, sizeof(tests) / sizeof(tests)[0], as                                                \
    }

static const struct {
    const struct CMUnitTest *tests;
    size_t count;
    unsigned as;
} groups[] = {
    GROUP(as_each, EACH),
    GROUP(as_tls13, TLS13),
    GROUP(as_tls13_client, TLS13_CLIENT),
    GROUP(as_tls12_client, TLS12_CLIENT),
    GROUP(as_tls12_server, TLS12_SERVER),
    GROUP(as_mbedtls_each, MBEDTLS_EACH),
    GROUP(as_mbedtls_client, MBEDTLS_CLIENT),
};

enum {
    MOST_ENGINES = 8,
    PARTS = sizeof parts / sizeof parts[0],
    GROUPS = sizeof groups / sizeof groups[0],
    MOST_TESTS = 1024
};

static struct {
    variant variants[MOST_ENGINES * PARTS];
    struct CMUnitTest tests[MOST_TESTS];
    char names[MOST_TESTS][128];
    size_t variant_count, test_count;
} list;

static void add_test(const char *name, CMUnitTestFunction body, variant *v)
{
    char *full = list.names[list.test_count];

    assert_true(list.test_count < MOST_TESTS);
    snprintf(full, sizeof list.names[0], "%s: %s, TLS 1.%d, %s%s", name, v->other->name,
             v->version - TLS1_VERSION, v->server ? "server" : "client",
             v->peer == MBEDTLS ? " of mbedTLS" : "");
    list.tests[list.test_count++] = (struct CMUnitTest){full, body, NULL, NULL, v};
}

static void add_part(variant *v, unsigned as)
{
    for (size_t group = 0; group < GROUPS; group++) {
        for (size_t i = 0; groups[group].as & as && i < groups[group].count; i++) {
            add_test(groups[group].tests[i].name, groups[group].tests[i].test_func, v);
        }
    }
}

static void add_engine(const test_engine *engine)
{
    for (size_t part = 0; part < PARTS; part++) {
        variant *v = &list.variants[list.variant_count];

        if (parts[part].version == TLS1_2_VERSION || engine->has_tls13) {
            assert_true(list.variant_count < MOST_ENGINES * PARTS);
            list.variant_count++;
            *v = parts[part];
            v->us = engine->kind;
            v->other = engine;
            add_part(v, 1u << part);
        }
    }
}

/* Those of that name, or all. */
static void add_engines(const char *name)
{
    for (size_t i = 0; engines[i] != NULL; i++) {
        if (name == NULL || strcasecmp(name, engines[i]->name) == 0) {
            add_engine(engines[i]);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 || argc == 3) {
        add_engines(argv[2]); /* NULL, or the engine */
    }
    if (list.test_count == 0) {
        fprintf(stderr, "usage: test_ports CERTIFICATES [ENGINE]\nengines:");
        for (size_t i = 0; engines[i] != NULL; i++) {
            fprintf(stderr, " %s", engines[i]->name);
        }
        fprintf(stderr, "\n");
        return 2;
    }
    use_certificates(argv[1]);
    return run_group(list.tests, list.test_count);
}
