/* Whether the session can be resumed afterwards, as both ends see it; and what else the TCP
 * connection is good for once TLS has ended. */
#include "net.h"
#include "scenarios.h"
#include "script.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The peer's library judges its own end of the session when the connection is freed. */
static void peer_frees(cell *c, int resumable)
{
    if (peer_do(c, "free"))
        peer_number(c, "RFC-17 SS-03", "resumable", resumable);
}

static void kept_after_full(cell *c)
{
    fetch_tickets(c);
    full_close(c, "K-09 MP-13");
    us_free(c, "K-20 MP-05 SS-03", 1);
    peer_frees(c, 1);
    again(c, "K-20 MP-05 MP-13", 1);
    full_close(c, "K-09");
}

static void kept_after_one_way(cell *c)
{
    fetch_tickets(c);
    shutdown_sends(c, "K-06");
    us_free(c, "K-20 MP-05 FR-01", 1);
    peer_drains(c, "K-06", 0);
    peer_shutdown(c, "RFC-08", 1);
    again(c, "K-20 MP-05 FR-01", 1);
    full_close(c, "K-09");
}

/* Quiet shutdown on both ends: nothing crosses, and both keep the session. */
static void kept_after_claim(cell *c)
{
    fetch_tickets(c);
    us_set_shutdown(c, "SS-03", FLAG_SENT, 1);
    us_free(c, "K-20 SS-03", 1);
    peer_ok(c, "quiet");
    peer_shutdown(c, "-", 1);
    again(c, "K-20 SS-03", 1);
}

/* The peer closed in order and would resume. We did not close: our cache has dropped it. */
static void dropped_if_not_closed(cell *c)
{
    fetch_tickets(c);
    peer_shutdown(c, "-", 0);
    us_read_ends(c, "K-14", FLAG_RECEIVED);
    us_free(c, "K-20 FR-01 SS-05", 0);
    again(c, "K-20 FR-01 SS-05", 0);
}

static void dropped_by_alert(cell *c)
{
    fetch_tickets(c);
    shutdown_sends(c, "K-06");
    peer_do(c, "alert");
    us_shutdown(c, "K-11 RFC-17", -1, EW_ERROR_SSL, EW_REASON_FATAL_ALERT, FLAG_SENT);
    us_free(c, "K-20 RFC-17", 0);
    peer_frees(c, 0);
    again(c, "K-20 RFC-17", 0);
    full_close(c, "K-09");
}

/* The engine's own fatal alert counts like the peer's; it was provoked after our side had closed. */
static void dropped_by_own_alert(cell *c)
{
    fetch_tickets(c);
    shutdown_sends(c, "K-06");
    peer_ok(c, "garbage");
    us_shutdown(c, "K-08 MP-55", -1, EW_ERROR_SSL, EW_REASON_TLS, FLAG_SENT);
    us_alert(c, "K-08", -1);
    us_alive(c, "K-30", 0);
    us_free(c, "K-20 RFC-17", 0);
    again(c, "K-20 RFC-17", 0);
    full_close(c, "K-09");
}

/* Plaintext --------------------------------------------------------------------------------- */

static int receive_exactly(int fd, char *text, size_t len)
{
    size_t done = 0;
    while (done < len && net_wait(fd, POLLIN, 3000) == 1) {
        ssize_t n = recv(fd, text + done, len - done, 0);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    text[done] = '\0';
    return done == len;
}

/* Both ends go on without TLS, on the same TCP connection; the peer's words may be there now. */
static void talk_plainly(cell *c)
{
    char text[32];
    peer_ok(c, "plain_write early");
    if (c->dead)
        return;
    c->plain = 1;
    int fd = c->variant.engine->release(c->us);
    cell_check(c, "MP-14", "release", "descriptor", fd == c->fd, 1);
    peer_ok(c, "plain_write later");
    receive_exactly(fd, text, 10);
    cell_check_text(c, "MP-14 RFC-12", "plaintext", "received", text, "earlylater");
    peer_begin(c, "plain_read 5");
    cell_check(c, "MP-14 RFC-12", "plaintext", "sent", (int)send(fd, "hello", 5, MSG_NOSIGNAL), 5);
    peer_end(c, "plain_read");
    peer_text(c, "MP-14 RFC-12", "text", "hello");
    close(fd);
}

static void plain_after_full(cell *c)
{
    us_write(c, "K-17", 100);
    full_close(c, "K-09 MP-14");
    us_end_of_data(c, "RFC-12", 1);
    talk_plainly(c);
}

static void plain_after_finish(cell *c)
{
    peer_shutdown(c, "-", 0);
    peer_ok(c, "plain_write at once, ");
    us_finish(c, "MP-14 MP-54", 1, EW_ERROR_NONE, EW_REASON_NONE, FLAGS_BOTH);
    us_end_of_data(c, "RFC-12", 1);
    if (c->dead)
        return;
    char text[32];
    c->plain = 1;
    peer_begin(c, "drain");
    peer_drained(c, "K-06", 0);
    int fd = c->variant.engine->release(c->us);
    receive_exactly(fd, text, 9);
    cell_check_text(c, "MP-14 RFC-12 RFC-05", "plaintext", "received", text, "at once, ");
    cell_check(c, "MP-14", "plaintext", "sent", (int)send(fd, "bye", 3, MSG_NOSIGNAL), 3);
    if (peer_do(c, "plain_read 3"))
        peer_text(c, "MP-14 RFC-12", "text", "bye");
    close(fd);
}

/* Cleared after a full close, the same objects and the same TCP connection serve TLS once more. */
static void clear_and_again(cell *c)
{
    full_close(c, "K-09");
    us_clear(c, "K-21 CL-01");
    if (c->dead)
        return;
    cell_check(c, "K-21", "clear", "flags", c->variant.engine->get_shutdown(c->us), FLAGS_NONE);
    us_end_of_data(c, "K-21", 0);
    shutdown_refused(c, "K-21 K-02", EW_REASON_HANDSHAKE, FLAGS_NONE);
    peer_ok(c, "clear");
    both_handshake(c);
    us_write(c, "K-21 CL-01", 100);
    shutdown_sends(c, "K-21");
    peer_drains(c, "K-21", 100);
    peer_shutdown(c, "-", 1);
    shutdown_completes(c, "K-09 K-21");
    us_free(c, "K-20", 1);
}

const scenario scenarios_session[] = {
    SCENARIO("kept-after-full", "resumed after a full close", kept_after_full, 1,
             SESSION_IDS | IN_MEMORY),
    SCENARIO("kept-after-one-way", "resumed after a one-way close", kept_after_one_way, 1,
             SESSION_IDS),
    SCENARIO("kept-after-claim", "resumed after set_shutdown(SENT)", kept_after_claim, 0,
             SESSION_IDS),
    SCENARIO("dropped-if-not-closed", "not resumed: we never closed", dropped_if_not_closed, 0,
             SESSION_IDS),
    SCENARIO("dropped-by-alert", "not resumed: fatal alert", dropped_by_alert, 1,
             SESSION_IDS | IN_MEMORY),
    SCENARIO("dropped-by-own-alert", "not resumed: our engine failed after we closed",
             dropped_by_own_alert, 1, SESSION_IDS),
    SCENARIO("plain-after-full", "plaintext on the same TCP connection", plain_after_full, 1, 0),
    SCENARIO("plain-after-finish", "... that was there before we closed", plain_after_finish, 1, 0),
    SCENARIO("clear-and-again", "a second TLS connection over it", clear_and_again, 2, 0),
    {0},
};
