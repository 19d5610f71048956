#define _GNU_SOURCE
#include "processes.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *shared_memory(size_t size)
{
    void *p =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p != MAP_FAILED)
        return p;
    perror("no shared memory");
    return NULL;
}

static int place_of(const pid_t *running, int count, pid_t ended)
{
    int i = 0;
    while (i < count && running[i] != ended)
        i++;
    return i;
}

int processes_run(int count, int jobs, int (*one)(int i, void *with),
                  void (*ended)(int i, int status, void *with), void *with, frame_line *line)
{
    pid_t *running = calloc((size_t)count, sizeof *running);
    int next = 0, busy = 0, good = running != NULL;
    while ((good && next < count) || busy > 0) {
        int status;
        if (good && next < count && busy < jobs) {
            fflush(NULL);
            running[next] = fork();
            if (running[next] == 0) {
                int is = one(next, with);
                fflush(NULL);
                _exit(is);
            }
            good = running[next++] > 0;
            busy += good;
            if (!good)
                perror("no process for a case");
            continue;
        }
        int i = place_of(running, next, wait(&status));
        busy--;
        if (i < next && ended)
            ended(i, status, with);
        if (line)
            frame_say(line, (size_t)(next - busy), "");
    }
    free(running);
    return good ? 0 : -1;
}

/* Turns ------------------------------------------------------------------------------------- */

static pthread_rwlock_t *turns;

int turns_make(void)
{
    pthread_rwlockattr_t how;
    turns = shared_memory(sizeof *turns);
    if (!turns || pthread_rwlockattr_init(&how) != 0)
        return -1;
    pthread_rwlockattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_rwlockattr_setkind_np(&how, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    return pthread_rwlock_init(turns, &how);
}

void turn_begin(int alone)
{
    if (!turns)
        return;
    if (alone)
        pthread_rwlock_wrlock(turns);
    else
        pthread_rwlock_rdlock(turns);
}

void turn_end(void)
{
    if (turns)
        pthread_rwlock_unlock(turns);
}
