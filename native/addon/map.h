/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the object's maps, written while its programs run. */
#ifndef TARSIER_MAP_H
#define TARSIER_MAP_H

#include <stddef.h>
#include <stdint.h>

struct bpf_map;

/* As sensor_write_map and sensor_clear_map say it. */
int write_map(const struct bpf_map *map, const uint8_t *keys, size_t key_bytes, const uint8_t *values, size_t value_bytes);
int clear_map(const struct bpf_map *map, const uint8_t *keys, size_t key_bytes);

#endif
