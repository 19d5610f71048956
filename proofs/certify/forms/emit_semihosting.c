/* Hands the stream over to the debugger, or the emulator, of a bare Arm Cortex-M; starts and ends. */
#include "stream.h"

enum { SYS_OPEN = 1, SYS_WRITE = 5, SYS_EXIT = 24, MODE_WRITE = 4 };

static const uint32_t good_end = 0x20026, bad_end = 0x20023;

static uint32_t semihosting(uint32_t operation, uintptr_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

int stream_emit(const uint8_t *block, uint32_t length)
{
    static const char console[] = ":tt";
    static uint32_t handle;
    static uint8_t is_open;
    if (!is_open) {
        const uintptr_t name[3] = {(uintptr_t)console, MODE_WRITE, sizeof console - 1};
        handle = semihosting(SYS_OPEN, (uintptr_t)name);
        is_open = 1;
    }
    const uintptr_t part[3] = {handle, (uintptr_t)block, length};
    return semihosting(SYS_WRITE, (uintptr_t)part) == 0;
}

int stream_end(void)
{
    return 1;
}

/* --- start and end ---------------------------------------------------------------------------- */

int main(void);
extern uint32_t bss_start[], bss_end[], stack_top[];

static void finish(int status)
{
    semihosting(SYS_EXIT, status == 0 ? good_end : bad_end);
    for (;;) {
    }
}

static void reset(void)
{
    for (uint32_t *word = bss_start; word < bss_end; word++) {
        *word = 0;
    }
    finish(main());
}

static void fault(void)
{
    finish(1);
}

/* Stack, reset, NMI, hard fault: on Cortex-M0 every fault is a hard one. */
const void *const vectors[4] __attribute__((section(".vectors"), used)) = {
    stack_top, (const void *)reset, (const void *)fault, (const void *)fault};
