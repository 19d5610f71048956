#include "releases.h"

#include <stdio.h>
#include <string.h>

bool next_part(const char **text, char separator, const char **part, size_t *length)
{
    const char *at = *text + strspn(*text, " "), *end = strchr(at, separator);
    if (*at == '\0')
        return false;
    if (!end)
        end = at + strlen(at);
    *text = *end ? end + 1 : end;
    while (end > at && end[-1] == ' ')
        end--;
    *part = at;
    *length = (size_t)(end - at);
    return true;
}

/* "3.0" is all of 3.0, "1.1.1" all of its letters, "4.0.1" that one. */
static bool read_release(const char **text, int *from, int *to)
{
    unsigned major, minor, fix = 0;
    int used = 0, longer = 0;
    if (sscanf(*text, "%2u.%2u%n", &major, &minor, &used) != 2)
        return false;
    bool whole = sscanf(*text, "%*2u.%*2u.%2u%n", &fix, &longer) == 1 && longer > used;
    *text += whole ? longer : used;
    *from = (int)(major * 10000 + minor * 100 + (whole ? fix : 0));
    *to = whole ? *from : *from + 99;
    return true;
}

static bool read_range(const char *text, int *from, int *to)
{
    int none;
    *from = 0;
    *to = LAST_RELEASE;
    if (strcmp(text, "all") == 0)
        return true;
    if (strncmp(text, "up to ", 6) == 0) {
        text += 6;
        return read_release(&text, &none, to) && *text == '\0';
    }
    if (!read_release(&text, from, to))
        return false;
    if (strcmp(text, " and later") == 0) {
        *to = LAST_RELEASE;
        return true;
    }
    if (strncmp(text, " to ", 4) == 0) {
        text += 4;
        if (!read_release(&text, &none, to))
            return false;
    }
    return *text == '\0';
}

bool releases_read(const char *text, releases *r)
{
    char list[160], one[64];
    const char *at = list, *part;
    size_t length;
    *r = (releases){0};
    snprintf(list, sizeof list, "%.*s", (int)strcspn(text, ";"), text);
    while (next_part(&at, ',', &part, &length)) {
        snprintf(one, sizeof one, "%.*s", (int)length, part);
        if (r->ranges == MOST_RANGES ||
            !read_range(one, &r->range[r->ranges].from, &r->range[r->ranges].to))
            return false;
        r->ranges++;
    }
    return r->ranges > 0;
}

bool release_in(int release, const releases *r)
{
    for (int i = 0; i < r->ranges; i++)
        if (release != 0 && release >= r->range[i].from && release <= r->range[i].to)
            return true;
    return false;
}
