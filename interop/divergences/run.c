/* Carries out the sequences of a divergence and holds each result to what the page says. */
#include "divergences.h"

#include <string.h>

enum { TEXT_MAX = 256 };

typedef struct {
    catalogue *c;
    divergence *d;
    const char *tls;
    bool verbose;
    cJSON *steps;
    int differences; /* of this sequence, its own */
} run;

static void wrong(run *r, const line *l, const char *who, const char *got, const char *says)
{
    r->d->problems++;
    complain(&r->c->page.report, l->at,
             "%s, %s: %s: the page says `%s` of %s, which gave `%s`; mend the page", r->d->is->id,
             r->tls, l->text, says, who, got);
}

static void remember(run *r, const line *l, const char *got, const char *want)
{
    struct text seen = {0};
    if (r->d->seen)
        return;
    put(&seen, "%s: libssl %s | contract %s", l->text, got, want);
    r->d->seen = take_text(&r->c->page.arena, seen.data, seen.length);
    free_text(&seen);
}

static void judge(run *r, const line *l, const result *p)
{
    char got[TEXT_MAX], want[TEXT_MAX], says[TEXT_MAX];
    stated_text(&l->libssl, &l->contract, &p->got, got, sizeof got);
    stated_text(&l->libssl, &l->contract, &p->want, want, sizeof want);
    bool differ = stated_differs(&l->contract, &p->got, &p->want);
    if (r->verbose)
        printf("    %-34s  libssl %-28s  contract %s%s\n", l->text, got, want,
               differ ? "  <-- differs" : "");
    cJSON *record = cJSON_CreateObject();
    cJSON_AddStringToObject(record, "call", l->text);
    cJSON_AddStringToObject(record, "libssl", got);
    cJSON_AddStringToObject(record, "contract", want);
    cJSON_AddBoolToObject(record, "differs", differ);
    cJSON_AddItemToArray(r->steps, record);
    if (!stated_holds(&l->libssl, &p->got)) {
        stated_text(&l->libssl, &l->libssl, &l->libssl.is, says, sizeof says);
        wrong(r, l, "libssl", got, says);
    }
    if (!stated_holds(&l->contract, &p->want) || (l->differs && !differ)) {
        stated_text(&l->contract, &l->contract, &l->contract.is, says, sizeof says);
        wrong(r, l, l->differs ? "the contract" : "both", want, says);
    }
    if (differ && !l->because) {
        r->differences++;
        remember(r, l, got, want);
    }
}

static void run_sequence(run *r, const sequence *s, bool tls13)
{
    trial t = {.subject = &subject_page};
    setting at = {s->lines > 0 ? s->line[0].is.begins : ESTABLISHED, tls13, true};
    if (!trial_open(&t, at))
        give_up("%s: libssl could not make a connection", r->d->is->id);
    if (r->verbose)
        printf("  %s, %s:%d\n", r->tls, s->at.file, s->at.line);
    for (size_t i = 0; i < s->lines; i++) {
        const line *l = &s->line[i];
        result got;
        if (!play_line(&t, &l->is, &got)) {
            r->d->problems++;
            complain(&r->c->page.report, l->at, "%s, %s: %s: this could not be done", r->d->is->id,
                     r->tls, l->text);
            break;
        }
        if (l->is.has_result)
            judge(r, l, &got);
        else if (r->verbose)
            printf("    %s\n", l->text);
    }
}

static void run_version(catalogue *c, divergence *d, const sequence *s, bool tls13, bool verbose)
{
    run r = {.c = c, .d = d, .tls = tls13 ? "TLS 1.3" : "TLS 1.2", .verbose = verbose};
    cJSON *record = cJSON_CreateObject();
    cJSON_AddStringToObject(record, "version", r.tls);
    r.steps = cJSON_AddArrayToObject(record, "steps");
    cJSON_AddItemToArray(d->record, record);
    run_sequence(&r, s, tls13);
    d->runs++;
    d->differences += r.differences;
    if (d->is->shown && r.differences == 0) {
        d->problems++;
        complain(&c->page.report, s->at,
                 "%s, %s: marked as shown by 3.0, but nothing in this sequence is "
                 "its difference; mend the sequence, or mark it `no: reason`",
                 d->is->id, r.tls);
    }
}

void divergence_run(catalogue *c, divergence *d, bool verbose)
{
    if (verbose)
        printf("%s (%s)\n  contract: %s\n  OpenSSL: %s\n", d->is->id, d->is->clauses,
               d->is->contract, d->is->does);
    d->record = cJSON_CreateArray();
    for (const sequence *s = d->first; s; s = s->next) {
        if (s->tls12)
            run_version(c, d, s, false, verbose);
        if (s->tls13)
            run_version(c, d, s, true, verbose);
    }
    if (d->is->shown && d->runs == 0) {
        d->problems++;
        complain(&c->page.report, d->is->at,
                 "%s: marked as shown by 3.0, but all its sequences are about "
                 "other releases",
                 d->is->id);
    }
    if (!d->is->shown && d->differences > 0) {
        d->problems++;
        complain(&c->page.report, d->is->at,
                 "%s: marked as not shown by 3.0, but it is: %s; mark it `yes`", d->is->id,
                 d->seen);
    }
}
