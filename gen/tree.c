#include "tree.h"

#include <string.h>

struct job {
    const struct spec *spec;
    const struct table *table;
    uint64_t domain[MAX_FIELDS + 1]; /* what each variable can still be */
    size_t rules;
    const struct rule **rule;
};

struct classes {
    size_t count;
    uint64_t set[MAX_EVENTS];
};

static bool is_single(uint64_t set)
{
    return set != 0 && (set & (set - 1)) == 0;
}

static int highest(uint64_t set)
{
    int bit = -1;
    for (; set != 0; set >>= 1) {
        bit++;
    }
    return bit;
}

bool one_test(uint64_t set, uint64_t all, bool is_ordered, struct branch *branch)
{
    uint64_t rest = all & ~set;
    branch->value = highest(set);
    if (is_single(set)) {
        branch->test = TEST_IS;
    } else if (is_single(rest)) {
        branch->test = TEST_IS_NOT;
        branch->value = highest(rest);
    } else if (is_ordered && (rest & full((size_t)branch->value + 1)) == 0) {
        branch->test = TEST_UP_TO;
    } else {
        return false;
    }
    return true;
}

/* The sets of values that rows tell apart in a column; false if it has a wildcard or they mix. */
static bool find_classes(const struct job *job, size_t variable, struct classes *classes)
{
    uint64_t domain = job->domain[variable], seen = 0;
    classes->count = 0;
    for (size_t i = 0; i < job->rules; i++) {
        uint64_t set = job->rule[i]->when[variable] & domain;
        bool known = false;
        for (size_t k = 0; k < classes->count; k++) {
            known = known || classes->set[k] == set;
        }
        if (known) {
            continue;
        }
        if (set == domain || (set & seen) != 0 || classes->count == MAX_EVENTS) {
            return false;
        }
        seen |= set;
        classes->set[classes->count++] = set;
    }
    return classes->count > 1;
}

/* Row order, except that a class no single comparison can name goes last, as the else part. */
static bool order_classes(struct classes *classes, uint64_t domain, bool is_ordered,
                          struct branch *branch)
{
    bool moved = false;
    for (size_t i = 0; i + 1 < classes->count;) {
        if (one_test(classes->set[i], domain, is_ordered, &branch[i])) {
            domain &= ~classes->set[i];
            i++;
            continue;
        }
        if (moved) {
            return false;
        }
        uint64_t last = classes->set[i];
        memmove(&classes->set[i], &classes->set[i + 1],
                (classes->count - i - 1) * sizeof classes->set[0]);
        classes->set[classes->count - 1] = last;
        moved = true;
    }
    branch[classes->count - 1].test = TEST_ELSE;
    branch[classes->count - 1].value = highest(classes->set[classes->count - 1]);
    return true;
}

static struct node *build(const struct job *job);

static struct node *build_branch(const struct job *job, size_t variable, uint64_t set)
{
    struct job part = *job;
    part.domain[variable] = set;
    part.rules = 0;
    part.rule = take(job->spec->arena, job->rules * sizeof(const struct rule *));
    for (size_t i = 0; i < job->rules; i++) {
        if ((job->rule[i]->when[variable] & set) != 0) {
            part.rule[part.rules++] = job->rule[i];
        }
    }
    return build(&part);
}

/* The leftmost column that tells all remaining rows apart. */
static bool choose_column(const struct job *job, struct node *node, struct classes *classes)
{
    for (size_t i = 0; i < job->table->columns; i++) {
        node->variable = (size_t)job->table->column[i];
        bool is_ordered = node->variable == job->spec->fields;
        if (find_classes(job, node->variable, classes)) {
            node->branches = classes->count;
            node->branch = take(job->spec->arena, classes->count * sizeof *node->branch);
            if (order_classes(classes, job->domain[node->variable], is_ordered, node->branch)) {
                return true;
            }
        }
    }
    return false;
}

static struct node *build(const struct job *job)
{
    struct node *node = take(job->spec->arena, sizeof *node);
    struct classes classes;
    if (job->rules == 1) {
        node->rule = job->rule[0];
        return node;
    }
    if (!choose_column(job, node, &classes)) {
        return NULL;
    }
    for (size_t i = 0; i < classes.count; i++) {
        node->branch[i].set = classes.set[i];
        node->branch[i].node = build_branch(job, node->variable, classes.set[i]);
        if (node->branch[i].node == NULL) {
            return NULL;
        }
    }
    return node;
}

struct node *build_tree(const struct spec *spec, const struct table *table)
{
    struct job job = {.spec = spec, .table = table, .rules = table->rules};
    job.rule = take(spec->arena, table->rules * sizeof *job.rule);
    for (size_t i = 0; i < table->rules; i++) {
        job.rule[i] = &table->rule[i];
    }
    for (size_t i = 0; i <= spec->fields; i++) {
        job.domain[i] = domain_of(spec, table, i);
    }
    return build(&job);
}

size_t count_tests(const struct node *node)
{
    size_t tests = 0;
    for (size_t i = 0; node->rule == NULL && i < node->branches; i++) {
        tests += (node->branch[i].test != TEST_ELSE) + count_tests(node->branch[i].node);
    }
    return tests;
}
