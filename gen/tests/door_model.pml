/* Somebody who calls whatever he likes, and a motor that reports what it likes. */
#include "door.pml"

active proctype somebody()
{
    door_machine m;
    door_result r;
    byte event;
    byte was;
    d_step { door_init(m) }
    do
    :: select (event : DOOR_EVENT_OPEN .. DOOR_EVENT_LATE + 1);
       atomic {
        was = m.place;
        door_step(m, event, r);
        assert(door_in_range(m));
        assert(m.place != DOOR_PLACE_OPEN || m.lock == DOOR_LOCK_OFF || m.stuck == DOOR_STUCK_YES);
        assert(m.place == was || event == DOOR_EVENT_DONE || event == DOOR_EVENT_CLEAR);
        assert(door_is_shut(m) == (m.place == DOOR_PLACE_SHUT))
    }
    od
}
