#define _GNU_SOURCE
#include "self_test.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* What became of a wrong port on an engine. LIMITED: a limit of the engine says why it cannot be
 * caught; NEEDLESS: and it was caught all the same. */
typedef enum { NOT_TRIED, CAUGHT, MISSED, LIMITED, NEEDLESS } fate;

enum { ENGINES_MAX = 16, WRONG_MAX = 128 };

typedef struct {
    fate of[ENGINES_MAX][WRONG_MAX];
} results;

static void names_of(const setting_report *list, int count, char *buf, size_t size)
{
    buf[0] = '\0';
    for (int i = 0; i < OBLIGATION_COUNT; i++) {
        int found = 0;
        for (int k = 0; k < count; k++)
            found |= list[k].broken[i] > 0;
        if (found && strlen(buf) + strlen(obligations[i].name) + 2 < size)
            strcat(strcat(buf, " "), obligations[i].name);
    }
}

/* In each setting until it is caught; with that fault alone, or with all (-1). */
static fate tries_with(const wrong_port *w, int fault_or_all, setting_report *list, int count)
{
    selection s = {"", fault_or_all, -1, 0, (int)w->what};
    for (int i = 0; i < count; i++) {
        if (settings_run(&list[i], 1, &s, w, 1) != 0)
            return NOT_TRIED;
        if (list[i].broken[w->what] > 0)
            return CAUGHT;
    }
    return MISSED;
}

/* On one engine: with the fault that shows the most first, which is none, or the obligation's own;
 * that is all there is to see where a row says that nothing will be. */
static fate tries(const wrong_port *w, const tls_engine *engine, setting_report *list,
                  const char *certificates)
{
    int row = settings_unseen(engine, w->what, w->how) != NULL;
    int count = settings_list(list, engine->name, NULL, NULL, certificates);
    char names[512];
    fate is = tries_with(w, w->what == STALE ? STALE_ERROR : NO_FAULT, list, count);
    if (row && is != NOT_TRIED)
        return is == CAUGHT ? NEEDLESS : LIMITED;
    if (is == MISSED) {
        count = settings_list(list, engine->name, NULL, NULL, certificates);
        is = tries_with(w, -1, list, count);
    }
    if (is != MISSED)
        return is;
    names_of(list, count, names, sizeof names);
    printf("%s: the wrong port \"%s\" of %s is not caught under this name; found%s\n",
           obligations[w->what].name, w->how, engine->name, *names ? names : " nothing");
    return MISSED;
}

static int every_obligation_has_one(void)
{
    int missing = 0;
    for (int i = 0; i < OBLIGATION_COUNT; i++) {
        int has = 0;
        for (int k = 0; k < wrong_port_count(); k++)
            has |= wrong_port_at(k)->what == (obligation)i;
        if (!has)
            printf("%s: no wrong port breaks it\n", obligations[i].name);
        missing += !has;
    }
    return missing;
}

typedef struct {
    results *results;
    const int *engines;
    int count, bad; /* of engines */
    const char *certificates;
    sample_part part;
} self_work;

/* In a process of its own, and its reports in memory of their own. */
static int tries_one(int i, void *with)
{
    const self_work *w = with;
    int at = i * w->part.parts + w->part.part;
    int engine = w->engines[at % w->count], wrong = at / w->count;
    setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
    fate is =
        list ? tries(wrong_port_at(wrong), kit_engines[engine], list, w->certificates) : NOT_TRIED;
    w->results->of[engine][wrong] = is;
    return is == NOT_TRIED ? 2 : 0;
}

static void ended(int i, int status, void *with)
{
    (void)i;
    ((self_work *)with)->bad |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static int try_all(results *r, const int *engines, int count, const char *certificates,
                   sample_part part, int jobs)
{
    self_work w = {r, engines, count, 0, certificates, part};
    frame_line line;
    int all = (count * wrong_port_count() - part.part + part.parts - 1) / part.parts;
    frame_begin(&line, "kit", "wrong ports", (size_t)all);
    return processes_run(all, jobs, tries_one, ended, &w, &line) == 0 && !w.bad ? 0 : -1;
}

/* Late -------------------------------------------------------------------------------------- */

static int *hung; /* in shared memory: how often the port below has */

static uint8_t hangs_once(void *engine)
{
    while ((*hung)++ == 0)
        pause();
    return right_port->receive(engine);
}

static uint8_t hangs_always(void *engine)
{
    (void)engine;
    for (;;)
        pause();
    return EW_EVENT_IO_ERROR;
}

/* One case on a port that hangs, with that many of its cases late, and late alone as well. */
static int is_told(const char *certificates, uint8_t (*receive)(void *), int late)
{
    wrong_port w = {RETURNS, "hangs by the clock", {.receive = receive}};
    selection s = {"receive-close-notify", NO_FAULT, -1, 0, -1};
    setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
    hung = shared_memory(sizeof *hung);
    if (!list || !hung)
        return 0;
    settings_list(list, kit_engines[0]->name, "1.2", "client", certificates);
    int usual = kit_case_seconds;
    kit_case_seconds = 1;
    int ran = settings_run(list, 1, &s, &w, 1) == 0;
    kit_case_seconds = usual;
    if (ran && list->again == 1 && list->late == late && list->failed == late)
        return 1;
    printf("a port that hangs %s: %d cases, %d tried again, %d late, %d failed\n",
           late ? "always" : "once", list->cases, list->again, list->late, list->failed);
    return 0;
}

/* The table ---------------------------------------------------------------------------------- */

static void show_table(const results *r, const int *engines, int count)
{
    static const char *const words[] = {"", "caught", "MISSED", "-", "NEEDLESS"};
    printf("%-28s %-42s", "obligation", "wrong port");
    for (int e = 0; e < count; e++)
        printf(" %-8s", kit_engines[engines[e]]->name);
    printf("\n");
    for (int i = 0; i < wrong_port_count(); i++) {
        const wrong_port *w = wrong_port_at(i);
        printf("%-28s %-42s", obligations[w->what].name, w->how);
        for (int e = 0; e < count; e++)
            printf(" %-8s", words[r->of[engines[e]][i]]);
        printf("\n");
    }
}

static void show_rows(const results *r, const int *engines, int count)
{
    for (int e = 0; e < count; e++)
        for (int i = 0; i < wrong_port_count(); i++) {
            const tls_engine *engine = kit_engines[engines[e]];
            const wrong_port *w = wrong_port_at(i);
            fate is = r->of[engines[e]][i];
            if (is == LIMITED)
                printf("%s: no \"%s\" of %s: %s\n", obligations[w->what].name, w->how, engine->name,
                       settings_unseen(engine, w->what, w->how)->reason);
            if (is == NEEDLESS)
                printf("kit_%s: \"%s\" is caught as %s: take its row out\n", engine->name, w->how,
                       obligations[w->what].name);
        }
}

static int count_of(const results *r, const int *engines, int count, fate which)
{
    int found = 0;
    for (int e = 0; e < count; e++)
        for (int i = 0; i < wrong_port_count(); i++)
            found += r->of[engines[e]][i] == which;
    return found;
}

int kit_self_test(const char *engine, const char *certificates, sample_part part, int jobs)
{
    int engines[ENGINES_MAX], count = 0, failed = every_obligation_has_one();
    results *r = shared_memory(sizeof *r);
    for (int e = 0; kit_engines[e] && e < ENGINES_MAX; e++)
        if (!engine || !*engine || strcmp(engine, "*") == 0 ||
            strcmp(engine, kit_engines[e]->name) == 0)
            engines[count++] = e;
    if (!r || count == 0 || wrong_port_count() > WRONG_MAX) {
        fprintf(stderr, "kit: no engine to try wrong ports on\n");
        return 2;
    }
    if (part.part >= count * wrong_port_count()) {
        fprintf(stderr, "kit: there is no wrong port in that part\n");
        return 2;
    }
    if (try_all(r, engines, count, certificates, part, jobs) != 0)
        return 2;
    show_table(r, engines, count);
    show_rows(r, engines, count);
    failed += count_of(r, engines, count, MISSED) + count_of(r, engines, count, NEEDLESS);
    int late = is_told(certificates, hangs_once, 0) + is_told(certificates, hangs_always, 1);
    failed += 2 - late;
    printf("%d that limits of their engines excuse\n", count_of(r, engines, count, LIMITED));
    printf("%d passed, %d failed\n", count_of(r, engines, count, CAUGHT) + late, failed);
    return failed > 0;
}
