/*
 * What each engine can do through its port: the cells of docs/capabilities.md, each of them played.
 * The rows are in capabilities_rows.c, what they set on an engine in capabilities_engine.c, the page
 * is compared in test_capabilities.c.
 */
#ifndef EW_TESTS_CAPABILITIES_H
#define EW_TESTS_CAPABILITIES_H

#include "engine.h"

typedef enum verdict {
    WORKS,
    LIMITED,    /* up to cell.limit, and then the connection ends */
    REFUSED,    /* by ew_conn_open */
    TURNED_OFF, /* by the port: asked for, it does not happen, and nothing is lost by it */
    NOT,        /* the connection ends, as a failure */
    NOT_PLAYED  /* the engine has none of it, or no peer here has */
} verdict;

typedef struct cell {
    verdict is;
    int limit;
} cell;

static inline cell cell_of(verdict is)
{
    return (cell){is, 0};
}

/* Rows ----------------------------------------------------------------------- */

enum { MOST_IN_A_ROW = 64 };

typedef struct capability {
    const char *name; /* as the page has it */
    cell (*play)(const test_engine *engine);
} capability;

extern const capability capabilities[];
extern const unsigned capability_count;

/* Settings -------------------------------------------------------------------- */

enum engine_of { IS_OPENSSL, IS_MBEDTLS, IS_GNUTLS, IS_WOLFSSL, IS_BEARSSL };
enum engine_of which(const test_engine *engine);

/*
 * On the object of our end, after link_make and before it is attached: 1; 0: the engine has no such
 * setting. What is made for it lives until settings_end.
 */
int set_short_records(const test_engine *engine); /* asks for 1024 bytes, by RFC 6066 */
int set_quiet(const test_engine *engine);
int set_post_handshake_auth(const test_engine *engine);
int set_ktls(const test_engine *engine);
int set_suspended(const test_engine *engine); /* a handshake that stops in its midst, once */
int has_ktls(const test_engine *engine);      /* once connected: whether it is in use */
void settings_end(void);

#endif
