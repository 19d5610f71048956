/* What every page of HTML is written with. */
#include "markup.h"

#include "record/utf8.h"

#include <string.h>

/* A browser would forgive what XML does not: no byte of a foreign text gets by as it is. */
void put_text(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t length = character_at(text);
        switch (length == 0 ? '?' : *text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\'': fputs("&#39;", out); break;
        default:
            if (length == 0) {
                fputc('?', out);
            } else {
                fwrite(text, 1, length, out);
            }
            break;
        }
        text += length == 0 ? 1 : length;
    }
}

void put_element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    put_text(out, text);
    fprintf(out, "</%s>\n", name);
}

void put_pair(FILE *out, const char *term, const char *text)
{
    fprintf(out, "<dt>%s</dt><dd>", term);
    put_text(out, text);
    fprintf(out, "</dd>\n");
}

/* --- The page --------------------------------------------------------------------------------- */

/* Colours with a contrast of more than 7 to 1; paper has neither colour nor room to scroll. */
static const char style[] =
    "body{font:1rem/1.5 sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;max-width:60rem;"
    "padding:1rem;overflow-wrap:anywhere}\n"
    "table{border-collapse:collapse;margin:1rem 0}\n"
    "caption{text-align:left;font-weight:bold}\n"
    "th,td{border:1px solid #767676;padding:.2rem .6rem;text-align:left;vertical-align:top}\n"
    "dt{font-weight:bold}\n"
    "ul,ol{font-family:monospace}\n"
    ".finding{border-left:.3rem solid #444;padding-left:1rem;margin:2rem 0}\n"
    ".error{border-color:#8b0000}\n"
    ".warning{border-color:#6b4a00}\n"
    "a{color:#00408b}\n"
    "@media print{body{max-width:none}h3,h4{break-after:avoid}tr,li{break-inside:avoid}}\n";

void put_page_head(FILE *out, const char *policy, const char *more_style)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'",
          out);
    fprintf(out, "%s\">\n<title>endwell: report</title>\n<style>\n%s%s</style>\n</head>\n", policy,
            style, more_style);
    fputs("<body>\n<main>\n<h1>endwell: report</h1>\n", out);
}

void put_page_end(FILE *out)
{
    fputs("</main>\n<footer><p>endwell " ENDWELL_VERSION ". End of the report.</p></footer>\n"
          "</body>\n</html>\n",
          out);
}
