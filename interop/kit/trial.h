/* A port on trial: its functions, each with the checks that hold for every call, and the sequences
 * of them that the core would ask for. */
#ifndef KIT_TRIAL_H
#define KIT_TRIAL_H

#include "kit.h"
#include "obligations.h"
#include "peer.h"

typedef struct {
    const tls_engine *engine;
    const ew_port *port; /* the engine's, or a wrong one around it */
    tls_setup setup;
    void *context, *object;
    ew_transport transport;
    size_t accepted; /* bytes of data that write said done of */
    int blocked;     /* bytes of a write that blocked: they may be out, or not yet */
    int closing;     /* our close_notify was asked for */
    int untaken;     /* that write may not have been accepted: then nothing of it ever leaves */
    int changed;     /* a setting was changed: a call may say tls_error */
    int pausing;     /* the engine was told to wait for something that is not the socket */
    int suspended;   /* calls that said so */
} port_trial;

/* Calls that a wish may take; the fault "trickle" needs many. */
int turns(void);

extern port_trial trial;

/* Engine, peer and socket, attached and before the handshake. 0, or -1 with a message. */
int trial_opens(void);

/* The port's functions. EW_EVENT_... */
uint8_t calls_handshake(void);
uint8_t calls_flush(void);
uint8_t calls_close(void);
uint8_t calls_receive(void);
uint8_t calls_write(int len); /* of the data that comes next */
uint8_t calls_write_at(int place, int len);
int calls_take(uint8_t *buf, int len);
int calls_peek(uint8_t *buf, int len);
int calls_pending(void);

/* The call has to be made again. */
int is_wanting(uint8_t event);

/* 1: the fault was one that ends the connection, and the port met it. */
int has_failed(void);

/* Each repeated while it wants something, up to its end. */
uint8_t until_connected(void);
uint8_t until_flushed(void);
uint8_t until_closed(void);
uint8_t until_written(int len);
uint8_t until_written_at(int place, int len);
/* ... and while it is other; want_read once there is nothing more to come. */
uint8_t until_received(void);

/* The application's buffers: writes are from that place; another puts other things there. */
enum { PLACES = 2 };
void overwrites(int place);

/* A write until it blocks, or is done. */
uint8_t writes_once(int len);

const char *event_name(uint8_t event);

#endif
