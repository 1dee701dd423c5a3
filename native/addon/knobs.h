/* SPDX-License-Identifier: Apache-2.0 */
/* Global variables of the BPF object, found by name in its BTF: constants set before the load, variables shared with it after. */
#ifndef TARSIER_KNOBS_H
#define TARSIER_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_object;

/* Sets a constant or the first value of a variable, before the load. False when it has none of that name. */
bool knob_set(struct bpf_object *object, const char *name, uint64_t value);

/* Reads one as the object has it. False when it has none of that name. */
bool knob_get(struct bpf_object *object, const char *name, uint64_t *value);

/* A variable of .data, shared with the running programs. */
struct knob {
	void *value;	/* NULL when the object has none of that name */
	uint32_t size;
	void *pages;
	size_t bytes;
};

void knob_map(struct knob *knob, struct bpf_object *object, const char *name);
void knob_unmap(struct knob *knob);

/*
 * Writes element `at` of a variable of .data, while the programs run, in one store: elements have `width` bytes, 1, 4 or 8.
 * 0, -ENOENT, -ERANGE or -EINVAL.
 */
int knob_write(struct bpf_object *object, const char *name, uint32_t width, uint32_t at, uint64_t value);

#endif
