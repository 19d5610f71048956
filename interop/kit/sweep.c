#define _GNU_SOURCE
#include "sweep.h"

#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

int kit_case_seconds = 60, kit_case_processor = 2;

/* One case ---------------------------------------------------------------------------------- */

static void play(const scenario *s, fault f, int at)
{
    const struct itimerval cpu = {{0, 0}, {kit_case_processor, 0}};
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    setitimer(ITIMER_VIRTUAL, &cpu, NULL);
    alarm((unsigned)kit_case_seconds);
    socket_arm(f, at);
    verdict_stale = f == STALE_ERROR;
    s->run(s->argument);
    owed(RETURNS, 1, "unused");
    now->finished = 1;
    _exit(0);
}

static void keep(setting_report *r, const scenario *s, fault f, int at)
{
    r->failed += now->count > 0;
    for (int i = 0; i < now->count; i++) {
        const finding *found = &now->findings[i];
        r->findings++;
        r->broken[found->what]++;
        if (r->kept == KEPT_MAX)
            continue;
        kept_finding *k = &r->list[r->kept++];
        *k = (kept_finding){.what = found->what, .fault = f, .at = at, .last = found->at};
        strcpy(k->scenario, s->name);
        strcpy(k->seen, found->seen);
    }
}

/* All that was found is a limit of the engine. */
static int is_limit(setting_report *r, const scenario *s, fault f)
{
    const tls_obligation_limit *all = trial.engine->limits.obligations;
    int needed[FINDINGS_MAX];
    for (int i = 0; i < now->count; i++) {
        int k = 0;
        while (all && k < LIMITS_MAX && all[k].obligation &&
               (strcmp(all[k].obligation, obligations[now->findings[i].what].name) != 0 ||
                fnmatch(all[k].version, trial.setup.tls13 ? "1.3" : "1.2", 0) != 0 ||
                fnmatch(all[k].scenario, s->name, 0) != 0 ||
                fnmatch(all[k].fault, fault_names[f], 0) != 0))
            k++;
        if (!all || k == LIMITS_MAX || !all[k].obligation)
            return 0;
        needed[i] = k;
    }
    for (int i = 0; i < now->count; i++)
        r->limits[needed[i]]++;
    return now->count > 0;
}

/* Its wait status, or -1 if no process could be made. */
static int play_apart(const scenario *s, fault f, int at, int alone)
{
    int status = 0;
    memset(now, 0, sizeof *now);
    fflush(NULL);
    turn_begin(alone);
    pid_t child = fork();
    if (child == 0)
        play(s, f, at);
    int good = child > 0 && waitpid(child, &status, 0) == child;
    turn_end();
    if (!good)
        perror("kit: fork");
    return good ? status : -1;
}

/* By the clock: the machine may have had other things to do. Of the processor it has a time, too. */
static int is_late(int status)
{
    return !now->finished && WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
}

/* 0: fine so far; 1: findings; -1: no process could be made. */
static int run_case(setting_report *r, const scenario *s, fault f, int at)
{
    int status = play_apart(s, f, at, 0), late = 0;
    if (status >= 0 && is_late(status)) {
        r->again++;
        status = play_apart(s, f, at, 1);
        late = status >= 0 && is_late(status);
    }
    if (status < 0)
        return -1;
    if (!now->finished) {
        int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        verdict_stale = f == STALE_ERROR; /* as in the child, for the name of the finding */
        owed(RETURNS, 0, "%s: %s", now->step,
             signal_number == SIGVTALRM || signal_number == SIGALRM ? "it does not return"
             : signal_number                                        ? strsignal(signal_number)
                                                                    : "it ended the program");
        verdict_stale = 0;
    }
    for (int i = 0; i < OBLIGATION_COUNT; i++)
        r->checks[i] += now->checks[i];
    if (f != NO_FAULT && !now->fired && now->count == 0)
        return 0; /* nothing was tried */
    if (is_limit(r, s, f)) {
        r->limited++;
        return 1;
    }
    r->cases++;
    r->late += late;
    keep(r, s, f, at);
    return now->count > 0;
}

/* All of them ------------------------------------------------------------------------------- */

static int has_changes(const tls_engine *engine, int wanted)
{
    int count = 0;
    while (engine->changes && count < wanted && engine->changes[count].name)
        count++;
    return count == wanted;
}

static int has_what_it_needs(const scenario *s)
{
    return (!(s->where & HAS_PAUSES) || trial.engine->pauses) &&
           (!(s->where & HAS_ADOPT) || trial.port->adopt) &&
           (!(s->where & HAS_PEEK) || trial.port->peek) &&
           (!(s->where & HAS_PENDING) || trial.port->pending);
}

static int applies(const scenario *s, const selection *only, int fresh)
{
    int version = trial.setup.tls13 ? TLS13 : TLS12, role = trial.setup.server ? SERVER : CLIENT;
    if (s->fresh != fresh || !(s->where & version) || !(s->where & role) ||
        !has_changes(trial.engine, s->where >> CHANGES_SHIFT & CHANGES_MASK) ||
        !has_what_it_needs(s))
        return 0;
    return !only->scenario[0] || strcmp(only->scenario, "*") == 0 ||
           strcmp(only->scenario, s->name) == 0;
}

static int enough(const setting_report *r, const selection *only)
{
    return only->until >= 0 && r->broken[only->until] > 0;
}

/* The same cases for the same specification, others for the next. */
static int in_sample(const scenario *s, int sample, fault f, int at)
{
    char text[256];
    snprintf(text, sizeof text, "%s/%s/%d/%d/%s/%d/%d", EW_SPEC_DIGEST, trial.engine->name,
             trial.setup.tls13, trial.setup.server, s->name, (int)f, at);
    return sample <= 1 || (frame_hash(text) >> 8) % (uint32_t)sample == 0;
}

static int wanted(const selection *only, const scenario *s, fault f, int at)
{
    return in_sample(s, only->sample, f, at) && (only->fault < 0 || only->fault == (int)f) &&
           (only->at < 0 || only->at == at);
}

/* Each fault at each operation that the undisturbed run has. */
static int disturb(setting_report *r, const scenario *s, const selection *only, int operations)
{
    static const fault whole[] = {TRICKLE, STALE_ERROR};
    if (s->most > 0 && operations > s->most)
        operations = s->most;
    for (int i = 0; i < 2; i++) {
        if (whole[i] == STALE_ERROR && !trial.engine->stale_error)
            continue;
        if (wanted(only, s, whole[i], 0) && run_case(r, s, whole[i], 0) < 0)
            return -1;
    }
    for (int f = BLOCK; f <= END; f++)
        for (int at = 1; at <= operations && !enough(r, only); at++)
            if (wanted(only, s, (fault)f, at) && run_case(r, s, (fault)f, at) < 0)
                return -1;
    return 0;
}

/* First each scenario undisturbed; then, of those that went well, with faults. */
static int go_through(setting_report *r, const selection *only, int fresh)
{
    static int operations[512];
    const scenario *all = kit_scenarios();
    for (int i = 0; all[i].run && !enough(r, only); i++) {
        operations[i] = -1;
        if (!applies(&all[i], only, fresh))
            continue;
        int found = run_case(r, &all[i], NO_FAULT, 0);
        if (found < 0)
            return -1;
        r->scenarios++;
        operations[i] = found ? -1 : now->operations;
    }
    for (int i = 0; all[i].run && !enough(r, only); i++)
        if (operations[i] >= 0 && disturb(r, &all[i], only, operations[i]) != 0)
            return -1;
    return 0;
}

int sweep(setting_report *r, const selection *only)
{
    now = shared_memory(sizeof *now);
    if (!now || trial_opens() != 0 || go_through(r, only, 1) != 0)
        return -1;
    if (!enough(r, only)) {
        scenario establish = {"connect", ANY_TLS | ANY_ROLE, 1, 0, NULL, 0};
        memset(now, 0, sizeof *now);
        until_connected();
        if (now->count > 0 || !kit_peer.done) {
            owed(HANDSHAKE, 0, "the handshake of the scenarios that follow fails");
            keep(r, &establish, NO_FAULT, 0);
            r->cases++;
        } else if (go_through(r, only, 0) != 0) {
            return -1;
        }
    }
    r->over = 1;
    return 0;
}
