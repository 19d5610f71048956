/* Which process a line is of: numbers come again, in one PID namespace and in several at a time. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_NAMESPACE 4026531836.0 /* which a name does not say */

size_t bucket_of_process(int pid)
{
    return (uint32_t)pid % BUCKETS;
}

static double space_of(const struct event *e)
{
    return e->space == FIRST_NAMESPACE || e->space == ABSENT ? 0 : e->space;
}

/* The process that saw it first, a dot, its number, and where it is not the first one `@` and the namespace. */
void note_owner(struct conn *c)
{
    const char *at = strchr(c->id, '@');
    c->owner = atoi(c->id);
    c->space = at != NULL ? strtod(at + 1, NULL) : 0;
}

static struct process *find_process(const struct judge *j, int pid, double space)
{
    struct process *p = j->known[bucket_of_process(pid)];
    while (p != NULL && (p->pid != pid || p->space != space)) {
        p = p->next;
    }
    return p;
}

static struct process *process_of(struct judge *j, const struct event *e)
{
    struct process *p = find_process(j, e->pid, space_of(e));
    if (p == NULL) {
        struct process **bucket = &j->known[bucket_of_process(e->pid)];
        p = calloc(1, sizeof *p);
        if (p == NULL) {
            abort();
        }
        *p = (struct process){*bucket, e->pid, space_of(e), e->started, NULL};
        *bucket = p;
    }
    return p;
}

static void end_at(struct judge *j, struct conn *c, const struct event *last)
{
    if (last != NULL) {
        judge_end(j, c, last);
    } else if (!c->ended && c->established) {
        end_unseen(j, "its process ended without a last line: killed, or the trace is cut");
    }
    c->ended = c->gone = true;
}

/*
 * The first line of a process. A second one of the same process is that of an exec, which put another
 * program in its place, with new numbers; that of another process says that the former is over.
 */
void begin_process(struct judge *j, const struct event *e)
{
    struct process *p = process_of(j, e);
    bool is_another =
        p->exit != NULL || (p->started != e->started && p->started >= 0 && e->started >= 0);
    for (struct conn *c = j->owned[bucket_of_process(e->pid)]; c != NULL; c = c->same_process) {
        if (!c->gone && c->owner == e->pid && c->space == p->space) {
            end_at(j, c, is_another ? p->exit : e);
        }
    }
    p->started = e->started;
    p->exit = NULL;
}

void end_process(struct judge *j, const struct event *e)
{
    struct process *p = process_of(j, e);
    p->exit = p->exit == NULL ? e : p->exit;
}

const struct event *exit_of(const struct judge *j, const struct conn *c)
{
    int pid = c->history[c->events - 1]->pid;
    const struct process *p = find_process(j, pid, c->space);
    if (p == NULL && pid != c->owner) { /* a fork into another namespace has it */
        p = j->known[bucket_of_process(pid)];
        while (p != NULL && p->pid != pid) {
            p = p->next;
        }
    }
    return p != NULL ? p->exit : NULL;
}

void free_processes(struct judge *j)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (j->known[i] != NULL) {
            struct process *p = j->known[i];
            j->known[i] = p->next;
            free(p);
        }
    }
}
