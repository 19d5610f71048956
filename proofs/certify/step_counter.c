/*
 * step_counter STRIDE: how many instructions one step of a machine executes, over every STRIDE-th
 * state with every event and one that is none. shape.h, which worst_case.py makes, says of which.
 *
 * Built twice by worst_case.py. As it is, the core counts for itself: its assembly text has a
 * counter before each instruction. With COUNT_BY_TRAPS the core is untouched and the processor's
 * trap flag stops before each instruction of it; slow, and there to show that the first is right.
 * Prints MAXIMUM STATE EVENT TRANSITIONS INSTRUCTIONS, and a digest of all counts in their order.
 */
#include "shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The core increments it, or the handler of traps. */
volatile unsigned long ew_executed;

#ifdef COUNT_BY_TRAPS
#include <signal.h>
#include <ucontext.h>

/* worst_case.py gives the core a section of this name. */
extern const char __start_ew_core_text[], __stop_ew_core_text[];

static void on_trap(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)info;
    const char *at = (const char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    if (at >= __start_ew_core_text && at < __stop_ew_core_text) {
        ew_executed++;
    }
}

/* The trap flag is bit 8. What the compiler keeps below the stack pointer is left alone. */
#define TRAPS(operation)                                                                           \
    __asm__ volatile("lea -128(%%rsp), %%rsp\n pushfq\n " operation                                \
                     " $0x100, (%%rsp)\n popfq\n lea 128(%%rsp), %%rsp" ::                         \
                         : "memory", "cc")

static void prepare(void)
{
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    if (sigaction(SIGTRAP, &action, NULL) != 0) {
        perror("step_counter: sigaction");
        exit(2);
    }
}
#else
#define TRAPS(operation)
static void prepare(void)
{
}
#endif

static machine machine_of(size_t state)
{
    uint8_t bytes[FIELDS];
    machine m;
    for (size_t i = FIELDS; i-- > 0;) {
        bytes[i] = (uint8_t)(state % values[i]);
        state /= values[i];
    }
    memcpy(&m, bytes, sizeof m);
    return m;
}

static unsigned long count_step(machine m, uint8_t event)
{
    ew_executed = 0;
    TRAPS("orq");
    (void)STEP(&m, event);
    TRAPS("xorq");
    return ew_executed;
}

int main(int argc, char **argv)
{
    size_t stride = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    size_t states = 1, most_state = 0, most_event = 0;
    unsigned long most = 0, transitions = 0, instructions = 0, digest = 2166136261u;
    if (stride == 0 || sizeof(machine) != FIELDS) {
        fputs("usage: step_counter STRIDE (at least 1)\n", stderr);
        return 2;
    }
    prepare();
    for (size_t i = 0; i < FIELDS; i++) {
        states *= values[i];
    }
    for (size_t state = 0; state < states; state += stride) {
        for (size_t event = 0; event <= EVENTS; event++) {
            unsigned long now = count_step(machine_of(state), (uint8_t)event);
            transitions++;
            instructions += now;
            digest = ((digest ^ now) * 16777619u) & 0xffffffffu;
            if (now > most) {
                most = now;
                most_state = state;
                most_event = event;
            }
        }
    }
    printf("%lu %zu %zu %lu %lu %08lx\n", most, most_state, most_event, transitions, instructions,
           digest);
    return 0;
}
