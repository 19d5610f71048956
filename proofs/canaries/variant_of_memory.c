/*
 * A loop that never ends, whose variant is proved: it is a logic function of memory, and WP reads the
 * memory at the end of a turn for both of the values that it compares.
 * proved: all
 * lint: 'left'
 */
/*@ logic integer left(unsigned *up, integer n) = *up != 0 ? n : 1 - n; */

/*@
  requires   valid: \valid(up);
  requires   some: n <= 1;
  terminates \true;
  exits      \false;
  assigns    *up;
  ensures    one: \result == 1;
*/
unsigned settle(unsigned *up, unsigned n);

unsigned settle(unsigned *up, unsigned n)
{
    /*@
      loop invariant n <= 1;
      loop assigns n, *up;
      loop variant left(up, n);
    */
    while (n <= 1) {
        n = 1 - n;
        *up = n == 0 ? 1 : 0;
    }
    return n;
}
