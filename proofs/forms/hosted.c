/* The stream to standard output, where there is a C library. */
#include "stream.h"

#include <stdio.h>

int main(void)
{
    static uint8_t block[STREAM_ROOM];
    uint32_t length;
    for (uint32_t number = 0; (length = stream_block(number, block)) != 0; number++) {
        if (fwrite(block, 1, length, stdout) != length) {
            return 2;
        }
    }
    return fflush(stdout) == 0 ? 0 : 2;
}
