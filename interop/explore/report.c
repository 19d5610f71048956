#define _GNU_SOURCE
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1600 };

void sequence_text(const sequence *s, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int i = 0; i < s->length && at < size; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? ", " : "",
                               step_name((step)s->step[i]));
}

bool sequence_parse(const char *text, sequence *s)
{
    *s = (sequence){0};
    while (*text) {
        text += strspn(text, " ,");
        size_t length = strcspn(text, " ,");
        step found = step_find(text, length);
        if (length == 0)
            break;
        if (found == STEPS || s->length == MOST_STEPS) {
            fprintf(stderr, "endwell-explore: %s `%.*s`; --steps lists them\n",
                    found == STEPS ? "no step" : "too many steps, the first too many is",
                    (int)length, text);
            return false;
        }
        if (s->length > 0 && s->step[s->length - 1] == FREE) {
            fprintf(stderr, "endwell-explore: nothing follows `free`\n");
            return false;
        }
        s->step[s->length++] = (uint8_t)found;
        text += length;
    }
    if (s->length == 0)
        fprintf(stderr, "endwell-explore: no step is named; --steps lists them\n");
    return s->length > 0;
}

/* The claims of this release that no sequence showed; they are printed on request. */
static int claims_missing(const job *j, bool print)
{
    int missing = 0;
    for (int i = 0; i < j->page->claims; i++) {
        const claim *c = &j->page->claim[i];
        if (!release_in(j->subject->release(), &c->in) || j->board->shown[i].length > 0)
            continue;
        missing++;
        if (print)
            printf("%s:%d: no sequence shows this claim of %s; mend it, or add the sequence to "
                   "interop/explore/long.txt\n",
                   c->at.file, c->at.line, j->page->divergence[c->is].id);
    }
    return missing;
}

int divergences_missing(const job *j)
{
    int missing = 0;
    for (int i = 0; i < j->page->divergences; i++) {
        const known *d = &j->page->divergence[i];
        missing +=
            d->shown && release_in(j->subject->release(), &d->in) && j->board->met[i].length == 0;
    }
    return missing + claims_missing(j, false);
}

int rules_unused(const job *j)
{
    int unused = 0;
    for (int i = 0; i < j->page->rules; i++)
        unused += release_in(j->subject->release(), &j->page->rule[i].in) && j->board->rule[i] == 0;
    return unused;
}

/* One sequence ------------------------------------------------------------------------------ */

static void print_unexplained(const result *r, field f)
{
    char got[256], want[256];
    printf("    %-10s UNEXPLAINED: %s, the contract says %s\n", field_name(f),
           part_text(&r->got, f, got, sizeof got), part_text(&r->want, f, want, sizeof want));
}

static void print_why(const trial *t, const result *r)
{
    for (int f = 0; f < FIELDS; f++) {
        if (!r->differs[f])
            continue;
        const rule *is = r->rule[f] >= 0 ? &t->page->rule[r->rule[f]] : NULL;
        if (is)
            printf("    %-10s %s, %s:%d\n", field_name((field)f), t->page->divergence[r->is[f]].id,
                   is->at.file, is->at.line);
        else
            print_unexplained(r, (field)f);
    }
}

int print_sequence(trial *t, const sequence *s)
{
    int status = EXIT_OK;
    result results[MOST_STEPS];
    char got[TEXT_MAX], want[TEXT_MAX];
    int taken = walk_sequence(t, s, results);
    for (int i = 0; i < taken; i++) {
        const result *r = &results[i];
        printf("%s\n", step_text(r->step));
        if (!step_is_call(r->step))
            continue;
        outcome_text(&r->got, got, sizeof got);
        outcome_text(&r->want, want, sizeof want);
        printf("    %-10s %s\n    contract   %s\n", t->subject->name, got,
               result_differs(r) ? want : "the same");
        print_why(t, r);
        if (result_unexplained(r))
            status = EXIT_FINDING;
    }
    if (taken == s->length)
        return status;
    printf("%s\n    does not apply here\n", step_text((step)s->step[taken]));
    return EXIT_CANNOT_RUN;
}

/* Findings ---------------------------------------------------------------------------------- */

typedef struct {
    const job *job;
    const finding *finding;
} told;

static bool print_finding(trial *t, void *with)
{
    const told *what = with;
    const finding *f = what->finding;
    char got[256], want[256], name[64];
    outcome o = no_outcome, w = no_outcome;
    setting at = what->job->leg[f->shortest.leg].at;
    o.part[f->field] = f->got;
    w.part[f->field] = f->want;
    setting_text(at, name, sizeof name);
    printf("\nunexplained: %s of %s: %s, the contract says %s (%llu times; %s)\n",
           field_name((field)f->field), step_text((step)f->step),
           part_text(&o, (field)f->field, got, sizeof got),
           part_text(&w, (field)f->field, want, sizeof want), (unsigned long long)f->times, name);
    print_sequence(t, &f->shortest);
    if (what->job->subject->release() == 0)
        return true;
    printf("  as a program:\n");
    print_program(stdout, at, &f->shortest,
                  "A difference that spec/divergences.md does not explain");
    return true;
}

static void print_missing(const job *j)
{
    for (int i = 0; i < j->page->divergences; i++) {
        const known *d = &j->page->divergence[i];
        if (d->shown && release_in(j->subject->release(), &d->in) && j->board->met[i].length == 0)
            printf("%s:%d: %s is said to be shown by this release, and no sequence met it\n",
                   d->at.file, d->at.line, d->id);
    }
    claims_missing(j, true);
    for (int i = 0; i < j->page->rules; i++) {
        const rule *r = &j->page->rule[i];
        if (release_in(j->subject->release(), &r->in) && j->board->rule[i] == 0)
            printf("%s:%d: this rule explained nothing here; is it for longer sequences?\n",
                   r->at.file, r->at.line);
    }
}

void print_findings(const job *j, bool all)
{
    for (int i = 0; i < j->board->findings; i++) {
        told what = {j, &j->board->finding[i]};
        worker_run(j, what.finding->shortest.leg, true, print_finding, &what);
    }
    if (j->board->states_full)
        printf("there are more states than can be counted: %d\n", STATES_ROOM);
    if (j->board->too_many_findings)
        printf("and more: only the first %d are told\n", MOST_FINDINGS);
    if (j->board->findings > 0 && j->subject->release() == 0)
        printf("\nNothing excuses our own library: mend src/, or what the contract's engine may do "
               "(contract.h).\n");
    else if (j->board->findings > 0)
        printf(
            "\nTo explain a difference add a rule to spec/divergences.md, \"What the walk shows\"; "
            "if no divergence causes it, it is a new one.\n");
    if (all)
        print_missing(j);
}

/* The summary ------------------------------------------------------------------------------- */

static uint64_t sum(const job *j, size_t offset)
{
    uint64_t all = 0;
    for (int i = 0; i < j->legs; i++)
        all += *(_Atomic uint64_t *)((char *)&j->board->of[i] + offset);
    return all;
}

#define SUM(j, what) (unsigned long long)sum(j, offsetof(counts, what))

void print_summary(const job *j, const outcome_of_run *o)
{
    int met = 0;
    for (int i = 0; i < j->page->divergences; i++)
        met += j->board->met[i].length > 0;
    printf(
        "%s %s: %llu sequences that end with a call, %llu calls, %.0f a second on %d processes\n",
        j->subject->name, j->subject->version(), SUM(j, sequences),
        SUM(j, calls) + SUM(j, random_calls),
        (double)(SUM(j, calls) + SUM(j, random_calls)) / (o->seconds > 0 ? o->seconds : 1),
        j->jobs);
    if (SUM(j, random_walks) > 0)
        printf("random: %llu walks, %llu calls\n", SUM(j, random_walks), SUM(j, random_calls));
    printf("%llu states that can be told apart; %llu subtrees merged\n",
           (unsigned long long)j->board->states, SUM(j, merged));
    printf("%llu calls differ from the contract, %llu of them unexplained; %d divergences met\n",
           SUM(j, differing), SUM(j, unexplained), met);
    if (o->replayed >= 0)
        printf("%d sequences played again on fresh connections, %d gave something else\n",
               o->replayed, o->replays_differing);
}
