/*
 * io-kit              tries the ios of this tree, and yours (make io-kit OWN=FILE)
 * io-kit --self-test  a wrong io for each way of breaking an obligation: each has to be caught by
 *                     its number
 * Ends with "N passed, N failed"; exits 0, 1 (findings), 2 (could not run).
 */
#define _GNU_SOURCE
#include "io_subjects.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

long io_calendar_seconds;

int __real_clock_gettime(clockid_t which, struct timespec *ts);
int __wrap_clock_gettime(clockid_t which, struct timespec *ts);
int __real_gettimeofday(struct timeval *tv, void *zone);
int __wrap_gettimeofday(struct timeval *tv, void *zone);
time_t __real_time(time_t *at);
time_t __wrap_time(time_t *at);

int __wrap_clock_gettime(clockid_t which, struct timespec *ts)
{
    int result = __real_clock_gettime(which, ts);

    if (which == CLOCK_REALTIME) {
        ts->tv_sec += io_calendar_seconds;
    }
    return result;
}

int __wrap_gettimeofday(struct timeval *tv, void *zone)
{
    int result = __real_gettimeofday(tv, zone);

    tv->tv_sec += io_calendar_seconds;
    return result;
}

time_t __wrap_time(time_t *at)
{
    time_t now = __real_time(NULL) + io_calendar_seconds;

    if (at != NULL) {
        *at = now;
    }
    return now;
}

/* In a process of its own, for most of the time is waiting. */
static void try_wrong(const io_wrong *w)
{
    io_subject subject = *w->base;
    io_verdict v;

    subject.name = w->words;
    subject.io = w->io;
    v = io_kit(&subject, w->obligation);
    if (v.findings[w->obligation] == 0) {
        printf("FAILED: %s: not caught as IO-%02d\n", w->words, w->obligation);
        fflush(stdout);
    }
    _exit(v.findings[w->obligation] == 0);
}

static int self_test(void)
{
    int passed = 0, failed = 0, status;

    for (const io_wrong *w = io_wrongs; w->io != NULL; w++) {
        pid_t child = fork();

        if (child < 0) {
            perror("io-kit: fork");
            return 2;
        }
        if (child == 0) {
            try_wrong(w);
        }
    }
    while (wait(&status) > 0) {
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            passed++;
        } else {
            failed++;
        }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

static int try_all(void)
{
    static const io_subject *const subjects[] = {
        &io_unix,
        &io_tcp,
        &io_memory,
#ifdef IO_OWN
        &io_own,
#endif
    };
    int trials = 0, failed = 0;

    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        io_verdict v = io_kit(subjects[i], 0);

        printf("%s: %d trials, %d with findings\n", subjects[i]->name, v.trials, v.failed);
        trials += v.trials;
        failed += v.failed;
    }
    printf("%d passed, %d failed\n", trials - failed, failed);
    return failed > 0;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        return try_all();
    }
    if (argc == 2 && strcmp(argv[1], "--self-test") == 0) {
        return self_test();
    }
    fprintf(stderr, "usage: %s [--self-test]\n", argv[0]);
    return 2;
}
