/* Walks every sequence, and compares the two machines after each call. */
#define _GNU_SOURCE
#include "fidelity.h"

#include "heap.h"
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern const subject subject_watched;

enum { MOST_UNEXPLAINED = 40, PASS = 0, FINDING = 1, CANNOT_RUN = 2 };

static const char *const field_of[MACHINE_SIZE] = {"handshake", "sent",       "received",  "quiet",
                                                   "fatal",     "notice_out", "notice_in", "output",
                                                   "session",   "busy"};

/* What one difference looks like, wherever it was met first. */
struct difference {
    uint8_t step, at, judge, wanted;
    uint8_t path[MOST_LEVELS], length;
    unsigned long count;
};

static struct {
    trial trial;
    int depth;
    const char *folder; /* of a libssl other than the system's; or NULL */
    uint64_t letters;   /* a bit for each step that is walked */
    bool
        socket; /* sequences on a socket; or those in which a transport takes nothing, as no socket does */
    bool nothing[MOST_LEVELS]; /* whether that step came until then */
    step path[MOST_LEVELS];
    uint64_t parted[MOST_LEVELS]; /* divergences that can part the two, met until that step */
    unsigned long compared, equal, explained, unexplained;
    unsigned long untold; /* calls of a connection of which no line was written yet */
    unsigned long by[MOST_DIVERGENCES];
    struct difference difference[MOST_UNEXPLAINED];
    int differences;
} walk;

/*
 * The divergences that set libssl's connection apart from the contract's: from there on a recorder
 * sees another connection. All others change what is said and nothing more, and excuse nothing.
 */
static const char *const parting[] = {"D-11", "D-16", "D-22", "D-28", "D-29", "D-30",
                                      "D-32", "D-35", "D-36", "D-37", "D-40", "D-43",
                                      "D-44", "D-48", "D-49", "D-51"};

static bool is_parting(int divergence)
{
    for (size_t i = 0; i < sizeof parting / sizeof parting[0]; i++) {
        if (strcmp(walk.trial.page->divergence[divergence].id, parting[i]) == 0) {
            return true;
        }
    }
    return false;
}

static uint64_t bit_of(const char *id)
{
    return (uint64_t)1 << page_find(walk.trial.page, id, strlen(id));
}

/* Divergences that part the two although both can answer -1 and SSL. */
static uint64_t hidden(const result *r)
{
    int reason = r->want.part[REASON];
    bool moves_data = r->step <= WRITE_NOTHING && r->step != SHUTDOWN;
    bool early = reason == EW_REASON_HANDSHAKE || r->step == WRITE_NOTHING;
    if (moves_data && early && walk.trial.now.wire.start == FRESH) {
        return bit_of("D-37"); /* the handshake was begun */
    }
    if (r->step == WRITE_NOTHING && r->got.part[VALUE] < 0) {
        return bit_of("D-41"); /* it failed, and was to do nothing */
    }
    if (r->step == SHUTDOWN && r->facts.is[F_TOOK] == EMPTY) {
        return bit_of("D-39"); /* taken for data */
    }
    bool begun = r->facts.is[F_LIFE] == LIVES && r->facts.is[F_THEN] == IN_HANDSHAKE;
    if (r->facts.is[F_TOOK] == HELLO_REQUEST && begun && r->facts.is[F_READING] == READ_ENDED) {
        return bit_of("D-49"); /* its answer failed, where the contract read on to the end */
    }
    return 0;
}

static uint64_t met_in(const result *r)
{
    static const field telling[] = {VALUE, ERROR, FLAGS, SENT, SESSION};
    uint64_t met = 0;
    for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
        int is = r->differs[telling[i]] ? r->is[telling[i]] : -1;
        if (is >= 0 && is_parting(is)) {
            met |= (uint64_t)1 << is;
        }
    }
    met |= hidden(r);
    return met;
}

static void note_unexplained(step s, int at, uint8_t judge, uint8_t wanted, int length)
{
    for (int i = 0; i < walk.differences; i++) {
        struct difference *d = &walk.difference[i];
        if (d->step == s && d->at == at && d->judge == judge && d->wanted == wanted) {
            d->count++;
            return;
        }
    }
    if (walk.differences == MOST_UNEXPLAINED) {
        return;
    }
    struct difference *d = &walk.difference[walk.differences++];
    *d = (struct difference){(uint8_t)s, (uint8_t)at, judge, wanted, {0}, (uint8_t)length, 1};
    for (int i = 0; i < length; i++) {
        d->path[i] = (uint8_t)walk.path[i];
    }
}

static void compare(step s, int length, uint64_t parted)
{
    uint8_t judge[MACHINE_SIZE], wanted[MACHINE_SIZE];
    if (!recorder_told()) {
        walk.untold++;
        return;
    }
    judge_machine(judge);
    memcpy(wanted, &walk.trial.now.contract.machine, sizeof wanted);
    walk.compared++;
    if (memcmp(judge, wanted, sizeof judge) == 0) {
        walk.equal++;
        return;
    }
    if (parted != 0) {
        walk.explained++;
        for (int i = 0; i < MOST_DIVERGENCES; i++) {
            walk.by[i] += parted >> i & 1;
        }
        return;
    }
    walk.unexplained++;
    for (int i = 0; i < MACHINE_SIZE; i++) {
        if (judge[i] != wanted[i]) {
            note_unexplained(s, i, judge[i], wanted[i], length);
            return;
        }
    }
}

static void follow(const result *r, int level)
{
    uint64_t *parted = &walk.parted[level + 1];
    *parted = walk.parted[level];
    if (!step_is_call(r->step)) {
        return;
    }
    *parted |= met_in(r);
    if (walk.socket || walk.nothing[level + 1]) {
        compare(r->step, level + 1, *parted);
    }
    if (r->want.part[REASON] == EW_REASON_UNREAD_DATA) {
        *parted |= bit_of("D-13"); /* fatal for libssl, from the next call on */
    }
}

static bool is_walked(step s, int level)
{
    bool is_last = level + 1 == walk.depth, ends_soon = level + 2 >= walk.depth;
    if ((walk.letters >> s & 1) == 0 || s == FREE || (is_last && !step_is_call(s))) {
        return false;
    }
    return walk.socket ? s != TAKE_NOTHING : walk.nothing[level] || s == TAKE_NOTHING || !ends_soon;
}

static void walk_from(int level)
{
    trial_save(&walk.trial, level);
    judge_save(level);
    recorder_save(level);
    for (int s = 0; s < STEPS && level < walk.depth; s++) {
        result r;
        if (!is_walked((step)s, level)) {
            continue;
        }
        walk.path[level] = (step)s;
        walk.nothing[level + 1] = walk.nothing[level] || s == TAKE_NOTHING;
        trial_step(&walk.trial, (step)s, &r);
        if (r.done) {
            follow(&r, level);
            walk_from(level + 1);
        }
        trial_restore(&walk.trial, level);
        judge_restore(level);
        recorder_restore(level);
    }
}

static void print_result(setting at)
{
    char name[64];
    setting_text(at, name, sizeof name);
    printf("%s%s: %lu calls compared, %lu in the same state, %lu explained, %lu unexplained\n",
           name, walk.socket ? "" : ", no socket", walk.compared, walk.equal, walk.explained,
           walk.unexplained);
    printf("  of %s; %lu more calls before anything was written of the connection\n",
           walk.trial.subject->version(), walk.untold);
    printf("  explained by");
    for (int i = 0; i < walk.trial.page->divergences; i++) {
        if (walk.by[i] > 0) {
            printf(" %s (%lu)", walk.trial.page->divergence[i].id, walk.by[i]);
        }
    }
    printf("\n");
    for (int i = 0; i < walk.differences; i++) {
        const struct difference *d = &walk.difference[i];
        printf("  UNEXPLAINED %s: judge %d, contract %d (%lu times), first by:", field_of[d->at],
               d->judge, d->wanted, d->count);
        for (int k = 0; k < d->length; k++) {
            printf("%s %s", k > 0 ? "," : "", step_name((step)d->path[k]));
        }
        printf("\n");
    }
}

static int walk_setting(const page *p, setting at)
{
    walk.trial = (trial){.subject = &subject_watched, .page = p};
    const char *missing = subject_watched.load(walk.folder, true);
    if (missing != NULL) {
        fprintf(stderr, "fidelity: %s\n", missing);
        return CANNOT_RUN;
    }
    transport_is_socket = walk.socket;
    if (!trial_open(&walk.trial, at) || heap_freeze() != 0) {
        fprintf(stderr, "fidelity: no connection\n");
        return CANNOT_RUN;
    }
    walk_from(0);
    print_result(at);
    return walk.unexplained > 0 || walk.compared == 0 ? FINDING : PASS;
}

/* Each setting in a process of its own: the heap is frozen once. */
static int in_a_process(const page *p, setting at)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        status = walk_setting(p, at);
        fflush(NULL);
        _exit(status);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return CANNOT_RUN;
    }
    return WEXITSTATUS(status);
}

static bool take_arguments(int argc, char **argv)
{
    walk.depth = argc > 1 ? atoi(argv[1]) : 0;
    walk.folder = argc > 2 && argv[2][0] != '\0' ? argv[2] : NULL;
    walk.letters = argc > 3 ? 0 : UINT64_MAX;
    for (int i = 3; i < argc; i++) {
        step s = step_find(argv[i], strlen(argv[i]));
        if (s >= STEPS) {
            return false;
        }
        walk.letters |= (uint64_t)1 << s;
    }
    return walk.depth >= 1 && walk.depth < MOST_LEVELS;
}

int main(int argc, char **argv)
{
    static page catalogue;
    int passed = 0, failed = 0;
    if (!take_arguments(argc, argv)) {
        fprintf(stderr, "usage: fidelity DEPTH [FOLDER OF LIBSSL [STEP ...]]\n");
        return CANNOT_RUN;
    }
    if (!page_read(&catalogue, "spec/divergences.md")) {
        return CANNOT_RUN;
    }
    for (int i = 0; i < STARTS * 8; i++) {
        setting at = {(uint8_t)(i / 8), (i & 1) != 0, (i & 2) != 0};
        walk.socket = (i & 4) == 0;
        int status = in_a_process(&catalogue, at);
        if (status == CANNOT_RUN) {
            fprintf(stderr, "fidelity: a walk did not end\n");
            return CANNOT_RUN;
        }
        passed += status == PASS;
        failed += status != PASS;
    }
    page_free(&catalogue);
    printf("fidelity to depth %d on %s: %d passed, %d failed\n", walk.depth,
           walk.folder != NULL ? walk.folder : "the installed libssl", passed, failed);
    return failed > 0 ? FINDING : PASS;
}
