/* The steps of the peer: what it can be told to do. */
#define _GNU_SOURCE
#include "net.h"
#include "pattern.h"
#include "peer.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 16384 };

static void step_open(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    cJSON_AddNumberToObject(report, "ret", peer_connect(p) == 0 ? 1 : -1);
}

/* A second connection, offering the session of the first. */
static void step_again(peer_t *p, const char *argument, cJSON *report)
{
    if (!p->server)
        p->port = atoi(argument);
    step_open(p, argument, report);
}

static int dislike_hello(SSL *ssl, int *alert, void *argument)
{
    (void)ssl, (void)argument;
    *alert = SSL_AD_ACCESS_DENIED;
    return SSL_CLIENT_HELLO_ERROR;
}

/* A server by its callback; a client by asking who signed the certificate, and knowing nobody. */
static void step_refuse(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    if (p->server)
        SSL_CTX_set_client_hello_cb(p->ctx, dislike_hello, NULL);
    else
        SSL_set_verify(p->ssl, SSL_VERIFY_PEER, NULL);
    cJSON_AddNumberToObject(report, "ret", 1);
}

static void step_handshake(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    peer_result(p, report, SSL_do_handshake(p->ssl));
    cJSON_AddNumberToObject(report, "reused", SSL_session_reused(p->ssl));
    cJSON_AddStringToObject(report, "version", SSL_get_version(p->ssl));
    if (!p->server && !p->session)
        p->session = SSL_get1_session(p->ssl);
}

static void step_write(peer_t *p, const char *argument, cJSON *report)
{
    static uint8_t chunk[CHUNK];
    uint64_t goal = strtoull(argument, NULL, 10), done = 0;
    int ret = 1;

    while (done < goal && ret > 0) {
        size_t n = goal - done < CHUNK ? (size_t)(goal - done) : CHUNK;
        pattern_fill(STREAM_FROM_PEER, p->sent, chunk, n);
        ret = SSL_write(p->ssl, chunk, (int)n);
        if (ret > 0) {
            done += (uint64_t)ret;
            p->sent += (uint64_t)ret;
        }
    }
    peer_result(p, report, ret);
    cJSON_AddNumberToObject(report, "bytes", (double)done);
}

/* Reads until the goal is reached or the library has no more. */
static void receive(peer_t *p, uint64_t goal, cJSON *report)
{
    static uint8_t chunk[CHUNK];
    uint64_t done = 0;
    int ret = 1, intact = 1;

    while (done < goal && ret > 0) {
        size_t n = goal - done < CHUNK ? (size_t)(goal - done) : CHUNK;
        ret = SSL_read(p->ssl, chunk, (int)n);
        if (ret > 0) {
            intact = intact && pattern_matches(STREAM_FROM_US, p->received, chunk, (size_t)ret);
            done += (uint64_t)ret;
            p->received += (uint64_t)ret;
        }
    }
    peer_result(p, report, ret);
    cJSON_AddNumberToObject(report, "bytes", (double)done);
    cJSON_AddBoolToObject(report, "intact", intact);
}

static void step_read(peer_t *p, const char *argument, cJSON *report)
{
    receive(p, strtoull(argument, NULL, 10), report);
}

static void step_drain(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    receive(p, UINT64_MAX, report);
}

static void step_shutdown(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    peer_result(p, report, SSL_shutdown(p->ssl));
}

/* libssl has no call to send a fatal alert. It is made to send one: a record that it cannot
 * authenticate, put before it in place of its transport, gets bad_record_mac. */
static void step_alert(peer_t *p, const char *argument, cJSON *report)
{
    unsigned char record[5 + 64] = {SSL3_RT_APPLICATION_DATA, 3, 3, 0, 64};
    char byte;
    (void)argument;
    RAND_bytes(record + 5, 64);
    BIO *transport = SSL_get_rbio(p->ssl);
    BIO_up_ref(transport);
    SSL_set0_rbio(p->ssl, BIO_new_mem_buf(record, sizeof record));
    peer_result(p, report, SSL_read(p->ssl, &byte, 1));
    SSL_set0_rbio(p->ssl, transport);
}

/* Bytes on the TCP connection that never saw the library. */
static void send_raw(peer_t *p, const void *bytes, size_t len, cJSON *report)
{
    ssize_t n = send(p->fd, bytes, len, MSG_NOSIGNAL);
    cJSON_AddNumberToObject(report, "ret", n == (ssize_t)len ? 1 : -1);
    cJSON_AddNumberToObject(report, "bytes", (double)n);
}

/* A record that the other side cannot authenticate. */
static void step_garbage(peer_t *p, const char *argument, cJSON *report)
{
    unsigned char record[5 + 64] = {SSL3_RT_APPLICATION_DATA, 3, 3, 0, 64};
    (void)argument;
    RAND_bytes(record + 5, 64);
    send_raw(p, record, sizeof record, report);
}

static void step_half_record(peer_t *p, const char *argument, cJSON *report)
{
    static const unsigned char half[] = {SSL3_RT_APPLICATION_DATA, 3, 3, 0, 64, 1, 2, 3};
    (void)argument;
    send_raw(p, half, sizeof half, report);
}

static void step_plain_write(peer_t *p, const char *argument, cJSON *report)
{
    send_raw(p, argument, strlen(argument), report);
}

static void step_plain_read(peer_t *p, const char *argument, cJSON *report)
{
    char text[128];
    size_t goal = (size_t)atoi(argument), done = 0;
    while (done < goal && done < sizeof text - 1) {
        ssize_t n = recv(p->fd, text + done, goal - done, 0);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    text[done] = '\0';
    cJSON_AddNumberToObject(report, "ret", done == goal ? 1 : -1);
    cJSON_AddStringToObject(report, "text", text);
}

/* How the TCP connection ends: in order, or reset. */
static void step_wait_eof(peer_t *p, const char *argument, cJSON *report)
{
    char rest[4096];
    double bytes = 0;
    ssize_t n;
    (void)argument;
    while ((n = recv(p->fd, rest, sizeof rest, 0)) > 0)
        bytes += (double)n;
    cJSON_AddNumberToObject(report, "ret", n == 0 ? 1 : -1);
    cJSON_AddNumberToObject(report, "bytes", bytes);
    cJSON_AddStringToObject(report, "end", n == 0 ? "eof" : strerror(errno));
}

static void step_eof(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    cJSON_AddNumberToObject(report, "ret", shutdown(p->fd, SHUT_WR) == 0 ? 1 : -1);
}

static void step_close(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    cJSON_AddNumberToObject(report, "ret", close(p->fd) == 0 ? 1 : -1);
    p->fd = -1;
}

static void step_reset(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    net_reset(p->fd);
    p->fd = -1;
    cJSON_AddNumberToObject(report, "ret", 1);
}

/* Each of these queues a message; the handshake call flushes it. */
static void flush_after(peer_t *p, int ret, cJSON *report)
{
    peer_result(p, report, ret == 1 ? SSL_do_handshake(p->ssl) : ret);
}

static void step_key_update(peer_t *p, const char *argument, cJSON *report)
{
    int kind = strcmp(argument, "requested") == 0 ? SSL_KEY_UPDATE_REQUESTED
                                                  : SSL_KEY_UPDATE_NOT_REQUESTED;
    flush_after(p, SSL_key_update(p->ssl, kind), report);
}

static void step_ticket(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    flush_after(p, SSL_new_session_ticket(p->ssl), report);
}

static void step_tickets(peer_t *p, const char *argument, cJSON *report)
{
    int left = atoi(argument), ret = 1;
    for (; left > 0 && ret == 1; left--)
        ret = SSL_new_session_ticket(p->ssl) == 1 ? SSL_do_handshake(p->ssl) : -1;
    peer_result(p, report, ret);
}

static void step_hello_request(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    flush_after(p, SSL_renegotiate(p->ssl), report);
}

static void step_sleep(peer_t *p, const char *argument, cJSON *report)
{
    (void)p;
    net_sleep_ms(atoi(argument));
    cJSON_AddNumberToObject(report, "ret", 1);
}

/* What the library does with the session is decided when the connection is freed. */
static void step_free(peer_t *p, const char *argument, cJSON *report)
{
    SSL_SESSION *session = SSL_get1_session(p->ssl);
    (void)argument;
    peer_disconnect(p);
    cJSON_AddNumberToObject(report, "resumable", session && SSL_SESSION_is_resumable(session));
    cJSON_AddNumberToObject(report, "cached", (double)SSL_CTX_sess_number(p->ctx));
    SSL_SESSION_free(session);
}

static void step_quiet(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    SSL_set_quiet_shutdown(p->ssl, 1);
    cJSON_AddNumberToObject(report, "ret", 1);
}

/* The same object and TCP connection, for a new handshake. */
static void step_clear(peer_t *p, const char *argument, cJSON *report)
{
    (void)argument;
    peer_begin_stream(p);
    cJSON_AddNumberToObject(report, "ret", SSL_clear(p->ssl));
}

static void step_look(peer_t *p, const char *argument, cJSON *report)
{
    (void)p;
    (void)argument;
    cJSON_AddNumberToObject(report, "ret", 1);
}

const peer_step peer_steps[] = {
    {"open", step_open, "connect or accept"},
    {"again", step_again, "[PORT] a new connection, offering the session of the last one"},
    {"refuse", step_refuse, "end the next handshake by a fatal alert"},
    {"handshake", step_handshake, "do the handshake"},
    {"write", step_write, "N: send N bytes"},
    {"read", step_read, "N: receive N bytes"},
    {"drain", step_drain, "receive until the end"},
    {"shutdown", step_shutdown, "SSL_shutdown, once"},
    {"alert", step_alert, "send a fatal alert"},
    {"send_alert", peer_send_alert, "LEVEL DESCRIPTION: any alert, in numbers"},
    {"send_empty", peer_send_empty, "N: empty records of application data"},
    {"half_record", step_half_record, "send a record that stops in the middle"},
    {"garbage", step_garbage, "send a record that cannot be authenticated"},
    {"plain_write", step_plain_write, "TEXT: send it without TLS"},
    {"plain_read", step_plain_read, "N: receive N bytes without TLS"},
    {"wait_eof", step_wait_eof, "read TCP until it ends, tell how"},
    {"eof", step_eof, "close the TCP write side, without close_notify"},
    {"close", step_close, "close TCP, without close_notify"},
    {"reset", step_reset, "close TCP with RST"},
    {"key_update", step_key_update, "[requested] TLS 1.3 KeyUpdate"},
    {"ticket", step_ticket, "one more TLS 1.3 session ticket"},
    {"tickets", step_tickets, "N: so many more"},
    {"hello_request", step_hello_request, "TLS 1.2: ask for a renegotiation"},
    {"sleep", step_sleep, "MS: do nothing"},
    {"free", step_free, "free the connection: is its session resumable, how many are cached"},
    {"quiet", step_quiet, "quiet shutdown from now on"},
    {"clear", step_clear, "SSL_clear, for another handshake over the same TCP connection"},
    {"look", step_look, "report only"},
    {NULL, NULL, NULL},
};
