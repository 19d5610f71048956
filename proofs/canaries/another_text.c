/*
 * What the compiler sees and the proof does not: another text, and promises that nobody proved.
 * lint: '#ifdef __OPTIMIZE__'
 * lint: '#else'
 * lint: '#pragma GCC optimize
 * lint: '_Pragma'
 * lint: '__attribute__'
 * lint: is_done: no contract
 */
#include <stdint.h>

#ifdef __OPTIMIZE__
typedef uint8_t answer;
#else
typedef uint32_t answer;
#endif
#pragma GCC optimize ("O1")
_Pragma("GCC diagnostic ignored \"-Wunused\"")

/* Two calls with a change between them would be made one. */
answer is_done(const uint8_t *byte) __attribute__((const));

answer is_done(const uint8_t *byte)
{
    return *byte;
}
