/* Backends: each turns a checked specification into one file. */
#ifndef GEN_BACKEND_H
#define GEN_BACKEND_H

#include "spec.h"

typedef void write_file(const struct spec *spec, struct text *out);

/* What the name of a file starts with. */
enum file_kind { FILE_OF_C, FILE_OF_MODEL, FILE_OF_LISTING };

struct backend {
    enum file_kind kind;
    const char *ending;
    write_file *write;
};

extern const struct backend backends[];
extern const size_t backend_count;

void put_file_name(const struct spec *spec, const struct backend *backend, struct text *out);

write_file write_c_header, write_c_source, write_dot, write_svg, write_whyml, write_relation,
    write_relation_digest, write_digest, write_promela;

/* One line per transition, for `--dump`. */
void dump_relation(const struct spec *spec, FILE *stream);

/* The bytes whose digests are in digest.txt, for `--stream`. */
void print_stream(const struct spec *spec, FILE *stream);

#endif
