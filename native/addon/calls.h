/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs of system calls hang on. A tracepoint at the end of one call sends every call of every task the slow way through the
 * kernel; a program at the end of the function that does the call costs that call alone, and is not to be had everywhere.
 */
#ifndef TARSIER_CALLS_H
#define TARSIER_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_object;
struct bpf_program;

/* As `calls_by` in native/bpf/lib/maps.h. */
enum calls_by { CALLS_BY_TRACEPOINT, CALLS_BY_FUNCTION, CALLS_REFUSED };

/* What this kernel allows for the programs of `object`; for tracepoints, `reason` says why. `compat`: 32-bit calls have to be seen, too. */
enum calls_by calls_choose(const struct bpf_object *object, bool compat, char *reason, size_t reason_size);

/*
 * Where a program hangs: as `section` in the form of a section, for one that the object means for `object_section`. False when it has
 * no part in it: it belongs to another way.
 */
bool calls_section(enum calls_by by, const char *object_section, char *section, size_t size);

/* Before the load: has a program hang on what calls_section said. 0 or -errno. */
int calls_aim(struct bpf_program *program, const char *section);

/* The place in the table of refused calls of a program; false when the call has no number here. */
bool calls_refused_place(const char *program, uint32_t *place);

#endif
