#include "lines.h"

#include <stdlib.h>
#include <string.h>

const unsigned char *peek(struct lines *l, size_t *length)
{
    l->has_peeked = fread(l->peeked, 1, sizeof l->peeked, l->file);
    *length = l->has_peeked;
    return l->peeked;
}

static int next_byte(struct lines *l)
{
    return l->at < l->has_peeked ? l->peeked[l->at++] : getc_unlocked(l->file);
}

static void put(struct lines *l, char byte)
{
    if (l->length == l->room) {
        l->room = l->room * 2 + 256;
        l->text = realloc(l->text, l->room);
        if (l->text == NULL) {
            abort();
        }
    }
    l->text[l->length++] = byte;
}

bool next_line(struct lines *l)
{
    int byte = next_byte(l);
    if (byte == EOF) {
        return false;
    }
    l->number++;
    l->length = 0;
    for (; byte != EOF && byte != '\n'; byte = next_byte(l)) {
        if (l->length == LONGEST_LINE) {
            l->too_long = true;
            return false;
        }
        put(l, (char)byte);
    }
    put(l, '\0');
    l->length--;
    return true;
}

size_t read_bytes(struct lines *l, unsigned char *to, size_t room)
{
    size_t n = 0;
    while (n < room && l->at < l->has_peeked) {
        to[n++] = l->peeked[l->at++];
    }
    return n + fread(to + n, 1, room - n, l->file);
}

void free_lines(struct lines *l)
{
    free(l->text);
}
