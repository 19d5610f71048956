/* A program that is started by a watched one is watched too, whatever environment it is given. */
#include "record.h"

#include "limit.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_VARIABLES = 4096, MOST_TEXT = 4200 };

/* An environment with what the recorder needs in it, made on the caller's stack. */
struct with_us {
    char trace[MOST_TEXT], preload[2 * MOST_TEXT], limit[64];
    char *variable[MOST_VARIABLES + 4];
    size_t count;
};

/* Where the list has the variable; its end if it has not. */
static size_t place_of(char *const list[], const char *name)
{
    size_t at = 0, length = strlen(name);
    while (list[at] != NULL && (strncmp(list[at], name, length) != 0 || list[at][length] != '=')) {
        at++;
    }
    return at;
}

static bool has_recorder(const char *preload)
{
    size_t length = strlen(recorder_path());
    for (preload += strspn(preload, ": "); *preload != '\0'; preload += strspn(preload, ": ")) {
        size_t one = strcspn(preload, ": ");
        if (one == length && strncmp(preload, recorder_path(), one) == 0) {
            return true;
        }
        preload += one;
    }
    return false;
}

static void set(struct with_us *w, size_t at, char *to)
{
    w->variable[at] = to;
    if (at == w->count) {
        w->variable[++w->count] = NULL;
    }
}

/* In front of what the program wants preloaded, where that leaves the recorder out. */
static void add_recorder(struct with_us *w)
{
    size_t at = place_of(w->variable, "LD_PRELOAD");
    const char *theirs = w->variable[at] != NULL ? strchr(w->variable[at], '=') + 1 : "";
    if (has_recorder(theirs)) {
        return;
    }
    int n = snprintf(w->preload, sizeof w->preload, "LD_PRELOAD=%s%s%s", recorder_path(),
                     theirs[0] != '\0' ? ":" : "", theirs);
    if (n > 0 && (size_t)n < sizeof w->preload) {
        set(w, at, w->preload);
    }
}

/* The list itself where there is no trace, or it is too long to copy. */
static char *const *with_recorder(struct with_us *w, char *const list[])
{
    if (trace_path()[0] == '\0') {
        return list;
    }
    for (w->count = 0; list != NULL && list[w->count] != NULL; w->count++) {
        if (w->count == MOST_VARIABLES) {
            return list;
        }
        w->variable[w->count] = list[w->count];
    }
    w->variable[w->count] = NULL;
    size_t at = place_of(w->variable, "ENDWELL_TRACE");
    if (w->variable[at] == NULL) {
        snprintf(w->trace, sizeof w->trace, "ENDWELL_TRACE=%.4096s", trace_path());
        set(w, at, w->trace);
    }
    at = place_of(w->variable, TRACE_LIMIT);
    if (w->variable[at] == NULL && most_of_trace() != (off_t)USUAL_LIMIT << 20) {
        snprintf(w->limit, sizeof w->limit, TRACE_LIMIT "=%lld", (long long)most_of_trace() >> 20);
        set(w, at, w->limit);
    }
    add_recorder(w);
    return w->variable;
}

/* What is not closed by the exec is nobody's connection any more. */
static void tell_what_is_left(void)
{
    int saved = errno;
    if (is_recording()) {
        tell_left();
    }
    errno = saved;
}

int execve(const char *path, char *const arguments[], char *const list[])
{
    REAL(execve, int, (const char *, char *const[], char *const[]))
    struct with_us w;
    tell_what_is_left();
    char *const *variables = with_recorder(&w, list);
    return real != NULL ? real(path, arguments, variables)
                        : (int)syscall(SYS_execve, path, arguments, variables);
}

int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}

int execvpe(const char *file, char *const arguments[], char *const list[])
{
    REAL(execvpe, int, (const char *, char *const[], char *const[]))
    struct with_us w;
    tell_what_is_left();
    return real(file, arguments, with_recorder(&w, list));
}

int execvp(const char *file, char *const arguments[])
{
    return execvpe(file, arguments, environ);
}

int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *restrict actions,
                const posix_spawnattr_t *restrict attributes, char *const arguments[restrict],
                char *const list[restrict])
{
    REAL(posix_spawn, int,
         (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
          char *const[], char *const[]))
    struct with_us w;
    return real(pid, path, actions, attributes, arguments, with_recorder(&w, list));
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *restrict actions,
                 const posix_spawnattr_t *restrict attributes, char *const arguments[restrict],
                 char *const list[restrict])
{
    REAL(posix_spawnp, int,
         (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
          char *const[], char *const[]))
    struct with_us w;
    return real(pid, file, actions, attributes, arguments, with_recorder(&w, list));
}

/* What does not come by main's return: the last line of the process. */
void _exit(int status)
{
    if (is_recording()) {
        tell_exit();
    }
    for (;;) {
        syscall(SYS_exit_group, status);
    }
}

void _Exit(int status)
{
    _exit(status);
}
