/* The steps: those of the application here, those of the peer and the line in hostile.c. */
#include "alphabet.h"

#include "repeat.h"
#include "application.h"
#include "dice.h"
#include "hostile.h"
#include "peer.h"
#include "report.h"
#include "wire.h"

#include <errno.h>

static int length(void)
{
    static const int lengths[] = {1, 2, 100, 16383, 16384, 16385, 40000};
    return chance(40) ? lengths[dice(7)] : (int)dice_small(3000);
}

static void reads(void)
{
    if (chance(15))
        app_peek(length());
    app_read(length());
}

static void writes(void)
{
    int len = length();
    app_write(len < app.owed ? app.owed + (int)(chance(50) ? dice_small(500) : 0) : len,
              !chance(25));
}

static void again(void)
{
    if (app.owed)
        app_write(app.owed + (int)(chance(30) ? dice_small(500) : 0), !chance(25));
}

static void shakes(void)
{
    app_handshake();
}

static void shuts_down(void)
{
    app_shutdown();
}

static void finishes(void)
{
    app_finish();
}

/* As a program does it that means well, up to the end; or once. */
static void closes(void)
{
    int ms = chance(20) ? 0 : chance(10) ? -5 : (int)dice_small(3000);
    size_t most = chance(10) ? 0 : chance(50) ? dice_small(100000) : 1 << 20;
    int again_and_again = chance(70);
    if (chance(30)) { /* the socket takes nothing any more */
        wire.budget = (long)dice(40);
        wire.stuck = 1;
    }
    do {
        app_close(ms, most);
        if (app.open) {
            int wait = app_timeout();
            if (chance(60))
                wire_turn();
            else if (wait > 0)
                wire.now += wait;
        }
    } while (again_and_again && app.open);
}

static void aborts(void)
{
    app_abort();
}

static void releases(void)
{
    app_release();
}

static void clears(void)
{
    if (app.honest && app.open && !app.closing && chance(70))
        step_settles();
    if (app_clear() == 1 && chance(80))
        step_connects();
}

static void claims(void)
{
    app_set_shutdown((int)dice(4));
}

static void quiets(void)
{
    app_set_quiet(chance(50));
}

static void limits(void)
{
    app_set_deadline(chance(20) ? -1 - (int)dice(3) : chance(20) ? 0 : (int)dice_small(500));
}

static void asks(void)
{
    app_asks();
    app_timeout();
}

/* A refused call, or two, between a write that blocked and what is done about it. */
static void refused(void)
{
    app_set_shutdown(1);
    app_write(app.owed ? app.owed : 1, 1);
    app_handshake();
    app_set_shutdown(0);
    if (app.owed > 1 && !app.unsure && !app.may_notify)
        app_writes_short();
}

/* The answer to a KeyUpdate is the first thing that the socket does not take. */
static void answer_blocks(void)
{
    if (!hostile_asks_for_an_answer())
        return;
    reads();
    if (app.owed)
        return;
    wire.budget = (long)dice(30);
    writes();
}

/* More than one call may process: it has to be repeated at once. */
static void flooded(void)
{
    if (hostile_floods())
        reads();
}

/* A write that blocks, with a setting changed just before or behind it. */
static void blocks(void)
{
    if (app.owed)
        return;
    if (chance(60))
        app_sets();
    wire.budget = (long)dice(600);
    app_write((int)(chance(50) ? 600 + dice(16000) : dice_small(3000)), 1);
    if (chance(30))
        app_sets();
    if (chance(50))
        wire.budget = -1;
    if (chance(50))
        app_shutdown();
}

static void corrupts(void)
{
    if (chance(8))
        app_corrupts();
}

typedef struct {
    void (*does)(void);
    int weight, owing; /* while a write has to be repeated */
} letter;

static const letter letters[] = {
    {reads, 18, 10},    {writes, 20, 3},       {again, 0, 24},         {shakes, 2, 2},
    {shuts_down, 4, 8}, {finishes, 2, 3},      {closes, 2, 5},         {aborts, 1, 1},
    {releases, 1, 1},   {clears, 2, 2},        {claims, 2, 2},         {quiets, 2, 1},
    {limits, 3, 2},     {asks, 3, 2},          {refused, 1, 5},        {app_misuses, 3, 6},
    {app_sets, 4, 10},  {corrupts, 1, 1},      {answer_blocks, 2, 1},  {blocks, 3, 0},
    {flooded, 2, 1},    {hostile_says, 18, 8}, {hostile_wire, 24, 16},
};
enum { LETTERS = sizeof letters / sizeof letters[0] };

int step_of_anyone(void)
{
    uint32_t all = 0;
    for (int i = 0; i < LETTERS; i++)
        all += (uint32_t)(app.owed ? letters[i].owing : letters[i].weight);
    uint32_t at = dice(all);
    for (int i = 0; i < LETTERS; i++) {
        uint32_t weight = (uint32_t)(app.owed ? letters[i].owing : letters[i].weight);
        if (at < weight) {
            told.steps++;
            letters[i].does();
            return 1;
        }
        at -= weight;
    }
    return 0;
}

int step_of_the_peer(void)
{
    size_t was = wire.in_len;
    hostile_says();
    return wire.in_len > was;
}

/* Without disturbance ----------------------------------------------------------------------- */

enum { ROUNDS_MAX = 60 };

static void flows(void)
{
    wire.budget = -1;
    wire.deaf = 0;
    wire_hear(WIRE_MAX);
    fuzz_peer_goes_on();
    wire_give(WIRE_MAX);
}

int step_connects(void)
{
    int is = -1, was = wire.calm;
    wire.calm = 1;
    for (int i = 0; i < ROUNDS_MAX && is != 1 && app.open && !app.fatal; i++) {
        flows();
        is = app_handshake();
        if (is < 0 && errno == ETIMEDOUT)
            app_set_deadline(1000);
    }
    flows();
    wire.calm = was;
    return is == 1 && fuzz_peer.done;
}

static int is_done(int ret)
{
    int class = ew_conn_get_error(app.c, ret);
    return !is_repeated(class);
}

static void reads_all(void)
{
    for (int i = 0; i < 2000 && app.taken < fuzz_peer.said; i++) {
        flows();
        if (app_read(20000) == 0)
            break;
    }
    if (app.taken != fuzz_peer.said && !(ew_conn_get_shutdown(app.c) & EW_RECEIVED_SHUTDOWN))
        finding("lost", "%llu of %llu bytes were read", (unsigned long long)app.taken,
                (unsigned long long)fuzz_peer.said);
}

static void writes_what_is_owed(void)
{
    for (int i = 0; i < ROUNDS_MAX && app.owed; i++) {
        flows();
        again();
    }
    if (app.owed && !(ew_conn_get_shutdown(app.c) & EW_SENT_SHUTDOWN))
        finding("lost", "a write that blocked does not come to its end");
}

/* `enough`: the least that shutdown has to come to; what is wanted is there. */
static void closes_up_to(int enough)
{
    int is = -1;
    for (int i = 0; i < ROUNDS_MAX && is < enough && (is >= 0 || i == 0 || !is_done(is)); i++) {
        flows();
        is = app_shutdown();
    }
    if (is < enough)
        finding("does-not-close", "shutdown says %d to the end", is);
}

void step_settles(void)
{
    log_step("  (everything at rest)");
    wire.calm = 1;
    app_set_deadline(1000);
    if (!app.established || app.shaking)
        app_set_shutdown(0);
    if ((!app.established || app.shaking) && !step_connects())
        finding("no-handshake", "nobody disturbs it");
    reads_all();
    if (!(ew_conn_get_shutdown(app.c) & EW_SENT_SHUTDOWN)) {
        if (!app.may_notify)
            writes_what_is_owed();
        closes_up_to(0);
    }
    if (!fuzz_peer.closed)
        fuzz_peer_says(21, (const uint8_t[]){1, 0}, 2, SAYS_CLOSE);
    closes_up_to(1);
}
