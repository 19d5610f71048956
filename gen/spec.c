#include "spec.h"

bool read_spec(struct spec *spec, const struct pages *pages)
{
    const struct report *report = spec->report;
    if (report->errors == 0) {
        read_machine(spec, pages);
    }
    if (report->errors == 0) {
        read_alphabets(spec, pages);
    }
    if (report->errors == 0) {
        read_tables(spec, pages);
    }
    if (report->errors == 0) {
        check_tables(spec);
        check_answers(spec);
        check_clauses(spec);
        check_codes(spec, pages);
    }
    return report->errors == 0;
}
