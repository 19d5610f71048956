/* Hands the stream over to standard output, where there is a C library. */
#include "stream.h"

#include <stdio.h>

/* At once: where a core stops the program, the stream ends near the case that did it. */
int stream_emit(const uint8_t *block, uint32_t length)
{
    return fwrite(block, 1, length, stdout) == length && fflush(stdout) == 0;
}

int stream_end(void)
{
    return 1;
}
