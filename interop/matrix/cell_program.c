/* The programs of OpenSSL as peers: what anybody would test against. */
#define _GNU_SOURCE
#include "cell.h"
#include "net.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_MS = 3000 };

/* s_server -rev sends each line back, reversed, and closes in order when the line is CLOSE. */
static int start_server(cell *c, char *tls)
{
    char cert[512], key[512], line[512];
    snprintf(cert, sizeof cert, "%s/../certs/server.pem", c->programs);
    snprintf(key, sizeof key, "%s/../certs/server.key", c->programs);
    char *const argv[] = {"openssl", "s_server", "-accept",  "127.0.0.1:0", tls,    "-cert", cert,
                          "-key",    key,        "-naccept", "1",           "-rev", NULL};
    if (peer_spawn(c, argv) != 0)
        return -1;
    while (peer_line(c, line, sizeof line) == 0) {
        const char *port = strncmp(line, "ACCEPT", 6) == 0 ? strrchr(line, ':') : NULL;
        if (port) {
            c->peer_port = atoi(port + 1);
            return 0;
        }
    }
    return -1;
}

static int start_client(cell *c, char *tls)
{
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", c->port);
    char *const argv[] = {"openssl", "s_client", "-connect", address, tls, NULL};
    return peer_spawn(c, argv);
}

int program_start(cell *c)
{
    char *tls = c->variant.tls13 ? "-tls1_3" : "-tls1_2";
    return c->variant.server ? start_client(c, tls) : start_server(c, tls);
}

void program_says(cell *c, const char *text)
{
    if (c->dead)
        return;
    cJSON *d = cJSON_CreateObject();
    cJSON_AddStringToObject(d, "text", text);
    cell_note(c, "program", "is told", d);
    if (send(c->peer_in, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        cell_stop(c, "the program takes no input");
}

void program_hears(cell *c, const char *clauses, const char *text)
{
    char line[1024];
    if (c->dead)
        return;
    int found = 0;
    while (!found && peer_line(c, line, sizeof line) == 0)
        found = strstr(line, text) != NULL;
    cJSON *d = cJSON_CreateObject();
    cJSON_AddStringToObject(d, "text", found ? line : "nothing of that kind");
    cell_note(c, "program", "says", d);
    cell_check(c, clauses, "program", text, found, 1);
}

void program_exits(cell *c, const char *clauses, int want)
{
    int status = 0;
    long long end = net_now_ms() + EXIT_MS;
    if (c->dead)
        return;
    while (waitpid(c->peer_pid, &status, WNOHANG) != c->peer_pid) {
        if (net_now_ms() > end) {
            cell_check_text(c, clauses, "program", "ends", "goes on", "exits");
            return;
        }
        net_sleep_ms(5);
    }
    c->peer_pid = 0;
    cell_check(c, clauses, "program", "exit status", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
               want);
}

void program_dies(cell *c)
{
    if (!c->dead)
        kill(c->peer_pid, SIGKILL);
}
