/* Lines of a file or a pipe, none longer than any that is meant. */
#ifndef TOOL_LINES_H
#define TOOL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { LONGEST_LINE = 1 << 20, MOST_PEEKED = 4 };

struct lines {
    FILE *file;
    char *text;    /* the last one, without its end */
    size_t length; /* of it; more than strlen(text) if a byte of it is 0 */
    int number;    /* of it, from 1 */
    bool too_long; /* it has no end within LONGEST_LINE */
    size_t room;
    unsigned char peeked[MOST_PEEKED]; /* a pipe cannot be rewound */
    size_t has_peeked, at;
};

/* The first bytes of `l->file`, which next_line() and read_bytes() give all the same. */
const unsigned char *peek(struct lines *l, size_t *length);
/* False behind the last line, and where one is too long. */
bool next_line(struct lines *l);
/* As fread, for a file that has no lines. */
size_t read_bytes(struct lines *l, unsigned char *to, size_t room);
void free_lines(struct lines *l);

#endif
