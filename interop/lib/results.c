#define _GNU_SOURCE
#include "results.h"
#include "side.h"
#include "whole.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

cJSON *results_tools(void)
{
    cJSON *tools = cJSON_CreateObject();
    for (int i = 0; sides[i]; i++)
        cJSON_AddStringToObject(tools, sides[i]->name, sides[i]->tls->version());
    cJSON_AddStringToObject(tools, "compiler", __VERSION__);
    return tools;
}

int results_write(cJSON *json, const char *path, const char *tool)
{
    int status = write_whole(json, path);
    if (status != 0)
        fprintf(stderr, "%s: %s: %s\n", tool, path, strerror(errno));
    cJSON_Delete(json);
    return status;
}
