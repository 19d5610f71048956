/*
 * What tshark tells of a capture, packet by packet, as lines of a trace: for each end of a TLS
 * connection what it sent and what it received. Decryption, reassembly and the fields are tshark's.
 */
#include "capture.h"

#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 32, MOST_ITEMS = 4096, MOST_TEXT = 160, MOST_ADDRESS = 64 };
enum { TYPE_CHANGE = 20, TYPE_ALERT = 21, TYPE_HANDSHAKE = 22, TYPE_DATA = 23 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16, FINISHED = 20, FATAL = 2 };
enum { TLS12 = 0x303, TLS13 = 0x304, CLOSE_NOTIFY = 0, USER_CANCELED = 90 };

/* In the order in which they are asked for. */
enum field {
    TIME,
    LENGTH,
    CAPTURED,
    STREAM,
    SOURCE,
    SOURCE6,
    SOURCE_PORT,
    TARGET,
    TARGET6,
    TARGET_PORT,
    FLAGS,
    SEQUENCE,
    ACKNOWLEDGED,
    BYTES,
    LOST,
    LOST_ACKED,
    RECORD_TYPE,
    OPAQUE_TYPE,
    RECORD_LENGTH,
    HANDSHAKE_TYPE,
    SUPPORTED,
    ALERT_LEVEL,
    ALERT_NAME,
    FIELDS
};

const char *const wire_field[] = {"frame.time_epoch",
                                  "frame.len",
                                  "frame.cap_len",
                                  "tcp.stream",
                                  "ip.src",
                                  "ipv6.src",
                                  "tcp.srcport",
                                  "ip.dst",
                                  "ipv6.dst",
                                  "tcp.dstport",
                                  "tcp.flags",
                                  "tcp.seq",
                                  "tcp.ack",
                                  "tcp.len",
                                  "tcp.analysis.lost_segment",
                                  "tcp.analysis.ack_lost_segment",
                                  "tls.record.content_type",
                                  "tls.record.opaque_type",
                                  "tls.record.length",
                                  "tls.handshake.type",
                                  "tls.handshake.extensions.supported_version",
                                  "tls.alert_message.level",
                                  "tls.alert_message.desc",
                                  NULL};

/* One of the two ends of a stream. */
struct end {
    char name[MOST_TEXT], place[MOST_TEXT];
    char address[MOST_ADDRESS];
    uint32_t next;     /* sequence number behind what it sent */
    uint32_t accepted; /* what the other one acknowledged of it */
};

struct stream {
    struct end end[2]; /* 0: the client, or who was seen first */
    bool used, begins, is_tls, is_13, has_gap;
    const char *run; /* what was told last, if a run of it is told once; NULL */
    int run_from;
};

struct wire {
    struct trace *t;
    struct stream *stream;
    size_t streams;
    char *field[MOST_FIELDS];
    double time;
    int packet;
};

struct items {
    int item[MOST_ITEMS];
    int count;
};

static struct items items_of(char *text)
{
    struct items list = {.count = 0};
    for (char *at = text; *at != '\0' && list.count < MOST_ITEMS; at += strspn(at, ",")) {
        list.item[list.count++] = (int)strtol(at, &at, 0);
        at += strcspn(at, ",");
    }
    return list;
}

static int count_of(const struct items *list, int wanted)
{
    int count = 0;
    for (int i = 0; i < list->count; i++) {
        count += list->item[i] == wanted;
    }
    return count;
}

/* --- lines ------------------------------------------------------------------------------------ */

static cJSON *new_line(const struct wire *w, const char *kind)
{
    cJSON *line = cJSON_CreateObject();
    cJSON_AddNumberToObject(line, "v", 1);
    cJSON_AddStringToObject(line, "kind", kind);
    cJSON_AddNumberToObject(line, "t", w->time * 1e9);
    cJSON_AddNumberToObject(line, "pid", 0);
    cJSON_AddNumberToObject(line, "tid", 0);
    return line;
}

/* The same for both ends: sent by one, received by the other one. */
static bool tell(struct wire *w, struct stream *s, int from, const char *what)
{
    bool good = true;
    bool runs = strcmp(what, "data") == 0 || strcmp(what, "handshake") == 0;
    if (runs && s->run != NULL && s->run_from == from && strcmp(s->run, what) == 0) {
        return true;
    }
    s->run = runs ? what : NULL;
    s->run_from = from;
    for (int i = 0; good && i < 2; i++) {
        cJSON *line = new_line(w, "wire");
        cJSON_AddStringToObject(line, "conn", s->end[i].name);
        cJSON_AddStringToObject(line, "place", s->end[i].place);
        cJSON_AddStringToObject(line, "what", what);
        cJSON_AddBoolToObject(line, "sent", i == from);
        cJSON_AddNumberToObject(line, "version", s->is_13 ? TLS13 : TLS12);
        int32_t unacked = (int32_t)(s->end[i].next - s->end[i].accepted);
        cJSON_AddNumberToObject(line, "unacked", unacked > 0 ? unacked : 0);
        good = add_json(w->t, w->packet, line);
    }
    return good;
}

/* --- a packet --------------------------------------------------------------------------------- */

static unsigned long number(const struct wire *w, enum field f)
{
    return strtoul(w->field[f], NULL, 0);
}

static void name_ends(const struct wire *w, struct stream *s, size_t index)
{
    static const enum field address[2][2] = {{SOURCE, SOURCE6}, {TARGET, TARGET6}};
    static const enum field port[2] = {SOURCE_PORT, TARGET_PORT};
    static const char *const role[] = {"client", "server"};
    bool by_server = (number(w, FLAGS) & FLAG_SYN) != 0 && (number(w, FLAGS) & FLAG_ACK) != 0;
    char named[2][MOST_ADDRESS];
    for (int i = 0; i < 2; i++) {
        int which = by_server ? 1 - i : i;
        const char *text = w->field[address[i][0]];
        text = *text != '\0' ? text : w->field[address[i][1]];
        snprintf(named[which], sizeof named[which], "%.46s:%.5s", text, w->field[port[i]]);
    }
    /* Clients have a new port each time: the same place is the server's, and which side of it. */
    for (int i = 0; i < 2; i++) {
        struct end *e = &s->end[i];
        memcpy(e->address, named[i], sizeof e->address);
        snprintf(e->name, sizeof e->name, "%s %s (stream %zu)", role[i], named[i], index);
        snprintf(e->place, sizeof e->place, "%s of %s", role[i], named[1]);
    }
}

static struct stream *stream_of(struct wire *w)
{
    size_t index = number(w, STREAM);
    if (index >= w->streams) {
        size_t room = index + index / 2 + 16;
        struct stream *more = realloc(w->stream, room * sizeof *more);
        if (more == NULL) {
            abort();
        }
        memset(more + w->streams, 0, (room - w->streams) * sizeof *more);
        w->stream = more;
        w->streams = room;
    }
    struct stream *s = &w->stream[index];
    if (!s->used) {
        s->used = true;
        name_ends(w, s, index);
    }
    return s;
}

static int from_of(const struct wire *w, const struct stream *s)
{
    char address[MOST_ADDRESS];
    const char *text = *w->field[SOURCE] != '\0' ? w->field[SOURCE] : w->field[SOURCE6];
    snprintf(address, sizeof address, "%.46s:%.5s", text, w->field[SOURCE_PORT]);
    return strcmp(address, s->end[0].address) == 0 ? 0 : 1;
}

static const char *alert_text(const struct stream *s, int level, int name)
{
    if (name == CLOSE_NOTIFY) {
        return "close_notify";
    }
    bool is_error = s->is_13 ? name != USER_CANCELED : level == FATAL;
    return is_error ? "fatal alert" : "warning alert";
}

/* Before TLS 1.3 ChangeCipherSpec stands for the Finished behind it, which is not seen without keys. */
static const char *record_text(int type)
{
    switch (type) {
    case TYPE_CHANGE: return "finished";
    case TYPE_DATA: return "data";
    default: return "handshake";
    }
}

static bool tell_records(struct wire *w, struct stream *s, int from)
{
    const struct items type = items_of(w->field[RECORD_TYPE]);
    const struct items length = items_of(w->field[RECORD_LENGTH]);
    const struct items level = items_of(w->field[ALERT_LEVEL]);
    const struct items name = items_of(w->field[ALERT_NAME]);
    const struct items shaken = items_of(w->field[HANDSHAKE_TYPE]);
    int alerts = count_of(&type, TYPE_ALERT), alert = 0;
    bool knows_alerts = alerts == name.count && alerts == level.count;
    bool good = true;
    if (length.count == MOST_ITEMS) {
        return tell(w, s, from, "gap");
    }
    if (type.count < length.count) {
        return tell(w, s, from, "hidden record");
    }
    if (s->is_13 && count_of(&shaken, FINISHED) > 0) {
        good = tell(w, s, from, "finished");
    }
    for (int i = 0; good && i < type.count; i++) {
        const char *what = record_text(type.item[i]);
        if (type.item[i] == TYPE_ALERT) {
            what =
                knows_alerts ? alert_text(s, level.item[alert], name.item[alert]) : "hidden alert";
            alert++;
        }
        if (type.item[i] != TYPE_CHANGE || !s->is_13) {
            good = tell(w, s, from, what);
        }
    }
    return good;
}

static void follow_bytes(const struct wire *w, struct stream *s, int from)
{
    unsigned long flags = number(w, FLAGS);
    uint32_t behind = (uint32_t)(number(w, SEQUENCE) + number(w, BYTES));
    behind += (flags & FLAG_SYN) != 0;
    struct end *e = &s->end[from], *other = &s->end[1 - from];
    if ((flags & FLAG_RST) == 0 && (int32_t)(behind - e->next) > 0) {
        e->next = behind;
    }
    if ((flags & FLAG_ACK) != 0 && (int32_t)(number(w, ACKNOWLEDGED) - other->accepted) > 0) {
        other->accepted = (uint32_t)number(w, ACKNOWLEDGED);
    }
}

static bool is_incomplete(const struct wire *w)
{
    return *w->field[LOST] != '\0' || *w->field[LOST_ACKED] != '\0' ||
           number(w, CAPTURED) < number(w, LENGTH);
}

static bool tell_packet(struct wire *w)
{
    struct stream *s = stream_of(w);
    int from = from_of(w, s);
    unsigned long flags = number(w, FLAGS);
    bool good = true, has_records = *w->field[RECORD_LENGTH] != '\0';
    follow_bytes(w, s, from);
    if ((flags & FLAG_SYN) != 0 && (flags & FLAG_ACK) == 0) {
        s->begins = true;
    }
    s->is_13 |= *w->field[OPAQUE_TYPE] != '\0' ||
                (from == 1 && strstr(w->field[SUPPORTED], "0x0304") != NULL);
    if (has_records && !s->is_tls) {
        s->is_tls = true;
        good = tell(w, s, 0, s->begins ? "beginning" : "middle");
    }
    s->has_gap |= is_incomplete(w);
    if (!s->is_tls) {
        return true;
    }
    if (good && s->has_gap) {
        good = tell(w, s, from, "gap");
        s->has_gap = false;
    }
    if (good && has_records) {
        good = tell_records(w, s, from);
    }
    if (good && (flags & FLAG_RST) != 0) {
        good = tell(w, s, from, "reset");
    } else if (good && (flags & FLAG_FIN) != 0) {
        good = tell(w, s, from, "end");
    }
    return good;
}

static bool split(struct wire *w, char *line)
{
    int n = 0;
    line[strcspn(line, "\r")] = '\0';
    for (char *at = line; at != NULL && n < MOST_FIELDS; n++) {
        w->field[n] = at;
        at = strchr(at, '\t');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    if (n != FIELDS) {
        snprintf(w->t->error, sizeof w->t->error,
                 "%.150s: tshark answered %d fields where %d were asked for", w->t->path, n,
                 FIELDS);
    }
    return n == FIELDS;
}

/* Of the packet in which the file ends nothing is known. */
bool tell_cut(struct trace *t)
{
    struct wire w = {.t = t};
    cJSON *line = new_line(&w, "lost");
    cJSON_AddNumberToObject(line, "lines", 1);
    return add_json(t, 0, line);
}

bool read_packets(struct trace *t, FILE *from)
{
    struct wire w = {.t = t};
    struct lines l = {.file = from};
    bool good = add_json(t, 0, new_line(&w, "capture"));
    while (good && next_line(&l)) {
        w.packet++;
        good = split(&w, l.text);
        if (good) {
            w.time = strtod(w.field[TIME], NULL);
            good = tell_packet(&w);
        }
    }
    if (l.too_long) {
        snprintf(t->error, sizeof t->error, "%.150s: tshark answered a line that is too long",
                 t->path);
    }
    free_lines(&l);
    free(w.stream);
    return good && !l.too_long;
}
