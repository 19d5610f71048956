#include "peer.h"

static void close_peer(bench *b)
{
    if (SSL_get_shutdown(b->p) == 0)
        SSL_shutdown(b->p);
}

int div_peer_shutdown(play *p, int argument)
{
    (void)argument;
    return SSL_shutdown(p->bench->p) >= 0;
}

int peer_closes_if_awaited(play *p, int argument)
{
    (void)argument;
    p->bench->blocking = 1;
    p->bench->when_waited = close_peer;
    return 1;
}

int peer_reopens(play *p, int argument)
{
    (void)argument;
    SSL_set_shutdown(p->bench->p, 0);
    return 1;
}

int div_peer_write(play *p, int argument)
{
    (void)argument;
    return SSL_write(p->bench->p, "data", 4) == 4;
}

int peer_ticket(play *p, int argument)
{
    (void)argument;
    return SSL_new_session_ticket(p->bench->p) == 1 && SSL_do_handshake(p->bench->p) == 1;
}

int peer_key_update(play *p, int argument)
{
    (void)argument;
    return SSL_key_update(p->bench->p, SSL_KEY_UPDATE_REQUESTED) == 1 &&
           SSL_do_handshake(p->bench->p) == 1;
}

int peer_hello_request(play *p, int argument)
{
    (void)argument;
    return bench_peer_hello_request(p->bench);
}

int peer_warns(play *p, int argument)
{
    (void)argument;
    return bench_peer_alert(p->bench, SSL3_AL_WARNING,
                            p->bench->tls13 ? SSL_AD_USER_CANCELLED : SSL_AD_UNRECOGNIZED_NAME);
}

int peer_fatal(play *p, int argument)
{
    (void)argument;
    return bench_peer_alert(p->bench, SSL3_AL_FATAL, SSL_AD_HANDSHAKE_FAILURE);
}

int peer_warns_and_closes(play *p, int warnings)
{
    for (int i = 0; i < warnings; i++)
        if (!peer_warns(p, 0))
            return 0;
    return bench_peer_alert(p->bench, SSL3_AL_WARNING, SSL_AD_CLOSE_NOTIFY);
}

int peer_cancels_and_closes(play *p, int argument)
{
    (void)argument;
    return bench_peer_alert(p->bench, SSL3_AL_WARNING, SSL_AD_USER_CANCELLED) &&
           bench_peer_alert(p->bench, SSL3_AL_WARNING, SSL_AD_CLOSE_NOTIFY);
}

int peer_sends_nothing(play *p, int argument)
{
    (void)argument;
    return bench_peer_empty(p->bench);
}

int div_peer_forges(play *p, int argument)
{
    uint8_t record[RECORD_HEADER + 64] = {23, 3, 3, 0, 64};
    (void)argument;
    bench_from_peer(p->bench, record, sizeof record);
    return 1;
}
