/* Functions and lines of places in binaries, where these were built with -g and addr2line is there. */
#include "render.h"

#include "lines.h"
#include "record/utf8.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN = 0, OUT = 1, MOST_ASKED = 32, MOST_ANSWER = 512 };

/* What was asked once: findings share most of their callers. */
struct place {
    struct place *next;
    const char *object; /* the trace's, which outlives the report */
    unsigned long long offset;
    char function[MOST_ANSWER / 2], file[MOST_ANSWER];
    int line;
    char text[MOST_ANSWER]; /* "finish (client.c:42)", or nothing */
};
static struct place *places;

static const struct place *find_place(const char *object, unsigned long long offset)
{
    const struct place *p = places;
    while (p != NULL && (p->offset != offset || strcmp(p->object, object) != 0)) {
        p = p->next;
    }
    return p;
}

/* The path comes out of a trace: no shell sees it. */
static void become_addr2line(const int pipe_end[2], const char *object,
                             const unsigned long long *offset, int count)
{
    char at[MOST_ASKED][24];
    char *words[MOST_ASKED + 6] = {"addr2line", "-f", "-C", "-e", strdup(object)};
    for (int i = 0; i < count; i++) {
        snprintf(at[i], sizeof at[i], "0x%llx", offset[i]);
        words[5 + i] = at[i];
    }
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(pipe_end[OUT], STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0) {
        _exit(1);
    }
    close(pipe_end[IN]);
    execvp(words[0], words);
    _exit(1);
}

/* The function's name may be that of a template, or whatever its binary says. */
static void note_answer(struct lines *answer, struct place *p)
{
    if (!next_line(answer) || answer->text[0] == '?') {
        next_line(answer);
        return;
    }
    snprintf(p->function, sizeof p->function, "%s", answer->text);
    make_printable(p->function);
    char *colon = next_line(answer) ? strrchr(answer->text, ':') : NULL;
    p->line = colon != NULL ? atoi(colon + 1) : 0; /* behind it may stand a discriminator */
    if (p->line > 0 && answer->text[0] != '?') {
        *colon = '\0';
        const char *slash = strrchr(answer->text, '/');
        snprintf(p->file, sizeof p->file, "%s", answer->text);
        snprintf(p->text, sizeof p->text, "%s (%.*s:%d)", p->function, MOST_ANSWER / 2 - 16,
                 slash != NULL ? slash + 1 : answer->text, p->line);
        make_printable(p->text);
    }
}

/* Two lines for each place, which are a function and a file with its line. */
static void note_answers(FILE *from, const char *object, const unsigned long long *offset,
                         int count)
{
    struct lines answer = {.file = from};
    for (int i = 0; i < count; i++) {
        struct place *p = calloc(1, sizeof *p);
        if (p == NULL) {
            abort();
        }
        *p = (struct place){.next = places, .object = object, .offset = offset[i]};
        places = p;
        note_answer(&answer, p);
    }
    free_lines(&answer);
}

/* All places of one object by one addr2line; where there is none they are asked for no more. */
static void ask(const char *object, const unsigned long long *offset, int count)
{
    int pipe_end[2], status;
    if (pipe(pipe_end) != 0) {
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        become_addr2line(pipe_end, object, offset, count);
    }
    close(pipe_end[OUT]);
    FILE *from = fdopen(pipe_end[IN], "r");
    if (from == NULL) {
        abort();
    }
    note_answers(from, object, offset, count);
    fclose(from);
    if (child > 0) {
        waitpid(child, &status, 0);
    }
}

static bool is_place(const cJSON *frame, const char **object, unsigned long long *offset)
{
    char text[MOST_FRAME_TEXT];
    if (!frame_text(frame, text, sizeof text)) {
        return false;
    }
    double at = cJSON_GetArrayItem(frame, 1)->valuedouble;
    *object = cJSON_GetStringValue(cJSON_GetArrayItem(frame, 0));
    *offset = at >= 0 && at < 1e15 ? (unsigned long long)at : 0;
    return (*object)[0] == '/' && at >= 0 && at < 1e15;
}

/* Those of a stack that were not asked for yet, object by object. */
void ask_sources(const cJSON *stack)
{
    const cJSON *frame, *other;
    const char *object, *another;
    unsigned long long offset, asked[MOST_ASKED];
    cJSON_ArrayForEach(frame, stack)
    {
        int count = 0;
        if (!is_place(frame, &object, &offset) || find_place(object, offset) != NULL) {
            continue;
        }
        cJSON_ArrayForEach(other, stack)
        {
            if (count < MOST_ASKED && is_place(other, &another, &offset) &&
                strcmp(object, another) == 0 && find_place(object, offset) == NULL) {
                asked[count++] = offset;
            }
        }
        ask(object, asked, count);
    }
}

static const struct place *place_of(const cJSON *frame)
{
    const char *object;
    unsigned long long offset;
    return is_place(frame, &object, &offset) ? find_place(object, offset) : NULL;
}

/* "finish (client.c:42)"; NULL if that is not known. */
const char *source_of(const cJSON *frame)
{
    const struct place *p = place_of(frame);
    return p != NULL && p->text[0] != '\0' ? p->text : NULL;
}

const char *function_of(const cJSON *frame)
{
    const struct place *p = place_of(frame);
    return p != NULL && p->function[0] != '\0' ? p->function : NULL;
}

const char *file_of(const cJSON *frame)
{
    return place_of(frame)->file;
}

int line_of(const cJSON *frame)
{
    return place_of(frame)->line;
}

const cJSON *known_frame(const cJSON *stack)
{
    const cJSON *frame;
    ask_sources(stack);
    cJSON_ArrayForEach(frame, stack)
    {
        if (source_of(frame) != NULL) {
            return frame;
        }
    }
    return NULL;
}

const char *shown_frame(const cJSON *frame, char *text, size_t room)
{
    if (!frame_text(frame, text, room)) {
        return NULL;
    }
    const char *known = source_of(frame);
    return known != NULL ? known : text;
}

void forget_sources(void)
{
    while (places != NULL) {
        struct place *p = places;
        places = p->next;
        free(p);
    }
}
