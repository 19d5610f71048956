/* Which engine, which version, which role: a setting is run in a process of its own. */
#ifndef KIT_SETTINGS_H
#define KIT_SETTINGS_H

#include "sweep.h"
#include "wrong.h"

enum { SETTINGS_MAX = 64 };

/* Every engine that was built, each version that it has, both roles, as far as the arguments select
 * them (NULL or "*": all). The count. */
int settings_list(setting_report *list, const char *engine, const char *version, const char *role,
                  const char *certificates);

/* The row of the engine that says why a wrong port cannot be caught there; `how` NULL: any of that
 * obligation, where no case looks at it at all. NULL: there is none. */
const tls_unseen *settings_unseen(const tls_engine *engine, obligation what, const char *how);

/* "openssl/1.3/client" */
void kit_setting_text(const setting_report *r, char *buf, size_t size);

/* Runs each, `jobs` at a time; `wrong`: on that wrong port; NULL: on the engine's own. The reports
 * lie in shared memory. 0, or -1 with a message. */
int settings_run(setting_report *list, int count, const selection *s, const wrong_port *wrong,
                 int jobs);

#endif
