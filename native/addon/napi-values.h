/* SPDX-License-Identifier: Apache-2.0 */
/* Values between C and JavaScript. */
#ifndef TARSIER_NAPI_VALUES_H
#define TARSIER_NAPI_VALUES_H

#include <node_api.h>
#include <stdlib.h>
#include <string.h>

static inline napi_value number(napi_env env, double value)
{
	napi_value result;

	napi_create_double(env, value, &result);
	return result;
}

static inline napi_value string(napi_env env, const char *text)
{
	napi_value result;

	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &result);
	return result;
}

static inline napi_value object(napi_env env)
{
	napi_value result;

	napi_create_object(env, &result);
	return result;
}

static inline void set(napi_env env, napi_value target, const char *name, napi_value value)
{
	napi_set_named_property(env, target, name, value);
}

static inline napi_value get(napi_env env, napi_value from, const char *name)
{
	napi_value result = NULL;

	napi_get_named_property(env, from, name, &result);
	return result;
}

static inline double get_number(napi_env env, napi_value value)
{
	double result = 0;

	napi_get_value_double(env, value, &result);
	return result;
}

/* A malloc'ed copy, NULL when it is no string. */
static inline char *get_string(napi_env env, napi_value value)
{
	size_t length = 0;

	if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok)
		return NULL;
	char *text = malloc(length + 1);

	if (text)
		napi_get_value_string_utf8(env, value, text, length + 1, &length);
	return text;
}

static inline napi_value throw_errno(napi_env env, int error)
{
	napi_throw_error(env, NULL, strerror(error < 0 ? -error : error));
	return NULL;
}

#endif
