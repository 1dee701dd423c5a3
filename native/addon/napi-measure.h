/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel measures of its programs, for JavaScript. */
#ifndef TARSIER_NAPI_MEASURE_H
#define TARSIER_NAPI_MEASURE_H

#include "napi-handle.h"
#include "napi-values.h"

static napi_value measure(napi_env env, napi_callback_info info)
{
	napi_value values[2];
	struct handle *handle = arguments(env, info, 2, values);
	bool on = false;

	if (!handle)
		return NULL;
	napi_get_value_bool(env, values[1], &on);
	return number(env, -sensor_measure(handle->sensor, on));
}

struct run_list {
	napi_env env;
	napi_value list;
	uint32_t length;
};

static void add_runs(void *context, const char *program, struct sensor_runs runs)
{
	struct run_list *all = context;
	napi_value one = object(all->env);

	set(all->env, one, "program", string(all->env, program));
	set(all->env, one, "runs", number(all->env, (double)runs.runs));
	set(all->env, one, "ns", number(all->env, (double)runs.ns));
	set(all->env, one, "skipped", number(all->env, (double)runs.skipped));
	napi_set_element(all->env, all->list, all->length++, one);
}

static napi_value program_runs(napi_env env, napi_callback_info info)
{
	napi_value values[1];
	struct handle *handle = arguments(env, info, 1, values);
	struct run_list all = { .env = env };

	if (!handle)
		return NULL;
	napi_create_array(env, &all.list);
	sensor_program_runs(handle->sensor, add_runs, &all);
	return all.list;
}

#endif
