/* SPDX-License-Identifier: Apache-2.0 */
/* What the name of a BPF program says: `<kind>__<hook>`, or `<kind>__<mark>_<number>_<type>` for one that a dispatcher runs. */
#ifndef TARSIER_PROGRAMS_H
#define TARSIER_PROGRAMS_H

#include "sensor.h"

bool program_is_wanted(const struct sensor_options *options, const char *program);

/* A table of programs that are not attached but run by a dispatcher, each at its number. */
struct program_table {
	const char *mark;
	const char *map;
};

/* The table of a program and its place there; NULL for one that is attached. */
const struct program_table *program_table_of(const char *program, uint32_t *number);

#endif
