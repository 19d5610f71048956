/* Findings that somebody looked at and wants to see no more. */
#include "render.h"

#include "lines.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PATTERNS = 8, GENERATED = 3 };

struct suppression {
    struct suppression *next;
    char *line; /* without its comment */
    int number;
    char *text; /* the same, taken apart */
    const char *rule;
    const char *pattern[MOST_PATTERNS];
    int patterns;
};

static void free_one(struct suppression *one)
{
    free(one->line);
    free(one->text);
    free(one);
}

/* NULL, or what is wrong. */
static const char *read_one(struct suppressions *s, const char *line, int number)
{
    struct suppression *one = calloc(1, sizeof *one);
    char *rest = NULL;
    size_t length = strcspn(line, "#");
    if (one == NULL || (one->line = strndup(line, length)) == NULL ||
        (one->text = strndup(line, length)) == NULL) {
        abort();
    }
    one->number = number;
    one->rule = strtok_r(one->text, " \t", &rest);
    for (char *p; one->rule != NULL && (p = strtok_r(NULL, " \t", &rest)) != NULL;) {
        if (one->patterns < MOST_PATTERNS) {
            one->pattern[one->patterns++] = p;
        }
    }
    const char *wrong = NULL;
    if (one->rule != NULL && find_rule(one->rule) == NULL) {
        wrong = "no such rule; a line is RULE PATTERN...";
    } else if (one->rule != NULL && one->patterns == 0) {
        wrong = "a rule without a pattern; `*` is any place";
    }
    if (one->rule == NULL || wrong != NULL) {
        free_one(one);
        return wrong;
    }
    one->next = s->first;
    s->first = one;
    return NULL;
}

bool read_suppressions(struct suppressions *s, const char *path, char *error, size_t room)
{
    const char *wrong = NULL;
    struct lines l = {.file = fopen(path, "r")};
    if (l.file == NULL) {
        snprintf(error, room, "%s: %s", path, strerror(errno));
        return false;
    }
    while (wrong == NULL && next_line(&l)) {
        wrong = read_one(s, l.text, l.number);
    }
    wrong = l.too_long ? "a line that is too long" : wrong;
    if (wrong != NULL) {
        snprintf(error, room, "%s:%d: %s", path, l.number, wrong);
    } else if (ferror(l.file)) {
        wrong = strerror(errno);
        snprintf(error, room, "%s: %s", path, wrong);
    }
    free_lines(&l);
    fclose(l.file);
    return wrong == NULL;
}

static bool is_frame(const char *pattern, const cJSON *stack, const cJSON *frame)
{
    char text[MOST_FRAME_TEXT];
    return frame != NULL && frame_text(frame, text, sizeof text) &&
           (fnmatch(pattern, text, 0) == 0 ||
            (frame_name(stack, frame, text, sizeof text) && fnmatch(pattern, text, 0) == 0));
}

static bool matches(const struct suppression *s, const struct finding *f)
{
    if (strcmp(s->rule, f->rule->id) != 0) {
        return false;
    }
    if (s->patterns == 1 && strcmp(s->pattern[0], "*") == 0) {
        return true;
    }
    for (int i = 0; i < s->patterns; i++) {
        if (!is_frame(s->pattern[i], f->stack, cJSON_GetArrayItem(f->stack, i))) {
            return false;
        }
    }
    return true;
}

const char *suppressed_by(const struct suppressions *s, const struct finding *f, int *number)
{
    for (const struct suppression *one = s->first; one != NULL; one = one->next) {
        if (matches(one, f)) {
            *number = one->number;
            return one->line;
        }
    }
    return NULL;
}

void suppress(const struct suppressions *s, struct judge *j)
{
    int number;
    leave_out(s, j);
    for (struct finding *f = j->findings; f != NULL; f = f->next) {
        f->suppressed = suppressed_by(s, f, &number) != NULL;
    }
}

void free_suppressions(struct suppressions *s)
{
    while (s->first != NULL) {
        struct suppression *one = s->first;
        s->first = one->next;
        free_one(one);
    }
}

/* What has a meaning in a pattern or ends it stands for any character. */
static void put_pattern(FILE *out, char *text)
{
    for (char *c = text; (c = strpbrk(c, " \t#*?[\\")) != NULL; c++) {
        *c = '?';
    }
    fprintf(out, " %s", text);
}

static void put_suppression(FILE *out, const struct finding *f)
{
    char text[MOST_FRAME_TEXT];
    int n = 0;
    const cJSON *frame;
    if (cJSON_GetArraySize(f->stack) == 0) {
        fprintf(out, "# %s was found without a place: `%s *` would hide all of it\n", f->rule->id,
                f->rule->id);
        return;
    }
    fprintf(out, "%s", f->rule->id);
    cJSON_ArrayForEach(frame, f->stack)
    {
        if (n++ < GENERATED && frame_name(f->stack, frame, text, sizeof text)) {
            put_pattern(out, text);
        }
    }
    fprintf(out, " # %s\n", f->rule->title);
}

void print_suppressions(FILE *out, const struct judge *j)
{
    for (const struct finding *f = j->findings; f != NULL; f = f->next) {
        if (!f->suppressed) {
            put_suppression(out, f);
        }
    }
}
