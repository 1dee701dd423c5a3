// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "digest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define PART_BYTES (64u << 10)
#define STACK_BYTES (64u << 10)

/* Less than PIPE_BUF each: they are written whole, or not at all. */
static int jobs[2] = { -1, -1 }, results[2] = { -1, -1 };

/* One byte more than there should be tells that the file has grown. */
static bool read_all(const struct digest_job *job, uint8_t *digest)
{
	static uint8_t part[PART_BYTES];
	struct sha256 hash;
	uint64_t done = 0;

	sha256_begin(&hash);
	for (;;) {
		ssize_t more = pread(job->fd, part, sizeof(part), (off_t)done);

		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0) {
			sha256_end(&hash, digest);
			return more == 0 && done == job->bytes;
		}
		done += (uint64_t)more;
		if (done > job->bytes)
			return false;
		sha256_take(&hash, part, (size_t)more);
	}
}

static void *work(void *unused)
{
	struct digest_job job;

	/* The thread is an ordinary one already (SCHED_RESET_ON_FORK), but for the rank that stands in for that. */
	setpriority(PRIO_PROCESS, 0, 0);
	for (;;) {
		if (read(jobs[0], &job, sizeof(job)) != sizeof(job))
			continue;
		struct digest_result result = { .number = job.number };

		result.is_read = read_all(&job, result.sha256);
		while (write(results[1], &result, sizeof(result)) < 0 && errno == EINTR)
			;
	}
	return unused;
}

static int start(void)
{
	static uint8_t stack[STACK_BYTES] __attribute__((aligned(4096)));
	pthread_attr_t attributes;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);

	if (!error)
		error = pthread_attr_setstack(&attributes, stack, sizeof(stack));
	return -(error ? error : pthread_create(&thread, &attributes, work, NULL));
}

int digest_begin(void)
{
	if (pipe2(jobs, O_CLOEXEC) || pipe2(results, O_CLOEXEC))
		return -errno;
	if (fcntl(jobs[1], F_SETFL, O_NONBLOCK) || fcntl(results[0], F_SETFL, O_NONBLOCK))
		return -errno;
	int error = start();

	return error ? error : results[0];
}

bool digest_ask(struct digest_job job)
{
	return write(jobs[1], &job, sizeof(job)) == sizeof(job);
}

bool digest_next(struct digest_result *result)
{
	return read(results[0], result, sizeof(*result)) == sizeof(*result);
}
