/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what the kernel side holds: iterators, counters. */
#ifndef TARSIER_READ_H
#define TARSIER_READ_H

#include "sensor.h"

struct bpf_map;

/* Reads an iterator to its end into a malloc'ed buffer, *bytes NULL and *length 0 before. 0 or -errno. */
int read_iterator(int link_fd, uint8_t **bytes, size_t *length);

/* A per-CPU array of structures of u64. 0 or -errno. */
int read_counters(struct bpf_map *map, uint32_t cpus, struct sensor_counters *out);

#endif
