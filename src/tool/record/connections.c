/* Which SSL is which connection, and which descriptor carries it. */
#include "record.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 1 << 14, DESCRIPTORS = 1 << 16 };

static struct connection slot[SLOTS];
static struct carried carrier[DESCRIPTORS];
static int carriers; /* one more than the highest descriptor that ever carried one */
static unsigned next_number = 1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void hold_over_fork(void);

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&lock);
}

static void hold_over_fork(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
}

static size_t home_of(const void *ssl)
{
    return (size_t)(((uintptr_t)ssl >> 4) * 2654435761u) % SLOTS;
}

static struct connection *fill(struct connection *c, const void *ssl)
{
    memset(c, 0, sizeof *c);
    c->ssl = ssl;
    c->who = (struct who){(int)getpid(), next_number++, pid_namespace};
    c->references = 1;
    c->last_call = CALL_FREE; /* none yet */
    return c;
}

/* A slot stays where it is while a call in another thread may hold it: what is left is a mark. */
static const char left;

__thread struct connection *last_found __attribute__((tls_model("initial-exec")));

/* NULL where there is none, or no room for one more. */
struct connection *find_connection(const void *ssl, bool create)
{
    if (last_found != NULL && last_found->ssl == ssl) {
        return last_found;
    }
    struct connection *found = NULL, *room = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = 0, at = home_of(ssl); i < SLOTS && found == NULL; i++, at = (at + 1) % SLOTS) {
        if (slot[at].ssl == ssl) {
            found = &slot[at];
        } else if (room == NULL && (slot[at].ssl == NULL || slot[at].ssl == &left)) {
            room = &slot[at];
        }
        if (slot[at].ssl == NULL) {
            break;
        }
    }
    if (found == NULL && create && room != NULL) {
        found = fill(room, ssl);
    } else if (found == NULL && create) {
        lose_line();
    }
    last_found = found;
    pthread_mutex_unlock(&lock);
    return found;
}

/* Marks that no search has to pass over are taken away again. */
void forget_connection(struct connection *c)
{
    pthread_mutex_lock(&lock);
    size_t at = (size_t)(c - slot);
    slot[at].ssl = &left;
    for (; slot[(at + 1) % SLOTS].ssl == NULL && slot[at].ssl == &left;
         at = (at + SLOTS - 1) % SLOTS) {
        slot[at].ssl = NULL;
    }
    pthread_mutex_unlock(&lock);
}

/* After a fork two processes have what was open before. */
void share_connections(void)
{
    for (size_t i = 0; i < SLOTS; i++) {
        slot[i].shared |= slot[i].ssl != NULL && slot[i].ssl != &left;
    }
    for (int i = 0; i < carriers; i++) {
        if (carrier[i].who.number != 0) {
            carrier[i].shared = true;
        }
    }
}

int past_carriers(void)
{
    return carriers;
}

bool carries_any(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS && carrier[fd].who.number != 0;
}

struct carried carried_by(int fd)
{
    static const struct carried none;
    return fd >= 0 && fd < DESCRIPTORS ? carrier[fd] : none;
}

bool same_connection(const struct who *a, const struct who *b)
{
    return a->number == b->number && a->process == b->process && a->space == b->space;
}

void carries(int fd, const struct connection *c)
{
    struct stat status;
    if (fd < 0 || fd >= DESCRIPTORS || fstat(fd, &status) != 0) {
        return;
    }
    const struct carried *old = &carrier[fd];
    if (!same_connection(&old->who, &c->who) || old->inode != status.st_ino ||
        old->device != status.st_dev) {
        carrier[fd] = (struct carried){c->who, c->shared, status.st_dev, status.st_ino};
        carriers = fd >= carriers ? fd + 1 : carriers;
    }
}

void carries_nothing(int fd)
{
    if (fd >= 0 && fd < DESCRIPTORS) {
        carrier[fd] = (struct carried){{0, 0, 0}, false, 0, 0};
    }
}
