/*
 * Closes without end: `closes` of them without an engine, then `engine_closes` shared out among the
 * engines. Memory, descriptors and the process's size must not grow. 0, or 1 when they do.
 */
#ifndef SYSTEM_SOAK_H
#define SYSTEM_SOAK_H

int soak(long closes, long engine_closes);

#endif
