/* The frame on cases planted for it: late once, late always, wrong, crashing, and those dealt. */
#define _GNU_SOURCE
#include "frame.h"
#include "net.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum { WELL, WRONG, SLOW_ONCE, SLOW, STUCK_ONCE, STUCK, STUCK_THEN_CRASHES } planted;

typedef struct {
    frame_case base;
    planted is;
    int number;
    char how[64];
} test_case;

enum { CASES = 16 };
static atomic_int *tried; /* how often each was run, in every process */
static int passed, failed;

static void *bench_for(void *with)
{
    return with;
}

static void bench_end(void *bench)
{
    (void)bench;
}

static void hang(void)
{
    for (;;)
        pause();
}

static frame_verdict run(void *bench, void *one, void *with)
{
    test_case *c = one;
    int before = atomic_fetch_add(&tried[c->number], 1);
    (void)bench, (void)with;
    switch (c->is) {
    case WRONG: return FRAME_FINDING;
    case SLOW_ONCE: return before ? FRAME_PASSED : FRAME_LATE;
    case SLOW: return FRAME_LATE;
    case STUCK_ONCE:
        if (!before)
            hang();
        return FRAME_PASSED;
    case STUCK: hang(); return FRAME_PASSED;
    case STUCK_THEN_CRASHES:
        if (before)
            _exit(9);
        hang();
        return FRAME_PASSED;
    default: return FRAME_PASSED;
    }
}

static void unended(void *one, const char *how)
{
    snprintf(((test_case *)one)->how, sizeof((test_case *)one)->how, "%s", how);
}

static void check(int good, const char *what)
{
    passed += good != 0;
    failed += !good;
    if (!good)
        printf("FAILED: %s\n", what);
}

static frame_counts run_all(test_case *cases, int count, int most_late)
{
    frame f = {.tool = "frame",
               .unit = "cases",
               .size = sizeof *cases,
               .jobs = 2,
               .seconds = 1,
               .quiet = 1,
               .most_late = most_late,
               .with = cases,
               .open = bench_for,
               .close = bench_end,
               .run = run,
               .unended = unended};
    for (int i = 0; i < count; i++) {
        cases[i].number = i;
        atomic_store(&tried[i], 0);
    }
    check(frame_run(&f, cases, (size_t)count) == 0, "it runs");
    return frame_count(cases, (size_t)count, sizeof *cases);
}

static void one_planted(planted is, frame_verdict verdict, int again, int times, const char *what)
{
    test_case cases[3] = {{.is = WELL}, {.is = is}, {.is = WELL}};
    frame_counts c = run_all(cases, 3, 20);
    check(cases[1].base.verdict == verdict && cases[1].base.again == again, what);
    check(atomic_load(&tried[1]) == times, "it is run so often, and no more");
    check(c.passed == 2 + (verdict == FRAME_PASSED) && c.late == (verdict == FRAME_LATE) &&
              c.findings == (verdict == FRAME_FINDING) && c.again == (size_t)again,
          "it is counted once, and the others are run");
    check(!again || verdict == FRAME_PASSED || is == SLOW || cases[1].how[0],
          "what did not end says so");
}

/* Each case is in one shard, and the sums of the parts are that of the whole. */
static void deal(void)
{
    frame_deck part[3] = {{0}};
    double cases = 0, sum = 0;
    for (int k = 0; k < 3; k++) {
        char text[8], name[16];
        snprintf(text, sizeof text, "%d/3", k + 1);
        check(frame_read_shard(&part[k], text) == 0, "a shard is read");
        for (int i = 0; i < 10; i++) {
            snprintf(name, sizeof name, "case %d", i);
            check(frame_deal(&part[k], name) == (i % 3 == k), "a case is dealt in turn");
        }
        cases += part[k].own_cases;
        sum += part[k].own_sum;
    }
    check(cases == 10 && cases == part[0].cases && sum == part[2].sum, "the parts are the whole");
}

/* In a process of its own, since threads were left behind here: the program ends with the close. */
static int status_of(frame_counts c)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(9);
        _exit(frame_close(&c));
    }
    return child > 0 && waitpid(child, &status, 0) == child ? WEXITSTATUS(status) : -1;
}

static void too_many(void)
{
    test_case many[CASES];
    for (int i = 0; i < CASES; i++)
        many[i] = (test_case){.is = SLOW};
    frame_counts c = run_all(many, CASES, 3);
    check(c.late >= 3 && c.late <= 4 && c.passed == 0, "after three late ones the rest is left");
    for (int i = 0; i < CASES; i++)
        many[i] = (test_case){.is = SLOW_ONCE};
    c = run_all(many, CASES, 3);
    check(c.passed == CASES && c.again == CASES, "many that are late once leave no rest");
}

int main(void)
{
    tried = mmap(NULL, CASES * sizeof *tried, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
    if (tried == MAP_FAILED)
        return FRAME_CANNOT;
    one_planted(WELL, FRAME_PASSED, 0, 1, "what passes is not tried again");
    one_planted(WRONG, FRAME_FINDING, 0, 1, "a finding is not tried again");
    one_planted(SLOW_ONCE, FRAME_PASSED, 1, 2, "late by its own clock once: it passes alone");
    one_planted(SLOW, FRAME_LATE, 1, 2, "late by its own clock always: late");
    one_planted(STUCK_ONCE, FRAME_PASSED, 1, 2, "it hangs once: it passes alone");
    one_planted(STUCK, FRAME_LATE, 1, 2, "it hangs always: late");
    one_planted(STUCK_THEN_CRASHES, FRAME_FINDING, 1, 2, "what crashes alone is a finding");
    too_many();
    deal();
    check(status_of((frame_counts){.passed = 1, .again = 1}) == 0, "late once: status 0");
    check(status_of((frame_counts){.passed = 1, .findings = 1, .late = 1}) == FRAME_FOUND,
          "a finding: status 1, late ones or not");
    check(status_of((frame_counts){.passed = 1, .late = 1, .again = 1}) == FRAME_RAN_OUT,
          "none, and one is late: status 3");
    return frame_close(&(frame_counts){.passed = (size_t)passed, .findings = (size_t)failed});
}
