#define OPENSSL_SUPPRESS_DEPRECATED
#include "dice.h"

#include <openssl/rand.h>
#include <sys/random.h>

static uint64_t deciding, giving;

static uint64_t next(uint64_t *state)
{
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

void dice_seed(uint64_t seed)
{
    deciding = seed;
    giving = ~seed;
}

uint32_t dice(uint32_t n)
{
    return (uint32_t)((next(&deciding) >> 32) * n >> 32);
}

int chance(uint32_t percent)
{
    return dice(100) < percent;
}

uint32_t dice_small(uint32_t most)
{
    return 1 + dice(1 + dice(most));
}

void dice_bytes(void *buf, size_t len)
{
    uint8_t *to = buf;
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(next(&giving) >> 24);
}

/* GnuTLS and others ask the system: this is found before the library's own. */
ssize_t getrandom(void *buf, size_t len, unsigned flags)
{
    (void)flags;
    dice_bytes(buf, len);
    return (ssize_t)len;
}

static int bytes(unsigned char *buf, int len)
{
    dice_bytes(buf, (size_t)len);
    return 1;
}

static int status(void)
{
    return 1;
}

void dice_replace_openssl(void)
{
    static const RAND_METHOD method = {.bytes = bytes, .pseudorand = bytes, .status = status};
    RAND_set_rand_method(&method);
}
