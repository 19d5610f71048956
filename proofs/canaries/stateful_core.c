/*
 * What the core must not have: a global, a loop, and a function without a contract.
 * lint: a global
 * lint: 'while'
 * lint: count: no contract
 */
static int calls = 0;

int count(int n)
{
    while (n > calls) {
        n = n - 1;
    }
    return n;
}
