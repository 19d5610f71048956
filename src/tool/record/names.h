/* What libssl's numbers are called in a trace. */
#ifndef RECORD_NAMES_H
#define RECORD_NAMES_H

/*
 * The first line of a trace that endwell run made, up to its number, which is 0. Who cannot write a
 * line makes it 1 in its place, for which a full disk has room.
 */
#define TRACE_HEAD "{\"v\":1,\"kind\":\"lost\",\"t\":0,\"pid\":0,\"tid\":0,\"lines\":"

struct error {
    int library, reason; /* 0 and 0: none */
};

/* version: OpenSSL_version_num(), since 3.0 packs its errors another way. */
struct error split_error(unsigned long version, unsigned long e);
const char *class_name(int class); /* of SSL_get_error; NULL if there is no such class */
const char *want_name(int want);   /* of SSL_want */

#endif
