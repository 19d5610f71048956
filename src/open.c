/* Opening a connection: what socket, port and engine have to be for the promises to hold. */
#include "endwell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "conn.h"

/* What an engine may lack is for the calls that need it to say. */
static int is_complete(const ew_port *p)
{
    return p->attach != NULL && p->detach != NULL && p->clear != NULL && p->handshake != NULL &&
           p->flush != NULL && p->send_close_notify != NULL && p->receive != NULL &&
           p->take != NULL && p->write != NULL;
}

/* 1: none of the two; 0: one is set; -1: errno. */
static int has_no_timeouts(int fd)
{
    struct timeval in = {0, 0};
    struct timeval out = {0, 0};
    socklen_t in_len = sizeof in;
    socklen_t out_len = sizeof out;

    if (getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &in, &in_len) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &out, &out_len) != 0) {
        return -1;
    }
    return in.tv_sec == 0 && in.tv_usec == 0 && out.tv_sec == 0 && out.tv_usec == 0;
}

/* Whether the socket is one that the promises can be kept on. 0, or -1 with errno and detail. */
static int check_socket(ew_conn *c, int fd)
{
    int type = 0;
    socklen_t len = sizeof type;
    int flags = fcntl(fd, F_GETFL);
    int untimed = 1;

    if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        return -1;
    }
    c->blocking = (flags & O_NONBLOCK) == 0;
    if (type != SOCK_STREAM) {
        return ew_transport_refuse(&c->transport, "the socket is not a stream socket");
    }
    if (c->blocking) {
        untimed = has_no_timeouts(fd);
    }
    if (untimed == 0) {
        return ew_transport_refuse(&c->transport, "SO_RCVTIMEO or SO_SNDTIMEO is set on the "
                                                  "socket: ew_conn_set_deadline limits a call");
    }
    return untimed < 0 ? -1 : 0;
}

/* The start, which is not open: what follows may refuse. 0, or -1 with errno and detail. */
static int prepare(ew_conn *c, int fd, const ew_port *port, const void *engine)
{
    memset(c, 0, sizeof *c);
    ew_init(&c->machine);
    ew_transport_init(&c->transport, fd);
    c->result = ENDWELL_ANSWER_NONE;
    if (check_socket(c, fd) != 0) {
        return -1;
    }
    if (port == NULL || engine == NULL) {
        return ew_transport_refuse(&c->transport, "port or engine is NULL");
    }
    if (!is_complete(port)) {
        return ew_transport_refuse(&c->transport, "the port lacks a function");
    }
    return 0;
}

/* The engine has the transport now. */
static int opened(ew_conn *c, const ew_port *port, void *engine)
{
    c->port = port;
    c->engine = engine;
    c->result = EW_ANSWER_ZERO;
    c->deadline_ms = -1;
    c->handshake_expires = -1;
    if (c->transport.quiet) {
        (void)ew_quiet_on(&c->machine);
    }
    return 0;
}

int ew_conn_open(ew_conn *c, int fd, const ew_port *port, void *engine)
{
    if (c == NULL) {
        return endwell_misuse(c, EINVAL);
    }
    if (prepare(c, fd, port, engine) != 0 || port->attach(engine, &c->transport) != 0) {
        return -1;
    }
    return opened(c, port, engine);
}

int ew_conn_adopt(ew_conn *c, int fd, const ew_port *port, void *engine)
{
    if (c == NULL) {
        return endwell_misuse(c, EINVAL);
    }
    if (prepare(c, fd, port, engine) != 0) {
        return -1;
    }
    if (port->adopt == NULL) {
        return ew_transport_refuse(&c->transport,
                                   "the port cannot adopt: its engine does not show what it holds");
    }
    if (port->adopt(engine, &c->transport) != 0) {
        return -1;
    }
    (void)ew_adopt(&c->machine);
    return opened(c, port, engine);
}

void ew_conn_set_deadline(ew_conn *c, int milliseconds)
{
    if (c != NULL) {
        c->deadline_ms = milliseconds < 0 ? -1 : milliseconds;
        c->handshake_expires = -1;
    }
}
