#include "ways.h"

#include <errno.h>

enum { STORM = 200, SQUALL = 50 };

const char *const call_names[CALL_KINDS] = {"fcntl", "getsockopt", "setsockopt", "send", "recv",
                                            "poll",  "clock",      "shutdown",   "close"};

const fault ways[] = {
    {"fails with EBADF", CALL_FCNTL, FAULT_ERROR, EBADF, 1, NOT_OPENED},
    {"fails with EINVAL", CALL_FCNTL, FAULT_ERROR, EINVAL, 1, NOT_OPENED},
    {"fails with ENOTSOCK", CALL_GETSOCKOPT, FAULT_ERROR, ENOTSOCK, 1, NOT_OPENED},
    {"fails with ENOBUFS", CALL_GETSOCKOPT, FAULT_ERROR, ENOBUFS, 1, NOT_OPENED},
    {"fails with ENOBUFS", CALL_SETSOCKOPT, FAULT_ERROR, ENOBUFS, 1, SAME},
    {"is interrupted", CALL_SEND, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_SEND, FAULT_ERROR, EINTR, STORM, SAME},
    {"would block", CALL_SEND, FAULT_ERROR, EAGAIN, 1, SAME},
    {"would block 200 times", CALL_SEND, FAULT_ERROR, EAGAIN, STORM, SAME_LATER},
    {"is stuck for ever", CALL_SEND, FAULT_STUCK, EAGAIN, 1 << 20, ANYTHING},
    {"takes one byte", CALL_SEND, FAULT_SHORT, 0, 1, SAME},
    {"takes one byte each of 200 times", CALL_SEND, FAULT_SHORT, 0, STORM, SAME},
    {"fails with ENOBUFS", CALL_SEND, FAULT_ERROR, ENOBUFS, 1, FATAL},
    {"fails with ENOBUFS 200 times", CALL_SEND, FAULT_ERROR, ENOBUFS, STORM, FATAL},
    {"fails with ENOMEM", CALL_SEND, FAULT_ERROR, ENOMEM, 1, FATAL},
    {"fails with EPIPE", CALL_SEND, FAULT_ERROR, EPIPE, 1, FATAL},
    {"fails with ECONNRESET", CALL_SEND, FAULT_ERROR, ECONNRESET, 1, FATAL},
    {"fails with ETIMEDOUT", CALL_SEND, FAULT_ERROR, ETIMEDOUT, 1, FATAL},
    {"fails with EIO", CALL_SEND, FAULT_ERROR, EIO, 1, FATAL},
    {"meets a peer that is gone", CALL_SEND, FAULT_GONE, 0, 1, ANYTHING},
    {"is interrupted", CALL_RECV, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_RECV, FAULT_ERROR, EINTR, STORM, SAME},
    {"would block", CALL_RECV, FAULT_ERROR, EAGAIN, 1, SAME},
    {"would block 50 times", CALL_RECV, FAULT_ERROR, EAGAIN, SQUALL, SAME},
    {"gives one byte", CALL_RECV, FAULT_SHORT, 0, 1, SAME},
    {"gives one byte each of 200 times", CALL_RECV, FAULT_SHORT, 0, STORM, SAME},
    {"ends", CALL_RECV, FAULT_END, 0, 1, ENDS},
    {"fails with ECONNRESET", CALL_RECV, FAULT_ERROR, ECONNRESET, 1, FATAL},
    {"fails with ENOBUFS", CALL_RECV, FAULT_ERROR, ENOBUFS, 1, FATAL},
    {"fails with ENOMEM", CALL_RECV, FAULT_ERROR, ENOMEM, 1, FATAL},
    {"fails with ETIMEDOUT", CALL_RECV, FAULT_ERROR, ETIMEDOUT, 1, FATAL},
    {"fails with EIO", CALL_RECV, FAULT_ERROR, EIO, 1, FATAL},
    {"meets a peer that is gone", CALL_RECV, FAULT_GONE, 0, 1, ANYTHING},
    {"is interrupted", CALL_POLL, FAULT_ERROR, EINTR, 1, SAME},
    {"is interrupted 200 times", CALL_POLL, FAULT_ERROR, EINTR, STORM, SAME},
    {"ends early", CALL_POLL, FAULT_EARLY, 0, 1, SAME},
    {"says ready and is not", CALL_POLL, FAULT_SPURIOUS, 0, 1, SAME},
    {"fails with ENOMEM", CALL_POLL, FAULT_ERROR, ENOMEM, 1, SAME_LATER},
    {"outlasts the deadline", CALL_POLL, FAULT_JUMP, 0, 1, SAME_LATER},
    {"jumps an hour", CALL_CLOCK, FAULT_JUMP, 0, 1, SAME_LATER},
    {"fails with ENOTCONN", CALL_SHUTDOWN, FAULT_ERROR, ENOTCONN, 1, SAME_LATER},
    {"fails with ENOBUFS", CALL_SHUTDOWN, FAULT_ERROR, ENOBUFS, 1, SAME_LATER},
    {"is interrupted", CALL_CLOSE, FAULT_ERROR, EINTR, 1, SAME},
    {"fails with EIO", CALL_CLOSE, FAULT_ERROR, EIO, 1, SAME},
};
const int way_count = sizeof ways / sizeof ways[0];
