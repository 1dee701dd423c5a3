/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts that this process sees, as /proc/self/mountinfo tells them: users may make many, and each makes the list be read again. */
#ifndef TARSIER_PREVENT_MOUNTS_H
#define TARSIER_PREVENT_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOUNTS_MAX 8192u
/* A longer point is none that is watched. */
#define POINT_MAX 512

struct mount {
	const char *point, *type;
};

/* A descriptor that has POLLPRI when mounts have changed, and by which they are read; or -errno. */
int mounts_begin(void);

/* Reads them. Returns 0 or -errno; `is_cut`: there are more than there is room for. */
int mounts_read(bool *is_cut);

/* What was read, in the order in which they were mounted. */
size_t mounts_count(void);
const struct mount *mounts_at(size_t at);

/* Whether it is a local file system, and the path of its point leads there, over nothing that could keep us waiting. */
bool mounts_is_reachable(size_t at);

/* Whether something is mounted between the point and a path below it, or at that path. */
bool mounts_has_deeper(const char *point, const char *path);

#endif
