// SPDX-License-Identifier: Apache-2.0
#include "knobs.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
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

/* Where a variable begins in its section. */
struct place {
	struct bpf_map *map;
	const char *section;
	uint32_t offset;
	uint32_t size;
};

/* Looks among the constants, then among the variables. */
static bool find_place(struct bpf_object *object, const char *name, struct place *place)
{
	static const char *const SECTIONS[] = { ".rodata", ".data" };

	for (size_t i = 0; i < sizeof(SECTIONS) / sizeof(*SECTIONS); i++) {
		int64_t offset = find_variable(object, SECTIONS[i], name, &place->size);

		place->map = section_map(object, SECTIONS[i]);
		if (offset < 0 || !place->map)
			continue;
		place->section = SECTIONS[i];
		place->offset = (uint32_t)offset;
		return true;
	}
	return false;
}

bool knob_get(struct bpf_object *object, const char *name, uint64_t *value)
{
	struct place place;
	size_t bytes = 0;
	const uint8_t *initial;

	if (!find_place(object, name, &place) || place.size > sizeof(*value))
		return false;
	initial = bpf_map__initial_value(place.map, &bytes);
	if (!initial || (size_t)place.offset + place.size > bytes)
		return false;
	*value = 0;
	memcpy(value, initial + place.offset, place.size); /* little endian, as every host we build for */
	return true;
}

bool knob_set(struct bpf_object *object, const char *name, uint64_t value)
{
	struct place place;
	size_t bytes = 0;

	if (!find_place(object, name, &place) || place.size > sizeof(value))
		return false;
	const void *initial = bpf_map__initial_value(place.map, &bytes);

	if (!initial || (size_t)place.offset + place.size > bytes)
		return false;
	uint8_t *changed = malloc(bytes);

	if (!changed)
		return false;
	memcpy(changed, initial, bytes);
	memcpy(changed + place.offset, &value, place.size);
	bool done = bpf_map__set_initial_value(place.map, changed, bytes) == 0;

	free(changed);
	return done;
}

void knob_map(struct knob *knob, struct bpf_object *object, const char *name)
{
	struct place place;
	long page = sysconf(_SC_PAGESIZE);

	*knob = (struct knob){ .value = NULL };
	if (!find_place(object, name, &place) || strcmp(place.section, ".data") != 0)
		return;
	size_t bytes = (bpf_map__value_size(place.map) + page - 1) & ~(page - 1UL);
	uint8_t *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(place.map), 0);

	if (pages != MAP_FAILED)
		*knob = (struct knob){ .value = pages + place.offset, .size = place.size, .pages = pages, .bytes = bytes };
}

void knob_unmap(struct knob *knob)
{
	if (knob->pages)
		munmap(knob->pages, knob->bytes);
	*knob = (struct knob){ .value = NULL };
}

int knob_write(struct bpf_object *object, const char *name, uint32_t width, uint32_t at, uint64_t value)
{
	struct knob knob;
	int error = 0;

	knob_map(&knob, object, name);
	if (!knob.value)
		return -ENOENT;
	if (((uint64_t)at + 1) * width > knob.size)
		error = -ERANGE;
	else if (width == 1)
		__atomic_store_n((uint8_t *)knob.value + at, (uint8_t)value, __ATOMIC_RELAXED);
	else if (width == 4)
		__atomic_store_n((uint32_t *)knob.value + at, (uint32_t)value, __ATOMIC_RELAXED);
	else if (width == 8)
		__atomic_store_n((uint64_t *)knob.value + at, value, __ATOMIC_RELAXED);
	else
		error = -EINVAL;
	knob_unmap(&knob);
	return error;
}
