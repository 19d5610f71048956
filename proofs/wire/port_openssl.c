/* The port for OpenSSL, for Frama-C: how it calls libssl, its BIO and its actions stand in headers. */
#include "openssl_action.h"
#include "openssl_bio.h"
