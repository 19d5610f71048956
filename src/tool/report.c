/* endwell report: the machines in one page, with what was found in a trace or without. */
#include "commands.h"

int write_page(const struct options *o)
{
    if (!has_machines()) {
        fprintf(stderr,
                "endwell: report: clang and wasm-ld were missing when this endwell was built; "
                "apt-get install clang lld, and build it again\n");
        return CANNOT_RUN;
    }
    if (o->arguments > 1) {
        fprintf(stderr, "endwell: report takes one trace or one dump, or none\n");
        return CANNOT_RUN;
    }
    if (o->arguments == 0) {
        return write_form(o->file[FORM_REPORT], FORM_REPORT, NULL, NULL) ? PASS : CANNOT_RUN;
    }
    struct options quiet = *o;
    quiet.text = false;
    return check_trace(&quiet);
}
