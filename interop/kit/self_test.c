#define _GNU_SOURCE
#include "self_test.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What became of a wrong port on an engine. BEYOND: a row of the engine says why it cannot be
 * caught; NEEDLESS: and it was caught all the same. */
typedef enum { NOT_TRIED, CAUGHT, MISSED, BEYOND, NEEDLESS } fate;

enum { ENGINES_MAX = 16, WRONG_MAX = 128, PROGRESS = 25 };

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
        return is == CAUGHT ? NEEDLESS : BEYOND;
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

/* Each in a process of its own, and its reports in memory of their own. */
static pid_t starts(results *r, int engine, int wrong, const char *certificates)
{
    fflush(NULL);
    pid_t child = fork();
    if (child != 0)
        return child;
    setting_report *list = shared_memory(SETTINGS_MAX * sizeof *list);
    if (!list)
        _exit(2);
    fate is = tries(wrong_port_at(wrong), kit_engines[engine], list, certificates);
    r->of[engine][wrong] = is;
    fflush(NULL);
    _exit(is == NOT_TRIED ? 2 : 0);
}

static int ends_well(void)
{
    int status;
    return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int try_all(results *r, const int *engines, int count, const char *certificates, int jobs)
{
    int busy = 0, bad = 0, all = count * wrong_port_count();
    for (int i = 0; i < all && !bad; i++) {
        bad |= busy == jobs && !ends_well();
        busy -= busy == jobs;
        bad |= starts(r, engines[i % count], i / count, certificates) < 0;
        busy++;
        if ((i + 1) % PROGRESS == 0)
            fprintf(stderr, "kit: %d of %d wrong ports\n", i + 1, all);
    }
    for (; busy > 0; busy--)
        bad |= !ends_well();
    return bad ? -1 : 0;
}

/* The table ---------------------------------------------------------------------------------- */

static void show_table(const results *r, const int *engines, int count)
{
    static const char *const words[] = {"?", "caught", "MISSED", "-", "NEEDLESS"};
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
            if (is == BEYOND)
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

int kit_self_test(const char *engine, const char *certificates, int jobs)
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
    if (try_all(r, engines, count, certificates, jobs) != 0)
        return 2;
    show_table(r, engines, count);
    show_rows(r, engines, count);
    failed += count_of(r, engines, count, MISSED) + count_of(r, engines, count, NEEDLESS);
    printf("%d beyond their engines\n", count_of(r, engines, count, BEYOND));
    printf("%d passed, %d failed\n", count_of(r, engines, count, CAUGHT), failed);
    return failed > 0;
}
