#include "scenarios.h"

const scenario *kit_scenarios(void)
{
    if (!listed_scenarios()->run) {
        add_sending();
        add_receiving();
        add_blocked();
        add_life();
        add_optional();
    }
    return listed_scenarios();
}
