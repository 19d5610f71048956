/* Names come from files, symbols and traces: what of them is fit for a terminal, JSON and XML. */
#ifndef TOOL_UTF8_H
#define TOOL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Controls, surrogates, marks that turn the order of a text, and what is no character. */
static inline bool is_unfit(unsigned long code)
{
    return (code >= 0x80 && code < 0xa0) || code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           (code >= 0xd800 && code < 0xe000) || code == 0xfeff || (code & 0xfffe) == 0xfffe ||
           code > 0x10ffff;
}

/* The bytes of the character that begins there; 0 if none does that can be shown. */
static inline size_t character_at(const char *text)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] < 0x80) {
        return byte[0] >= 0x20 && byte[0] != 0x7f;
    }
    if (byte[0] < 0xc2 || byte[0] > 0xf4) {
        return 0;
    }
    size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    unsigned long code = byte[0] & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte[i] & 0x3fU);
    }
    return code >= least[length] && !is_unfit(code) ? length : 0;
}

/* What is no such character becomes a `?`, byte by byte. */
static inline void make_printable(char *text)
{
    while (*text != '\0') {
        size_t length = character_at(text);
        if (length == 0) {
            *text = '?';
        }
        text += length == 0 ? 1 : length;
    }
}

#endif
