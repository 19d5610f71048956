#define _GNU_SOURCE
#include "settings.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static int selects(const char *pattern, const char *name)
{
    return !pattern || !*pattern || strcmp(pattern, "*") == 0 || strcmp(pattern, name) == 0;
}

int settings_list(setting_report *list, const char *engine, const char *version, const char *role,
                  const char *certificates)
{
    static char certificate[1024], key[1024];
    int count = 0;
    snprintf(certificate, sizeof certificate, "%s/server.pem", certificates);
    snprintf(key, sizeof key, "%s/server.key", certificates);
    for (int e = 0; kit_engines[e]; e++)
        for (int i = 0; i < (kit_engines[e]->has_tls13 ? 4 : 2) && count < SETTINGS_MAX; i++) {
            tls_setup setup = {i % 2, i / 2, TICKETS_UNSAID, certificate, key};
            if (!selects(engine, kit_engines[e]->name) ||
                !selects(version, i < 2 ? "1.2" : "1.3") ||
                !selects(role, i % 2 ? "server" : "client"))
                continue;
            memset(&list[count], 0, sizeof list[count]);
            list[count].engine = kit_engines[e];
            list[count++].setup = setup;
        }
    return count;
}

/* What a port does not have it owes nothing for. */
static const tls_unseen *left_out(const ew_port *port, obligation what)
{
    static const tls_unseen rows[] = {{"", "*", "the port has no adopt"},
                                      {"", "*", "the port has no peek"},
                                      {"", "*", "the port has no pending"}};
    switch (what) {
    case ADOPTS:
    case ADOPT_REFUSES: return port->adopt ? NULL : &rows[0];
    case PEEK: return port->peek ? NULL : &rows[1];
    case PENDING: return port->pending ? NULL : &rows[2];
    default: return NULL;
    }
}

const tls_unseen *settings_unseen(const tls_engine *engine, obligation what, const char *how)
{
    const tls_unseen *row = left_out(engine->port, what);
    if (row)
        return row;
    for (const tls_unseen *u = engine->limits.unseen; u && u->obligation; u++)
        if (strcmp(u->obligation, obligations[what].name) == 0 &&
            (!how || fnmatch(u->how, how, 0) == 0))
            return u;
    return NULL;
}

void kit_setting_text(const setting_report *r, char *buf, size_t size)
{
    snprintf(buf, size, "%s/%s/%s", r->engine->name, r->setup.tls13 ? "1.3" : "1.2",
             r->setup.server ? "server" : "client");
}

typedef struct {
    setting_report *list;
    const selection *selection;
    const wrong_port *wrong;
    int bad;
} settings_work;

static int goes_through(int i, void *with)
{
    const settings_work *w = with;
    trial.engine = w->list[i].engine;
    trial.setup = w->list[i].setup;
    trial.port = w->wrong ? wrong_make(w->wrong, trial.engine->port) : trial.engine->port;
    return sweep(&w->list[i], w->selection) == 0 ? 0 : 2;
}

/* Outside its cases a port is attached and does the handshake that the others start from. */
static void notes_crash(setting_report *r, int status)
{
    if (r->over || !WIFSIGNALED(status))
        return;
    r->failed++;
    r->cases++;
    r->findings++;
    r->broken[RETURNS]++;
    r->over = 1;
    kept_finding *k = &r->list[r->kept++];
    *k = (kept_finding){.what = RETURNS};
    snprintf(k->scenario, sizeof k->scenario, "connect");
    snprintf(k->seen, sizeof k->seen, "attach or handshake: %s", strsignal(WTERMSIG(status)));
}

static void ended(int i, int status, void *with)
{
    settings_work *w = with;
    notes_crash(&w->list[i], status);
    w->bad |= !w->list[i].over;
}

int settings_run(setting_report *list, int count, const selection *s, const wrong_port *wrong,
                 int jobs)
{
    settings_work w = {list, s, wrong, 0};
    frame_line line;
    frame_begin(&line, "kit", "settings", (size_t)count);
    int good = processes_run(count, jobs, goes_through, ended, &w,
                             !wrong && count > 1 ? &line : NULL) == 0;
    return good && !w.bad ? 0 : -1;
}
