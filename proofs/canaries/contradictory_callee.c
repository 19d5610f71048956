/*
 * A callee that promises the impossible makes everything after its call true, being dead.
 * fails: caller promises_wp_smoke_dead_call
 * fails: caller wp_smoke_dead_code
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures \result < 0 && \result > 0; */
int promises(void);

/*@ terminates \true; exits \false; assigns \nothing; ensures nonsense: \result == 4711; */
int caller(void);

int caller(void)
{
    return promises();
}
