/* A trace or a device's dump, from a file or a pipe. */
#include "capture.h"

#include "lines.h"
#include "stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = (MOST_RECORDS + 1) * 16 };

/* Whether the recorder says that a line could not be written, or not whole. */
static bool is_torn(const struct trace *t)
{
    return t->first != NULL && t->first->lost > 0;
}

/* A line to its end; of one that another was begun in, where lines are missing, the other. */
static cJSON *json_in(const struct trace *t, const struct lines *l)
{
    if (strlen(l->text) < l->length) {
        return NULL;
    }
    cJSON *json = cJSON_ParseWithOpts(l->text, NULL, true);
    for (const char *at = l->text; json == NULL && is_torn(t);) {
        at = strstr(at + 1, "{\"v\":");
        if (at == NULL) {
            break;
        }
        json = cJSON_ParseWithOpts(at, NULL, true);
    }
    return json;
}

static bool read_lines(struct trace *t, struct lines *l)
{
    bool good = true;
    struct stacks *stacks = new_stacks();
    while (good && next_line(l)) {
        cJSON *json = json_in(t, l);
        share_stack(stacks, json);
        good = (json == NULL && is_torn(t)) || add_json(t, l->number, json);
    }
    free_stacks(stacks);
    if (l->too_long) {
        snprintf(t->error, sizeof t->error, "%.150s:%d: a line of more than %d bytes", t->path,
                 l->number, LONGEST_LINE);
    }
    return good && !l->too_long;
}

/* One byte more than the largest has is enough to see that it is none. */
static bool read_dump(struct trace *t, struct lines *l)
{
    uint8_t *bytes = NULL;
    size_t length = 0, room = 0, got;
    do {
        if (length == room) {
            room = room * 2 + 4096;
            bytes = realloc(bytes, room);
            if (bytes == NULL) {
                abort();
            }
        }
        got = read_bytes(l, bytes + length, room - length);
        length += got;
    } while (got > 0 && length <= MOST_BYTES);
    bool good = ferror(l->file) || read_device_dump(t, bytes, length);
    free(bytes);
    return good;
}

bool read_trace(struct trace *t, const char *path)
{
    size_t length;
    memset(t, 0, sizeof *t);
    t->path = path;
    struct lines l = {.file = fopen(path, "r")};
    if (l.file == NULL) {
        snprintf(t->error, sizeof t->error, "%.150s: %s", path, strerror(errno));
        return false;
    }
    const unsigned char *first = peek(&l, &length);
    bool good = is_device_dump(first, length) ? read_dump(t, &l) : read_lines(t, &l);
    if (good && ferror(l.file)) {
        snprintf(t->error, sizeof t->error, "%.150s: %s", path, strerror(errno));
        good = false;
    }
    free_lines(&l);
    fclose(l.file);
    return good;
}
