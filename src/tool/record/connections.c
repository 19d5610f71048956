/* Which SSL is which connection, and which descriptor carries it. */
#include "record.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 1 << 14, DESCRIPTORS = 1 << 16 };

static struct connection slot[SLOTS];
static struct carried carrier[DESCRIPTORS];
static unsigned next_number = 1;
static unsigned moves; /* how often a connection was taken out, and others moved */
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
    c->owner = (int)getpid();
    c->number = next_number++;
    c->references = 1;
    c->last_call = CALL_FREE; /* none yet */
    return c;
}

/* NULL where there is none, or no room for one more. A thread mostly asks for the one before. */
struct connection *find_connection(const void *ssl, bool create)
{
    static __thread struct {
        struct connection *c;
        unsigned moves;
    } before __attribute__((tls_model("initial-exec")));
    if (before.c != NULL && before.moves == __atomic_load_n(&moves, __ATOMIC_ACQUIRE) &&
        before.c->ssl == ssl) {
        return before.c;
    }
    struct connection *found = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = 0, at = home_of(ssl); i < SLOTS && found == NULL; i++, at = (at + 1) % SLOTS) {
        if (slot[at].ssl == ssl) {
            found = &slot[at];
        } else if (slot[at].ssl == NULL) {
            found = create ? fill(&slot[at], ssl) : NULL;
            break;
        }
    }
    before.c = found;
    before.moves = moves;
    pthread_mutex_unlock(&lock);
    return found;
}

/* Those behind it move up, so that no search ends at the gap before it finds them. */
void forget_connection(struct connection *c)
{
    pthread_mutex_lock(&lock);
    size_t gap = (size_t)(c - slot);
    slot[gap].ssl = NULL;
    __atomic_add_fetch(&moves, 1, __ATOMIC_RELEASE);
    for (size_t at = (gap + 1) % SLOTS; slot[at].ssl != NULL; at = (at + 1) % SLOTS) {
        size_t home = home_of(slot[at].ssl);
        bool stays = gap < at ? home > gap && home <= at : home > gap || home <= at;
        if (!stays) {
            slot[gap] = slot[at];
            slot[at].ssl = NULL;
            gap = at;
        }
    }
    pthread_mutex_unlock(&lock);
}

/* After a fork two processes have what was open before. */
void share_connections(void)
{
    for (size_t i = 0; i < SLOTS; i++) {
        slot[i].shared |= slot[i].ssl != NULL;
    }
    for (size_t i = 0; i < DESCRIPTORS; i++) {
        carrier[i].shared |= carrier[i].number != 0;
    }
}

struct carried carried_by(int fd)
{
    static const struct carried none;
    return fd >= 0 && fd < DESCRIPTORS ? carrier[fd] : none;
}

void carries(int fd, const struct connection *c)
{
    if (fd >= 0 && fd < DESCRIPTORS &&
        (carrier[fd].number != c->number || carrier[fd].owner != c->owner)) {
        carrier[fd] = (struct carried){c->owner, c->number, c->shared};
    }
}

void carries_nothing(int fd)
{
    if (fd >= 0 && fd < DESCRIPTORS) {
        carrier[fd] = (struct carried){0, 0, false};
    }
}
