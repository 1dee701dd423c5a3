// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sensor-state.h"

#include "drain.h"
#include "hooks.h"
#include "knobs.h"
#include "links.h"
#include "load-log.h"
#include "programs.h"
#include "read.h"
#include "share.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRATCH_MAP "scratch"
#define WAITS_KNOB "consumer_waits"
#define LAYOUT_KNOB "record_layout"
#define SNAPSHOT_SECTION "iter/"
/* Never attached: run on each CPU when asked. */
#define REPEATS_PROGRAM "event_repeat__flush"

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

static int size_maps(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	struct bpf_map *events = bpf_object__find_map_by_name(sensor->object, SENSOR_EVENTS_MAP);

	if (!events)
		return fail(failure, STEP_CONFIGURE, ENOENT, "the BPF object has no map `events`");
	if (options->ring_bytes) {
		int error = bpf_map__set_max_entries(events, options->ring_bytes);

		if (error)
			return fail(failure, STEP_CONFIGURE, error, "the size of the ring was refused");
	}
	if (size_scratch(sensor))
		return fail(failure, STEP_CONFIGURE, EINVAL, "the size of the scratch map was refused");
	return 0;
}

static int configure(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	struct bpf_program *program;
	uint64_t layout;
	int error;

	if (knob_get(sensor->object, LAYOUT_KNOB, &layout) && layout != options->layout_id)
		return fail(failure, STEP_VERSION, ESTALE, "the BPF object was built for another layout of records");
	if (!sensor->base) {
		error = size_maps(sensor, options, failure);
		if (error)
			return error;
	} else {
		error = share_maps(sensor->base->object, sensor->object);
		if (error)
			return fail(failure, STEP_CONFIGURE, error, "the maps of the running sensor were refused");
	}
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
	if (strcmp(bpf_program__name(program), REPEATS_PROGRAM) == 0)
		return 0;
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
	sensor->measuring = -1;
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

/* ---- more, and less, while running ---- */

int sensor_extend(struct sensor *sensor, const struct sensor_options *options, const struct sensor **out, struct sensor_failure *failure)
{
	struct sensor *part = calloc(1, sizeof(*part));

	if (!part)
		return fail(failure, STEP_OPEN, ENOMEM, "out of memory");
	part->base = sensor;
	part->measuring = -1;
	part->layout = sensor->layout;
	part->cpus = sensor->cpus;
	int error = open_and_load(part, options, failure);

	if (error) {
		sensor_close(part);
		return error;
	}
	attach_all(part);
	part->next = sensor->next;
	sensor->next = part;
	*out = part;
	return 0;
}

static void take_out_of_table(struct sensor *sensor, const struct program_table *table, uint32_t number)
{
	int map = bpf_object__find_map_fd_by_name(sensor->object, table->map);

	if (map >= 0)
		bpf_map_delete_elem(map, &number);
}

/* Moves the links of unwanted programs to `gone`. How many are left, those in tables included. */
static size_t detach_from(struct sensor *sensor, const struct sensor_options *unwanted, struct bpf_link **gone, size_t *gone_count)
{
	size_t left = 0;

	for (size_t i = 0; i < sensor->hook_count; i++) {
		struct sensor_hook *hook = &sensor->hooks[i];
		uint32_t number;

		if (hook->state != HOOK_ATTACHED)
			continue;
		if (!program_is_wanted(unwanted, hook->program)) {
			left++;
			continue;
		}
		const struct program_table *table = program_table_of(hook->program, &number);

		if (table)
			take_out_of_table(sensor, table, number);
		if (sensor->links[i])
			gone[(*gone_count)++] = sensor->links[i];
		sensor->links[i] = NULL;
		hook->state = HOOK_MISSING;
	}
	return left;
}

static size_t count_links(const struct sensor *sensor)
{
	size_t count = 0;

	for (; sensor; sensor = sensor->next)
		count += sensor->hook_count;
	return count;
}

int sensor_detach(struct sensor *sensor, const struct sensor_options *unwanted)
{
	struct bpf_link **gone = calloc(count_links(sensor) + 1, sizeof(*gone));
	size_t count = 0;

	if (!gone)
		return -ENOMEM;
	detach_from(sensor, unwanted, gone, &count);
	for (struct sensor **at = &sensor->next; *at;) {
		struct sensor *part = *at;

		if (detach_from(part, unwanted, gone, &count) > 0) {
			at = &part->next;
			continue;
		}
		*at = part->next;
		part->next = NULL;
		sensor_close(part);
	}
	for (size_t i = 0; i < count; i++)
		bpf_link__destroy(gone[i]);
	free(gone);
	return 0;
}

const struct sensor_hook *sensor_hooks(const struct sensor *sensor, size_t *count)
{
	*count = sensor->hook_count;
	return sensor->hooks;
}

void sensor_close(struct sensor *sensor)
{
	sensor_measure(sensor, false);
	if (sensor->drain)
		drain_close(sensor->drain);
	while (sensor->next) {
		struct sensor *part = sensor->next;

		sensor->next = part->next;
		part->next = NULL;
		sensor_close(part);
	}
	if (sensor->links)
		links_destroy(sensor->links, sensor->hook_count);
	bpf_link__destroy(sensor->snapshot);
	knob_unmap(&sensor->waits);
	bpf_object__close(sensor->object);
	for (size_t i = 0; i < sensor->hook_count; i++)
		free(sensor->hooks[i].log);
	free(sensor->hooks);
	free(sensor->links);
	free(sensor);
}

int sensor_tell_repeats(struct sensor *sensor, bool all)
{
	struct sensor_hook *hook = find_hook(sensor, REPEATS_PROGRAM);

	if (!hook || hook->state != HOOK_ATTACHED)
		return -ENOENT;
	return run_on_cpus(bpf_program__fd(bpf_object__find_program_by_name(sensor->object, REPEATS_PROGRAM)), sensor->cpus, all);
}
