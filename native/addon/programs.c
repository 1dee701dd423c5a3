// SPDX-License-Identifier: Apache-2.0
#include "programs.h"

#include <stdlib.h>
#include <string.h>

static bool has_prefix(const char *program, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(program, prefix, length) == 0 && strncmp(program + length, "__", 2) == 0;
}

bool program_is_wanted(const struct sensor_options *options, const char *program)
{
	for (size_t i = 0; i < options->prefix_count; i++)
		if (has_prefix(program, options->prefixes[i]))
			return true;
	return false;
}

static const struct program_table TABLES[] = {
	{ "__compat_", "compat_calls" },	/* 32-bit system calls by number */
	{ "__uring_", "uring_calls" },	/* io_uring operations by opcode */
};

const struct program_table *program_table_of(const char *program, uint32_t *number)
{
	for (size_t i = 0; i < sizeof(TABLES) / sizeof(*TABLES); i++) {
		const char *mark = strstr(program, TABLES[i].mark);
		char *end;

		if (!mark)
			continue;
		*number = (uint32_t)strtoul(mark + strlen(TABLES[i].mark), &end, 10);
		if (*end == '_')
			return &TABLES[i];
	}
	return NULL;
}
