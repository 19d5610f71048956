/* wolfSSL alone: wolfSSL_shutdown once, then close(), the shorter of the two ways that its manual
 * offers a program that is done with the connection. */
#define _GNU_SOURCE
#include "lossless/plain.h"

#include <stdlib.h>
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

typedef struct {
    plain_side us;
    WOLFSSL *ssl;
} side_t;

static void context_free(void *context)
{
    wolfSSL_CTX_free(context);
    wolfSSL_Cleanup();
}

static void *context_new(const tls_setup *config)
{
    wolfSSL_Init();
    WOLFSSL_CTX *ctx = wolfSSL_CTX_new(config->tls13 ? config->server ? wolfTLSv1_3_server_method()
                                                                      : wolfTLSv1_3_client_method()
                                       : config->server ? wolfTLSv1_2_server_method()
                                                        : wolfTLSv1_2_client_method());
    if (ctx && config->server &&
        (wolfSSL_CTX_use_certificate_file(ctx, config->certificate, WOLFSSL_FILETYPE_PEM) != 1 ||
         wolfSSL_CTX_use_PrivateKey_file(ctx, config->key, WOLFSSL_FILETYPE_PEM) != 1)) {
        context_free(ctx);
        return NULL;
    }
    if (ctx)
        wolfSSL_CTX_set_verify(ctx, WOLFSSL_VERIFY_NONE, NULL);
    return ctx;
}

static void *side_open(void *context, int fd)
{
    side_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->us.fd = fd;
    s->ssl = wolfSSL_new(context);
    if (!s->ssl || wolfSSL_set_fd(s->ssl, fd) != WOLFSSL_SUCCESS) {
        wolfSSL_free(s->ssl);
        free(s);
        return NULL;
    }
    return s;
}

static int result(side_t *s, int ret)
{
    if (ret > 0)
        return ret;
    switch (wolfSSL_get_error(s->ssl, ret)) {
    case WOLFSSL_ERROR_WANT_READ: return PLAIN_WANTS_READ;
    case WOLFSSL_ERROR_WANT_WRITE: return PLAIN_WANTS_WRITE;
    case WOLFSSL_ERROR_ZERO_RETURN: return PLAIN_END;
    default: return PLAIN_FAILED;
    }
}

static int handshake(void *side)
{
    side_t *s = side;
    int ret = wolfSSL_negotiate(s->ssl);
    return plain_shaken(&s->us, ret == WOLFSSL_SUCCESS ? 0 : result(s, ret));
}

static int read_data(void *side, void *buf, int len)
{
    side_t *s = side;
    return plain_result(&s->us, result(s, wolfSSL_read(s->ssl, buf, len)));
}

static int write_data(void *side, const void *buf, int len)
{
    side_t *s = side;
    return plain_result(&s->us, result(s, wolfSSL_write(s->ssl, buf, len)));
}

/* Not done: the peer has not closed, and nothing obliges a program to wait for that. */
static int shut(void *side)
{
    side_t *s = side;
    int ret = wolfSSL_shutdown(s->ssl);
    int over = ret == WOLFSSL_SUCCESS || ret == WOLFSSL_SHUTDOWN_NOT_DONE;
    return plain_result(&s->us, over ? 0 : result(s, ret));
}

static int side_free(void *side)
{
    side_t *s = side;
    wolfSSL_free(s->ssl);
    plain_close_fd(&s->us);
    free(s);
    return 1;
}

extern const tls_engine tls_wolfssl;
static const side_ops ops = PLAIN_SIDE("wolfssl", &tls_wolfssl, shut);

const plain_engine plain_wolfssl[] = {{&ops, "wolfSSL_shutdown, once", 0}, {0}};
