#include "hostile.h"

#include "application.h"
#include "dice.h"
#include "peer.h"
#include "records.h"
#include "report.h"
#include "wire.h"

#include <string.h>

int hostility;

/* What an engine stands only now and then, or not at all, is not meant well. */
static void says(idle_message kind, const char *what)
{
    log_step("  peer: %s", what);
    fuzz_peer.updates |= kind == IDLE_KEY_UPDATE;
    if (!means_well(app.engine, fuzz_peer.tls13, kind) || !fuzz_peer.done ||
        (kind == IDLE_KEY_UPDATE && app.owed))
        app.honest = 0;
}

static void data(void)
{
    if (!fuzz_peer.done || fuzz_peer.closed)
        return;
    size_t len = chance(20) ? 16384 : dice_small(2000);
    log_step("  peer: data, %zu bytes", len);
    peer_says_data(len);
}

static void notice(void)
{
    if (!fuzz_peer.done || fuzz_peer.closed)
        return;
    log_step("  peer: close_notify");
    fuzz_peer_says(RECORD_ALERT, (const uint8_t[]){1, 0}, 2, SAYS_CLOSE);
}

static void empty(void)
{
    int many = chance(10) ? 1 + (int)dice(200) : 1;
    says(many > 1 ? NOT_IDLE : IDLE_EMPTY, "empty records");
    for (int i = 0; i < many; i++)
        fuzz_peer_says(RECORD_DATA, "", 0, SAYS_NOTHING);
}

static void key_update(void)
{
    int asks = chance(70);
    if (!fuzz_peer.done || !fuzz_peer.tls13)
        return;
    says(IDLE_KEY_UPDATE, asks ? "KeyUpdate, and asks for one" : "KeyUpdate");
    peer_updates_key(asks);
}

int hostile_asks_for_an_answer(void)
{
    if (!fuzz_peer.done || !fuzz_peer.tls13 || fuzz_peer.closed)
        return 0;
    says(IDLE_KEY_UPDATE, "KeyUpdate, and asks for one");
    peer_updates_key(1);
    wire_give(WIRE_MAX);
    return 1;
}

/* lifetime, age, nonce, ticket, no extensions. `most`: of it that is said. */
static void ticket(size_t most)
{
    uint8_t message[64] = {4, 0, 0, 0, 0, 0, 0x1c, 0x20, 1, 2, 3, 4, 1, 7, 0, 32};
    size_t len = 16 + 32 + 2;
    memset(message + 16, 0x5a, 32);
    message[3] = (uint8_t)(len - 4);
    fuzz_peer_says(RECORD_HANDSHAKE, message, most < len ? most : len, SAYS_NOTHING);
}

static void whole_ticket(void)
{
    says(fuzz_peer.server ? NOT_IDLE : IDLE_TICKET, "a ticket");
    ticket(64);
}

static void half_ticket(void)
{
    says(NOT_IDLE, "half a ticket");
    ticket(1 + dice(40));
}

static void hello_request(void)
{
    says(fuzz_peer.server ? NOT_IDLE : IDLE_HELLO_REQUEST, "HelloRequest");
    fuzz_peer_says(RECORD_HANDSHAKE, (const uint8_t[]){0, 0, 0, 0}, 4, SAYS_NOTHING);
}

static void warning(void)
{
    uint8_t alert[] = {1, chance(60) ? 90 : 112};
    says(NOT_IDLE, "a warning");
    fuzz_peer_says(RECORD_ALERT, alert, 2, SAYS_NOTHING);
}

static void flood(void)
{
    int what = (int)dice(4), many = 20 + (int)dice(300);
    says(NOT_IDLE, "a flood");
    for (int i = 0; i < many; i++)
        if (what == 0)
            fuzz_peer_says(RECORD_ALERT, (const uint8_t[]){1, 90}, 2, SAYS_NOTHING);
        else if (what == 1)
            peer_updates_key(0);
        else if (what == 2)
            ticket(64);
        else
            fuzz_peer_says(RECORD_DATA, "", 0, SAYS_NOTHING);
}

static void error_alert(void)
{
    const uint8_t alert[] = {2, (uint8_t)(chance(50) ? 40 : dice(120))};
    says(NOT_IDLE, "an error alert");
    fuzz_peer.zero |= alert[1] == 0;
    fuzz_peer_says(RECORD_ALERT, alert, 2, alert[1] == 0 ? SAYS_CLOSE : SAYS_HARM);
}

static void forged(void)
{
    uint8_t content[64] = {1, 0};
    says(NOT_IDLE, "a forged record");
    fuzz_peer.zero = 1;
    fuzz_peer_forges(chance(50) ? RECORD_ALERT : RECORD_DATA, content,
                     chance(50) ? 2 : sizeof content);
}

static void garbage(void)
{
    uint8_t bytes[200];
    size_t len = 1 + dice(sizeof bytes);
    says(NOT_IDLE, "garbage");
    fuzz_peer.zero = 1;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)dice(256);
    if (chance(70) && len > 5) {
        const uint8_t head[] = {(uint8_t)(20 + dice(4)), 3, 3, 0, (uint8_t)(len - 5)};
        memcpy(bytes, head, sizeof head);
    }
    wire_say(bytes, len);
    fuzz_peer.garbled |= !fuzz_peer.done;
    fuzz_peer_says(RECORD_ALERT, (const uint8_t[]){2, 0}, 2, SAYS_HARM);
}

int hostile_floods(void)
{
    if (!fuzz_peer.done || fuzz_peer.closed || hostility == 0)
        return 0;
    flood();
    wire_give(WIRE_MAX);
    return 1;
}

typedef struct {
    void (*does)(void);
    int weight[3]; /* by hostility */
} letter;

static const letter sayings[] = {
    {data, {14, 12, 10}},       {notice, {2, 2, 2}},       {empty, {2, 3, 2}},
    {key_update, {3, 5, 3}},    {whole_ticket, {1, 2, 2}}, {half_ticket, {0, 1, 2}},
    {hello_request, {1, 2, 1}}, {warning, {0, 2, 2}},      {flood, {0, 1, 2}},
    {error_alert, {0, 3, 8}},   {forged, {0, 0, 1}},       {garbage, {0, 0, 1}},
};

static void one_of(const letter *all, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (uint32_t)all[i].weight[hostility];
    uint32_t at = dice(sum);
    for (size_t i = 0; i < count; at -= (uint32_t)all[i++].weight[hostility])
        if (at < (uint32_t)all[i].weight[hostility]) {
            all[i].does();
            return;
        }
}

void hostile_says(void)
{
    one_of(sayings, sizeof sayings / sizeof sayings[0]);
}

/* The line ---------------------------------------------------------------------------------- */

static void gives(void)
{
    size_t n = wire_give(chance(30) ? 1 : chance(30) ? WIRE_MAX : dice_small(3000));
    log_step("  line: gives %zu", n);
}

static void hears(void)
{
    size_t n = wire.deaf ? 0 : wire_hear(chance(30) ? 1 : chance(30) ? WIRE_MAX : dice_small(9000));
    fuzz_peer_goes_on();
    log_step("  line: the peer reads %zu", n);
}

static void narrows(void)
{
    wire.budget = chance(40) ? 0 : (long)dice_small(600);
    log_step("  line: takes %ld bytes", wire.budget);
}

static void widens(void)
{
    wire.budget = -1;
    wire.deaf = 0;
    log_step("  line: takes all");
}

static void flows(void)
{
    widens();
    wire_hear(WIRE_MAX);
    fuzz_peer_goes_on();
    wire_give(WIRE_MAX);
}

static void goes_deaf(void)
{
    wire.deaf = !wire.deaf;
    log_step("  line: the peer is %s", wire.deaf ? "deaf" : "listening");
}

static void time_passes(void)
{
    wire.now += dice_small(200);
    log_step("  line: it is %lld ms", (long long)wire.now);
}

static void ends(void)
{
    log_step("  line: FIN");
    wire_end();
    app.honest = 0;
}

static void resets(void)
{
    log_step("  line: RST");
    wire_reset();
    app.honest = 0;
}

static const letter doings[] = {
    {gives, {8, 10, 8}},      {hears, {4, 5, 5}},  {narrows, {8, 10, 8}},
    {widens, {3, 4, 3}},      {flows, {10, 7, 6}}, {goes_deaf, {1, 1, 1}},
    {time_passes, {1, 2, 2}}, {ends, {0, 0, 1}},   {resets, {0, 0, 1}},
};

void hostile_wire(void)
{
    one_of(doings, sizeof doings / sizeof doings[0]);
}
