/* The process of a peer, and the lines that it prints. */
#define _GNU_SOURCE
#include "cell.h"
#include "net.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPORT_MS = 12000 };

/* fork and exec with ways to its standard input and from its standard output. */
int peer_spawn(cell *c, char *const argv[])
{
    int in[2], out[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)
        return -1; /* not a pipe: writing to a peer that has gone must not kill the cell */
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* no peer outlives its cell */
        dup2(in[1], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        if (c->scenario->flags & PROGRAM)
            dup2(out[1], STDERR_FILENO); /* it says important things there */
        execvp(argv[0], argv);
        _exit(127); /* the cell finds that it has no peer */
    }
    close(in[1]);
    close(out[1]);
    c->peer_in = in[0];
    c->peer_out = out[0];
    c->peer_pid = (int)pid;
    return pid > 0 ? 0 : -1;
}

int peer_line(cell *c, char *line, size_t size)
{
    long long end = net_now_ms() + REPORT_MS;
    for (;;) {
        char *newline = memchr(c->peer_text, '\n', c->peer_len);
        if (newline) {
            size_t len = (size_t)(newline - c->peer_text);
            snprintf(line, size, "%.*s", (int)len, c->peer_text);
            c->peer_len -= len + 1;
            memmove(c->peer_text, newline + 1, c->peer_len);
            return 0;
        }
        if (c->peer_len == sizeof c->peer_text ||
            net_wait(c->peer_out, POLLIN, (int)(end - net_now_ms())) != 1)
            return -1;
        ssize_t n =
            read(c->peer_out, c->peer_text + c->peer_len, sizeof c->peer_text - c->peer_len);
        if (n <= 0)
            return -1;
        c->peer_len += (size_t)n;
    }
}
