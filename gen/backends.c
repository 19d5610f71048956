#include "backend.h"

const struct backend backends[] = {
    {FILE_OF_C, ".h", write_c_header},
    {FILE_OF_C, ".c", write_c_source},
    {FILE_OF_MODEL, ".dot", write_dot},
    {FILE_OF_MODEL, ".svg", write_svg},
    {FILE_OF_MODEL, ".mlw", write_whyml},
    {FILE_OF_LISTING, "relation.txt", write_relation},
    {FILE_OF_LISTING, "relation.sha256", write_relation_digest},
    {FILE_OF_LISTING, "digest.txt", write_digest},
    {FILE_OF_MODEL, ".pml", write_promela},
};

const size_t backend_count = sizeof backends / sizeof backends[0];

void put_file_name(const struct spec *spec, const struct backend *backend, struct text *out)
{
    const char *const start[] = {[FILE_OF_C] = spec->machine.stem,
                                 [FILE_OF_MODEL] = spec->machine.module,
                                 [FILE_OF_LISTING] = spec->machine.listing};
    put(out, "%s%s", start[backend->kind], backend->ending);
}
