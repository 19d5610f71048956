/* What must hold: of every call, of every record of ours, and of the bytes in both directions. */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include "report.h"

#include <stddef.h>
#include <stdint.h>

/* The pattern that either side's data follows, since both have last started over. */
int oracle_stream(int from);

/* Before each call on the connection. */
void judge_begins(public_call call);

/* After it; ret: what it returned, with errno; most: what it may return. */
void judge_ends(public_call call, int ret, int most);

/* A record of ours, opened. */
void judge_record(uint8_t type, const uint8_t *content, size_t len);

/* What read gave. */
void judge_read(const uint8_t *data, int len);
void judge_pending(int pending, int ret, int len);
void judge_alive(void);

/* What write reported: it is out, as one record. */
void judge_written(int len);

/* A call says that our side is closed, or the whole connection. */
void judge_notice(void);

#endif
