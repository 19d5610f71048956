/* Ranges of OpenSSL's releases, as spec/divergences.md writes them. */
#ifndef EXPLORE_RELEASES_H
#define EXPLORE_RELEASES_H

#include "../../gen/text.h"

enum { MOST_RANGES = 4, LAST_RELEASE = 999999 };

/* Releases as numbers, 30019; both ends of a range are meant. */
typedef struct {
    struct {
        int from, to;
    } range[MOST_RANGES];
    int ranges;
} releases;

/* all | 3.0 | 3.0 to 3.1 | up to 3.1 | 3.2 and later, several with commas between them, each release
 * with or without its patch level; what follows a semicolon is for readers. false: anything else. */
bool releases_read(const char *text, releases *r);
bool release_in(int release, const releases *r);

/* What stands between separators, without blanks around it. false: nothing is left. */
bool next_part(const char **text, char separator, const char **part, size_t *length);

#endif
