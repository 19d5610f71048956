/* The sequences of calls that a port is put through. Each is run undisturbed first, then with each
 * fault at each operation on the socket. */
#ifndef KIT_SCENARIOS_H
#define KIT_SCENARIOS_H

#include "trial.h"

enum { TLS12 = 1, TLS13 = 2, ANY_TLS = 3, CLIENT = 4, SERVER = 8, ANY_ROLE = 12 };

/* Needs that many of the engine's changes, 1 .. KIT_CHANGES_MAX. */
enum { CHANGES_SHIFT = 4, CHANGES_MASK = 7 };
#define HAS_CHANGE(n) ((n) << CHANGES_SHIFT)

/* Needs what not every port or engine has. */
enum { HAS_PAUSES = 128, HAS_ADOPT = 256, HAS_PEEK = 512, HAS_PENDING = 1024 };

typedef struct {
    char name[64];
    int where; /* TLS12, TLS13 | CLIENT, SERVER: of the engine on trial; | HAS_... */
    int fresh; /* it begins before the handshake */
    int most;  /* faults are put at no more than so many operations; 0: at each */
    void (*run)(int argument);
    int argument;
} scenario;

/* All of them; the last one has no run. */
const scenario *kit_scenarios(void);

/* Parts of the list: each adds its own. */
void add_scenario(scenario s);
const scenario *listed_scenarios(void);
void add_sending(void);
void add_receiving(void);
void add_blocked(void);
void add_life(void);
void add_optional(void);

#endif
