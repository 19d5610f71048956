/*
 * endwell-embed: puts what the report's page is made of into C, when the tool is built: the script
 * with its digest, by which the page lets it run and no other, the compiled machines, and of each
 * machine its relation and the digest of that.
 */
#include "text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

static struct text read_whole(const char *path)
{
    struct text bytes = {0};
    read_file(path, SIZE_MAX, &bytes);
    return bytes;
}

/* As numbers: a string of C99 may have no more than 4095 characters. */
static void put_array(struct text *out, const char *name, const char *bytes, size_t length)
{
    put(out, "const char %s[] = {", name);
    for (size_t i = 0; i < length; i++) {
        put(out, "%s%d,", i % 16 == 0 ? "\n    " : " ", bytes[i]);
    }
    put(out, "\n    0};\n\n");
}

static void put_base64(struct text *out, const char *name, const void *bytes, size_t length)
{
    struct text room = {0};
    for (size_t i = 0; i < (length + 2) / 3; i++) {
        put_bytes(&room, "    ", 4);
    }
    if (length > 0) {
        EVP_EncodeBlock((unsigned char *)room.data, bytes, (int)length);
    }
    put_array(out, name, room.data, room.length);
    free_text(&room);
}

static void put_script(struct text *out, const char *path)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct text script = read_whole(path);
    if (script.data == NULL || strstr(script.data, "</") != NULL ||
        strstr(script.data, "<!--") != NULL) {
        cannot_run("%s: is empty, or has what ends a script in a page: </ or <!--", path);
    }
    if (EVP_Digest(script.data, script.length, digest, &length, EVP_sha256(), NULL) != 1) {
        cannot_run("libcrypto offers no SHA-256");
    }
    put_array(out, "page_script", script.data, script.length);
    put_base64(out, "page_script_sha256", digest, length);
    free_text(&script);
}

static void put_file(struct text *out, const char *name, const char *path)
{
    struct text bytes = read_whole(path);
    if (bytes.length == 0) {
        cannot_run("%s: is empty", path);
    }
    put_array(out, name, bytes.data, bytes.length);
    free_text(&bytes);
}

static void put_compiled(struct text *out, const char *path)
{
    struct text bytes = read_whole(path);
    put_base64(out, "page_machines", bytes.data, bytes.length);
    free_text(&bytes);
}

enum { OUT = 1, SCRIPT, STYLE, PLACES, COMPILED, FIRST_MACHINE };
enum { NAME, PREFIX, PAGE, RELATION, SHA256, WORDS }; /* of a machine */

static void put_of_machine(struct text *out, const char *kind, const char *machine,
                           const char *path)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", kind, machine);
    put(out, "static ");
    put_file(out, name, path);
}

static void put_machines(struct text *out, char *const *word, int words)
{
    for (int i = 0; i < words; i += WORDS) {
        put_of_machine(out, "relation", word[i + NAME], word[i + RELATION]);
        put_of_machine(out, "sha256", word[i + NAME], word[i + SHA256]);
    }
    put(out, "const struct machine_part machine_parts[] = {\n");
    for (int i = 0; i < words; i += WORDS) {
        char *const *machine = word + i;
        put(out, "    {\"%s\", \"%s\", \"%s\", relation_%s, sha256_%s},\n", machine[NAME],
            machine[PREFIX], machine[PAGE], machine[NAME], machine[NAME]);
    }
    put(out, "};\nconst size_t machine_part_count = %d;\n", words / WORDS);
}

int main(int argc, char **argv)
{
    struct text out = {0};
    program_name = "endwell-embed";
    if (argc < FIRST_MACHINE + WORDS || (argc - FIRST_MACHINE) % WORDS != 0) {
        cannot_run("usage: endwell-embed OUT.c SCRIPT STYLE PLACES COMPILED "
                   "{NAME PREFIX PAGE RELATION SHA256}...");
    }
    put(&out, "/* Made when the tool is built. */\n#include \"parts.h\"\n\n");
    put_script(&out, argv[SCRIPT]);
    put_file(&out, "page_style", argv[STYLE]);
    put_file(&out, "page_places", argv[PLACES]);
    put_compiled(&out, argv[COMPILED]);
    put_machines(&out, argv + FIRST_MACHINE, argc - FIRST_MACHINE);
    FILE *file = fopen(argv[OUT], "wb");
    if (file == NULL || fwrite(out.data, 1, out.length, file) != out.length || fclose(file) != 0) {
        cannot_run("%s: %s", argv[OUT], strerror(errno));
    }
    free_text(&out);
    return EXIT_OK;
}
