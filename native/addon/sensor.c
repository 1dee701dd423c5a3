// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sensor.h"

#include "drain.h"
#include "hooks.h"
#include "knobs.h"
#include "load-log.h"
#include "programs.h"
#include "read.h"
#include "undertaker.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS_MAP "events"
#define COUNTERS_MAP "counters"
#define SCRATCH_MAP "scratch"
#define WAITS_KNOB "consumer_waits"
#define LAYOUT_KNOB "record_layout"
#define SNAPSHOT_SECTION "iter/"

struct sensor {
	struct bpf_object *object;
	struct sensor_hook *hooks;
	size_t hook_count;
	struct bpf_link **links;	/* one per hook, NULL where not attached */
	struct bpf_link *snapshot;
	uint32_t cpus;
	struct sensor_layout layout;
	struct drain *drain;
	struct knob waits;	/* whether a record wakes the draining thread */
};

static int fail(struct sensor_failure *failure, enum sensor_step step, int error, const char *detail)
{
	failure->step = step;
	failure->error = error < 0 ? -error : error;
	snprintf(failure->detail, sizeof(failure->detail), "%s", detail);
	return -failure->error;
}

/* ---- which programs are wanted ---- */

static bool is_snapshot(const struct bpf_program *program)
{
	return strncmp(bpf_program__section_name(program), SNAPSHOT_SECTION, strlen(SNAPSHOT_SECTION)) == 0;
}

/* ---- what became of them ---- */

static struct sensor_hook *find_hook(struct sensor *sensor, const char *program)
{
	for (size_t i = 0; i < sensor->hook_count; i++)
		if (strcmp(sensor->hooks[i].program, program) == 0)
			return &sensor->hooks[i];
	return NULL;
}

static void mark_failed(struct sensor_hook *hook, int error, const char *reason, const char *log)
{
	hook->state = HOOK_FAILED;
	hook->error = error < 0 ? -error : error;
	snprintf(hook->reason, sizeof(hook->reason), "%s", reason);
	free(hook->log);
	hook->log = log && *log ? strdup(log) : NULL;
}

static int list_hooks(struct sensor *sensor, const struct sensor_options *options)
{
	struct bpf_program *program;
	size_t total = 0;

	bpf_object__for_each_program(program, sensor->object)
		total++;
	sensor->hooks = calloc(total + 1, sizeof(*sensor->hooks));
	sensor->links = calloc(total + 1, sizeof(*sensor->links));
	if (!sensor->hooks || !sensor->links)
		return -ENOMEM;
	struct btf *kernel = btf__load_vmlinux_btf();

	bpf_object__for_each_program(program, sensor->object) {
		const char *name = bpf_program__name(program);

		if (!program_is_wanted(options, name))
			continue;
		struct sensor_hook *hook = &sensor->hooks[sensor->hook_count++];

		snprintf(hook->program, sizeof(hook->program), "%s", name);
		snprintf(hook->section, sizeof(hook->section), "%s", bpf_program__section_name(program));
		if (!hook_exists(kernel, hook->section, hook->reason, sizeof(hook->reason)))
			hook->state = HOOK_MISSING;
	}
	btf__free(kernel);
	return 0;
}

/* ---- configure ---- */

/* The kernel side builds records in one slot per CPU and nesting level, and one for the snapshot. */
static int size_scratch(struct sensor *sensor)
{
	struct bpf_map *scratch = bpf_object__find_map_by_name(sensor->object, SCRATCH_MAP);

	return scratch ? bpf_map__set_max_entries(scratch, sensor->layout.levels * sensor->cpus + 1) : 0;
}

static int configure(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	struct bpf_map *events = bpf_object__find_map_by_name(sensor->object, EVENTS_MAP);
	struct bpf_program *program;
	uint64_t layout;

	if (knob_get(sensor->object, LAYOUT_KNOB, &layout) && layout != options->layout_id)
		return fail(failure, STEP_VERSION, ESTALE, "the BPF object was built for another layout of records");
	if (!events)
		return fail(failure, STEP_CONFIGURE, ENOENT, "the BPF object has no map `events`");
	if (options->ring_bytes) {
		int error = bpf_map__set_max_entries(events, options->ring_bytes);

		if (error)
			return fail(failure, STEP_CONFIGURE, error, "the size of the ring was refused");
	}
	if (size_scratch(sensor))
		return fail(failure, STEP_CONFIGURE, EINVAL, "the size of the scratch map was refused");
	knob_set(sensor->object, "self_tgid", options->self_tgid);
	knob_set(sensor->object, "fold_window_ns", options->fold_window_ns);
	bpf_object__for_each_program(program, sensor->object) {
		struct sensor_hook *hook = find_hook(sensor, bpf_program__name(program));

		bpf_program__set_autoload(program, hook && hook->state == HOOK_ATTACHED);
	}
	return 0;
}

/* ---- open and load ---- */

static int open_object(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	struct load_log log;

	load_log_begin(&log);
	sensor->object = bpf_object__open_file(options->object_path, NULL);
	load_log_end();
	if (sensor->object)
		return 0;
	return fail(failure, STEP_OPEN, errno, log.message);
}

/*
 * One attempt to load. libbpf gives up at the first program that does not load; its name is in the messages. 0, -EAGAIN
 * when a program was struck off and another attempt makes sense, or another -errno with `failure` filled in.
 */
static int load_once(struct sensor *sensor, struct sensor_failure *failure)
{
	struct load_log log;

	load_log_begin(&log);
	int error = bpf_object__load(sensor->object);

	load_log_end();
	if (!error)
		return 0;
	struct sensor_hook *hook = find_hook(sensor, log.program);

	if (!hook || hook->state != HOOK_ATTACHED)
		return fail(failure, STEP_LOAD, error, log.message);
	mark_failed(hook, error, log.message, log.verifier);
	return -EAGAIN;
}

/* A failed load spoils the object, so each attempt opens it anew. At most one attempt per program. */
static int open_and_load(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	int error = open_object(sensor, options, failure);

	if (!error && list_hooks(sensor, options))
		return fail(failure, STEP_OPEN, ENOMEM, "out of memory");
	while (!error) {
		error = configure(sensor, options, failure);
		if (!error)
			error = load_once(sensor, failure);
		if (error != -EAGAIN)
			return error;
		bpf_object__close(sensor->object);
		error = open_object(sensor, options, failure);
	}
	return error;
}

/* ---- attach ---- */

static int put_into_table(struct sensor *sensor, struct bpf_program *program, const struct program_table *table, uint32_t number)
{
	int map = bpf_object__find_map_fd_by_name(sensor->object, table->map), fd = bpf_program__fd(program);

	if (map < 0)
		return -ENOENT;
	return bpf_map_update_elem(map, &number, &fd, BPF_ANY);
}

static int attach_one(struct sensor *sensor, struct bpf_program *program, struct bpf_link **link)
{
	uint32_t number;
	const struct program_table *table = program_table_of(bpf_program__name(program), &number);

	if (table)
		return put_into_table(sensor, program, table, number);
	*link = bpf_program__attach(program);
	if (!*link)
		return -errno;
	if (is_snapshot(program)) {
		sensor->snapshot = *link;
		*link = NULL;
	}
	return 0;
}

static void attach_all(struct sensor *sensor)
{
	for (size_t i = 0; i < sensor->hook_count; i++) {
		struct sensor_hook *hook = &sensor->hooks[i];
		struct load_log log;

		if (hook->state != HOOK_ATTACHED)
			continue;
		load_log_begin(&log);
		int error = attach_one(sensor, bpf_object__find_program_by_name(sensor->object, hook->program), &sensor->links[i]);

		load_log_end();
		if (error)
			mark_failed(hook, error, log.message[0] ? log.message : strerror(-error), NULL);
	}
}

int sensor_open(const struct sensor_options *options, struct sensor **out, struct sensor_failure *failure)
{
	struct sensor *sensor = calloc(1, sizeof(*sensor));

	if (!sensor)
		return fail(failure, STEP_OPEN, ENOMEM, "out of memory");
	sensor->layout = options->layout;
	sensor->cpus = (uint32_t)libbpf_num_possible_cpus();
	hooks_mount();
	int error = open_and_load(sensor, options, failure);

	if (error) {
		sensor_close(sensor);
		return error;
	}
	knob_map(&sensor->waits, sensor->object, WAITS_KNOB);
	attach_all(sensor);
	*out = sensor;
	return 0;
}

const struct sensor_hook *sensor_hooks(const struct sensor *sensor, size_t *count)
{
	*count = sensor->hook_count;
	return sensor->hooks;
}

/* ---- drain ---- */

int sensor_start(struct sensor *sensor, const struct sensor_slots *slots, uint32_t slice_ms, sensor_deliver deliver, void *context)
{
	struct bpf_map *events = bpf_object__find_map_by_name(sensor->object, EVENTS_MAP);
	struct drain_options options = {
		.ring_fd = bpf_map__fd(events),
		.ring_bytes = bpf_map__max_entries(events),
		.cpus = sensor->cpus,
		.slice_ms = slice_ms,
		.layout = sensor->layout,
		.slots = *slots,
		.deliver = deliver,
		.context = context,
		.waits = sensor->waits.value,
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

/* Leaves the slow part, the tracepoints' last references, to another process; see undertaker.h. */
static int hand_over_links(struct sensor *sensor)
{
	int *fds = calloc(sensor->hook_count + 1, sizeof(*fds));
	size_t count = 0;

	if (!fds)
		return -1;
	for (size_t i = 0; i < sensor->hook_count; i++)
		if (sensor->links[i])
			fds[count++] = bpf_link__fd(sensor->links[i]);
	int closing = count ? undertaker_call(fds, count) : -1;

	free(fds);
	return closing;
}

static void detach_all(struct sensor *sensor)
{
	int closing = hand_over_links(sensor);

	for (size_t i = 0; i < sensor->hook_count; i++)
		bpf_link__destroy(sensor->links[i]);
	if (closing >= 0)
		close(closing);
}

void sensor_close(struct sensor *sensor)
{
	if (sensor->drain)
		drain_close(sensor->drain);
	detach_all(sensor);
	bpf_link__destroy(sensor->snapshot);
	knob_unmap(&sensor->waits);
	bpf_object__close(sensor->object);
	for (size_t i = 0; i < sensor->hook_count; i++)
		free(sensor->hooks[i].log);
	free(sensor->hooks);
	free(sensor->links);
	free(sensor);
}

int sensor_snapshot(struct sensor *sensor, uint8_t **bytes, size_t *length)
{
	*bytes = NULL;
	*length = 0;
	return sensor->snapshot ? read_iterator(bpf_link__fd(sensor->snapshot), bytes, length) : -ENOENT;
}

int sensor_counters(struct sensor *sensor, struct sensor_counters *out)
{
	struct bpf_map *map = bpf_object__find_map_by_name(sensor->object, COUNTERS_MAP);

	return map ? read_counters(map, sensor->cpus, out) : -ENOENT;
}
