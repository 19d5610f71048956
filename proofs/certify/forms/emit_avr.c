/* Hands the stream over to the serial port of a bare AVR (ATmega2560), where `int` has 16 bits. */
#include "stream.h"

/* Reset, with the stack at the end of the memory; libgcc's .init4 copies and clears the data. */
__asm__(".section .vectors,\"ax\",@progbits\n"
        "    jmp start\n"
        ".section .init2,\"ax\",@progbits\n"
        "start:\n"
        "    clr r1\n"
        "    ldi r28, 0xff\n"
        "    ldi r29, 0x21\n"
        "    out 0x3e, r29\n"
        "    out 0x3d, r28\n"
        ".section .init9,\"ax\",@progbits\n"
        "    jmp main\n"
        ".text\n");

#define STATUS  (*(volatile uint8_t *)0xc0)
#define CONTROL (*(volatile uint8_t *)0xc1)
#define DATA    (*(volatile uint8_t *)0xc6)

enum { READY = 1 << 5, SENDER_ON = 1 << 3 };

int stream_emit(const uint8_t *block, uint32_t length)
{
    CONTROL = SENDER_ON;
    for (uint32_t i = 0; i < length; i++) {
        while ((STATUS & READY) == 0) {
        }
        DATA = block[i];
    }
    return 1;
}

/* Nothing tells the emulator to end: it is stopped from outside. */
int stream_end(void)
{
    for (;;) {
    }
}
