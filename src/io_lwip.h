/*
 * lwIP's raw API as an io (ew_io.h): one connected TCP of lwIP 2.1. Source alone: compile
 * io_lwip.c with your lwipopts.h.
 *
 *     ew_lwip s;
 *     ew_lwip_init(&s, pcb, wake, task);
 *     ew_conn_open_io(&c, &ew_io_lwip, &s, 0, &ew_mbedtls_port, &engine);
 *
 * Every call of the connection is made where lwIP is: in its thread, in its main loop, or
 * with the core locked. For nonblocking use: there is no wait. `wake` (NULL: nobody) is
 * called from lwIP's callbacks when a call may be worth repeating; it must call neither the
 * connection nor lwIP.
 * The pcb is this io's from ew_lwip_init on, with its arg and callbacks. After
 * ew_conn_release it still is: what has come in stands in `unread`.
 */
#ifndef EW_IO_LWIP_H
#define EW_IO_LWIP_H

#include <lwip/tcp.h>

#include "ew_io.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Caller-owned, and not to be moved until it is closed. The fields are private. */
typedef struct ew_lwip {
    struct tcp_pcb *pcb; /* NULL: lwIP has given it up */
    struct pbuf *unread;
    void (*wake)(void *task);
    void *task;
    int64_t now; /* as now_ms counts */
    u32_t ticks; /* as lwIP did when it was read last */
    err_t error; /* why lwIP has given it up; ERR_OK: it has not, or both sides had ended */
    uint8_t ended;
    uint8_t half_closed;
} ew_lwip;

extern const ew_io ew_io_lwip;

/* `pcb` is connected: from a connected or an accept callback. */
void ew_lwip_init(ew_lwip *s, struct tcp_pcb *pcb, void (*wake)(void *task), void *task);

#ifdef __cplusplus
}
#endif
#endif
