/* What every page of HTML is written with: its look, and text that stays text. */
#ifndef TOOL_MARKUP_H
#define TOOL_MARKUP_H

#include <stdio.h>

void put_text(FILE *out, const char *text);
void put_element(FILE *out, const char *name, const char *text);
/* A term of a list, and what it is here. */
void put_pair(FILE *out, const char *term, const char *text);
/* Nothing may be loaded, and no script may run, but for what `policy` adds ("; script-src ..."). */
void put_page_head(FILE *out, const char *policy, const char *more_style);
void put_page_end(FILE *out);

#endif
