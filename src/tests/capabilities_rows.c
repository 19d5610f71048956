/* The rows of the capabilities: each plays on one engine, and says what came of it. */
#include "support.h"

#include "capabilities.h"

#include <string.h>

#include "capabilities_steps.h"
#include "frame.h"
#include "messages.h"

/* Versions, and what they have ----------------------------------------------------- */

static cell version(const test_engine *engine, int tls)
{
    variant peer_alone = {engine->kind, tls, 0, OPENSSL, engine};
    int does;

    if (tls == TLS1_3_VERSION && !engine->has_tls13) {
        peer_alone.version = TLS1_2_VERSION; /* our end; the peer wants the other */
    }
    link_make(&l, &peer_alone);
    SSL_set_max_proto_version(l.peer.ssl, tls);
    SSL_set_min_proto_version(l.peer.ssl, tls);
    link_attach(&l);
    does = connects();
    return works_if(does && goes_on(0));
}

static cell tls12(const test_engine *engine)
{
    return version(engine, TLS1_2_VERSION);
}

static cell tls13(const test_engine *engine)
{
    return version(engine, TLS1_3_VERSION);
}

static cell half_close(const test_engine *engine)
{
    char got[8];
    int does;

    open_client(engine, TLS1_2_VERSION, OPENSSL);
    does = ew_conn_shutdown(&l.c) == 0;
    peer_sends("late");
    does = does && ew_conn_read(&l.c, got, sizeof got) == 4 && memcmp(got, "late", 4) == 0;
    peer_closes();
    return works_if(does && ew_conn_shutdown(&l.c) == 1);
}

static int tickets_made;

static int count_ticket(SSL *ssl, void *arg)
{
    (void)ssl;
    (void)arg;
    tickets_made++;
    return 1;
}

/* TLS 1.3: a ticket while we are open, and another while we wait for the close. */
static cell tickets13(const test_engine *engine)
{
    int does;

    open_client(engine, TLS1_3_VERSION, OPENSSL);
    peer_says(&l, make_ticket);
    wire_release(&l.w, ALL);
    does = waits() && ew_conn_shutdown(&l.c) == 0;
    peer_says(&l, make_ticket);
    peer_closes();
    return works_if(does && ew_conn_shutdown(&l.c) == 1);
}

static cell tickets(const test_engine *engine)
{
    if (engine->has_tls13) {
        return tickets13(engine);
    }
    tickets_made = 0;
    make(engine, TLS1_2_VERSION, OPENSSL);
    SSL_CTX_set_session_ticket_cb(l.peer.ctx, count_ticket, NULL, NULL);
    link_start(&l);
    return works_if(goes_on(0) && tickets_made == 1);
}

static cell padding(const test_engine *engine)
{
    if (!engine->has_tls13) {
        return cell_of(NOT_PLAYED);
    }
    make(engine, TLS1_3_VERSION, OPENSSL);
    SSL_set_block_padding(l.peer.ssl, 512);
    link_start(&l);
    return works_if(goes_on(0));
}

/* Messages of the peer --------------------------------------------------------------- */

static int key_update(SSL *ssl)
{
    return SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
}

static void one_key_update(void)
{
    peer_says(&l, key_update);
}

static cell key_updates(const test_engine *engine)
{
    if (!engine->has_tls13) {
        return cell_of(NOT_PLAYED);
    }
    open_client(engine, TLS1_3_VERSION, OPENSSL);
    return in_a_row(one_key_update);
}

static cell behind_a_blocked_record(const test_engine *engine, int and_a_ticket)
{
    int does;

    if (!engine->has_tls13) {
        return cell_of(NOT_PLAYED);
    }
    open_client(engine, TLS1_3_VERSION, OPENSSL);
    block_a_write(300);
    peer_says(&l, ask_key_update);
    if (and_a_ticket) {
        peer_says(&l, make_ticket);
    }
    wire_release(&l.w, ALL);
    does = waits();
    unblock();
    return works_if(does && ew_conn_write(&l.c, big, 300) == 300 && goes_on(300));
}

static cell asked_behind_a_blocked_record(const test_engine *engine)
{
    return behind_a_blocked_record(engine, 0);
}

static cell asked_and_told_more(const test_engine *engine)
{
    return behind_a_blocked_record(engine, 1);
}

static void one_request(void)
{
    peer_handshake_message(&l, HELLO_REQUEST, 1);
}

static cell requests(const test_engine *engine)
{
    open_client(engine, TLS1_2_VERSION, MBEDTLS);
    return in_a_row(one_request);
}

static void one_warning(void)
{
    peer_alert(&l, 1, 90);
}

static cell warnings(const test_engine *engine)
{
    open_client(engine, TLS1_2_VERSION, MBEDTLS);
    return in_a_row(one_warning);
}

static void one_empty_record(void)
{
    assert_int_equal(mbedtls_ssl_write(&l.peer.mbed, big, 0), 0);
}

static cell empty_records(const test_engine *engine)
{
    open_client(engine, TLS1_2_VERSION, MBEDTLS);
    return in_a_row(one_empty_record);
}

/* Sizes ------------------------------------------------------------------------------- */

/* A limit that the peer keeps as well, or it is none. */
static cell short_records(const test_engine *engine)
{
    int ours;
    int theirs;

    make(engine, TLS1_2_VERSION, OPENSSL);
    assert_int_equal(set_short_records(engine), 1);
    link_start(&l);
    ours = ew_conn_write(&l.c, big, 5000);
    peer_reads(&l, big, (size_t)ours, -1);
    peer_write(&l, big, 5000);
    theirs = l.w.out[3] << 8 | l.w.out[4];
    return works_if(ours <= 1024 && theirs <= 1024 + 100);
}

/* Past a list with a length of so many bytes. */
static const uint8_t *past(const uint8_t *at, int bytes)
{
    size_t len = bytes == 1 ? at[0] : (size_t)at[0] << 8 | at[1];

    return at + bytes + len;
}

/* Whether the ClientHello that lies on the wire has an extension. */
static int hello_has(int extension)
{
    const uint8_t *at = l.w.in + EW_HEADER_LEN + 4 + 2 + 32;
    const uint8_t *stop;

    at = past(past(past(at, 1), 2), 1); /* session, cipher suites, compression */
    stop = past(at, 2);
    assert_true(stop <= l.w.in + l.w.in_len);
    for (at += 2; at < stop; at = past(at + 2, 2)) {
        if ((at[0] << 8 | at[1]) == extension) {
            return 1;
        }
    }
    return 0;
}

/* No peer here has it: only who asks for it can be seen. */
static cell record_size_limit(const test_engine *engine)
{
    make(engine, TLS1_2_VERSION, OPENSSL);
    link_attach(&l);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    wire_fetch(&l.w);
    return closes(cell_of(hello_has(28) ? NOT_PLAYED : NOT));
}

/* Settings ----------------------------------------------------------------------------- */

static cell quiet(const test_engine *engine)
{
    make(engine, TLS1_2_VERSION, OPENSSL);
    if (!set_quiet(engine)) {
        return closes(cell_of(NOT_PLAYED));
    }
    link_start(&l);
    return works_if(ew_conn_shutdown(&l.c) == 1 && wire_records(&l.w) == 0);
}

/* OpenSSL's: written before the handshake, which has begun by that. The others have none, or no call. */
static cell early_data(const test_engine *engine)
{
    SSL_SESSION *session;
    size_t n = 0;
    int opened;

    if (which(engine) != IS_OPENSSL) {
        return cell_of(NOT_PLAYED);
    }
    make(engine, TLS1_3_VERSION, OPENSSL);
    SSL_set_max_early_data(l.peer.ssl, 1000);
    SSL_set_num_tickets(l.peer.ssl, 1);
    link_start(&l);
    assert_true(waits());
    session = SSL_get1_session(l.us.ssl);
    assert_true(goes_on(0)); /* or it is not to be resumed */
    link_renew(&l);
    assert_int_equal(SSL_set_session(l.us.ssl, session), 1);
    SSL_SESSION_free(session);
    SSL_set_bio(l.us.ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    assert_int_equal(SSL_write_early_data(l.us.ssl, "early", 5, &n), 1);
    opened = link_conn_open(&l) == 0;
    return closes(cell_of(opened ? WORKS : REFUSED));
}

static int ask_for_a_certificate(SSL *ssl)
{
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    return SSL_verify_client_post_handshake(ssl);
}

static cell post_handshake_auth(const test_engine *engine)
{
    int answered;

    if (!engine->has_tls13) {
        return cell_of(NOT_PLAYED);
    }
    make(engine, TLS1_3_VERSION, OPENSSL);
    if (!set_post_handshake_auth(engine)) {
        return closes(cell_of(NOT_PLAYED));
    }
    link_start(&l);
    peer_says(&l, ask_for_a_certificate);
    wire_release(&l.w, ALL);
    if (!waits()) {
        return closes(cell_of(NOT));
    }
    answered = wire_records(&l.w) > 0;
    return goes_on(0) ? closes(cell_of(answered ? WORKS : TURNED_OFF)) : works_if(0);
}

static cell ktls(const test_engine *engine)
{
    int in_use;

    make(engine, TLS1_2_VERSION, OPENSSL);
    if (!set_ktls(engine)) {
        return closes(cell_of(NOT_PLAYED));
    }
    link_start(&l);
    in_use = has_ktls(engine);
    return goes_on(0) ? closes(cell_of(in_use ? WORKS : TURNED_OFF)) : works_if(0);
}

/* A server, of the newest version that it has. */
static cell suspended(const test_engine *engine)
{
    variant server = {engine->kind, TLS1_2_VERSION, 1, OPENSSL, engine};

    if (engine->has_tls13) {
        server.version = TLS1_3_VERSION;
    }
    link_make(&l, &server);
    if (!set_suspended(engine)) {
        return closes(cell_of(NOT_PLAYED));
    }
    link_wire(&l);
    if (link_conn_open(&l) != 0) {
        return closes(cell_of(REFUSED));
    }
    return works_if(connects() && suspensions == 1 && goes_on(0));
}

/* What a port may have ------------------------------------------------------------------- */

static cell looking(const test_engine *engine)
{
    char got[8] = "";

    open_client(engine, TLS1_2_VERSION, OPENSSL);
    peer_sends("data");
    if (ew_conn_peek(&l.c, got, sizeof got) != 4) {
        reading_gets("data");
        return closes(cell_of(NOT));
    }
    assert_memory_equal(got, "data", 4);
    reading_gets("data");
    return works_if(goes_on(0));
}

static cell counting(const test_engine *engine)
{
    char got[8];

    open_client(engine, TLS1_2_VERSION, OPENSSL);
    peer_sends("data");
    assert_int_equal(ew_conn_read(&l.c, got, 1), 1);
    if (ew_conn_pending(&l.c) != 3) {
        return closes(cell_of(NOT));
    }
    reading_gets("ata");
    return works_if(ew_conn_pending(&l.c) == 0 && goes_on(0));
}

/* Read from the port: what is adopted has to be begun by calls of the engine's own. */
static cell adopting(const test_engine *engine)
{
    return cell_of(engine->port->adopt != NULL ? WORKS : NOT);
}

const capability capabilities[] = {
    {"TLS 1.2", tls12},
    {"TLS 1.3", tls13},
    {"reading after our own close", half_close},
    {"session tickets", tickets},
    {"padded records", padding},
    {"KeyUpdates in a row", key_updates},
    {"a KeyUpdate that asks for an answer, behind a blocked record", asked_behind_a_blocked_record},
    {"the same, and a ticket after it", asked_and_told_more},
    {"HelloRequests in a row", requests},
    {"warnings in a row", warnings},
    {"empty records in a row", empty_records},
    {"maximum fragment length", short_records},
    {"record size limit", record_size_limit},
    {"quiet shutdown of its own", quiet},
    {"early data", early_data},
    {"post-handshake authentication", post_handshake_auth},
    {"kTLS", ktls},
    {"a suspended handshake, async jobs", suspended},
    {"looking at data (`ew_conn_peek`)", looking},
    {"counting what is held (`ew_conn_pending`)", counting},
    {"adopting (`ew_conn_adopt`)", adopting},
};
const unsigned capability_count = sizeof capabilities / sizeof capabilities[0];
