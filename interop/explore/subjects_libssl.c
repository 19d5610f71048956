/* What endwell-explore walks over. */
#include "subject.h"

const subject *const subjects[] = {&subject_libssl, NULL};
