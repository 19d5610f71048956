/*
 * Port for BearSSL 0.6: TLS 1.2.
 *
 * The application makes and configures the client or server context, resets it
 * (br_ssl_client_reset, br_ssl_server_reset), keeps it, and frees what it holds
 * after ew_conn_close or ew_conn_release. While attached, handshake, data and
 * close go through the connection alone.
 *
 * Attaching fails with EINVAL, and says why (ew_conn_detail), unless the context
 * was just reset and says: TLS 1.2 as the oldest version
 * (br_ssl_engine_set_versions), buffers of their own for input and for output
 * (br_ssl_engine_set_buffer with bidi, or br_ssl_engine_set_buffers_bidi), and,
 * of a server, no session cache or the one that BearSSL has
 * (br_ssl_session_cache_lru). Only from that a session can be taken out.
 *
 * Two buffers for records of full length are BR_SSL_BUFSIZE_BIDI bytes, 33178;
 * where a small device has BR_SSL_BUFSIZE_MONO, 16709, for both directions it
 * cannot close while it holds data that it has not read, and so not here. Input
 * of less than BR_SSL_BUFSIZE_INPUT, 16709, needs a peer that sends shorter
 * records; output may be as short as 597 bytes, 512 of them data.
 *
 * A context that was brought through its handshake elsewhere can be adopted
 * (ew_conn_adopt), if it was set up like that, neither sent nor received a
 * close_notify, and holds nothing: no data that was not read, no part of a record,
 * nothing that is to be flushed or sent. The same goes for whatever the application
 * has put between the engine and the socket, which cannot be seen: br_sslio has
 * no bytes of its own.
 *
 * BearSSL is never suspended: it calls nothing that could say so. The codes of
 * ew_conn_engine_error are those of br_ssl_engine_last_error.
 *
 * Replacing the buffers of a context that is attached ends its connection with
 * reason tls. br_ssl_engine_close must not be called while it is attached: the
 * engine drops the peer's data from then on, and the port cannot see it.
 *
 * A client asks ew_conn_session_kept before it saves the session with
 * br_ssl_engine_get_session_parameters; one that is not kept is forgotten.
 */
#ifndef EW_PORT_BEARSSL_H
#define EW_PORT_BEARSSL_H

#include <bearssl.h>

#include "ew_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Caller-owned; the fields are private. */
typedef struct ew_bearssl {
    br_ssl_engine_context *engine; /* of one of the next two */
    br_ssl_client_context *client;
    br_ssl_server_context *server;
    ew_transport *transport;
    int pending;                 /* bytes of application data in a record that is not all out */
    uint8_t head[EW_HEADER_LEN]; /* of the record that is coming in */
    uint8_t have;                /* bytes of it */
    size_t len;                  /* of that record's body, once the header is there */
    size_t got;                  /* bytes of it */
    unsigned char *ibuf;         /* the engine's buffers, as they were attached */
    unsigned char *obuf;
    const void *keys; /* what the engine sends records by, since the handshake; NULL: before */
} ew_bearssl;

extern const ew_port ew_bearssl_port;

void ew_bearssl_init_client(ew_bearssl *e, br_ssl_client_context *client);
void ew_bearssl_init_server(ew_bearssl *e, br_ssl_server_context *server);

#ifdef __cplusplus
}
#endif
#endif
