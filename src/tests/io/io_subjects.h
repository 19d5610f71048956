/* What the kit tries of this tree, the wrong ones it has to catch, and one of your own. */
#ifndef EW_TESTS_IO_SUBJECTS_H
#define EW_TESTS_IO_SUBJECTS_H

#include "io_kit.h"

extern const io_subject io_unix, io_tcp, io_memory;

/* An io that breaks one obligation, which the kit has to catch by its number. */
typedef struct io_wrong {
    const char *words;
    int obligation;
    const io_subject *base; /* its ends */
    const ew_io *io;
} io_wrong;

extern const io_wrong io_wrongs[]; /* the last has no `io` */

#ifdef IO_OWN
extern const io_subject io_own; /* make io-kit OWN=FILE: FILE defines it */
#endif

#endif
