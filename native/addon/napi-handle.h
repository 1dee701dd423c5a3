/* SPDX-License-Identifier: Apache-2.0 */
/* An open sensor as JavaScript holds it. */
#ifndef TARSIER_NAPI_HANDLE_H
#define TARSIER_NAPI_HANDLE_H

#include "sensor.h"

#include <node_api.h>

struct handle {
	struct sensor *sensor;	/* NULL once closed */
	napi_env env;
	napi_threadsafe_function notify;
	napi_ref buffers[SENSOR_SLOTS_MAX];
	uint32_t buffer_count;
};

/* Reads `wanted` arguments, the first of which is the handle. NULL, with an exception, when it is none or closed. */
static struct handle *arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values)
{
	size_t count = wanted;
	void *handle = NULL;

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	if (count < wanted || napi_get_value_external(env, values[0], &handle) != napi_ok || !((struct handle *)handle)->sensor) {
		napi_throw_type_error(env, NULL, "not an open sensor, or too few arguments");
		return NULL;
	}
	return handle;
}

#endif
