/*
 * lwIP's raw API as an io: see io_lwip.h. What lwIP does its own way:
 *
 *  - tcp_close answers bytes that are unread with a reset, and counts as unread what was not
 *    reported by tcp_recved. The half-close is tcp_shutdown, which does not.
 *  - A pcb is freed by lwIP itself: after an error (the err callback says so), and when both
 *    sides have ended, in TIME_WAIT without a word. So it is let go as soon as both have.
 *  - tcp_write takes all or nothing, and not more than the send buffer has room for.
 *  - The clock has 32 bits, and starts again after 49 days.
 */
#include "io_lwip.h"

#include <lwip/pbuf.h>
#include <lwip/sys.h>

/* Callbacks ---------------------------------------------------------------- */

static void wake(const ew_lwip *s)
{
    if (s->wake != NULL) {
        s->wake(s->task);
    }
}

/* lwIP has no more to do with this object. */
static struct tcp_pcb *let_go(ew_lwip *s)
{
    struct tcp_pcb *pcb = s->pcb;

    if (pcb != NULL) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        s->pcb = NULL;
    }
    return pcb;
}

/* Both sides have ended: the rest is lwIP's. */
static err_t leave(ew_lwip *s)
{
    struct tcp_pcb *pcb = let_go(s);

    if (pcb != NULL && tcp_close(pcb) != ERR_OK) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return ERR_OK;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    ew_lwip *s = arg;
    err_t result = ERR_OK;

    (void)pcb;
    (void)error;
    if (p == NULL) {
        s->ended = 1;
        if (s->half_closed != 0u) {
            result = leave(s);
        }
    } else if (s->unread == NULL) {
        s->unread = p;
    } else {
        pbuf_cat(s->unread, p);
    }
    wake(s);
    return result;
}

static err_t acknowledged(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)pcb;
    (void)len;
    wake(arg);
    return ERR_OK;
}

/* The pcb is gone already. */
static void failed(void *arg, err_t error)
{
    ew_lwip *s = arg;

    s->pcb = NULL;
    if (s->ended == 0u || s->half_closed == 0u) {
        s->error = error;
    }
    wake(s);
}

void ew_lwip_init(ew_lwip *s, struct tcp_pcb *pcb, void (*waker)(void *task), void *task)
{
    s->pcb = pcb;
    s->unread = NULL;
    s->wake = waker;
    s->task = task;
    s->now = 0;
    s->ticks = sys_now();
    s->error = ERR_OK;
    s->ended = 0;
    s->half_closed = 0;
    tcp_arg(pcb, s);
    tcp_recv(pcb, received);
    tcp_sent(pcb, acknowledged);
    tcp_err(pcb, failed);
}

/* The io ------------------------------------------------------------------- */

/* lwIP's errors are below 0; as numbers of an io they stand above. */
static int number(err_t error, int *to)
{
    *to = -(int)error;
    return EW_IO_FAILED;
}

/* Why nothing can be done on it. */
static int stopped(const ew_lwip *s, int *error)
{
    if (s->error != ERR_OK) {
        return number(s->error, error);
    }
    *error = EW_CAUSE_ENDED;
    return EW_IO_FAILED;
}

static int lwip_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    ew_lwip *s = context;
    size_t n = len;
    err_t said;

    if (s->pcb == NULL || s->half_closed != 0u) {
        return stopped(s, error);
    }
    if (n > tcp_sndbuf(s->pcb)) {
        n = tcp_sndbuf(s->pcb);
    }
    if (n > 0xffffu) {
        n = 0xffffu;
    }
    if (n == 0u) {
        return EW_IO_BLOCKED;
    }
    said = tcp_write(s->pcb, buf, (u16_t)n, TCP_WRITE_FLAG_COPY);
    if (said == ERR_MEM) {
        (void)tcp_output(s->pcb);
        return EW_IO_BLOCKED;
    }
    if (said != ERR_OK) {
        return number(said, error);
    }
    (void)tcp_output(s->pcb);
    return (int)n;
}

static int lwip_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    ew_lwip *s = context;
    u16_t n;

    if (s->unread != NULL) {
        n = pbuf_copy_partial(s->unread, buf, len < 0xffffu ? (u16_t)len : 0xffffu, 0);
        s->unread = pbuf_free_header(s->unread, n);
        if (s->pcb != NULL) {
            tcp_recved(s->pcb, n);
        }
        return (int)n;
    }
    if (s->ended != 0u) {
        return EW_IO_END;
    }
    return s->pcb != NULL ? EW_IO_BLOCKED : stopped(s, error);
}

static void lwip_half_close(void *context)
{
    ew_lwip *s = context;

    if (s->pcb == NULL) {
        return;
    }
    s->half_closed = 1;
    if (s->ended != 0u) {
        (void)leave(s);
    } else if (tcp_shutdown(s->pcb, 0, 1) != ERR_OK) {
        struct tcp_pcb *pcb = let_go(s);

        s->error = ERR_ABRT;
        tcp_abort(pcb);
    }
}

static void lwip_close(void *context)
{
    ew_lwip *s = context;

    if (s->unread != NULL) {
        (void)pbuf_free(s->unread);
        s->unread = NULL;
    }
    (void)leave(s);
}

/* Correct if it is read once in 49 days. */
static int64_t lwip_now_ms(void *context)
{
    ew_lwip *s = context;
    u32_t ticks = sys_now();

    s->now += (int64_t)(u32_t)(ticks - s->ticks);
    s->ticks = ticks;
    return s->now;
}

const ew_io ew_io_lwip = {
    .name = "lwip",
    .send = lwip_send,
    .recv = lwip_recv,
    .half_close = lwip_half_close,
    .close = lwip_close,
    .now_ms = lwip_now_ms,
};
