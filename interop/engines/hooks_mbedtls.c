/* mbedTLS: its random numbers, and its settings. */
#define _GNU_SOURCE
#include "fuzz/dice.h"
#include "port_mbedtls.h"
#include "fuzz/subject.h"
#include "tests/mbedtls_versions.h"

extern const tls_engine tls_mbedtls;

static int roll(void *unused, unsigned char *buf, size_t len)
{
    (void)unused;
    dice_bytes(buf, len);
    return 0;
}

/* The adapter's own configuration; an application has it, too. */
static mbedtls_ssl_config *config_of(void *object)
{
    return (mbedtls_ssl_config *)((ew_mbedtls *)object)->ssl->MBEDTLS_PRIVATE(conf);
}

static void ready(void *object)
{
    mbedtls_ssl_conf_rng(config_of(object), roll, NULL);
    mbedtls_use_p256(config_of(object));
}

static int sends_nothing(void *unused, const unsigned char *buf, size_t len)
{
    (void)unused, (void)buf;
    return (int)len;
}

static int receives_nothing(void *unused, unsigned char *buf, size_t len)
{
    (void)unused, (void)buf, (void)len;
    return MBEDTLS_ERR_SSL_WANT_READ;
}

static const char *sets(void *object, int fd, int *harmless)
{
    mbedtls_ssl_context *ssl = ((ew_mbedtls *)object)->ssl;
    *harmless = 1;
    if (fd >= 0)
        return NULL;
    switch (dice(3)) {
    case 0: mbedtls_ssl_conf_read_timeout(config_of(object), 1); return "a read timeout";
    case 1:
        *harmless = 0;
        mbedtls_ssl_set_bio(ssl, NULL, sends_nothing, receives_nothing, NULL);
        return "mbedtls_ssl_set_bio";
    default:
        *harmless = 0;
        mbedtls_ssl_conf_max_frag_len(config_of(object), MBEDTLS_SSL_MAX_FRAG_LEN_512);
        return "mbedtls_ssl_conf_max_frag_len";
    }
}

const fuzz_engine fuzz_mbedtls = {
    .kit = &tls_mbedtls,
    .ready = ready,
    .sets = sets,
};
