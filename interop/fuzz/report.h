/* What happened, counted; and a finding, which ends the program. */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include <stdint.h>

/* The public calls, in the order of endwell.h. */
/* clang-format off */
#define FUZZ_CALLS(CALL)                                                                           \
    CALL(open) CALL(adopt) CALL(set_deadline) CALL(handshake) CALL(read) CALL(peek)                \
    CALL(pending) CALL(write) CALL(shutdown) CALL(finish) CALL(close) CALL(timeout) CALL(abort)    \
    CALL(release) CALL(clear) CALL(get_error) CALL(get_reason) CALL(detail) CALL(alive)            \
    CALL(alert) CALL(engine_error) CALL(get_shutdown) CALL(set_shutdown)                           \
    CALL(set_quiet_shutdown) CALL(end_of_data) CALL(session_kept) CALL(error_name)                 \
    CALL(reason_name)
/* clang-format on */

#define FUZZ_CALL(name) CALL_##name,
typedef enum { FUZZ_CALLS(FUZZ_CALL) CALLS } public_call;
#undef FUZZ_CALL

enum { ERRORS = 8, REASONS = 14 };

typedef struct {
    const char *engine, *tool, *certs;
    uint64_t seed; /* of the sequence under way */
    uint64_t sequences, connections, clears, steps, bytes_out, bytes_in;
    uint64_t calls[CALLS], errors[ERRORS], reasons[REASONS];
    uint64_t digest; /* of all results */
    int trace;
    int brief; /* of the counts, those that are too few are printed alone */
} tally;

extern tally told;

const char *call_name(public_call call);

/* A sequence begins: its steps so far are forgotten. */
void log_start(void);

/* A step, or what came of it. */
void log_step(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something is wrong: says what, seed, engine, and the steps; the program ends with 1. */
void finding(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* Also when a sanitizer, or the watchdog, ends the program; the watchdog with 3. */
void report_deaths(void);

/* Prints the counts; those below `least` that the engine can meet, too: their number. */
int report_counts(uint64_t least);

/* The counts as JSON. 0, or -1 with a message. */
int fuzz_report_write(const char *path, uint64_t least, double seconds);

#endif
