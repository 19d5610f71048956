/*
 * A text of its own for the proof: what is proven is not what ships.
 * proved: all
 * lint: '__FRAMAC__'
 * lint: '#ifdef __FRAMAC__'
 * lint: '#else'
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures one: \result == 1; */
int one(void);

#ifdef __FRAMAC__
int one(void)
{
    return 1;
}
#else
int one(void)
{
    return 2;
}
#endif
