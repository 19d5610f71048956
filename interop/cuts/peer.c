#define _GNU_SOURCE
#include "peer.h"
#include "pattern.h"

#include <openssl/err.h>
#include <string.h>

enum { ALERT_WARNING = 1, CLOSE_NOTIFY = 0, USER_CANCELED = 90 };

/* The secret by which this end writes; the last line with our label is the one in use. */
static void keep_secret(const SSL *ssl, const char *line)
{
    fault_peer *p = SSL_get_app_data(ssl);
    const char *label =
        SSL_is_server(ssl) ? "SERVER_TRAFFIC_SECRET_0 " : "CLIENT_TRAFFIC_SECRET_0 ";
    const char *secret = strrchr(line, ' ');
    long len = 0;
    if (strncmp(line, label, strlen(label)) != 0 || !secret)
        return;
    unsigned char *raw = OPENSSL_hexstr2buf(secret + 1, &len);
    if (raw && len == (long)sizeof p->secret)
        memcpy(p->secret, raw, sizeof p->secret);
    OPENSSL_free(raw);
    p->number = 0;
}

/* Counts the records under the keys of the data: with TLS 1.2 they begin behind our
 * ChangeCipherSpec. */
static void count_records(int out, int version, int type, const void *buf, size_t len, SSL *ssl,
                          void *arg)
{
    fault_peer *p = arg;
    const uint8_t *bytes = buf;
    (void)version;
    if (!out || type != SSL3_RT_HEADER || len < 1)
        return;
    if (bytes[0] == SSL3_RT_CHANGE_CIPHER_SPEC)
        p->number = 0;
    else if (SSL_version(ssl) < TLS1_3_VERSION || bytes[0] == SSL3_RT_APPLICATION_DATA)
        p->number++;
}

void peer_prepare(libssl_context_t *context)
{
    SSL_CTX_set_cipher_list(context->ctx, "ECDHE-ECDSA-AES128-GCM-SHA256");
    SSL_CTX_set_ciphersuites(context->ctx, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_keylog_callback(context->ctx, keep_secret);
}

int peer_open(fault_peer *p, const fault_plan *plan, libssl_context_t *context)
{
    memset(p, 0, sizeof *p);
    p->plan = plan;
    p->intact = 1;
    p->ssl = libssl_new(context);
    p->in = BIO_new(BIO_s_mem());
    p->out = BIO_new(BIO_s_mem());
    if (!p->ssl || !p->in || !p->out)
        return -1;
    BIO_set_mem_eof_return(p->in, -1);
    SSL_set_bio(p->ssl, p->in, p->out);
    SSL_set_app_data(p->ssl, p);
    SSL_set_msg_callback(p->ssl, count_records);
    SSL_set_msg_callback_arg(p->ssl, p);
    return 0;
}

void peer_close(fault_peer *p)
{
    if (p->ssl)
        SSL_set_shutdown(p->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); /* keeps the session */
    SSL_free(p->ssl);
    p->ssl = NULL;
}

void peer_arm(fault_peer *p)
{
    p->armed = 1;
    p->made = 0;
}

/* The flight -------------------------------------------------------------------------------- */

/* Notes a record that was just made: where it ends, and the data up to there. */
static void mark(fault_peer *p, size_t bytes, size_t data)
{
    p->made += bytes;
    if (p->count < RECORDS_MAX)
        p->records[p->count++] = (fault_record){p->made, data};
}

static void send_data(fault_peer *p, size_t from, size_t to)
{
    uint8_t data[ALL_DATA];
    size_t before = BIO_ctrl_pending(p->out);
    pattern_fill(STREAM_FROM_PEER, from, data, to - from);
    p->failed |= SSL_write(p->ssl, data, (int)(to - from)) != (int)(to - from);
    mark(p, BIO_ctrl_pending(p->out) - before, to);
}

static int find_keys(const fault_peer *p, record_keys *k)
{
    uint8_t master[48], client[32], server[32];
    record_keys other = {0};
    memset(k, 0, sizeof *k);
    if (SSL_version(p->ssl) == TLS1_3_VERSION)
        return record_keys_tls13(k, p->secret);
    SSL_SESSION_get_master_key(SSL_get_session(p->ssl), master, sizeof master);
    SSL_get_client_random(p->ssl, client, sizeof client);
    SSL_get_server_random(p->ssl, server, sizeof server);
    int good = SSL_is_server(p->ssl) ? record_keys_tls12(&other, k, master, client, server)
                                     : record_keys_tls12(k, &other, master, client, server);
    record_keys_free(&other);
    return good;
}

/* libssl has no call for these. Nothing is sent by it afterwards, so its count does not matter. */
static void send_notice_by_hand(fault_peer *p)
{
    static const uint8_t alerts[] = {ALERT_WARNING, USER_CANCELED, ALERT_WARNING, CLOSE_NOTIFY};
    uint8_t record[RECORD_MAX];
    record_keys keys;
    size_t step = p->plan->alert == PARTS ? 1 : 4;
    p->failed |= !find_keys(p, &keys);
    for (size_t at = p->plan->alert == PARTS ? 2 : 0; at < sizeof alerts && !p->failed;
         at += step) {
        int len = record_seal(&keys, p->number++, RECORD_ALERT, alerts + at, step, record);
        p->failed |= len < 0 || BIO_write(p->out, record, len) != len;
        mark(p, len > 0 ? (size_t)len : 0, ALL_DATA);
    }
    record_keys_free(&keys);
}

static void send_flight(fault_peer *p)
{
    p->sent = 1;
    send_data(p, 0, FIRST_DATA);
    send_data(p, FIRST_DATA, ALL_DATA);
    if (p->plan->alert == WHOLE) {
        size_t before = BIO_ctrl_pending(p->out);
        p->failed |= SSL_shutdown(p->ssl) < 0;
        mark(p, BIO_ctrl_pending(p->out) - before, ALL_DATA);
    } else {
        send_notice_by_hand(p);
    }
    p->notice_end = p->made;
}

size_t peer_data_in(const fault_peer *p, size_t bytes)
{
    size_t data = 0;
    for (int i = 0; i < p->count && p->records[i].end <= bytes; i++)
        data = p->records[i].data;
    return data;
}

/* What comes from us ------------------------------------------------------------------------ */

static void receive(fault_peer *p)
{
    uint8_t data[256];
    int n;
    ERR_clear_error();
    while ((n = SSL_read(p->ssl, data, sizeof data)) > 0) {
        p->intact &= pattern_matches(STREAM_FROM_US, p->received, data, (size_t)n);
        p->received += (size_t)n;
    }
    if (SSL_get_error(p->ssl, n) == SSL_ERROR_ZERO_RETURN)
        p->notice_seen = 1;
    else if (SSL_get_error(p->ssl, n) != SSL_ERROR_WANT_READ)
        p->failed = 1;
}

void peer_step(fault_peer *p)
{
    if (p->failed)
        return;
    if (!p->ready) {
        ERR_clear_error();
        int ret = SSL_do_handshake(p->ssl);
        p->ready = ret == 1;
        p->failed = ret != 1 && SSL_get_error(p->ssl, ret) != SSL_ERROR_WANT_READ;
        return;
    }
    if (!p->notice_seen)
        receive(p);
    if (p->armed && !p->sent && (p->plan->order != WE_FIRST || p->notice_seen))
        send_flight(p);
}
