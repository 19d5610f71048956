#define _GNU_SOURCE
#include "frame.h"
#include "net.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The line ---------------------------------------------------------------------------------- */

void frame_begin(frame_line *l, const char *tool, const char *unit, size_t total)
{
    *l = (frame_line){tool, unit, total, net_now_ms(), 0};
    l->said = l->begun;
}

void frame_say(frame_line *l, size_t done, const char *more)
{
    int terminal = isatty(STDERR_FILENO);
    long long now = net_now_ms();
    if (now - l->said < (terminal ? 200 : 15000))
        return;
    l->said = now;
    fprintf(stderr, "%s%s: %zu of %zu %s, %lld s%s%s", terminal ? "\r" : "", l->tool, done,
            l->total, l->unit, (now - l->begun) / 1000, more, terminal ? "\x1b[K" : "\n");
}

void frame_end(const frame_line *l)
{
    if (isatty(STDERR_FILENO) && l->said != l->begun)
        fputs("\r\x1b[K", stderr);
}

/* The threads ------------------------------------------------------------------------------- */

static int left_behind; /* threads */

typedef struct {
    const frame *f;
    char *cases;
    size_t count, next, done;
    int late, halts, running; /* halts: no case is begun any more */
    pthread_mutex_t lock;
} pool;

/* A thread runs a copy of its case: what it was left behind with is its own. */
typedef struct {
    pool *pool;
    void *bench, *copy;
    pthread_t thread;
    size_t at;
    long long since; /* when its case began; 0: it has none */
    int left;        /* behind: nobody waits for it any more */
} worker;

static frame_case *case_at(const pool *p, size_t i)
{
    return (frame_case *)(p->cases + i * p->f->size);
}

static void note_late(pool *p, frame_case *c, const char *how)
{
    if (how)
        p->f->unended(c, how);
    c->verdict = FRAME_LATE;
    p->halts |= ++p->late >= p->f->most_late;
}

static int take(worker *w)
{
    pool *p = w->pool;
    pthread_mutex_lock(&p->lock);
    int more = !w->left && !p->halts && p->next < p->count;
    if (more) {
        w->at = p->next++;
        w->since = net_now_ms();
        memcpy(w->copy, case_at(p, w->at), p->f->size);
    } else {
        p->running -= !w->left;
    }
    pthread_mutex_unlock(&p->lock);
    return more;
}

static void give_back(worker *w, frame_verdict verdict)
{
    pool *p = w->pool;
    pthread_mutex_lock(&p->lock);
    if (!w->left) {
        frame_case *c = case_at(p, w->at);
        memcpy(c, w->copy, p->f->size);
        c->done = 1;
        c->verdict = verdict;
        if (verdict == FRAME_LATE)
            note_late(p, c, NULL);
        p->done++;
        w->since = 0;
    }
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *argument)
{
    worker *w = argument;
    while (take(w))
        give_back(w, w->pool->f->run(w->bench, w->copy, w->pool->f->with));
    return NULL;
}

static worker *worker_new(pool *p)
{
    worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    *w = (worker){.pool = p, .bench = p->f->open(p->f->with), .copy = malloc(p->f->size)};
    p->running++;
    if (w->bench && w->copy && pthread_create(&w->thread, NULL, work, w) == 0)
        return w;
    p->running--;
    if (w->bench)
        p->f->close(w->bench);
    free(w->copy);
    free(w);
    return NULL;
}

static void worker_free(worker *w)
{
    pthread_join(w->thread, NULL);
    w->pool->f->close(w->bench);
    free(w->copy);
    free(w);
}

/* A thread cannot be ended from outside: it is left behind with its case, and another goes on. */
static int replace_if_late(pool *p, worker **place)
{
    char how[64];
    worker *w = *place;
    if (w->since == 0 || net_now_ms() - w->since < 1000LL * p->f->seconds)
        return 0;
    snprintf(how, sizeof how, "it did not end within %d s", p->f->seconds);
    w->left = 1;
    left_behind++;
    p->running--;
    p->done++;
    case_at(p, w->at)->done = 1;
    note_late(p, case_at(p, w->at), how);
    *place = worker_new(p);
    p->halts |= !*place;
    return *place ? 0 : -1;
}

static int watch(pool *p, worker **workers)
{
    frame_line line;
    int running = 1, good = 1;
    frame_begin(&line, p->f->tool, p->f->unit, p->count);
    while (running > 0 && good) {
        net_sleep_ms(20);
        pthread_mutex_lock(&p->lock);
        for (int i = 0; i < p->f->jobs && good; i++)
            good = replace_if_late(p, &workers[i]) == 0;
        running = p->running;
        if (!p->f->quiet)
            frame_say(&line, p->done, "");
        pthread_mutex_unlock(&p->lock);
    }
    if (!p->f->quiet)
        frame_end(&line);
    return good ? 0 : -1;
}

/* Alone ------------------------------------------------------------------------------------- */

static void live(const frame *f, void *one, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *bench = f->open(f->with);
    if (!bench)
        _exit(FRAME_CANNOT);
    ((frame_case *)one)->verdict = f->run(bench, one, f->with);
    fflush(NULL);
    _exit(write(fd, one, f->size) == (ssize_t)f->size ? 0 : FRAME_CANNOT);
}

/* All of the case came: 1; its time was up: 0; its process ended before: -1. */
static int hear(int fd, char *into, size_t size, long long until)
{
    for (size_t have = 0; have < size;) {
        long long left = until - net_now_ms();
        if (left <= 0 || net_wait(fd, POLLIN, (int)left) != 1)
            return 0;
        ssize_t n = read(fd, into + have, size - have);
        if (n <= 0)
            return -1;
        have += (size_t)n;
    }
    return 1;
}

static int try_alone(const frame *f, frame_case *c)
{
    int fds[2], status = 0;
    char how[64], *copy = malloc(f->size);
    if (!copy || pipe(fds) != 0)
        return -1;
    memcpy(copy, c, f->size);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        live(f, copy, fds[1]);
    close(fds[1]);
    int heard = child > 0 ? hear(fds[0], copy, f->size, net_now_ms() + 1000LL * f->seconds) : -1;
    if (child > 0) {
        if (heard != 1)
            kill(child, heard == 0 ? SIGKILL : SIGTERM);
        waitpid(child, &status, 0);
    }
    close(fds[0]);
    if (heard == 1) {
        memcpy(c, copy, f->size);
    } else {
        snprintf(how, sizeof how,
                 heard == 0 ? "it did not end within %d s, nor did it alone"
                            : "alone, its process ended with status %d",
                 heard == 0 ? f->seconds : status);
        f->unended(c, how);
        c->verdict = heard == 0 ? FRAME_LATE : FRAME_FINDING;
    }
    c->done = c->again = 1;
    free(copy);
    return child > 0 ? 0 : -1;
}

/* Cases side by side, up to the end of the list or until too many are late. */
static int run_threads(pool *p)
{
    worker **workers = calloc((size_t)p->f->jobs, sizeof(worker *));
    int good = workers != NULL;
    pthread_mutex_lock(&p->lock);
    p->late = p->halts = p->running = 0;
    for (int i = 0; i < p->f->jobs && good; i++)
        good = (workers[i] = worker_new(p)) != NULL;
    p->halts |= !good;
    pthread_mutex_unlock(&p->lock);
    good = good && watch(p, workers) == 0;
    for (int i = 0; workers && i < p->f->jobs; i++)
        if (workers[i])
            worker_free(workers[i]);
    free(workers);
    return good;
}

int frame_run(const frame *f, void *cases, size_t count)
{
    pool p = {.f = f, .cases = cases, .count = count};
    int good = 1, late = f->once ? f->most_late : 0;
    size_t seen = 0;
    pthread_mutex_init(&p.lock, NULL);
    do {
        good = run_threads(&p);
        for (; seen < p.next && good && late < f->most_late; seen++) {
            frame_case *c = case_at(&p, seen);
            good = c->verdict != FRAME_LATE || try_alone(f, c) == 0;
            late += c->verdict == FRAME_LATE;
        }
    } while (good && p.next < count && late < f->most_late);
    return good ? 0 : -1;
}

/* The verdict ------------------------------------------------------------------------------- */

frame_counts frame_count(const void *cases, size_t count, size_t size)
{
    frame_counts sum = {0};
    for (size_t i = 0; i < count; i++) {
        const frame_case *c = (const frame_case *)((const char *)cases + i * size);
        if (!c->done)
            continue;
        sum.passed += c->verdict == FRAME_PASSED;
        sum.findings += c->verdict == FRAME_FINDING;
        sum.late += c->verdict == FRAME_LATE;
        sum.again += c->again != 0;
    }
    return sum;
}

int frame_close(const frame_counts *c)
{
    if (c->again > 0)
        printf("%zu ran out of time and were tried again alone; %zu are late all the same\n",
               c->again, c->late);
    printf("%zu passed, %zu failed\n", c->passed, c->findings + c->late);
    int status = c->findings > 0 ? FRAME_FOUND : c->late > 0 ? FRAME_RAN_OUT : 0;
    fflush(NULL);
    if (left_behind > 0) /* the ends of libraries are not for threads that still run in them */
        _exit(status);
    return status;
}

void frame_add_late(cJSON *json, const frame_counts *c)
{
    cJSON_AddNumberToObject(json, "tried_again", (double)c->again);
    cJSON_AddNumberToObject(json, "out_of_time", (double)c->late);
}

/* Shards ------------------------------------------------------------------------------------ */

int frame_read_shard(frame_deck *d, const char *text)
{
    char more;
    if (sscanf(text, "%d/%d%c", &d->which, &d->of, &more) == 2 && d->which >= 1 &&
        d->which <= d->of)
        return 0;
    fprintf(stderr, "--shard is K/N with 1 <= K <= N, not '%s'\n", text);
    return -1;
}

uint32_t frame_hash(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash;
}

/* The sums of a list are below 2^53: a double has them exactly. */
int frame_deal(frame_deck *d, const char *name)
{
    uint32_t hash = frame_hash(name);
    int own = d->of == 0 || (uint64_t)d->cases % (uint64_t)d->of == (uint64_t)d->which - 1;
    d->cases++;
    d->sum += hash;
    d->own_cases += own;
    d->own_sum += own ? hash : 0;
    return own;
}

void frame_add_deck(cJSON *json, const frame_deck *d)
{
    if (d->of == 0)
        return;
    cJSON *whole = cJSON_AddObjectToObject(json, "whole"), *dealt;
    cJSON_AddNumberToObject(whole, "cases", d->cases);
    cJSON_AddNumberToObject(whole, "sum", d->sum);
    dealt = cJSON_AddObjectToObject(json, "dealt");
    cJSON_AddNumberToObject(dealt, "cases", d->own_cases);
    cJSON_AddNumberToObject(dealt, "sum", d->own_sum);
}

int frame_number(const char *tool, const char *text, int least, int most)
{
    char *rest;
    long value = strtol(text, &rest, 10);
    if (*rest || rest == text || value < least || value > most) {
        fprintf(stderr, "%s: '%s' is no number from %d to %d\n", tool, text, least, most);
        exit(FRAME_CANNOT);
    }
    return (int)value;
}
