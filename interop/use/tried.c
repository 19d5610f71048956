/* See tried.h. What came of the clauses lies in memory that all processes share. */
#define _GNU_SOURCE
#include "tried.h"

#include "heap.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct found {
    unsigned long applied, broken;
    setting at; /* where it was broken in the fewest steps */
    int length;
    step path[TRIED_LEVELS];
};

static struct {
    struct found of[TRIED_CLAUSES];
    unsigned long calls, outside;
} * shared;

static const struct tried *tried;
static trial now;
static setting begun;
static step path[TRIED_LEVELS];
static int length, depth;

void tried_asked(int clause, bool holds)
{
    struct found *f = &shared->of[clause];
    f->applied++;
    if (!holds && (f->broken++ == 0 || length < f->length)) {
        f->at = begun;
        f->length = length;
        memcpy(f->path, path, sizeof f->path);
    }
}

void tried_call(bool is_allowed)
{
    shared->calls++;
    shared->outside += !is_allowed;
}

static void walk_from(int level)
{
    trial_save(&now, level);
    tried->save(level);
    for (int s = 0; s < STEPS && level < depth; s++) {
        result r;
        if (!tried->is_walked((step)s) || (level + 1 == depth && !tried->is_last((step)s))) {
            continue;
        }
        path[level] = (step)s;
        length = level + 1;
        trial_step(&now, (step)s, &r);
        if (r.done && tried->goes_on()) {
            walk_from(level + 1);
        }
        trial_restore(&now, level);
        tried->restore(level);
    }
}

static int walk_setting(const char *folder, setting at)
{
    char name[64];
    const char *missing = tried->subject->load(folder, true);
    setting_text(at, name, sizeof name);
    now = (trial){.subject = tried->subject};
    begun = at;
    tried->begin(at);
    if (missing != NULL || !trial_open(&now, at) || heap_freeze() != 0) {
        fprintf(stderr, "%s: %s: %s\n", tried->program, name,
                missing != NULL ? missing : "no connection");
        return CANNOT_RUN;
    }
    walk_from(0);
    return PASS;
}

/* Each setting in a process of its own: the heap is frozen once. */
static int in_a_process(const char *folder, setting at)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        status = walk_setting(folder, at);
        fflush(NULL);
        _exit(status);
    }
    return child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)
               ? CANNOT_RUN
               : WEXITSTATUS(status);
}

static void print_broken(const struct tried_clause *c, const struct found *f)
{
    char name[64];
    setting_text(f->at, name, sizeof name);
    printf("BROKEN %s: %s: %s (%lu of %lu times), soonest with %s by:", c->function, c->label,
           c->place, f->broken, f->applied, name);
    for (int i = 0; i < f->length; i++) {
        printf("%s %s", i > 0 ? "," : "", tried->name(f->path[i]));
    }
    printf("%s\n", f->length == 0 ? " the handshake" : "");
}

static bool holds(const struct tried_clause *c, const struct found *f)
{
    if (f->broken > 0) {
        print_broken(c, f);
    } else if (f->applied == 0) {
        printf("NEVER TRIED %s: %s: %s\n", c->function, c->label, c->place);
    }
    return f->applied > 0 && f->broken == 0;
}

static int report(const char *folder)
{
    int passed = 0, failed = 0, fields = 0;
    const struct tried_clause *c;
    for (int i = 0; (c = tried->clause(i)) != NULL; i++) {
        bool good = holds(c, &shared->of[i]);
        passed += good;
        failed += !good;
        fields += strncmp(c->label, "assigns_", strlen("assigns_")) == 0;
    }
    printf("contracts of %s, to depth %d on %s: %lu calls, %lu that no contract allows\n",
           tried->of, depth, folder != NULL ? folder : tried->on, shared->calls, shared->outside);
    printf("%d clauses, and %d fields that a call may not change\n", passed + failed - fields,
           fields);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 ? FINDING : PASS;
}

int tried_all(const struct tried *t, const setting *at, int settings, int steps, const char *folder)
{
    tried = t;
    depth = steps;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (depth < 1 || depth > TRIED_LEVELS || shared == MAP_FAILED) {
        fprintf(stderr, "%s: a depth from 1 to %d is needed\n", t->program, TRIED_LEVELS);
        return CANNOT_RUN;
    }
    for (int i = 0; i < settings; i++) {
        if (in_a_process(folder, at[i]) != PASS) {
            char name[64];
            setting_text(at[i], name, sizeof name);
            fprintf(stderr, "%s: %s: a walk did not end\n", t->program, name);
            return CANNOT_RUN;
        }
    }
    return report(folder);
}
