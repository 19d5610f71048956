/* A client on mbedTLS that keeps the log of ew_trace.h; $ENDWELL_DUMP gets the ring. */
#include "pair.h"

#include "ew_trace.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 64, CONNECTION = 7, TICK = 1000000 };

static ew_trace_record ring[1 + RECORDS];
static uint32_t now;
static mbedtls_ssl_context ssl;

static uint8_t result_of(int n)
{
    switch (n) {
    case MBEDTLS_ERR_SSL_WANT_READ: return EW_TRACE_WANT_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE: return EW_TRACE_WANT_WRITE;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: return EW_TRACE_CLOSE_NOTIFY;
    case MBEDTLS_ERR_SSL_CONN_EOF: return EW_TRACE_EOF;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return EW_TRACE_ALERT;
    case MBEDTLS_ERR_NET_RECV_FAILED:
    case MBEDTLS_ERR_NET_SEND_FAILED:
    case MBEDTLS_ERR_NET_CONN_RESET: return EW_TRACE_IO_ERROR;
    default: return n < 0 ? EW_TRACE_TLS_ERROR : EW_TRACE_OK;
    }
}

static int logged(uint8_t call, int n)
{
    ew_trace_put(ring, now++, CONNECTION, call, n, result_of(n), EW_TRACE_UNKNOWN);
    return n;
}

static void write_dump(void)
{
    const char *path = getenv("ENDWELL_DUMP");
    FILE *out = path != NULL ? fopen(path, "wb") : NULL;
    expect(out != NULL && fwrite(ring, sizeof ring, 1, out) == 1 && fclose(out) == 0,
           "the dump: ENDWELL_DUMP names its file");
}

static void run(struct pair *p, int closes)
{
    static mbedtls_ssl_config config;
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context random;
    mbedtls_net_context net = {.fd = p->fd};
    unsigned char buffer[64];
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    ew_trace_init(ring, RECORDS, TICK);
    expect(mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) == 0 &&
               mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
                                           MBEDTLS_SSL_TRANSPORT_STREAM,
                                           MBEDTLS_SSL_PRESET_DEFAULT) == 0,
           "mbedTLS has no configuration");
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    expect(mbedtls_ssl_setup(&ssl, &config) == 0, "mbedtls_ssl_setup");
    mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    logged(EW_TRACE_OPEN, 0);
    expect(logged(EW_TRACE_HANDSHAKE, mbedtls_ssl_handshake(&ssl)) == 0, "mbedtls_ssl_handshake");
    logged(EW_TRACE_WRITE, mbedtls_ssl_write(&ssl, (const unsigned char *)"all", 3));
    tell(p, PEER_ENDS);
    if (closes) {
        logged(EW_TRACE_SHUTDOWN, mbedtls_ssl_close_notify(&ssl));
        while (logged(EW_TRACE_READ, mbedtls_ssl_read(&ssl, buffer, sizeof buffer)) > 0) {
        }
    }
    mbedtls_ssl_free(&ssl);
    logged(EW_TRACE_FREE, 0);
    drop(p);
    logged(EW_TRACE_CLOSE, 0);
    logged(EW_TRACE_EXIT, 0);
    mbedtls_ssl_config_free(&config);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
    write_dump();
}

void wrong(struct pair *p)
{
    run(p, 0);
}

void right(struct pair *p)
{
    run(p, 1);
}
