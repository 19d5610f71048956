/* What the application does to the SSL while it is attached: found out, and never believed. */
#include "frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "openssl_tests.h"
#include "support.h"

static const variant tls12_client = {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL};
static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
static const variant tls12_server = {OPENSSL, TLS1_2_VERSION, 1, OPENSSL, NULL};

/* Every call, each on a connection of its own --------------------------------- */

static int reads(void)
{
    char got[9];

    return ew_conn_read(&l.c, got, sizeof got);
}

static int writes(void)
{
    return ew_conn_write(&l.c, "data", 4);
}

static int shuts_down(void)
{
    return ew_conn_shutdown(&l.c);
}

static int shakes_hands(void)
{
    return ew_conn_handshake(&l.c);
}

static int (*const calls[])(void) = {reads, writes, shuts_down, shakes_hands};
enum { CALLS = sizeof calls / sizeof calls[0] };

/* The connection has ended, and says why; nothing was sent. */
static void ended(int (*call)(void), const char *why)
{
    link_failed(&l, call(), EW_ERROR_SSL,
                call == shakes_hands ? EW_REASON_HANDSHAKE_FAILED : EW_REASON_TLS);
    assert_string_equal(ew_conn_detail(&l.c), why);
    assert_int_equal(wire_records(&l.w), 0);
}

/* The BIO ---------------------------------------------------------------------- */

static void set_fd(void)
{
    assert_int_equal(SSL_set_fd(l.us.ssl, l.fd), 1);
}

static void set_wfd(void)
{
    assert_int_equal(SSL_set_wfd(l.us.ssl, l.fd), 1);
}

static void set_owner(void)
{
    BIO *bio = BIO_new_socket(l.fd, BIO_CLOSE);

    SSL_set_bio(l.us.ssl, bio, bio);
}

static void set_owner_in(void)
{
    SSL_set0_rbio(l.us.ssl, BIO_new_socket(l.fd, BIO_CLOSE));
}

static void set_owner_out(void)
{
    SSL_set0_wbio(l.us.ssl, BIO_new_socket(l.fd, BIO_CLOSE));
}

static void set_none(void)
{
    SSL_set_bio(l.us.ssl, NULL, NULL);
}

static void (*const replacements[])(void) = {set_fd,       set_wfd,       set_owner,
                                             set_owner_in, set_owner_out, set_none};
enum { REPLACEMENTS = sizeof replacements / sizeof replacements[0] };

/* With data of the peer in the socket, which nobody may take past the transport. */
void a_bio_put_in_our_place_ends_the_connection(void **state)
{
    (void)state;
    for (int how = 0; how < REPLACEMENTS; how++) {
        for (int call = 0; call < CALLS; call++) {
            link_open(&l, &tls13_client);
            peer_sends("data");
            replacements[how]();
            ended(calls[call], "the BIO was replaced while attached");
            link_close(&l);
        }
    }
}

/* It would be closed a second time, when someone else has the number. */
void a_bio_put_in_our_place_does_not_close_the_descriptor(void **state)
{
    (void)state;
    for (int close_it = 0; close_it < 2; close_it++) {
        for (int how = 0; how < REPLACEMENTS; how++) {
            link_open(&l, &tls13_client);
            replacements[how]();
            if (close_it) {
                assert_int_equal(ew_conn_close(&l.c, 0, 0), -1);
                assert_int_equal(is_open(l.fd), 0);
                assert_int_equal(dup2(l.w.fd, l.fd), l.fd);
            } else {
                assert_int_equal(ew_conn_release(&l.c), l.fd);
            }
            SSL_free(l.us.ssl);
            l.us.ssl = NULL;
            assert_int_equal(is_open(l.fd), 1);
            close(l.fd);
            link_close(&l);
        }
    }
}

void a_bio_put_before_ours_goes_with_it(void **state)
{
    (void)state;
    for (int out = 0; out < 2; out++) {
        BIO *ours;

        link_open(&l, &tls13_client);
        ours = SSL_get_rbio(l.us.ssl);
        BIO_up_ref(ours);
        ours = BIO_push(BIO_new(BIO_f_buffer()), ours);
        if (out) {
            SSL_set0_wbio(l.us.ssl, ours);
        } else {
            SSL_set0_rbio(l.us.ssl, ours);
        }
        ended(reads, "the BIO was replaced while attached");
        assert_int_equal(ew_conn_release(&l.c), l.fd);
        assert_null(SSL_get_rbio(l.us.ssl));
        assert_null(SSL_get_wbio(l.us.ssl));
        close(l.fd);
        link_close(&l);
    }
}

/* Settings ---------------------------------------------------------------------- */

static void clear_moving(void)
{
    SSL_clear_mode(l.us.ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void ignore_eof(void)
{
    SSL_set_options(l.us.ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
}

static void renegotiate(void)
{
    SSL_clear_options(l.us.ssl, SSL_OP_NO_RENEGOTIATION);
}

static void start_again(void)
{
    assert_int_equal(SSL_clear(l.us.ssl), 1);
}

static void change_role(void)
{
    SSL_set_accept_state(l.us.ssl);
}

static const struct {
    void (*make)(void);
    int (*call)(void); /* that relies on it */
    const char *why;
} settings[] = {
    {clear_moving, writes, "a mode of the SSL was changed while attached"},
    {ignore_eof, reads, "an option of the SSL was changed while attached"},
    {renegotiate, reads, "an option of the SSL was changed while attached"},
    {start_again, reads, "the SSL was cleared while attached"},
    {start_again, writes, "the SSL was cleared while attached"},
    {start_again, shuts_down, "the SSL was cleared while attached"},
    {start_again, shakes_hands, "the SSL was cleared while attached"},
    {change_role, reads, "the SSL was cleared while attached"},
    {change_role, writes, "the SSL was cleared while attached"},
    {change_role, shuts_down, "the SSL was cleared while attached"},
};

void settings_changed_while_attached_end_the_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        for (int tls13 = 0; tls13 < 2; tls13++) {
            link_open(&l, tls13 ? &tls13_client : &tls12_client);
            settings[i].make();
            ended(settings[i].call, settings[i].why);
            link_close(&l);
        }
    }
}

static int lower_the_oldest(SSL *ssl, int *alert, void *arg)
{
    (void)alert;
    (void)arg;
    SSL_set_security_level(ssl, 0);
    assert_int_equal(SSL_set_min_proto_version(ssl, TLS1_VERSION), 1);
    assert_int_equal(SSL_set_max_proto_version(ssl, TLS1_1_VERSION), 1);
    return SSL_CLIENT_HELLO_SUCCESS;
}

/* Data that arrives with the end of such a handshake is not read. */
void an_old_version_is_not_kept(void **state)
{
    int ours = -1;

    (void)state;
    link_make(&l, &tls12_server);
    SSL_CTX_set_client_hello_cb(l.us.ctx, lower_the_oldest, NULL);
    SSL_set_min_proto_version(l.peer.ssl, TLS1_VERSION);
    SSL_set_security_level(l.peer.ssl, 0);
    SSL_set_cipher_list(l.peer.ssl, "ALL:@SECLEVEL=0");
    SSL_set_cipher_list(l.us.ssl, "ALL:@SECLEVEL=0");
    link_attach(&l);
    for (int turn = 0; turn < 9; turn++) {
        peer_handshake(&l);
        wire_release(&l.w, ALL);
        ours = ew_conn_handshake(&l.c);
        if (ours == 1 || ew_conn_get_error(&l.c, ours) != EW_ERROR_WANT_READ) {
            break;
        }
    }
    link_failed(&l, ours, EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_int_equal(SSL_version(l.us.ssl), TLS1_1_VERSION);
    assert_string_equal(ew_conn_detail(&l.c), "the oldest version was lowered while attached");
    link_close(&l);
}

void quiet_shutdown_set_while_attached_does_not_count(void **state)
{
    (void)state;
    for (int blocked = 0; blocked < 2; blocked++) {
        link_open(&l, &tls13_client);
        if (blocked) {
            on_send.budget = 4;
            closing_waits(EW_ERROR_WANT_WRITE);
            unblock();
        }
        SSL_set_quiet_shutdown(l.us.ssl, 1);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_reads(&l, "", 0, 0);
        link_close(&l);
    }
}

/* Neither is a close: of the peer's, or of ours. Nothing of the peer's is lost either. */
void flags_set_by_hand_end_the_connection(void **state)
{
    (void)state;
    for (int waiting = 0; waiting < 2; waiting++) {
        link_open(&l, &tls13_client);
        if (waiting) {
            peer_sends("data");
        }
        SSL_set_shutdown(l.us.ssl, SSL_RECEIVED_SHUTDOWN);
        ended(reads, "SSL_RECEIVED_SHUTDOWN was set by hand");
        assert_int_equal(ew_conn_end_of_data(&l.c), 0);
        link_close(&l);
    }
    link_open(&l, &tls13_client);
    SSL_set_shutdown(l.us.ssl, SSL_SENT_SHUTDOWN);
    ended(shuts_down, "SSL_SENT_SHUTDOWN was set by hand");
    link_close(&l);
}
