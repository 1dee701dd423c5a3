/* SPDX-License-Identifier: Apache-2.0 */
/* The decision table: rules as trees over tests, each of which holds, does not, or cannot be told here. */
#ifndef TARSIER_PREVENT_TABLE_H
#define TARSIER_PREVENT_TABLE_H

#include "facts.h"
#include "../prevent-protocol.h"

#include <stdbool.h>
#include <stddef.h>

enum truth { NO, YES, UNSURE };

/* A table in memory that nobody writes any more. */
struct table {
	const struct prevent_table *head;
	const struct prevent_node *nodes;
	const uint32_t *children;
	const struct prevent_test *tests;
	const struct prevent_text *texts;
	const struct prevent_rule *rules;
	const char *bytes;
	bool wants[PREVENT_KINDS];
};

struct verdict {
	enum truth truth;
	int rule; /* the first that holds, or else that could */
};

/* Maps the memory and checks every number in it. Returns 0 or -errno; the table before stays as it is then. */
int table_take(struct table *table, int memory, size_t bytes);

/* What the rules of the event's kind come to: the first that holds decides. Where the process may not be looked at, its facts are unsure. */
struct verdict table_judge(const struct table *table, struct facts *facts);

bool table_is_protected(const struct table *table, const struct facts *facts);
bool table_is_quiet(const struct table *table, const struct text *path);
/* A mount, as /proc/self/mountinfo has it. */
struct mount_facts {
	const char *point, *type;
	/* Whether another mount point lies between this one and the path. */
	bool (*has_deeper)(const char *point, const char *path);
};

/* Whether decisions are wanted there: where the agent named mount points, on these alone. */
bool table_names_mount(const struct table *table, const char *point);

/* Whether the file system that is mounted there can hold a path that rules of the kind speak of. */
bool table_wants_mount(const struct table *table, enum prevent_kind kind, const struct mount_facts *mount);

#endif
