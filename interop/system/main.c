/*
 * endwell-system --list
 * endwell-system [--every N | --quick] --subject NAME
 * endwell-system --soak CLOSES ENGINE_CLOSES
 *
 * --subject: every system call that the adapter makes, made to fail in turn in each of its ways, and
 * every allocation (of the handshake every so many, and its last); --quick: a sample of both, each
 * way in each scenario. Prints one JSON object for each scenario and mode, and each finding on a
 * line of its own to stderr. --soak: see soak.h. Exits 0, 1 on a finding, 2, 3 when
 * something did not end, 4 when it crashed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "memory.h"
#include "soak.h"

enum { EVERY_IN_SAMPLE = 2000 };

static int usage(void)
{
    fputs("usage: endwell-system --list | [--every N | --quick] --subject NAME | "
          "--soak CLOSES ENGINE_CLOSES\n",
          stderr);
    return 2;
}

static int play_named(const char *name, extent how_many)
{
    for (int i = 0; i < subject_count; i++)
        if (strcmp(sys_subjects[i].name, name) == 0 && how_many.every > 0)
            return play_subject(&sys_subjects[i], how_many);
    return usage();
}

static int list(void)
{
    for (int i = 0; i < subject_count; i++)
        puts(sys_subjects[i].name);
    return 0;
}

int main(int count, char **words)
{
    extent how_many = {.every = 1};
    int at = 1;

    subjects_make();
    heap_spare_gmp();
    certificates = getenv("EW_CERTIFICATES") ? getenv("EW_CERTIFICATES") : "build/certs";
    watch_signals();
    if (count > at + 1 && strcmp(words[at], "--every") == 0) {
        how_many.every = atoi(words[at + 1]);
        at += 2;
    } else if (count > at && strcmp(words[at], "--quick") == 0) {
        how_many = (extent){.every = EVERY_IN_SAMPLE, .quick = 1};
        at++;
    }
    if (count == at + 1 && strcmp(words[at], "--list") == 0)
        return list();
    if (count == at + 2 && strcmp(words[at], "--subject") == 0)
        return play_named(words[at + 1], how_many);
    if (count == at + 3 && strcmp(words[at], "--soak") == 0)
        return soak(atol(words[at + 1]), atol(words[at + 2]));
    return usage();
}
