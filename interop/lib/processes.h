/* Work in processes of its own, so many at a time, and what they share. */
#ifndef INTEROP_PROCESSES_H
#define INTEROP_PROCESSES_H

#include "frame.h"

/* Memory that a process shares with those that it starts; nothing is in it. NULL with a message. */
void *shared_memory(size_t size);

/* Runs `one(i)` for each i below `count` in a process of its own, which ends with what it returns.
 * `ended`, unless NULL, is given its wait status here. `line`: NULL for none. 0, or -1 after a
 * message; then all that were started have ended. */
int processes_run(int count, int jobs, int (*one)(int i, void *with),
                  void (*ended)(int i, int status, void *with), void *with, frame_line *line);

/* Turns: cases that run beside one another, and one that is alone while it lasts. Before they are
 * made, and in a program that makes none, all is allowed. 0 or -1. */
int turns_make(void);
void turn_begin(int alone);
void turn_end(void);

#endif
