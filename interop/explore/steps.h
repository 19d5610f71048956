/* The alphabet of the walk, and what a step gives. */
#ifndef EXPLORE_STEPS_H
#define EXPLORE_STEPS_H

#include "wire.h"

typedef enum {
    SHUTDOWN,
    READ_SMALL,
    READ_ALL,
    PEEK,
    WRITE,
    WRITE_NOTHING,
    SET_0,
    SET_1,
    SET_2,
    SET_3,
    SET_7,
    QUIET_ON,
    QUIET_OFF,
    UPDATE_KEY,
    RENEGOTIATE,
    HANDSHAKE,
    FREE, /* ends the walk: what becomes of the session */
    CLEAR_QUEUE,
    LEAVE_ERROR,
    PEER_DATA,
    PEER_CLOSES,
    PEER_ALERT,
    PEER_WARNING,
    PEER_WARNINGS,
    PEER_EMPTY,
    PEER_TICKET,
    PEER_KEY_UPDATE,
    PEER_HELLO_REQUEST,
    PEER_EOF,
    TAKE_ALL,
    BE_FULL,
    TAKE_PART,
    TAKE_NOTHING,
    FAIL_WRITE,
    FAIL_READ,
    STEPS,
    /* The walk has none of these; interop/divergences plays them. */
    READ = STEPS,
    GET_ERROR,
    GET_QUIET,
    LOOK,   /* calls nothing, and gives what can be asked at any time */
    BUFFER, /* puts a buffer between us and the transport */
    PEER_CANCELS,
    PEER_FORGES,
    PEER_AWAITED,
    ALL_STEPS
} step;

enum { SMALL = 2, LARGE = 64 };

/* The parts of what a call gives. */
typedef enum {
    VALUE,
    ERROR,
    FLAGS,
    END,
    SESSION,
    SENT,
    REASON,
    KEPT,
    ANNOUNCED,
    FLUSHED,
    WAITED,
    FIELDS
} field;
enum { NONE_GIVEN = -100 };

/* value: as returned, for READ_ALL the sum; error: EW_ERROR_...; end: 1 if the end of the peer's
 * data is reported; session: 1 while it can be resumed; sent: the records that left. Of our library
 * alone: reason: EW_REASON_...; kept: 1 if it says that the session may be used again. The walk looks
 * at none of the others: the alert was told to the callback, the transport flushed, the peer waited
 * for. NONE_GIVEN: the call has no such result. */
typedef struct {
    int32_t part[FIELDS];
} outcome;

/* Nothing given, and nothing sent. */
extern const outcome no_outcome;

/* As it stands in spec/divergences.md: SSL_read(s, 2 bytes). */
const char *step_text(step s);
/* As it is named on the command line and in the tables of that page: read-small. */
const char *step_name(step s);
/* One of the walk; STEPS if there is none. */
step step_find(const char *name, size_t length);
bool step_is_call(step s);
/* A read, which takes from the peer's data. */
bool step_takes_data(step s);

/* Which steps make sense where: a peer sends nothing after an EOF, and a step changes something.
 * `leaving`: the application leaves errors in the queue. */
bool step_applies(step s, const wire *w, bool leaving);

/* The steps that are not calls, as far as the transport and the peer are concerned. false: there is
 * no room for the record. */
bool step_on_wire(step s, wire *w);

const char *field_name(field f);
/* NULL if the call has no such result. */
const char *part_text(const outcome *o, field f, char *buf, size_t size);
/* "-1, SSL, flags 1, nothing sent" */
void outcome_text(const outcome *o, char *buf, size_t size);
bool outcome_same(const outcome *a, const outcome *b, field f);

#endif
