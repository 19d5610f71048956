#include "steps.h"

#include "peer.h"

#include <openssl/err.h>

#include <errno.h>
#include <string.h>

const char before_handshake[] = "SSL_set_connect_state(s)";

/* Our calls --------------------------------------------------------------------------------- */

static int class_of(const play *p, int ret)
{
    switch (SSL_get_error(p->bench->s, ret)) {
    case SSL_ERROR_NONE: return EW_ERROR_NONE;
    case SSL_ERROR_WANT_READ: return EW_ERROR_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return EW_ERROR_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return EW_ERROR_ZERO_RETURN;
    case SSL_ERROR_SYSCALL: return EW_ERROR_SYSCALL;
    case SSL_ERROR_SSL: return EW_ERROR_SSL;
    default: return UNKNOWN;
    }
}

static void gave(play *p, int ret)
{
    p->libssl.value = ret;
    p->libssl.error = class_of(p, ret);
}

/* One whose result has no class. */
static void answered(play *p, int ret)
{
    p->libssl.value = ret;
    p->libssl.error = UNKNOWN;
    p->wanted.error = p->wanted.value < 0 ? p->wanted.error : UNKNOWN;
}

static int shut_down(play *p, int argument)
{
    (void)argument;
    gave(p, SSL_shutdown(p->bench->s));
    bench_look(p->bench);
    contract_shutdown(&p->contract, &p->wanted);
    return 1;
}

static int read_some(play *p, int room)
{
    char buf[64];
    gave(p, SSL_read(p->bench->s, buf, room));
    bench_look(p->bench);
    contract_read(&p->contract, room, &p->wanted);
    return 1;
}

static int peek(play *p, int room)
{
    char buf[64];
    gave(p, SSL_peek(p->bench->s, buf, room));
    bench_look(p->bench);
    contract_peek(&p->contract, room, &p->wanted);
    return 1;
}

static int write_nothing(play *p, int argument)
{
    (void)argument;
    gave(p, SSL_write(p->bench->s, "", 0));
    contract_no_such_call(&p->contract, &p->wanted);
    return 1;
}

static int write_some(play *p, int argument)
{
    (void)argument;
    gave(p, SSL_write(p->bench->s, "hello", 5));
    contract_write(&p->contract, 5, &p->wanted);
    return 1;
}

static int get_error(play *p, int ret)
{
    gave(p, ret);
    p->wanted = (outcome){.value = ret,
                          .error = p->contract.last_error,
                          .flags = UNKNOWN,
                          .announced = UNKNOWN,
                          .flushed = UNKNOWN,
                          .waited = UNKNOWN};
    return 1;
}

static int get_shutdown(play *p, int argument)
{
    (void)argument;
    p->wanted.value = ew_get_shutdown(&p->contract.machine);
    p->wanted.flags = p->wanted.value;
    p->wanted.sent[0] = '\0';
    answered(p, SSL_get_shutdown(p->bench->s));
    return 1;
}

static int set_shutdown(play *p, int flags)
{
    SSL_set_shutdown(p->bench->s, flags);
    if (flags >= 0 && flags <= 3)
        contract_event(&p->contract, (uint8_t)(EW_EVENT_SET_SHUTDOWN_0 + flags), &p->wanted);
    else
        contract_no_such_call(&p->contract, &p->wanted);
    answered(p, UNKNOWN);
    return 1;
}

static int set_quiet(play *p, int on)
{
    SSL_set_quiet_shutdown(p->bench->s, on);
    contract_event(&p->contract, on ? EW_EVENT_QUIET_ON : EW_EVENT_QUIET_OFF, &p->wanted);
    answered(p, UNKNOWN);
    return 1;
}

/* A message of ours that is under way until it is flushed counts as a handshake. */
static int key_update(play *p, int kind)
{
    int ret = SSL_key_update(p->bench->s, kind);
    contract_message(&p->contract, &p->wanted);
    answered(p, ret);
    return 1;
}

static int renegotiate(play *p, int argument)
{
    (void)argument;
    int ret = SSL_renegotiate(p->bench->s);
    contract_message(&p->contract, &p->wanted);
    answered(p, ret);
    return 1;
}

static int handshake(play *p, int argument)
{
    (void)argument;
    gave(p, div_bench_connect(p->bench));
    bench_look(p->bench);
    contract_handshake(&p->contract, &p->wanted);
    return 1;
}

static int get_quiet(play *p, int argument)
{
    (void)argument;
    p->wanted.value = p->contract.machine.quiet == EW_QUIET_ON;
    answered(p, SSL_get_quiet_shutdown(p->bench->s));
    return 1;
}

/* The flag is the nearest that libssl has to ask for. */
static int end_of_data(play *p, int argument)
{
    (void)argument;
    p->wanted.value = ew_end_of_data(&p->contract.machine);
    answered(p, (SSL_get_shutdown(p->bench->s) & SSL_RECEIVED_SHUTDOWN) != 0);
    return 1;
}

static int session_kept(play *p, int argument)
{
    (void)argument;
    p->wanted.value = ew_session_kept(&p->contract.machine);
    answered(p, SSL_SESSION_is_resumable(SSL_get_session(p->bench->s)));
    return 1;
}

/* What is made of the session so far, whatever the verdict at the end will be. */
static int session_so_far(play *p, int argument)
{
    (void)argument;
    p->wanted.value = p->contract.machine.session == EW_SESSION_KEEP;
    answered(p, SSL_SESSION_is_resumable(SSL_get_session(p->bench->s)));
    return 1;
}

/* The end of the sequence: nothing is left to be called. */
static int session_after_free(play *p, int argument)
{
    SSL_SESSION *session = SSL_get1_session(p->bench->s);
    (void)argument;
    SSL_free(p->bench->s);
    p->bench->s = NULL;
    p->wanted.value = ew_session_kept(&p->contract.machine);
    answered(p, session && SSL_SESSION_is_resumable(session));
    SSL_SESSION_free(session);
    return 1;
}

/* Settings ---------------------------------------------------------------------------------- */

static int connect_state(play *p, int argument)
{
    (void)argument;
    SSL_set_connect_state(p->bench->s);
    return 1;
}

static int ignore_eof(play *p, int argument)
{
    (void)argument;
    SSL_set_options(p->bench->s, SSL_OP_IGNORE_UNEXPECTED_EOF);
    return 1;
}

static int buffer_output(play *p, int argument)
{
    (void)argument;
    BIO *buffer = BIO_new(BIO_f_buffer());
    BIO *below = SSL_get_wbio(p->bench->s);
    if (!buffer || !BIO_up_ref(below))
        return 0;
    SSL_set0_wbio(p->bench->s, BIO_push(buffer, below));
    return 1;
}

static int raise_error(play *p, int argument)
{
    (void)p;
    ERR_raise(ERR_LIB_USER, argument);
    return 1;
}

static int set_writing(play *p, int how)
{
    p->bench->writing = (writing)how;
    return 1;
}

static int set_reading(play *p, int how)
{
    p->bench->reading = (reading)how;
    return 1;
}

/* All of them ------------------------------------------------------------------------------- */

static const step steps[] = {
    {"SSL_shutdown(s)", 1, shut_down, 0},
    {"SSL_read(s)", 1, read_some, 64},
    {"SSL_read(s, 2 bytes)", 1, read_some, 2},
    {"SSL_peek(s)", 1, peek, 64},
    {"SSL_write(s, \"hello\")", 1, write_some, 0},
    {"SSL_write(s, \"\")", 1, write_nothing, 0},
    {"SSL_get_error(s, 0)", 1, get_error, 0},
    {"SSL_get_shutdown(s)", 1, get_shutdown, 0},
    {"SSL_set_shutdown(s, 0)", 1, set_shutdown, 0},
    {"SSL_set_shutdown(s, SSL_SENT_SHUTDOWN)", 1, set_shutdown, SSL_SENT_SHUTDOWN},
    {"SSL_set_shutdown(s, SSL_RECEIVED_SHUTDOWN)", 1, set_shutdown, SSL_RECEIVED_SHUTDOWN},
    {"SSL_set_shutdown(s, 7)", 1, set_shutdown, 7},
    {"SSL_set_quiet_shutdown(s, 1)", 1, set_quiet, 1},
    {"SSL_key_update(s, 0)", 1, key_update, SSL_KEY_UPDATE_NOT_REQUESTED},
    {"SSL_renegotiate(s)", 1, renegotiate, 0},
    {"SSL_do_handshake(s)", 1, handshake, 0},
    {"SSL_get_quiet_shutdown(s)", 1, get_quiet, 0},
    {"SSL_get_shutdown(s) & SSL_RECEIVED_SHUTDOWN, as 0 or 1", 1, end_of_data, 0},
    {"SSL_SESSION_is_resumable(SSL_get_session(s))", 1, session_kept, 0},
    {"SSL_SESSION_is_resumable(SSL_get_session(s)), so far", 1, session_so_far, 0},
    {"SSL_SESSION_is_resumable(SSL_get_session(s)), after SSL_free(s)", 1, session_after_free, 0},
    {before_handshake, 0, connect_state, 0},
    {"SSL_set_options(s, SSL_OP_IGNORE_UNEXPECTED_EOF)", 0, ignore_eof, 0},
    {"SSL_set0_wbio(s, BIO_push(BIO_new(BIO_f_buffer()), SSL_get_wbio(s)))", 0, buffer_output, 0},
    {"ERR_raise(ERR_LIB_USER, 1)", 0, raise_error, 1},
    {"transport: is full", 0, set_writing, WRITING_BLOCKS},
    {"transport: takes all again", 0, set_writing, WRITING_WORKS},
    {"transport: fails when written to", 0, set_writing, WRITING_FAILS},
    {"transport: takes nothing, and is not full", 0, set_writing, WRITING_RETURNS_0},
    {"transport: fails when read from", 0, set_reading, READING_FAILS},
    {"transport: blocks, and the peer closes when we wait for it", 0, peer_closes_if_awaited, 0},
    {"peer: SSL_shutdown(p)", 0, div_peer_shutdown, 0},
    {"peer: SSL_set_shutdown(p, 0)", 0, peer_reopens, 0},
    {"peer: SSL_write(p, \"data\")", 0, div_peer_write, 0},
    {"peer: sends a session ticket", 0, peer_ticket, 0},
    {"peer: sends a KeyUpdate and asks for ours", 0, peer_key_update, 0},
    {"peer: sends a HelloRequest", 0, peer_hello_request, 0},
    {"peer: sends a warning", 0, peer_warns, 0},
    {"peer: sends a fatal alert", 0, peer_fatal, 0},
    {"peer: sends close_notify", 0, peer_warns_and_closes, 0},
    {"peer: sends an empty record", 0, peer_sends_nothing, 0},
    {"peer: sends four warnings and close_notify", 0, peer_warns_and_closes, 4},
    {"peer: sends user_canceled and close_notify", 0, peer_cancels_and_closes, 0},
    {"peer: sends a record that does not decrypt", 0, div_peer_forges, 0},
    {"peer: closes its transport without a close_notify", 0, set_reading, READING_ENDED},
};

const step *find_step(const char *text)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (strcmp(steps[i].text, text) == 0)
            return &steps[i];
    return NULL;
}

void list_steps(FILE *out)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        fprintf(out, "  %s\n", steps[i].text);
}

int play_step(play *p, const step *s)
{
    bench *b = p->bench;
    size_t before = b->out.records;
    b->waited = b->flushed = b->announced = 0;
    if (s->is_call) {
        p->libssl = (outcome){0};
        errno = 0;
    }
    int done = s->run(p, s->argument);
    bench_look(b);
    if (!s->is_call)
        return done;
    p->libssl.flags = b->s ? SSL_get_shutdown(b->s) : UNKNOWN;
    p->libssl.waited = b->waited;
    p->libssl.flushed = b->flushed;
    p->libssl.announced = b->announced;
    for (size_t i = before; i < b->out.records; i++)
        outcome_sent(&p->libssl, b->out.record[i].name);
    ERR_clear_error();
    return done;
}
