#include "subject.h"

const subject *const subjects[] = {&subject_endwell_openssl, &subject_endwell_mbedtls, NULL};
