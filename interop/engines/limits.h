/* The limits of an engine (engine.h), looked up, and as rows of a page. */
#ifndef ENGINES_LIMITS_H
#define ENGINES_LIMITS_H

#include "engines/engine.h"

/* Why the engine cannot; NULL: it can. */
const char *limit_of_scenario(const tls_engine *e, const char *scenario, int tls13, int server);
const char *limit_of_notice(const tls_engine *e, const char *alert);
const char *limit_of_message(const tls_engine *e, const char *message, int tls13);

/* A row for each reason: whose it is, the reason, and what of which program it excuses; there is one
 * at least. */
void limits_print(const tls_engine *e);

#endif
