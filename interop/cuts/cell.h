/* A cell of the faults: one connection of ours, the flights at its end, and what is done to them.
 *
 * Our side is Endwell on one of its ports, on a real socket. The other end of that socket is the
 * wire, which holds the peer (libssl over memory) and decides on every byte that crosses. */
#ifndef FAULT_CELL_H
#define FAULT_CELL_H

#include "side.h"
#include "ew_port.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Who closes first. */
typedef enum { PEER_FIRST, WE_FIRST, CROSSING, ORDERS } fault_order;

/* What happens to the connection once `at` bytes of one direction have passed. */
typedef enum { CUT_NONE, CUT_FIN, CUT_RST, CUT_SILENCE, CUTS } fault_cut;

/* How the bytes cross. LATE_OUT holds what we send back until nothing else moves, MERGED what we
 * receive, which then comes at once; SPLIT parts it after `at` bytes. */
typedef enum { PLAIN, BYTES, MERGED, DELAYED, LATE_OUT, SPLIT, SHAPES } fault_shape;

/* How the peer puts its close_notify into records. In PARTS: a byte in each; PAIRED: behind
 * another alert in one record. */
typedef enum { WHOLE, PARTS, PAIRED, ALERTS } fault_alert;

typedef struct {
    const side_ops *engine;
    uint8_t tls13, server, nonblocking;
    uint8_t order, cut, outward, shape, alert; /* outward: `at` counts what we send */
    uint16_t at;
} fault_plan;

enum { PLAN_TEXT = 128 };
const char *plan_text(const fault_plan *p, char text[PLAN_TEXT]);
/* 1, or 0 if it is not as plan_text writes it. */
int plan_parse(const char *text, fault_plan *p);

/* The limit by which the engine does not see the peer's close_notify, so that the cell ends without
 * an end of data; NULL: there is none. */
const char *fault_limit(const fault_plan *p);

/* A port that breaks a promise, and the finding that has to come of it. */
typedef struct {
    const char *name, *finding, *what;
    ew_port port;
} fault_defect;

extern const fault_defect fault_defects[]; /* ends with a NULL name */
/* The defect's port in front of the engine's own, for this thread; NULL: the engine's own. */
const ew_port *defect_port(const fault_defect *defect, const ew_port *own, ew_transport *t);

/* What the peer and the wire did to the end of the flights. Bytes are counted from where both
 * handshakes were done and nothing was under way. */
enum { RECORDS_MAX = 4 };
typedef struct {
    size_t end, data; /* where a record ends in the stream; data in it and before it */
} fault_record;

/* What came of it. */
typedef struct {
    char finding[48], detail[200]; /* the first thing that was wrong; "" if nothing was */
    size_t in, out;                /* bytes that crossed in each direction */
    size_t notice;                 /* where the peer's close_notify ends in what it sent */
    int calls;
    int unseen; /* it came whole, and no end was reported */
} fault_outcome;

/* Contexts are kept, so that sessions are resumed; one set for each thread. */
typedef struct fault_bench fault_bench;
fault_bench *cut_bench_new(const char *certs); /* NULL: a message says why */
void cut_bench_free(fault_bench *b);

/* At most one cell at a time for each bench; defect: NULL for none. */
void fault_run(fault_bench *b, const fault_plan *p, const fault_defect *defect,
               fault_outcome *outcome);

/* A crash ends the program with status 1, after the name of the cell and `crash`. */
void fault_name_crashes(void);

#endif
