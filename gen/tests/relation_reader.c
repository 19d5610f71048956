#include "relation_reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LOGICAL = 1 << 20 };

/* A line with the lines that continue it; NULL at the end. */
static char *next_line(FILE *file, char *line, size_t room, size_t *number)
{
    if (fgets(line, (int)room, file) == NULL) {
        return NULL;
    }
    ++*number;
    for (int c; (c = getc(file)) != EOF;) {
        if (c != ' ') {
            ungetc(c, file);
            break;
        }
        size_t length = strcspn(line, "\n");
        line[length] = ' ';
        if (fgets(line + length + 1, (int)(room - length - 1), file) == NULL) {
            break;
        }
        ++*number;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static int find_row(const struct relation *relation, const char *id)
{
    for (size_t i = 0; i < relation->rows; i++) {
        if (strcmp(relation->row[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool read_row(struct relation *relation, const char *line)
{
    struct reader_row *row = &relation->row[relation->rows];
    char next[READER_FIELDS + 1];
    if (relation->rows == READER_ROWS ||
        sscanf(line, "row %7s %16s %d %d %d %d", row->id, next, &row->action, &row->value,
               &row->error, &row->reason) != 6 ||
        strlen(next) != relation->fields) {
        return false;
    }
    for (size_t i = 0; i < relation->fields; i++) {
        row->next[i] = next[i] == '.' ? -1 : (int)strtol((char[]){next[i], '\0'}, NULL, 16);
    }
    relation->rows++;
    return true;
}

/* "X X*3 Y" becomes numbers, exactly `count` of them. Rows have names, patterns have numbers. */
static uint16_t *read_runs(const struct relation *relation, char *words, size_t count,
                           bool are_rows)
{
    uint16_t *run = calloc(count + 1, sizeof *run);
    size_t filled = 0;
    for (char *word = strtok(words, " "); word != NULL && run != NULL; word = strtok(NULL, " ")) {
        char *star = strchr(word, '*');
        size_t times = star != NULL ? strtoul(star + 1, NULL, 10) : 1;
        if (star != NULL) {
            *star = '\0';
        }
        long number = are_rows ? find_row(relation, word) : strtol(word, NULL, 10);
        if (number < 0 || times > count - filled) {
            free(run);
            return NULL;
        }
        for (; times > 0; times--) {
            run[filled++] = (uint16_t)number;
        }
    }
    if (filled != count) {
        free(run);
        return NULL;
    }
    return run;
}

static bool read_numbered(struct relation *relation, char *line)
{
    bool is_pattern = line[0] == 'p';
    char *words = strchr(line, ' ') + 1;
    size_t number = strtoul(words, &words, 10);
    if (relation->block == 0 || number >= (is_pattern ? READER_PATTERNS : READER_EVENTS)) {
        return false;
    }
    size_t count = is_pattern ? relation->block : relation->states / relation->block;
    uint16_t **slot = is_pattern ? &relation->pattern[number] : &relation->map[number];
    *slot = read_runs(relation, words, count, is_pattern);
    relation->patterns += is_pattern;
    return *slot != NULL;
}

static bool read_field(struct relation *relation, const char *line)
{
    size_t words = 0;
    for (const char *s = line; *s != '\0'; s++) {
        words += *s == ' ';
    }
    if (relation->fields == READER_FIELDS) {
        return false;
    }
    relation->values[relation->fields++] = words - 1;
    return true;
}

static bool read_line(struct relation *relation, char *line)
{
    if (line[0] == '#' || strncmp(line, "result ", 7) == 0 || strcmp(line, "format 1") == 0 ||
        strncmp(line, "spec_sha256 ", 12) == 0) {
        return true;
    }
    if (strncmp(line, "field ", 6) == 0) {
        return read_field(relation, line);
    }
    if (strncmp(line, "event ", 6) == 0) {
        return strtoul(line + 6, NULL, 10) == relation->events++;
    }
    if (strncmp(line, "row ", 4) == 0) {
        return read_row(relation, line);
    }
    if (strncmp(line, "pattern ", 8) == 0 || strncmp(line, "map ", 4) == 0) {
        return read_numbered(relation, line);
    }
    return sscanf(line, "relation_sha256 %64s", relation->digest) == 1 ||
           sscanf(line, "states %zu", &relation->states) == 1 ||
           sscanf(line, "block %zu", &relation->block) == 1;
}

size_t read_relation(struct relation *relation, const char *path)
{
    size_t number = 0;
    FILE *file = fopen(path, "r");
    char *line = malloc(MAX_LOGICAL);
    bool good = file != NULL && line != NULL;
    while (good && next_line(file, line, MAX_LOGICAL, &number) != NULL) {
        good = read_line(relation, line);
    }
    free(line);
    if (file != NULL) {
        fclose(file);
    }
    return good ? 0 : number + (number == 0);
}

void free_relation(struct relation *relation)
{
    for (size_t i = 0; i < READER_PATTERNS; i++) {
        free(relation->pattern[i]);
    }
    for (size_t i = 0; i < READER_EVENTS; i++) {
        free(relation->map[i]);
    }
}

const struct reader_row *relation_row(const struct relation *relation, size_t state, size_t event)
{
    size_t pattern = relation->map[event][state / relation->block];
    return &relation->row[relation->pattern[pattern][state % relation->block]];
}
