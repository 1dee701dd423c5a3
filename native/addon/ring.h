/* SPDX-License-Identifier: Apache-2.0 */
/* The consumer's side of a BPF ring buffer (kernel/bpf/ringbuf.c), mapped by ourselves: libbpf's callback cannot say "not now, no room". */
#ifndef TARSIER_RING_H
#define TARSIER_RING_H

#include <stdint.h>
#include <stddef.h>

struct ring {
	int map_fd;
	uint64_t size;			/* bytes, a power of two */
	unsigned long *consumer;	/* read-write page */
	const unsigned long *producer;	/* read-only page, the data behind it */
	const uint8_t *data;		/* mapped twice in a row, so that a record never wraps */
};

struct ring_record {
	const uint8_t *bytes;
	uint32_t length;
	unsigned long start;	/* its position */
	unsigned long next;	/* position behind it */
};

/* 0 or -errno. */
int ring_map(struct ring *ring, int map_fd, uint32_t size);
void ring_unmap(struct ring *ring);

/* Bytes between consumer and producer. */
uint64_t ring_used(const struct ring *ring);
unsigned long ring_consumed(const struct ring *ring);
unsigned long ring_produced(const struct ring *ring);
/* The committed, not discarded record at or behind *position, which moves past what was discarded. 1, or 0 when there is none before `end`. */
int ring_next(const struct ring *ring, unsigned long *position, unsigned long end, struct ring_record *record);
/* Gives the space before `position` back to the producers. */
void ring_consume(struct ring *ring, unsigned long position);

#endif
