/*
 * What mbedTLS and wolfSSL made of records: each is looked at once, whole, where the port hands it to the transport, before any
 * of it is taken. So what counts is what a peer could read of it, and not what a call said.
 */
#ifndef PORT_MADE_H
#define PORT_MADE_H

#include "model.h"

struct made {
    unsigned long long taken;  /* bytes of application data, */
    unsigned long long before; /* and of those what was made before this call of the engine */
    unsigned ahead;            /* bytes that were looked at, and not taken yet */
    int alerts, number;        /* close_notifies; of the next record */
    bool is_refused;           /* the transport failed for good: the engine takes no more data */
    bool is_unknown;           /* what is in a record cannot be told: nobody has its keys */
};

/* Of the model: a record, in its header; it has it opened if it is sealed, and counted. */
extern struct made *const port_made;
void port_looks_at_record(const uint8_t *record, size_t len);

/* Its type and content, or below 0: they are not known; with the number that is next. */
int made_opens(const uint8_t *record, size_t len, uint8_t *type, uint8_t *content);
void made_counts(uint8_t type, const uint8_t *content, int len);

/* For the model: a call of the engine begins; whether its records are known. */
void made_begins(void);
bool made_can_tell(void);
unsigned long long made_taken(void);

#endif
