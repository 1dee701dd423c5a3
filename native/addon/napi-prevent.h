/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prevention for JavaScript (types in src/sources/ebpf/addon.ts):
 *   preventStart(helper, onMessage(buffer, or null at the end)) -> handle / preventUse(handle, table) -> 0 or errno
 *   preventAnswer(handle, id, deny, keep) -> 0 or errno / preventOrder(handle, order, fd or -1) -> 0 or errno / preventCounters(handle) -> numbers / preventPid(handle) / preventStop(handle)
 */
#ifndef TARSIER_NAPI_PREVENT_H
#define TARSIER_NAPI_PREVENT_H

#include "napi-values.h"
#include "prevent.h"
#include "prevent-protocol.h"

/* What JavaScript has not taken yet, at most; whoever is asked about beyond that is let through when its time is over. */
#define PREVENT_QUEUE 1024

struct prevent_handle {
	struct prevent *prevent; /* NULL once stopped */
	napi_env env;
	napi_threadsafe_function heard;
};

struct prevent_heard_message {
	uint8_t *bytes;
	size_t length;
};

static void prevent_on_thread(void *context, uint8_t *bytes, size_t length)
{
	struct prevent_handle *handle = context;
	struct prevent_heard_message *message = malloc(sizeof(*message));

	if (message) {
		*message = (struct prevent_heard_message){ bytes, length };
		if (napi_call_threadsafe_function(handle->heard, message, napi_tsfn_nonblocking) == napi_ok)
			return;
	}
	free(message);
	free(bytes);
}

static void prevent_to_javascript(napi_env env, napi_value callback, void *context, void *data)
{
	struct prevent_heard_message *message = data;
	napi_value undefined, value;

	(void)context;
	if (env && callback) {
		napi_get_undefined(env, &undefined);
		if (message->bytes)
			napi_create_buffer_copy(env, message->length, message->bytes, NULL, &value);
		else
			napi_get_null(env, &value);
		napi_call_function(env, undefined, callback, 1, &value, NULL);
	}
	free(message->bytes);
	free(message);
}

/* Also at the end of the environment: no thread and no process of ours outlives it. */
static void prevent_shut(void *argument)
{
	struct prevent_handle *handle = argument;

	if (!handle->prevent)
		return;
	prevent_stop(handle->prevent);
	handle->prevent = NULL;
	napi_release_threadsafe_function(handle->heard, napi_tsfn_abort);
}

static void prevent_forget(napi_env env, void *data, void *hint)
{
	struct prevent_handle *handle = data;

	(void)hint;
	if (handle->prevent) {
		napi_remove_env_cleanup_hook(env, prevent_shut, handle);
		prevent_shut(handle);
	}
	free(handle);
}

static struct prevent_handle *prevent_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values)
{
	size_t count = wanted;
	void *handle = NULL;

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	if (count < wanted || napi_get_value_external(env, values[0], &handle) != napi_ok || !((struct prevent_handle *)handle)->prevent) {
		napi_throw_type_error(env, NULL, "prevention does not run, or too few arguments");
		return NULL;
	}
	return handle;
}

static napi_value prevent_start_call(napi_env env, napi_callback_info info)
{
	napi_value values[2], external;
	size_t count = 2;

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	char *helper = count == 2 ? get_string(env, values[0]) : NULL;
	struct prevent_handle *handle = calloc(1, sizeof(*handle));

	if (!helper || !handle ||
	    napi_create_threadsafe_function(env, values[1], NULL, string(env, "tarsier-prevent"), PREVENT_QUEUE, 1, NULL, NULL, handle,
					    prevent_to_javascript, &handle->heard) != napi_ok) {
		free(helper);
		free(handle);
		napi_throw_type_error(env, NULL, "takes a path and a function");
		return NULL;
	}
	napi_unref_threadsafe_function(env, handle->heard);
	handle->env = env;
	int error = prevent_start(&handle->prevent, helper, prevent_on_thread, handle);

	free(helper);
	if (error) {
		napi_release_threadsafe_function(handle->heard, napi_tsfn_abort);
		free(handle);
		return throw_errno(env, error);
	}
	napi_create_external(env, handle, prevent_forget, NULL, &external);
	napi_add_env_cleanup_hook(env, prevent_shut, handle);
	return external;
}

static napi_value prevent_use_call(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct prevent_handle *handle = prevent_arguments(env, info, 2, values);
	void *table = NULL;
	size_t bytes = 0;

	if (!handle)
		return NULL;
	if (napi_get_buffer_info(env, values[1], &table, &bytes) != napi_ok) {
		napi_throw_type_error(env, NULL, "takes a buffer");
		return NULL;
	}
	return number(env, -prevent_use(handle->prevent, table, bytes));
}

static napi_value prevent_answer_call(napi_env env, napi_callback_info info)
{
	napi_value values[4];
	struct prevent_handle *handle = prevent_arguments(env, info, 4, values);
	bool deny = false, keep = false;

	if (!handle)
		return NULL;
	napi_get_value_bool(env, values[2], &deny);
	napi_get_value_bool(env, values[3], &keep);
	return number(env, -prevent_answer(handle->prevent, (uint32_t)get_number(env, values[1]), deny, keep));
}

static napi_value prevent_order_call(napi_env env, napi_callback_info info)
{
	napi_value values[3];
	struct prevent_handle *handle = prevent_arguments(env, info, 3, values);
	void *order = NULL;
	size_t bytes = 0;

	if (!handle)
		return NULL;
	if (napi_get_buffer_info(env, values[1], &order, &bytes) != napi_ok) {
		napi_throw_type_error(env, NULL, "takes a buffer");
		return NULL;
	}
	return number(env, -prevent_order(handle->prevent, order, bytes, (int)get_number(env, values[2])));
}

static napi_value prevent_counters_call(napi_env env, napi_callback_info info)
{
	napi_value values[1], list;
	struct prevent_handle *handle = prevent_arguments(env, info, 1, values);
	uint64_t counters[PREVENT_COUNTERS];

	if (!handle)
		return NULL;
	prevent_counters(handle->prevent, counters);
	napi_create_array_with_length(env, PREVENT_COUNTERS, &list);
	for (uint32_t i = 0; i < PREVENT_COUNTERS; i++)
		napi_set_element(env, list, i, number(env, (double)counters[i]));
	return list;
}

static napi_value prevent_pid_call(napi_env env, napi_callback_info info)
{
	napi_value values[1];
	struct prevent_handle *handle = prevent_arguments(env, info, 1, values);

	return handle ? number(env, prevent_pid(handle->prevent)) : NULL;
}

static napi_value prevent_stop_call(napi_env env, napi_callback_info info)
{
	napi_value values[1];
	struct prevent_handle *handle = prevent_arguments(env, info, 1, values);

	if (handle) {
		napi_remove_env_cleanup_hook(env, prevent_shut, handle);
		prevent_shut(handle);
	}
	return NULL;
}

#endif
