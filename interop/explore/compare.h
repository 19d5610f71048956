/* Two builds of a library, walked side by side: what changed for an application that closes. */
#ifndef EXPLORE_COMPARE_H
#define EXPLORE_COMPARE_H

#include "workers.h"

/* Prints the differences between the job's library and the one in `folder`. The exit status. */
int compare(const job *j, const char *folder);

#endif
