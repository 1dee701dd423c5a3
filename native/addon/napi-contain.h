/* SPDX-License-Identifier: Apache-2.0 */
/* Containment for JavaScript; see napi-contain.c. */
#ifndef TARSIER_NAPI_CONTAIN_H
#define TARSIER_NAPI_CONTAIN_H

#include <node_api.h>

/* Puts the functions into the exports of the module. */
void napi_contain_define(napi_env env, napi_value exports);

#endif
