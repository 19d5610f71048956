/* A run: connections of one kind, through networks of one kind, on one poll loop. */
#ifndef LOSSLESS_RUN_H
#define LOSSLESS_RUN_H

#include "end.h"
#include "link.h"
#include "plain.h"

/* Who closes: we do and want nothing more; the peer, and we answer after its end; both, crossing. */
typedef enum { WE_CLOSE, PEER_CLOSES, BOTH_CLOSE, CASES } run_case;
enum { STALLS_ONCE = 1, STALLS_ALWAYS };
/* Where the bytes are held up. */
typedef enum { FAST, SLOW_READERS, THROTTLED, NETWORKS } run_network;

typedef struct {
    const side_ops *engine;
    const plain_engine *plain; /* the engine alone, closed as its manual shows; NULL: Endwell */
    int careless;              /* of the self-test: Endwell, but close() at once */
    int corrupting;            /* of the self-test: the network alters a byte */
    int stalls; /* of the self-test: the network stands still, the first time or always */
    int tls13, server, nonblocking, network;
    int which; /* a run_case; with many connections all of them in turn, and both roles */
    int connections;
    uint64_t bytes; /* each way, on each connection */
    uint64_t rate;  /* of the slow network or the slow readers */
} run_plan;

/* From us to the peer, and back; sums over the connections. */
typedef struct {
    uint64_t accepted;  /* by the engine, from the sender */
    uint64_t delivered; /* to the receiver */
    uint64_t lost;      /* the difference, where the receiver wanted all of it */
    uint64_t untold;    /* lost, and the sender has been told nothing */
    int told;           /* connections whose sender has been told that something went wrong */
} run_way;

typedef struct {
    run_way out, in;
    int intact, finished, setup; /* bytes were right; it ended in time; it could begin */
    int clean;                   /* connections whose close of ours said that all is well */
    const char *where;           /* the first call of ours that failed, or NULL */
    uint64_t dropped;            /* the peer's bytes that we did not want */
    double seconds;
} run_outcome;

void run_transfer(const run_plan *p, const char *certs, run_outcome *o);

#endif
