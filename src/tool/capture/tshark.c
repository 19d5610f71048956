/* tshark reads the capture; no shell sees a path. */
#include "capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN = 0, OUT = 1, NOT_THERE = 127, MOST_ARGUMENTS = 96, MOST_SAID = 160 };

/* What the answers rest on, whatever the user's own preferences are. */
static const char *const preference[] = {"tcp.desegment_tcp_streams:TRUE",
                                         "tcp.reassemble_out_of_order:TRUE",
                                         "tcp.try_heuristic_first:TRUE",
                                         "tcp.analyze_sequence_numbers:TRUE",
                                         "tcp.relative_sequence_numbers:TRUE",
                                         "tls.desegment_ssl_records:TRUE",
                                         "tls.desegment_ssl_application_data:TRUE",
                                         NULL};

static void become_tshark(const char *capture, const char *key_log, int out, int said)
{
    const char *argument[MOST_ARGUMENTS] = {"tshark", "-n", "-r", capture, "-Y", "tcp"};
    char keys[PATH_MAX + 20];
    int n = 6;
    for (int i = 0; preference[i] != NULL; i++) {
        argument[n++] = "-o";
        argument[n++] = preference[i];
    }
    if (key_log != NULL) {
        snprintf(keys, sizeof keys, "tls.keylog_file:%s", key_log);
        argument[n++] = "-o";
        argument[n++] = keys;
    }
    static const char *const form[] = {"-T", "fields",       "-E", "separator=/t",
                                       "-E", "occurrence=a", "-E", "aggregator=,"};
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        argument[n++] = form[i];
    }
    for (int i = 0; wire_field[i] != NULL; i++) {
        argument[n++] = "-e";
        argument[n++] = wire_field[i];
    }
    argument[n] = NULL;
    if (dup2(out, STDOUT_FILENO) >= 0 && dup2(said, STDERR_FILENO) >= 0) {
        execvp("tshark", (char *const *)argument);
    }
    _exit(errno == ENOENT ? NOT_THERE : 1);
}

/* The last line that tshark said: the first may be about the user that it runs as. */
static void last_line(FILE *said, char *text, size_t room)
{
    char line[MOST_SAID];
    text[0] = '\0';
    rewind(said);
    while (fgets(line, sizeof line, said) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            snprintf(text, room, "%s", line);
        }
    }
}

/* Whoever captures is often ended in the midst of a packet: those before it are whole. */
static const char CUT[] = "cut short in the middle of a packet";

static bool has_ended_well(struct trace *t, int status, FILE *said)
{
    char text[MOST_SAID] = "";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE) {
        snprintf(t->error, sizeof t->error,
                 "a capture needs tshark, which is not there: apt-get install tshark");
        return false;
    }
    last_line(said, text, sizeof text);
    if (strstr(text, CUT) != NULL) {
        return tell_cut(t);
    }
    snprintf(t->error, sizeof t->error, "%.80s: tshark cannot read it: %.140s", t->path, text);
    return false;
}

static bool run_tshark(struct trace *t, const char *key_log, FILE *said)
{
    int pipe_end[2], status = 0;
    if (pipe(pipe_end) != 0) {
        snprintf(t->error, sizeof t->error, "pipe: %s", strerror(errno));
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(pipe_end[IN]);
        become_tshark(t->path, key_log, pipe_end[OUT], fileno(said));
    }
    close(pipe_end[OUT]);
    FILE *from = child > 0 ? fdopen(pipe_end[IN], "r") : NULL;
    if (from == NULL) {
        snprintf(t->error, sizeof t->error, "tshark: %s", strerror(errno));
        close(pipe_end[IN]);
        return false;
    }
    bool good = read_packets(t, from);
    fclose(from);
    if (waitpid(child, &status, 0) != child) {
        snprintf(t->error, sizeof t->error, "tshark: %s", strerror(errno));
        return false;
    }
    return good && has_ended_well(t, status, said);
}

bool read_capture(struct trace *t, const char *path, const char *key_log)
{
    struct keys keys = {.copy = NULL};
    memset(t, 0, sizeof *t);
    t->path = path;
    if (access(path, R_OK) != 0) {
        snprintf(t->error, sizeof t->error, "%.150s: %s", path, strerror(errno));
        return false;
    }
    if (key_log != NULL && !open_keys(t, key_log, &keys)) {
        return false;
    }
    FILE *said = tmpfile();
    bool good = said != NULL;
    if (good) {
        good = run_tshark(t, key_log != NULL ? keys.path : NULL, said);
        fclose(said);
    } else {
        snprintf(t->error, sizeof t->error, "a file for what tshark says: %s", strerror(errno));
    }
    close_keys(&keys);
    return good;
}
