/*
 * Without `terminates` nobody notices that the loop never ends, for n = 0.
 * proved: all
 * lint: halve: its contract has no 'terminates \true'
 */
/*@ exits \false; assigns \nothing; ensures one: \result == 1; */
unsigned halve(unsigned n);

unsigned halve(unsigned n)
{
    /*@ loop assigns n; */
    while (n != 1) {
        n = n / 2;
    }
    return n;
}
