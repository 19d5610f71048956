/* The key log: tshark reads it to its end, so that it is a file that has one. */
#include "capture.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_MB = 64, MOST_KEYS = MOST_MB << 20 };

static bool is_too_large(struct trace *t, const char *path)
{
    snprintf(t->error, sizeof t->error, "%.150s: a key log of more than %d MB", path, MOST_MB);
    return false;
}

/* What a pipe has, or whatever else is no file. */
static bool copy_keys(struct trace *t, const char *path, FILE *from, FILE *to)
{
    char part[1 << 16];
    size_t length, all = 0;
    while (all <= MOST_KEYS && (length = fread(part, 1, sizeof part, from)) > 0) {
        all += fwrite(part, 1, length, to);
    }
    if (all > MOST_KEYS) {
        return is_too_large(t, path);
    }
    if (ferror(from) || fflush(to) != 0 || ferror(to)) {
        snprintf(t->error, sizeof t->error, "%.150s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

bool open_keys(struct trace *t, const char *path, struct keys *k)
{
    struct stat status;
    FILE *from = fopen(path, "r");
    k->copy = NULL;
    snprintf(k->path, sizeof k->path, "%s", path);
    bool good = from != NULL && fstat(fileno(from), &status) == 0;
    if (good && S_ISREG(status.st_mode)) {
        good = status.st_size <= MOST_KEYS || is_too_large(t, path);
    } else if (good && (k->copy = tmpfile()) != NULL) {
        good = copy_keys(t, path, from, k->copy);
        snprintf(k->path, sizeof k->path, "/dev/fd/%d", fileno(k->copy));
    } else {
        snprintf(t->error, sizeof t->error, "%.150s: %s", path, strerror(errno));
        good = false;
    }
    if (from != NULL) {
        fclose(from);
    }
    if (!good) {
        close_keys(k);
    }
    return good;
}

void close_keys(struct keys *k)
{
    if (k->copy != NULL) {
        fclose(k->copy);
    }
    k->copy = NULL;
}
