#include "sequence.h"

#include "alphabet.h"
#include "application.h"
#include "dice.h"
#include "hostile.h"
#include "peer.h"
#include "report.h"
#include "wire.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WATCHDOG_SECONDS = 60, AFTERWARDS = 3 };

static int open_descriptors(void)
{
    int n = 0;
    DIR *all = opendir("/proc/self/fd");
    if (!all)
        return -1;
    while (readdir(all))
        n++;
    closedir(all);
    return n;
}

static void cannot(const char *what)
{
    perror(what);
    exit(2);
}

static void starts(const fuzz_engine *engine, const char *certificate, const char *key)
{
    tls_setup setup = {
        .server = (int)dice(2), .tickets = TICKETS_UNSAID, .certificate = certificate, .key = key};
    int tcp = chance(20), small = chance(25), nonblocking = chance(60);
    setup.tls13 = engine->kit->has_tls13 && chance(60);
    hostility = chance(35) ? 0 : chance(40) ? 1 : 2;
    log_step("%s, %s, TLS 1.%d, %s, %s%s, hostility %d", engine->kit->name,
             setup.server ? "server" : "client", 2 + setup.tls13,
             nonblocking ? "nonblocking" : "blocking", tcp ? "TCP" : "a pair of sockets",
             small ? " with small buffers" : "", hostility);
    if (fuzz_wire_open(tcp, small) != 0)
        cannot("fuzz: sockets");
    wire.calm = chance(20);
    wire.stuck = chance(30);
    if (fuzz_peer_start(setup.server, setup.tls13) != 0 ||
        app_start(engine, &setup, nonblocking) != 0)
        cannot("fuzz: engine");
}

static void opens(void)
{
    int harmless = 0;
    const char *what = NULL;
    if (chance(8))
        app_open_wrongly();
    if (chance(8) && app.engine->sets)
        what = app.engine->sets(app.object, app.fd, &harmless);
    if (what) {
        log_step("  (the application: %s)", what);
        app.honest = 0;
    }
    if (app_open() != 0 && !what)
        finding("not-opened", "nothing speaks against it: %s", ew_conn_detail(app.c));
}

static void lives(void)
{
    int steps = 10 + (int)dice(70);
    if (chance(30))
        app_set_deadline((int)dice_small(2000));
    if (chance(85) && !step_connects() && app.honest && app.open)
        finding("no-handshake", "nobody disturbs it");
    for (int i = 0; i < steps && app.open; i++)
        step_of_anyone();
}

static void ends(void)
{
    if (app.open && app.honest && !app.closing)
        step_settles();
    while (app.open)
        if (app_close(100, 1 << 20) == -1 && app.open)
            wire.now += 1 + app_timeout();
    for (int i = chance(30) ? 0 : AFTERWARDS; i < AFTERWARDS; i++)
        step_of_anyone();
    app_free();
    fuzz_wire_close(1);
    peer_free();
}

void sequence_run(const fuzz_engine *engine, const char *certificate, const char *key,
                  uint64_t seed)
{
    int before = open_descriptors();
    told.seed = seed;
    dice_seed(seed);
    log_start();
    alarm(WATCHDOG_SECONDS);
    starts(engine, certificate, key);
    opens();
    lives();
    ends();
    if (open_descriptors() != before && told.sequences > 0)
        finding("descriptor-leak", "%d descriptors before, %d after", before, open_descriptors());
    told.sequences++;
    alarm(0);
}
