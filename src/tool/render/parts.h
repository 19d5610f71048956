/* What the page of `endwell report` is made of, as endwell-embed put it into the program. */
#ifndef TOOL_PARTS_H
#define TOOL_PARTS_H

#include <stddef.h>

struct machine_part {
    const char *name, *prefix; /* of its functions */
    const char *page;          /* that states it; empty: all that state no other machine */
    const char *relation, *sha256;
};

extern const char page_script[], page_script_sha256[]; /* the digest in base64 */
extern const char page_style[], page_places[];         /* that the script fills */
extern const char page_machines[];                     /* WebAssembly in base64; empty: not built */
extern const struct machine_part machine_parts[];
extern const size_t machine_part_count;

#endif
