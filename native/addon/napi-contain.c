// SPDX-License-Identifier: Apache-2.0
/*
 * Containment for JavaScript (types in src/sources/ebpf/addon.ts). What returns 0 or an errno never throws but for wrong arguments.
 *   signalProcess(pid, startNs, signal) -> 0 or errno / heldSockets(pid, startNs) -> buffer of u64, or errno
 *   containOpen({ objectPath, cgroup, allowOnly, bySocket, destinations, sockets }) -> handle, or errno
 *   containChange(handle, add, destinations) -> 0 or errno / containState(handle) -> { attached, holdsFamilies, counters } / containClose(handle)
 *   containTry({ cgroup or '', netnsOf or 0, sends }, address, port) -> errno of the connect, or its negative where nothing could be tried
 */
#define NAPI_VERSION 8
#include "napi-contain.h"

#include "contain.h"
#include "napi-values.h"
#include "pidfd.h"

#include <errno.h>

struct contain_handle {
	struct contain *contain;	/* NULL once closed */
};

static napi_value refuse(napi_env env, const char *reason)
{
	napi_throw_type_error(env, NULL, reason);
	return NULL;
}

static bool take(napi_env env, napi_callback_info info, size_t wanted, napi_value *values)
{
	size_t count = wanted;

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	if (count < wanted)
		refuse(env, "too few arguments");
	return count >= wanted;
}

static bool get_bool(napi_env env, napi_value value)
{
	bool result = false;

	napi_get_value_bool(env, value, &result);
	return result;
}

static bool get_bytes(napi_env env, napi_value value, const uint8_t **bytes, size_t *length)
{
	void *data = NULL;

	if (napi_get_buffer_info(env, value, &data, length) != napi_ok)
		return false;
	*bytes = data;
	return true;
}

/* ---- processes ---- */

static napi_value signal_process(napi_env env, napi_callback_info info)
{
	napi_value values[3];

	if (!take(env, info, 3, values))
		return NULL;
	int error = pidfd_signal((pid_t)get_number(env, values[0]), (uint64_t)get_number(env, values[1]), (int)get_number(env, values[2]));

	return number(env, -error);
}

static napi_value held_sockets(napi_env env, napi_callback_info info)
{
	napi_value values[2], result;
	uint64_t *cookies;
	size_t count;

	if (!take(env, info, 2, values))
		return NULL;
	int error = pidfd_sockets((pid_t)get_number(env, values[0]), (uint64_t)get_number(env, values[1]), &cookies, &count);

	if (error)
		return number(env, -error);
	napi_create_buffer_copy(env, count * sizeof(*cookies), cookies, NULL, &result);
	free(cookies);
	return result;
}

/* ---- rules ---- */

static void close_handle(struct contain_handle *handle)
{
	if (handle->contain)
		contain_close(handle->contain);
	handle->contain = NULL;
}

static void forget(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	close_handle(data);
	free(data);
}

static struct contain_handle *handle_of(napi_env env, napi_value value)
{
	void *handle = NULL;

	if (napi_get_value_external(env, value, &handle) == napi_ok && ((struct contain_handle *)handle)->contain)
		return handle;
	refuse(env, "not a rule that stands");
	return NULL;
}

static napi_value opened(napi_env env, struct contain *contain)
{
	struct contain_handle *handle = malloc(sizeof(*handle));
	napi_value external;

	if (!handle) {
		contain_close(contain);
		return number(env, ENOMEM);
	}
	handle->contain = contain;
	napi_create_external(env, handle, forget, NULL, &external);
	return external;
}

static napi_value contain_open_call(napi_env env, napi_callback_info info)
{
	napi_value from;
	struct contain_options options = { 0 };
	struct contain *contain;

	if (!take(env, info, 1, &from))
		return NULL;
	if (!get_bytes(env, get(env, from, "destinations"), &options.destinations.keys, &options.destinations.bytes) ||
	    !get_bytes(env, get(env, from, "sockets"), &options.sockets.keys, &options.sockets.bytes))
		return refuse(env, "destinations and sockets are buffers");
	options.object_path = get_string(env, get(env, from, "objectPath"));
	options.cgroup = get_string(env, get(env, from, "cgroup"));
	options.allow_only = get_bool(env, get(env, from, "allowOnly"));
	options.by_socket = get_bool(env, get(env, from, "bySocket"));
	int error = options.object_path && options.cgroup ? contain_open(&options, &contain) : -EINVAL;

	free((char *)options.object_path);
	free((char *)options.cgroup);
	return error ? number(env, -error) : opened(env, contain);
}

static napi_value contain_change_call(napi_env env, napi_callback_info info)
{
	napi_value values[3];
	struct contain_list list = { 0 };
	struct contain_handle *handle = take(env, info, 3, values) ? handle_of(env, values[0]) : NULL;

	if (!handle)
		return NULL;
	if (!get_bytes(env, values[2], &list.keys, &list.bytes))
		return refuse(env, "destinations are a buffer");
	return number(env, -contain_change(handle->contain, get_bool(env, values[1]), &list));
}

static napi_value contain_state_call(napi_env env, napi_callback_info info)
{
	napi_value value, attached, holds_families, list, result = object(env);
	uint64_t counters[CONTAIN_COUNTERS];
	struct contain_handle *handle = take(env, info, 1, &value) ? handle_of(env, value) : NULL;

	if (!handle)
		return NULL;
	contain_counters(handle->contain, counters);
	napi_create_array_with_length(env, CONTAIN_COUNTERS, &list);
	for (uint32_t i = 0; i < CONTAIN_COUNTERS; i++)
		napi_set_element(env, list, i, number(env, (double)counters[i]));
	napi_get_boolean(env, contain_is_attached(handle->contain), &attached);
	napi_get_boolean(env, contain_holds_families(handle->contain), &holds_families);
	set(env, result, "attached", attached);
	set(env, result, "holdsFamilies", holds_families);
	set(env, result, "counters", list);
	return result;
}

static napi_value contain_close_call(napi_env env, napi_callback_info info)
{
	napi_value value;
	struct contain_handle *handle = take(env, info, 1, &value) ? handle_of(env, value) : NULL;

	if (handle)
		close_handle(handle);
	return NULL;
}

static napi_value contain_try_call(napi_env env, napi_callback_info info)
{
	napi_value values[3];
	const uint8_t *address;
	size_t bytes;

	if (!take(env, info, 3, values))
		return NULL;
	if (!get_bytes(env, values[1], &address, &bytes))
		return refuse(env, "an address is a buffer");
	char *cgroup = get_string(env, get(env, values[0], "cgroup"));
	struct contain_place place = {
		.cgroup = cgroup && *cgroup ? cgroup : NULL,
		.netns_of = (pid_t)get_number(env, get(env, values[0], "netnsOf")),
		.sends = get_bool(env, get(env, values[0], "sends")),
	};
	int result = contain_try(&place, address, bytes, (uint16_t)get_number(env, values[2]));

	free(cgroup);
	return number(env, result);
}

void napi_contain_define(napi_env env, napi_value exports)
{
	static const struct {
		const char *name;
		napi_callback call;
	} FUNCTIONS[] = {
		{ "signalProcess", signal_process }, { "heldSockets", held_sockets }, { "containOpen", contain_open_call },
		{ "containChange", contain_change_call }, { "containState", contain_state_call }, { "containClose", contain_close_call },
		{ "containTry", contain_try_call },
	};

	for (size_t i = 0; i < sizeof(FUNCTIONS) / sizeof(*FUNCTIONS); i++) {
		napi_value function;

		napi_create_function(env, FUNCTIONS[i].name, NAPI_AUTO_LENGTH, FUNCTIONS[i].call, NULL, &function);
		set(env, exports, FUNCTIONS[i].name, function);
	}
}
