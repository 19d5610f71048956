/* Wrong ports for what a port may have besides, and for an engine that waits for something else. */
#include "socket.h"
#include "wrong.h"

#include <string.h>

static uint8_t handshake_gives_up(void *engine)
{
    uint8_t is = right_port->handshake(engine);
    return is == EW_EVENT_SUSPENDED ? EW_EVENT_TLS_ERROR : is;
}

static uint8_t handshake_waits(void *engine)
{
    uint8_t is = right_port->handshake(engine);
    return is == EW_EVENT_SUSPENDED ? EW_EVENT_WANT_READ : is;
}

static uint8_t handshake_suspends(void *engine)
{
    uint8_t is = right_port->handshake(engine);
    return is == EW_EVENT_WANT_READ ? EW_EVENT_SUSPENDED : is;
}

static uint8_t receive_forgets_the_number(void *engine)
{
    uint8_t is = right_port->receive(engine);
    trial.transport.alert = -1;
    return is;
}

static uint8_t receive_tells_the_level(void *engine)
{
    uint8_t is = right_port->receive(engine);
    if (is == EW_EVENT_FATAL_ALERT)
        trial.transport.alert = 2;
    return is;
}

static uint8_t handshake_forgets_the_number(void *engine)
{
    uint8_t is = right_port->handshake(engine);
    trial.transport.alert = -1;
    return is;
}

static int adopts_whatever(void *engine, ew_transport *t)
{
    (void)right_port->adopt(engine, t);
    return 0;
}

static int adopts_nothing(void *engine, ew_transport *t)
{
    (void)engine;
    return ew_transport_refuse(t, "not that one");
}

static int refuses_without_a_word(void *engine, ew_transport *t)
{
    int is = right_port->adopt(engine, t);
    t->detail = NULL;
    return is;
}

static int peeks_by_taking(void *engine, void *buf, int len)
{
    return right_port->take(engine, buf, len);
}

static int peeks_at_one(void *engine, void *buf, int len)
{
    (void)len;
    return right_port->peek(engine, buf, 1);
}

static int peeks_wrongly(void *engine, void *buf, int len)
{
    int n = right_port->peek(engine, buf, len);
    if (n > 0)
        memset(buf, OTHER_MEMORY, (size_t)n);
    return n;
}

static int none_pending(const void *engine)
{
    (void)engine;
    return 0;
}

static int some_pending(const void *engine)
{
    return right_port->pending(engine) > 0;
}

static int more_pending(const void *engine)
{
    return right_port->pending(engine) + (sock.in_at < sock.in_len);
}

const wrong_port wrong_optional[] = {
    {SUSPENDED, "takes a pause for a failure", {.handshake = handshake_gives_up}},
    {SUSPENDED, "waits for the socket in a pause", {.handshake = handshake_waits}},
    {SUSPENDED, "pauses where it waits", {.handshake = handshake_suspends}},
    {ALERT_NUMBER, "forgets the number", {.receive = receive_forgets_the_number}},
    {ALERT_NUMBER, "tells the level for the number", {.receive = receive_tells_the_level}},
    {ALERT_NUMBER, "forgets the number of a refusal", {.handshake = handshake_forgets_the_number}},
    {ADOPTS, "adopts nothing", {.adopt = adopts_nothing}},
    {ADOPT_REFUSES, "adopts whatever comes", {.adopt = adopts_whatever}},
    {ADOPT_REFUSES, "refuses without a word", {.adopt = refuses_without_a_word}},
    {PEEK, "takes what it looks at", {.peek = peeks_by_taking}},
    {PEEK, "looks at one byte", {.peek = peeks_at_one}},
    {PEEK, "gives other bytes", {.peek = peeks_wrongly}},
    {PENDING, "tells of nothing", {.pending = none_pending}},
    {PENDING, "tells that there is some", {.pending = some_pending}},
    {PENDING, "counts what lies in the socket", {.pending = more_pending}},
};
const int wrong_optional_count = sizeof wrong_optional / sizeof wrong_optional[0];
