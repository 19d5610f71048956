/*
 * The generated core against the generated relation, and against every byte that is none of its
 * values. core_test DIR, where DIR is gen/out.
 */
#include "ew_core.h"
#include "relation_reader.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FIELDS = 10, TRANSITION = FIELDS + 4 };

static struct relation relation;
static const char *directory;

static ew_machine machine_of(const uint8_t bytes[FIELDS])
{
    ew_machine m;
    assert_int_equal(sizeof m, FIELDS);
    memcpy(&m, bytes, sizeof m);
    return m;
}

static void state_of(size_t number, uint8_t bytes[FIELDS])
{
    for (size_t i = FIELDS; i-- > 0;) {
        bytes[i] = (uint8_t)(number % relation.values[i]);
        number /= relation.values[i];
    }
}

static void step_bytes(size_t state, size_t event, uint8_t out[TRANSITION])
{
    uint8_t bytes[FIELDS];
    state_of(state, bytes);
    ew_machine m = machine_of(bytes);
    ew_answer r = ew_step(&m, (uint8_t)event);
    memcpy(out, &m, FIELDS);
    out[FIELDS] = ew_action(r);
    out[FIELDS + 1] = (uint8_t)ew_value(r);
    out[FIELDS + 2] = ew_error(r);
    out[FIELDS + 3] = ew_reason(r);
}

static int is_refusal(ew_answer r, uint8_t reason)
{
    return ew_action(r) == EW_ACTION_RETURN && ew_value(r) == -1 && ew_error(r) == EW_ERROR_SSL &&
           ew_reason(r) == reason;
}

/* --- the relation --------------------------------------------------------------------------- */

static void relation_is_complete(void **unused)
{
    (void)unused;
    size_t states = 1;
    assert_int_equal(relation.fields, FIELDS);
    for (size_t i = 0; i < FIELDS; i++) {
        states *= relation.values[i];
    }
    assert_int_equal(relation.states, states);
    assert_int_equal(relation.events, EW_EVENT_TLS_ERROR + 1);
    for (size_t i = 0; i < relation.events; i++) {
        assert_non_null(relation.map[i]);
    }
}

static void every_transition_is_listed(void **unused)
{
    (void)unused;
    for (size_t state = 0; state < relation.states; state++) {
        for (size_t event = 0; event < relation.events; event++) {
            const struct reader_row *row = relation_row(&relation, state, event);
            uint8_t wanted[TRANSITION], seen[TRANSITION];
            state_of(state, wanted);
            for (size_t i = 0; i < FIELDS; i++) {
                wanted[i] = row->next[i] < 0 ? wanted[i] : (uint8_t)row->next[i];
            }
            wanted[FIELDS] = (uint8_t)row->action;
            wanted[FIELDS + 1] = (uint8_t)row->value;
            wanted[FIELDS + 2] = (uint8_t)row->error;
            wanted[FIELDS + 3] = (uint8_t)row->reason;
            step_bytes(state, event, seen);
            if (memcmp(wanted, seen, TRANSITION) != 0) {
                fail_msg("state %zu, event %zu: not as row %s says", state, event, row->id);
            }
        }
    }
}

static void digest_of_the_core(char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestInit_ex(context, EVP_sha256(), NULL), 1);
    for (size_t state = 0; state < relation.states; state++) {
        for (size_t event = 0; event < relation.events; event++) {
            uint8_t bytes[TRANSITION];
            step_bytes(state, event, bytes);
            assert_int_equal(EVP_DigestUpdate(context, bytes, sizeof bytes), 1);
        }
    }
    assert_int_equal(EVP_DigestFinal_ex(context, digest, &length), 1);
    EVP_MD_CTX_free(context);
    for (unsigned i = 0; i < length; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}

static void digest_is_the_same(void **unused)
{
    (void)unused;
    char path[4096], line[80] = "", hex[65];
    snprintf(path, sizeof path, "%s/relation.sha256", directory);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    digest_of_the_core(hex);
    assert_string_equal(hex, line);
    assert_string_equal(hex, relation.digest);
}

/* --- bytes out of range --------------------------------------------------------------------- */

static void unknown_events_are_refused(void **unused)
{
    (void)unused;
    for (size_t state = 0; state < relation.states; state++) {
        uint8_t bytes[FIELDS];
        state_of(state, bytes);
        const ew_machine before = machine_of(bytes);
        uint8_t reason = before.fatal == EW_FATAL_NONE ? EW_REASON_UNKNOWN : EW_REASON_FATAL;
        for (unsigned event = EW_EVENT_TLS_ERROR + 1; event < 256; event++) {
            ew_machine m = before;
            assert_true(is_refusal(ew_step(&m, (uint8_t)event), reason));
            assert_memory_equal(&m, &before, sizeof m);
        }
    }
}

static void check_corrupt(const uint8_t bytes[FIELDS])
{
    const ew_machine before = machine_of(bytes);
    ew_machine named = before;
    assert_true(is_refusal(ew_shutdown(&named), EW_REASON_CORRUPT)); /* by a way of its own */
    assert_memory_equal(&named, &before, sizeof named);
    for (unsigned event = 0; event < 256; event++) {
        ew_machine m = before;
        ew_answer r = ew_step(&m, (uint8_t)event);
        if (event != EW_EVENT_CLEAR) {
            assert_true(is_refusal(r, EW_REASON_CORRUPT));
            assert_memory_equal(&m, &before, sizeof m);
            continue;
        }
        ew_machine fresh;
        ew_init(&fresh);
        fresh.quiet = before.quiet;
        assert_memory_equal(&m, &fresh, sizeof m);
        assert_int_equal(r, EW_ANSWER_ONE);
    }
}

static void bytes_out_of_range_are_refused(void **unused)
{
    (void)unused;
    for (size_t state = 0; state < relation.states; state += 311) {
        for (size_t field = 0; field < FIELDS; field++) {
            for (size_t byte = relation.values[field]; byte < 256; byte++) {
                uint8_t bytes[FIELDS];
                state_of(state, bytes);
                bytes[field] = (uint8_t)byte;
                check_corrupt(bytes);
            }
        }
    }
}

/* --- the other functions -------------------------------------------------------------------- */

static void wrappers_are_the_step(void **unused)
{
    (void)unused;
    static ew_answer (*const wrapper[])(ew_machine *) = {
        ew_shutdown,       ew_read,           ew_write,          ew_set_shutdown_0,
        ew_set_shutdown_1, ew_set_shutdown_2, ew_set_shutdown_3, ew_quiet_off,
        ew_quiet_on,       ew_handshake,      ew_adopt,          ew_clear};
    for (size_t state = 0; state < relation.states; state++) {
        uint8_t bytes[FIELDS];
        state_of(state, bytes);
        for (size_t event = 0; event < sizeof wrapper / sizeof wrapper[0]; event++) {
            ew_machine a = machine_of(bytes), b = a;
            ew_answer r = wrapper[event](&a), s = ew_step(&b, (uint8_t)event);
            assert_memory_equal(&a, &b, sizeof a);
            assert_memory_equal(&r, &s, sizeof r);
        }
    }
}

static void queries_answer_every_byte(void **unused)
{
    (void)unused;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            ew_machine m;
            ew_init(&m);
            m.sent = (uint8_t)a;
            m.received = (uint8_t)b;
            assert_int_equal(ew_get_shutdown(&m), a < 2 && b < 2 ? a + 2 * b : 0);
            m.received = 0;
            m.session = (uint8_t)b;
            assert_int_equal(ew_session_kept(&m), a == EW_SENT_YES && b == EW_SESSION_KEEP);
        }
        ew_machine m;
        ew_init(&m);
        m.notice_in = (uint8_t)a;
        assert_int_equal(ew_end_of_data(&m), a == EW_NOTICE_IN_SEEN);
        m.notice_out = (uint8_t)a;
        assert_int_equal(ew_close_notify_out(&m), a == EW_NOTICE_OUT_DELIVERED);
        m.fatal = (uint8_t)a;
        assert_int_equal(ew_alive(&m), a == EW_FATAL_NONE);
    }
}

static void a_byte_that_is_no_answer_failed(void **unused)
{
    (void)unused;
    for (unsigned byte = EW_ANSWER_HANDSHAKE_FAILED + 1; byte < 256; byte++) {
        assert_true(is_refusal((ew_answer)byte, EW_REASON_NONE));
    }
}

static void start_is_nothing_done(void **unused)
{
    (void)unused;
    static const uint8_t start[FIELDS] = {0};
    ew_machine m;
    memset(&m, 0xa5, sizeof m);
    ew_init(&m);
    assert_memory_equal(&m, start, sizeof m);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relation_is_complete),
        cmocka_unit_test(every_transition_is_listed),
        cmocka_unit_test(digest_is_the_same),
        cmocka_unit_test(unknown_events_are_refused),
        cmocka_unit_test(bytes_out_of_range_are_refused),
        cmocka_unit_test(wrappers_are_the_step),
        cmocka_unit_test(queries_answer_every_byte),
        cmocka_unit_test(a_byte_that_is_no_answer_failed),
        cmocka_unit_test(start_is_nothing_done),
    };
    const int count = (int)(sizeof tests / sizeof tests[0]);
    char path[4096];
    if (argc != 2) {
        fputs("usage: core_test DIR\n", stderr);
        return 2;
    }
    directory = argv[1];
    snprintf(path, sizeof path, "%s/relation.txt", directory);
    size_t line = read_relation(&relation, path);
    if (line != 0) {
        fprintf(stderr, "%s:%zu: error: cannot be read\n", path, line);
        return 2;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free_relation(&relation);
    printf("gen-core: %d passed, %d failed\n", count - failed, failed);
    return failed != 0;
}
