/* What an application does to BearSSL without a port: its own calls. */
#include "engines/engine.h"
#include "port_bearssl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

extern const tls_own own_bearssl;

static int descriptor; /* there is one connection in a process */

static br_ssl_engine_context *engine_of(void *object)
{
    return ((ew_bearssl *)object)->engine;
}

static int begin(void *object, int fd)
{
    (void)object;
    descriptor = fd;
    return 0;
}

static int came_of(ssize_t n)
{
    return n > 0 ? 1 : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* All that it has to send. */
static int drains(br_ssl_engine_context *engine)
{
    size_t len;
    for (unsigned char *bytes; (bytes = br_ssl_engine_sendrec_buf(engine, &len));) {
        ssize_t n = send(descriptor, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return came_of(n);
        br_ssl_engine_sendrec_ack(engine, (size_t)n);
    }
    return 1;
}

/* Until it holds data, or takes data. */
static int runs_until(br_ssl_engine_context *engine, unsigned state)
{
    int is = drains(engine);
    while (is == 1 && !(br_ssl_engine_current_state(engine) & state)) {
        size_t len;
        unsigned char *to = br_ssl_engine_recvrec_buf(engine, &len);
        ssize_t n = to ? recv(descriptor, to, len, 0) : 0;
        if (n <= 0)
            return came_of(n);
        br_ssl_engine_recvrec_ack(engine, (size_t)n);
        is = drains(engine);
    }
    return is;
}

static int handshake(void *object)
{
    return runs_until(engine_of(object), BR_SSL_SENDAPP);
}

static int look(void *object)
{
    return runs_until(engine_of(object), BR_SSL_RECVAPP);
}

static int writes(void *object, const void *buf, int len)
{
    br_ssl_engine_context *engine = engine_of(object);
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(engine, &room);
    if (!to || room < (size_t)len)
        return -1;
    memcpy(to, buf, (size_t)len);
    br_ssl_engine_sendapp_ack(engine, (size_t)len);
    br_ssl_engine_flush(engine, 0);
    return drains(engine);
}

static int closes(void *object)
{
    br_ssl_engine_close(engine_of(object));
    return drains(engine_of(object));
}

const tls_own own_bearssl = {begin, handshake, look, writes, closes};
