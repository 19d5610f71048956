/*
 * The generated orderly close against the digests that the generator made of its tables: every
 * state, every event, every byte that is none. orderly_test DIR, where DIR is gen/out; what each
 * part is made of stands at the head of orderly_digest.txt.
 */
#include "ew_orderly.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FIELDS = 5, TRANSITION = FIELDS + 4, EVENTS = EW_ORDERLY_EVENT_READY + 1, BYTES = 256 };

static const unsigned values[FIELDS] = {EW_ORDERLY_PHASE_RELEASED + 1, EW_ORDERLY_NOTICE_FAILED + 1,
                                        EW_ORDERLY_PEER_ENDED + 1, EW_ORDERLY_MODE_WAITS + 1,
                                        EW_ORDERLY_BUSY_FINISH + 1};
static unsigned states = 1;

static ew_orderly_answer (*const call[])(ew_orderly_machine *) = {
    ew_orderly_close,   ew_orderly_close_waiting, ew_orderly_finish, ew_orderly_abort,
    ew_orderly_release, ew_orderly_reuse,         ew_orderly_clear};

static const char *directory;
static EVP_MD_CTX *stream;
static unsigned long streamed;

static ew_orderly_machine machine_of(const uint8_t bytes[FIELDS])
{
    ew_orderly_machine m;
    assert_int_equal(sizeof m, FIELDS);
    memcpy(&m, bytes, sizeof m);
    return m;
}

static ew_orderly_machine state(unsigned number)
{
    uint8_t bytes[FIELDS];
    for (unsigned i = FIELDS; i-- > 0;) {
        bytes[i] = (uint8_t)(number % values[i]);
        number /= values[i];
    }
    return machine_of(bytes);
}

/* The stream -------------------------------------------------------------------------------- */

static void put(const void *bytes, size_t count)
{
    assert_int_equal(EVP_DigestUpdate(stream, bytes, count), 1);
    streamed += count;
}

static void put_transition(const ew_orderly_machine *m, ew_orderly_answer a)
{
    const uint8_t said[] = {ew_orderly_action(a), (uint8_t)ew_orderly_value(a), ew_orderly_error(a),
                            ew_orderly_reason(a)};
    put(m, sizeof *m);
    put(said, sizeof said);
}

static void put_steps(ew_orderly_machine before, unsigned from, unsigned events)
{
    for (unsigned event = from; event < events; event++) {
        ew_orderly_machine m = before;
        ew_orderly_answer a = ew_orderly_step(&m, (uint8_t)event);
        put_transition(&m, a);
    }
}

static void put_queries(ew_orderly_machine m)
{
    const uint8_t said[] = {ew_orderly_is_ended(&m), ew_orderly_is_closing(&m)};
    put(said, sizeof said);
}

static void begins(void)
{
    stream = EVP_MD_CTX_new();
    streamed = 0;
    assert_int_equal(EVP_DigestInit_ex(stream, EVP_sha256(), NULL), 1);
}

/* As `part NAME N SHA256` says. */
static void ends_as(const char *name)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char path[4096], line[200], part[40], hex[80], seen[2 * EVP_MAX_MD_SIZE + 1];
    unsigned long count;
    unsigned length = 0;
    int found = 0;
    assert_int_equal(EVP_DigestFinal_ex(stream, digest, &length), 1);
    EVP_MD_CTX_free(stream);
    for (unsigned i = 0; i < length; i++) {
        snprintf(seen + 2 * i, 3, "%02x", digest[i]);
    }
    snprintf(path, sizeof path, "%s/orderly_digest.txt", directory);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "part %39s %lu %79s", part, &count, hex) == 3 && !strcmp(part, name)) {
            found++;
            assert_int_equal(streamed, count);
            assert_string_equal(seen, hex);
        }
    }
    fclose(file);
    assert_int_equal(found, 1);
}

/* The parts --------------------------------------------------------------------------------- */

static void relation(void **unused)
{
    (void)unused;
    begins();
    for (unsigned i = 0; i < states; i++) {
        put_steps(state(i), 0, EVENTS);
    }
    ends_as("relation");
}

static void calls(void **unused)
{
    (void)unused;
    begins();
    for (unsigned i = 0; i < states; i++) {
        for (size_t k = 0; k < sizeof call / sizeof call[0]; k++) {
            ew_orderly_machine m = state(i);
            ew_orderly_answer a = call[k](&m);
            put_transition(&m, a);
        }
    }
    ends_as("calls");
}

static void answers(void **unused)
{
    (void)unused;
    begins();
    for (unsigned i = 0; i < states; i++) {
        put_queries(state(i));
    }
    ends_as("answers");
}

static void start(void **unused)
{
    (void)unused;
    ew_orderly_machine m;
    memset(&m, 165, sizeof m);
    ew_orderly_init(&m);
    begins();
    put(&m, sizeof m);
    ends_as("start");
}

static void unknown_events(void **unused)
{
    (void)unused;
    begins();
    for (unsigned i = 0; i < states; i++) {
        put_steps(state(i), EVENTS, BYTES);
    }
    ends_as("unknown_events");
}

static void corrupt_states(void **unused)
{
    (void)unused;
    begins();
    for (unsigned field = 0; field < FIELDS; field++) {
        for (unsigned byte = values[field]; byte < BYTES; byte++) {
            for (int last = 0; last < 2; last++) {
                uint8_t bytes[FIELDS];
                for (unsigned i = 0; i < FIELDS; i++) {
                    bytes[i] = (uint8_t)(last ? values[i] - 1 : 0);
                }
                bytes[field] = (uint8_t)byte;
                put_steps(machine_of(bytes), 0, BYTES);
                put_queries(machine_of(bytes));
            }
        }
    }
    ends_as("corrupt_states");
}

static void a_byte_that_is_no_answer_failed(void **unused)
{
    (void)unused;
    for (unsigned byte = EW_ORDERLY_ANSWER_UNKNOWN + 1; byte < BYTES; byte++) {
        assert_int_equal(ew_orderly_action((ew_orderly_answer)byte), EW_ORDERLY_ACTION_RETURN);
        assert_int_equal(ew_orderly_value((ew_orderly_answer)byte), -1);
        assert_int_equal(ew_orderly_error((ew_orderly_answer)byte), EW_ORDERLY_ERROR_REFUSED);
        assert_int_equal(ew_orderly_reason((ew_orderly_answer)byte), EW_ORDERLY_REASON_NONE);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relation),
        cmocka_unit_test(calls),
        cmocka_unit_test(answers),
        cmocka_unit_test(start),
        cmocka_unit_test(unknown_events),
        cmocka_unit_test(corrupt_states),
        cmocka_unit_test(a_byte_that_is_no_answer_failed),
    };
    const int count = (int)(sizeof tests / sizeof tests[0]);
    if (argc != 2) {
        fputs("usage: orderly_test DIR\n", stderr);
        return 2;
    }
    directory = argv[1];
    for (unsigned i = 0; i < FIELDS; i++) {
        states *= values[i];
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("gen-orderly: %d passed, %d failed\n", count - failed, failed);
    return failed != 0;
}
