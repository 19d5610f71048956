/* One write is one record, whatever the application does to the sizes: no other byte leaves. */
#include "frame.h"

#include <string.h>
#include <sys/socket.h>

#include "messages.h"
#include "openssl_tests.h"

enum { LEN = 5000, SHORT = 512 };

static const variant variants[] = {
    {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_2_VERSION, 1, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 1, OPENSSL, NULL},
};
enum { VARIANTS = sizeof variants / sizeof variants[0] };

/* What makes records of another size, or more of them ------------------------- */

static void shorten(SSL *ssl)
{
    assert_int_equal(SSL_set_max_send_fragment(ssl, SHORT), 1);
}

static void split(SSL *ssl)
{
    assert_int_equal(SSL_set_split_send_fragment(ssl, SHORT), 1);
}

static void pipeline(SSL *ssl)
{
    split(ssl);
    assert_int_equal(SSL_set_max_pipelines(ssl, 8), 1);
}

static void pad_blocks(SSL *ssl)
{
    assert_int_equal(SSL_set_block_padding(ssl, 4096), 1);
}

static size_t much(SSL *ssl, int type, size_t len, void *arg)
{
    (void)arg;
    (void)type;
    shorten(ssl);
    return len;
}

static void pad_by_callback(SSL *ssl)
{
    assert_int_equal(SSL_set_record_padding_callback(ssl, much), 1);
}

static void (*const changes[])(SSL *) = {shorten, split, pipeline, pad_blocks, pad_by_callback};
enum { CHANGES = sizeof changes / sizeof changes[0] };

/* The tests ------------------------------------------------------------------- */

enum { REPEATED, CLOSED, ENDED, ENDS };

/* The record that blocked goes out, and the close behind it: all that the peer gets. */
static void let_out(int how)
{
    unblock();
    if (how == REPEATED) {
        assert_int_equal(ew_conn_write(&l.c, big, LEN), LEN);
    }
    if (how == ENDED) {
        peer_closes();
        assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
        assert_int_equal(ew_conn_close(&l.c, 1000, 100), 1);
    } else {
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
    }
    peer_reads(&l, big, LEN, 0);
    link_close(&l);
}

void a_blocked_record_is_the_applications_alone(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        for (int change = 0; change < CHANGES; change++) {
            for (int how = 0; how < ENDS; how++) {
                link_open(&l, &variants[v]);
                changes[change](l.us.ssl);
                block_a_write(LEN);
                let_out(how);
                link_open(&l, &variants[v]);
                block_a_write(LEN);
                changes[change](l.us.ssl);
                let_out(how);
            }
        }
    }
}

static int on_name(SSL *ssl, int *alert, void *arg)
{
    (void)alert;
    (void)arg;
    shorten(ssl);
    return SSL_TLSEXT_ERR_OK;
}

void sizes_set_by_a_servername_callback_do_not_matter(void **state)
{
    (void)state;
    for (int v = 1; v < VARIANTS; v += 2) {
        for (int how = 0; how < ENDS; how++) {
            link_make(&l, &variants[v]);
            SSL_CTX_set_tlsext_servername_callback(l.us.ctx, on_name);
            assert_int_equal(SSL_set_tlsext_host_name(l.peer.ssl, "localhost"), 1);
            link_start(&l);
            block_a_write(LEN);
            let_out(how);
        }
    }
}

void sizes_set_before_the_handshake_do_not_matter(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        link_make(&l, &variants[v]);
        link_attach(&l);
        shorten(l.us.ssl);
        link_handshake(&l);
        block_a_write(LEN);
        let_out(CLOSED);
    }
}

/* The record is made: what is given again is not looked at. */
void bytes_changed_after_a_blocked_write_do_not_matter(void **state)
{
    static uint8_t changed[LEN];

    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        memcpy(changed, big, LEN);
        link_open(&l, &variants[v]);
        shorten(l.us.ssl);
        on_send.budget = 100;
        link_failed(&l, ew_conn_write(&l.c, changed, LEN), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
        memset(changed, 'x', LEN);
        unblock();
        assert_int_equal(ew_conn_write(&l.c, changed, LEN), LEN);
        peer_reads(&l, big, LEN, -1);
        link_close(&l);
    }
}

static void on_message(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)version;
    (void)buf;
    (void)len;
    (void)arg;
    if (write_p && type == SSL3_RT_HANDSHAKE) {
        shorten(ssl);
    }
}

/* Our answer to a KeyUpdate leaves within SSL_write; a callback then makes the record a short one. */
void a_size_lowered_within_a_write_ends_the_connection(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        int len = i % 2 ? LEN : SHORT + 100;

        link_open(&l, &variants[2]);
        SSL_set_msg_callback(l.us.ssl, on_message);
        peer_says(&l, ask_key_update);
        wire_release(&l.w, ALL);
        reading_waits();
        block_a_write(len);
        unblock();
        link_failed(&l, i < 2 ? ew_conn_write(&l.c, big, len) : ew_conn_shutdown(&l.c),
                    EW_ERROR_SSL, EW_REASON_TLS);
        assert_string_equal(ew_conn_detail(&l.c), "record sizes were changed within a write");
        peer_reads(&l, big, SHORT, -1);
        link_close(&l);
    }
}

/* The connection sees to it as well; a port is used without it, too. */
void a_shorter_repeated_write_ends_the_connection(void **state)
{
    int written = 0;

    (void)state;
    link_open(&l, &variants[2]);
    block_a_write(LEN);
    assert_memory_equal(l.openssl.record, big, LEN);
    unblock();
    assert_int_equal(ew_openssl_port.write(&l.openssl, big, LEN - 1, &written), EW_EVENT_TLS_ERROR);
    assert_string_equal(ew_conn_detail(&l.c), "a repeated write is shorter than the first");
    assert_int_equal(ew_openssl_port.write(&l.openssl, big, LEN + 1, &written), EW_EVENT_DONE);
    assert_int_equal(written, LEN);
    peer_reads(&l, big, LEN, -1);
    link_close(&l);
}
