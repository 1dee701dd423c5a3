// SPDX-License-Identifier: Apache-2.0
#include "share.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Frozen once loaded; the knobs in it are set anew, to the same values. */
static bool is_constant(const struct bpf_map *map)
{
	const char *end = strrchr(bpf_map__name(map), '.');

	return bpf_map__is_internal(map) && end && strcmp(end, ".rodata") == 0;
}

int share_maps(struct bpf_object *from, struct bpf_object *into)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, into) {
		struct bpf_map *shared = bpf_object__find_map_by_name(from, bpf_map__name(map));

		if (is_constant(map))
			continue;
		int error = shared ? bpf_map__reuse_fd(map, bpf_map__fd(shared)) : -ENOENT;

		if (error)
			return error;
	}
	return 0;
}
