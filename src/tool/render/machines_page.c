/*
 * The page of `endwell report`: the machines as they ship, what the specification says of their rows
 * and names, and the script by which a close is clicked through.
 */
#include "markup.h"
#include "parts.h"
#include "render.h"

#include <stdlib.h>
#include <string.h>

bool has_machines(void)
{
    return page_machines[0] != '\0';
}

/* --- What the script reads -------------------------------------------------------------------- */

static bool is_page_of(const struct machine_part *machine, const char *page)
{
    bool is_other = false;
    for (size_t i = 0; i < machine_part_count; i++) {
        is_other |= strcmp(machine_parts[i].page, page) == 0;
    }
    return machine->page[0] != '\0' ? strcmp(machine->page, page) == 0 : !is_other;
}

static void add_string(cJSON *to, const char *name, const char *text)
{
    cJSON_AddStringToObject(to, name, text);
}

static void add_rows(cJSON *to, const struct machine_part *machine)
{
    cJSON *list = cJSON_AddArrayToObject(to, "rows");
    for (size_t i = 0; i < decision_count; i++) {
        const struct decision *d = &decisions[i];
        if (is_page_of(machine, d->page)) {
            cJSON *row = cJSON_CreateObject();
            add_string(row, "id", d->id);
            add_string(row, "page", d->page);
            add_string(row, "table", d->table);
            add_string(row, "when", d->when);
            add_string(row, "then", d->then);
            add_string(row, "clauses", d->clauses);
            add_string(row, "events", d->events);
            cJSON_AddItemToArray(list, row);
        }
    }
}

static void add_words(cJSON *to, const struct machine_part *machine)
{
    cJSON *list = cJSON_AddArrayToObject(to, "words");
    for (size_t i = 0; i < vocabulary_count; i++) {
        const struct word *w = &vocabulary[i];
        if (is_page_of(machine, w->page)) {
            cJSON *word = cJSON_CreateObject();
            add_string(word, "kind", w->kind);
            add_string(word, "name", w->name);
            add_string(word, "meaning", w->meaning);
            add_string(word, "more", w->more);
            cJSON_AddItemToArray(list, word);
        }
    }
}

static void add_machines(cJSON *to)
{
    cJSON *list = cJSON_AddArrayToObject(to, "machines");
    for (size_t i = 0; i < machine_part_count; i++) {
        const struct machine_part *part = &machine_parts[i];
        cJSON *machine = cJSON_CreateObject();
        add_string(machine, "name", part->name);
        add_string(machine, "prefix", part->prefix);
        add_string(machine, "relation", part->relation);
        add_string(machine, "sha256", part->sha256);
        add_rows(machine, part);
        add_words(machine, part);
        cJSON_AddItemToArray(list, machine);
    }
}

/* Each clause, and each contract or theorem that shows one. */
static void add_clauses(cJSON *to)
{
    cJSON *clauses = cJSON_AddObjectToObject(to, "clauses");
    cJSON *list = cJSON_AddArrayToObject(to, "labels");
    for (size_t i = 0; i < entry_count; i++) {
        if (entries[i].id[0] != 'D') {
            add_string(clauses, entries[i].id, entries[i].meaning);
        }
    }
    for (size_t i = 0; i < label_count; i++) {
        cJSON *label = cJSON_CreateObject();
        add_string(label, "name", labels[i].name);
        add_string(label, "kind", labels[i].kind);
        add_string(label, "clause", labels[i].clause);
        cJSON_AddItemToArray(list, label);
    }
}

/* In a page a script ends with the first end tag of one, in a string too. */
static bool put_data(FILE *out)
{
    cJSON *data = cJSON_CreateObject();
    add_string(data, "code", page_machines);
    add_machines(data);
    add_clauses(data);
    char *text = cJSON_PrintUnformatted(data);
    cJSON_Delete(data);
    for (const char *c = text; c != NULL && *c != '\0'; c++) {
        if (*c == '<') {
            fputs("\\u003c", out);
        } else {
            fputc(*c, out);
        }
    }
    free(text);
    return text != NULL;
}

/* --- The page --------------------------------------------------------------------------------- */

bool render_machines(FILE *out, const struct judge *j, const struct suppressions *s)
{
    char policy[200];
    snprintf(policy, sizeof policy, "; script-src 'sha256-%s' 'wasm-unsafe-eval'",
             page_script_sha256);
    put_page_head(out, policy, page_style);
    if (j != NULL) {
        put_report(out, j, s);
    }
    fputs(page_places, out);
    fputs("<script id=\"data\" type=\"application/json\">", out);
    bool good = put_data(out);
    fprintf(out, "</script>\n<script>%s</script>\n", page_script);
    put_page_end(out);
    return good;
}
