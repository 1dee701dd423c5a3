// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sensor-state.h"

#include "calls.h"
#include "drain.h"
#include "hooks.h"
#include "knobs.h"
#include "links.h"
#include "load-log.h"
#include "programs.h"
#include "read.h"
#include "sensor-load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAITS_KNOB "consumer_waits"
#define SNAPSHOT_SECTION "iter/"
/* Never attached: run on each CPU when asked. */
#define REPEATS_PROGRAM "event_repeat__flush"
#define COMPAT_PROGRAM "compat__dispatch"
#define REFUSED_PROGRAM "refused__dispatch"
#define REFUSED_MAP "refused_calls"
#define AT_END_OF_FUNCTION "fexit/"

/* ---- attach ---- */

static bool is_snapshot(const struct bpf_program *program)
{
	return strncmp(bpf_program__section_name(program), SNAPSHOT_SECTION, strlen(SNAPSHOT_SECTION)) == 0;
}

/* The map from which a dispatcher runs the program, and its place there; NULL for one that is attached. */
static const char *table_of(const struct sensor *sensor, const char *program, uint32_t *number)
{
	const struct program_table *table;

	if (sensor->calls_by == CALLS_REFUSED)
		return calls_refused_place(program, number) ? REFUSED_MAP : NULL;
	table = program_table_of(program, number);
	return table ? table->map : NULL;
}

static int put_into_table(struct sensor *sensor, struct bpf_program *program, const char *table, uint32_t number)
{
	int map = bpf_object__find_map_fd_by_name(sensor->object, table), fd = bpf_program__fd(program);

	if (map < 0)
		return -ENOENT;
	return bpf_map_update_elem(map, &number, &fd, BPF_ANY);
}

static bool is_at_function(const struct sensor_hook *hook)
{
	return strncmp(hook->section, AT_END_OF_FUNCTION, strlen(AT_END_OF_FUNCTION)) == 0;
}

static int attach_one(struct sensor *sensor, const struct sensor_hook *hook, struct bpf_link **link)
{
	struct bpf_program *program = bpf_object__find_program_by_name(sensor->object, hook->program);
	uint32_t number;
	const char *table = table_of(sensor, hook->program, &number);

	if (table)
		return put_into_table(sensor, program, table, number);
	/* Attached there, it would take every call of a task under a filter for its own. */
	if (sensor->calls_by == CALLS_REFUSED && strcmp(hook->program, REFUSED_PROGRAM) != 0)
		return -ENOENT;
	if (strcmp(hook->program, REPEATS_PROGRAM) == 0)
		return 0;
	*link = is_at_function(hook) ? bpf_program__attach_trace(program) : bpf_program__attach(program);
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
		int error = attach_one(sensor, hook, &sensor->links[i]);

		load_log_end();
		if (error)
			mark_failed(hook, error, log.message[0] ? log.message : strerror(-error), NULL);
	}
}

/* ---- open and extend ---- */

static struct sensor *make_sensor(const struct sensor_options *options, enum calls_by calls_by)
{
	struct sensor *sensor = calloc(1, sizeof(*sensor));

	if (!sensor)
		return NULL;
	sensor->measuring = -1;
	sensor->layout = options->layout;
	sensor->cpus = (uint32_t)libbpf_num_possible_cpus();
	sensor->calls_by = calls_by;
	return sensor;
}

/* Another object on the maps of `base`, attached and put behind it. 0, or -errno with `failure` filled in. */
static int add_part(struct sensor *base, const struct sensor_options *options, enum calls_by calls_by, struct sensor_failure *failure)
{
	struct sensor *part = make_sensor(options, calls_by);

	if (!part)
		return sensor_fail(failure, STEP_OPEN, ENOMEM, "out of memory");
	part->base = base;
	int error = open_and_load(part, options, failure);

	if (error) {
		sensor_close(part);
		return error;
	}
	attach_all(part);
	part->next = base->next;
	base->next = part;
	return 0;
}

/* The first hook on a function that the kernel refused; NULL for none. */
static const struct sensor_hook *refused_function(const struct sensor *sensor)
{
	for (size_t i = 0; i < sensor->hook_count; i++)
		if (sensor->hooks[i].state == HOOK_FAILED && is_at_function(&sensor->hooks[i]))
			return &sensor->hooks[i];
	return NULL;
}

static int open_by(const struct sensor_options *options, enum calls_by calls_by, struct sensor **out, struct sensor_failure *failure)
{
	struct sensor *sensor = make_sensor(options, calls_by);

	if (!sensor)
		return sensor_fail(failure, STEP_OPEN, ENOMEM, "out of memory");
	int error = open_and_load(sensor, options, failure);

	if (!error) {
		knob_map(&sensor->waits, sensor->object, WAITS_KNOB);
		attach_all(sensor);
		if (calls_by == CALLS_BY_FUNCTION)
			error = add_part(sensor, options, CALLS_REFUSED, failure);
	}
	if (error) {
		sensor_close(sensor);
		return error;
	}
	*out = sensor;
	return 0;
}

/* By functions where the kernel takes every one of them: with one tracepoint among them, nothing would be gained. False when it does not. */
static bool open_by_function(const struct sensor_options *options, struct sensor **out, char *reason, size_t reason_size)
{
	struct sensor_failure failure;
	const struct sensor_hook *refused;
	struct bpf_object *object = bpf_object__open_file(options->object_path, NULL);
	enum calls_by calls_by = object ? calls_choose(object, program_is_wanted(options, COMPAT_PROGRAM), reason, reason_size) : CALLS_BY_TRACEPOINT;

	bpf_object__close(object);
	if (calls_by != CALLS_BY_FUNCTION)
		return false;
	if (open_by(options, calls_by, out, &failure)) {
		snprintf(reason, reason_size, "%.200s", failure.detail);
		return false;
	}
	refused = refused_function(*out);
	if (!refused)
		refused = refused_function((*out)->next);
	if (!refused)
		return true;
	snprintf(reason, reason_size, "%s: %.120s", refused->section, refused->reason);
	sensor_close(*out);
	return false;
}

int sensor_open(const struct sensor_options *options, struct sensor **out, struct sensor_failure *failure)
{
	char reason[SENSOR_REASON_MAX];

	snprintf(reason, sizeof(reason), "%s", options->tracepoints ? "asked for" : "it could not be tried");
	hooks_mount();
	if (!options->tracepoints && open_by_function(options, out, reason, sizeof(reason)))
		return 0;
	int error = open_by(options, CALLS_BY_TRACEPOINT, out, failure);

	if (!error)
		snprintf((*out)->tracepoints_because, sizeof((*out)->tracepoints_because), "%s", reason);
	return error;
}

/* ---- more, and less, while running ---- */

/* What became of the programs of refused calls is told as that of the calls. */
static void tell_failures(const struct sensor *of, struct sensor *as)
{
	for (size_t i = 0; i < of->hook_count; i++) {
		const struct sensor_hook *failed = &of->hooks[i];
		struct sensor_hook *hook = find_hook(as, failed->program);

		if (failed->state == HOOK_FAILED && hook)
			mark_failed(hook, failed->error, failed->reason, failed->log);
	}
}

int sensor_extend(struct sensor *sensor, const struct sensor_options *options, const struct sensor **out, struct sensor_failure *failure)
{
	int error = add_part(sensor, options, sensor->calls_by, failure);

	if (error)
		return error;
	struct sensor *part = sensor->next;

	*out = part;
	if (sensor->calls_by != CALLS_BY_FUNCTION)
		return 0;
	error = add_part(sensor, options, CALLS_REFUSED, failure);
	if (error) {
		sensor->next = part->next;
		part->next = NULL;
		sensor_close(part);
	} else {
		tell_failures(sensor->next, part);
	}
	return error;
}

static void take_out_of_table(struct sensor *sensor, const char *table, uint32_t number)
{
	int map = bpf_object__find_map_fd_by_name(sensor->object, table);

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
		const char *table = table_of(sensor, hook->program, &number);

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

const char *sensor_tracepoints_because(const struct sensor *sensor)
{
	return sensor->tracepoints_because;
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
