/* One end of a connection that carries much: writes its data, reads the other's, and closes.
 *
 * All ends speak through side.h: Endwell on each of its ports, and the engines alone, with the close
 * that their own manuals show. */
#ifndef LOSSLESS_END_H
#define LOSSLESS_END_H

#include "side.h"

#include <stdatomic.h>
#include <stdint.h>

/* How an end closes once all its data is written. FULL: close_notify, the other's data to its end,
 * then TCP. ORDERLY: ew_conn_close, without reading. PLAIN: close_notify once, close(). */
typedef enum { CLOSE_FULL, CLOSE_ORDERLY, CLOSE_PLAIN } end_close;

typedef struct {
    end_close close;
    int reads;     /* it wants the other's data */
    int answers;   /* it writes only after the other's end */
    int stops;     /* the other's end is a reason to write no more */
    int stream;    /* of the pattern, what it writes; it reads the other one */
    uint64_t goal; /* bytes to write */
    uint64_t rate; /* at which it reads, bytes a second; 0: as fast as it can */
} end_plan;

typedef enum { END_SHAKES, END_OPEN, END_SHUTS, END_READS, END_CLOSES, END_OVER } end_state;

typedef struct {
    const side_ops *ops;
    const end_plan *plan;
    void *side;
    int fd;
    end_state state;
    short events; /* what it waits for */
    uint64_t goal, written, read;
    int offered;       /* of a write that blocked */
    int intact, ended; /* all it read was right; it saw an authenticated end */
    int told;          /* a call of its own said that something went wrong */
    const char *where; /* which */
    int64_t since_us;  /* when it began to read */
} lossless_end;

/* Takes fd over. 0 or -1. */
int end_open(lossless_end *e, const side_ops *ops, void *context, int fd, const end_plan *plan);
/* Nonblocking: does what can be done now. 1 if anything was. */
int end_step(lossless_end *e);
/* Whether it is held up by its own rate, and not by its socket. */
int end_is_paced(const lossless_end *e);
/* Blocking: all of it, from handshake to close. */
void end_run(lossless_end *e);
void end_free(lossless_end *e);
int64_t now_us(void);

#endif
