#define _GNU_SOURCE
#include "workers.h"

#include "heap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 200 };

/* A worker ---------------------------------------------------------------------------------- */

static bool begin(const job *j, int which, bool in_heap, trial *t)
{
    *t = (trial){.subject = j->subject, .page = j->page};
    const char *missing = j->subject->load(j->folder, in_heap);
    if (missing) {
        fprintf(stderr, "endwell-explore: %s\n", missing);
        return false;
    }
    if (!trial_open(t, j->leg[which].at)) {
        fprintf(stderr, "endwell-explore: %s made no connection\n", j->subject->name);
        return false;
    }
    if (in_heap && heap_freeze() != 0) {
        perror("endwell-explore: the heap");
        return false;
    }
    if (in_heap)
        trial_save(t, 0);
    return true;
}

bool worker_begin(const job *j, int which, bool in_heap, bool (*what)(trial *, void *), void *with)
{
    trial t;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to outlive the run */
    bool good = begin(j, which, in_heap, &t) && what(&t, with);
    fflush(NULL);
    return good;
}

static pid_t start(const job *j, int which, bool in_heap, bool (*what)(trial *, void *), void *with)
{
    fflush(NULL);
    pid_t child = fork();
    if (child != 0)
        return child;
    _exit(worker_begin(j, which, in_heap, what, with) ? 0 : 1);
}

static bool ended_well(pid_t child, int status)
{
    if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (child > 0 && WIFSIGNALED(status))
        fprintf(stderr, "endwell-explore: a worker ended by signal %d\n", WTERMSIG(status));
    return false;
}

bool worker_run(const job *j, int which, bool in_heap, bool (*what)(trial *, void *), void *with)
{
    int status = 0;
    pid_t child = start(j, which, in_heap, what, with);
    return child > 0 && waitpid(child, &status, 0) == child && ended_well(child, status);
}

/* The walk ---------------------------------------------------------------------------------- */

typedef struct {
    const job *job;
    int leg, worker;
} share;

static bool walk_share(trial *t, void *with)
{
    const share *s = with;
    const job *j = s->job;
    walker *w = calloc(1, sizeof *w);
    if (!w)
        return false;
    w->trial = t;
    w->board = j->board;
    w->leg = &j->leg[s->leg];
    w->number = (uint8_t)s->leg;
    w->here = &j->board->here[s->worker];
    for (uint32_t unit; (unit = j->board->next_unit++) < UNITS;) {
        if ((int)(unit % (uint32_t)j->shards) == j->shard) {
            walk_unit(w, (int)unit);
            j->board->own_units++;
            j->board->own_sum += unit + 1;
        }
        j->board->units_done++;
    }
    bool all = strcmp(w->leg->letters, "all") == 0;
    for (int i = 0; i < j->givens && all && j->shard == 0 && s->worker == 0; i++)
        walk_given(w, &j->given[i]);
    if (w->leg->seconds > 0)
        walk_random(w, j->seed * 1024 + (uint64_t)(j->shard * j->jobs + s->worker));
    free(w);
    return true;
}

static uint64_t sum_of(const job *j, size_t offset)
{
    uint64_t sum = 0;
    for (int i = 0; i < j->legs; i++)
        sum += *(_Atomic uint64_t *)((char *)&j->board->of[i] + offset);
    return sum;
}

/* On a terminal a line that changes; otherwise one each ten seconds. */
static void progress(const job *j, int which, double begun)
{
    static double said;
    bool terminal = isatty(STDERR_FILENO);
    double t = seconds_now();
    if (j->quiet || t - said < (terminal ? 0.2 : 10))
        return;
    said = t;
    char name[64];
    double part = (double)j->board->units_done / UNITS;
    uint64_t calls = sum_of(j, offsetof(counts, calls)) + sum_of(j, offsetof(counts, random_calls));
    setting_text(j->leg[which].at, name, sizeof name);
    fprintf(stderr,
            "%swalk %d of %d (%s, %s letters, depth %d): %.0f %%, about %.0f s left; %.1f million "
            "calls, %llu unexplained%s",
            terminal ? "\r\033[K" : "", which + 1, j->legs, name, j->leg[which].letters,
            j->leg[which].depth, part * 100,
            part > 0.01 ? (t - begun) / part * (1 - part) + j->leg[which].seconds
                        : j->leg[which].seconds,
            (double)calls / 1e6, (unsigned long long)sum_of(j, offsetof(counts, unexplained)),
            terminal ? "" : "\n");
    fflush(stderr);
}

/* A library that crashes is a finding, and the worker's place tells how. */
static int judge_end(const job *j, int worker, int status)
{
    char name[64];
    if (WIFEXITED(status))
        return WEXITSTATUS(status) == 0 ? EXIT_OK : EXIT_CANNOT_RUN;
    if (WTERMSIG(status) == SIGKILL)
        return EXIT_CANNOT_RUN;
    const sequence *s = &j->board->here[worker];
    setting_text(j->leg[s->leg].at, name, sizeof name);
    printf("\nthe last of these steps ended by signal %d (%s):\n   ", WTERMSIG(status), name);
    for (int i = 0; i < s->length; i++)
        printf(" %s", step_name((step)s->step[i]));
    printf("\nSee it again with --try, or --program.\n");
    return EXIT_FINDING;
}

static void stop_all(const pid_t *child, int count)
{
    for (int i = 0; i < count; i++)
        if (child[i] > 0)
            kill(child[i], SIGKILL);
}

/* The exit status of the leg; once a worker ends badly the others are stopped. */
static int wait_for_all(const job *j, int which, pid_t *child)
{
    struct timespec pause = {0, PAUSE_MS * 1000000L};
    double begun = seconds_now();
    int verdict = EXIT_OK;
    for (int running = j->jobs; running > 0;) {
        int status, worker = 0;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended <= 0) {
            progress(j, which, begun);
            nanosleep(&pause, NULL);
            continue;
        }
        while (worker < j->jobs && child[worker] != ended)
            worker++;
        running--;
        if (worker == j->jobs || verdict != EXIT_OK)
            continue; /* stopped by us */
        child[worker] = 0;
        verdict = judge_end(j, worker, status);
        if (verdict != EXIT_OK)
            stop_all(child, j->jobs);
    }
    if (!j->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return verdict;
}

int workers_walk(job *j)
{
    int verdict = EXIT_OK;
    j->board->legs = j->legs;
    for (int s = 0; s < j->legs && verdict == EXIT_OK; s++) {
        pid_t child[MOST_JOBS];
        j->board->next_unit = j->board->units_done = 0;
        for (int i = 0; i < j->jobs; i++) {
            share own = {j, s, i};
            child[i] = start(j, s, true, walk_share, &own);
            if (child[i] < 0) {
                perror("endwell-explore: fork");
                stop_all(child, i);
                return EXIT_CANNOT_RUN;
            }
        }
        verdict = wait_for_all(j, s, child);
    }
    return verdict;
}

/* Shorter findings -------------------------------------------------------------------------- */

static bool shrink(trial *t, void *with)
{
    walk_shrink(t, with, &((finding *)with)->shortest);
    return true;
}

bool workers_shrink(job *j)
{
    bool good = true;
    for (int i = 0; i < j->board->findings && good; i++)
        good =
            worker_run(j, j->board->finding[i].shortest.leg, true, shrink, &j->board->finding[i]);
    return good;
}

/* The self-check ---------------------------------------------------------------------------- */

typedef struct {
    const job *job;
    int leg;
} check;

static void tell(const job *j, const sample *s, const result *r, int at)
{
    char fresh[256], walked[256], name[64];
    outcome then = no_outcome;
    memcpy(then.part, s->got[at], sizeof then.part);
    outcome_text(&r[at].got, fresh, sizeof fresh);
    outcome_text(&then, walked, sizeof walked);
    setting_text(j->leg[s->steps.leg].at, name, sizeof name);
    fprintf(stderr, "endwell-explore: %s:", name);
    for (int i = 0; i <= at; i++)
        fprintf(stderr, " %s", step_name((step)s->steps.step[i]));
    fprintf(stderr, "\n    the walk: %s\n    a fresh connection: %s\n", walked, fresh);
}

static bool replay_all(trial *t, void *with)
{
    const check *c = with;
    board *b = c->job->board;
    for (int i = 0; i < MOST_SAMPLES; i++) {
        const sample *s = &b->sample[i];
        result results[MOST_STEPS];
        if (s->steps.length == 0 || s->steps.leg != c->leg)
            continue;
        if (!trial_open(t, c->job->leg[c->leg].at))
            return false;
        for (int at = 0; at < s->steps.length; at++) {
            trial_step(t, (step)s->steps.step[at], &results[at]);
            if (results[at].done &&
                memcmp(results[at].got.part, s->got[at], sizeof s->got[at]) == 0)
                continue;
            tell(c->job, s, results, at);
            b->replays_differing++;
            break;
        }
    }
    return true;
}

int workers_replay(const job *j)
{
    j->board->replays_differing = 0;
    for (int s = 0; s < j->legs; s++) {
        check own = {j, s};
        if (!worker_run(j, s, false, replay_all, &own))
            return -1;
    }
    return j->board->replays_differing;
}
