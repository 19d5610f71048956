/* A sequence as a C program that needs nothing but libssl and interop/explore/reproduce/. */
#include "report.h"

static const char *const lines[STEPS] = {
    [SHUTDOWN] = "CALL(SSL_shutdown(s));",
    [READ_SMALL] = "CALL(SSL_read(s, buffer, 2));",
    [READ_ALL] = "CALL(read_all());",
    [PEEK] = "CALL(SSL_peek(s, buffer, sizeof buffer));",
    [WRITE] = "CALL(SSL_write(s, \"hello\", 5));",
    [WRITE_NOTHING] = "CALL(SSL_write(s, \"\", 0));",
    [SET_0] = "DO(SSL_set_shutdown(s, 0));",
    [SET_1] = "DO(SSL_set_shutdown(s, SSL_SENT_SHUTDOWN));",
    [SET_2] = "DO(SSL_set_shutdown(s, SSL_RECEIVED_SHUTDOWN));",
    [SET_3] = "DO(SSL_set_shutdown(s, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN));",
    [SET_7] = "DO(SSL_set_shutdown(s, 7));",
    [QUIET_ON] = "DO(SSL_set_quiet_shutdown(s, 1));",
    [QUIET_OFF] = "DO(SSL_set_quiet_shutdown(s, 0));",
    [UPDATE_KEY] = "ASK(SSL_key_update(s, SSL_KEY_UPDATE_NOT_REQUESTED));",
    [RENEGOTIATE] = "ASK(SSL_renegotiate(s));",
    [HANDSHAKE] = "CALL(SSL_do_handshake(s));",
    [FREE] = "free_connection();",
    [CLEAR_QUEUE] = "clear_errors();",
    [LEAVE_ERROR] = "leave_error();",
    [PEER_DATA] = "peer_sends_data();",
    [PEER_CLOSES] = "peer_sends_close_notify();",
    [PEER_ALERT] = "peer_sends_fatal_alert();",
    [PEER_WARNING] = "peer_sends_warnings(1);",
    [PEER_WARNINGS] = "peer_sends_warnings(4);",
    [PEER_EMPTY] = "peer_sends_empty_record();",
    [PEER_TICKET] = "peer_sends_ticket();",
    [PEER_KEY_UPDATE] = "peer_sends_key_update();",
    [PEER_HELLO_REQUEST] = "peer_sends_hello_request();",
    [PEER_EOF] = "peer_closes_transport();",
    [TAKE_ALL] = "transport(TAKES_ALL);",
    [BE_FULL] = "transport(IS_FULL);",
    [TAKE_PART] = "transport(TAKES_7_BYTES);",
    [TAKE_NOTHING] = "transport(TAKES_NOTHING);",
    [FAIL_WRITE] = "transport(FAILS);",
    [FAIL_READ] = "reading_fails();",
};

void print_program(FILE *out, setting at, const sequence *s, const char *comment)
{
    static const char *const starts[STARTS] = {"ESTABLISHED", "IGNORING_EOF", "FRESH"};
    fprintf(out, "/* %s. */\n#include \"reproduce.h\"\n\nint main(void)\n{\n", comment);
    fprintf(out, "    begin(%s, %s, %s);\n", at.tls13 ? "TLS1_3_VERSION" : "TLS1_2_VERSION",
            at.client ? "CLIENT" : "SERVER", starts[at.start]);
    for (int i = 0; i < s->length; i++)
        fprintf(out, "    %s\n", lines[s->step[i]]);
    fputs("    return 0;\n}\n", out);
}
