/* The engine under the contract: it carries out what the machine asks for and reports what crossed,
 * in the manner of the engine that it stands for. */
#ifndef EXPLORE_ENGINE_H
#define EXPLORE_ENGINE_H

#include "contract.h"

enum { WRITTEN = 5 }; /* bytes that the application writes */

/* The outcome, EW_EVENT_... */
uint8_t engine_act(contract *c, uint8_t action, const wire *w, outcome *o);

#endif
