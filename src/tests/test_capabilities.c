/*
 * Plays what each engine can do, and holds docs/capabilities.md to it: each row of its table, each
 * cell, and a note for each cell that is not plain. Prints the table that it saw.
 */
#include "support.h"

#include "capabilities.h"

#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>

#include "frame.h"
#include "messages.h"

static const char page[] = "docs/capabilities.md";

enum { ENGINES_MOST = 8, ROWS_MOST = 32, CELL_MOST = 64, LINE_MOST = 1024, NOTES_MOST = 64 };

static struct {
    char text[CELL_MOST];
} seen[ROWS_MOST][ENGINES_MOST];
static unsigned engine_count;

/* Playing ------------------------------------------------------------------------ */

typedef struct place {
    unsigned row;
    unsigned engine;
} place;

static void play(void **state)
{
    static const char *const words[] = {"works", "works with a limit", "refused at open", "off",
                                        "not",   "not played"};
    const place *p = *state;
    char *text = seen[p->row][p->engine].text;
    cell c = capabilities[p->row].play(engines[p->engine]);

    if (c.is == LIMITED) {
        snprintf(text, CELL_MOST, "%s: %d", words[c.is], c.limit);
    } else {
        snprintf(text, CELL_MOST, "%s", words[c.is]);
    }
}

/* libssl by itself ---------------------------------------------------------------- */

static BIO *net; /* the far end of what our SSL writes to and reads from */

static void pump(void)
{
    uint8_t chunk[4096];
    int n;

    while ((n = BIO_read(net, chunk, sizeof chunk)) > 0) {
        BIO_write(SSL_get_rbio(l.peer.ssl), chunk, n);
    }
    while ((n = BIO_read(SSL_get_wbio(l.peer.ssl), chunk, sizeof chunk)) > 0) {
        assert_int_equal(BIO_write(net, chunk, n), n);
    }
}

/* What comes of the write that blocked, with or without a ticket behind the KeyUpdate. */
static int libssl_repeats(int with_ticket)
{
    static const variant v = {OPENSSL, TLS1_3_VERSION, 0, OPENSSL, NULL};
    char got[4];
    BIO *near;
    int ret;

    link_make(&l, &v);
    link_wire(&l);
    assert_int_equal(BIO_new_bio_pair(&near, 4096, &net, 1 << 16), 1);
    SSL_set_bio(l.us.ssl, near, near);
    for (int turn = 0; turn < 10; turn++) {
        (void)SSL_do_handshake(l.us.ssl);
        pump();
        (void)SSL_do_handshake(l.peer.ssl);
        pump();
    }
    assert_true(SSL_is_init_finished(l.us.ssl) && SSL_is_init_finished(l.peer.ssl));
    assert_int_equal(SSL_write(l.us.ssl, big, EW_RECORD_MAX), -1);
    assert_int_equal(SSL_key_update(l.peer.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
    assert_int_equal(SSL_do_handshake(l.peer.ssl), 1);
    if (with_ticket) {
        assert_int_equal(SSL_new_session_ticket(l.peer.ssl), 1);
        assert_int_equal(SSL_do_handshake(l.peer.ssl), 1);
    }
    pump();
    (void)SSL_read(l.us.ssl, got, sizeof got);
    for (int turn = 0; turn < 10; turn++) {
        ret = SSL_write(l.us.ssl, big, EW_RECORD_MAX);
        if (ret > 0) {
            break;
        }
        pump();
    }
    ret = SSL_get_error(l.us.ssl, ret);
    BIO_free(net);
    link_close(&l);
    return ret;
}

/* Not of our making: libssl alone, on a BIO of its own, dies of what the row says "not" of. */
static void libssl_alone_dies_of_it_too(void **state)
{
    (void)state;
    printf("libssl alone, a KeyUpdate behind a blocked record: error %d; and a ticket: error %d\n",
           libssl_repeats(0), libssl_repeats(1));
    assert_int_equal(libssl_repeats(0), SSL_ERROR_NONE);
    assert_int_equal(libssl_repeats(1), SSL_ERROR_SSL);
}

/* The page -------------------------------------------------------------------------- */

static int complaints;

static void complain(int line, const char *what, const char *saw, const char *says)
{
    fprintf(stderr, "%s:%d: %s: the test saw '%s', the page says '%s'\n", page, line, what, saw,
            says);
    complaints++;
}

/* Cuts "| a | b |" up, in place; the count of cells that are not empty. */
static unsigned cut(char *line, char *cells[], unsigned most)
{
    unsigned n = 0;

    for (char *at = strtok(line, "|\n"); at != NULL && n < most; at = strtok(NULL, "|\n")) {
        at += strspn(at, " ");
        for (size_t len = strlen(at); len > 0 && at[len - 1] == ' '; len--) {
            at[len - 1] = '\0';
        }
        if (*at != '\0') {
            cells[n++] = at;
        }
    }
    return n;
}

/* Takes the mark of a note off a cell; its number, 0: none. */
static int note_of(char *text)
{
    int number = 0;
    char *mark = strstr(text, " <sup>");

    if (mark != NULL && sscanf(mark, " <sup>%d</sup>", &number) == 1) {
        *mark = '\0';
    }
    return number;
}

static void check_cell(int line, unsigned row, unsigned engine, char *text, uint8_t *cited)
{
    const char *saw = seen[row][engine].text;
    int note = note_of(text);
    char what[CELL_MOST * 2];

    snprintf(what, sizeof what, "%s, %s", capabilities[row].name, engines[engine]->name);
    if (strcmp(saw, text) != 0) {
        complain(line, what, saw, text);
    }
    if (strcmp(saw, "works") != 0 && (note < 1 || note >= NOTES_MOST)) {
        complain(line, what, saw, "no note to it");
    } else {
        cited[note] = 1;
    }
}

static void check_row(int line, char *text, uint8_t *cited, uint8_t *rows)
{
    char *cells[ENGINES_MOST + 1];
    unsigned count = cut(text, cells, ENGINES_MOST + 1);

    for (unsigned row = 0; row < capability_count; row++) {
        if (count == 0 || strcmp(cells[0], capabilities[row].name) != 0) {
            continue;
        }
        rows[row] = 1;
        if (count != engine_count + 1) {
            complain(line, cells[0], "a cell for each engine", "fewer or more");
            return;
        }
        for (unsigned engine = 0; engine < engine_count; engine++) {
            check_cell(line, row, engine, cells[engine + 1], cited);
        }
        return;
    }
    complain(line, count > 0 ? cells[0] : "", "no such row", "there is one");
}

static void check_head(int line, char *text)
{
    char *cells[ENGINES_MOST + 1];
    unsigned count = cut(text, cells, ENGINES_MOST + 1);

    for (unsigned engine = 0; engine < engine_count; engine++) {
        if (count != engine_count || strcmp(cells[engine], engines[engine]->name) != 0) {
            complain(line, "the head of the table", engines[engine]->name, "another order");
            return;
        }
    }
}

static void check_page(FILE *file)
{
    char text[LINE_MOST];
    uint8_t cited[NOTES_MOST] = {0};
    uint8_t rows[ROWS_MOST] = {0};
    uint8_t notes[NOTES_MOST] = {0};
    int line = 0;
    int in_table = 0;
    int after = 0; /* the first table is over; the other one is make test-kit's */
    int number;

    while (fgets(text, sizeof text, file) != NULL) {
        line++;
        after |= in_table > 0 && text[0] != '|';
        if (after && text[0] == '|') {
            continue;
        }
        if (text[0] == '|' && in_table++ == 0) {
            check_head(line, text);
        } else if (text[0] == '|' && text[1] != '-') {
            check_row(line, text, cited, rows);
        } else if (sscanf(text, "%d. ", &number) == 1 && number > 0 && number < NOTES_MOST) {
            notes[number] = 1;
        }
    }
    for (unsigned row = 0; row < capability_count; row++) {
        if (!rows[row]) {
            complain(line, capabilities[row].name, "a row", "none");
        }
    }
    for (number = 1; number < NOTES_MOST; number++) {
        if (notes[number] != cited[number]) {
            complain(line, "the notes", cited[number] ? "a mark" : "no mark",
                     notes[number] ? "a note" : "no note");
        }
    }
}

static void the_page_says_what_was_seen(void **state)
{
    FILE *file = fopen(page, "r");

    (void)state;
    for (unsigned row = 0; row < capability_count; row++) {
        printf("| %s", capabilities[row].name);
        for (unsigned engine = 0; engine < engine_count; engine++) {
            printf(" | %s", seen[row][engine].text);
        }
        printf(" |\n");
    }
    if (file == NULL) {
        fail_msg("%s:1: is not there", page);
    }
    check_page(file);
    fclose(file);
    assert_int_equal(complaints, 0);
}

/* The program ------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[ROWS_MOST * ENGINES_MOST + 2];
    static place places[ROWS_MOST * ENGINES_MOST];
    static char names[ROWS_MOST * ENGINES_MOST][CELL_MOST * 2];
    size_t count = 0;

    while (engines[engine_count] != NULL) {
        engine_count++;
    }
    if (capability_count > ROWS_MOST || engine_count > ENGINES_MOST) {
        return 2;
    }
    for (unsigned i = 0; i < capability_count * engine_count; i++, count++) {
        places[i] = (place){i / engine_count, i % engine_count};
        snprintf(names[i], sizeof names[i], "%s: %s", capabilities[places[i].row].name,
                 engines[places[i].engine]->name);
        tests[count] = (struct CMUnitTest){names[i], play, NULL, NULL, &places[i]};
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(libssl_alone_dies_of_it_too);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(the_page_says_what_was_seen);
    return run_program(argc, argv, tests, count);
}
