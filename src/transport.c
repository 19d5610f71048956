/* The byte layer: see ew_transport.h. */
#include "ew_transport.h"

#include <limits.h>

#include "dispatch.h"
#include "ew_core.h"
#include "tell.h"

enum { TYPE_ALERT = 21 }; /* visible in TLS 1.2; TLS 1.3 hides it, and needs no tail */

/* Between two records. Of a header nothing is read that was not noted before. */
static void clear_frame(ew_frame *f)
{
    f->have = 0;
    f->left = 0;
}

/* Of the tail nothing is read that was not written before. */
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context)
{
    t->io = io;
    t->io_context = context;
    t->fd = -1;
    t->quiet = 0;
    t->ended = 0;
    t->half_closed = 0;
    t->tail_len = 0;
    clear_frame(&t->in);
    clear_frame(&t->out);
    /*@ ghost ew_made = ew_wire; */
    /*@ ghost ew_record = ew_wire; */
    ew_transport_reopen(t);
}

void ew_transport_begin(ew_transport *t)
{
    t->met = 0;
    t->fed = 0;
}

int ew_transport_refuse(ew_transport *t, const char *why)
{
    t->detail = why;
    t->error = EW_CAUSE_INVALID;
    endwell_tell(EW_CAUSE_INVALID);
    return -1;
}

uint8_t ew_transport_changed(ew_transport *t, const char *why)
{
    t->detail = why;
    return EW_EVENT_TLS_ERROR;
}

/* Records ------------------------------------------------------------------ */

static int at_boundary(const ew_frame *f)
{
    return f->have == 0;
}

/* What the header says of the length of the body. */
static size_t body_of(const uint8_t *head)
{
    return 256u * head[3] + head[4];
}

/* How many of the next bytes belong to the part (header or body) in hand. */
static size_t part_left(const ew_frame *f)
{
    return f->have < EW_HEADER_LEN ? (size_t)EW_HEADER_LEN - f->have : f->left;
}

static void end_if_complete(ew_frame *f)
{
    if (f->left == 0) {
        f->have = 0;
    }
}

/* The header is complete. */
static void begin_body(ew_frame *f, const uint8_t *head)
{
    f->have = EW_HEADER_LEN;
    f->left = (uint16_t)body_of(head);
    end_if_complete(f);
}

/* Keeps n <= part_left bytes of a header that comes in pieces. */
static void keep_head(ew_frame *f, const uint8_t *bytes, size_t n)
{
    /*@
      loop invariant within: 0 <= i <= n;
      loop invariant copied: \forall integer j; 0 <= j < i ==> f->head[f->have + j] == bytes[j];
      loop invariant kept: \forall integer j; 0 <= j < f->have ==>
        f->head[j] == \at(f->head[j], LoopEntry);
      loop assigns i, f->head[0 .. 4];
      loop variant n - i;
    */
    for (size_t i = 0; i < n; i++) {
        f->head[f->have + i] = bytes[i];
    }
    f->have = (uint8_t)(f->have + n);
}

/* Notes n <= part_left bytes of a header. Of one that comes whole nothing but its type is kept. */
static void advance_header(ew_frame *f, const uint8_t *bytes, size_t n)
{
    if (n == EW_HEADER_LEN) {
        f->head[0] = bytes[0];
        begin_body(f, bytes);
        return;
    }
    keep_head(f, bytes, n);
    if (f->have == EW_HEADER_LEN) {
        begin_body(f, f->head);
    }
}

/* Notes 1 <= n <= part_left bytes. They have ended a record if this is a boundary then. */
static void advance(ew_frame *f, const uint8_t *bytes, size_t n)
{
    if (f->have < EW_HEADER_LEN) {
        advance_header(f, bytes, n);
    } else {
        f->left = (uint16_t)(f->left - n);
        end_if_complete(f);
    }
}

/* The length of the next record if it begins here and all of it is there; 0: it does not, or is not. */
static size_t whole_record(const ew_frame *f, const uint8_t *bytes, size_t len)
{
    size_t n;

    if (!at_boundary(f) || len < EW_HEADER_LEN) {
        return 0;
    }
    n = EW_HEADER_LEN + body_of(bytes);
    return n <= len ? n : 0;
}

/* How many of these bytes are the next whole record, or the part in hand: 1 .. len. */
static size_t next_part(const ew_frame *f, const uint8_t *bytes, size_t len)
{
    size_t n = whole_record(f, bytes, len);

    if (n == 0) {
        n = part_left(f);
        n = n < len ? n : len;
    }
    return n;
}

/* Notes that part, and returns how many bytes it has. A whole record ends where it began. */
static size_t step(ew_frame *f, const uint8_t *bytes, size_t len)
{
    size_t n = next_part(f, bytes, len);

    if (!at_boundary(f) || n <= EW_HEADER_LEN) {
        advance(f, bytes, n);
    }
    return n;
}

/* A step in the stream of what the engine makes: the proof counts along. */
static size_t follow_step(ew_frame *f, const uint8_t *bytes, size_t len)
{
    size_t n = step(f, bytes, len);

    /*@ ghost ew_made = ew_made + n; */
    /*@ ghost if (f->have == 0) { ew_record = ew_made; } */
    return n;
}

int ew_transport_is_between_records(const ew_transport *t)
{
    return at_boundary(&t->in) && at_boundary(&t->out);
}

void ew_transport_reopen(ew_transport *t)
{
    t->gate = EW_GATE_OPEN;
    t->to_shut = 0;
    t->error = 0;
    t->detail = NULL;
    t->swallowed = 0;
    t->alert = -1;
    t->engine_error = 0;
    ew_transport_begin(t);
}

/* The socket --------------------------------------------------------------- */

static int failed(ew_transport *t, int error)
{
    t->error = error;
    t->met |= EW_MET_FAILED;
    return EW_TRANSPORT_FAILED;
}

/* It failed, or its answer is none that an io may give: a count above what was asked for, say. */
static int broken(ew_transport *t, int answer, int error)
{
    return failed(t, answer == EW_IO_FAILED ? error : EW_CAUSE_INVALID);
}

/* Nothing is handed to an io behind the end of our direction, whoever asks: it would be an error to some. */
static int socket_send(ew_transport *t, const uint8_t *buf, size_t len)
{
    int error = EW_CAUSE_NONE;
    int n;

    if (t->half_closed) {
        return failed(t, EW_CAUSE_ENDED);
    }
    /*@
      loop invariant none: ew_wire == \at(ew_wire, LoopEntry);
      loop assigns n, error, ew_interruptions, ew_wire;
      loop variant ew_interruptions;
    */
    do {
        n = endwell_io_send(t, buf, len, &error);
    } while (n == EW_IO_INTERRUPTED);
    /*@ ghost ew_replied = n; */
    if (n == EW_IO_BLOCKED) {
        t->met |= EW_MET_SEND_BLOCKED;
        return EW_TRANSPORT_BLOCKED;
    }
    return n > 0 && (size_t)n <= len ? n : broken(t, n, error);
}

/* First the transport knows of it, so that no call of the io's can come behind. */
void endwell_io_half_close(ew_transport *t)
{
    t->half_closed = 1;
    endwell_io_end_sending(t);
}

/* The first n <= tail_len bytes of the tail are out. */
static void shift_tail(ew_transport *t, size_t n)
{
    size_t left = t->tail_len - n;

    /*@
      loop invariant within: 0 <= i <= left;
      loop invariant moved: \forall integer j; 0 <= j < i ==> t->tail[j] == made_byte(ew_wire + j);
      loop invariant still: \forall integer j; i <= j < t->tail_len ==>
        t->tail[j] == made_byte(ew_wire - n + j);
      loop assigns i, t->tail[0 .. EW_TAIL_MAX - 1];
      loop variant left - i;
    */
    for (size_t i = 0; i < left; i++) {
        t->tail[i] = t->tail[i + n];
    }
    t->tail_len = (uint8_t)left;
}

/* The tail goes out before anything newer. 1: nothing is left of it. */
static int drain_tail(ew_transport *t)
{
    /*@
      loop invariant ok: transport_ok(t);
      loop invariant out: out_ok(t);
      loop invariant counted: ew_made == ew_wire + t->tail_len;
      loop invariant rest: \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire + j);
      loop assigns t->error, t->met, t->tail_len, t->tail[0 .. EW_TAIL_MAX - 1], ew_interruptions, ew_replied, ew_wire;
      loop variant t->tail_len;
    */
    while (t->tail_len > 0) {
        int n = socket_send(t, t->tail, t->tail_len);

        if (n < 0) {
            return n;
        }
        shift_tail(t, (size_t)n);
    }
    return 1;
}

/* Sending ------------------------------------------------------------------ */

/* Follows bytes of one record that left, and shuts the gate behind the sealed one. How many: 1 .. len. */
static size_t follow_record(ew_transport *t, const uint8_t *bytes, size_t len)
{
    size_t n = follow_step(&t->out, bytes, len);

    /*@ assert next: t->out.have == 0 ==> ew_record == \at(record_end(ew_record), Pre); */
    if (t->gate == EW_GATE_SEALED && at_boundary(&t->out) && --t->to_shut == 0) {
        t->gate = EW_GATE_SHUT;
    }
    return n;
}

static void follow_out(ew_transport *t, const uint8_t *bytes, size_t len)
{
    size_t at = 0;

    /*@
      loop invariant within: 0 <= at <= len;
      loop invariant ok: transport_ok(t);
      loop invariant counted: ew_made == \at(ew_made, LoopEntry) + at;
      loop invariant out: frame_at(&t->out, ew_record, ew_made);
      loop invariant open: \at(t->gate, LoopEntry) == EW_GATE_OPEN <==> t->gate == EW_GATE_OPEN;
      loop invariant same_end: \at(t->gate, LoopEntry) == EW_GATE_SEALED ==>
        seal_end(t) == \at(seal_end(t), LoopEntry);
      loop invariant shut: t->gate == EW_GATE_SHUT ==> ew_made == seal_end(t);
      loop assigns at, t->out.have, t->out.left, t->out.head[0 .. 4], t->gate, t->to_shut, ew_made,
        ew_record;
      loop variant len - at;
    */
    while (at < len) {
        at += follow_record(t, bytes + at, len - at);
    }
}

/*
 * While sealed no more than the record in hand, so that nothing past the sealed one shares a system
 * call with it.
 */
static size_t sendable(const ew_transport *t, const uint8_t *bytes, size_t len)
{
    return t->gate == EW_GATE_OPEN ? len : next_part(&t->out, bytes, len);
}

/* There is room for len more bytes in the tail. */
static void append_tail(ew_transport *t, const uint8_t *bytes, size_t len)
{
    /*@
      loop invariant within: 0 <= i <= len;
      loop invariant before: \forall integer j; 0 <= j < t->tail_len ==> t->tail[j] == made_byte(ew_wire + j);
      loop invariant behind: \forall integer j; t->tail_len <= j < t->tail_len + i ==>
        t->tail[j] == made_byte(ew_wire + j);
      loop assigns i, t->tail[0 .. EW_TAIL_MAX - 1];
      loop variant len - i;
    */
    for (size_t i = 0; i < len; i++) {
        t->tail[t->tail_len + i] = bytes[i];
    }
    t->tail_len = (uint8_t)(t->tail_len + len);
}

/*
 * An alert that an engine makes of its own accord (no_renegotiation, while it
 * reads) is taken whole, whatever the socket says: OpenSSL forgets what the
 * socket did not take, so that the next record cannot be decrypted, and mbedTLS
 * takes it for the application's data when that is written next.
 */
static int take_alert(ew_transport *t, const uint8_t *bytes, size_t len)
{
    uint8_t type = at_boundary(&t->out) ? bytes[0] : t->out.head[0];

    if (type != TYPE_ALERT || len > (size_t)EW_TAIL_MAX - t->tail_len) {
        return 0;
    }
    append_tail(t, bytes, len);
    t->met &= (uint8_t)~EW_MET_SEND_BLOCKED;
    follow_out(t, bytes, len);
    return 1;
}

/* What the socket takes of this in one call, behind an empty tail. */
static int send_part(ew_transport *t, const uint8_t *buf, size_t len)
{
    int n = socket_send(t, buf, sendable(t, buf, len));

    if (n > 0) {
        follow_out(t, buf, (size_t)n);
    }
    return n;
}

/* What the socket takes now: the tail, and then as much of this as may share a call. */
static int send_now(ew_transport *t, const uint8_t *buf, size_t len)
{
    int n = drain_tail(t);

    /*@ assert still: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_made + j); */
    if (n < 0) {
        return n;
    }
    return send_part(t, buf, len);
}

/* The same, and all of an alert, unless the next record is the last one. */
static int send_some(ew_transport *t, const uint8_t *buf, size_t len)
{
    int n = send_now(t, buf, len);

    /*@ assert same_end: \at(t->gate, Pre) == EW_GATE_SEALED ==>
          t->gate != EW_GATE_OPEN && seal_end(t) == \at(seal_end(t), Pre); */
    if (t->gate != EW_GATE_OPEN) {
        return n;
    }
    if (n == EW_TRANSPORT_BLOCKED) {
        return take_alert(t, buf, len) ? (int)len : n;
    }
    if (n > 0 && (size_t)n < len && take_alert(t, buf + n, len - (size_t)n)) {
        return (int)len;
    }
    return n;
}

/* Sends it, unless the peer has ended its direction: behind what was swallowed then nothing may follow. */
static int send_open(ew_transport *t, const uint8_t *buf, size_t len)
{
    if (t->ended) {
        return failed(t, EW_CAUSE_ENDED);
    }
    return send_some(t, buf, len);
}

/* OpenSSL answers the end of the socket with an alert: K-12, D-32. */
static int swallow(ew_transport *t, size_t len)
{
    t->swallowed += len;
    return (int)len;
}

int endwell_transport_send(ew_transport *t, const uint8_t *buf, size_t len)
{
    if (len > INT_MAX) {
        len = INT_MAX;
    }
    if (t->gate == EW_GATE_SHUT || (t->met & EW_MET_END)) {
        return swallow(t, len);
    }
    return send_open(t, buf, len);
}

void ew_transport_seal(ew_transport *t)
{
    if (t->gate == EW_GATE_OPEN) {
        t->gate = EW_GATE_SEALED;
        t->to_shut = (uint8_t)(1 + !at_boundary(&t->out));
    }
}

int ew_transport_is_shut(const ew_transport *t)
{
    return t->gate == EW_GATE_SHUT;
}

/* Receiving ---------------------------------------------------------------- */

/* A record may make the engine answer with an alert, so there has to be room for one. */
static int room_for_an_alert(ew_transport *t)
{
    return t->tail_len <= EW_TAIL_MAX - EW_ALERT_MAX || drain_tail(t) > 0;
}

/* What the socket has, once nothing interrupts it. */
static int socket_recv(const ew_transport *t, uint8_t *buf, size_t len, int *error)
{
    int n;

    /*@
      loop assigns n, *error, buf[0 .. len - 1], ew_interruptions;
      loop variant ew_interruptions;
    */
    do {
        n = endwell_io_recv(t, buf, len, error);
    } while (n == EW_IO_INTERRUPTED);
    /*@ ghost ew_replied = n; */
    return n;
}

/* Follows bytes that came. */
static void follow_in(ew_transport *t, const uint8_t *buf, size_t len)
{
    advance(&t->in, buf, len);
    if (at_boundary(&t->in)) {
        t->fed = 1;
    }
}

/* What there is of the part in hand, of which len bytes (1 ..) are wanted. */
static int take_in(ew_transport *t, uint8_t *buf, size_t len)
{
    int error = EW_CAUSE_NONE;
    int n = socket_recv(t, buf, len, &error);

    if (n > 0 && (size_t)n <= len) {
        follow_in(t, buf, (size_t)n);
        return n;
    }
    if (n == EW_IO_END) {
        t->ended = 1;
        t->met |= EW_MET_END;
        return EW_TRANSPORT_END;
    }
    if (n == EW_IO_BLOCKED) {
        t->met |= EW_MET_RECV_BLOCKED;
        return EW_TRANSPORT_BLOCKED;
    }
    return broken(t, n, error);
}

int endwell_transport_recv(ew_transport *t, uint8_t *buf, size_t len)
{
    if (at_boundary(&t->in) && (t->fed || !room_for_an_alert(t))) {
        return EW_TRANSPORT_BLOCKED;
    }
    if (len > part_left(&t->in)) {
        len = part_left(&t->in);
    }
    return take_in(t, buf, len);
}

uint8_t ew_transport_outcome(const ew_transport *t, int sending)
{
    if (t->met & EW_MET_END) {
        return EW_EVENT_EOF; /* even if an alert about it could not be sent */
    }
    if (t->met & EW_MET_FAILED) {
        return EW_EVENT_IO_ERROR;
    }
    if (sending && (t->met & EW_MET_SEND_BLOCKED)) {
        return EW_EVENT_WANT_WRITE;
    }
    if (t->met & EW_MET_RECV_BLOCKED) {
        return EW_EVENT_WANT_READ;
    }
    if (t->fed) {
        return EW_EVENT_OTHER; /* a record was taken in, and that was all */
    }
    if (t->met & EW_MET_SEND_BLOCKED) {
        return EW_EVENT_WANT_WRITE; /* the tail has to leave first */
    }
    return EW_EVENT_TLS_ERROR;
}
