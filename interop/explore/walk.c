#define _GNU_SOURCE
#include "walk.h"

#include "heap.h"

#include <string.h>
#include <time.h>

enum { ROOT = 0, HERE = 1, RANDOM_LENGTH = 40, MOST_APART = 2, ONE_IN = 4096 };

static void flush(walker *w)
{
    counts *sum = &w->board->of[w->number], *own = &w->counts;
    sum->sequences += own->sequences;
    sum->calls += own->calls;
    sum->merged += own->merged;
    sum->differing += own->differing;
    sum->unexplained += own->unexplained;
    sum->random_walks += own->random_walks;
    sum->random_calls += own->random_calls;
    for (int i = 0; i < MOST_RULES; i++)
        if (w->rules[i] > 0)
            w->board->rule[i] += w->rules[i];
    for (int i = 0; i < MOST_DIVERGENCES; i++)
        if (w->times[i] > 0)
            w->board->times[i] += w->times[i];
    memset(w->times, 0, sizeof w->times);
    memset(own, 0, sizeof *own);
    memset(w->rules, 0, sizeof w->rules);
}

static uint64_t roll(walker *w)
{
    w->dice ^= w->dice << 13;
    w->dice ^= w->dice >> 7;
    w->dice ^= w->dice << 17;
    return w->dice;
}

/* One step ---------------------------------------------------------------------------------- */

static void judge(walker *w, const result *r)
{
    for (int i = 0; i < MOST_CLAIMS && r->shows >> i; i++)
        if (r->shows >> i & 1)
            board_keep(w->board, &w->board->shown[i], &w->path);
    if (!result_differs(r))
        return;
    w->counts.differing++;
    w->counts.unexplained += result_unexplained(r);
    for (int f = 0; f < FIELDS; f++) {
        if (!r->differs[f])
            continue;
        if (r->rule[f] < 0) {
            board_finding(w->board, r, (field)f, &w->path);
            continue;
        }
        w->rules[r->rule[f]]++;
        w->times[r->is[f]]++;
        board_keep(w->board, &w->board->met[r->is[f]], &w->path);
    }
}

/* Takes a step. false: it does not apply. `counted`: it is this walker's to judge. */
static bool go(walker *w, step s, bool counted)
{
    result r;
    int at = w->path.length;
    w->path.step[at] = (uint8_t)s;
    *w->here = w->path;
    w->here->length++;
    trial_step(w->trial, s, &r);
    if (!r.done)
        return false;
    w->path.length++;
    memcpy(w->sample.got[at], r.got.part, sizeof r.got.part);
    w->counts.calls += step_is_call(s);
    if (!counted)
        return true;
    w->counts.sequences += step_is_call(s);
    if (step_is_call(s)) {
        if (!w->by_chance) /* so that the number is the same each time */
            board_state(w->board, trial_observed(w->trial));
        judge(w, &r);
    }
    return true;
}

static void back(walker *w, int level)
{
    w->path.length = (uint8_t)level;
    trial_restore(w->trial, level);
}

static void keep_sample(walker *w)
{
    w->sample.steps = w->path;
    board_sample(w->board, &w->sample, roll(w));
}

/* All sequences ----------------------------------------------------------------------------- */

static bool in_alphabet(const walker *w, int s)
{
    return w->leg->alphabet >> s & 1;
}

/* From where the walker stands, which is `level` steps from the start. A sequence that does not end
 * with a call has nothing to compare. */
static void walk_from(walker *w, int level)
{
    int left = w->leg->depth - level;
    if (w->leg->merge &&
        board_visited(w->board, trial_hash(w->trial) ^ w->leg->alphabet * 0x9e3779b97f4a7c15u,
                      left)) {
        w->counts.merged++;
        return;
    }
    trial_save(w->trial, level);
    for (int s = 0; s < STEPS; s++) {
        if (!in_alphabet(w, s) || (left == 1 && !step_is_call((step)s)))
            continue;
        bool taken = go(w, (step)s, true);
        if (taken && left > 1 && s != FREE)
            walk_from(w, level + 1);
        else if (taken && roll(w) % ONE_IN == 0)
            keep_sample(w);
        back(w, level);
    }
}

void walk_unit(walker *w, int unit)
{
    step first = (step)(unit / STEPS), second = (step)(unit % STEPS);
    bool own = second == 0;
    if (!in_alphabet(w, first) || (!own && (w->leg->depth < 2 || !in_alphabet(w, second))))
        return;
    w->path.leg = w->number;
    w->dice = ((uint64_t)unit * 64 + w->number) * 0x9e3779b97f4a7c15u | 1;
    back(w, ROOT);
    if (go(w, first, own) && first != FREE && w->leg->depth > 1 && in_alphabet(w, second)) {
        trial_save(w->trial, ROOT + 1);
        bool ends = w->leg->depth == 2;
        if ((!ends || step_is_call(second)) && go(w, second, true) && !ends && second != FREE)
            walk_from(w, ROOT + 2);
    }
    back(w, ROOT);
    flush(w);
}

void walk_given(walker *w, const sequence *s)
{
    w->path.leg = w->number;
    w->by_chance = true;
    back(w, ROOT);
    for (int i = 0; i < s->length && go(w, (step)s->step[i], true); i++)
        ;
    back(w, ROOT);
    flush(w);
    w->by_chance = false;
}

/* At random --------------------------------------------------------------------------------- */

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Where the two sides are apart everything differs, as a consequence. So most steps that set them
 * apart are taken back, and when one is not, the walk ends soon after. */
static void one_random(walker *w)
{
    int apart = 0;
    for (int tries = 0;
         tries < 40 * RANDOM_LENGTH && w->path.length < RANDOM_LENGTH && apart < MOST_APART;
         tries++) {
        int s = (int)(roll(w) % STEPS), length = w->path.length;
        if (s == FREE || !in_alphabet(w, s))
            continue;
        trial_save(w->trial, HERE);
        if (!go(w, (step)s, true)) {
            trial_restore(w->trial, HERE);
            continue;
        }
        if (!trial_apart(w->trial))
            continue;
        apart++;
        if (apart == 1 && roll(w) % 8 != 0) {
            trial_restore(w->trial, HERE);
            w->path.length = (uint8_t)length;
            apart = 0;
        }
    }
}

void walk_random(walker *w, uint64_t seed)
{
    double end = seconds_now() + w->leg->seconds;
    w->by_chance = true;
    w->path.leg = w->number;
    w->dice = (seed * 64 + w->number) * 0x9e3779b97f4a7c15u | 1;
    while (seconds_now() < end) {
        back(w, ROOT);
        one_random(w);
        w->counts.random_walks++;
        w->counts.random_calls += w->counts.calls;
        w->counts.calls = w->counts.sequences = 0;
        if (roll(w) % 64 == 0)
            keep_sample(w);
        flush(w);
    }
    back(w, ROOT);
}

/* One sequence ------------------------------------------------------------------------------ */

int walk_sequence(trial *t, const sequence *s, result *results)
{
    int taken = 0;
    trial_restore(t, ROOT);
    for (; taken < s->length; taken++) {
        trial_step(t, (step)s->step[taken], &results[taken]);
        if (!results[taken].done)
            break;
    }
    return taken;
}

static bool still_found(trial *t, const finding *f, const sequence *s)
{
    result results[MOST_STEPS];
    if (s->length == 0 || walk_sequence(t, s, results) < s->length)
        return false;
    const result *last = &results[s->length - 1];
    return last->step == f->step && last->differs[f->field] && last->rule[f->field] < 0 &&
           last->got.part[f->field] == f->got && last->want.part[f->field] == f->want;
}

void walk_shrink(trial *t, const finding *f, sequence *s)
{
    for (int i = 0; i < s->length;) {
        sequence shorter = *s;
        memmove(shorter.step + i, shorter.step + i + 1, (size_t)(s->length - i - 1));
        shorter.length--;
        if (still_found(t, f, &shorter)) {
            *s = shorter;
            i = 0;
        } else {
            i++;
        }
    }
}
