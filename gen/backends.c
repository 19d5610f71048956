#include "backend.h"

const struct backend backends[] = {
    {"ew_core.h", write_c_header},      {"ew_core.c", write_c_source},
    {"machine.dot", write_dot},         {"machine.svg", write_svg},
    {"machine.mlw", write_whyml},       {"relation.txt", write_relation},
    {"relation.sha256", write_relation_digest}, {"digest.txt", write_digest},
};

const size_t backend_count = sizeof backends / sizeof backends[0];
