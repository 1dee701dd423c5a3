/* SPDX-License-Identifier: Apache-2.0 */
/* Global variables of the BPF object, found by name in its BTF: constants set before the load, variables shared with it after. */
#ifndef TARSIER_KNOBS_H
#define TARSIER_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_object;

/* Sets a `const volatile` of the object, before the load. False when it has none of that name. */
bool knob_set(struct bpf_object *object, const char *name, uint64_t value);

/* Reads one as the object has it. False when it has none of that name. */
bool knob_get(struct bpf_object *object, const char *name, uint64_t *value);

/* A u32 of .data, shared with the running programs. */
struct knob {
	uint32_t *value;	/* NULL when the object has none of that name */
	void *pages;
	size_t bytes;
};

void knob_map(struct knob *knob, struct bpf_object *object, const char *name);
void knob_unmap(struct knob *knob);

#endif
