#define _GNU_SOURCE
#include "board.h"

#include <string.h>
#include <sys/mman.h>

board *board_new(void)
{
    void *at = mmap(NULL, sizeof(board), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void board_lock(board *b)
{
    while (atomic_flag_test_and_set(&b->lock))
        ;
}

void board_unlock(board *b)
{
    atomic_flag_clear(&b->lock);
}

bool board_state(board *b, uint64_t hash)
{
    uint64_t key = hash | 1; /* 0 is a free place */
    for (uint64_t i = hash >> 1, tries = 0; tries < STATES_ROOM; i++, tries++) {
        _Atomic uint64_t *at = &b->state[i % STATES_ROOM];
        uint64_t was = *at;
        if (was == 0 && atomic_compare_exchange_strong(at, &was, key)) {
            b->states++;
            return true;
        }
        if (was == key) /* or another worker has just put it there */
            return false;
    }
    b->states_full = true;
    return false;
}

/* The lowest four bits of an entry are the steps that were left. A full table forgets. */
bool board_visited(board *b, uint64_t hash, int left)
{
    enum { TRIES = 32 };
    uint64_t key = hash & ~(uint64_t)15, entry = key | (uint64_t)left;
    for (uint64_t i = hash >> 4, tries = 0; tries < TRIES; i++, tries++) {
        _Atomic uint64_t *at = &b->visited[i % VISITED_ROOM];
        uint64_t was = *at;
        if (was != 0 && (was & ~(uint64_t)15) == key) {
            if ((int)(was & 15) >= left)
                return true;
            *at = entry;
            return false;
        }
        if (was == 0 && atomic_compare_exchange_strong(at, &was, entry))
            return false;
    }
    return false;
}

bool sequence_before(const sequence *a, const sequence *b)
{
    if (b->length == 0 || a->length != b->length)
        return b->length == 0 || a->length < b->length;
    int order = memcmp(a->step, b->step, a->length);
    return order < 0 || (order == 0 && a->leg < b->leg);
}

void board_keep(board *b, sequence *place, const sequence *s)
{
    uint8_t length = place->length; /* without the lock: it only gets shorter */
    if (length != 0 && s->length > length)
        return;
    board_lock(b);
    if (sequence_before(s, place))
        *place = *s;
    board_unlock(b);
}

static finding *find(board *b, const result *r, field f)
{
    for (int i = 0; i < b->findings; i++) {
        finding *at = &b->finding[i];
        if (at->step == r->step && at->field == f && at->got == r->got.part[f] &&
            at->want == r->want.part[f])
            return at;
    }
    if (b->findings == MOST_FINDINGS) {
        b->too_many_findings = true;
        return NULL;
    }
    finding *at = &b->finding[b->findings++];
    *at = (finding){.step = (uint8_t)r->step,
                    .field = (uint8_t)f,
                    .got = r->got.part[f],
                    .want = r->want.part[f]};
    return at;
}

void board_finding(board *b, const result *r, field f, const sequence *s)
{
    board_lock(b);
    finding *at = find(b, r, f);
    if (at) {
        at->times++;
        if (sequence_before(s, &at->shortest))
            at->shortest = *s;
    }
    board_unlock(b);
}

/* Each leg has room for as many, and keeps each of those that were offered with the same chance. */
void board_sample(board *b, const sample *s, uint64_t dice)
{
    uint32_t room = MOST_SAMPLES / (b->legs > 0 ? (uint32_t)b->legs : 1), leg = s->steps.leg;
    board_lock(b);
    uint32_t at = b->offered[leg]++;
    if (at >= room)
        at = (uint32_t)(dice % b->offered[leg]);
    if (at < room)
        b->sample[leg * room + at] = *s;
    board_unlock(b);
}

int board_samples(const board *b)
{
    int kept = 0;
    for (int i = 0; i < MOST_SAMPLES; i++)
        kept += b->sample[i].steps.length > 0;
    return kept;
}
