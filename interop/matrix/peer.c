/* The peer's connections, and what it sees of them. */
#define _GNU_SOURCE
#include "peer.h"
#include "net.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const error_names[] = {"none", "ssl",     "want_read",  "want_write",
                                          "x509", "syscall", "zero_return"};

void peer_result(peer_t *p, cJSON *report, int ret)
{
    unsigned long queued = ERR_peek_error();
    int error = SSL_get_error(p->ssl, ret);
    size_t known = sizeof error_names / sizeof error_names[0];

    cJSON_AddNumberToObject(report, "ret", ret);
    cJSON_AddStringToObject(report, "error", (size_t)error < known ? error_names[error] : "else");
    if (queued != 0) {
        const char *reason = ERR_reason_error_string(queued);
        cJSON_AddStringToObject(report, "reason", reason ? reason : "unnamed");
    }
}

/* What every report ends with. */
void peer_add_state(peer_t *p, cJSON *report)
{
    if (p->ssl)
        cJSON_AddNumberToObject(report, "flags", SSL_get_shutdown(p->ssl));
    cJSON_AddNumberToObject(report, "data_in", p->data_in);
    cJSON_AddNumberToObject(report, "data_out", p->data_out);
    cJSON_AddNumberToObject(report, "after_close_in", p->after_close_in);
    cJSON_AddItemToObject(report, "alerts_in", cJSON_Duplicate(p->alerts_in, 1));
    cJSON_AddItemToObject(report, "alerts_out", cJSON_Duplicate(p->alerts_out, 1));
}

static void saw_alert(cJSON *list, const unsigned char *alert)
{
    char text[80];
    int code = alert[0] << 8 | alert[1];
    snprintf(text, sizeof text, "%s %s", SSL_alert_type_string_long(code),
             SSL_alert_desc_string_long(code));
    for (char *c = strchr(text, ' ') + 1; *c; c++)
        if (*c == ' ')
            *c = '_';
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

/* In TLS 1.3 the record header always says 23; the type is inside. */
static int is_record(SSL *ssl, int type)
{
    return SSL_version(ssl) == TLS1_3_VERSION ? type == SSL3_RT_INNER_CONTENT_TYPE
                                              : type == SSL3_RT_HEADER;
}

static void watch(int out, int version, int type, const void *buf, size_t len, SSL *ssl, void *arg)
{
    peer_t *p = arg;
    const unsigned char *bytes = buf;
    (void)version;

    if (type == SSL3_RT_ALERT && len == 2) {
        saw_alert(out ? p->alerts_out : p->alerts_in, bytes);
        return;
    }
    if (out && type == SSL3_RT_CHANGE_CIPHER_SPEC && SSL_version(ssl) != TLS1_3_VERSION)
        p->records_out = 0; /* TLS 1.2: the keys start here */
    if (!is_record(ssl, type) || len < 1)
        return;
    p->records_out += (uint64_t)out;
    if (!out && cJSON_GetArraySize(p->alerts_in) > 0)
        p->after_close_in++;
    if (bytes[0] != SSL3_RT_APPLICATION_DATA)
        return;
    if (out)
        p->data_out++;
    else
        p->data_in++;
}

/* TLS 1.3 servers send sessions at any time: the newest is the one to offer next. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    peer_t *p = SSL_get_app_data(ssl);
    if (p->server)
        return 0;
    SSL_SESSION_free(p->session);
    p->session = session;
    return 1;
}

void peer_disconnect(peer_t *p)
{
    SSL_free(p->ssl);
    p->ssl = NULL;
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

void peer_begin_stream(peer_t *p)
{
    p->sent = p->received = 0;
    p->data_in = p->data_out = p->after_close_in = 0;
    cJSON_Delete(p->alerts_in);
    cJSON_Delete(p->alerts_out);
    p->alerts_in = cJSON_CreateArray();
    p->alerts_out = cJSON_CreateArray();
}

int peer_connect(peer_t *p)
{
    peer_disconnect(p);
    p->fd = p->server ? net_accept(p->listener, 10000) : net_connect(p->port);
    if (p->fd < 0)
        return -1;
    if (p->buffer > 0)
        net_shrink(p->fd, p->buffer);

    peer_begin_stream(p);
    p->ssl = SSL_new(p->ctx);
    if (!p->ssl || SSL_set_fd(p->ssl, p->fd) != 1)
        return -1;
    SSL_set_app_data(p->ssl, p);
    SSL_set_msg_callback(p->ssl, watch);
    SSL_set_msg_callback_arg(p->ssl, p);
    if (p->server) {
        SSL_set_accept_state(p->ssl);
        return 0;
    }
    SSL_set_connect_state(p->ssl);
    if (p->session && SSL_SESSION_is_resumable(p->session))
        SSL_set_session(p->ssl, p->session);
    return 0;
}

SSL_CTX *peer_context(peer_t *p, int version, const char *cert, const char *key, int tickets)
{
    SSL_CTX *ctx = SSL_CTX_new(p->server ? TLS_server_method() : TLS_client_method());
    if (!ctx)
        return NULL;
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"interop", 7);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_BOTH);
    SSL_CTX_sess_set_new_cb(ctx, keep_session);
    SSL_CTX_set_keylog_callback(ctx, peer_keep_secret);
    if (!tickets)
        SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET); /* sessions live in the server's cache only */
    if (p->server && (SSL_CTX_use_certificate_file(ctx, cert, SSL_FILETYPE_PEM) != 1 ||
                      SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}
