/* A libssl peer of its own process. It reads one step per line from its standard input and answers
 * each with one line of JSON: what its library returned and what it saw on the wire. */
#define _GNU_SOURCE
#include "peer.h"
#include "net.h"

#include <getopt.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What peer_records.c can make records for. */
static void only_gcm(SSL_CTX *ctx)
{
    SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM");
    SSL_CTX_set_ciphersuites(ctx, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256");
}

static int run_line(peer_t *p, char *line)
{
    char *argument = line + strcspn(line, " \n");
    if (*argument)
        *argument++ = '\0';
    argument[strcspn(argument, "\n")] = '\0';

    const peer_step *step = peer_steps;
    while (step->name && strcmp(step->name, line) != 0)
        step++;
    if (!step->name) {
        fprintf(stderr, "peer: no step '%s'; --help lists them\n", line);
        return -1;
    }

    cJSON *report = cJSON_CreateObject();
    cJSON_AddStringToObject(report, "step", line);
    if (*argument)
        cJSON_AddStringToObject(report, "argument", argument);
    ERR_clear_error();
    step->run(p, argument, report);
    peer_add_state(p, report);

    char *text = cJSON_PrintUnformatted(report);
    printf("%s\n", text);
    fflush(stdout);
    free(text);
    cJSON_Delete(report);
    return 0;
}

static void usage(FILE *to)
{
    fprintf(to,
            "usage: peer --server|--client PORT --tls 1.2|1.3 [--cert FILE --key FILE]\n"
            "            [--no-tickets] [--gcm] [--buffer BYTES] [--seconds N]\n"
            "Reads one step per line from standard input and answers each with a line of JSON.\n"
            "A server first prints the port that it listens on. Steps:\n");
    for (const peer_step *s = peer_steps; s->name; s++)
        fprintf(to, "  %-22s %s\n", s->name, s->help);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"server", no_argument, NULL, 's'},
                                            {"client", required_argument, NULL, 'c'},
                                            {"tls", required_argument, NULL, 't'},
                                            {"cert", required_argument, NULL, 'C'},
                                            {"key", required_argument, NULL, 'K'},
                                            {"no-tickets", no_argument, NULL, 'n'},
                                            {"gcm", no_argument, NULL, 'g'},
                                            {"buffer", required_argument, NULL, 'b'},
                                            {"seconds", required_argument, NULL, 'S'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    peer_t peer = {.server = -1, .fd = -1, .listener = -1};
    const char *cert = NULL, *key = NULL;
    int version = TLS1_2_VERSION, tickets = 1, gcm = 0, seconds = 90, option;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 's': peer.server = 1; break;
        case 'c':
            peer.server = 0;
            peer.port = atoi(optarg);
            break;
        case 't': version = strcmp(optarg, "1.3") == 0 ? TLS1_3_VERSION : TLS1_2_VERSION; break;
        case 'C': cert = optarg; break;
        case 'K': key = optarg; break;
        case 'n': tickets = 0; break;
        case 'g': gcm = 1; break;
        case 'b': peer.buffer = atoi(optarg); break;
        case 'S': seconds = atoi(optarg); break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return 2;
        }
    }
    if (peer.server < 0 || optind != argc) {
        usage(stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    alarm((unsigned)seconds); /* no peer outlives its cell */
    peer.ctx = peer_context(&peer, version, cert, key, tickets);
    if (peer.ctx && gcm)
        only_gcm(peer.ctx);
    if (!peer.ctx) {
        ERR_print_errors_fp(stderr);
        return 2;
    }
    if (peer.server) {
        peer.listener = net_listen(&peer.port);
        if (peer.listener < 0) {
            perror("peer: listen");
            return 2;
        }
        printf("{\"step\":\"listen\",\"port\":%d}\n", peer.port);
        fflush(stdout);
    }

    char line[256];
    int status = 0;
    while (status == 0 && fgets(line, sizeof line, stdin))
        status = run_line(&peer, line);
    peer_disconnect(&peer);
    SSL_SESSION_free(peer.session);
    SSL_CTX_free(peer.ctx);
    cJSON_Delete(peer.alerts_in);
    cJSON_Delete(peer.alerts_out);
    if (peer.listener >= 0)
        close(peer.listener);
    return status == 0 ? 0 : 2;
}
