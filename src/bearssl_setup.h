/*
 * What a context of BearSSL has to be for the port to take it, fresh or open, and what becomes of
 * its session. The port of this tree reads it; it is not installed.
 */
#ifndef EW_BEARSSL_SETUP_H
#define EW_BEARSSL_SETUP_H

#include <stddef.h>

#include "port_bearssl.h"

/* The cache that has a call to remove a session, if it is that one. */
static inline br_ssl_session_cache_lru *ew_bearssl_cache(const br_ssl_server_context *server)
{
    br_ssl_session_cache_lru sample;

    if (server == NULL || server->cache_vtable == NULL) {
        return NULL;
    }
    br_ssl_session_cache_lru_init(&sample, NULL, 0);
    return *server->cache_vtable == sample.vtable
               ? (br_ssl_session_cache_lru *)(void *)server->cache_vtable
               : NULL;
}

/* What becomes of the session when the connection is over: one that is not kept is forgotten. */
static inline void ew_bearssl_settle_session(const ew_bearssl *e, int kept)
{
    const br_ssl_session_parameters *session = &e->engine->session;
    br_ssl_session_cache_lru *sessions = ew_bearssl_cache(e->server);

    if (kept) {
        return;
    }
    if (e->client != NULL) {
        br_ssl_client_forget_session(e->client);
    } else if (sessions != NULL && session->session_id_len == sizeof session->session_id) {
        br_ssl_session_cache_lru_forget(sessions, session->session_id);
    }
}

/* What only counts until the handshake is over, in words; NULL: nothing wrong. */
static inline const char *ew_bearssl_unfit(const ew_bearssl *e)
{
    if (e->engine->version_min < BR_TLS12) {
        return EW_WORDS("versions before TLS 1.2 are enabled (br_ssl_engine_set_versions)");
    }
    if (e->server != NULL && e->server->cache_vtable != NULL &&
        ew_bearssl_cache(e->server) == NULL) {
        return EW_WORDS(
            "the session cache has no call to remove a session (br_ssl_session_cache_lru has)");
    }
    return NULL;
}

static inline const char *ew_bearssl_unfit_buffers(const ew_bearssl *e)
{
    return e->engine->ibuf == e->engine->obuf
               ? EW_WORDS("one buffer serves both directions (br_ssl_engine_set_buffer, bidi 0)")
               : ew_bearssl_unfit(e);
}

/* For attach: what is wrong with a context that has to begin. */
static inline const char *ew_bearssl_not_ready(const ew_bearssl *e)
{
    if (e->engine == NULL) {
        return EW_WORDS("there is no context");
    }
    if (br_ssl_engine_current_state(e->engine) == BR_SSL_CLOSED) {
        return EW_WORDS("the context was not reset, or failed, or has too small a buffer");
    }
    if (e->engine->record_type_in != 0) {
        return EW_WORDS("the handshake of the context has begun");
    }
    return ew_bearssl_unfit_buffers(e);
}

/*
 * What the buffers hold. Between two records of input the next byte goes to the beginning, and a
 * header is expected; of output the end of what there is to send, or of what is gathered for a
 * record, is its beginning.
 */
static inline const char *ew_bearssl_holds(const br_ssl_engine_context *engine)
{
    size_t len;

    if (br_ssl_engine_recvapp_buf(engine, &len) != NULL) {
        return EW_WORDS("the context holds data that was not read (br_ssl_engine_recvapp_buf)");
    }
    if (engine->ixa != 0 || engine->ixb != 0 || engine->ixc != EW_HEADER_LEN ||
        engine->alert != 0) {
        return EW_WORDS("the context holds a part of a record that is coming in");
    }
    if (engine->oxa != engine->oxc) {
        return EW_WORDS(
            "the context holds output (br_ssl_engine_flush, br_ssl_engine_sendrec_buf)");
    }
    return NULL;
}

/*
 * For adopt: what is wrong with a context that has to be open, and to hold nothing. Whoever sends
 * or gets a close_notify leaves the state in which data goes both ways.
 */
static inline const char *ew_bearssl_not_open(const ew_bearssl *e)
{
    const br_ssl_engine_context *engine = e->engine;
    const char *why;

    if (engine == NULL) {
        return EW_WORDS("there is no context");
    }
    if (br_ssl_engine_current_state(engine) == BR_SSL_CLOSED) {
        return EW_WORDS("the context failed, or was closed on both sides");
    }
    if (engine->application_data == 2 || engine->shutdown_recv != 0) {
        return EW_WORDS("the context has sent or received a close_notify");
    }
    if (engine->application_data != 1) {
        return EW_WORDS("the handshake of the context is not done");
    }
    if (engine->session.version < BR_TLS12) {
        return EW_WORDS("the context speaks a version before TLS 1.2");
    }
    why = ew_bearssl_unfit_buffers(e);
    return why == NULL ? ew_bearssl_holds(engine) : why;
}

#endif
