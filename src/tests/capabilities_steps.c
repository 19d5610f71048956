#include "support.h"

#include "capabilities_steps.h"

#include <string.h>

#include "frame.h"
#include "messages.h"

int suspensions;

static variant client_of(const test_engine *engine, int version, engine_kind peer)
{
    return (variant){engine->kind, version, 0, peer, engine};
}

static int may_repeat(int ret)
{
    int error = ew_conn_get_error(&l.c, ret);

    return error == EW_ERROR_WANT_READ || error == EW_ERROR_WANT_WRITE ||
           error == EW_ERROR_SUSPENDED;
}

int connects(void)
{
    int ours = -1;
    int theirs = 0;

    suspensions = 0;
    for (int turn = 0; turn < 50 && (ours != 1 || theirs != 1); turn++) {
        ours = ours == 1 ? 1 : ew_conn_handshake(&l.c);
        if (ours < 0 && !may_repeat(ours)) {
            return 0;
        }
        suspensions += ours < 0 && ew_conn_get_error(&l.c, ours) == EW_ERROR_SUSPENDED;
        theirs = peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    wire_mark(&l.w);
    return ours == 1 && theirs == 1;
}

void make(const test_engine *engine, int version, engine_kind peer)
{
    variant v = client_of(engine, version, peer);

    link_make(&l, &v);
}

void open_client(const test_engine *engine, int version, engine_kind peer)
{
    variant v = client_of(engine, version, peer);

    link_open(&l, &v);
}

int waits(void)
{
    char got[8];
    int n = ew_conn_read(&l.c, got, sizeof got);

    return n < 0 && ew_conn_get_error(&l.c, n) == EW_ERROR_WANT_READ;
}

int goes_on(size_t before)
{
    char got[8];
    uint8_t all[512];

    memcpy(all, big, before);
    memcpy(all + before, "back", 4);
    peer_write(&l, "data", 4);
    wire_release(&l.w, ALL);
    if (ew_conn_read(&l.c, got, sizeof got) != 4 || memcmp(got, "data", 4) != 0 ||
        ew_conn_write(&l.c, "back", 4) != 4 || ew_conn_shutdown(&l.c) != 0) {
        return 0;
    }
    peer_gets(&l, all, before + 4, 0);
    peer_closes();
    return ew_conn_shutdown(&l.c) == 1 && ew_conn_end_of_data(&l.c) == 1;
}

cell closes(cell c)
{
    link_close(&l);
    settings_end();
    return c;
}

/* What no page says: it matches no cell. */
static const cell untold = {LIMITED, -1};

cell works_if(int does)
{
    return closes(cell_of(does ? WORKS : NOT));
}

cell in_a_row(void (*one)(void))
{
    for (int n = 0; n < MOST_IN_A_ROW; n++) {
        one();
        wire_release(&l.w, ALL);
        if (!waits()) {
            int told = ew_conn_get_reason(&l.c) == EW_REASON_TLS && !ew_conn_end_of_data(&l.c);

            return closes(told ? (cell){n > 0 ? LIMITED : NOT, n} : untold);
        }
    }
    return works_if(goes_on(0));
}
