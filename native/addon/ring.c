// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

int ring_map(struct ring *ring, int map_fd, uint32_t size)
{
	long page = sysconf(_SC_PAGESIZE);
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);

	if (consumer == MAP_FAILED)
		return -errno;
	uint8_t *producer = mmap(NULL, page + 2 * (size_t)size, PROT_READ, MAP_SHARED, map_fd, page);

	if (producer == MAP_FAILED) {
		int error = errno;

		munmap(consumer, page);
		return -error;
	}
	*ring = (struct ring){ .map_fd = map_fd, .size = size, .consumer = consumer,
			       .producer = (const unsigned long *)producer, .data = producer + page };
	return 0;
}

void ring_unmap(struct ring *ring)
{
	long page = sysconf(_SC_PAGESIZE);

	if (!ring->consumer)
		return;
	munmap(ring->consumer, page);
	munmap((void *)ring->producer, page + 2 * ring->size);
	ring->consumer = NULL;
}

unsigned long ring_consumed(const struct ring *ring)
{
	return __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
}

unsigned long ring_produced(const struct ring *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

uint64_t ring_used(const struct ring *ring)
{
	return ring_produced(ring) - ring_consumed(ring);
}

int ring_next(const struct ring *ring, unsigned long *position, unsigned long end, struct ring_record *record)
{
	while (*position < end) {
		const uint8_t *header = ring->data + (*position & (ring->size - 1));
		uint32_t word = __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE);

		if (word & BPF_RINGBUF_BUSY_BIT)
			return 0;
		uint32_t length = word & ~BPF_RINGBUF_DISCARD_BIT;
		unsigned long next = *position + ((length + BPF_RINGBUF_HDR_SZ + 7UL) & ~7UL);

		if (!(word & BPF_RINGBUF_DISCARD_BIT)) {
			*record = (struct ring_record){ .bytes = header + BPF_RINGBUF_HDR_SZ, .length = length,
							 .start = *position, .next = next };
			return 1;
		}
		*position = next;
	}
	return 0;
}

/*
 * Sequentially consistent: the kernel wakes us only when, after committing a record, it finds the consumer standing right
 * before it. If this store could pass our next load of the producer's position, both sides could miss each other.
 */
void ring_consume(struct ring *ring, unsigned long position)
{
	__atomic_store_n(ring->consumer, position, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
