// SPDX-License-Identifier: Apache-2.0
#include "read.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Grows the buffer so that at least one more page-sized read fits. */
static int grow(uint8_t **bytes, size_t *capacity, size_t length)
{
	if (*capacity - length >= 65536)
		return 0;
	size_t wanted = *capacity ? 2 * *capacity : 1U << 20;
	uint8_t *grown = realloc(*bytes, wanted);

	if (!grown)
		return -ENOMEM;
	*bytes = grown;
	*capacity = wanted;
	return 0;
}

static int read_all(int fd, uint8_t **bytes, size_t *length)
{
	size_t capacity = 0;

	for (;;) {
		int error = grow(bytes, &capacity, *length);

		if (error)
			return error;
		ssize_t got = read(fd, *bytes + *length, capacity - *length);

		if (got == 0)
			return 0;
		if (got > 0)
			*length += (size_t)got;
		else if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
}

int read_iterator(int link_fd, uint8_t **bytes, size_t *length)
{
	int fd = bpf_iter_create(link_fd);

	if (fd < 0)
		return -errno;
	int error = read_all(fd, bytes, length);

	close(fd);
	if (error) {
		free(*bytes);
		*bytes = NULL;
	}
	return error;
}

int read_counters(struct bpf_map *map, uint32_t cpus, struct sensor_counters *out)
{
	uint32_t kinds = bpf_map__max_entries(map), bytes = (bpf_map__value_size(map) + 7U) & ~7U;

	*out = (struct sensor_counters){ .kinds = kinds, .cpus = cpus, .fields = bytes / 8 };
	out->values = calloc((size_t)kinds * cpus, bytes);
	if (!out->values)
		return -ENOMEM;
	for (uint32_t kind = 0; kind < kinds; kind++)
		bpf_map_lookup_elem(bpf_map__fd(map), &kind, (uint8_t *)out->values + (size_t)kind * cpus * bytes);
	return 0;
}

struct sensor_runs read_runs(int program_fd)
{
	struct bpf_prog_info info = {};
	__u32 bytes = sizeof(info);

	if (program_fd < 0 || bpf_obj_get_info_by_fd(program_fd, &info, &bytes))
		return (struct sensor_runs){ 0 };
	return (struct sensor_runs){ .runs = info.run_cnt, .ns = info.run_time_ns, .skipped = info.recursion_misses };
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The tightest of a few readings: an interrupt between the clocks would shift the result. */
int64_t sensor_boot_epoch_ns(void)
{
	int64_t best = INT64_MAX, epoch = 0;

	for (int i = 0; i < 8; i++) {
		int64_t before = now_ns(CLOCK_BOOTTIME), real = now_ns(CLOCK_REALTIME), after = now_ns(CLOCK_BOOTTIME);

		if (after - before >= best)
			continue;
		best = after - before;
		epoch = real - before - best / 2;
	}
	return epoch;
}

int run_on_cpus(int program_fd, uint32_t cpus, uint64_t argument)
{
	int failed = 0;

	for (uint32_t cpu = 0; cpu < cpus; cpu++) {
		LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &argument, .ctx_size_in = sizeof(argument), .flags = BPF_F_TEST_RUN_ON_CPU, .cpu = cpu);
		int error = bpf_prog_test_run_opts(program_fd, &options);

		if (error && error != -ENXIO) /* offline */
			failed = error;
	}
	return failed;
}
