/* The entries that take a void *: each is one line, and makes bytes of it. See dispatch.h. */
#include "conn.h"
#include "dispatch.h"

int ew_transport_send(ew_transport *t, const void *buf, size_t len)
{
    return endwell_transport_send(t, buf, len);
}

int ew_transport_recv(ew_transport *t, void *buf, size_t len)
{
    return endwell_transport_recv(t, buf, len);
}

int ew_conn_read(ew_conn *c, void *buf, int len)
{
    return endwell_read_bytes(c, buf, len);
}

int ew_conn_peek(ew_conn *c, void *buf, int len)
{
    return endwell_peek_bytes(c, buf, len);
}

ptrdiff_t ew_conn_write(ew_conn *c, const void *buf, size_t len)
{
    return endwell_write_bytes(c, buf, len);
}
