/*
 * A contract that does not say what is written: WP would guess, and only warn.
 * warns: No 'assigns' specification for function 'one'
 */
/*@ terminates \true; exits \false; ensures one: \result == 1; */
int one(void);

/*@ terminates \true; exits \false; assigns \nothing; ensures one: \result == 1; */
int caller(void);

int caller(void)
{
    return one();
}
