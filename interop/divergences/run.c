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

static void wrong(run *r, const line *l, const char *who, const char *got, const char *page)
{
    r->d->problems++;
    complain(&r->c->report, l->at,
             "%s, %s: %s: the page says `%s` of %s, which gave `%s`; mend the page", r->d->id,
             r->tls, l->text, page, who, got);
}

static void remember(run *r, const line *l, const char *libssl, const char *contract)
{
    struct text seen = {0};
    if (r->d->seen)
        return;
    put(&seen, "%s: libssl %s | contract %s", l->text, libssl, contract);
    r->d->seen = take_text(&r->c->arena, seen.data, seen.length);
    free_text(&seen);
}

static void judge(run *r, const line *l, const play *p)
{
    char libssl[TEXT_MAX], contract[TEXT_MAX], page[TEXT_MAX];
    div_outcome_text(&l->libssl, &l->contract, &p->libssl, libssl, sizeof libssl);
    div_outcome_text(&l->libssl, &l->contract, &p->wanted, contract, sizeof contract);
    bool differ = outcomes_differ(&l->contract, &p->libssl, &p->wanted);
    if (r->verbose)
        printf("    %-34s  libssl %-28s  contract %s%s\n", l->text, libssl, contract,
               differ ? "  <-- differs" : "");
    cJSON *record = cJSON_CreateObject();
    cJSON_AddStringToObject(record, "call", l->text);
    cJSON_AddStringToObject(record, "libssl", libssl);
    cJSON_AddStringToObject(record, "contract", contract);
    cJSON_AddBoolToObject(record, "differs", differ);
    cJSON_AddItemToArray(r->steps, record);
    if (!claim_holds(&l->libssl, &p->libssl)) {
        div_outcome_text(&l->libssl, &l->libssl, &l->libssl.is, page, sizeof page);
        wrong(r, l, "libssl", libssl, page);
    }
    if (!claim_holds(&l->contract, &p->wanted) || (l->differs && !differ)) {
        div_outcome_text(&l->contract, &l->contract, &l->contract.is, page, sizeof page);
        wrong(r, l, l->differs ? "the contract" : "both", contract, page);
    }
    if (differ && !l->because) {
        r->differences++;
        remember(r, l, libssl, contract);
    }
}

static bool start(play *p, const sequence *s, int tls13)
{
    memset(p, 0, sizeof *p);
    p->bench = div_bench_new(tls13);
    if (!p->bench)
        return false;
    bool established = s->lines == 0 || !same(s->line[0].text, before_handshake);
    if (established) {
        SSL_set_connect_state(p->bench->s);
        if (!bench_handshake(p->bench))
            return false;
    }
    div_contract_start(&p->contract, p->bench, established);
    return true;
}

static void run_sequence(run *r, const sequence *s, int tls13)
{
    play p;
    bool going = start(&p, s, tls13);
    if (!going)
        give_up("%s: no connection could be made", r->d->id);
    if (r->verbose)
        printf("  %s, %s:%d\n", r->tls, s->at.file, s->at.line);
    for (size_t i = 0; i < s->lines; i++) {
        const line *l = &s->line[i];
        if (!play_step(&p, l->step)) {
            r->d->problems++;
            complain(&r->c->report, l->at, "%s, %s: %s: this could not be done", r->d->id, r->tls,
                     l->text);
            break;
        }
        if (l->step->is_call)
            judge(r, l, &p);
        else if (r->verbose)
            printf("    %s\n", l->text);
    }
    div_bench_free(p.bench);
}

static void run_version(catalogue *c, divergence *d, const sequence *s, int tls13, bool verbose)
{
    run r = {.c = c, .d = d, .tls = tls13 ? "TLS 1.3" : "TLS 1.2", .verbose = verbose};
    cJSON *record = cJSON_CreateObject();
    cJSON_AddStringToObject(record, "version", r.tls);
    r.steps = cJSON_AddArrayToObject(record, "steps");
    cJSON_AddItemToArray(d->record, record);
    run_sequence(&r, s, tls13);
    d->runs++;
    d->differences += r.differences;
    if (d->expected && r.differences == 0) {
        d->problems++;
        complain(&c->report, s->at,
                 "%s, %s: marked as shown by 3.0, but nothing in this sequence is "
                 "its difference; mend the sequence, or mark it `no: reason`",
                 d->id, r.tls);
    }
}

void divergence_run(catalogue *c, divergence *d, bool verbose)
{
    if (verbose)
        printf("%s (%s)\n  contract: %s\n  OpenSSL: %s\n", d->id, d->clauses, d->contract, d->does);
    d->record = cJSON_CreateArray();
    for (const sequence *s = d->first; s; s = s->next) {
        if (s->tls12)
            run_version(c, d, s, 0, verbose);
        if (s->tls13)
            run_version(c, d, s, 1, verbose);
    }
    if (d->expected && d->runs == 0) {
        d->problems++;
        complain(&c->report, d->at,
                 "%s: marked as shown by 3.0, but all its sequences are about "
                 "other releases",
                 d->id);
    }
    if (!d->expected && d->differences > 0) {
        d->problems++;
        complain(&c->report, d->at, "%s: marked as not shown by 3.0, but it is: %s; mark it `yes`",
                 d->id, d->seen);
    }
}
