/*
 * POSIX stream sockets as an io (ew_io.h): what ew_conn_open and ew_conn_adopt use. The
 * context is the address of the descriptor, an int. For an io of one's own that stands
 * on one.
 */
#ifndef EW_IO_POSIX_H
#define EW_IO_POSIX_H

#include "ew_io.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const ew_io ew_io_posix;

#ifdef __cplusplus
}
#endif
#endif
