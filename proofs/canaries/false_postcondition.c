/*
 * A postcondition that is false: the plainest thing a proof has to notice.
 * fails: next ensures_one_more
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures one_more: \result == c + 1; */
unsigned char next(unsigned char c);

unsigned char next(unsigned char c)
{
    return c;
}
