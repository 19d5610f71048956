/* Reads relation.txt, by what its header says and nothing else. */
#ifndef RELATION_READER_H
#define RELATION_READER_H

#include <stddef.h>
#include <stdint.h>

enum { READER_FIELDS = 16, READER_ROWS = 512, READER_PATTERNS = 4096, READER_EVENTS = 64 };

struct reader_row {
    char id[8];
    int next[READER_FIELDS]; /* -1: stays */
    int action, value, error, reason;
};

struct relation {
    size_t fields, states, block, events, rows, patterns;
    char digest[65];
    size_t values[READER_FIELDS];
    struct reader_row row[READER_ROWS];
    uint16_t *pattern[READER_PATTERNS]; /* a row for each state of a block */
    uint16_t *map[READER_EVENTS];       /* a pattern for each block */
};

/* 0, or the number of the line that could not be understood. */
size_t read_relation(struct relation *relation, const char *path);
void free_relation(struct relation *relation);

const struct reader_row *relation_row(const struct relation *relation, size_t state, size_t event);

#endif
