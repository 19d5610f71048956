/*
 * The recorder: loaded into a program in front of libssl, it writes down what the program calls.
 * What the program sees stays as it is: results, errno, the error queue, its callbacks, its
 * descriptors. It asks libssl by public calls alone, and writes a line by one write(2).
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* --- libssl ----------------------------------------------------------------------------------- */

/* What is called in libssl and libcrypto, by name. */
#define WATCHED(X)                                                                                 \
    X(SSL_shutdown, int, (void *))                                                                 \
    X(SSL_read, int, (void *, void *, int))                                                        \
    X(SSL_read_ex, int, (void *, void *, size_t, size_t *))                                        \
    X(SSL_peek, int, (void *, void *, int))                                                        \
    X(SSL_peek_ex, int, (void *, void *, size_t, size_t *))                                        \
    X(SSL_write, int, (void *, const void *, int))                                                 \
    X(SSL_write_ex, int, (void *, const void *, size_t, size_t *))                                 \
    X(SSL_do_handshake, int, (void *))                                                             \
    X(SSL_connect, int, (void *))                                                                  \
    X(SSL_accept, int, (void *))                                                                   \
    X(SSL_renegotiate, int, (void *))                                                              \
    X(SSL_key_update, int, (void *, int))                                                          \
    X(SSL_get_error, int, (const void *, int))                                                     \
    X(SSL_set_shutdown, void, (void *, int))                                                       \
    X(SSL_set_quiet_shutdown, void, (void *, int))                                                 \
    X(SSL_clear, int, (void *))                                                                    \
    X(SSL_free, void, (void *))                                                                    \
    X(SSL_up_ref, int, (void *))                                                                   \
    X(SSL_new, void *, (void *))                                                                   \
    X(SSL_CTX_new, void *, (const void *))                                                         \
    X(SSL_CTX_new_ex, void *, (void *, const char *, const void *))                                \
    X(SSL_sendfile, ssize_t, (void *, int, off_t, size_t, int))                                    \
    X(SSL_read_early_data, int, (void *, void *, size_t, size_t *))                                \
    X(SSL_write_early_data, int, (void *, const void *, size_t, size_t *))

#define ASKED(X)                                                                                   \
    X(SSL_get_shutdown, int, (const void *))                                                       \
    X(SSL_is_init_finished, int, (const void *))                                                   \
    X(SSL_in_before, int, (const void *))                                                          \
    X(SSL_get_quiet_shutdown, int, (const void *))                                                 \
    X(SSL_want, int, (const void *))                                                               \
    X(SSL_version, int, (const void *))                                                            \
    X(SSL_get_rbio, void *, (const void *))                                                        \
    X(SSL_get_wbio, void *, (const void *))                                                        \
    X(SSL_get_rfd, int, (const void *))                                                            \
    X(SSL_get_wfd, int, (const void *))                                                            \
    X(SSL_renegotiate_pending, int, (const void *))                                                \
    X(SSL_get_options, unsigned long, (const void *))                                              \
    X(SSL_get_read_ahead, int, (const void *))                                                     \
    X(BIO_method_type, int, (const void *))                                                        \
    X(BIO_next, void *, (void *))                                                                  \
    X(BIO_test_flags, int, (const void *, int))                                                    \
    X(BIO_number_read, uint64_t, (void *))                                                         \
    X(BIO_number_written, uint64_t, (void *))                                                      \
    X(ERR_peek_error, unsigned long, (void))                                                       \
    X(ERR_peek_last_error, unsigned long, (void))                                                  \
    X(ERR_reason_error_string, const char *, (unsigned long))                                      \
    X(OpenSSL_version_num, unsigned long, (void))

#define MEMBER(name, result, arguments) result(*name) arguments;
struct libssl {
    char path[256];
    uintptr_t low, high; /* where it is loaded */
    unsigned long version;
    WATCHED(MEMBER)
    ASKED(MEMBER)
};
#undef MEMBER

/* The libssl that an SSL or SSL_CTX belongs to; NULL when there is none. */
struct libssl *library_of(const void *object);
/* The same, with no call where there is one libssl and no other. */
extern struct libssl *only_library;
static inline struct libssl *quick_library_of(const void *object)
{
    return only_library != NULL ? only_library : library_of(object);
}
/* The libssl with a method in its image; NULL when there is none. */
struct libssl *library_at(const void *address);
/* Where there is no libssl, what the program would have called without us: never NULL. */
const struct libssl *or_next(const struct libssl *lib);
/* Remembers whose object it is, where a process has more than one libssl. */
void set_library(const void *object, struct libssl *lib);
void *symbol_in(void *handle, const char *name);
/* Who asks a handle of libgnutls.so for a name gets this; NULL: the name is not watched. */
void *watched_of_gnutls(const char *name);
bool is_gnutls(const char *path);
bool is_libssl(const char *path);
/* In a function with `wanted` and `found`: ours, if it has that name. */
#define NAMED(name, result, arguments)                                                             \
    if (strcmp(wanted, #name) == 0) {                                                              \
        result(*ours) arguments = name;                                                            \
        memcpy(&found, &ours, sizeof found);                                                       \
        return found;                                                                              \
    }
void *real_symbol(const char *name); /* the next definition behind ours, in libc */

/* The next definition behind ours, as `real`; NULL when there is none. */
#define REAL(name, result, arguments)                                                              \
    static result(*real) arguments;                                                                \
    if (real == NULL) {                                                                            \
        void *found = real_symbol(#name);                                                          \
        memcpy(&real, &found, sizeof real);                                                        \
    }

/* --- connections ------------------------------------------------------------------------------ */

enum handshake { HANDSHAKE_NONE, HANDSHAKE_RUNNING, HANDSHAKE_DONE };

struct error_queue {
    unsigned long first, last; /* oldest and newest; 0: empty */
};

/* What libssl says of a connection at one moment. */
struct facts {
    int flags, quiet;
    enum handshake handshake;
    bool renegotiates; /* was asked to, and has not begun */
    bool retry;        /* the transport that it waits for asks to be tried again */
    bool ended;        /* the descriptor below a transport of the program's own is at its end */
    struct error_queue queue;
    bool unasked;     /* whether the queue was: a write on a settled connection does not look */
    uint64_t in, out; /* bytes that passed its transport */
    uint64_t held;    /* bytes that a buffering BIO has taken, and not given to the transport */
};

enum call {
    CALL_SHUTDOWN,
    CALL_READ,
    CALL_READ_EX,
    CALL_PEEK,
    CALL_PEEK_EX,
    CALL_WRITE,
    CALL_WRITE_EX,
    CALL_DO_HANDSHAKE,
    CALL_CONNECT,
    CALL_ACCEPT,
    CALL_RENEGOTIATE,
    CALL_KEY_UPDATE,
    CALL_GET_ERROR,
    CALL_SET_SHUTDOWN,
    CALL_SET_QUIET,
    CALL_CLEAR,
    CALL_FREE,
    /* Only that there was one is written of these. */
    CALL_SENDFILE,
    CALL_READ_EARLY,
    CALL_WRITE_EARLY
};

/* The process that saw a connection first, its number there, and the namespace that the first counts in. */
struct who {
    int process;
    unsigned number; /* 0: none */
    unsigned long space;
};

bool same_connection(const struct who *a, const struct who *b);

struct connection {
    const void *ssl; /* NULL: the slot is free */
    struct who who;
    int references;
    bool told;   /* a line was written about it */
    bool shared; /* a fork left a second process with it */
    bool partly; /* it was used by a call that is not recorded */
    bool open;   /* both ways, when it was told of last; then reads and writes need not ask for: */
    const void *transport; /* libssl's own BIO for sockets, both ways */
    int quiet;
    bool unsettled; /* the last call of the kind that moves data did not go through */
    uint32_t reads, writes, waits; /* passed over since the last line */
    enum call last_call;
    int last_value;
    unsigned ended;           /* calls after which its descriptor was at its end, at most 2 */
    const void *buffer;       /* the buffering BIO that these were counted with, or NULL */
    uint64_t given, received; /* what it had taken then, and the transport below it */
};

struct connection *find_connection(const void *ssl, bool create);
/* The one that this thread asked for last: mostly that is asked for again. */
extern __thread struct connection *last_found __attribute__((tls_model("initial-exec")));
static inline struct connection *quick_find(const void *ssl, bool create)
{
    return last_found != NULL && last_found->ssl == ssl ? last_found : find_connection(ssl, create);
}
void forget_connection(struct connection *c);
void share_connections(void);

/* Which connection a descriptor carries. */
struct carried {
    struct who who;
    bool shared;
    dev_t device; /* with inode: whether the descriptor is still the same file */
    ino_t inode;
};
struct carried carried_by(int fd);
bool carries_any(int fd);
void carries(int fd, const struct connection *c);
void carries_nothing(int fd);
int past_carriers(void); /* no descriptor from here on carries one */

/* Adds what TCP has come to, where the descriptor is there and still carries the connection. */
struct line;
void add_state(struct line *l, const struct connection *c, int fd);
void tell_left(void); /* of what the process has still, where TCP has ended below it */

/* --- the trace -------------------------------------------------------------------------------- */

enum { MOST_LINE = 4000 };

/* A line while it is put together; what does not fit is left out whole. */
struct line {
    size_t length;
    bool full;
    char text[MOST_LINE + 96];
};

void start_line(struct line *l, const char *kind);
void add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void add_string(struct line *l, const char *name, const char *value);
void add_backtrace(struct line *l);
void end_line(struct line *l); /* writes it */

void lose_line(void);         /* one that could not be written is told later */
bool is_recording(void);      /* in this process, and not from within the recorder */
extern int recording_process; /* 0: there is nothing to write to */
bool is_trace(int fd);
int trace_descriptor(void); /* or less than 0 */
void tell_exit(void);       /* the last line of a process */
void move_trace(void);      /* to another descriptor: the program wants this number */
const char *trace_path(void);
off_t most_of_trace(void); /* bytes */
const char *recorder_path(void);

/* Which process this is. */
enum { MOST_NAME = 48 };
extern unsigned long pid_namespace; /* its inode; 0: /proc is not there */
void note_identity(void);
void add_namespace(struct line *l);
void add_identity(struct line *l);
void name_of(const struct who *who, char *name, size_t room);
void add_name(struct line *l, const struct who *who);

/* Set while the recorder itself works, so that what it calls is not recorded. */
extern __thread int inside __attribute__((tls_model("initial-exec")));
/* The connection of the program's call that is in the library: what that calls itself is its own affair. */
extern __thread struct connection *in_call __attribute__((tls_model("initial-exec")));
extern struct connection no_connection; /* of calls that have none */
/* Whether a call comes from within another one; one that was left by longjmp is over. */
bool is_nested(const void *caller);
#define CALLER __builtin_return_address(0)
void tell_partly(struct connection *c); /* a call of it is not recorded, or not to its end */

#endif
