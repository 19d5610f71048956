/*
 * GnuTLS beside the contract: every sequence of its calls, of the peer's records and of what the
 * transport does, each from a connection of its own. The judge is given what the recorder writes of
 * a call; the contract knows what the peer sent and what the transport did. A process forks at each
 * step, so that both go back to where they were.
 */
#define _GNU_SOURCE
#include "fidelity.h"

#include "contract.h"
#include "subject_endwell_peer.h"

#include <gnutls/gnutls.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASS = 0, FINDING = 1, CANNOT_RUN = 2, MOST_TURNS = 20, MOST_TOLD = 8 };

/* What it has; the rest of the alphabet is libssl's alone, or no port can answer it. */
static const step alphabet[] = {SHUTDOWN, READ_SMALL, WRITE,   PEER_DATA,  PEER_CLOSES, PEER_ALERT,
                                PEER_EOF, TAKE_ALL,   BE_FULL, FAIL_WRITE, FAIL_READ};

static const char *const field_of[MACHINE_SIZE] = {"handshake", "sent",       "received",  "quiet",
                                                   "fatal",     "notice_out", "notice_in", "output",
                                                   "session",   "busy"};

struct counts {
    unsigned long compared, equal, explained, unexplained;
    int told;
};

static struct {
    wire wire;
    contract contract;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    bool established;
    bool both;   /* gnutls_bye waits for the peer's close_notify as well */
    bool parted; /* gnutls_bye has hidden what it met */
    int depth;
    step path[MOST_LEVELS];
    struct counts *counts; /* of all processes */
} walk;

/* --- the transport ---------------------------------------------------------------------------- */

static ssize_t failed(int error)
{
    gnutls_transport_set_errno(walk.session, error);
    return -1;
}

static ssize_t push(gnutls_transport_ptr_t ptr, const void *buf, size_t len)
{
    (void)ptr;
    if (!walk.established) {
        return peer_takes(buf, (int)len);
    }
    int n = wire_write(&walk.wire, buf, (int)len);
    return n >= 0 ? n : failed(n == WIRE_BLOCKED ? EAGAIN : EIO);
}

static ssize_t pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
    (void)ptr;
    int n = walk.established ? wire_read(&walk.wire, buf, (int)len) : peer_gives(buf, (int)len);
    if (walk.established) {
        return n >= 0 ? n : failed(n == WIRE_BLOCKED ? EAGAIN : EIO);
    }
    return n > 0 ? n : failed(EAGAIN);
}

static int is_ready(gnutls_transport_ptr_t ptr, unsigned milliseconds)
{
    (void)ptr, (void)milliseconds;
    return 1;
}

/* --- the connection --------------------------------------------------------------------------- */

static bool has_certificate(bool client)
{
    return gnutls_certificate_allocate_credentials(&walk.credentials) == 0 &&
           (client || gnutls_certificate_set_x509_key_file(walk.credentials, PEER_CERTIFICATE,
                                                           PEER_KEY, GNUTLS_X509_FMT_PEM) == 0);
}

static bool open_session(void)
{
    const char *priority =
        walk.wire.tls13
            ? "NONE:+VERS-TLS1.3:+AES-128-GCM:+AEAD:+SIGN-ALL:+GROUP-SECP256R1:+CTYPE-X509"
            : "NONE:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+ECDHE-ECDSA:+SIGN-ALL:"
              "+GROUP-SECP256R1:+COMP-NULL:+CTYPE-X509";
    unsigned flags = walk.wire.client ? GNUTLS_CLIENT : GNUTLS_SERVER;
    if (gnutls_init(&walk.session, flags | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS) != 0 ||
        !has_certificate(walk.wire.client) ||
        gnutls_priority_set_direct(walk.session, priority, NULL) != 0 ||
        gnutls_credentials_set(walk.session, GNUTLS_CRD_CERTIFICATE, walk.credentials) != 0) {
        return false;
    }
    gnutls_transport_set_push_function(walk.session, push);
    gnutls_transport_set_pull_function(walk.session, pull);
    gnutls_transport_set_pull_timeout_function(walk.session, is_ready);
    return true;
}

static void show(const char *call, long value, bool has_argument, int argument)
{
    struct observed o = {.call = call, .value = (int)value, .has_argument = has_argument};
    o.argument = argument;
    o.direction = gnutls_record_get_direction(walk.session);
    judge_saw_gnutls(&o);
}

static bool open_connection(bool tls13, bool client)
{
    char none[64];
    walk.wire.tls13 = tls13;
    walk.wire.client = client;
    walk.wire.start = ESTABLISHED;
    if (!open_session() || !ours_peer_start(&walk.wire)) {
        return false;
    }
    int value = GNUTLS_E_AGAIN;
    bool is_done = false;
    for (int turns = 0; turns < MOST_TURNS && !(value == 0 && is_done); turns++) {
        value = value == 0 ? 0 : gnutls_handshake(walk.session);
        is_done = ours_peer_goes_on();
    }
    show("gnutls_handshake", value, false, 0);
    gnutls_record_recv(walk.session, none, sizeof none); /* a ticket */
    walk.established = value == 0 && is_done && peer_gives_keys(&walk.wire);
    contract_start(&walk.contract, (tls_habits){0}, &walk.wire);
    return walk.established;
}

/* --- a step ----------------------------------------------------------------------------------- */

static void compare(int length)
{
    uint8_t judge[MACHINE_SIZE], wanted[MACHINE_SIZE];
    struct counts *n = walk.counts;
    judge_machine(judge);
    memcpy(wanted, &walk.contract.machine, sizeof wanted);
    n->compared++;
    if (memcmp(judge, wanted, sizeof judge) == 0) {
        n->equal++;
        return;
    }
    n->explained += walk.parted;
    n->unexplained += !walk.parted;
    for (int i = 0; i < MACHINE_SIZE && n->told < MOST_TOLD && !walk.parted; i++) {
        if (judge[i] != wanted[i]) {
            n->told++;
            printf("  UNEXPLAINED %s: judge %d, contract %d, by:", field_of[i], judge[i],
                   wanted[i]);
            for (int k = 0; k < length; k++) {
                printf(" %s", step_name(walk.path[k]));
            }
            printf("\n");
            break;
        }
    }
}

/*
 * gnutls_bye for both directions drops data on its way to the close_notify, and returns 0 where the
 * transport ended or failed, too. A recorder cannot see that, and the judge says likely.
 */
static bool hides_end(long value, const outcome *wanted)
{
    bool is_cut = value == 0 && wanted->part[VALUE] < 0 &&
                  (walk.wire.reading == READ_ENDED || walk.wire.reading == READ_FAILS);
    return walk.both && (is_cut || wanted->part[REASON] == EW_REASON_UNREAD_DATA);
}

static long make_call(step s)
{
    char buffer[SMALL];
    long value;
    switch (s) {
    case SHUTDOWN:
        value = gnutls_bye(walk.session, walk.both ? GNUTLS_SHUT_RDWR : GNUTLS_SHUT_WR);
        show("gnutls_bye", value, true, walk.both ? GNUTLS_SHUT_RDWR : GNUTLS_SHUT_WR);
        break;
    case WRITE:
        value = gnutls_record_send(walk.session, "hello", 5);
        show("gnutls_record_send", value, true, 5);
        break;
    default:
        value = gnutls_record_recv(walk.session, buffer, sizeof buffer);
        show("gnutls_record_recv", value, false, 0);
        break;
    }
    return value;
}

/* false: nothing follows it. */
static bool take_step(step s, int length)
{
    outcome wanted = no_outcome;
    bool is_closed = walk.contract.machine.notice_out == EW_NOTICE_OUT_DELIVERED;
    walk.path[length - 1] = s;
    if (!step_applies(s, &walk.wire, false) || (s == SHUTDOWN && is_closed && !walk.both)) {
        return false;
    }
    if (!step_is_call(s)) {
        bool good = step_on_wire(s, &walk.wire);
        contract_step(&walk.contract, s, &walk.wire, &wanted);
        return good;
    }
    walk.wire.sent = 0;
    walk.wire.took = NO_RECORD;
    long value = make_call(s);
    contract_step(&walk.contract, s, &walk.wire, &wanted);
    if (s == SHUTDOWN && walk.both && wanted.part[VALUE] == 0) {
        contract_step(&walk.contract, s, &walk.wire, &wanted);
    }
    walk.parted |= s == SHUTDOWN && hides_end(value, &wanted);
    contract_sees(&walk.contract, &walk.wire, (records)wanted.part[SENT], 0);
    compare(length);
    return true;
}

static int walk_from(int level)
{
    int worst = PASS;
    for (size_t i = 0; i < sizeof alphabet / sizeof alphabet[0] && level < walk.depth; i++) {
        int status;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            status = take_step(alphabet[i], level + 1) ? walk_from(level + 1) : PASS;
            fflush(stdout);
            _exit(status);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
            return CANNOT_RUN;
        }
        worst = WEXITSTATUS(status) > worst ? WEXITSTATUS(status) : worst;
    }
    return worst;
}

static int walk_setting(bool tls13, bool client, bool both)
{
    memset(walk.counts, 0, sizeof *walk.counts);
    walk.both = both;
    judge_start("1.1");
    if (!open_connection(tls13, client)) {
        fprintf(stderr, "fidelity-gnutls: no connection\n");
        return CANNOT_RUN;
    }
    int status = walk_from(0);
    printf("TLS 1.%d, %s, gnutls_bye of %s: %lu calls compared, %lu in the same state, "
           "%lu explained, %lu unexplained\n",
           tls13 ? 3 : 2, client ? "client" : "server", both ? "both ways" : "one way",
           walk.counts->compared, walk.counts->equal, walk.counts->explained,
           walk.counts->unexplained);
    return status != PASS ? status : walk.counts->unexplained > 0 || walk.counts->compared == 0;
}

int main(int argc, char **argv)
{
    int passed = 0, failed_settings = 0;
    walk.depth = argc == 2 ? atoi(argv[1]) : 0;
    walk.counts =
        mmap(NULL, sizeof *walk.counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (walk.depth < 1 || walk.depth >= MOST_LEVELS || walk.counts == MAP_FAILED) {
        fprintf(stderr, "usage: fidelity-gnutls DEPTH\n");
        return CANNOT_RUN;
    }
    for (int i = 0; i < 8; i++) {
        int status;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            status = walk_setting((i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
            fflush(stdout);
            _exit(status);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
            WEXITSTATUS(status) == CANNOT_RUN) {
            fprintf(stderr, "fidelity-gnutls: a walk did not end\n");
            return CANNOT_RUN;
        }
        passed += WEXITSTATUS(status) == PASS;
        failed_settings += WEXITSTATUS(status) != PASS;
    }
    printf("fidelity to depth %d on GnuTLS %s: %d passed, %d failed\n", walk.depth,
           gnutls_check_version(NULL), passed, failed_settings);
    return failed_settings > 0 ? FINDING : PASS;
}
