/* SPDX-License-Identifier: Apache-2.0 */
/* What an open sensor holds; sensor.c makes and ends it, sensor-running.c is what is asked of it meanwhile. */
#ifndef TARSIER_SENSOR_STATE_H
#define TARSIER_SENSOR_STATE_H

#include "calls.h"
#include "knobs.h"
#include "sensor.h"

#define SENSOR_EVENTS_MAP "events"

struct bpf_link;
struct bpf_object;
struct drain;

struct sensor {
	struct bpf_object *object;
	struct sensor_hook *hooks;
	size_t hook_count;
	struct bpf_link **links;	/* one per hook, NULL where not attached */
	struct bpf_link *snapshot;
	enum calls_by calls_by;
	char tracepoints_because[SENSOR_REASON_MAX];	/* "" where they are not used */
	uint32_t cpus;
	struct sensor_layout layout;
	struct drain *drain;
	int measuring;		/* descriptor while which the kernel measures programs, else -1 */
	struct knob waits;	/* whether a record wakes the draining thread */
	struct sensor *base;	/* of a part that was added later: the sensor whose maps it works on */
	struct sensor *next;	/* the parts added to this one, in a row */
};

#endif
