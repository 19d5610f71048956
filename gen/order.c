/* Tables in an order in which each stands after those that it hands over to. */
#include "tree.h"

struct order {
    const struct spec *spec;
    const struct table **list;
    size_t count;
    bool placed[MAX_TABLES];
};

static void place_after(struct order *order, const struct table *table)
{
    size_t number = (size_t)(table - order->spec->table);
    if (order->placed[number] || table->kind == TABLE_QUERY) {
        return;
    }
    order->placed[number] = true;
    for (size_t i = 0; i < table->rules; i++) {
        if (table->rule[i].see != NULL) {
            place_after(order, table->rule[i].see);
        }
    }
    order->list[order->count++] = table;
}

size_t order_tables(const struct spec *spec, const struct table *list[MAX_TABLES])
{
    struct order order = {.spec = spec, .list = list};
    for (size_t i = 0; i < spec->tables; i++) {
        place_after(&order, &spec->table[i]);
    }
    return order.count;
}
