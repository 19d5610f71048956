#include "scenarios.h"

enum { MOST = 500 };

static scenario list[MOST + 1];
static int count;

void add_scenario(scenario s)
{
    if (count < MOST)
        list[count++] = s;
}

const scenario *kit_scenarios(void)
{
    if (count == 0) {
        add_sending();
        add_receiving();
        add_blocked();
        add_life();
        add_optional();
    }
    return list;
}
