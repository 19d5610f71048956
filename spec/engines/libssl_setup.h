/*
 * Contracts of what a program needs of OpenSSL around a connection: contexts, BIOs. Nothing of the close
 * is in them, except that they must not switch it off; any of them may leave errors in the queue.
 * See libssl.h, which includes this.
 */
#ifndef EW_LIBSSL_SETUP_H
#define EW_LIBSSL_SETUP_H

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from \nothing;
  assigns    ew_thread;
*/
const SSL_METHOD *TLS_client_method(void);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from meth;
  assigns    ew_thread;
*/
SSL_CTX *SSL_CTX_new(const SSL_METHOD *meth);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_thread;
*/
void SSL_CTX_free(SSL_CTX *ctx);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_thread;
*/
void SSL_CTX_set_verify(SSL_CTX *ctx, int mode, SSL_verify_cb callback);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:ctx, indirect:CAfile, indirect:CApath;
  assigns    ew_thread;
*/
int SSL_CTX_load_verify_locations(SSL_CTX *ctx, const char *CAfile, const char *CApath);

/*@
  requires   QS04_left_off: mode == 0;                                                // documented
  terminates \true;
  exits      \false;
  assigns    ew_thread;
*/
void SSL_CTX_set_quiet_shutdown(SSL_CTX *ctx, int mode);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from host_port;
  assigns    ew_thread;
*/
BIO *BIO_new_connect(const char *host_port);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from fd;
  assigns    ew_thread;
*/
BIO *BIO_new_fd(int fd, int close_flag);

/*@
  // With what the macros of bio.h hand it here: an argument by value, or a text that is copied.
  requires   commands: cmd == BIO_C_SET_NBIO || cmd == BIO_C_DO_STATE_MACHINE;
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:bp, indirect:cmd, indirect:larg, indirect:parg;
  assigns    ew_thread;
*/
long BIO_ctrl(BIO *bp, int cmd, long larg, void *parg);

/*@
  requires   some: len >= 0 && \valid_read((const char *)data + (0 .. len - 1));
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:b, ((const char *)data)[0 .. len - 1];
  assigns    ew_thread;
  ensures    count: \result <= len;
*/
int BIO_write(BIO *b, const void *data, int len);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:b, indirect:buf;
  assigns    ew_thread;
*/
int BIO_puts(BIO *b, const char *buf);

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from indirect:a;
  assigns    ew_thread;
*/
int BIO_free(BIO *a);

#endif
