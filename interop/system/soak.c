#define _GNU_SOURCE
#include "soak.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "judge.h"
#include "memory.h"
#include "net.h"

enum { PAGE_KB = 4, GROWTH_KB = 256, WARM_UP_PART = 50, ENGINE_WARM_UP = 400, SAY_MS = 10000 };

/* What may not grow ---------------------------------------------------------- */

typedef struct use {
    long blocks, bytes, kilobytes, descriptors;
} use;

static long resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;

    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * PAGE_KB;
}

static long open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    long count = 0;

    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static use in_use(void)
{
    use u = {heap.blocks, heap.bytes, resident_kb(), open_descriptors()};
    return u;
}

static int grown(const char *what, long count, const use *before)
{
    use now = in_use();
    int worse = now.blocks > before->blocks || now.descriptors > before->descriptors ||
                now.kilobytes > before->kilobytes + GROWTH_KB;

    printf("{\"subject\": \"%s\", \"closes\": %ld, \"blocks\": %ld, \"bytes\": %ld, "
           "\"descriptors\": %ld, \"resident_kb\": %ld, \"grown\": %s}\n",
           what, count, now.blocks - before->blocks, now.bytes - before->bytes,
           now.descriptors - before->descriptors, now.kilobytes - before->kilobytes,
           worse ? "true" : "false");
    fflush(stdout);
    if (worse)
        fprintf(
            stderr,
            "soak: %s: after %ld closes %ld blocks (%ld bytes), %ld descriptors and %ld KB more\n",
            what, count, now.blocks - before->blocks, now.bytes - before->bytes,
            now.descriptors - before->descriptors, now.kilobytes - before->kilobytes);
    return worse;
}

static void progress(const char *what, long done, long count)
{
    static long long said;
    long long now = net_now_ms();

    if (said == 0)
        said = now;
    if (now - said < SAY_MS)
        return;
    said = now;
    fprintf(stderr, "soak: %s: %ld of %ld closes\n", what, done, count);
}

/* Without an engine ---------------------------------------------------------- */

/* What the peer sent before it ended its direction, and what then comes of each call. */
typedef struct ending {
    const char *bytes;
    int len;
    int read, again, shutdown, close; /* what two reads, shutdown and close return */
} ending;

#define GREETING "\x16\3\3\0\1h"
#define ANSWER   "\x17\3\3\0\2hi"
#define NOTICE   "\x15\3\3\0\2\1\0"
#define FAILURE  "\x15\3\3\0\2\2\x28"
#define BYTES(s) s, sizeof(s) - 1

static const ending endings[] = {
    {BYTES(GREETING ANSWER NOTICE), 2, 0, 1, 1},
    {BYTES(GREETING ANSWER), 2, -1, -1, -1},
    {BYTES(GREETING NOTICE), 0, 0, 1, 1},
    {BYTES(GREETING ANSWER FAILURE), 2, -1, -1, -1},
    {BYTES(GREETING ANSWER "\x15\3\3\0"), 2, -1, -1, -1},
};

static int differs(const char *call, long turn, int value, int right)
{
    if (value == right)
        return 0;
    fprintf(stderr, "soak: close %ld: %s gives %d instead of %d\n", turn, call, value, right);
    return 1;
}

static int close_once(long turn)
{
    const ending *e = &endings[turn % (long)(sizeof endings / sizeof *endings)];
    plain_engine engine;
    ew_conn c;
    char data[16];
    int fds[2], wrong;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0 ||
        write(fds[1], e->bytes, (size_t)e->len) != e->len || shutdown(fds[1], SHUT_WR) != 0) {
        perror("soak");
        return 1;
    }
    plain_init(&engine);
    net_set_blocking(fds[0], turn & 1);
    wrong = differs("open", turn, ew_conn_open(&c, fds[0], &plain_port, &engine), 0) ||
            differs("handshake", turn, ew_conn_handshake(&c), 1) ||
            differs("write", turn, ew_conn_write(&c, "data", 4), 4) ||
            differs("read", turn, ew_conn_read(&c, data, sizeof data), e->read) ||
            differs("read", turn, ew_conn_read(&c, data, sizeof data), e->again) ||
            differs("shutdown", turn, ew_conn_shutdown(&c), e->shutdown) ||
            differs("close", turn, ew_conn_close(&c, 100, 1000), e->close);
    close(fds[1]);
    return wrong;
}

static int without_engine(long count)
{
    use before = {0};

    for (long turn = 0; turn < count; turn++) {
        if (turn == count / WARM_UP_PART)
            before = in_use();
        if (close_once(turn))
            return 1;
        progress("plain", turn, count);
    }
    return count > 0 && grown("plain", count, &before);
}

/* With one ------------------------------------------------------------------- */

static int with_engine(const subject *s, long count)
{
    static world w;
    plan none = {0};
    use before = {0};
    long warm = count / 2 < ENGINE_WARM_UP ? count / 2 : ENGINE_WARM_UP;
    int failed = 0;

    world_make(&w, s, 0);
    close(w.l.fd);
    for (long turn = 0; turn < count && !failed; turn++) {
        const scenario *story = &sys_scenarios[turn % scenario_count];
        played run;
        const char *said;

        if (turn == warm) /* session caches are full */
            before = in_use();
        alarm(10);
        play(&w, story, &none, -1, &run);
        said = judge_any(&w, &run);
        if (!said)
            said = judge_plain(story, &run, 0);
        if (said)
            fprintf(stderr, "soak: %s, close %ld, %s: %s\n", s->name, turn, story->name, said);
        failed = said != NULL;
        progress(s->name, turn, count);
    }
    if (!failed)
        failed = grown(s->name, count, &before);
    world_renew(&w, PEER_ANSWERS);
    close(w.l.fd);
    world_free(&w);
    return failed;
}

int soak(long closes, long engine_closes)
{
    int failed = without_engine(closes);
    long each = engine_closes / (subject_count - 1);

    alarm(0);
    for (int i = 0; i < subject_count && each > 0; i++)
        if (!sys_subjects[i].plain)
            failed |= with_engine(&sys_subjects[i], each);
    return failed;
}
