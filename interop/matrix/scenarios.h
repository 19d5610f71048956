#ifndef INTEROP_SCENARIOS_H
#define INTEROP_SCENARIOS_H

#include "cell.h"

/* By theme; each list ends with a NULL name. */
extern const scenario scenarios_close[], scenarios_data[], scenarios_flight[], scenarios_fatal[],
    scenarios_flags[], scenarios_message[], scenarios_session[], scenarios_program[],
    scenarios_start[];

/* Cells that must be reported as failed: they show that a cell can fail. */
extern const scenario scenarios_sabotage[];

/* What has to come of sabotage that hangs only once. */
#define LATE_ONCE "cell: is late, and passes alone"
/* Before cells of it are run. */
void sabotage_prepare(void);

#endif
