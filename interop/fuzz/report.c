#include "report.h"

#include "endwell.h"
#include "subject.h"

#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

tally told = {.digest = 0xcbf29ce484222325u};

enum { LOG_MAX = 1 << 18, DOES_NOT_RETURN = 3 };
static char steps[LOG_MAX];
static size_t steps_len;

const char *call_name(public_call call)
{
#define NAME(name) #name,
    static const char *const names[] = {FUZZ_CALLS(NAME)};
#undef NAME
    return names[call];
}

/* The sequence ------------------------------------------------------------------------------ */

void log_start(void)
{
    steps_len = 0;
}

/* Of a long sequence the end is what matters. */
static void make_room(void)
{
    if (steps_len < LOG_MAX - 1024)
        return;
    memmove(steps, steps + LOG_MAX / 2, steps_len - LOG_MAX / 2);
    steps_len -= LOG_MAX / 2;
}

void log_step(const char *format, ...)
{
    va_list arguments;
    make_room();
    va_start(arguments, format);
    int n = vsnprintf(steps + steps_len, 512, format, arguments);
    va_end(arguments);
    steps_len += (size_t)(n < 511 ? n : 511);
    steps[steps_len++] = '\n';
    if (told.trace)
        fprintf(stderr, "%.*s\n", n, steps + steps_len - n - 1);
}

static void print_steps(void)
{
    fprintf(stderr, "%.*s", (int)steps_len, steps);
    fprintf(stderr,
            "engine %s, seed %llu; again: %s --engine %s --certs %s --seed %llu --sequences 1\n",
            told.engine, (unsigned long long)told.seed, told.tool, told.engine, told.certs,
            (unsigned long long)told.seed);
}

void finding(const char *name, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    print_steps();
    fprintf(stderr, "finding: %s: %s\n", name, what);
    printf("%llu passed, 1 failed\n", (unsigned long long)told.sequences);
    fflush(NULL);
    _exit(1);
}

static void dies(void)
{
    if (steps_len > 0)
        print_steps();
    fprintf(stderr, "finding: sanitizer: see above\n");
    printf("%llu passed, 1 failed\n", (unsigned long long)told.sequences);
    fflush(NULL);
}

/* The other sanitizer has a runtime of its own, which ends the program after this. */
void __ubsan_on_report(void);
void __ubsan_on_report(void)
{
    dies();
}

static void too_late(int unused)
{
    (void)unused;
    print_steps();
    fprintf(stderr, "finding: does-not-return: a call, or the engine in it, has not returned for a "
                    "minute\n");
    fflush(NULL);
    _exit(DOES_NOT_RETURN);
}

void report_deaths(void)
{
    __sanitizer_set_death_callback(dies);
    signal(SIGALRM, too_late);
}

/* A leak is a finding like any other. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "exitcode=1:detect_leaks=1:quarantine_size_mb=8";
}

/* The counts -------------------------------------------------------------------------------- */

static int too_few(const char *kind, const char *name, uint64_t count, uint64_t least,
                   const char *why)
{
    int few = !why && count < least;
    if (few || !told.brief)
        printf("  %-8s %-20s %10llu%s%s\n", kind, name, (unsigned long long)count,
               why   ? "  cannot be met: "
               : few ? "  too few"
                     : "",
               why ? why : "");
    return few;
}

int report_counts(uint64_t least)
{
    int few = 0;
    printf("%s: digest %016llx\n", told.engine, (unsigned long long)told.digest);
    for (int i = 0; i < CALLS; i++)
        few += too_few("call", call_name((public_call)i), told.calls[i], least, NULL);
    for (int i = 0; i < ERRORS; i++)
        few += too_few("class", ew_error_name(i), told.errors[i], least, cannot_meet_class(i));
    for (int i = 0; i < REASONS; i++)
        few += too_few("reason", ew_reason_name(i), told.reasons[i], least, cannot_meet_reason(i));
    return few;
}

static void write_counts(FILE *f, const char *name, const uint64_t *counts, int many,
                         const char *(*called)(int))
{
    fprintf(f, " \"%s\": {", name);
    for (int i = 0; i < many; i++)
        fprintf(f, "%s\"%s\": %llu", i ? ", " : "", called(i), (unsigned long long)counts[i]);
    fprintf(f, "},\n");
}

static const char *name_of_call(int call)
{
    return call_name((public_call)call);
}

static void write_unmet(FILE *f)
{
    int many = 0;
    fprintf(f, " \"cannot_be_met\": {");
    for (int i = 0; i < ERRORS; i++)
        if (cannot_meet_class(i))
            fprintf(f, "%s\"%s\": \"%s\"", many++ ? ", " : "", ew_error_name(i),
                    cannot_meet_class(i));
    for (int i = 0; i < REASONS; i++)
        if (cannot_meet_reason(i))
            fprintf(f, "%s\"%s\": \"%s\"", many++ ? ", " : "", ew_reason_name(i),
                    cannot_meet_reason(i));
    fprintf(f, "},\n");
}

int fuzz_report_write(const char *path, uint64_t least, double seconds)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return -1;
    }
    fprintf(f, "{\"engine\": \"%s\", \"version\": \"%s\", \"least\": %llu, \"seconds\": %.1f,\n",
            told.engine, engine_called(told.engine)->kit->version(), (unsigned long long)least,
            seconds);
    fprintf(f, " \"seed\": %llu, \"sequences\": %llu, \"connections\": %llu, \"steps\": %llu,\n",
            (unsigned long long)(told.seed + 1 - told.sequences),
            (unsigned long long)told.sequences, (unsigned long long)(told.sequences + told.clears),
            (unsigned long long)told.steps);
    fprintf(f, " \"bytes_written\": %llu, \"bytes_read\": %llu, \"digest\": \"%016llx\",\n",
            (unsigned long long)told.bytes_out, (unsigned long long)told.bytes_in,
            (unsigned long long)told.digest);
    write_counts(f, "calls", told.calls, CALLS, name_of_call);
    write_counts(f, "classes", told.errors, ERRORS, ew_error_name);
    write_counts(f, "reasons", told.reasons, REASONS, ew_reason_name);
    write_unmet(f);
    fprintf(f, " \"failed\": 0}\n");
    return fclose(f) == 0 ? 0 : -1;
}
