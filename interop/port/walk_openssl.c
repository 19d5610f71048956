/* OpenSSL (port_engine.h): what an application does to it by itself, a job that pauses, and keys that are updated. */
#define _GNU_SOURCE
#include "moment_openssl.h"
#include "port_engine.h"

#include <openssl/async.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

extern const tls_engine tls_openssl;

static struct {
    int pauses; /* that a job will make */
} kept;

/* The application ----------------------------------------------------------------------------------- */

static SSL *ssl_of(const void *object)
{
    return ((const ew_openssl *)object)->ssl;
}

static void say_sent(void *object, ew_transport *t)
{
    (void)t;
    SSL_set_shutdown(ssl_of(object), SSL_SENT_SHUTDOWN);
}

static void say_received(void *object, ew_transport *t)
{
    (void)t;
    SSL_set_shutdown(ssl_of(object), SSL_RECEIVED_SHUTDOWN);
}

static void be_quiet(void *object, ew_transport *t)
{
    (void)t;
    SSL_set_quiet_shutdown(ssl_of(object), 1);
}

static void replace_bio(void *object, ew_transport *t)
{
    (void)t;
    SSL_set0_rbio(ssl_of(object), BIO_new(BIO_s_mem()));
}

static void update_key(void *object, ew_transport *t)
{
    (void)t;
    SSL_key_update(ssl_of(object), SSL_KEY_UPDATE_NOT_REQUESTED);
}

static void allow_jobs(void *object, ew_transport *t)
{
    (void)t;
    SSL_set_mode(ssl_of(object), SSL_MODE_ASYNC);
    kept.pauses = 0;
}

static void allow_a_pause(void *object, ew_transport *t)
{
    allow_jobs(object, t);
    kept.pauses = 1;
}

/* While a job is paused no program sets our flag: libssl would refuse the call that goes on with it. */
static bool is_not_paused(const void *object, const wire *w)
{
    (void)w;
    return !SSL_waiting_for_async(ssl_of(object));
}

static bool has_tls13_keys(const void *object, const wire *w)
{
    (void)object;
    return w->start != FRESH && w->tls13;
}

static const struct port_step steps[] = {
    {.in_place_of = SET_0, .name = "peer-closes-unprotected", .sends = peer_closes_in_the_clear},
    {.in_place_of = SET_1, .name = "set-1", .does = say_sent, .has = is_not_paused},
    {.in_place_of = SET_2, .name = "set-2", .does = say_received},
    {.in_place_of = SET_3, .name = "replace-bio", .does = replace_bio},
    {.in_place_of = SET_7,
     .name = "peer-half-a-message",
     .sends = peer_sends_half,
     .has = has_tls13_keys},
    {.in_place_of = QUIET_ON, .name = "quiet-on", .does = be_quiet},
    {.in_place_of = QUIET_OFF, .name = "allow-a-job-that-pauses", .does = allow_a_pause},
    {.in_place_of = UPDATE_KEY, .name = "key-update", .does = update_key},
    {.in_place_of = FREE, .name = "allow-jobs", .does = allow_jobs},
    {.name = NULL}};

/* The handshake ------------------------------------------------------------------------------------- */

/* A callback of the application's, that pauses the job in which it is called. */
static void pause_once(int sent, int version, int type, const void *bytes, size_t len, SSL *ssl,
                       void *arg)
{
    (void)sent, (void)version, (void)type, (void)bytes, (void)len, (void)ssl, (void)arg;
    if (kept.pauses > 0 && ASYNC_get_current_job() != NULL) {
        kept.pauses--;
        ASYNC_pause_job();
    }
}

/* A job has a stack in the heap, whose pages are written first by what tells of a write to them. */
static void take_faults_elsewhere(void)
{
    static uint8_t room[1 << 16];
    const stack_t elsewhere = {.ss_sp = room, .ss_size = sizeof room};
    struct sigaction action;
    sigaction(SIGSEGV, NULL, &action);
    action.sa_flags |= SA_ONSTACK;
    sigaltstack(&elsewhere, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

/* Jobs are made before the heap is frozen: a thread keeps them where nobody puts them back. */
static int begins(void *object)
{
    static bool has_jobs;
    SSL *ssl = ssl_of(object);
    has_jobs = has_jobs || ASYNC_init_thread(1, 1) == 1;
    SSL_set_mode(ssl, SSL_MODE_ASYNC);
    SSL_set_msg_callback(ssl, pause_once);
    kept.pauses = 1;
    return has_jobs ? 0 : -1;
}

/* The handshake that comes first has a job that pauses. */
static void opened(void *object)
{
    kept.pauses = 0;
    SSL_clear_mode(ssl_of(object), SSL_MODE_ASYNC);
}

static unsigned long long told(const void *object)
{
    const ew_openssl *e = object;
    return port_model.taken() - (unsigned long long)(e->told ? e->pending : 0);
}

_Static_assert(sizeof kept <= PORT_HISTORY, "it is kept with each level of the walk");

const struct port_engine port_engine = {.tls = &tls_openssl,
                                        .of = "libssl at the calls of its port",
                                        .on = "the installed libssl",
                                        .steps = steps,
                                        .history = &kept,
                                        .history_size = sizeof kept,
                                        .begins = begins,
                                        .opened = opened,
                                        .frozen = take_faults_elsewhere,
                                        .told = told};
