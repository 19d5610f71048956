/* What is printed, and the file that the evidence is made of. */
#ifndef KIT_REPORT_H
#define KIT_REPORT_H

#include "settings.h"

/* One setting: its findings, and what was not looked at. `program`: to run a case again. */
void report_setting(const setting_report *r, const char *program);

/* 0, or -1 with a message. `seconds`: that the trial took. */
int kit_report_write(const setting_report *list, int count, int sample, double seconds,
                     const frame_counts *counts, const char *path);

#endif
