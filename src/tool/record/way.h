/* A call between the moment it came and the line that is written about it. */
#ifndef RECORD_WAY_H
#define RECORD_WAY_H

#include "record.h"

struct way {
    struct libssl *lib;
    struct connection *c;
    void *ssl;
    enum call call;
    struct facts before, after;
    bool has_after;
    int argument, value, class, error;
    bool has_argument;
};

bool has_class(enum call call); /* whether SSL_get_error can be asked of its value */
void tell(const struct way *w); /* writes the line */

#endif
