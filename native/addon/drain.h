/* SPDX-License-Identifier: Apache-2.0 */
/* The draining thread: from the ring buffer into lent slots, in slices. */
#ifndef TARSIER_DRAIN_H
#define TARSIER_DRAIN_H

#include "sensor.h"

struct drain;

struct drain_options {
	int ring_fd;
	uint32_t ring_bytes;
	uint32_t cpus;
	uint32_t slice_ms;
	struct sensor_layout layout;
	struct sensor_slots slots;
	sensor_deliver deliver;
	void *context;
	/* Shared with the kernel side: 1, a record wakes the thread; 0, only a ring more than half full does. NULL: always. */
	uint32_t *waits;
};

/* 0 or -errno. */
int drain_start(const struct drain_options *options, struct drain **out);
void drain_release(struct drain *drain, uint32_t slot);
void drain_flush(struct drain *drain, uint32_t ticket);
void drain_stop(struct drain *drain);
void drain_read(struct drain *drain, struct sensor_drained *out);
void drain_sequences(struct drain *drain, uint64_t *pairs);
/* Leaves what is in the ring where the thread has not ended by itself; joins and frees. */
void drain_close(struct drain *drain);

#endif
