/* A program that is started by a watched one is watched too, whatever environment it is given. */
#include "record.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_VARIABLES = 4096, MOST_TEXT = 4200 };

/* An environment with what the recorder needs in it, made on the caller's stack. */
struct with_us {
    char trace[MOST_TEXT], preload[MOST_TEXT];
    char *variable[MOST_VARIABLES + 3];
};

static bool is_set(char *const list[], const char *name)
{
    size_t length = strlen(name);
    for (; list != NULL && *list != NULL; list++) {
        if (strncmp(*list, name, length) == 0 && (*list)[length] == '=') {
            return true;
        }
    }
    return false;
}

/* The list itself where it has all that is needed already, or is too long to copy. */
static char *const *with_recorder(struct with_us *w, char *const list[])
{
    static char *const none[] = {NULL};
    size_t n = 0;
    list = list != NULL ? list : none;
    if (trace_path()[0] == '\0' || is_set(list, "ENDWELL_TRACE")) {
        return list;
    }
    for (; list[n] != NULL; n++) {
        if (n == MOST_VARIABLES) {
            return list;
        }
        w->variable[n] = list[n];
    }
    snprintf(w->trace, sizeof w->trace, "ENDWELL_TRACE=%.4096s", trace_path());
    w->variable[n++] = w->trace;
    if (!is_set(list, "LD_PRELOAD")) {
        snprintf(w->preload, sizeof w->preload, "LD_PRELOAD=%.4096s", recorder_path());
        w->variable[n++] = w->preload;
    }
    w->variable[n] = NULL;
    return w->variable;
}

int execve(const char *path, char *const arguments[], char *const list[])
{
    REAL(execve, int, (const char *, char *const[], char *const[]))
    struct with_us w;
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
