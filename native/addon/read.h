/* SPDX-License-Identifier: Apache-2.0 */
/* Gets from the kernel side what it holds: iterators, counters, programs that are run to tell it. */
#ifndef TARSIER_READ_H
#define TARSIER_READ_H

#include "sensor.h"

struct bpf_map;

/* Runs a raw tracepoint program once on each CPU that is online, with one argument. 0, or -errno of the last that failed. */
int run_on_cpus(int program_fd, uint32_t cpus, uint64_t argument);

/* Reads an iterator to its end into a malloc'ed buffer, *bytes NULL and *length 0 before. 0 or -errno. */
int read_iterator(int link_fd, uint8_t **bytes, size_t *length);

/* A per-CPU array of structures of u64. 0 or -errno. */
int read_counters(struct bpf_map *map, uint32_t cpus, struct sensor_counters *out);

/* What the kernel measured of a loaded program; zeros when it cannot be told. */
struct sensor_runs read_runs(int program_fd);

#endif
