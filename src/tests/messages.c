#include "support.h"

#include "messages.h"

#include <string.h>

#include "mbedtls_versions.h"

int ask_key_update(SSL *ssl)
{
    return SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
}

int make_ticket(SSL *ssl)
{
    return SSL_new_session_ticket(ssl);
}

void peer_handshake_message(link_ends *l, int type, int count)
{
    mbedtls_ssl_context *peer = &l->peer.mbed;

    while (count-- > 0) {
        peer->MBEDTLS_PRIVATE(out_msglen) = 4;
        peer->MBEDTLS_PRIVATE(out_msgtype) = MBEDTLS_SSL_MSG_HANDSHAKE;
        memset(peer->MBEDTLS_PRIVATE(out_msg), 0, 4);
        peer->MBEDTLS_PRIVATE(out_msg)[0] = (uint8_t)type;
        assert_int_equal(mbedtls_ssl_write_record(peer, 1), 0);
    }
    wire_release(&l->w, ALL);
}

void peer_gets(link_ends *l, const void *data, size_t len, int last)
{
    static uint8_t got[WIRE_MAX];
    size_t total = 0;
    int n;

    do {
        n = peer_read(l, got + total, (int)(sizeof got - total));
        total += n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n == -1 && l->w.in_at < l->w.in_len));
    assert_int_equal(n, last);
    assert_int_equal(total, len);
    assert_memory_equal(got, data, len);
}
