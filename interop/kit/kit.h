/*
 * The conformance kit for ports: what an engine supplies to be put on trial is a tls_engine.
 *
 * The kit takes the port's part of the connection: it calls the functions of ew_port.h as the core
 * would, over a socket in memory where every send and receive can be made to fail, against a peer
 * whose records it seals itself. docs/porting.md goes through it.
 *
 * The peer speaks TLS 1.2 with ECDHE-ECDSA-AES128-GCM-SHA256 and TLS 1.3 with
 * TLS_AES_128_GCM_SHA256, on P-256. The engine has to agree to that, and to verify nothing.
 */
#ifndef KIT_H
#define KIT_H

#include "engines/engine.h"

enum { KIT_CHANGES_MAX = 4 };

#ifdef __cplusplus
extern "C" {
#endif

/* What is on trial, up to NULL: in a program of your own, yours. */
extern const tls_engine *const kit_engines[];

#ifdef __cplusplus
}
#endif
#endif
