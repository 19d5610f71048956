/* What libssl's numbers are called in a trace. */
#ifndef RECORD_NAMES_H
#define RECORD_NAMES_H

struct error {
    int library, reason; /* 0 and 0: none */
};

/* version: OpenSSL_version_num(), since 3.0 packs its errors another way. */
struct error split_error(unsigned long version, unsigned long e);
const char *class_name(int class); /* of SSL_get_error; NULL if there is no such class */
const char *want_name(int want);   /* of SSL_want */

#endif
