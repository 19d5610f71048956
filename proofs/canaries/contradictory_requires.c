/*
 * A precondition that nothing meets proves every postcondition; only the smoke test notices.
 * fails: half wp_smoke_default_requires
 */
/*@
  requires   impossible: n < 10 && n > 20;
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    nonsense: \result == 4711;
*/
unsigned half(unsigned n);

unsigned half(unsigned n)
{
    return n / 2;
}
