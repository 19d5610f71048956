/*
 * A port binds one TLS engine to the connection: nine functions that carry out
 * what the core asks for and report what came of it, and three more where the
 * engine has something for them. A port decides nothing about closing; it only
 * has to tell the truth, and to keep its engine from doing more than it was asked.
 *
 * `engine` is the port's own object (ew_openssl, ew_mbedtls, ...), owned by the
 * application. No function may block: the transport never does. Functions that
 * return uint8_t return one outcome, an event of ew_core.h that engines report, but
 * never EW_EVENT_AGAIN, which is the connection's own. Each of them calls
 * ew_transport_begin first. flush, send_close_notify and write report `other` for
 * one thing only: the engine had to take in a record before it could send, and the
 * call is to be made again.
 *
 * Each of them may report `suspended`: the engine waits for something that is not
 * the socket (a key in a device, an engine's job, a verdict on a certificate that
 * comes later), has kept where it stood, and the same call is to be made again
 * [K-27]. For write that means what want_* means: the next one repeats the data.
 *
 * A port leaves two things in the transport for the application to ask for: the
 * number of the peer's fatal alert (`alert`), before it reports fatal_alert, and
 * the engine's own code of a failure (`engine_error`), before tls_error.
 */
#ifndef EW_PORT_H
#define EW_PORT_H

#include <stdint.h>

#include "ew_core.h"
#include "ew_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The most application data that one write takes: one record. */
#define EW_RECORD_MAX 16384

typedef struct ew_port {
    const char *name;

    /*
     * Makes the engine use this transport; the transport stays where it is
     * until detach. 0, or -1 with the transport's error set: by ew_transport_refuse,
     * if the engine is set up in a way that the port cannot keep its promises with;
     * to EW_CAUSE_NO_MEMORY. Where there is errno, that may be set in its place.
     */
    int (*attach)(void *engine, ew_transport *t);

    /*
     * Takes the transport away for good. session_kept: the core's verdict; if 0
     * the session is taken out of the engine's cache, if 1 it must survive the
     * engine's being freed (K-20).
     */
    void (*detach)(void *engine, int session_kept);

    /* Resets the engine for another handshake over the same transport. 0 or -1. */
    int (*clear)(void *engine, int session_kept);

    /*
     * Drives a handshake, or a post-handshake message of ours, to its end.
     * done; other: there was progress, call again; want_read, want_write,
     * suspended: not over; fatal_alert: the peer's alert ended it; close_notify,
     * eof, io_error, tls_error: it failed, each for what it says [K-25]. Never data.
     */
    uint8_t (*handshake)(void *engine);

    /* Hands over what was accepted by write and is still in the engine. */
    uint8_t (*flush)(void *engine);

    /*
     * Makes the close_notify at the first call and hands it over; later calls
     * go on where the last one stopped, with the same bytes. done: its last
     * byte was handed to the socket.
     */
    uint8_t (*send_close_notify)(void *engine);

    /*
     * Processes at most one record. data: application data is held by the
     * engine, not consumed. Held data is reported again and at once.
     */
    uint8_t (*receive)(void *engine);

    /* Moves held data, 1 .. len bytes, without input or output. The count; <= 0: failed. */
    int (*take)(void *engine, void *buf, int len);

    /*
     * Accepts at most one record of data. done: *written (1 .. len) bytes were
     * handed over. want_*: either the record was made and is not all out, and the
     * next write goes on with the same bytes; or nothing was accepted, because an
     * answer of the engine's is in the way, and the port holds nothing. The next
     * write repeats the data, never less of it, in both cases. suspended: as want_*.
     */
    uint8_t (*write)(void *engine, const void *buf, int len, int *written);

    /* The rest is optional: NULL where the engine has nothing for it. */

    /*
     * Like attach, for an engine that somebody else brought through its handshake,
     * over the same socket. Refuses, by reason (ew_transport_refuse), an engine
     * whose handshake is not done, which has sent or received a close_notify, or
     * which holds anything: data, a part of a record in or out, bytes in a layer
     * of its own above the socket. NULL where the engine cannot show that it holds
     * nothing: adopted with a byte in hand, the records of the socket could not be
     * followed [K-29].
     */
    int (*adopt)(void *engine, ew_transport *t);

    /* Copies held data, 1 .. len bytes, and leaves it held. The count; <= 0: failed. */
    int (*peek)(void *engine, void *buf, int len);

    /* Bytes of application data that receive and take would give without the socket. >= 0. */
    int (*pending)(const void *engine);
} ew_port;

#ifdef __cplusplus
}
#endif
#endif
