#include "results.h"

cJSON *results_tools(const side_ops *const *engines)
{
    cJSON *tools = cJSON_CreateObject();
    for (; *engines; engines++)
        cJSON_AddStringToObject(tools, (*engines)->name, (*engines)->tls->version());
    cJSON_AddStringToObject(tools, "compiler", __VERSION__);
    return tools;
}
