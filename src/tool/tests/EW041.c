/* The close_notify goes to a buffering BIO, whose flush blocks. */
#include "pair.h"

static BIO *buffer_before_gate(struct pair *p)
{
    BIO *buffer = BIO_new(BIO_f_buffer());
    gate(p);
    BIO *gated = SSL_get_wbio(p->s);
    BIO_up_ref(gated);
    SSL_set0_wbio(p->s, BIO_push(buffer, gated));
    return buffer;
}

void wrong(struct pair *p)
{
    shake(p);
    buffer_before_gate(p);
    shut_gate(1);
    expect(SSL_shutdown(p->s) == 0, "libssl looks at the flush");
    drop(p);
}

void right(struct pair *p)
{
    shake(p);
    BIO *buffer = buffer_before_gate(p);
    shut_gate(1);
    SSL_shutdown(p->s);
    shut_gate(0);
    tell(p, PEER_ENDS);
    expect(BIO_flush(buffer) == 1, "BIO_flush");
    drain(p);
    drop(p);
}
