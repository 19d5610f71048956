/* libFuzzer target: any bytes as the one page of a specification, up to the last backend. */
#include "backend.h"

enum { STATES_WORTH_TRYING = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/*
 * Drawing runs another program, which is not what is tried here; the stream of digest.txt has
 * millions of bytes even for a small machine, and the relation in it is tried by itself.
 */
static void run_backends(const struct spec *spec)
{
    static write_file *const write[] = {write_c_header, write_c_source, write_dot, write_relation,
                                        write_relation_digest};
    for (size_t i = 0; i < sizeof write / sizeof write[0]; i++) {
        struct text out = {0};
        write[i](spec, &out);
        free_text(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena = {0};
    struct report report = {0};
    struct pages pages = {.arena = &arena, .report = &report};
    struct spec *spec = take(&arena, sizeof *spec);
    spec->arena = &arena;
    spec->report = &report;
    spec->sources = "fuzz.md";
    read_page(&pages, "fuzz.md", (const char *)bytes, length);
    if (read_spec(spec, &pages) && spec->states <= STATES_WORTH_TRYING) {
        run_backends(spec);
    }
    free_arena(&arena);
    return 0;
}
