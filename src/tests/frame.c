#include "frame.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "messages.h"

link_ends l;
uint8_t big[EW_RECORD_MAX * 2];

/* Our calls ---------------------------------------------------------------- */

static int read_some(void)
{
    char got[9];

    return ew_conn_read(&l.c, got, sizeof got);
}

void reading_waits(void)
{
    link_failed(&l, read_some(), EW_ERROR_WANT_READ, EW_REASON_NONE);
}

void closing_waits(int error)
{
    link_failed(&l, ew_conn_shutdown(&l.c), error, EW_REASON_NONE);
}

void reading_ends(void)
{
    assert_int_equal(read_some(), 0);
}

void reading_fails(int error, int reason)
{
    link_failed(&l, read_some(), error, reason);
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
}

void closing_fails(int error, int reason)
{
    link_failed(&l, ew_conn_shutdown(&l.c), error, reason);
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
}

void reading_gets(const char *text)
{
    char got[64];
    int n = ew_conn_read(&l.c, got, sizeof got);

    assert_int_equal(n, strlen(text));
    assert_memory_equal(got, text, (size_t)n);
}

void block_a_write(int len)
{
    on_send.budget = 100;
    link_failed(&l, ew_conn_write(&l.c, big, len), EW_ERROR_WANT_WRITE, EW_REASON_NONE);
    assert_int_equal(errno, EAGAIN);
}

void unblock(void)
{
    on_send.budget = -1;
}

void refused(const ew_port *port, void *engine)
{
    ew_conn c;

    errno = 0;
    assert_int_equal(ew_conn_open(&c, l.fd, port, engine), -1);
    assert_int_equal(errno, EINVAL);
}

void refused_for(const ew_port *port, void *engine, const char *words)
{
    ew_conn c;

    errno = 0;
    assert_int_equal(ew_conn_open(&c, l.fd, port, engine), -1);
    assert_int_equal(errno, EINVAL);
    assert_tells(&c, words);
}

void changed(int ret, const char *words)
{
    link_failed(&l, ret, EW_ERROR_SSL, EW_REASON_TLS);
    assert_tells(&l.c, words);
    link_failed(&l, ew_conn_shutdown(&l.c), EW_ERROR_SSL, EW_REASON_FATAL); /* for good */
}

/* The peer ----------------------------------------------------------------- */

void peer_sends(const char *text)
{
    peer_write(&l, text, (int)strlen(text));
    wire_release(&l.w, ALL);
}

void peer_closes(void)
{
    peer_close_notify(&l);
    wire_release(&l.w, ALL);
}

const uint8_t forged_record[FORGED_LEN] = {23, 3, 3, 0, FORGED_LEN - EW_HEADER_LEN, 1, 2, 3};

void peer_forges(void)
{
    wire_put(&l.w, forged_record, sizeof forged_record);
    wire_release(&l.w, ALL);
}

int fill_ticket(SSL *ssl, void *arg)
{
    (void)arg;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), big, 3000);
}

void receive_half_a_ticket(const variant *v)
{
    link_make(&l, v);
    SSL_CTX_set_session_ticket_cb(l.peer.ctx, fill_ticket, NULL, NULL);
    SSL_set_max_send_fragment(l.peer.ssl, 512);
    link_start(&l);
    peer_says(&l, make_ticket);
    wire_release(&l.w, 1200);
    reading_waits();
}

/* Programs ----------------------------------------------------------------- */

void use_certificates(const char *folder)
{
    certificates = folder;
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)(i * 7 + i / 251);
    }
}

int run_program(int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s CERTIFICATES\n", argv[0]);
        return 2;
    }
    use_certificates(argv[1]);
    return run_group(tests, count);
}
