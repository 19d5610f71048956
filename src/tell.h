/*
 * Whom a call that failed tells about it besides its connection: errno, where there is
 * one (io_posix.c), or nobody (tell_nobody.c). It is chosen when a program is linked,
 * because calls without a connection tell it too.
 */
#ifndef EW_TELL_H
#define EW_TELL_H

/* number: EW_CAUSE_*, or above 0 the io's own. Not 0. */
void endwell_tell(int number);

#endif
