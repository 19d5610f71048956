/* Runs the trials, each in a process of its own: see io_kit.h. */
#define _GNU_SOURCE
#include "io_trial.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 4 }; /* seconds that one trial may take */

/* Shared with the process that makes the trial. */
typedef struct board {
    io_verdict verdict;
    int at; /* the obligation that a call that does not come back breaks */
} board;

static board *shared;
static const char *trying;
static int silent;

void io_at(int obligation)
{
    shared->at = obligation;
}

int io_owed(int obligation, int holds, const char *format, ...)
{
    va_list words;

    if (holds) {
        return 1;
    }
    shared->verdict.findings[obligation]++;
    if (!silent) {
        va_start(words, format);
        printf("IO-%02d: %s: ", obligation, trying);
        vprintf(format, words);
        printf("\n");
        fflush(stdout);
        va_end(words);
    }
    return 0;
}

static int sum(const io_verdict *v)
{
    int all = 0;

    for (int i = 1; i <= IO_OBLIGATIONS; i++) {
        all += v->findings[i];
    }
    return all;
}

/* In the child. */
static void perform(const io_subject *subject, const io_trial *trial)
{
    io_ends e = {.subject = subject};

    signal(SIGALRM, SIG_DFL);
    alarm(PATIENCE);
    if (subject->open(e.context) != 0) {
        fprintf(stderr, "io-kit: %s: two ends could not be made\n", subject->name);
        _exit(2);
    }
    trial->run(&e);
    fflush(stdout);
    _exit(0);
}

static void judge(const io_trial *trial)
{
    int status = 0;

    if (waitpid(-1, &status, 0) < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 2)) {
        exit(2);
    }
    if (!WIFSIGNALED(status)) {
        return;
    }
    if (WTERMSIG(status) == SIGALRM) {
        (void)io_owed(shared->at, 0, "it has not come back after %d s", PATIENCE);
    } else {
        (void)io_owed(WTERMSIG(status) == SIGPIPE ? 6 : trial->obligation, 0, "signal %d",
                      WTERMSIG(status));
    }
}

static void make(const io_subject *subject, const io_trial *trial)
{
    int before = sum(&shared->verdict);
    pid_t child;

    trying = trial->name;
    io_at(trial->obligation);
    fflush(stdout);
    child = fork();
    if (child < 0) {
        perror("io-kit: fork");
        exit(2);
    }
    if (child == 0) {
        perform(subject, trial);
    }
    judge(trial);
    shared->verdict.trials++;
    shared->verdict.failed += sum(&shared->verdict) > before;
}

static int applies(const io_subject *s, const io_trial *t)
{
    return (!(t->needs & NEEDS_WAIT) || s->io->wait != NULL) &&
           (!(t->needs & NEEDS_CLOCK) || s->io->now_ms != NULL) &&
           (!(t->needs & NEEDS_RESET) || s->reset != NULL) &&
           (!(t->needs & NEEDS_NEXT_OWNER) || s->next_owner != NULL) &&
           (!(t->needs & NEEDS_HELD) || s->held != NULL) &&
           (!(t->needs & NEEDS_THREADS) || s->threads);
}

io_verdict io_kit(const io_subject *subject, int wanted)
{
    io_verdict result;

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("io-kit: mmap");
        exit(2);
    }
    silent = wanted != 0;
    for (const io_trial *t = io_trials;
         t->run != NULL && (wanted == 0 || shared->verdict.findings[wanted] == 0); t++) {
        if (applies(subject, t)) {
            make(subject, t);
        }
    }
    result = shared->verdict;
    munmap(shared, sizeof *shared);
    return result;
}
