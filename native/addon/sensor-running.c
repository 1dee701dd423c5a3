// SPDX-License-Identifier: Apache-2.0
/* What is asked of a sensor that runs: to be drained, read, written and measured. */
#include "drain.h"
#include "map.h"
#include "read.h"
#include "sensor-state.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define COUNTERS_MAP "counters"

/* ---- drain ---- */

int sensor_start(struct sensor *sensor, const struct sensor_slots *slots, uint32_t slice_ms, sensor_deliver deliver, void *context)
{
	struct bpf_map *events = bpf_object__find_map_by_name(sensor->object, SENSOR_EVENTS_MAP);
	struct drain_options options = {
		.ring_fd = bpf_map__fd(events),
		.ring_bytes = bpf_map__max_entries(events),
		.cpus = sensor->cpus,
		.slice_ms = slice_ms,
		.layout = sensor->layout,
		.slots = *slots,
		.deliver = deliver,
		.context = context,
		.waits = sensor->waits.size == sizeof(uint32_t) ? sensor->waits.value : NULL,
	};

	if (sensor->drain)
		return -EBUSY;
	return drain_start(&options, &sensor->drain);
}

void sensor_release(struct sensor *sensor, uint32_t slot)
{
	drain_release(sensor->drain, slot);
}

void sensor_flush(struct sensor *sensor, uint32_t ticket)
{
	drain_flush(sensor->drain, ticket);
}

void sensor_stop(struct sensor *sensor)
{
	drain_stop(sensor->drain);
}

void sensor_drained(struct sensor *sensor, struct sensor_drained *out)
{
	drain_read(sensor->drain, out);
}

uint32_t sensor_sequence_count(const struct sensor *sensor)
{
	return sensor->cpus * sensor->layout.levels;
}

void sensor_sequences(struct sensor *sensor, uint64_t *pairs)
{
	drain_sequences(sensor->drain, pairs);
}

/* ---- read and write ---- */

int sensor_snapshot(struct sensor *sensor, uint8_t **bytes, size_t *length)
{
	*bytes = NULL;
	*length = 0;
	return sensor->snapshot ? read_iterator(bpf_link__fd(sensor->snapshot), bytes, length) : -ENOENT;
}

int sensor_write_map(struct sensor *sensor, const char *map, const uint8_t *keys, size_t key_bytes, const uint8_t *values, size_t value_bytes)
{
	struct bpf_map *found = bpf_object__find_map_by_name(sensor->object, map);

	return found ? write_map(found, keys, key_bytes, values, value_bytes) : -ENOENT;
}

int sensor_clear_map(struct sensor *sensor, const char *map, const uint8_t *keys, size_t key_bytes)
{
	struct bpf_map *found = bpf_object__find_map_by_name(sensor->object, map);

	return found ? clear_map(found, keys, key_bytes) : -ENOENT;
}

int sensor_counters(struct sensor *sensor, struct sensor_counters *out)
{
	struct bpf_map *map = bpf_object__find_map_by_name(sensor->object, COUNTERS_MAP);

	return map ? read_counters(map, sensor->cpus, out) : -ENOENT;
}

int sensor_set_knob(struct sensor *sensor, const char *name, uint32_t width, uint32_t at, uint64_t value)
{
	return knob_write(sensor->object, name, width, at, value);
}

/* ---- what programs cost ---- */

int sensor_measure(struct sensor *sensor, bool on)
{
	if (on == (sensor->measuring >= 0))
		return 0;
	if (!on) {
		close(sensor->measuring);
		sensor->measuring = -1;
		return 0;
	}
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd < 0)
		return -errno;
	sensor->measuring = fd;
	return 0;
}

void sensor_program_runs(const struct sensor *sensor, void (*tell)(void *context, const char *program, struct sensor_runs runs), void *context)
{
	for (; sensor; sensor = sensor->next)
		for (size_t i = 0; i < sensor->hook_count; i++) {
			const struct bpf_program *program = bpf_object__find_program_by_name(sensor->object, sensor->hooks[i].program);
			struct sensor_runs runs = read_runs(program ? bpf_program__fd(program) : -1);
			char name[SENSOR_NAME_MAX + 16];

			/* The same program is there once more for calls that were refused. */
			snprintf(name, sizeof(name), "%s%s", sensor->hooks[i].program, sensor->calls_by == CALLS_REFUSED ? "__refused" : "");
			if (runs.runs > 0 || runs.skipped > 0)
				tell(context, name, runs);
		}
}
