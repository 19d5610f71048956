/*
 * A function that is called and has no contract: the kernel would make one up.
 * warns: annot:missing-spec
 */
int unknown(int n);

/*@ terminates \true; exits \false; assigns \nothing; ensures any: \result == \result; */
int caller(int n);

int caller(int n)
{
    return unknown(n);
}
