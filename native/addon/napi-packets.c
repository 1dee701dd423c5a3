// SPDX-License-Identifier: Apache-2.0
/*
 * takePackets(pid, ms, bytes, snaplen) -> promise of { pcap, packets, dropped }, or of an errno. A thread of the pool waits meanwhile.
 * endPackets() ends all that wait.
 */
#define NAPI_VERSION 8
#include "napi-packets.h"

#include "napi-values.h"
#include "packets.h"

#include <errno.h>

struct work {
	napi_async_work async;
	napi_deferred deferred;
	pid_t pid;
	struct packets_bounds bounds;
	struct packets packets;
	int error;
};

static void execute(napi_env env, void *data)
{
	struct work *work = data;

	(void)env;
	work->error = packets_take(work->pid, &work->bounds, &work->packets);
}

static napi_value result_of(napi_env env, const struct work *work)
{
	napi_value buffer;

	if (work->error)
		return number(env, -work->error);
	if (napi_create_buffer_copy(env, work->packets.length, work->packets.pcap, NULL, &buffer) != napi_ok)
		return number(env, ENOMEM);
	napi_value result = object(env);

	set(env, result, "pcap", buffer);
	set(env, result, "packets", number(env, (double)work->packets.count));
	set(env, result, "dropped", number(env, (double)work->packets.dropped));
	return result;
}

static void complete(napi_env env, napi_status status, void *data)
{
	struct work *work = data;

	if (status != napi_ok)
		work->error = -ECANCELED;
	napi_resolve_deferred(env, work->deferred, result_of(env, work));
	napi_delete_async_work(env, work->async);
	free(work->packets.pcap);
	free(work);
}

static napi_value take_packets(napi_env env, napi_callback_info info)
{
	napi_value values[4], promise;
	size_t count = 4;
	struct work *work = calloc(1, sizeof(*work));

	napi_get_cb_info(env, info, &count, values, NULL, NULL);
	if (!work || count < 4) {
		free(work);
		napi_throw_type_error(env, NULL, "takes a pid, a time and two sizes");
		return NULL;
	}
	work->pid = (pid_t)get_number(env, values[0]);
	work->bounds = (struct packets_bounds){ (int)get_number(env, values[1]), (size_t)get_number(env, values[2]), (uint32_t)get_number(env, values[3]) };
	napi_create_promise(env, &work->deferred, &promise);
	napi_create_async_work(env, NULL, string(env, "packets"), execute, complete, work, &work->async);
	napi_queue_async_work(env, work->async);
	return promise;
}

static napi_value end_packets(napi_env env, napi_callback_info info)
{
	(void)env;
	(void)info;
	packets_end_all();
	return NULL;
}

void napi_packets_define(napi_env env, napi_value exports)
{
	napi_value function;

	napi_create_function(env, "takePackets", NAPI_AUTO_LENGTH, take_packets, NULL, &function);
	set(env, exports, "takePackets", function);
	napi_create_function(env, "endPackets", NAPI_AUTO_LENGTH, end_packets, NULL, &function);
	set(env, exports, "endPackets", function);
}
