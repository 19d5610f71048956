/*
 * Axioms that contradict each other. WP proves everything and its smoke tests pass.
 * proved: all
 * lint: 'axiomatic'
 * lint: 'axiom'
 * lint: 'axiom'
 */
/*@
  axiomatic Broken {
    logic integer size(integer n);
    axiom grows: \forall integer n; size(n) > n;
    axiom stays: \forall integer n; size(n) == n;
  }
*/

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    nonsense: size(n) == n ==> \result == n + 1;
*/
unsigned char same(unsigned char n);

unsigned char same(unsigned char n)
{
    return n;
}
