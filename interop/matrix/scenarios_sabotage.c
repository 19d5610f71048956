/* Cells in which something is wrong. The title is the finding that has to be reported; a cell that
 * passes, or fails for other reasons alone, shows that the matrix cannot be believed. */
#define _GNU_SOURCE
#include "scenarios.h"
#include "script.h"
#include "net.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Wrong expectations: each kind of check can fail. */

static void wrong_result(cell *c)
{
    us_shutdown(c, "-", 1, EW_ERROR_NONE, EW_REASON_NONE, FLAG_SENT);
}

static void wrong_flags(cell *c)
{
    us_shutdown(c, "-", 0, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
}

static void wrong_error(cell *c)
{
    shutdown_sends(c, "-");
    us_write_fails(c, "-", EW_ERROR_SYSCALL, EW_REASON_CLOSED, FLAG_SENT);
}

static void wrong_reason(cell *c)
{
    shutdown_sends(c, "-");
    us_write_fails(c, "-", EW_ERROR_SSL, EW_REASON_FATAL, FLAG_SENT);
}

static void wrong_peer_result(cell *c)
{
    peer_shutdown(c, "-", 1);
}

static void wrong_session(cell *c)
{
    full_close(c, "-");
    us_free(c, "-", 0);
}

static void plaintext_missing(cell *c)
{
    shutdown_sends(c, "-");
    c->plain = 1;
}

/* Wrong behaviour of our side. */

static void byte_lost(cell *c)
{
    us_write(c, "-", 100);
    c->sent++;
    shutdown_sends(c, "-");
    peer_drains(c, "-", c->sent);
}

static void byte_damaged(cell *c)
{
    us_write(c, "-", 100);
    us_say(c, "-", "X"); /* is not the byte of the pattern there */
    shutdown_sends(c, "-");
    peer_drains(c, "-", 101);
}

static void alert_missing(cell *c)
{
    us_quiet(c, "-", 1, 1);
    shutdown_completes(c, "-");
}

static void end_cut_off(cell *c)
{
    peer_ok(c, "eof");
    us_read_fails(c, "-", EW_ERROR_SSL, EW_REASON_TRUNCATED, FLAGS_NONE);
    us_end_of_data(c, "-", 1);
}

static void second_alert(cell *c)
{
    shutdown_sends(c, "-");
    us_set_shutdown(c, "-", 0, 1);
    shutdown_sends(c, "-");
}

static void data_after_alert(cell *c)
{
    shutdown_sends(c, "-");
    us_set_shutdown(c, "-", 0, 1);
    us_write(c, "-", 100);
}

static void data_swallowed(cell *c)
{
    shutdown_sends(c, "-");
    peer_drains(c, "-", 0);
    peer_ok(c, "write 100");
    us_shutdown(c, "-", -1, EW_ERROR_SSL, EW_REASON_UNREAD_DATA, FLAG_SENT);
    us_read(c, "-", 100);
}

static void alert_taken_for_end(cell *c)
{
    shutdown_sends(c, "-");
    peer_do(c, "alert");
    us_shutdown(c, "-", -1, EW_ERROR_SSL, EW_REASON_FATAL_ALERT, FLAG_SENT);
}

static void killed_by_pipe(cell *c)
{
    signal(SIGPIPE, SIG_DFL);
    peer_ok(c, "reset");
    relay_wait_end(c->wire, FROM_PEER, 2000);
    for (int i = 0; i < 3; i++)
        c->variant.engine->write(c->us, "x", 1);
}

/* Cells that go wrong altogether. */

static void hangs(cell *c)
{
    (void)c;
    for (;;)
        pause();
}

static int *hung; /* shared with the processes of cells */

void sabotage_prepare(void)
{
    hung = mmap(NULL, sizeof *hung, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (hung == MAP_FAILED)
        abort();
}

static void hangs_once(cell *c)
{
    if ((*hung)++ == 0)
        hangs(c);
}

static void crashes(cell *c)
{
    (void)c;
    abort();
}

static void leaves_a_process(cell *c)
{
    (void)c;
    if (fork() == 0) {
        for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
            close(fd);
        net_sleep_ms(30000);
        _exit(0);
    }
}

static void peer_gone(cell *c)
{
    program_dies(c);
    net_sleep_ms(100);
    peer_ok(c, "look");
}

/* Not SCENARIO: no clause is shown by these. */
#define SABOTAGE SCENARIO

enum { ONE_CELL = ONLY_LIBSSL | ONLY_TLS13 | ONLY_CLIENT | ONLY_NONBLOCKING };

const scenario scenarios_sabotage[] = {
    SABOTAGE("wrong-result", "shutdown 1: ret is 0", wrong_result, 1, 0),
    SABOTAGE("wrong-flags", "shutdown 1: flags is 1", wrong_flags, 1, 0),
    SABOTAGE("wrong-error", "write 1: error is ssl", wrong_error, 1, 0),
    SABOTAGE("wrong-reason", "write 1: reason is closed", wrong_reason, 1, 0),
    SABOTAGE("wrong-peer-result", "peer shutdown 1: ret is 0", wrong_peer_result, 0, 0),
    SABOTAGE("wrong-session", "free 1: session kept is 1", wrong_session, 1, 0),
    SABOTAGE("plaintext-missing", "wire: plain bytes from us is 0", plaintext_missing, 1, 0),
    SABOTAGE("byte-lost", "peer drain 1: bytes is 100", byte_lost, 1, 0),
    SABOTAGE("byte-damaged", "peer drain 1: intact is 0", byte_damaged, 1, 0),
    SABOTAGE("alert-missing", "wire: alerts from us is 0", alert_missing, 1, 0),
    SABOTAGE("end-cut-off", "end_of_data 1: value is 0", end_cut_off, 0, 0),
    SABOTAGE("second-alert", "wire: alerts from us is 2", second_alert, 1, ONLY_LIBSSL),
    SABOTAGE("data-after-alert", "wire: records after our alert is 1", data_after_alert, 1,
             ONLY_LIBSSL),
    SABOTAGE("data-swallowed", "read 1: error is syscall", data_swallowed, 1, ONLY_LIBSSL),
    SABOTAGE("alert-taken-for-end", "shutdown 2: ret is 1", alert_taken_for_end, 1, ONLY_LIBSSL),
    SABOTAGE("killed-by-pipe", "cell: ends is killed by signal 13", killed_by_pipe, 0, ONE_CELL),
    SABOTAGE("hangs", "cell: ends is killed: its time was up", hangs, 0, ONE_CELL),
    SABOTAGE("hangs-once", LATE_ONCE, hangs_once, 0, ONE_CELL),
    SABOTAGE("crashes", "cell: ends is killed by signal 6", crashes, 0, ONE_CELL),
    SABOTAGE("leaves-a-process", "cell: ends is left a process behind", leaves_a_process, 0,
             ONE_CELL),
    SABOTAGE("peer-gone", "script: cannot go on is the peer takes no steps", peer_gone, 0,
             ONE_CELL),
    {0},
};
