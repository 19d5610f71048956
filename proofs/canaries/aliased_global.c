/*
 * The postcondition holds only if p does not point to the global, which it does: the proof of
 * set() rests on a hypothesis about memory, and the call breaks it.
 * fails: caller set_wp_typed_requires
 * fails: caller set_wp_smoke_dead_call
 * warns: Memory model hypotheses
 */
static int global;

/*@
  requires   valid: \valid(p);
  terminates \true;
  exits      \false;
  assigns    *p, global;
  ensures    untouched: global == 0;
*/
void set(int *p);

void set(int *p)
{
    global = 0;
    *p = 1;
}

/*@ terminates \true; exits \false; assigns global; ensures untouched: global == 0; */
void caller(void);

void caller(void)
{
    set(&global);
}
