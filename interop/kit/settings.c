#define _GNU_SOURCE
#include "settings.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static pid_t starts(setting_report *r, const selection *s, const wrong_port *wrong)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        trial.engine = r->engine;
        trial.setup = r->setup;
        trial.port = wrong ? wrong_make(wrong, r->engine->port) : r->engine->port;
        _exit(sweep(r, s) == 0 ? 0 : 2);
    }
    if (child < 0)
        perror("kit: fork");
    return child;
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

int settings_run(setting_report *list, int count, const selection *s, const wrong_port *wrong,
                 int jobs)
{
    pid_t running[SETTINGS_MAX] = {0};
    int next = 0, busy = 0, bad = 0;
    while (next < count || busy > 0) {
        int status;
        if (next < count && busy < jobs) {
            running[next] = starts(&list[next], s, wrong);
            if (running[next] < 0)
                return -1;
            next++;
            busy++;
            continue;
        }
        pid_t ended = wait(&status);
        busy--;
        if (!wrong && count > 1)
            fprintf(stderr, "kit: %d of %d settings\n", next - busy, count);
        for (int i = 0; i < next; i++)
            if (running[i] == ended) {
                notes_crash(&list[i], status);
                bad |= !list[i].over;
            }
    }
    return bad ? -1 : 0;
}
