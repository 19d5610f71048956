#define _GNU_SOURCE
#include "results.h"
#include "side.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cJSON *results_tools(void)
{
    cJSON *tools = cJSON_CreateObject();
    for (int i = 0; sides[i]; i++)
        cJSON_AddStringToObject(tools, sides[i]->name, sides[i]->version());
    cJSON_AddStringToObject(tools, "compiler", __VERSION__);
    return tools;
}

int results_write(cJSON *json, const char *path, const char *tool)
{
    char temporary[600];
    char *text = cJSON_Print(json);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "w");
    int good = file && text && fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        good = 0;
    good = good && rename(temporary, path) == 0;
    if (!good)
        fprintf(stderr, "%s: %s: %s\n", tool, path, strerror(errno));
    free(text);
    cJSON_Delete(json);
    return good ? 0 : -1;
}
