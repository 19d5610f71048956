/* BearSSL: its random numbers. An application has hardly a setting to change. */
#include "dice.h"
#include "port_bearssl.h"
#include "subject.h"

extern const kit_engine kit_bearssl;

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

const fuzz_engine fuzz_bearssl = {
    .kit = &kit_bearssl,
    .means_well = {WELL_EMPTY, 0},
};
