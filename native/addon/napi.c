// SPDX-License-Identifier: Apache-2.0
/*
 * The sensor for JavaScript: marshals arguments and results, nothing else. Functions of the module (types in src/sources/ebpf/addon.ts):
 *   open(options) -> { handle, hooks, tracepointsBecause } or { failure }
 *   start(handle, buffers, sliceMs, onNotice(notice, slot, value)) / release(handle, slot) / flush(handle, ticket)
 *   extend(handle, options) -> { hooks } or { failure } / detach(handle, prefixes)
 *   stop(handle) / close(handle) / snapshot(handle) / counters(handle) / drained(handle) / bootEpochNs()
 *   setKnob(handle, name, width, at, value) / tellRepeats(handle, all) -> 0 or errno / measure(handle, on) -> 0 or errno / programRuns(handle)
 *   preventStart…preventStop: see napi-prevent.h; signalProcess, heldSockets, contain…: see napi-contain.c
 *   writeMap(handle, map, keys, values) / clearMap(handle, map, keys) / sendDatagram(path, bytes) -> 0 or errno
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include "datagram.h"
#include "napi-contain.h"
#include "napi-packets.h"
#include "napi-handle.h"
#include "napi-measure.h"
#include "napi-prevent.h"
#include "napi-values.h"
#include "napi-write.h"
#include "sensor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIXES_MAX 256

/* ---- open ---- */

static void read_layout(napi_env env, napi_value from, struct sensor_layout *layout)
{
	layout->seq = (uint32_t)get_number(env, get(env, from, "seq"));
	layout->level_shift = (uint32_t)get_number(env, get(env, from, "levelShift"));
	layout->levels = (uint32_t)get_number(env, get(env, from, "levels"));
	layout->size = (uint32_t)get_number(env, get(env, from, "size"));
	layout->cpu = (uint32_t)get_number(env, get(env, from, "cpu"));
	layout->header_bytes = (uint32_t)get_number(env, get(env, from, "headerBytes"));
}

static size_t read_prefixes(napi_env env, napi_value list, char **prefixes)
{
	uint32_t length = 0;
	size_t count = 0;

	napi_get_array_length(env, list, &length);
	for (uint32_t i = 0; i < length && count < PREFIXES_MAX; i++) {
		napi_value element;

		napi_get_element(env, list, i, &element);
		if ((prefixes[count] = get_string(env, element)))
			count++;
	}
	return count;
}

static napi_value failure_value(napi_env env, const struct sensor_failure *failure)
{
	static const char *const STEPS[] = { "open", "version", "configure", "load" };
	napi_value result = object(env), inner = object(env);

	set(env, inner, "step", string(env, STEPS[failure->step]));
	set(env, inner, "errno", number(env, failure->error));
	set(env, inner, "error", string(env, strerror(failure->error)));
	set(env, inner, "detail", string(env, failure->detail));
	set(env, result, "failure", inner);
	return result;
}

static napi_value hook_value(napi_env env, const struct sensor_hook *hook)
{
	static const char *const STATES[] = { "attached", "missing", "failed" };
	napi_value result = object(env);

	set(env, result, "program", string(env, hook->program));
	set(env, result, "section", string(env, hook->section));
	set(env, result, "state", string(env, STATES[hook->state]));
	set(env, result, "errno", number(env, hook->error));
	set(env, result, "reason", string(env, hook->reason));
	set(env, result, "log", string(env, hook->log ? hook->log : ""));
	return result;
}

static napi_value hook_list(napi_env env, const struct sensor *sensor)
{
	napi_value list;
	size_t count;
	const struct sensor_hook *hooks = sensor_hooks(sensor, &count);

	napi_create_array_with_length(env, count, &list);
	for (size_t i = 0; i < count; i++)
		napi_set_element(env, list, (uint32_t)i, hook_value(env, &hooks[i]));
	return list;
}

/* Runs at the end of the environment (process.exit, end of a worker) and at close: after it, no thread of ours lives. */
static void shut(void *argument)
{
	struct handle *handle = argument;

	if (!handle->sensor)
		return;
	sensor_close(handle->sensor);
	handle->sensor = NULL;
	if (handle->notify)
		napi_release_threadsafe_function(handle->notify, napi_tsfn_abort);
	handle->notify = NULL;
	for (uint32_t i = 0; i < handle->buffer_count; i++)
		napi_delete_reference(handle->env, handle->buffers[i]);
	handle->buffer_count = 0;
}

static void forget(napi_env env, void *data, void *hint)
{
	struct handle *handle = data;

	(void)hint;
	if (handle->sensor) {
		napi_remove_env_cleanup_hook(env, shut, handle);
		shut(handle);
	}
	free(handle);
}

static napi_value opened(napi_env env, struct sensor *sensor)
{
	struct handle *handle = calloc(1, sizeof(*handle));
	napi_value result = object(env), external;

	if (!handle) {
		sensor_close(sensor);
		return throw_errno(env, ENOMEM);
	}
	handle->sensor = sensor;
	handle->env = env;
	napi_create_external(env, handle, forget, NULL, &external);
	napi_add_env_cleanup_hook(env, shut, handle);
	set(env, result, "handle", external);
	set(env, result, "hooks", hook_list(env, sensor));
	set(env, result, "tracepointsBecause", string(env, sensor_tracepoints_because(sensor)));
	return result;
}

/* `prefixes` has PREFIXES_MAX places and has to live as long as the result, which goes to free_options. */
static struct sensor_options read_options(napi_env env, napi_value from, char **prefixes)
{
	struct sensor_options options = {
		.object_path = get_string(env, get(env, from, "objectPath")),
		.prefixes = (const char *const *)prefixes,
		.prefix_count = read_prefixes(env, get(env, from, "prefixes"), prefixes),
		.ring_bytes = (uint32_t)get_number(env, get(env, from, "ringBytes")),
		.self_tgid = (uint32_t)get_number(env, get(env, from, "selfTgid")),
		.layout_id = (uint32_t)get_number(env, get(env, from, "layoutId")),
		.fold_window_ns = (uint64_t)get_number(env, get(env, from, "foldWindowNs")),
		.tracepoints = get_number(env, get(env, from, "tracepoints")) != 0,
	};

	read_layout(env, get(env, from, "layout"), &options.layout);
	return options;
}

static void free_options(struct sensor_options *options)
{
	for (size_t i = 0; i < options->prefix_count; i++)
		free((char *)options->prefixes[i]);
	free((char *)options->object_path);
}

static napi_value open_sensor(napi_env env, napi_callback_info info)
{
	napi_value from;
	size_t count = 1;

	napi_get_cb_info(env, info, &count, &from, NULL, NULL);
	char *prefixes[PREFIXES_MAX];
	struct sensor_options options = read_options(env, from, prefixes);
	struct sensor_failure failure;
	struct sensor *sensor;

	int error = sensor_open(&options, &sensor, &failure);

	free_options(&options);
	return error ? failure_value(env, &failure) : opened(env, sensor);
}

/* ---- more, and less, while running ---- */

static napi_value extend(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);
	char *prefixes[PREFIXES_MAX];
	const struct sensor *part;
	struct sensor_failure failure;

	if (!handle)
		return NULL;
	struct sensor_options options = read_options(env, values[1], prefixes);
	int error = sensor_extend(handle->sensor, &options, &part, &failure);

	free_options(&options);
	if (error)
		return failure_value(env, &failure);
	napi_value result = object(env);

	set(env, result, "hooks", hook_list(env, part));
	return result;
}

static napi_value detach(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);
	char *prefixes[PREFIXES_MAX];

	if (!handle)
		return NULL;
	struct sensor_options unwanted = {
		.prefixes = (const char *const *)prefixes,
		.prefix_count = read_prefixes(env, values[1], prefixes),
	};
	int error = sensor_detach(handle->sensor, &unwanted);

	free_options(&unwanted);
	return error ? throw_errno(env, error) : NULL;
}

/* ---- notices: from the draining thread to JavaScript, packed into the pointer that the queue carries ---- */

static void send_notice(void *context, enum sensor_notice notice, uint32_t slot, uint32_t value)
{
	uintptr_t packed = (uintptr_t)value << 16 | (uintptr_t)(slot & 0xff) << 8 | (uintptr_t)notice;

	/* Refused only while the environment ends; then nobody is left to tell. The queue is unbounded, but holds at most one notice per slot and flush. */
	napi_call_threadsafe_function(((struct handle *)context)->notify, (void *)packed, napi_tsfn_nonblocking);
}

static void give_notice(napi_env env, napi_value callback, void *context, void *data)
{
	uintptr_t packed = (uintptr_t)data;
	napi_value undefined;

	(void)context;
	if (!env || !callback)
		return;
	napi_value values[] = { number(env, (double)(packed & 0xff)), number(env, (double)(packed >> 8 & 0xff)), number(env, (double)(packed >> 16)) };

	napi_get_undefined(env, &undefined);
	napi_call_function(env, undefined, callback, 3, values, NULL);
}

static bool lend_buffers(napi_env env, napi_value list, struct handle *handle, struct sensor_slots *slots)
{
	uint32_t length = 0;

	napi_get_array_length(env, list, &length);
	for (uint32_t i = 0; i < length && i < SENSOR_SLOTS_MAX; i++) {
		napi_value buffer;
		size_t bytes = 0;
		void *data = NULL;

		napi_get_element(env, list, i, &buffer);
		if (napi_get_arraybuffer_info(env, buffer, &data, &bytes) != napi_ok)
			return false;
		slots->bytes[slots->count++] = data;
		if (slots->slot_bytes == 0 || bytes < slots->slot_bytes)
			slots->slot_bytes = (uint32_t)bytes;
		napi_create_reference(env, buffer, 1, &handle->buffers[handle->buffer_count++]);
	}
	return slots->count > 0;
}

static napi_value start(napi_env env, napi_callback_info info)
{
	napi_value values[4];
	struct handle *handle = arguments(env, info, 4, values);
	struct sensor_slots slots = { .count = 0 };

	if (!handle)
		return NULL;
	if (handle->notify || !lend_buffers(env, values[1], handle, &slots)) {
		napi_throw_type_error(env, NULL, "started already, or no buffers");
		return NULL;
	}
	napi_status status = napi_create_threadsafe_function(env, values[3], NULL, string(env, "tarsier"), 0, 1, NULL, NULL, handle, give_notice,
							     &handle->notify);

	if (status != napi_ok)
		return throw_errno(env, ENOMEM);
	/* Hooks run last-in first-out: ours has to come before that of the function which the thread calls. */
	napi_remove_env_cleanup_hook(env, shut, handle);
	napi_add_env_cleanup_hook(env, shut, handle);
	int error = sensor_start(handle->sensor, &slots, (uint32_t)get_number(env, values[2]), send_notice, handle);

	return error ? throw_errno(env, error) : NULL;
}

static napi_value release(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);

	if (handle)
		sensor_release(handle->sensor, (uint32_t)get_number(env, values[1]));
	return NULL;
}

static napi_value flush(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);

	if (handle)
		sensor_flush(handle->sensor, (uint32_t)get_number(env, values[1]));
	return NULL;
}

static napi_value stop(napi_env env, napi_callback_info info)
{
	napi_value values[1];
	struct handle *handle = arguments(env, info, 1, values);

	if (handle)
		sensor_stop(handle->sensor);
	return NULL;
}

static napi_value close_sensor(napi_env env, napi_callback_info info)
{
	napi_value values[1];
	struct handle *handle = arguments(env, info, 1, values);

	if (handle) {
		napi_remove_env_cleanup_hook(env, shut, handle);
		shut(handle);
	}
	return NULL;
}

/* ---- read ---- */

static napi_value snapshot(napi_env env, napi_callback_info info)
{
	napi_value values[1], result;
	struct handle *handle = arguments(env, info, 1, values);
	uint8_t *bytes;
	size_t length;

	if (!handle)
		return NULL;
	int error = sensor_snapshot(handle->sensor, &bytes, &length);

	if (error)
		return throw_errno(env, error);
	napi_create_buffer_copy(env, length, bytes, NULL, &result);
	free(bytes);
	return result;
}

static napi_value counters(napi_env env, napi_callback_info info)
{
	napi_value values[1], buffer, result;
	struct handle *handle = arguments(env, info, 1, values);
	struct sensor_counters read;
	void *data;

	if (!handle)
		return NULL;
	int error = sensor_counters(handle->sensor, &read);

	if (error)
		return throw_errno(env, error);
	size_t bytes = (size_t)read.kinds * read.cpus * read.fields * sizeof(uint64_t);

	napi_create_arraybuffer(env, bytes, &data, &buffer);
	memcpy(data, read.values, bytes);
	free(read.values);
	result = object(env);
	set(env, result, "values", buffer);
	set(env, result, "kinds", number(env, read.kinds));
	set(env, result, "cpus", number(env, read.cpus));
	set(env, result, "fields", number(env, read.fields));
	return result;
}

static napi_value drained(napi_env env, napi_callback_info info)
{
	napi_value values[1], buffer, result;
	struct handle *handle = arguments(env, info, 1, values);
	struct sensor_drained read;
	void *data;

	if (!handle || !handle->notify)
		return NULL;
	sensor_drained(handle->sensor, &read);
	napi_create_arraybuffer(env, 2 * sizeof(uint64_t) * sensor_sequence_count(handle->sensor), &data, &buffer);
	sensor_sequences(handle->sensor, data);
	result = object(env);
	set(env, result, "records", number(env, (double)read.records));
	set(env, result, "bytes", number(env, (double)read.bytes));
	set(env, result, "corrupt", number(env, (double)read.corrupt));
	set(env, result, "unread", number(env, (double)read.unread));
	set(env, result, "waits", number(env, (double)read.waits));
	set(env, result, "slices", number(env, (double)read.slices));
	set(env, result, "ringBytes", number(env, (double)read.ring_bytes));
	set(env, result, "ringUsed", number(env, (double)read.ring_used));
	set(env, result, "ringPeak", number(env, (double)read.ring_peak));
	set(env, result, "sequences", buffer);
	return result;
}

static napi_value boot_epoch_ns(napi_env env, napi_callback_info info)
{
	(void)info;
	return number(env, (double)sensor_boot_epoch_ns());
}

static napi_value send_datagram(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	size_t count = 2, length = 0;
	void *bytes = NULL;

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	char *path = count == 2 ? get_string(env, values[0]) : NULL;

	if (!path || napi_get_buffer_info(env, values[1], &bytes, &length) != napi_ok) {
		free(path);
		napi_throw_type_error(env, NULL, "takes a path and a buffer");
		return NULL;
	}
	int error = datagram_send(path, bytes, length);

	free(path);
	return number(env, -error);
}

NAPI_MODULE_INIT()
{
	static const struct {
		const char *name;
		napi_callback call;
	} FUNCTIONS[] = {
		{ "open", open_sensor }, { "extend", extend }, { "detach", detach }, { "start", start }, { "release", release }, { "flush", flush }, { "stop", stop },
		{ "close", close_sensor }, { "snapshot", snapshot }, { "counters", counters }, { "drained", drained },
		{ "bootEpochNs", boot_epoch_ns }, { "setKnob", set_knob }, { "tellRepeats", tell_repeats }, { "writeMap", write_map },
		{ "clearMap", clear_map }, { "measure", measure }, { "programRuns", program_runs }, { "sendDatagram", send_datagram },
		{ "preventStart", prevent_start_call }, { "preventUse", prevent_use_call }, { "preventAnswer", prevent_answer_call },
		{ "preventOrder", prevent_order_call },
		{ "preventCounters", prevent_counters_call }, { "preventPid", prevent_pid_call }, { "preventStop", prevent_stop_call },
	};

	for (size_t i = 0; i < sizeof(FUNCTIONS) / sizeof(*FUNCTIONS); i++) {
		napi_value function;

		napi_create_function(env, FUNCTIONS[i].name, NAPI_AUTO_LENGTH, FUNCTIONS[i].call, NULL, &function);
		set(env, exports, FUNCTIONS[i].name, function);
	}
	napi_contain_define(env, exports);
	napi_packets_define(env, exports);
	return exports;
}
