/* wolfSSL: each object asks for a seed of its own. Its headers and OpenSSL's cannot be read
 * together. */
#define _GNU_SOURCE
#include "fuzz/dice.h"
#include "port_wolfssl.h"
#include "fuzz/subject.h"
#include "fuzz/wire.h"

#include <wolfssl/options.h>

#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/random.h>

extern const tls_engine tls_wolfssl;

/* Found before the library's own. */
int wc_GenerateSeed(OS_Seed *os, byte *seed, word32 len)
{
    (void)os;
    dice_bytes(seed, len);
    return 0;
}

static const char *sets(void *object, int fd, int *harmless)
{
    struct WOLFSSL *ssl = ((ew_wolfssl *)object)->ssl;
    *harmless = 0;
    if (fd >= 0)
        return NULL;
    switch (dice(3)) {
    case 0: wolfSSL_set_fd(ssl, wire.ours); return "wolfSSL_set_fd";
    case 1:
        *harmless = 1;
        wolfSSL_ERR_put_error(0, 0, -1, "someone else's", 1);
        return "an error of someone else's";
    default: wolfSSL_set_using_nonblock(ssl, (int)dice(2)); return "wolfSSL_set_using_nonblock";
    }
}

const fuzz_engine fuzz_wolfssl = {
    .kit = &tls_wolfssl,
    .sets = sets,
};
