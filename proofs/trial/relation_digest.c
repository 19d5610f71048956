/*
 * What a core answers, as digests: linked with a core, or with a mutant of it.
 *
 *     relation DIGEST     every state in range, every event, as in gen/out/relation.sha256
 *     everything DIGEST   that, every event that is none, bytes out of range, the calls by name,
 *                         the queries over every pair of bytes, the start, the accessors
 *
 * Two cores with the same second digest are taken for equivalent. With the first digest as argument
 * the second is left out where the first differs.
 */
#include "ew_core.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELDS = 10,
    TRANSITION = FIELDS + 4,
    EVENTS = EW_EVENT_TLS_ERROR + 1,
    STRIDE = 97,
    QUERIES = 5
};

static const size_t values[FIELDS] = {EW_HANDSHAKE_DONE + 1, EW_SENT_YES + 1,
                                      EW_RECEIVED_YES + 1,   EW_QUIET_ON + 1,
                                      EW_FATAL_SSL + 1,      EW_NOTICE_OUT_DELIVERED + 1,
                                      EW_NOTICE_IN_SEEN + 1, EW_OUTPUT_PENDING + 1,
                                      EW_SESSION_DROP + 1,   EW_BUSY_HANDSHAKE + 1};

static ew_answer (*const call[])(ew_machine *) = {
    ew_shutdown,       ew_read,           ew_write,          ew_set_shutdown_0,
    ew_set_shutdown_1, ew_set_shutdown_2, ew_set_shutdown_3, ew_quiet_off,
    ew_quiet_on,       ew_handshake,      ew_adopt,          ew_clear};

static uint8_t (*const query[QUERIES])(const ew_machine *) = {
    ew_get_shutdown, ew_end_of_data, ew_session_kept, ew_close_notify_out, ew_alive};

_Static_assert(sizeof(ew_machine) == FIELDS, "a byte for each field");

static void fail(const char *what)
{
    fprintf(stderr, "relation_digest: %s\n", what);
    exit(2);
}

static void add(EVP_MD_CTX *digest, const void *bytes, size_t count)
{
    if (EVP_DigestUpdate(digest, bytes, count) != 1) {
        fail("libcrypto gave no digest");
    }
}

static EVP_MD_CTX *start(void)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) {
        fail("libcrypto gave no digest");
    }
    return digest;
}

static void print(const char *name, EVP_MD_CTX *digest, char text[2 * EVP_MAX_MD_SIZE + 1])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(digest, bytes, &length) != 1) {
        fail("libcrypto gave no digest");
    }
    for (unsigned i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    printf("%s %s\n", name, text);
    EVP_MD_CTX_free(digest);
}

static ew_machine machine_at(size_t number)
{
    uint8_t bytes[FIELDS];
    ew_machine m;
    for (size_t i = FIELDS; i-- > 0;) {
        bytes[i] = (uint8_t)(number % values[i]);
        number /= values[i];
    }
    memcpy(&m, bytes, sizeof m);
    return m;
}

static size_t all_states(void)
{
    size_t states = 1;
    for (size_t i = 0; i < FIELDS; i++) {
        states *= values[i];
    }
    return states;
}

/* The next state, then action, value, error and reason: a byte each. */
static ew_answer step(ew_machine m, uint8_t event, uint8_t out[TRANSITION])
{
    ew_answer r = ew_step(&m, event);
    memcpy(out, &m, FIELDS);
    out[FIELDS] = ew_action(r);
    out[FIELDS + 1] = (uint8_t)ew_value(r);
    out[FIELDS + 2] = ew_error(r);
    out[FIELDS + 3] = ew_reason(r);
    return r;
}

static void add_step(EVP_MD_CTX *digest, ew_machine m, uint8_t event)
{
    uint8_t out[TRANSITION];
    ew_answer r = step(m, event, out);
    add(digest, out, sizeof out);
    add(digest, &r, sizeof r);
}

static void relation(char text[2 * EVP_MAX_MD_SIZE + 1])
{
    EVP_MD_CTX *digest = start();
    for (size_t state = 0; state < all_states(); state++) {
        for (unsigned event = 0; event < EVENTS; event++) {
            uint8_t out[TRANSITION];
            step(machine_at(state), (uint8_t)event, out);
            add(digest, out, sizeof out);
        }
    }
    print("relation", digest, text);
}

static void add_call(EVP_MD_CTX *digest, ew_machine m, size_t i)
{
    ew_answer r = call[i](&m);
    add(digest, &m, sizeof m);
    add(digest, &r, sizeof r);
}

/* Each field takes each byte; the events are all that there are, and some that are none. */
static void add_bytes_out_of_range(EVP_MD_CTX *digest)
{
    for (size_t state = 0; state < all_states(); state += STRIDE) {
        for (size_t field = 0; field < FIELDS; field++) {
            for (unsigned byte = (unsigned)values[field]; byte < 256; byte++) {
                ew_machine m = machine_at(state);
                memset((unsigned char *)&m + field, (int)byte, 1);
                for (unsigned event = byte % 3; event < EVENTS + 3; event += 3) {
                    add_step(digest, m, (uint8_t)event);
                }
                add_call(digest, m, byte % (sizeof call / sizeof call[0]));
                add_call(digest, m, EW_EVENT_SHUTDOWN);
            }
        }
    }
}

static void add_calls_by_name(EVP_MD_CTX *digest)
{
    for (size_t state = 0; state < all_states(); state++) {
        for (size_t i = 0; i < sizeof call / sizeof call[0]; i++) {
            add_call(digest, machine_at(state), i);
        }
    }
}

static void add_queries(EVP_MD_CTX *digest)
{
    for (size_t pair = 0; pair < FIELDS * FIELDS; pair++) {
        for (unsigned bytes = 0; bytes < 65536 && pair / FIELDS < pair % FIELDS; bytes++) {
            for (unsigned base = 0; base < 2; base++) {
                ew_machine m;
                memset(&m, (int)base, sizeof m);
                memset((unsigned char *)&m + pair / FIELDS, (int)(bytes / 256), 1);
                memset((unsigned char *)&m + pair % FIELDS, (int)(bytes % 256), 1);
                uint8_t answers[QUERIES];
                for (size_t i = 0; i < QUERIES; i++) {
                    answers[i] = query[i](&m);
                }
                add(digest, answers, sizeof answers);
            }
        }
    }
}

static void everything(void)
{
    EVP_MD_CTX *digest = start();
    char text[2 * EVP_MAX_MD_SIZE + 1];
    ew_machine m;
    for (size_t state = 0; state < all_states(); state++) {
        for (unsigned event = 0; event < 256; event += event < EVENTS + 1 ? 1 : 23) {
            add_step(digest, machine_at(state), (uint8_t)event);
        }
    }
    add_bytes_out_of_range(digest);
    add_calls_by_name(digest);
    add_queries(digest);
    memset(&m, 0xa5, sizeof m);
    ew_init(&m);
    add(digest, &m, sizeof m);
    for (unsigned byte = 0; byte < 256; byte++) {
        const ew_answer r = (ew_answer)byte;
        const uint8_t parts[4] = {ew_action(r), (uint8_t)ew_value(r), ew_error(r), ew_reason(r)};
        add(digest, parts, sizeof parts);
    }
    print("everything", digest, text);
}

int main(int argc, char **argv)
{
    char text[2 * EVP_MAX_MD_SIZE + 1];
    relation(text);
    if (argc < 2 || strcmp(argv[1], text) == 0) {
        everything();
    }
    return 0;
}
