/* Hands the stream over, block by block. */
#include "stream.h"

/* How many blocks, where it takes too long to run them all. */
#ifndef STREAM_BLOCKS
#define STREAM_BLOCKS UINT32_MAX
#endif

int main(void)
{
    static uint8_t block[STREAM_ROOM];
    uint32_t length;
    for (uint32_t number = 0; number < STREAM_BLOCKS; number++) {
        length = stream_block(number, block);
        if (length == 0) {
            break;
        }
        if (!stream_emit(block, length)) {
            return 2;
        }
    }
    return stream_end() ? 0 : 2;
}
