/* A decision table as a tree of tests that has each row exactly once. */
#ifndef GEN_TREE_H
#define GEN_TREE_H

#include "spec.h"

enum { MAX_COMPLEXITY = 10 };

enum test { TEST_IS, TEST_IS_NOT, TEST_UP_TO, TEST_ELSE };

struct branch {
    enum test test;
    int value;
    uint64_t set; /* what it stands for, TEST_ELSE too */
    struct node *node;
};

struct node {
    const struct rule *rule; /* a leaf, or NULL */
    size_t variable;
    size_t branches;
    struct branch *branch; /* the last one is TEST_ELSE */
};

/* NULL when no order of single tests can do without repeating a row. */
struct node *build_tree(const struct spec *spec, const struct table *table);
size_t count_tests(const struct node *node);

/* Whether one comparison tells the values in `set` from the others in `all`. */
bool one_test(uint64_t set, uint64_t all, bool is_ordered, struct branch *branch);

/* The decision tables, queries left out, each after those that it hands over to; how many. */
size_t order_tables(const struct spec *spec, const struct table *list[MAX_TABLES]);

#endif
