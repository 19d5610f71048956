/* See made.h. */
#include "made.h"

int made_opens(const uint8_t *record, size_t len, uint8_t *type, uint8_t *content)
{
    record_keys *ours = port_program.our_keys();
    port_made->is_unknown = port_made->is_unknown || ours == NULL;
    return port_made->is_unknown
               ? -1
               : record_open(ours, (uint64_t)port_made->number, record, len, type, content);
}

void made_counts(uint8_t type, const uint8_t *content, int len)
{
    if (type == RECORD_DATA) {
        port_made->taken += (unsigned long long)len;
    } else if (type == RECORD_ALERT && len == 2 && content[1] == 0) {
        port_made->alerts++;
    }
}

static void look_at_records(const uint8_t *bytes, size_t len)
{
    while (port_made->ahead < len) {
        const uint8_t *record = bytes + port_made->ahead;
        size_t left = len - port_made->ahead;
        size_t whole = left < RECORD_HEADER ? RECORD_HEADER
                                            : RECORD_HEADER + ((size_t)record[3] << 8 | record[4]);
        if (whole > left) {
            port_program.cannot("a record of ours is not whole");
        }
        port_looks_at_record(record, whole);
        port_made->ahead += (unsigned)whole;
    }
}

int __real_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len);
int __wrap_ew_transport_send(ew_transport *t, const void *buf, size_t len)
{
    if (!port_is_served(t)) {
        return __real_ew_transport_send(t, buf, len);
    }
    look_at_records(buf, len);
    int taken = __real_ew_transport_send(t, buf, len);
    if (taken > 0) {
        port_made->ahead -= (unsigned)taken;
    } else if (taken == EW_TRANSPORT_FAILED) { /* then what was made in this call does not count */
        port_made->taken = port_made->before;
        port_made->is_refused = true;
    }
    return taken;
}

void made_begins(void)
{
    port_made->before = port_made->taken;
}

unsigned long long made_taken(void)
{
    return port_made->taken;
}

bool made_can_tell(void)
{
    return !port_made->is_unknown;
}
