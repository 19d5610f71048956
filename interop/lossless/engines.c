/* The engines alone, those of every port that was built. */
#include "engines.h"
#include "plain.h"

#include <stddef.h>

/* libssl has a side of its own already. */
const plain_engine plain_openssl[] = {{&side_libssl, "SSL_shutdown, once", 0}, {0}};

#define ENGINE(name) extern const plain_engine plain_##name[];
PLAIN_PORTS
#undef ENGINE

#define ENGINE(name) plain_##name,
static const plain_engine *const by_port[] = {PLAIN_PORTS};
#undef ENGINE

const plain_engine *plain_at(int i)
{
    static const plain_engine none = {0};
    for (size_t port = 0; port < sizeof by_port / sizeof by_port[0]; port++)
        for (const plain_engine *e = by_port[port]; e->ops; e++)
            if (i-- == 0)
                return e;
    return &none;
}
