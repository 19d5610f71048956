#include "facts.h"

#include <string.h>

enum { MOST_VALUES = 16 };

/* Those of the machine are in the order of spec/machine.md. */
static const struct {
    const char *name, *value[MOST_VALUES];
} list[FACTS] = {
    [F_START] = {"start", {"established", "ignoring eof", "fresh"}},
    [F_TLS] = {"tls", {"1.2", "1.3"}},
    [F_ROLE] = {"role", {"server", "client"}},
    [F_LIFE] = {"life", {"lives", "handshake", "error"}},
    [F_FLAGS] = {"flags", {"0", "1", "2", "3", "4", "5", "6", "7"}},
    [F_ERRORS] = {"errors", {"cleared", "left"}},
    [F_THEN] = {"then", {"lives", "handshake", "error"}},
    [F_WRITING] = {"writing", {"all", "full", "part", "nothing", "fails"}},
    [F_READING] = {"reading", {"works", "ended", "fails"}},
    [F_NEXT] = {"next", {0}}, /* the kinds of records */
    [F_MET] = {"met", {0}},
    [F_TOOK] = {"took", {0}},
    [F_ASKED] = {"asked", {"no", "yes"}},
    [F_ALERT] = {"alert", {"none", "waiting"}},
    [F_STATE] = {"state", {"same", "apart"}},
    [F_PLACE] = {"place", {"same", "ahead", "behind"}},
    [F_ANSWER] = {"answer", {"none", "due"}},
    [F_GAVE] = {"gave", {"none", "-1", "0", "more"}},
    [F_HANDSHAKE] = {"handshake", {"none", "running", "done"}},
    [F_SENT] = {"sent", {"no", "yes"}},
    [F_RECEIVED] = {"received", {"no", "yes"}},
    [F_QUIET] = {"quiet", {"off", "on"}},
    [F_FATAL] = {"fatal", {"none", "syscall", "ssl"}},
    [F_NOTICE_OUT] = {"notice_out", {"none", "queued", "delivered"}},
    [F_NOTICE_IN] = {"notice_in", {"none", "seen"}},
    [F_OUTPUT] = {"output", {"idle", "pending"}},
    [F_SESSION] = {"session", {"keep", "drop"}},
    [F_OWED] = {"owed", {0}},
    [F_OUT] = {"out", {"same", "less", "more"}},
};

fact fact_find(const char *name, size_t length)
{
    int f = 0;
    while (f < FACTS && (strlen(list[f].name) != length || strncmp(list[f].name, name, length)))
        f++;
    return (fact)f;
}

const char *fact_name(fact f)
{
    return list[f].name;
}

const char *fact_value_name(fact f, int value)
{
    if (f == F_NEXT || f == F_MET || f == F_TOOK || f == F_OWED)
        return value < KINDS ? kind_name((kind)value) : NULL;
    return value < MOST_VALUES ? list[f].value[value] : NULL;
}

int fact_value(fact f, const char *name, size_t length)
{
    const char *value;
    for (int i = 0; (value = fact_value_name(f, i)); i++)
        if (strlen(value) == length && strncmp(value, name, length) == 0)
            return i;
    return -1;
}
