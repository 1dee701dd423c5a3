// SPDX-License-Identifier: Apache-2.0
#include "knobs.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Offset of a variable in its section, -1 when it is not there. */
static int64_t find_variable(const struct bpf_object *object, const char *section_name, const char *name, uint32_t *size)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf ? btf__find_by_name_kind(btf, section_name, BTF_KIND_DATASEC) : -1;

	if (id < 0)
		return -1;
	const struct btf_type *section = btf__type_by_id(btf, id);
	const struct btf_var_secinfo *variables = btf_var_secinfos(section);

	for (uint32_t i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *variable = btf__type_by_id(btf, variables[i].type);

		if (strcmp(btf__name_by_offset(btf, variable->name_off), name) != 0)
			continue;
		*size = variables[i].size;
		return variables[i].offset;
	}
	return -1;
}

/* The map behind a section: libbpf names it by the object's name, cut, and the section's. */
static struct bpf_map *section_map(struct bpf_object *object, const char *section)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		const char *name = bpf_map__name(map), *end = strrchr(name, '.');

		if (bpf_map__is_internal(map) && end && strcmp(end, section) == 0)
			return map;
	}
	return NULL;
}

bool knob_get(struct bpf_object *object, const char *name, uint64_t *value)
{
	uint32_t size = 0;
	size_t bytes = 0;
	int64_t offset = find_variable(object, ".rodata", name, &size);
	struct bpf_map *map = section_map(object, ".rodata");
	const uint8_t *initial = map ? bpf_map__initial_value(map, &bytes) : NULL;

	if (offset < 0 || !initial || size > sizeof(*value) || (size_t)offset + size > bytes)
		return false;
	*value = 0;
	memcpy(value, initial + offset, size); /* little endian, as every host we build for */
	return true;
}

bool knob_set(struct bpf_object *object, const char *name, uint64_t value)
{
	uint32_t size = 0;
	size_t bytes = 0;
	int64_t offset = find_variable(object, ".rodata", name, &size);
	struct bpf_map *map = section_map(object, ".rodata");
	const void *initial = map ? bpf_map__initial_value(map, &bytes) : NULL;

	if (offset < 0 || !initial || size > sizeof(value) || (size_t)offset + size > bytes)
		return false;
	uint8_t *changed = malloc(bytes);

	if (!changed)
		return false;
	memcpy(changed, initial, bytes);
	memcpy(changed + offset, &value, size);
	bool done = bpf_map__set_initial_value(map, changed, bytes) == 0;

	free(changed);
	return done;
}

void knob_map(struct knob *knob, struct bpf_object *object, const char *name)
{
	uint32_t size = 0;
	int64_t offset = find_variable(object, ".data", name, &size);
	struct bpf_map *map = section_map(object, ".data");
	long page = sysconf(_SC_PAGESIZE);

	*knob = (struct knob){ .value = NULL };
	if (offset < 0 || !map || size != sizeof(uint32_t))
		return;
	size_t bytes = (bpf_map__value_size(map) + page - 1) & ~(page - 1UL);
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (pages != MAP_FAILED)
		*knob = (struct knob){ .value = (uint32_t *)((uint8_t *)pages + offset), .pages = pages, .bytes = bytes };
}

void knob_unmap(struct knob *knob)
{
	if (knob->pages)
		munmap(knob->pages, knob->bytes);
	*knob = (struct knob){ .value = NULL };
}
