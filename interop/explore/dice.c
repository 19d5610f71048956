#define OPENSSL_SUPPRESS_DEPRECATED
#include "dice.h"

#include "heap.h"
#include "library.h"

static uint64_t *dice; /* in the heap that is put back */

static int roll(unsigned char *buf, int len)
{
    for (int i = 0; i < len; i++) {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        buf[i] = (uint8_t)(*dice >> 32);
    }
    return 1;
}

static int roll_status(void)
{
    return 1;
}

static const RAND_METHOD method = {.bytes = roll, .pseudorand = roll, .status = roll_status};

bool dice_replace(void)
{
    dice = heap_malloc(sizeof *dice, "", 0);
    *dice = 88172645463325252u;
    return lib.RAND_set_rand_method(&method) == 1;
}
