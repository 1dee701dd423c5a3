/* SPDX-License-Identifier: Apache-2.0 */
/* Packets for JavaScript; see napi-packets.c. */
#ifndef TARSIER_NAPI_PACKETS_H
#define TARSIER_NAPI_PACKETS_H

#include <node_api.h>

/* Puts the function into the exports of the module. */
void napi_packets_define(napi_env env, napi_value exports);

#endif
