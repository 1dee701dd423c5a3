// SPDX-License-Identifier: Apache-2.0
/*
 * A record wakes the thread only while it is idle. Otherwise the thread sleeps a slice and drains what came meanwhile: to wake
 * a consumer costs the traced process an interrupt and a wake-up for each record, four times the cost of the record itself.
 */
#define _GNU_SOURCE
#include "drain.h"

#include "ring.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define NO_SLOT UINT32_MAX
/* Fill of the ring, as a part of its size, from which on the thread does not sleep between slices. */
#define HASTE_PART 4
/* Part of the ring that a slice has to bring for slices to stay short. */
#define FLOOD_PART 32
#define SLICE_GROWTH 4
/* How long the end waits for a record that is being written: its program may have lost its CPU. */
#define LAST_MS 1000
/* How long a program that saw `waits` at 0 may take to commit its record: after that, whoever comes does wake us. */
#define FIRST_IDLE_MS 100

struct drain {
	struct drain_options options;
	struct ring ring;
	pthread_t thread;
	int wake_fd;
	int epoll_fd;
	_Atomic bool stopping;	/* drain the rest, end */
	_Atomic bool abandoned;	/* end at once */
	_Atomic uint32_t flush_asked;

	pthread_mutex_t lock;
	pthread_cond_t freed;
	uint32_t free_slots;	/* one bit each, under `lock` */

	/* The thread's own. */
	uint32_t slot;		/* being filled, or NO_SLOT */
	uint32_t used;		/* bytes in it */
	uint64_t slice_ms;	/* the present slice */
	uint32_t flush_done;

	/* Written by the thread, read by others: relaxed atomics. */
	struct sensor_drained counts;
	uint64_t *sequences;	/* per CPU and level: highest + 1, received */
};

static void add(uint64_t *counter, uint64_t amount)
{
	__atomic_store_n(counter, *counter + amount, __ATOMIC_RELAXED);
}

static void wake(struct drain *drain)
{
	uint64_t one = 1;
	ssize_t written = write(drain->wake_fd, &one, sizeof(one));

	(void)written; /* the counter is full: the thread has been woken already */
}

static bool take_slot(struct drain *drain)
{
	pthread_mutex_lock(&drain->lock);
	if (!drain->free_slots)
		add(&drain->counts.waits, 1);
	while (!drain->free_slots && !drain->abandoned)
		pthread_cond_wait(&drain->freed, &drain->lock);
	if (!drain->abandoned) {
		drain->slot = (uint32_t)__builtin_ctz(drain->free_slots);
		drain->free_slots &= ~(1U << drain->slot);
		drain->used = 0;
	}
	pthread_mutex_unlock(&drain->lock);
	return !drain->abandoned;
}

static void deliver_slot(struct drain *drain)
{
	if (drain->slot == NO_SLOT)
		return;
	drain->options.deliver(drain->options.context, NOTICE_BATCH, drain->slot, drain->used);
	drain->slot = NO_SLOT;
}

static uint16_t read_u16(const uint8_t *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static uint32_t read_u32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static uint64_t read_u64(const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static void note_sequence(struct drain *drain, const uint8_t *record)
{
	const struct sensor_layout *layout = &drain->options.layout;
	uint64_t seq = read_u64(record + layout->seq), level = seq >> layout->level_shift;
	uint32_t cpu = read_u16(record + layout->cpu);

	if (cpu >= drain->options.cpus || level >= layout->levels)
		return;
	uint64_t *pair = drain->sequences + 2 * (cpu * layout->levels + level);
	uint64_t next = seq - (level << layout->level_shift) + 1;

	if (next > pair[0])
		__atomic_store_n(&pair[0], next, __ATOMIC_RELAXED);
	add(&pair[1], 1);
}

static bool is_sound(const struct drain *drain, const struct ring_record *record)
{
	const struct sensor_layout *layout = &drain->options.layout;

	return record->length >= layout->header_bytes && record->length <= drain->options.slots.slot_bytes &&
	       read_u32(record->bytes + layout->size) == record->length;
}

/* Copies one record behind the last, aligned to 8. False when the thread was told to end meanwhile. */
static bool keep(struct drain *drain, const struct ring_record *record)
{
	uint32_t room = (record->length + 7U) & ~7U;

	if (!is_sound(drain, record)) {
		add(&drain->counts.corrupt, 1);
		return true;
	}
	if (drain->slot != NO_SLOT && drain->used + room > drain->options.slots.slot_bytes) {
		ring_consume(&drain->ring, record->start);
		deliver_slot(drain);
	}
	if (drain->slot == NO_SLOT && !take_slot(drain))
		return false;
	uint8_t *to = drain->options.slots.bytes[drain->slot] + drain->used;

	memcpy(to, record->bytes, record->length);
	memset(to + record->length, 0, room - record->length);
	drain->used += room;
	add(&drain->counts.records, 1);
	add(&drain->counts.bytes, record->length);
	note_sequence(drain, record->bytes);
	return true;
}

/* Drains what the ring held when the slice began. Returns the fill it began with, in bytes. */
static uint64_t drain_slice(struct drain *drain)
{
	struct ring *ring = &drain->ring;
	unsigned long start = ring_consumed(ring), position = start, end = ring_produced(ring);
	struct ring_record record;

	while (ring_next(ring, &position, end, &record)) {
		if (!keep(drain, &record))
			break;
		position = record.next;
	}
	ring_consume(ring, position);
	add(&drain->counts.slices, 1);
	if (end - start > drain->counts.ring_peak)
		__atomic_store_n(&drain->counts.ring_peak, end - start, __ATOMIC_RELAXED);
	return position - start;
}

static void set_waits(struct drain *drain, uint32_t waits)
{
	if (drain->options.waits)
		__atomic_store_n(drain->options.waits, waits, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Waits for a wake-up, by the kernel or by ourselves. The ring is watched for edges: what it holds already does not count. */
static int wait_for(struct drain *drain, int timeout_ms)
{
	struct epoll_event event;
	int count = epoll_wait(drain->epoll_fd, &event, 1, timeout_ms);
	uint64_t wakes;
	ssize_t got = read(drain->wake_fd, &wakes, sizeof(wakes));

	(void)got; /* EAGAIN: it was not we */
	return count;
}

static void wait_idle(struct drain *drain)
{
	set_waits(drain, 1);
	if (ring_used(&drain->ring) == 0 && wait_for(drain, FIRST_IDLE_MS) == 0 && ring_used(&drain->ring) == 0)
		wait_for(drain, -1);
	set_waits(drain, 0);
}

/*
 * A slice costs the event loop some 50 µs however few records it brings. While a steady trickle lasts, slices grow, up to
 * SLICE_GROWTH times the asked one; a flood or a moment of silence brings them back.
 */
static void pause_after(struct drain *drain, uint64_t drained)
{
	uint64_t used = ring_used(&drain->ring), size = drain->ring.size, least = drain->options.slice_ms;

	if (drained == 0 && used == 0) {
		drain->slice_ms = least;
		wait_idle(drain);
	} else if (drained < size / HASTE_PART && used < size / HASTE_PART) {
		wait_for(drain, (int)drain->slice_ms);
		if (drained > size / FLOOD_PART)
			drain->slice_ms = least;
		else if (drain->slice_ms < SLICE_GROWTH * least)
			drain->slice_ms++;
	}
}

static void answer_flush(struct drain *drain, uint32_t asked)
{
	if (asked == drain->flush_done)
		return;
	drain->flush_done = asked;
	drain->options.deliver(drain->options.context, NOTICE_FLUSHED, 0, asked);
}

/* What happened before the stop is in the ring, or about to be: a program on another CPU may still be writing. */
static void finish(struct drain *drain)
{
	unsigned long end = ring_produced(&drain->ring), position;
	struct timespec pause = { .tv_nsec = 1000000 };

	for (int looks = 0; looks < LAST_MS && !drain->abandoned; looks++) {
		drain_slice(drain);
		deliver_slot(drain);
		if (ring_consumed(&drain->ring) >= end)
			break;
		nanosleep(&pause, NULL);
	}
	position = ring_consumed(&drain->ring);
	if (position < end)
		add(&drain->counts.unread, end - position);
	answer_flush(drain, drain->flush_asked);
}

static void *run(void *argument)
{
	struct drain *drain = argument;

	prctl(PR_SET_NAME, "tarsier-drain");
	set_waits(drain, 0);
	while (!drain->abandoned) {
		if (drain->stopping) {
			finish(drain);
			break;
		}
		uint32_t asked = drain->flush_asked;
		uint64_t drained = drain_slice(drain);

		deliver_slot(drain);
		answer_flush(drain, asked);
		pause_after(drain, drained);
	}
	drain->options.deliver(drain->options.context, NOTICE_END, 0, 0);
	return NULL;
}

static void destroy(struct drain *drain)
{
	ring_unmap(&drain->ring);
	if (drain->wake_fd >= 0)
		close(drain->wake_fd);
	if (drain->epoll_fd >= 0)
		close(drain->epoll_fd);
	free(drain->sequences);
	free(drain);
}

/* The thread takes no signals: they belong to the event loop. */
static int start_thread(struct drain *drain)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&drain->thread, NULL, run, drain);

	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

static int watch(struct drain *drain)
{
	struct epoll_event ring = { .events = EPOLLIN | EPOLLET }, wake = { .events = EPOLLIN };

	drain->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	drain->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (drain->wake_fd < 0 || drain->epoll_fd < 0)
		return -errno;
	if (epoll_ctl(drain->epoll_fd, EPOLL_CTL_ADD, drain->wake_fd, &wake) ||
	    epoll_ctl(drain->epoll_fd, EPOLL_CTL_ADD, drain->options.ring_fd, &ring))
		return -errno;
	return 0;
}

int drain_start(const struct drain_options *options, struct drain **out)
{
	struct drain *drain = calloc(1, sizeof(*drain));

	if (!drain)
		return -ENOMEM;
	drain->options = *options;
	drain->slot = NO_SLOT;
	drain->slice_ms = options->slice_ms;
	drain->wake_fd = drain->epoll_fd = -1;
	drain->free_slots = options->slots.count >= 32 ? UINT32_MAX : (1U << options->slots.count) - 1;
	pthread_mutex_init(&drain->lock, NULL);
	pthread_cond_init(&drain->freed, NULL);
	drain->sequences = calloc((size_t)options->cpus * options->layout.levels, 2 * sizeof(uint64_t));
	int error = drain->sequences ? watch(drain) : -ENOMEM;

	if (!error)
		error = ring_map(&drain->ring, options->ring_fd, options->ring_bytes);
	/* Before the thread runs: it may deliver, and be given back, a slot at once. */
	*out = drain;
	if (!error)
		error = start_thread(drain);
	if (error) {
		*out = NULL;
		destroy(drain);
	}
	return error;
}

void drain_release(struct drain *drain, uint32_t slot)
{
	pthread_mutex_lock(&drain->lock);
	if (slot < drain->options.slots.count)
		drain->free_slots |= 1U << slot;
	pthread_cond_signal(&drain->freed);
	pthread_mutex_unlock(&drain->lock);
}

void drain_flush(struct drain *drain, uint32_t ticket)
{
	drain->flush_asked = ticket;
	wake(drain);
}

void drain_stop(struct drain *drain)
{
	drain->stopping = true;
	wake(drain);
}

void drain_read(struct drain *drain, struct sensor_drained *out)
{
	const uint64_t *from = (const uint64_t *)&drain->counts;
	uint64_t *to = (uint64_t *)out;

	for (size_t i = 0; i < sizeof(*out) / sizeof(uint64_t); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
	out->ring_bytes = drain->ring.size;
	out->ring_used = ring_used(&drain->ring);
}

void drain_sequences(struct drain *drain, uint64_t *pairs)
{
	for (size_t i = 0; i < 2UL * drain->options.cpus * drain->options.layout.levels; i++)
		pairs[i] = __atomic_load_n(&drain->sequences[i], __ATOMIC_RELAXED);
}

void drain_close(struct drain *drain)
{
	pthread_mutex_lock(&drain->lock);
	drain->abandoned = true;
	pthread_cond_signal(&drain->freed);
	pthread_mutex_unlock(&drain->lock);
	wake(drain);
	pthread_join(drain->thread, NULL);
	destroy(drain);
}
