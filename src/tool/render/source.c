/* Function and line of a place in a binary, where it was built with -g and addr2line is there. */
#include "render.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN = 0, OUT = 1 };

/* The path comes out of a trace: no shell sees it. */
static void become_addr2line(const int pipe_end[2], const char *object, unsigned long long offset)
{
    char at[32];
    snprintf(at, sizeof at, "0x%llx", offset);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(pipe_end[OUT], STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0) {
        _exit(1);
    }
    close(pipe_end[IN]);
    execlp("addr2line", "addr2line", "-f", "-C", "-s", "-e", object, at, (char *)NULL);
    _exit(1);
}

static size_t read_answer(int from, char *answer, size_t room)
{
    size_t length = 0;
    ssize_t n;
    while (length + 1 < room && (n = read(from, answer + length, room - 1 - length)) > 0) {
        length += (size_t)n;
    }
    answer[length] = '\0';
    return length;
}

/* "finish (client.c:42)"; false if that is not known. */
bool source_of(const char *object, unsigned long long offset, char *text, size_t room)
{
    int pipe_end[2], status = 0;
    char answer[512];
    if (object[0] != '/' || pipe(pipe_end) != 0) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        become_addr2line(pipe_end, object, offset);
    }
    close(pipe_end[OUT]);
    size_t length = child > 0 ? read_answer(pipe_end[IN], answer, sizeof answer) : 0;
    close(pipe_end[IN]);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0 || length == 0) {
        return false;
    }
    char *line = strchr(answer, '\n');
    if (line == NULL || answer[0] == '?' || line[1] == '?') {
        return false;
    }
    *line++ = '\0';
    line[strcspn(line, "\n ")] = '\0';
    snprintf(text, room, "%s (%s)", answer, line);
    return true;
}
