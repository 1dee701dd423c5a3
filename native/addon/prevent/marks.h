/* SPDX-License-Identifier: Apache-2.0 */
/* Which file systems the kernel asks about, and which files on them it asks no more about for a while. */
#ifndef TARSIER_PREVENT_MARKS_H
#define TARSIER_PREVENT_MARKS_H

#include "table.h"

#include <stdbool.h>
#include <stdint.h>

typedef void told_mount(const char *point, int error);

/* Opens the fanotify group of the rules. Returns its descriptor or -errno. */
int marks_begin(void);

/* Opens one more group. Returns its descriptor or -errno. */
int marks_group(void);

/* The descriptor is the taker's to close. mask: of the event. */
typedef void take_event_of(void *context, int fd, uint64_t mask, int tid);

/* Reads what the kernel asks that group. Left out is an event that came without its file; counted where a lease is why. */
void marks_read(int group, take_event_of *take, void *context);

/* A descriptor that has POLLPRI when mounts have changed; -1: there is none. */
int marks_changes(void);

/* Marks what the table wants and takes away what it does not. Told are those that are new, or all of them. Returns how many are marked; refused: how many could not be. */
uint32_t marks_follow(const struct table *table, bool all, uint32_t *refused, told_mount *told);

/* Marks for that group every local file system that the agent was not told to leave out. Returns how many; refused: how many mounts could not be. */
uint32_t marks_everywhere(int group, uint64_t mask, const struct table *table, uint32_t *refused);

/* Whether it lies on a file system that is ever marked. */
bool marks_is_local(int fd);

/* The kernel asks that group no more about the file until it is written to. Returns whether it was told so. */
bool marks_ignore(int group, uint64_t mask, int fd);

/* A file whose verdict is "allowed" whoever opens it was seen; from the second time on the kernel asks no more. Returns whether it was told so. */
bool marks_remember(int fd, const struct facts *facts);

/* Call it often. Forgets what was remembered once it is a second old: a file that was renamed meanwhile is asked about again. */
void marks_forget(uint64_t now_ns);

#endif
