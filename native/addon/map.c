// SPDX-License-Identifier: Apache-2.0
#include "map.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

int write_map(const struct bpf_map *map, const uint8_t *keys, size_t key_bytes, const uint8_t *values, size_t value_bytes)
{
	size_t key_size = bpf_map__key_size(map), value_size = bpf_map__value_size(map), count = key_bytes / key_size;

	if (key_bytes != count * key_size || value_bytes != count * value_size)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (bpf_map_update_elem(bpf_map__fd(map), keys + i * key_size, values + i * value_size, BPF_ANY))
			return -errno;
	return 0;
}

int clear_map(const struct bpf_map *map, const uint8_t *keys, size_t key_bytes)
{
	size_t key_size = bpf_map__key_size(map), count = key_bytes / key_size;

	if (key_bytes != count * key_size)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (bpf_map_delete_elem(bpf_map__fd(map), keys + i * key_size) && errno != ENOENT)
			return -errno;
	return 0;
}
