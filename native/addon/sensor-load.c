// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "sensor-load.h"

#include "hooks.h"
#include "load-log.h"
#include "programs.h"
#include "sensor-state.h"
#include "share.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_MAP "scratch"
#define LAYOUT_KNOB "record_layout"

int sensor_fail(struct sensor_failure *failure, enum sensor_step step, int error, const char *detail)
{
	failure->step = step;
	failure->error = error < 0 ? -error : error;
	snprintf(failure->detail, sizeof(failure->detail), "%s", detail);
	return -failure->error;
}

/* ---- what became of them ---- */

struct sensor_hook *find_hook(struct sensor *sensor, const char *program)
{
	for (size_t i = 0; i < sensor->hook_count; i++)
		if (strcmp(sensor->hooks[i].program, program) == 0)
			return &sensor->hooks[i];
	return NULL;
}

void mark_failed(struct sensor_hook *hook, int error, const char *reason, const char *log)
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

		struct sensor_hook *hook = &sensor->hooks[sensor->hook_count];

		if (!program_is_wanted(options, name) ||
		    !calls_section(sensor->calls_by, bpf_program__section_name(program), hook->section, sizeof(hook->section)))
			continue;
		sensor->hook_count++;
		snprintf(hook->program, sizeof(hook->program), "%s", name);
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
		return sensor_fail(failure, STEP_CONFIGURE, ENOENT, "the BPF object has no map `events`");
	if (options->ring_bytes) {
		int error = bpf_map__set_max_entries(events, options->ring_bytes);

		if (error)
			return sensor_fail(failure, STEP_CONFIGURE, error, "the size of the ring was refused");
	}
	if (size_scratch(sensor))
		return sensor_fail(failure, STEP_CONFIGURE, EINVAL, "the size of the scratch map was refused");
	return 0;
}

static int configure(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	struct bpf_program *program;
	uint64_t layout;
	int error;

	if (knob_get(sensor->object, LAYOUT_KNOB, &layout) && layout != options->layout_id)
		return sensor_fail(failure, STEP_VERSION, ESTALE, "the BPF object was built for another layout of records");
	if (!sensor->base) {
		error = size_maps(sensor, options, failure);
		if (error)
			return error;
	} else {
		error = share_maps(sensor->base->object, sensor->object);
		if (error)
			return sensor_fail(failure, STEP_CONFIGURE, error, "the maps of the running sensor were refused");
	}
	knob_set(sensor->object, "self_tgid", options->self_tgid);
	knob_set(sensor->object, "fold_window_ns", options->fold_window_ns);
	knob_set(sensor->object, "calls_by", sensor->calls_by);
	bpf_object__for_each_program(program, sensor->object) {
		struct sensor_hook *hook = find_hook(sensor, bpf_program__name(program));
		bool loads = hook && hook->state == HOOK_ATTACHED;

		bpf_program__set_autoload(program, loads);
		error = loads ? calls_aim(program, hook->section) : 0;
		if (error)
			return sensor_fail(failure, STEP_CONFIGURE, error, hook->section);
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
	return sensor_fail(failure, STEP_OPEN, errno, log.message);
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
		return sensor_fail(failure, STEP_LOAD, error, log.message);
	mark_failed(hook, error, log.message, log.verifier);
	return -EAGAIN;
}

/* A failed load spoils the object, so each attempt opens it anew. At most one attempt per program. */
int open_and_load(struct sensor *sensor, const struct sensor_options *options, struct sensor_failure *failure)
{
	int error = open_object(sensor, options, failure);

	if (!error && list_hooks(sensor, options))
		return sensor_fail(failure, STEP_OPEN, ENOMEM, "out of memory");
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
