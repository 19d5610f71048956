/* The contracts of an engine for its port, in a program that plays it. */
#ifndef PORT_WATCH_H
#define PORT_WATCH_H

#include "model.h"

/* What comes of a clause, for port_program. */
void port_clause_asked(int clause, bool holds);
void port_clause_called(enum port_judged is);

#endif
