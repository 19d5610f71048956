#define _GNU_SOURCE
#include "compare.h"

#include "report.h"
#include "walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { A, B, BOTH, MOST_CHANGES = 512 };

/* What a side gives for every letter at a node. */
typedef struct {
    bool done[STEPS];
    outcome got[STEPS];
    int8_t divergence[STEPS][FIELDS]; /* -1: none */
} answers;

typedef struct {
    const job *job;
    int leg, to, from; /* descriptors */
} side;

typedef struct {
    uint8_t step, field;
    int32_t got[BOTH];
    int8_t divergence[BOTH];
    uint64_t times;
    sequence shortest;
} change;

typedef struct {
    const job *job;
    int leg;
    side side[BOTH];
    answers answers[MOST_STEPS][BOTH];
    sequence path;
    change change[MOST_CHANGES];
    int changes;
    uint64_t calls;
    double begun;
} comparison;

static bool write_all(int to, const void *bytes, size_t length)
{
    for (const char *at = bytes; length > 0;) {
        ssize_t n = write(to, at, length);
        if (n <= 0)
            return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

static bool read_all(int from, void *bytes, size_t length)
{
    for (char *at = bytes; length > 0;) {
        ssize_t n = read(from, at, length);
        if (n <= 0)
            return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

/* A side -------------------------------------------------------------------------------------- */

static void answer(trial *t, const leg *l, int level, answers *a)
{
    for (int s = 0; s < STEPS; s++) {
        result r;
        if (!(l->alphabet >> s & 1)) {
            a->done[s] = false;
            continue;
        }
        trial_step(t, (step)s, &r);
        a->done[s] = r.done;
        a->got[s] = r.got;
        for (int f = 0; f < FIELDS; f++)
            a->divergence[s][f] = r.differs[f] ? r.is[f] : -1;
        trial_restore(t, level);
    }
}

/* 'n': all letters from here; 'd' and a step: go down by it; 'u': up. */
static bool serve(trial *t, void *with)
{
    const side *s = with;
    static answers a;
    int level = 0;
    char command;
    uint8_t taken;
    result r;
    while (read_all(s->from, &command, 1)) {
        switch (command) {
        case 'n':
            answer(t, &s->job->leg[s->leg], level, &a);
            if (!write_all(s->to, &a, sizeof a))
                return false;
            break;
        case 'd':
            if (!read_all(s->from, &taken, 1))
                return false;
            trial_step(t, (step)taken, &r);
            trial_save(t, ++level);
            break;
        default: trial_restore(t, --level); break;
        }
    }
    return true;
}

/* `other`: a side that runs already, whose end must be seen by it alone. */
static pid_t start_side(const job *j, int which, side *s, const side *other)
{
    int down[2], up[2];
    if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
        return -1;
    side child = {j, which, up[1], down[0]};
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(down[1]);
        close(up[0]);
        if (other) {
            close(other->to);
            close(other->from);
        }
        _exit(worker_begin(j, which, true, serve, &child) ? 0 : 1);
    }
    close(down[0]);
    close(up[1]);
    *s = (side){j, which, down[1], up[0]};
    return pid;
}

/* Both ---------------------------------------------------------------------------------------- */

static void note_change(comparison *c, int s, field f, const answers *a, const answers *b)
{
    int i = 0;
    while (i < c->changes &&
           !(c->change[i].step == s && c->change[i].field == f &&
             c->change[i].got[A] == a->got[s].part[f] && c->change[i].got[B] == b->got[s].part[f]))
        i++;
    if (i == MOST_CHANGES)
        return;
    change *at = &c->change[i];
    if (i == c->changes) {
        c->changes++;
        *at = (change){.step = (uint8_t)s,
                       .field = (uint8_t)f,
                       .got = {a->got[s].part[f], b->got[s].part[f]},
                       .divergence = {a->divergence[s][f], b->divergence[s][f]}};
    }
    at->times++;
    if (sequence_before(&c->path, &at->shortest))
        at->shortest = c->path;
}

static bool both(comparison *c, const void *bytes, size_t length)
{
    return write_all(c->side[A].to, bytes, length) && write_all(c->side[B].to, bytes, length);
}

/* What follows a difference would only repeat it, so nothing below it is walked. */
static bool same_here(comparison *c, int s, const answers *a, const answers *b)
{
    bool same = a->done[s] == b->done[s];
    for (int f = 0; f < FIELDS && step_is_call((step)s); f++)
        if (!outcome_same(&a->got[s], &b->got[s], (field)f)) {
            note_change(c, s, (field)f, a, b);
            same = false;
        }
    return same;
}

/*
 * How far this walk is: its first two steps count. On a terminal a line that changes; otherwise one each
 * ten seconds.
 */
static void say_progress(const comparison *c)
{
    static double said;
    bool terminal = isatty(STDERR_FILENO);
    double t = seconds_now();
    double part = (c->path.step[0] + c->path.step[1] / (double)STEPS) / STEPS;
    char name[64];

    if (c->job->quiet || t - said < (terminal ? 0.2 : 10))
        return;
    said = t;
    setting_text(c->job->leg[c->leg].at, name, sizeof name);
    fprintf(stderr, "%swalk %d of %d (%s, depth %d): %.0f %%", terminal ? "\r\033[K" : "",
            c->leg + 1, c->job->legs, name, c->job->leg[c->leg].depth, part * 100);
    if (part > 0.01)
        fprintf(stderr, ", about %.0f s left of it", (t - c->begun) / part * (1 - part));
    fprintf(stderr, "; %d changes%s", c->changes, terminal ? "" : "\n");
    fflush(stderr);
}

static bool descend(comparison *c, int level)
{
    answers *a = &c->answers[level][A], *b = &c->answers[level][B];
    int depth = c->job->leg[c->leg].depth;
    if (!both(c, "n", 1) || !read_all(c->side[A].from, a, sizeof *a) ||
        !read_all(c->side[B].from, b, sizeof *b))
        return false;
    for (int s = 0; s < STEPS; s++) {
        if (!a->done[s] && !b->done[s])
            continue;
        const char down[2] = {'d', (char)s};
        c->path.step[level] = (uint8_t)s;
        c->path.length = (uint8_t)(level + 1);
        c->calls += step_is_call((step)s);
        if (!same_here(c, s, a, b) || level + 1 == depth || s == FREE)
            continue;
        if (!both(c, down, sizeof down) || !descend(c, level + 1) || !both(c, "u", 1))
            return false;
        if (level <= 1)
            say_progress(c);
    }
    return true;
}

static bool compare_leg(comparison *c, const job *other)
{
    pid_t child[BOTH] = {start_side(c->job, c->leg, &c->side[A], NULL),
                         start_side(other, c->leg, &c->side[B], &c->side[A])};
    c->path.leg = (uint8_t)c->leg;
    c->begun = seconds_now();
    bool good = child[A] > 0 && child[B] > 0 && descend(c, 0);
    for (int i = A; i < BOTH; i++) {
        close(c->side[i].to);
        close(c->side[i].from);
        good = child[i] > 0 && waitpid(child[i], NULL, 0) == child[i] && good;
    }
    return good;
}

static int by_length(const void *a, const void *b)
{
    const change *x = a, *y = b;
    return sequence_before(&x->shortest, &y->shortest) ? -1 : 1;
}

static void print_change(const comparison *c, const change *what)
{
    char text[1600], name[64], side_text[192];
    sequence_text(&what->shortest, text, sizeof text);
    setting_text(c->job->leg[what->shortest.leg].at, name, sizeof name);
    printf("\n%s: %s (%s; %llu times)\n", text, field_name((field)what->field), name,
           (unsigned long long)what->times);
    for (int i = A; i < BOTH; i++) {
        outcome o = no_outcome;
        o.part[what->field] = what->got[i];
        printf("    %s  %-24s %s\n", i == A ? "this " : "other",
               part_text(&o, (field)what->field, side_text, sizeof side_text),
               what->divergence[i] >= 0 ? c->job->page->divergence[what->divergence[i]].id : "");
    }
}

int compare(const job *j, const char *folder)
{
    comparison *c = calloc(1, sizeof *c);
    job other = *j;
    bool good = c != NULL;
    other.folder = folder;
    for (int l = 0; l < j->legs && good; l++) {
        c->job = j;
        c->leg = l;
        good = compare_leg(c, &other);
        if (!j->quiet && isatty(STDERR_FILENO))
            fprintf(stderr, "\r\033[K");
        if (!j->quiet && good)
            fprintf(stderr, "walk %d of %d, %d changes\n", l + 1, j->legs, c->changes);
    }
    if (!good) {
        free(c);
        return EXIT_CANNOT_RUN;
    }
    qsort(c->change, (size_t)c->changes, sizeof c->change[0], by_length);
    for (int i = 0; i < c->changes; i++)
        print_change(c, &c->change[i]);
    printf("\n%d changes in %llu calls on each side\n", c->changes, (unsigned long long)c->calls);
    int status = c->changes ? EXIT_FINDING : EXIT_OK;
    free(c);
    return status;
}
