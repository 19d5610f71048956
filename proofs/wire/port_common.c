/* What the ports do alike, for Frama-C: all of it stands in the header. */
#include "port_common.h"
