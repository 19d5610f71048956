/*
 * test_examples CERTIFICATES [EXAMPLES]: the fragment of README.md, and the programs of examples/
 * that were built into that folder, against peers that are slow, silent, or stop in the middle.
 * Each comes back within its bounds, and leaves no descriptor behind. All at once: they mostly wait.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "fragment.h"
#include "hostile.h"
#include "support.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Milliseconds. A peer costs the fragment and the examples one deadline (5000) and one close (1000,
 * 2000); the rest is for a loaded machine.
 */
enum { AT_MOST = 10000, GIVE_UP = 20000, MEGABYTES = 4 << 20, SAID = 300 };

typedef struct trial {
    const char *name;
    void (*run)(const struct trial *t);
    peer_way way;
    int peer_is_server;
    const char *program; /* of the examples; NULL: the fragment */
    pid_t process;
    char *said; /* shared: what went wrong, "" for nothing */
} trial;

static const char *certificates;
static const char *examples;
static char request[MEGABYTES];

static void problem(const trial *t, const char *what, long figure)
{
    snprintf(t->said, SAID, "%s (%ld)", what, figure);
}

/* Descriptors that a process holds; -1: it is gone. */
static int descriptors(pid_t process)
{
    char path[64];
    DIR *folder;
    int count = 0;

    snprintf(path, sizeof path, "/proc/%ld/fd", (long)process);
    folder = opendir(path);
    if (folder == NULL) {
        return -1;
    }
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count - 2 - (process == getpid()); /* . and .., and the folder itself */
}

static SSL_CTX *context(int server)
{
    SSL_CTX *ctx = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    char path[512];

    if (server) {
        snprintf(path, sizeof path, "%s/server.pem", certificates);
        if (SSL_CTX_use_certificate_chain_file(ctx, path) != 1) {
            exit(3);
        }
        snprintf(path, sizeof path, "%s/server.key", certificates);
        if (SSL_CTX_use_PrivateKey_file(ctx, path, SSL_FILETYPE_PEM) != 1) {
            exit(3);
        }
    }
    return ctx;
}

static pid_t start_peer(const trial *t, int fd, int other)
{
    pid_t peer = fork();

    if (peer == 0) {
        close(other);
        hostile_play(t->way, context(t->peer_is_server), t->peer_is_server, fd);
        exit(0);
    }
    close(fd);
    return peer;
}

static void end_peer(pid_t peer)
{
    kill(peer, SIGKILL);
    waitpid(peer, NULL, 0);
}

/* The fragment ---------------------------------------------------------------- */

static void judge_fragment(const trial *t, int left, int64_t spent)
{
    int is_well = t->way == ENDS_WELL;
    int len = is_well ? (int)sizeof HOSTILE_SAYS - 1 : 0;

    t->said[0] = '\0';
    if (left != 0) {
        problem(t, "descriptors are left open", left);
    } else if (spent > AT_MOST) {
        problem(t, "it came back late, ms", (long)spent);
    } else if (told.consumed != len) {
        problem(t, "bytes were consumed", told.consumed);
    } else if (told.discarded == is_well) {
        problem(t, "times that it took the data for complete, or not", told.discarded);
    } else if (is_well && told.complaints[0] != '\0') {
        problem(t, told.complaints, 0);
    }
}

/*
 * One that reads nothing is sent more than the sockets hold; and the send buffer is smaller than a
 * record, for the kernel finds room for the rest of one when it looks again after a while.
 */
static void run_fragment(const trial *t)
{
    SSL_CTX *ctx = context(!t->peer_is_server);
    SSL *ssl = SSL_new(ctx);
    int length = t->way == STOPS_READING ? MEGABYTES : 16;
    const int small = 4096;
    int fds[2];
    pid_t peer;
    int before;
    int64_t begin = clock_ms();

    tcp_pair(fds);
    if (t->way == STOPS_READING) {
        setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    }
    peer = start_peer(t, fds[1], fds[0]);
    if (t->peer_is_server) {
        SSL_set_connect_state(ssl);
    } else {
        SSL_set_accept_state(ssl);
    }
    before = descriptors(getpid());
    fragment_run(fds[0], ssl, request, length);
    judge_fragment(t, descriptors(getpid()) - (before - 1), clock_ms() - begin);
    end_peer(peer);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

static void run_refused(const trial *t)
{
    const struct timeval second = {1, 0};
    SSL_CTX *ctx = context(0);
    SSL *ssl = SSL_new(ctx);
    int fds[2];
    int before;

    tcp_pair(fds);
    setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    SSL_set_connect_state(ssl);
    before = descriptors(getpid());
    fragment_run(fds[0], ssl, request, 16);
    t->said[0] = '\0';
    if (descriptors(getpid()) != before - 1) {
        problem(t, "descriptors are left open", descriptors(getpid()) - (before - 1));
    } else if (strstr(told.complaints, "SO_RCVTIMEO") == NULL) {
        problem(t, "it did not say why", 0);
    }
    close(fds[1]);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

/* The examples ---------------------------------------------------------------- */

static pid_t start_example(const trial *t, const char *argument, int *output)
{
    char program[512];
    char pem[512];
    char key[512];
    int ends[2];
    pid_t process;

    snprintf(program, sizeof program, "%s/%s", examples, t->program);
    snprintf(pem, sizeof pem, "%s/server.pem", certificates);
    snprintf(key, sizeof key, "%s/server.key", certificates);
    if (pipe(ends) != 0 || (process = fork()) < 0) {
        exit(3);
    }
    if (process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        if (argument == NULL) {
            execl(program, program, pem, key, (char *)NULL);
        } else {
            execl(program, program, argument, pem, (char *)NULL);
        }
        _exit(3);
    }
    close(ends[1]);
    *output = ends[0];
    return process;
}

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_port = htons((uint16_t)port);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        exit(3);
    }
    return fd;
}

/* Until the process holds that many descriptors: the ms that it took, -1: it never came to it. */
static long wait_for(pid_t process, int count)
{
    int64_t begin = clock_ms();

    while (clock_ms() - begin < AT_MOST) {
        if (descriptors(process) == count) {
            return (long)(clock_ms() - begin);
        }
        wait_ms(5);
    }
    return -1;
}

/* A client that is served well, and gone when it was. */
static int is_served(const trial *t, int port)
{
    trial good = *t;
    int status = 1;

    good.way = ENDS_WELL;
    waitpid(start_peer(&good, connect_to(port), -1), &status, 0);
    return status == 0;
}

/* What a server holds after the first client it holds from then on, for each engine has its own. */
static void run_server(const trial *t)
{
    char line[32] = "";
    int output;
    int holds;
    int port;
    pid_t peer;
    pid_t process = start_example(t, NULL, &output);

    port = read(output, line, sizeof line - 1) > 0 ? atoi(line) : 0;
    t->said[0] = '\0';
    if (port == 0 || !is_served(t, port)) {
        problem(t, "it does not serve a client that is well", port);
    }
    wait_ms(200); /* it may still be closing that one */
    holds = descriptors(process);
    peer = start_peer(t, connect_to(port), output);
    if (t->said[0] == '\0' && wait_for(process, holds + 1) < 0) {
        problem(t, "it does not take the client", holds);
    } else if (t->said[0] == '\0' && wait_for(process, holds) < 0) {
        problem(t, "descriptors are left open", descriptors(process) - holds);
    } else if (t->said[0] == '\0' && !is_served(t, port)) {
        problem(t, "it serves nobody after that", 0);
    }
    end_peer(peer);
    end_peer(process);
}

static int listen_on(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&a, len) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) != 0) {
        exit(3);
    }
    *port = ntohs(a.sin_port);
    return listener;
}

static void run_client(const trial *t)
{
    char text[100] = "";
    char number[16];
    int is_well = t->way == ENDS_WELL;
    int64_t begin = clock_ms();
    int status = 0;
    int output;
    int port;
    int listener = listen_on(&port);
    pid_t process;
    pid_t peer;

    snprintf(number, sizeof number, "%d", port);
    process = start_example(t, number, &output);
    peer = start_peer(t, accept(listener, NULL, NULL), listener);
    waitpid(process, &status, 0);
    t->said[0] = '\0';
    if (clock_ms() - begin > AT_MOST) {
        problem(t, "it came back late, ms", (long)(clock_ms() - begin));
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != !is_well) {
        problem(t, "it ended with status", status);
    } else if (is_well &&
               (read(output, text, sizeof text - 1) < 0 || strcmp(text, HOSTILE_SAYS) != 0)) {
        problem(t, text, 0);
    }
    end_peer(peer);
}

/* All of them ------------------------------------------------------------------ */

#define OF_FRAGMENT(name, way, server)                                                             \
    {                                                                                              \
        "fragment, " name, run_fragment, way, server, NULL, 0, NULL                                \
    }
#define OF_CLIENT(name, way)                                                                       \
    {                                                                                              \
        "client, " name, run_client, way, 1, "client", 0, NULL                                     \
    }
#define OF_SERVER(program, name, way)                                                              \
    {                                                                                              \
        program ", " name, run_server, way, 0, program, 0, NULL                                    \
    }

static trial trials[] = {
    OF_FRAGMENT("client, all is well", ENDS_WELL, 1),
    OF_FRAGMENT("server, all is well", ENDS_WELL, 0),
    OF_FRAGMENT("client, silent", SILENT, 1),
    OF_FRAGMENT("server, silent", SILENT, 0),
    OF_FRAGMENT("client, never reads", STOPS_READING, 1),
    OF_FRAGMENT("server, never reads", STOPS_READING, 0),
    OF_FRAGMENT("client, a byte a second of the handshake", DRIPS_HANDSHAKE, 1),
    OF_FRAGMENT("server, a byte a second of the handshake", DRIPS_HANDSHAKE, 0),
    OF_FRAGMENT("client, a byte a second of a record", DRIPS_RECORD, 1),
    OF_FRAGMENT("server, a byte a second of a record", DRIPS_RECORD, 0),
    OF_FRAGMENT("client, half a ticket", HALF_A_TICKET, 1),
    OF_FRAGMENT("client, half a record", HALF_A_RECORD, 1),
    OF_FRAGMENT("server, half a record", HALF_A_RECORD, 0),
    {"fragment, refused", run_refused, SILENT, 0, NULL, 0, NULL},
    OF_SERVER("server", "silent", SILENT),
    OF_SERVER("server", "never reads", STOPS_READING),
    OF_SERVER("server", "a byte a second of the handshake", DRIPS_HANDSHAKE),
    OF_SERVER("server", "a byte a second of a record", DRIPS_RECORD),
    OF_SERVER("server", "half a record", HALF_A_RECORD),
    OF_SERVER("events", "silent", SILENT),
    OF_SERVER("events", "never reads", STOPS_READING),
    OF_SERVER("events", "a byte a second of the handshake", DRIPS_HANDSHAKE),
    OF_SERVER("events", "a byte a second of a record", DRIPS_RECORD),
    OF_SERVER("events", "half a record", HALF_A_RECORD),
    OF_SERVER("memory", "silent", SILENT),
    OF_SERVER("memory", "never reads", STOPS_READING),
    OF_SERVER("memory", "a byte a second of the handshake", DRIPS_HANDSHAKE),
    OF_SERVER("memory", "a byte a second of a record", DRIPS_RECORD),
    OF_SERVER("memory", "half a record", HALF_A_RECORD),
    OF_CLIENT("all is well", ENDS_WELL),
    OF_CLIENT("silent", SILENT),
    OF_CLIENT("never reads", STOPS_READING),
    OF_CLIENT("a byte a second of the handshake", DRIPS_HANDSHAKE),
    OF_CLIENT("a byte a second of a record", DRIPS_RECORD),
    OF_CLIENT("half a ticket", HALF_A_TICKET),
    OF_CLIENT("half a record", HALF_A_RECORD),
};

enum { TRIALS = sizeof trials / sizeof trials[0] };

/* In a process group of its own, with all that it starts. */
static void start(trial *t)
{
    snprintf(t->said, SAID, "it did not come back");
    t->process = fork();
    if (t->process == 0) {
        setpgid(0, 0);
        t->run(t);
        exit(0);
    }
    setpgid(t->process, t->process);
}

/* 1: it passed. A sanitizer that finds something ends the process with a status. */
static int collect(const trial *t, int64_t give_up)
{
    int status = 0;

    while (waitpid(t->process, &status, WNOHANG) == 0 && clock_ms() < give_up) {
        wait_ms(20);
    }
    if (t->said[0] == '\0' && status != 0) {
        problem(t, "its process ended with status", status);
    }
    kill(-t->process, SIGKILL);
    while (waitpid(t->process, NULL, 0) > 0) {
    }
    if (t->said[0] != '\0') {
        printf("%s: %s\n", t->name, t->said);
    }
    return t->said[0] == '\0';
}

int main(int argc, char **argv)
{
    int passed = 0;
    int count = 0;
    int64_t give_up;
    char *said = mmap(NULL, (size_t)TRIALS * SAID, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (argc < 2 || said == MAP_FAILED) {
        fprintf(stderr, "usage: test_examples CERTIFICATES [EXAMPLES]\n");
        return 2;
    }
    certificates = argv[1];
    examples = argc > 2 ? argv[2] : NULL;
    for (int i = 0; i < TRIALS; i++) {
        trials[i].said = said + (size_t)i * SAID;
        if (trials[i].program == NULL || examples != NULL) {
            start(&trials[i]);
        }
    }
    give_up = clock_ms() + GIVE_UP;
    for (int i = 0; i < TRIALS; i++) {
        if (trials[i].process != 0) {
            count++;
            passed += collect(&trials[i], give_up);
        }
    }
    printf("%d passed, %d failed\n", passed, count - passed);
    return passed != count;
}
