/* OpenSSL 1.0.2 with the interface of 1.1.1, as far as the walk calls it, so that one program walks
 * both. It decides nothing: each function here is a macro, a field or a default of that release.
 *
 *     cc -shared -fPIC -I DIR/include -o DIR/libssl.so.0 shim_102.c -L DIR -lssl -lcrypto \
 *         -Wl,-rpath,'$ORIGIN'
 *
 * DIR is the folder of a shared build of 1.0.2; `make explore-versions` then takes it like others. */
#include <openssl/ec.h>
#include <openssl/ssl.h>

#include <string.h>

enum { ED25519 = 1087, MIN_PROTO = 123, MAX_PROTO = 124 };

/* Versions and memory ----------------------------------------------------------------------- */

unsigned long OpenSSL_version_num(void)
{
    return SSLeay();
}

const char *OpenSSL_version(int which)
{
    return SSLeay_version(which);
}

static void *(*take)(size_t, const char *, int);
static void *(*resize)(void *, size_t, const char *, int);
static void (*give)(void *, const char *, int);

static void *plain_take(size_t size)
{
    return take(size, "", 0);
}

static void *plain_resize(void *p, size_t size)
{
    return resize(p, size, "", 0);
}

static void plain_give(void *p)
{
    give(p, "", 0);
}

int endwell_set_mem(void *(*m)(size_t, const char *, int),
                    void *(*r)(void *, size_t, const char *, int),
                    void (*f)(void *, const char *, int))
{
    take = m;
    resize = r;
    give = f;
    return CRYPTO_set_mem_functions(plain_take, plain_resize, plain_give);
}

/* The transport ----------------------------------------------------------------------------- */

BIO_METHOD *BIO_meth_new(int type, const char *name)
{
    BIO_METHOD *m = OPENSSL_malloc(sizeof *m);
    if (m) {
        memset(m, 0, sizeof *m);
        m->type = type;
        m->name = name;
    }
    return m;
}

int BIO_meth_set_read(BIO_METHOD *m, int (*get)(BIO *, char *, int))
{
    m->bread = get;
    return 1;
}

int BIO_meth_set_write(BIO_METHOD *m, int (*put)(BIO *, const char *, int))
{
    m->bwrite = put;
    return 1;
}

int BIO_meth_set_ctrl(BIO_METHOD *m, long (*control)(BIO *, int, long, void *))
{
    m->ctrl = control;
    return 1;
}

void BIO_set_init(BIO *bio, int on)
{
    bio->init = on;
}

/* The context ------------------------------------------------------------------------------- */

const SSL_METHOD *TLS_client_method(void)
{
    SSL_library_init();
    SSL_load_error_strings();
    return SSLv23_client_method();
}

const SSL_METHOD *TLS_server_method(void)
{
    SSL_library_init();
    return SSLv23_server_method();
}

#undef SSL_CTX_set_options
unsigned long SSL_CTX_set_options(SSL_CTX *ctx, unsigned long options)
{
    return (unsigned long)(SSL_CTX_ctrl)(ctx, SSL_CTRL_OPTIONS, (long)options, NULL);
}

/* Of the versions only 1.2; and the curve that a certificate of this release can have. */
long endwell_ctrl(SSL_CTX *ctx, int command, long number, void *pointer)
{
    if (command == MIN_PROTO || command == MAX_PROTO) {
        (SSL_CTX_ctrl)(ctx, SSL_CTRL_OPTIONS,
                       SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1,
                       NULL);
        return number == TLS1_2_VERSION;
    }
    if (command == SSL_CTRL_SET_CURVES_LIST) {
        (SSL_CTX_ctrl)(ctx, SSL_CTRL_SET_ECDH_AUTO, 1, NULL);
        pointer = (void *)"P-256";
    }
    return (SSL_CTX_ctrl)(ctx, command, number, pointer);
}

int SSL_CTX_set_ciphersuites(SSL_CTX *ctx, const char *list)
{
    return ctx && list;
}

int SSL_CTX_set_num_tickets(SSL_CTX *ctx, size_t number)
{
    return ctx && number < 2;
}

void SSL_CTX_set_keylog_callback(SSL_CTX *ctx, void (*line)(const SSL *, const char *))
{
    (void)ctx;
    (void)line;
}

/* The certificate --------------------------------------------------------------------------- */

EVP_PKEY_CTX *endwell_key_maker(int id, ENGINE *engine)
{
    EVP_PKEY *curve = NULL;
    if (id != ED25519)
        return (EVP_PKEY_CTX_new_id)(id, engine);
    EVP_PKEY_CTX *maker = (EVP_PKEY_CTX_new_id)(EVP_PKEY_EC, engine), *keys = NULL;
    if (maker && EVP_PKEY_paramgen_init(maker) == 1 &&
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, NID_X9_62_prime256v1) == 1 &&
        EVP_PKEY_paramgen(maker, &curve) == 1) {
        EC_KEY_set_asn1_flag(EVP_PKEY_get1_EC_KEY(curve), OPENSSL_EC_NAMED_CURVE);
        keys = EVP_PKEY_CTX_new(curve, engine);
    }
    EVP_PKEY_free(curve);
    EVP_PKEY_CTX_free(maker);
    return keys;
}

int endwell_sign(X509 *x, EVP_PKEY *key, const EVP_MD *md)
{
    return (X509_sign)(x, key, md ? md : EVP_sha256());
}

ASN1_TIME *X509_getm_notBefore(const X509 *x)
{
    return X509_get_notBefore(x);
}

ASN1_TIME *X509_getm_notAfter(const X509 *x)
{
    return X509_get_notAfter(x);
}

/* The connection ---------------------------------------------------------------------------- */

int SSL_SESSION_is_resumable(const SSL_SESSION *s)
{
    return !s->not_resumable && (s->session_id_length > 0 || s->tlsext_ticklen > 0);
}

size_t SSL_SESSION_get_master_key(const SSL_SESSION *s, unsigned char *out, size_t room)
{
    memcpy(out, s->master_key, room);
    return room;
}

size_t SSL_get_client_random(const SSL *s, unsigned char *out, size_t room)
{
    memcpy(out, s->s3->client_random, room);
    return room;
}

size_t SSL_get_server_random(const SSL *s, unsigned char *out, size_t room)
{
    memcpy(out, s->s3->server_random, room);
    return room;
}

#undef SSL_in_init
int SSL_in_init(const SSL *s)
{
    return (SSL_state(s) & SSL_ST_INIT) != 0;
}

int SSL_key_update(SSL *s, int kind)
{
    (void)s;
    (void)kind;
    return 0;
}
