/*
 * The judge beside the contract: both follow the same calls on a live library. The contract knows what
 * the peer sent; the judge is given what the recorder writes, and nothing else.
 */
#ifndef TOOL_FIDELITY_H
#define TOOL_FIDELITY_H

#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_SIZE = 10, MOST_LEVELS = 16 };

/* The recorder, linked in as it is. What it knows of the connection is put back as that is. */
void recorder_watches(const void *ssl, char *id, unsigned size); /* what its lines call it */
const char *recorder_wrote(void);                                /* the lines since the last time */
void recorder_skipped(int *reads, int *waits); /* what the next line will say of it */
bool recorder_told(void); /* of a connection whose handshake waits nothing is written */
void recorder_save(int level);
void recorder_restore(int level);

/* A call of GnuTLS, as its recorder sees it. */
struct observed {
    const char *call;
    bool has_argument;
    int argument, value, direction; /* of the transport: 0 is reading */
};

extern bool transport_is_socket; /* to the recorder, for the connections that are opened next */

void judge_start(const char *id);
void judge_reads(const char *lines);
void judge_skips(int reads, int waits);
void judge_saw_gnutls(const struct observed *o);
void judge_save(int level);
void judge_restore(int level);
void judge_machine(uint8_t out[MACHINE_SIZE]);

#endif
