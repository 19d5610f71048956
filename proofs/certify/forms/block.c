/* Where a host that calls stream_block from outside finds what it wrote. */
#include "stream.h"

uint8_t block[STREAM_ROOM];
