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
    bool quick; /* a read or write; what was not asked before it is as it was told last */
};

/* What the program gave libssl to read from: its own socket BIO, a BIO with a descriptor, another. */
enum transport { TRANSPORT_SOCKET, TRANSPORT_DESCRIPTOR, TRANSPORT_OTHER };

bool begin(struct way *w, void *ssl, enum call call, const void *caller);
void end(struct way *w, int value);
void end_told(struct way *w);
void ask(const struct libssl *lib, void *ssl, struct facts *f);
void ask_before(const struct libssl *lib, struct connection *c, void *ssl, struct facts *f);
void ask_rest(const struct libssl *lib, struct connection *c, void *ssl, struct facts *f);
bool gave_bytes(const struct way *w); /* to the transport */
bool waits_to_read(const struct libssl *lib, void *ssl);
enum transport transport_of(const struct libssl *lib, void *ssl);
bool finds_end(const struct way *w);                /* below a transport that waits */
bool says_end(const struct libssl *lib, void *ssl); /* libssl's socket BIO: its last read */

bool has_class(enum call call); /* whether SSL_get_error can be asked of its value */
void tell(const struct way *w); /* writes the line */

#endif
