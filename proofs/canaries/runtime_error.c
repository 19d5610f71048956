/*
 * A sum that may overflow, and a byte that may not be there: undefined behaviour, which the
 * contract does not speak of and the run-time checks do.
 * fails: sum assert_rte_signed_overflow
 * fails: sum assert_rte_mem_access
 */
/*@ terminates \true; exits \false; assigns \nothing; ensures total: \result == *p + n; */
int sum(const int *p, int n);

int sum(const int *p, int n)
{
    return *p + n;
}
