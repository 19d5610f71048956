/*
 * What the mbedTLS port does when it is asked for an action. The port of this tree reads it; it is
 * not installed. `make prove-port-mbedtls` proves it: a void * of the connection's is not in it.
 */
#ifndef EW_MBEDTLS_ACTION_H
#define EW_MBEDTLS_ACTION_H

#include <stdint.h>

#include "mbedtls_call.h"
#include "mbedtls_setup.h"
#include "port_common.h"

/* Actions ------------------------------------------------------------------ */

static inline uint8_t handshake_ended(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    e->open = 1;
    return EW_EVENT_DONE;
}

static inline uint8_t handshake_action(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return handshake_ended(e, mbedtls_ssl_handshake(e->ssl));
}

/* A handshake is done once, so a state that is not its end is that of a ticket. */
static inline int ticket_waits(const mbedtls_ssl_context *ssl)
{
    return ssl->MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HANDSHAKE_OVER;
}

/* Flushes first, and reads nothing: the ticket is in. */
static inline int work_on_ticket(ew_mbedtls *e)
{
    int ret = mbedtls_ssl_handshake(e->ssl);

    return ret == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET ? 0 : ret;
}

/* Flushes, with output pending: then it reads no data, and makes nothing. */
static inline int write_nothing(ew_mbedtls *e)
{
    return mbedtls_ssl_write(e->ssl, NULL, 0);
}

static inline int hand_over(ew_mbedtls *e)
{
    return ticket_waits(e->ssl) ? work_on_ticket(e) : write_nothing(e);
}

static inline uint8_t handed_over(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    return EW_EVENT_DONE;
}

/* Hands over what the context holds, whatever it is; it makes nothing new. */
static inline uint8_t drain_output(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE || e->ssl->MBEDTLS_PRIVATE(out_left) == 0) {
        return result;
    }
    return handed_over(e, hand_over(e));
}

static inline uint8_t flush_action(ew_mbedtls *e)
{
    return ew_port_flushed(drain_output(e), &e->pending);
}

/* The limit of a record is asked for each one: the configuration's may have changed. */
static inline int one_record(const ew_mbedtls *e, int len)
{
    int max = mbedtls_ssl_get_max_out_record_payload(e->ssl);

    return max > 0 ? ew_port_fitting(len, (size_t)max) : len;
}

/* What came of making a record of len bytes. */
static inline uint8_t record_made(ew_mbedtls *e, int ret, int len)
{
    if (ret > 0) {
        return ew_port_took(e->transport, ret, len, &e->pending);
    }
    if (ret == MBEDTLS_ERR_SSL_WANT_WRITE) {
        e->pending = len;
    }
    return outcome(e, ret);
}

static inline uint8_t make_record(ew_mbedtls *e, const unsigned char *buf, int len)
{
    int part = one_record(e, len);

    return record_made(e, mbedtls_ssl_write(e->ssl, buf, (size_t)part), part);
}

static inline uint8_t drain_and_write(ew_mbedtls *e, const unsigned char *buf, int len)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return make_record(e, buf, len);
}

static inline uint8_t write_or_repeat(ew_mbedtls *e, const unsigned char *buf, int len)
{
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static inline uint8_t write_action(ew_mbedtls *e, const unsigned char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

static inline uint8_t closed(ew_mbedtls *e, int ret)
{
    return ew_port_closed(e->transport, handed_over(e, ret));
}

static inline uint8_t make_notice(ew_mbedtls *e)
{
    ew_transport_seal(e->transport);
    return closed(e, mbedtls_ssl_close_notify(e->ssl));
}

static inline uint8_t close_action(ew_mbedtls *e)
{
    uint8_t result = drain_output(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

static inline uint8_t ticket_ended(ew_mbedtls *e, int ret)
{
    if (ret != 0) {
        return outcome(e, ret);
    }
    return EW_EVENT_OTHER;
}

static inline uint8_t receive_ticket(ew_mbedtls *e)
{
    return ticket_ended(e, work_on_ticket(e));
}

/* TLS 1.3 knows no warnings but these two; mbedTLS skips whatever calls itself one. */
static inline int skipped_error(const mbedtls_ssl_context *ssl)
{
    uint8_t description = ssl->MBEDTLS_PRIVATE(in_msg)[1];

    return ew_mbedtls_is_tls13(ssl) && ssl->MBEDTLS_PRIVATE(in_msgtype) == MBEDTLS_SSL_MSG_ALERT &&
           description != MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY &&
           description != MBEDTLS_SSL_ALERT_MSG_USER_CANCELED;
}

/* What it is that mbedTLS makes nothing of: a record, which stands there still, or no more bytes. */
static inline uint8_t receive_nothing(ew_mbedtls *e, int ret)
{
    uint8_t result = outcome(e, ret);

    if (result == EW_EVENT_OTHER && skipped_error(e->ssl)) {
        result = outcome(e, MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE); /* as it should have called it */
    }
    return result;
}

static inline uint8_t receive_ended(ew_mbedtls *e, int ret)
{
    if (ret == MBEDTLS_ERR_SSL_WANT_WRITE) {
        return EW_EVENT_OTHER;
    }
    if (ret == MBEDTLS_ERR_SSL_WANT_READ && ticket_waits(e->ssl)) {
        return receive_ticket(e);
    }
    if (ret != 0) {
        return receive_nothing(e, ret);
    }
    if (mbedtls_ssl_get_bytes_avail(e->ssl) > 0) {
        return EW_EVENT_DATA;
    }
    return ew_transport_outcome(e->transport, 0);
}

static inline int read_nothing(ew_mbedtls *e)
{
    return mbedtls_ssl_read(e->ssl, NULL, 0);
}

static inline uint8_t receive_record(ew_mbedtls *e)
{
    return ticket_waits(e->ssl) ? receive_ticket(e) : receive_ended(e, read_nothing(e));
}

static inline uint8_t receive_action(ew_mbedtls *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return receive_record(e);
}

static inline int read_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    return mbedtls_ssl_read(e->ssl, buf, (size_t)len);
}

static inline int take_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    if (begin(e) != EW_EVENT_DONE) {
        return -1;
    }
    return read_data(e, buf, len);
}

static inline void copy(unsigned char *to, const unsigned char *from, int len)
{
    /*@
      loop invariant within: 0 <= len <= \at(len, Pre);
      loop invariant copied: \forall integer j; len <= j < \at(len, Pre) ==> to[j] == from[j];
      loop assigns len, to[0 .. \at(len, Pre) - 1];
      loop variant len;
    */
    while (len > 0) {
        len--;
        to[len] = from[len];
    }
}

/* What mbedtls_ssl_read gives next, which has no call to look at it. */
static inline int peek_data(ew_mbedtls *e, unsigned char *buf, int len)
{
    size_t held = mbedtls_ssl_get_bytes_avail(e->ssl);

    if (begin(e) != EW_EVENT_DONE || held == 0) {
        return -1;
    }
    len = ew_port_fitting(len, held);
    copy(buf, e->ssl->MBEDTLS_PRIVATE(in_offt), len);
    return len;
}

static inline int count_data(const ew_mbedtls *e)
{
    return (int)mbedtls_ssl_get_bytes_avail(e->ssl);
}

#endif
