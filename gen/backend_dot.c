/*
 * The diagram: which action follows which. A node is the action whose outcome is
 * awaited (`busy`), or the end after a fatal error; an edge names events, answers and rows.
 */
#include "backend.h"
#include "relation.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NODES = MAX_VALUES + 1, MAX_LINES = 256 };

/* One line of an edge's label: an answer, with the events and rows that give it. */
struct line {
    size_t from, to;
    char answer[64];
    uint64_t events;
    bool row[MAX_RULES];
};

struct diagram {
    const struct spec *spec;
    const struct guard *dead; /* the guard that refuses everything but `clear`, or NULL */
    size_t lines;
    struct line line[MAX_LINES];
};

static size_t node_of(const struct diagram *diagram, const struct state *state)
{
    const struct spec *spec = diagram->spec;
    const struct guard *dead = diagram->dead;
    if (dead != NULL && (dead->rule.when[dead->field] >> state->value[dead->field] & 1)) {
        return spec->field[spec->busy_field].domain.values;
    }
    return state->value[spec->busy_field];
}

static void name_answer(const struct spec *spec, const struct rule *rule, char *text, size_t room)
{
    if (rule->action != 0) {
        snprintf(text, room, "%s", spec->action.value[rule->action]);
    } else if (rule->error != 0) {
        snprintf(text, room, "%d, %s", rule->value, spec->error.value[rule->error]);
    } else {
        snprintf(text, room, "%d", rule->value);
    }
}

static void add_line(struct diagram *diagram, size_t from, size_t to, size_t event,
                     const struct rule *rule)
{
    char answer[64];
    name_answer(diagram->spec, rule, answer, sizeof answer);
    size_t i = 0;
    while (i < diagram->lines && (diagram->line[i].from != from || diagram->line[i].to != to ||
                                  !same(diagram->line[i].answer, answer))) {
        i++;
    }
    if (i == MAX_LINES) {
        return;
    }
    struct line *line = &diagram->line[i];
    if (i == diagram->lines) {
        line->from = from;
        line->to = to;
        memcpy(line->answer, answer, sizeof answer);
        diagram->lines++;
    }
    line->events |= UINT64_C(1) << event;
    line->row[rule - diagram->spec->rule] = true;
}

/* Refusals change nothing, and `clear` leads from everywhere to the start: neither is drawn. */
static void collect(struct diagram *diagram)
{
    const struct spec *spec = diagram->spec;
    for (size_t event = 0; event < spec->events; event++) {
        for (size_t number = 0; number < spec->states; number++) {
            struct state state = state_at(spec, number), next = state;
            next.value[spec->fields] = state.value[spec->fields] = (uint8_t)event;
            const struct rule *rule = decide(spec, &state);
            apply(spec, rule, &next);
            bool refusal = rule->value == -1 && memcmp(&state, &next, sizeof state) == 0;
            if (!refusal && (int)event != spec->clear_event) {
                add_line(diagram, node_of(diagram, &state), node_of(diagram, &next), event, rule);
            }
        }
    }
}

static void put_label(const struct diagram *diagram, struct text *out, const struct line *line)
{
    const struct spec *spec = diagram->spec;
    size_t names_in_line = 0, rows = 0;
    for (size_t i = 0; i < spec->events; i++) {
        if (line->events >> i & 1) {
            const char *comma = names_in_line % 4 == 0 ? ",\\n" : ", ";
            put(out, "%s%s", names_in_line == 0 ? "" : comma, spec->event[i].name);
            names_in_line++;
        }
    }
    put(out, ": %s  [", line->answer);
    for (size_t i = 0; i < spec->rules; i++) {
        if (line->row[i]) {
            put(out, "%s%s", rows++ > 0 ? ", " : "", spec->rule[i].id);
        }
    }
    put(out, "]\\n");
}

/* Several answers that lead nowhere else do not fit a loop: they go into a note beside the node. */
static void open_edge(const struct diagram *diagram, struct text *out, size_t from, size_t to,
                      size_t lines)
{
    size_t dead = diagram->spec->field[diagram->spec->busy_field].domain.values;
    if (from == to && lines > 1) {
        put(out, "    { rank=same; n%zu; note%zu; }\n", from, from);
        put(out, "    n%zu -> note%zu [style=dotted, arrowhead=none];\n", from, from);
        put(out, "    note%zu [shape=note, style=\"\", fontsize=9, label=\"", from);
    } else {
        put(out, "    n%zu -> n%zu [%slabel=\"", from, to, to == dead ? "style=dashed, " : "");
    }
}

static void put_edge(const struct diagram *diagram, struct text *out, size_t from, size_t to)
{
    size_t lines = 0;
    for (size_t i = 0; i < diagram->lines; i++) {
        lines += diagram->line[i].from == from && diagram->line[i].to == to;
    }
    if (lines == 0) {
        return;
    }
    open_edge(diagram, out, from, to, lines);
    for (size_t i = 0; i < diagram->lines; i++) {
        if (diagram->line[i].from == from && diagram->line[i].to == to) {
            put_label(diagram, out, &diagram->line[i]);
        }
    }
    put(out, "\"];\n");
}

static void put_nodes(const struct diagram *diagram, struct text *out)
{
    const struct domain *busy = &diagram->spec->field[diagram->spec->busy_field].domain;
    for (size_t i = 0; i < busy->values; i++) {
        const char *meaning = busy->value_meaning[i] != NULL ? busy->value_meaning[i] : "";
        put(out, "    n%zu [label=\"%s\", tooltip=\"%s\"];\n", i, busy->value[i], meaning);
    }
    if (diagram->dead != NULL) {
        const char *name = diagram->spec->field[diagram->dead->field].domain.name;
        put(out, "    n%zu [label=\"%s\", style=\"rounded,dashed\",", busy->values, name);
        put(out, " tooltip=\"refuses everything but clear\"];\n");
    }
}

void write_dot(const struct spec *spec, struct text *out)
{
    struct diagram *diagram = take(spec->arena, sizeof *diagram);
    diagram->spec = spec;
    for (size_t i = 0; i < spec->guards && diagram->dead == NULL; i++) {
        if (spec->guard[i].scope == SCOPE_ALL && spec->guard[i].field >= 0) {
            diagram->dead = &spec->guard[i];
        }
    }
    collect(diagram);
    put(out, "/*\n * Which action follows which. Refusals and `clear` are not drawn.\n");
    put(out, " * Generated by endwell-gen; spec_sha256 %s\n */\n", spec->digest);
    put(out, "digraph machine {\n");
    put(out, "    graph [fontname=\"DejaVu Sans\", nodesep=0.6, ranksep=0.8];\n");
    put(out, "    node [fontname=\"DejaVu Sans\", shape=box, style=rounded];\n");
    put(out, "    edge [fontname=\"DejaVu Sans\", fontsize=9];\n");
    put_nodes(diagram, out);
    size_t nodes = spec->field[spec->busy_field].domain.values + 1;
    for (size_t from = 0; from < nodes; from++) {
        for (size_t to = 0; to < nodes; to++) {
            put_edge(diagram, out, from, to);
        }
    }
    put(out, "}\n");
}

/* --- the drawing ---------------------------------------------------------------------------- */

static void run_dot(FILE *in, FILE *out)
{
    pid_t child = fork();
    if (child < 0) {
        cannot_run("fork: %s", strerror(errno));
    }
    if (child == 0) {
        if (dup2(fileno(in), STDIN_FILENO) >= 0 && dup2(fileno(out), STDOUT_FILENO) >= 0) {
            execlp("dot", "dot", "-Tsvg", (char *)NULL);
        }
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            cannot_run("waitpid: %s", strerror(errno));
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        cannot_run("`dot` is needed to draw the diagram; apt-get install graphviz");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        cannot_run("`dot` failed to draw the diagram");
    }
}

void write_svg(const struct spec *spec, struct text *out)
{
    struct text source = {0};
    FILE *in = tmpfile(), *drawing = tmpfile();
    write_dot(spec, &source);
    if (in == NULL || drawing == NULL ||
        fwrite(source.data, 1, source.length, in) != source.length || fflush(in) != 0) {
        cannot_run("no temporary file: %s", strerror(errno));
    }
    rewind(in);
    run_dot(in, drawing);
    rewind(drawing);
    char part[4096];
    for (size_t got; (got = fread(part, 1, sizeof part, drawing)) > 0;) {
        put_bytes(out, part, got);
    }
    fclose(in);
    fclose(drawing);
    free_text(&source);
}
