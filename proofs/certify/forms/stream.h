/* The answers of a compiled core as the stream of gen/out/digest.txt, in blocks. Freestanding. */
#ifndef EW_FORMS_STREAM_H
#define EW_FORMS_STREAM_H

#include <stdint.h>

enum { STREAM_ROOM = 4096 };

/* Writes block `number`, the next piece of the stream; its length, or 0 after the last one. */
uint32_t stream_block(uint32_t number, uint8_t out[STREAM_ROOM]);

/* What main.c hands a block over with; 0 when it is not taken. Each kind of target has its own. */
int stream_emit(const uint8_t *block, uint32_t length);
int stream_end(void);

#endif
