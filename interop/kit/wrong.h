/* Ports that are wrong on purpose: a right port with one function put in its place. */
#ifndef KIT_WRONG_H
#define KIT_WRONG_H

#include "obligations.h"
#include "trial.h"

typedef struct {
    obligation what; /* that it breaks, and that has to be named */
    const char *how;
    ew_port port; /* functions that are not NULL are put in the place of the right ones, if any */
} wrong_port;

/* All of them, 0 .. wrong_port_count() - 1. */
const wrong_port *wrong_port_at(int number);
int wrong_port_count(void);

/* Parts of the list. */
extern const wrong_port wrong_answers[], wrong_blocked[], wrong_optional[];
extern const int wrong_answers_count, wrong_blocked_count, wrong_optional_count;

/* The port that `w` makes of the right one. */
const ew_port *wrong_make(const wrong_port *w, const ew_port *right);

/* For those that write them: */
extern const ew_port *right_port;

/* Makes a record of ours as the engine would, and sends what of it is left, past the gate of the
 * transport. `again`: from its start at each call. done, want_write or io_error. */
uint8_t wrong_sends(uint8_t type, const void *content, size_t len, int again);

#endif
