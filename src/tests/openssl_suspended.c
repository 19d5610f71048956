/* libssl waits for what is not the socket: for callbacks of the application's, and for jobs. */
#include "frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/async.h>

#include "handshake_ends.h"
#include "messages.h"
#include "openssl_tests.h"

static const variant tls13_client = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};

static const variant each[] = {
    {OPENSSL, TLS1_2_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_2_VERSION, 1, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL},
    {OPENSSL, TLS1_3_VERSION, 1, OPENSSL, NULL},
};
enum { EACH = sizeof each / sizeof each[0] };

/* Steps ---------------------------------------------------------------------- */

static void is_suspended(ptrdiff_t n)
{
    link_failed(&l, (int)n, EW_ERROR_SUSPENDED, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(ew_conn_alive(&l.c), 1);
}

static ptrdiff_t reads(void)
{
    static char got[9];

    return ew_conn_read(&l.c, got, sizeof got);
}

static ptrdiff_t writes(void)
{
    return ew_conn_write(&l.c, big, 300);
}

static ptrdiff_t closes(void)
{
    return ew_conn_shutdown(&l.c);
}

/* Callbacks -------------------------------------------------------------------- */

enum { TWICE = 2 };

static int left; /* times that a callback has still to put it off */

static int put_off(void)
{
    return left-- > 0;
}

static int later_hello(SSL *ssl, int *alert, void *arg)
{
    (void)ssl;
    (void)alert;
    (void)arg;
    return put_off() ? SSL_CLIENT_HELLO_RETRY : SSL_CLIENT_HELLO_SUCCESS;
}

static int later_certificate(SSL *ssl, void *arg)
{
    (void)ssl;
    (void)arg;
    return put_off() ? -1 : 1;
}

static int later_verdict(X509_STORE_CTX *store, void *arg)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());

    (void)arg;
    return put_off() ? SSL_set_retry_verify(ssl) : 1;
}

static void hello(void)
{
    SSL_CTX_set_client_hello_cb(l.us.ctx, later_hello, NULL);
}

static void certificate(void)
{
    SSL_set_cert_cb(l.us.ssl, later_certificate, NULL);
    SSL_set_verify(l.peer.ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(l.peer.ctx, later_verdict, NULL); /* by then it says yes */
}

static void verdict(void)
{
    SSL_CTX_set_cert_verify_callback(l.us.ctx, later_verdict, NULL);
    SSL_set_verify(l.us.ssl, SSL_VERIFY_PEER, NULL);
}

void a_callback_suspends_the_handshake(void **state)
{
    static const struct {
        void (*put)(void);
        int of_server, of_client;
    } callbacks[] = {{hello, 1, 0}, {certificate, 1, 1}, {verdict, 0, 1}};

    (void)state;
    for (int i = 0; i < 3 * EACH; i++) {
        const variant *v = &each[i % EACH];

        if (v->server ? callbacks[i / EACH].of_server : callbacks[i / EACH].of_client) {
            link_make(&l, v);
            callbacks[i / EACH].put();
            left = TWICE;
            link_attach(&l);
            assert_int_equal(suspensions_of_a_handshake(), TWICE);
            all_goes_on();
            link_close(&l);
        }
    }
}

static int ask_for_a_certificate(SSL *ssl)
{
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    return SSL_verify_client_post_handshake(ssl);
}

/* After the handshake: the answer to a request is made while reading, and stands before a write. */
void a_late_verdict_suspends_reading(void **state)
{
    (void)state;
    for (int writes_instead = 0; writes_instead < 2; writes_instead++) {
        link_make(&l, &tls13_client);
        SSL_set_post_handshake_auth(l.us.ssl, 1);
        SSL_set_cert_cb(l.us.ssl, later_certificate, NULL);
        left = 0;
        link_start(&l);
        peer_says(&l, ask_for_a_certificate);
        wire_release(&l.w, ALL);
        left = TWICE;
        is_suspended(reads());
        is_suspended(writes_instead ? writes() : reads());
        if (writes_instead) {
            assert_int_equal(writes(), 300);
            peer_reads(&l, big, 300, -1);
        } else {
            reading_waits();
        }
        peer_sends("data");
        reading_gets("data");
        assert_int_equal(closes(), 0);
        peer_reads(&l, "", 0, 0);
        link_close(&l);
    }
}

/* Jobs ------------------------------------------------------------------------- */

/*
 * A job is paused at a record's header: it is made and not out, or its body is not read; or at an
 * alert, which is in.
 */
static int paused_out; /* direction */
static int paused_at;
static int pauses; /* how many are still to be made */

static void on_message(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)version;
    (void)buf;
    (void)len;
    (void)ssl;
    (void)arg;
    if (type == paused_at && write_p == paused_out && pauses > 0) {
        pauses--;
        assert_non_null(ASYNC_get_current_job());
        assert_int_equal(ASYNC_pause_job(), 1);
    }
}

static void pause_at(int out, int times)
{
    paused_out = out;
    paused_at = SSL3_RT_HEADER;
    pauses = times;
}

static void make_with_jobs(const variant *v)
{
    pauses = 0;
    link_make(&l, v);
    SSL_set_mode(l.us.ssl, SSL_MODE_ASYNC);
    SSL_set_msg_callback(l.us.ssl, on_message);
}

static void open_with_jobs(const variant *v)
{
    make_with_jobs(v);
    link_start(&l);
}

void a_paused_job_suspends_the_handshake(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * EACH; i++) {
        make_with_jobs(&each[i % EACH]);
        link_attach(&l);
        pause_at(i / EACH, TWICE);
        assert_int_equal(suspensions_of_a_handshake(), TWICE);
        all_goes_on();
        link_close(&l);
    }
}

/* Reading, writing, flushing (what was being written, before the close), and the alert itself. */
void a_paused_job_suspends_each_call(void **state)
{
    char got[300];

    (void)state;
    for (int i = 0; i < EACH; i++) {
        open_with_jobs(&each[i]);
        peer_sends("data");
        pause_at(0, 1);
        is_suspended(reads());
        reading_gets("data");
        pause_at(1, 1);
        is_suspended(writes());
        assert_int_equal(wire_records(&l.w), 0);
        assert_int_equal(writes(), 300);
        pause_at(1, 1);
        is_suspended(writes());
        pause_at(1, 1);
        is_suspended(closes());
        assert_int_equal(wire_records(&l.w), 2); /* the alert is not out */
        assert_int_equal(peer_read(&l, got, sizeof got), 300);
        peer_reads(&l, big, 300, -1);
        assert_int_equal(closes(), 0);
        peer_reads(&l, "", 0, 0);
        peer_closes();
        pause_at(0, 1);
        is_suspended(closes());
        assert_int_equal(closes(), 1);
        assert_int_equal(ew_conn_end_of_data(&l.c), 1);
        assert_int_equal(wire_records(&l.w), 3);
        link_close(&l);
    }
}

/* The job is that of the call that was paused, whichever call it goes on with. */
static void reading_goes_on_by_writing(const variant *v)
{
    open_with_jobs(v);
    peer_sends("data");
    pause_at(0, 1);
    is_suspended(reads());
    assert_int_equal(writes(), 300);
    peer_reads(&l, big, 300, -1);
    reading_gets("data");
    link_close(&l);
}

static void writing_goes_on_by_reading(const variant *v)
{
    open_with_jobs(v);
    peer_sends("data");
    pause_at(1, 1);
    is_suspended(writes());
    reading_gets("data");
    assert_int_equal(wire_records(&l.w), 1);
    on_send.budget = 0;
    assert_int_equal(writes(), 300); /* it says what went out then */
    unblock();
    assert_int_equal(wire_records(&l.w), 1);
    peer_reads(&l, big, 300, -1);
    link_close(&l);
}

static void closing_goes_on_by_reading(const variant *v)
{
    open_with_jobs(v);
    pause_at(1, 1);
    is_suspended(closes());
    peer_sends("late");
    reading_gets("late");
    assert_int_equal(closes(), 0);
    assert_int_equal(wire_records(&l.w), 1);
    peer_closes();
    assert_int_equal(closes(), 1);
    link_close(&l);
}

void a_paused_job_goes_on_with_another_call(void **state)
{
    (void)state;
    for (int i = 0; i < EACH; i++) {
        reading_goes_on_by_writing(&each[i]);
        writing_goes_on_by_reading(&each[i]);
        closing_goes_on_by_reading(&each[i]);
    }
}

void an_end_that_came_meanwhile_is_told_later(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * EACH; i++) {
        int forged = i / EACH;

        open_with_jobs(&each[i % EACH]);
        if (forged) {
            peer_forges();
        } else {
            peer_closes();
        }
        pause_at(0, 1);
        is_suspended(reads());
        if (forged) {
            link_failed(&l, (int)writes(), EW_ERROR_SSL, EW_REASON_TLS);
        } else {
            assert_int_equal(writes(), 300);
            reading_ends();
            assert_int_equal(closes(), 1);
        }
        link_close(&l);
    }
}

/* The record is in when the job is paused: the transport has nothing to say of it later. */
void an_alert_that_is_in_is_one_later(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * EACH; i++) {
        int fatal = i / EACH;

        open_with_jobs(&each[i % EACH]);
        if (fatal) {
            assert_int_equal(write(l.fd, forged_record, sizeof forged_record),
                             sizeof forged_record);
            peer_reads(&l, "", 0, -2); /* and answers with an alert */
            wire_release(&l.w, ALL);
        } else {
            peer_closes();
        }
        pause_at(0, 1);
        paused_at = SSL3_RT_ALERT;
        is_suspended(reads());
        if (fatal) {
            link_failed(&l, (int)reads(), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
            assert_int_equal(ew_conn_alert(&l.c), SSL_AD_BAD_RECORD_MAC);
        } else {
            reading_ends();
            assert_int_equal(closes(), 1);
        }
        link_close(&l);
    }
}

/* The job is paused in an answer that goes before the data: that has to be there when it goes on. */
void what_is_written_is_kept_for_the_job(void **state)
{
    char data[300];

    (void)state;
    open_with_jobs(&tls13_client);
    peer_says(&l, ask_key_update);
    wire_release(&l.w, ALL);
    reading_waits();
    memcpy(data, big, sizeof data);
    pause_at(1, TWICE);
    is_suspended(ew_conn_write(&l.c, data, sizeof data));
    memset(data, 0, sizeof data);
    is_suspended(writes());
    assert_int_equal(writes(), 300);
    assert_int_equal(wire_records(&l.w), 2);
    peer_reads(&l, big, 300, -1);
    link_close(&l);
}

/*
 * The job is paused in the answer: a size that is lowered then is that of the record of data, which is a
 * part of what was written. Another call goes on with the job: the next write tells of that part alone.
 */
void what_left_meanwhile_is_told_by_its_length(void **state)
{
    (void)state;
    for (int i = 0; i < EACH; i++) {
        if (each[i].version == TLS1_3_VERSION) {
            open_with_jobs(&each[i]);
            peer_says(&l, ask_key_update);
            wire_release(&l.w, ALL);
            reading_waits();
            pause_at(1, 1);
            is_suspended(ew_conn_write(&l.c, big, 1000));
            assert_int_equal(SSL_set_max_send_fragment(l.us.ssl, 512), 1);
            reading_waits();
            assert_int_equal(wire_records(&l.w), 2);
            assert_int_equal(ew_conn_write(&l.c, big, 1000), 512);
            assert_int_equal(ew_conn_write(&l.c, big + 512, 488), 488);
            peer_reads(&l, big, 1000, -1);
            link_close(&l);
        }
    }
}

static int wait_in_job(void *unused)
{
    (void)unused;
    return ASYNC_pause_job();
}

/* Of all jobs that the thread may have one waits for somebody else. */
void no_job_is_free(void **state)
{
    ASYNC_WAIT_CTX *wait = ASYNC_WAIT_CTX_new();
    ASYNC_JOB *job = NULL;
    int ret;

    (void)state;
    ASYNC_cleanup_thread(); /* the jobs of the tests before */
    assert_int_equal(ASYNC_init_thread(1, 1), 1);
    open_with_jobs(&tls13_client);
    peer_sends("data");
    peer_sends("more");
    reading_gets("data");
    assert_int_equal(ASYNC_start_job(&job, wait, &ret, wait_in_job, NULL, 0), ASYNC_PAUSE);
    is_suspended(reads());
    is_suspended(writes());
    is_suspended(closes());
    assert_int_equal(ASYNC_start_job(&job, wait, &ret, wait_in_job, NULL, 0), ASYNC_FINISH);
    assert_int_equal(closes(), 0);
    reading_gets("more");
    peer_reads(&l, "", 0, 0);
    link_close(&l);
    ASYNC_cleanup_thread();
    ASYNC_WAIT_CTX_free(wait);
}

/* Neither by the mode, nor by another handshake. */
void a_paused_job_is_not_abandoned(void **state)
{
    (void)state;
    for (int clears = 0; clears < 2; clears++) {
        open_with_jobs(&tls13_client);
        peer_sends("data");
        pause_at(0, 1);
        is_suspended(reads());
        if (clears) {
            link_failed(&l, ew_conn_clear(&l.c), EW_ERROR_SSL, EW_REASON_TLS);
        } else {
            SSL_clear_mode(l.us.ssl, SSL_MODE_ASYNC);
            changed((int)reads(), "SSL_MODE_ASYNC was taken off");
        }
        SSL_set_mode(l.us.ssl, SSL_MODE_ASYNC);
        assert_int_equal(SSL_peek(l.us.ssl, big, 1), 1); /* its memory is the job's own */
        link_close(&l);
    }
}
