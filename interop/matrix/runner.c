#define _GNU_SOURCE
#include "runner.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_AT_ONCE = 64 };

/* A cell under way. */
typedef struct {
    job *job;
    pid_t pid;
    int fd; /* its record comes from here */
    char *text;
    size_t len, room;
    long long ends;
} running;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    interrupted = signal_number;
}

int job_passed(const job *j)
{
    return cJSON_GetArraySize(cJSON_GetObjectItem(j->record, "differences")) == 0;
}

/* The cell's process: it leads a group, so that its peer dies with it. */
static void live(const job *j, const runner_options *o, int fd)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL); /* the library has to survive without help */
    cJSON *record = cell_run(j->scenario, &j->variant, o->programs);
    char *text = cJSON_PrintUnformatted(record);
    size_t len = strlen(text), done = 0;
    while (done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n <= 0)
            exit(1);
        done += (size_t)n;
    }
    free(text);
    cJSON_Delete(record);
    exit(0); /* not _exit: leak checkers report there */
}

static int start(running *r, job *j, const runner_options *o)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        live(j, o, fds[1]);
    }
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return -1;
    }
    setpgid(pid, pid);
    *r = (running){.job = j, .pid = pid, .fd = fds[0]};
    r->ends = net_now_ms() + 1000LL * o->seconds;
    return 0;
}

/* 1 when the cell has said all it had to say. */
static int listen_to(running *r)
{
    if (r->room - r->len < 65536) {
        size_t room = r->room + 262144;
        char *text = realloc(r->text, room);
        if (!text)
            return 1;
        r->text = text;
        r->room = room;
    }
    ssize_t n = read(r->fd, r->text + r->len, r->room - r->len - 1);
    if (n > 0)
        r->len += (size_t)n;
    return n == 0 || (n < 0 && errno != EINTR);
}

/* What became of a process that gave no record, or should not be believed. */
static void did_not_survive(running *r, const char *how)
{
    job *j = r->job;
    if (!j->record) {
        j->record = cell_record(j->scenario, &j->variant);
        cJSON_AddArrayToObject(j->record, "differences");
    }
    cell_differ(cJSON_GetObjectItem(j->record, "differences"), "-", "cell", "ends", how,
                "in order");
}

/* Nothing may be left of a cell: its group has to be gone a moment after it. */
static int left_behind(pid_t group)
{
    for (int i = 0; i < 50; i++) {
        while (waitpid(-group, NULL, WNOHANG) > 0)
            ;
        if (kill(-group, 0) != 0)
            return 0;
        net_sleep_ms(2);
    }
    kill(-group, SIGKILL);
    while (waitpid(-group, NULL, 0) > 0)
        ;
    return 1;
}

static void finish(running *r, int late)
{
    char how[64];
    int status = 0;
    if (late)
        kill(-r->pid, SIGKILL);
    while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(r->fd);
    if (r->text) {
        r->text[r->len] = '\0';
        r->job->record = cJSON_Parse(r->text);
        free(r->text);
    }
    if (late)
        snprintf(how, sizeof how, "killed: its time was up");
    else if (WIFSIGNALED(status))
        snprintf(how, sizeof how, "killed by signal %d", WTERMSIG(status));
    else
        snprintf(how, sizeof how, "exit status %d", WEXITSTATUS(status));
    if (late || status != 0 || !r->job->record)
        did_not_survive(r, how);
    if (left_behind(r->pid) && !late)
        did_not_survive(r, "left a process behind");
    r->job->base.done = 1;
    r->job->base.verdict = late ? FRAME_LATE : job_passed(r->job) ? FRAME_PASSED : FRAME_FINDING;
}

/* Waits until a cell speaks or a time is up. */
static void wait_for_any(const running *at_work, size_t n)
{
    struct pollfd p[MOST_AT_ONCE];
    long long first = at_work[0].ends;
    for (size_t i = 0; i < n; i++) {
        p[i] = (struct pollfd){.fd = at_work[i].fd, .events = POLLIN};
        if (at_work[i].ends < first)
            first = at_work[i].ends;
    }
    long long left = first - net_now_ms();
    poll(p, n, left > 0 ? (int)left : 0);
}

static int is_readable(int fd)
{
    return net_wait(fd, POLLIN, 0) == 1;
}

static void kill_all(running *at_work, size_t n)
{
    for (size_t i = 0; i < n; i++)
        finish(&at_work[i], 1);
    fprintf(stderr, "\ninterrupted\n");
    exit(2);
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* a peer whose cell has died is reaped here */
}

/* Plain libssl is expected to differ; only of our own library is that a failure. */
static void show_progress(frame_line *l, size_t done, size_t failed, int plain)
{
    char more[80];
    snprintf(more, sizeof more, ", %zu %s", failed,
             plain ? "with plain libssl differ from the contract" : "failed");
    frame_say(l, done, more);
}

static int run_all(job *jobs, size_t count, const runner_options *o)
{
    running at_work[MOST_AT_ONCE];
    size_t n = 0, next = 0, done = 0, failed = 0;
    size_t most = (size_t)(o->at_once < MOST_AT_ONCE ? o->at_once : MOST_AT_ONCE);
    frame_line line;

    frame_begin(&line, "interop", "cells", count);
    while (done < count) {
        while (n < most && next < count) {
            if (start(&at_work[n], &jobs[next], o) != 0)
                return -1;
            n++;
            next++;
        }
        wait_for_any(at_work, n);
        if (interrupted)
            kill_all(at_work, n);
        for (size_t i = 0; i < n;) {
            running *r = &at_work[i];
            int late = net_now_ms() >= r->ends;
            if (!late && !(is_readable(r->fd) && listen_to(r))) {
                i++;
                continue;
            }
            finish(r, late);
            done++;
            failed += !job_passed(r->job);
            at_work[i] = at_work[--n];
            if (o->progress)
                show_progress(&line, done, failed, jobs[0].variant.engine == &side_libssl);
        }
    }
    if (o->progress)
        frame_end(&line);
    return 0;
}

int runner_run(job *jobs, size_t count, const runner_options *o)
{
    catch_interrupts();
    if (run_all(jobs, count, o) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].base.verdict != FRAME_LATE)
            continue;
        cJSON_Delete(jobs[i].record);
        jobs[i].record = NULL;
        if (run_all(&jobs[i], 1, o) != 0)
            return -1;
        jobs[i].base.again = 1;
    }
    return 0;
}
