/* A network between two ends: it carries bytes at a rate, and passes ends and resets on. */
#ifndef LOSSLESS_LINK_H
#define LOSSLESS_LINK_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_ROOM = 32768 };

typedef struct {
    uint8_t bytes[LINK_ROOM];
    size_t begin, end;
    uint64_t carried;
    int source_ended, ended; /* FIN taken; FIN given on */
} link_way;

typedef struct {
    int fd[2];
    link_way way[2];  /* by the descriptor that it comes from */
    uint64_t rate;    /* bytes a second, each way; 0: no limit */
    int64_t since_us; /* when it was opened */
    uint64_t drop_at; /* of the self-test: this byte of the first way is changed; 0: none */
} lossless_link;

void lossless_link_open(lossless_link *l, int near_fd, int far_fd, uint64_t rate);
/* What it waits for. Returns 1 if it is its rate. */
int link_events(const lossless_link *l, struct pollfd p[2]);
int link_step(lossless_link *l); /* 1 if anything moved */
void lossless_link_close(lossless_link *l);

#endif
