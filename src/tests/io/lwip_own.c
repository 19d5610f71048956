/*
 * lwIP's raw API for the kit: two ends over a netif that hands everything back. lwIP runs in its own
 * thread here, so every call is made with its core locked.
 */
#define _GNU_SOURCE
#include "io_subjects.h"

#include <lwip/netif.h>
#include <lwip/tcpip.h>

#include "io_lwip.h"
#include "io_trial.h"

static struct netif net;
static ew_lwip ends[2];
static struct tcp_pcb *connected[2];

static int locked_send(void *context, const uint8_t *buf, size_t len, int *error)
{
    int n;

    LOCK_TCPIP_CORE();
    n = ew_io_lwip.send(context, buf, len, error);
    UNLOCK_TCPIP_CORE();
    return n;
}

static int locked_recv(void *context, uint8_t *buf, size_t len, int *error)
{
    int n;

    LOCK_TCPIP_CORE();
    n = ew_io_lwip.recv(context, buf, len, error);
    UNLOCK_TCPIP_CORE();
    return n;
}

static void locked_half_close(void *context)
{
    LOCK_TCPIP_CORE();
    ew_io_lwip.half_close(context);
    UNLOCK_TCPIP_CORE();
}

static void locked_close(void *context)
{
    LOCK_TCPIP_CORE();
    ew_io_lwip.close(context);
    UNLOCK_TCPIP_CORE();
}

static int64_t locked_now_ms(void *context)
{
    int64_t now;

    LOCK_TCPIP_CORE();
    now = ew_io_lwip.now_ms(context);
    UNLOCK_TCPIP_CORE();
    return now;
}

static const ew_io locked = {
    .name = "lwip, locked",
    .send = locked_send,
    .recv = locked_recv,
    .half_close = locked_half_close,
    .close = locked_close,
    .now_ms = locked_now_ms,
};

static err_t nowhere(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)p;
    (void)to;
    return ERR_OK;
}

static err_t start_net(struct netif *netif)
{
    netif->mtu = 1500;
    netif->output = nowhere;
    return ERR_OK;
}

static void started(void *ready)
{
    sys_sem_signal(ready);
}

static void keep(int end, struct tcp_pcb *pcb)
{
    ew_lwip_init(&ends[end], pcb, NULL, NULL);
    connected[end] = pcb;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    keep(1, pcb);
    return error;
}

static err_t is_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    keep(0, pcb);
    return error;
}

static int connect_both(const ip_addr_t *here)
{
    struct tcp_pcb *listener = tcp_new();
    struct tcp_pcb *client = tcp_new();

    if (listener == NULL || client == NULL || tcp_bind(listener, here, 4433) != ERR_OK) {
        return -1;
    }
    listener = tcp_listen(listener);
    tcp_accept(listener, accepted);
    return tcp_connect(client, here, 4433, is_connected) == ERR_OK ? 0 : -1;
}

/* In the process of each trial. */
static int lwip_open(void *context[2])
{
    ip4_addr_t address, mask;
    ip_addr_t here;
    sys_sem_t ready;
    int result;

    IP4_ADDR(&address, 10, 0, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP_ADDR4(&here, 10, 0, 0, 1);
    if (sys_sem_new(&ready, 0) != ERR_OK) {
        return -1;
    }
    tcpip_init(started, &ready);
    (void)sys_arch_sem_wait(&ready, 0);
    LOCK_TCPIP_CORE();
    netif_add(&net, &address, &mask, &address, NULL, start_net, tcpip_input);
    netif_set_up(&net);
    netif_set_link_up(&net);
    result = connect_both(&here);
    UNLOCK_TCPIP_CORE();
    for (int i = 0; i < 200 && (connected[0] == NULL || connected[1] == NULL); i++) {
        io_sleep_ms(5);
    }
    context[0] = &ends[0];
    context[1] = &ends[1];
    return result == 0 && connected[0] != NULL && connected[1] != NULL ? 0 : -1;
}

static void lwip_reset(void *context)
{
    ew_lwip *s = context;

    LOCK_TCPIP_CORE();
    tcp_abort(s->pcb);
    UNLOCK_TCPIP_CORE();
}

const io_subject io_own = {
    .name = "lwip",
    .io = &locked,
    .open = lwip_open,
    .reset = lwip_reset,
};
