/* A BIO of the program's own asks to wait where its socket has ended. */
#include "pair.h"

static int is_honest;

static int bio_read(BIO *b, char *to, int room)
{
    int n = BIO_read(BIO_next(b), to, room);
    BIO_clear_retry_flags(b);
    if (n <= 0 && (BIO_should_retry(BIO_next(b)) || !is_honest)) {
        BIO_set_retry_read(b);
        return -1;
    }
    return n;
}

static long bio_control(BIO *b, int command, long number, void *pointer)
{
    return BIO_next(b) != NULL ? BIO_ctrl(BIO_next(b), command, number, pointer) : 0;
}

static int bio_create(BIO *b)
{
    BIO_set_init(b, 1);
    return 1;
}

static void read_three_times(struct pair *p, int honest)
{
    char buffer[64];
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "hides");
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_control);
    BIO_meth_set_create(method, bio_create);
    BIO *socket_bio = SSL_get_rbio(p->s);
    is_honest = honest;
    shake(p);
    BIO_up_ref(socket_bio);
    SSL_set0_rbio(p->s, BIO_push(BIO_new(method), socket_bio));
    tell(p, PEER_DIES);
    await_data(p);
    for (int i = 0; i < 3; i++) {
        int n = SSL_read(p->s, buffer, sizeof buffer);
        if (SSL_get_error(p->s, n) != SSL_ERROR_WANT_READ) {
            break;
        }
    }
    if (!honest) {
        SSL_shutdown(p->s);
    }
    ERR_clear_error();
    drop(p);
}

void wrong(struct pair *p)
{
    read_three_times(p, 0);
}

void right(struct pair *p)
{
    read_three_times(p, 1);
}
