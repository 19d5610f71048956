/* A socket in memory, in the place of send and recv of the transport (linker option --wrap), and
 * the fault that one of its operations meets. */
#ifndef KIT_SOCKET_H
#define KIT_SOCKET_H

#include <stddef.h>
#include <stdint.h>

enum { SOCKET_FD = 987654, SOCKET_MAX = 1 << 18 };

#define FAULTS(X)                                                                                  \
    X(NO_FAULT, "none")                                                                            \
    X(BLOCK, "block")         /* would block, once */                                              \
    X(BLOCK_LONG, "block3")   /* would block in this call and the next two */                      \
    X(PARTIAL, "partial")     /* one byte moves, then it would block */                            \
    X(ZERO, "zero")           /* a send takes nothing and does not say why */                      \
    X(INTERRUPT, "interrupt") /* EINTR, once */                                                    \
    X(RESET, "reset")         /* ECONNRESET from here on */                                        \
    X(END, "eof")             /* nothing more is received from here on */                          \
    X(TRICKLE, "trickle")     /* every other operation would block, the others move a byte */      \
    X(STALE_ERROR, "stale")   /* an error of someone else's lies in the thread at each call */

#define FAULT_ENUM(id, name) id,
typedef enum { FAULTS(FAULT_ENUM) FAULT_COUNT } fault;
#undef FAULT_ENUM

extern const char *const fault_names[FAULT_COUNT];

typedef struct {
    uint8_t in[SOCKET_MAX]; /* to the port */
    size_t in_len, in_at;
    int ended;               /* the peer's end is closed behind what is in `in` */
    int broken;              /* ... or reset */
    uint8_t out[SOCKET_MAX]; /* what left the port */
    size_t out_len;
    uint8_t refused[SOCKET_MAX]; /* offered, and not taken */
    size_t refused_len;
    fault fault;
    int at;       /* the operation that meets it, from 1 */
    int held;     /* BLOCK_LONG: calls that it still lasts */
    int next;     /* PARTIAL: the next operation would block */
    int filling;  /* sends are taken as long as there is room, whatever the fault */
    size_t room;  /* ... for so many bytes */
    int met_end;  /* the port was told that the peer ended */
    int met_fail; /* ... that the socket failed */
    struct {      /* in this call of the port */
        int receives, sends, blocked_receive, blocked_send, failed_receive, failed_send, ended;
    } call;
} memory_socket;

extern memory_socket sock;

void socket_arm(fault f, int at);
void socket_call_begins(void);

/* From here on it takes so many bytes, and then would block, until it is drained. What comes is
 * received as ever. */
void socket_fills(size_t room);
void socket_drains(void);
void socket_deliver(const void *bytes, size_t len);

#endif
