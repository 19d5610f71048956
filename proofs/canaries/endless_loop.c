/*
 * A loop that never ends, for n = 0. What it returns is right whenever it returns, so nothing but
 * `terminates` notices.
 * fails: halve terminates
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures one: \result == 1; */
unsigned halve(unsigned n);

unsigned halve(unsigned n)
{
    /*@ loop assigns n; */
    while (n != 1) {
        n = n / 2;
    }
    return n;
}
