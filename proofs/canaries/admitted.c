/*
 * What is admitted is believed, and everything else follows from it.
 * proved: all
 * lint: 'admit'
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures nonsense: \result == 4711; */
int answer(void);

int answer(void)
{
    int n = 42;
    /*@ admit n == 4711; */
    return n;
}
