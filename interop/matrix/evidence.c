/* Evidence files: whole or not at all. */
#define _GNU_SOURCE
#include "report.h"
#include "whole.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const pages[] = {"spec/machine.md", "spec/calls.md", "spec/outcomes.md",
                                    "spec/clauses.md", "spec/codes.md"};

/* The digest of what the expectations come from; NULL if a page cannot be read. */
static const char *spec_digest(char hex[65])
{
    unsigned char block[4096], digest[32];
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    int good = sha && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; good && i < sizeof pages / sizeof pages[0]; i++) {
        FILE *file = fopen(pages[i], "rb");
        size_t n;
        if (!file) {
            fprintf(stderr, "interop: %s: %s; run it where the specification is\n", pages[i],
                    strerror(errno));
            good = 0;
            break;
        }
        while ((n = fread(block, 1, sizeof block, file)) > 0)
            EVP_DigestUpdate(sha, block, n);
        fclose(file);
    }
    good = good && EVP_DigestFinal_ex(sha, digest, NULL) == 1;
    EVP_MD_CTX_free(sha);
    for (int i = 0; good && i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return good ? hex : NULL;
}

static void make_folder_of(const char *path)
{
    char folder[512];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0777); /* if that fails, so will opening the file, with a message */
        *slash = '/';
    }
}

static int write_into_folder(const cJSON *json, const char *path)
{
    make_folder_of(path);
    int status = write_whole(json, path);
    if (status != 0)
        fprintf(stderr, "interop: %s: %s\n", path, strerror(errno));
    return status;
}

static cJSON *absences(const results *r)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < ABSENCES && r->absent[i].reason; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "reason", r->absent[i].reason);
        cJSON_AddNumberToObject(one, "count", r->absent[i].count);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *tools(void)
{
    cJSON *object = cJSON_CreateObject();
    for (const side_ops *const *s = matrix_engines; *s; s++)
        cJSON_AddStringToObject(object, (*s)->name, (*s)->tls->version());
    cJSON_AddStringToObject(object, "compiler", __VERSION__);
    return object;
}

int report_evidence(const results *r, const char *path)
{
    char hex[65];
    const char *digest = spec_digest(hex);
    size_t failed = results_failed(r);
    if (!digest)
        return -1;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "cells", (double)r->count);
    cJSON_AddNumberToObject(json, "passed", (double)(r->count - failed));
    cJSON_AddNumberToObject(json, "failed", (double)failed);
    cJSON_AddNumberToObject(json, "not_applicable", results_absent(r));
    cJSON_AddItemToObject(json, "not_applicable_reasons", absences(r));
    cJSON_AddStringToObject(json, "spec_sha256", digest);
    cJSON_AddItemToObject(json, "tools", tools());
    cJSON_AddNumberToObject(json, "seconds", r->seconds);
    cJSON *records = cJSON_AddArrayToObject(json, "records");
    for (size_t i = 0; i < r->count; i++)
        cJSON_AddItemReferenceToArray(records, r->jobs[i].record);
    int status = write_into_folder(json, path);
    cJSON_Delete(json);
    return status;
}

static void add_differences(cJSON *list, const job *j)
{
    const variant *v = &j->variant;
    const cJSON *difference;
    char name[64];
    snprintf(name, sizeof name, "%s %s %s %s", v->engine->name, v->tls13 ? "1.3" : "1.2",
             v->server ? "server" : "client", v->nonblocking ? "nonblocking" : "blocking");
    cJSON_ArrayForEach(difference, cJSON_GetObjectItem(j->record, "differences"))
    {
        cJSON *d = cJSON_Duplicate(difference, 1);
        cJSON_AddStringToObject(d, "scenario", j->scenario->name);
        cJSON_AddStringToObject(d, "variant", name);
        cJSON_AddItemToArray(list, d);
    }
}

int report_differences(const results *r, const char *path)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < r->count; i++)
        add_differences(list, &r->jobs[i]);
    int status = write_into_folder(list, path);
    cJSON_Delete(list);
    return status;
}
