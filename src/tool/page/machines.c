/*
 * What the report's page needs beside the machines as they ship: room for the bytes of one, and the
 * parts of an answer, which their headers have inline. Compiled with them to WebAssembly.
 */
#include "ew_core.h"
#include "ew_orderly.h"

uint8_t room[sizeof(ew_machine) + sizeof(ew_orderly_machine)];

uint8_t core_action(ew_answer answer)
{
    return ew_action(answer);
}

int8_t core_value(ew_answer answer)
{
    return ew_value(answer);
}

uint8_t core_error(ew_answer answer)
{
    return ew_error(answer);
}

uint8_t core_reason(ew_answer answer)
{
    return ew_reason(answer);
}

uint8_t orderly_action(ew_orderly_answer answer)
{
    return ew_orderly_action(answer);
}

int8_t orderly_value(ew_orderly_answer answer)
{
    return ew_orderly_value(answer);
}

uint8_t orderly_error(ew_orderly_answer answer)
{
    return ew_orderly_error(answer);
}

uint8_t orderly_reason(ew_orderly_answer answer)
{
    return ew_orderly_reason(answer);
}
