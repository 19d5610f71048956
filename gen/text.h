/* Memory that is freed all at once, text that grows, and messages to the user. */
#ifndef GEN_TEXT_H
#define GEN_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PRINTF_LIKE(form, first) __attribute__((format(printf, form, first)))

enum { EXIT_OK = 0, EXIT_FINDING = 1, EXIT_CANNOT_RUN = 2, MAX_ERRORS = 20 };

/* Where something stands in a source file; line 0 means the file as a whole. */
struct place {
    const char *file;
    int line;
};

struct arena {
    struct block *last;
};

void *take(struct arena *arena, size_t size); /* zeroed; ends the program when memory runs out */
char *take_text(struct arena *arena, const char *from, size_t length);
void free_arena(struct arena *arena);

struct text {
    char *data; /* always ends in a NUL that `length` does not count */
    size_t length, room;
};

void put(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void put_bytes(struct text *text, const void *bytes, size_t length);
void free_text(struct text *text);
/* All of a file, or little more than `most` of it; ends the program where it cannot be read. */
void read_file(const char *path, size_t most, struct text *out);

struct report {
    FILE *stream; /* NULL: count only */
    int errors;
};

void complain(struct report *report, struct place at, const char *format, ...) PRINTF_LIKE(3, 4);
void note(const struct report *report, struct place at, const char *format, ...) PRINTF_LIKE(3, 4);
bool too_many_errors(const struct report *report);

extern const char *program_name; /* what its own messages begin with */
_Noreturn void cannot_run(const char *format, ...) PRINTF_LIKE(1, 2);

bool is_name(const char *text); /* a lower-case identifier of at most 24 characters */
bool is_ascii(const char *text);
bool same(const char *a, const char *b);

#endif
