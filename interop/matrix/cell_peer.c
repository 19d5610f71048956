/* The peer of a cell: a process of its own, told what to do line by line. */
#define _GNU_SOURCE
#include "cell.h"
#include "net.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int start_script_peer(cell *c)
{
    char program[512], cert[512], key[512], port[16], line[256];
    snprintf(program, sizeof program, "%s/peer", c->programs);
    snprintf(cert, sizeof cert, "%s/../certs/server.pem", c->programs);
    snprintf(key, sizeof key, "%s/../certs/server.key", c->programs);
    snprintf(port, sizeof port, "%d", c->port);

    char *argv[16];
    int n = 0;
    argv[n++] = program;
    argv[n++] = c->variant.server ? "--client" : "--server";
    if (c->variant.server)
        argv[n++] = port;
    argv[n++] = "--tls";
    argv[n++] = c->variant.tls13 ? "1.3" : "1.2";
    if (!c->variant.server) {
        argv[n++] = "--cert";
        argv[n++] = cert;
        argv[n++] = "--key";
        argv[n++] = key;
    }
    if (c->scenario->flags & SESSION_IDS)
        argv[n++] = "--no-tickets";
    if (c->scenario->flags & OWN_RECORDS)
        argv[n++] = "--gcm";
    if (c->scenario->flags & SMALL_BUFFERS) {
        argv[n++] = "--buffer";
        argv[n++] = "8192";
    }
    argv[n] = NULL;
    if (peer_spawn(c, argv) != 0)
        return -1;
    if (c->variant.server)
        return 0;
    if (peer_line(c, line, sizeof line) != 0)
        return -1;
    cJSON *listening = cJSON_Parse(line);
    const cJSON *where = cJSON_GetObjectItem(listening, "port");
    c->peer_port = where ? where->valueint : 0;
    cJSON_Delete(listening);
    return c->peer_port > 0 ? 0 : -1;
}

int peer_start(cell *c)
{
    return c->scenario->flags & PROGRAM ? program_start(c) : start_script_peer(c);
}

/* The end of its input tells the peer to go; one that does not listen is killed. */
void peer_stop(cell *c)
{
    if (c->peer_pid <= 0)
        return;
    int status = 0;
    close(c->peer_in);
    for (int i = 0; i < 100; i++) {
        if (waitpid(c->peer_pid, &status, WNOHANG) == c->peer_pid) {
            c->peer_pid = 0;
            break;
        }
        net_sleep_ms(i < 20 ? 1 : 10);
    }
    if (c->peer_pid > 0) {
        kill(c->peer_pid, SIGKILL);
        waitpid(c->peer_pid, &status, 0);
        c->peer_pid = 0;
    }
    if (!c->dead && !(c->scenario->flags & PROGRAM))
        cell_check(c, "-", "peer", "ends well", status == 0, 1);
    close(c->peer_out);
}

/* Steps ------------------------------------------------------------------------------------- */

static void send_step(cell *c, const char *format, va_list arguments)
{
    char line[256];
    int n = vsnprintf(line, sizeof line - 1, format, arguments);
    line[n] = '\n';
    if (!c->dead && send(c->peer_in, line, (size_t)n + 1, MSG_NOSIGNAL) != n + 1)
        cell_stop(c, "the peer takes no steps");
}

void peer_begin(cell *c, const char *step, ...)
{
    va_list arguments;
    va_start(arguments, step);
    send_step(c, step, arguments);
    va_end(arguments);
}

cJSON *peer_end(cell *c, const char *step)
{
    char line[8192], label[64], call[64];
    if (c->dead)
        return NULL;
    if (peer_line(c, line, sizeof line) != 0) {
        snprintf(line, sizeof line, "the peer did not report on '%s'", step);
        cell_stop(c, line);
        return NULL;
    }
    cJSON *report = cJSON_Parse(line);
    const cJSON *name = cJSON_GetObjectItem(report, "step");
    if (!name || strncmp(name->valuestring, step, strlen(name->valuestring)) != 0) {
        cell_stop(c, "the peer reported on another step");
        cJSON_Delete(report);
        return NULL;
    }
    snprintf(call, sizeof call, "peer %s", name->valuestring);
    cJSON_DeleteItemFromObject(report, "step");
    cell_note(c, "peer", cell_label(c, call, label) + strlen("peer "), report);
    c->peer_last = report;
    return report;
}

cJSON *peer_do(cell *c, const char *step, ...)
{
    va_list arguments;
    va_start(arguments, step);
    send_step(c, step, arguments);
    va_end(arguments);
    return peer_end(c, step);
}

static const char *last_label(cell *c, char buf[64])
{
    const cJSON *step = cJSON_GetObjectItem(c->peer_last, "peer");
    snprintf(buf, 64, "peer %s", step ? step->valuestring : "?");
    return buf;
}

void peer_ok(cell *c, const char *step, ...)
{
    va_list arguments;
    va_start(arguments, step);
    send_step(c, step, arguments);
    va_end(arguments);
    const cJSON *report = peer_end(c, step);
    const cJSON *ret = cJSON_GetObjectItem(report, "ret");
    char label[64];
    if (report)
        cell_check(c, "-", last_label(c, label), "succeeds", ret && ret->valuedouble > 0, 1);
}

/* What it reported -------------------------------------------------------------------------- */

void peer_number(cell *c, const char *clauses, const char *field, int want)
{
    char label[64];
    if (c->dead)
        return;
    const cJSON *item = cJSON_GetObjectItem(c->peer_last, field);
    int got = cJSON_IsBool(item) ? cJSON_IsTrue(item) : item ? item->valueint : -999;
    cell_check(c, clauses, last_label(c, label), field, got, want);
}

void peer_text(cell *c, const char *clauses, const char *field, const char *want)
{
    char label[64];
    if (c->dead)
        return;
    const cJSON *item = cJSON_GetObjectItem(c->peer_last, field);
    cell_check_text(c, clauses, last_label(c, label), field,
                    cJSON_IsString(item) ? item->valuestring : "nothing", want);
}

void peer_alerts(cell *c, const char *clauses, const char *want)
{
    char label[64], text[256] = "";
    const cJSON *alert;
    if (c->dead)
        return;
    cJSON_ArrayForEach(alert, cJSON_GetObjectItem(c->peer_last, "alerts_in"))
    {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "", alert->valuestring);
    }
    cell_check_text(c, clauses, last_label(c, label), "alerts received", text, want);
}

void peer_drained(cell *c, const char *clauses, uint64_t bytes)
{
    if (!peer_end(c, "drain"))
        return;
    peer_number(c, clauses, "bytes", (int)bytes);
    peer_number(c, clauses, "intact", 1);
    peer_number(c, clauses, "ret", 0);
    peer_text(c, clauses, "error", "zero_return");
    peer_alerts(c, "RFC-06 RFC-04", "warning close_notify");
}

void peer_drains(cell *c, const char *clauses, uint64_t bytes)
{
    peer_begin(c, "drain");
    peer_drained(c, clauses, bytes);
}

void peer_shutdown(cell *c, const char *clauses, int ret)
{
    if (peer_do(c, "shutdown"))
        peer_number(c, clauses, "ret", ret);
}
