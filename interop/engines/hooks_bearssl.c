/* BearSSL: its random numbers. An application has hardly a setting to change. */
#define _GNU_SOURCE
#include "fuzz/dice.h"
#include "port_bearssl.h"
#include "fuzz/subject.h"

extern const tls_engine tls_bearssl;

static int seed(const br_prng_class **ctx)
{
    uint8_t bytes[32];
    dice_bytes(bytes, sizeof bytes);
    (*ctx)->update(ctx, bytes, sizeof bytes);
    return 1;
}

/* Found before the library's own. */
br_prng_seeder br_prng_seeder_system(const char **name)
{
    if (name)
        *name = "dice";
    return seed;
}

/* Not br_ssl_engine_close, after which BearSSL throws away what comes, and not
 * br_ssl_engine_renegotiate, in which it answers a close_notify: both are said to be the port's. */
static const char *sets(void *object, int fd, int *harmless)
{
    br_ssl_engine_context *engine = ((ew_bearssl *)object)->engine;
    *harmless = 0;
    if (fd >= 0)
        return NULL;
    if (chance(50)) {
        br_ssl_engine_set_versions(engine, BR_TLS10, BR_TLS12);
        return "TLS 1.0 allowed";
    }
    *harmless = 1;
    br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
    return "BR_OPT_NO_RENEGOTIATION";
}

const fuzz_engine fuzz_bearssl = {
    .kit = &tls_bearssl,
    .sets = sets,
};
