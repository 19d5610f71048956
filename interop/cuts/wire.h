/* The wire: the far end of our socket, with the peer in it. It sees and decides on every byte. */
#ifndef FAULT_WIRE_H
#define FAULT_WIRE_H

#include "cell.h"
#include "peer.h"

enum { WIRE_ROOM = 1 << 14 };

typedef struct {
    uint8_t bytes[WIRE_ROOM];
    size_t have, passed; /* how many there are, how many of them were let through */
} fault_queue;

typedef struct {
    int fd, near_fd; /* our end of the socket too: to see what was taken from it */
    const fault_plan *plan;
    fault_peer peer;
    fault_queue in, out;      /* to us, from us */
    int cut, finished, ended; /* done to the connection; we closed; no more comes from us */
    int released;             /* what is held may pass once */
    int split_done;
    atomic_size_t given;      /* of the flight to us, before it was handed over */
    atomic_size_t notice_end; /* in the flight to us; 0: the peer has not made it yet */
    atomic_int armed, wants_arm, wants_finish, stop;
} fault_wire;

/* fd: its end; near_fd: ours. 0 or -1. */
int cut_wire_open(fault_wire *w, int fd, int near_fd, const fault_plan *plan,
                  libssl_context_t *peer);
/* Moves what may move: 1 if anything did. */
int wire_step(fault_wire *w);
/* Nothing moves: lets what is held pass once. 1 if something was held. */
int cut_wire_release(fault_wire *w);
/* The flights begin here. 1, or 0 if the handshake is not over. */
int wire_arm(fault_wire *w);
/* The peer ends its TCP side, if nothing worse was done to it. */
void wire_finish(fault_wire *w);
void cut_wire_close(fault_wire *w);

/* The thread that works the wire while our side blocks: until `stop`, then what we sent last. */
void *wire_work(void *wire);

#endif
