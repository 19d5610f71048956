#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAME = 24 };

const char *program_name = "endwell-gen";

struct block {
    struct block *before;
    max_align_t bytes[];
};

void *take(struct arena *arena, size_t size)
{
    struct block *block = calloc(1, sizeof *block + size);
    if (block == NULL) {
        cannot_run("out of memory");
    }
    block->before = arena->last;
    arena->last = block;
    return block->bytes;
}

char *take_text(struct arena *arena, const char *from, size_t length)
{
    char *copy = take(arena, length + 1);
    memcpy(copy, from, length);
    return copy;
}

void free_arena(struct arena *arena)
{
    while (arena->last != NULL) {
        struct block *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}

static void make_room(struct text *text, size_t length)
{
    size_t room = text->room > 0 ? text->room : 256;
    while (room < text->length + length + 1) {
        room *= 2;
    }
    if (room != text->room) {
        text->data = realloc(text->data, room);
        if (text->data == NULL) {
            cannot_run("out of memory");
        }
        text->room = room;
    }
}

void put_bytes(struct text *text, const void *bytes, size_t length)
{
    make_room(text, length);
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void put(struct text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0) {
        cannot_run("text cannot be formatted");
    }
    make_room(text, (size_t)length);
    va_start(list, format);
    vsnprintf(text->data + text->length, (size_t)length + 1, format, list);
    va_end(list);
    text->length += (size_t)length;
}

void free_text(struct text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

static void say(const struct report *report, struct place at, const char *kind, const char *format,
                va_list list)
{
    if (report->stream == NULL) {
        return;
    }
    if (at.line > 0) {
        fprintf(report->stream, "%s:%d: %s: ", at.file, at.line, kind);
    } else {
        fprintf(report->stream, "%s: %s: ", at.file, kind);
    }
    vfprintf(report->stream, format, list);
    fputc('\n', report->stream);
}

void complain(struct report *report, struct place at, const char *format, ...)
{
    report->errors++;
    if (report->errors > MAX_ERRORS) {
        return;
    }
    va_list list;
    va_start(list, format);
    say(report, at, "error", format, list);
    va_end(list);
}

void note(const struct report *report, struct place at, const char *format, ...)
{
    if (too_many_errors(report)) {
        return;
    }
    va_list list;
    va_start(list, format);
    say(report, at, "note", format, list);
    va_end(list);
}

bool too_many_errors(const struct report *report)
{
    return report->errors > MAX_ERRORS;
}

_Noreturn void cannot_run(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(EXIT_CANNOT_RUN);
}

void read_file(const char *path, size_t most, struct text *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        cannot_run("%s: %s", path, strerror(errno));
    }
    char part[4096];
    size_t got;
    while (out->length <= most && (got = fread(part, 1, sizeof part, file)) > 0) {
        put_bytes(out, part, got);
    }
    if (ferror(file)) {
        cannot_run("%s: %s", path, strerror(errno));
    }
    fclose(file);
}

bool is_name(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > MAX_NAME || !islower((unsigned char)text[0])) {
        return false;
    }
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) {
            return false;
        }
    }
    return true;
}

bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}
