/* SPDX-License-Identifier: Apache-2.0 */
/* What JavaScript writes into the running kernel side: knobs, maps. */
#ifndef TARSIER_NAPI_WRITE_H
#define TARSIER_NAPI_WRITE_H

#include "napi-handle.h"
#include "napi-values.h"

static napi_value set_knob(napi_env env, napi_callback_info info)
{
	napi_value values[5];
	struct handle *handle = arguments(env, info, 5, values);

	if (!handle)
		return NULL;
	char *name = get_string(env, values[1]);
	int error = sensor_set_knob(handle->sensor, name ? name : "", (uint32_t)get_number(env, values[2]), (uint32_t)get_number(env, values[3]),
				    (uint64_t)get_number(env, values[4]));

	free(name);
	return error ? throw_errno(env, error) : NULL;
}

static napi_value tell_repeats(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);
	bool all = false;

	if (!handle)
		return NULL;
	napi_get_value_bool(env, values[1], &all);
	return number(env, -sensor_tell_repeats(handle->sensor, all));
}

static napi_value write_map(napi_env env, napi_callback_info info)
{
	napi_value values[4];
	struct handle *handle = arguments(env, info, 4, values);
	size_t key_bytes = 0, value_bytes = 0;
	void *keys = NULL, *entries = NULL;

	if (!handle)
		return NULL;
	char *map = get_string(env, values[1]);

	if (!map || napi_get_buffer_info(env, values[2], &keys, &key_bytes) != napi_ok ||
	    napi_get_buffer_info(env, values[3], &entries, &value_bytes) != napi_ok) {
		free(map);
		napi_throw_type_error(env, NULL, "takes a map and two buffers");
		return NULL;
	}
	int error = sensor_write_map(handle->sensor, map, keys, key_bytes, entries, value_bytes);

	free(map);
	return number(env, -error);
}

static napi_value clear_map(napi_env env, napi_callback_info info)
{
	napi_value values[3];
	struct handle *handle = arguments(env, info, 3, values);
	size_t key_bytes = 0;
	void *keys = NULL;

	if (!handle)
		return NULL;
	char *map = get_string(env, values[1]);

	if (!map || napi_get_buffer_info(env, values[2], &keys, &key_bytes) != napi_ok) {
		free(map);
		napi_throw_type_error(env, NULL, "takes a map and a buffer");
		return NULL;
	}
	int error = sensor_clear_map(handle->sensor, map, keys, key_bytes);

	free(map);
	return number(env, -error);
}

#endif
