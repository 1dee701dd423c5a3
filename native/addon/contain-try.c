// SPDX-License-Identifier: Apache-2.0
/* Tries from inside whether a rule holds: a child goes into the cgroup and the network namespace, and connects. */
#define _GNU_SOURCE
#include "contain.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long the child may take: a cgroup that is frozen freezes it, too. */
#define TRY_MS 300
#define LOOK_MS 2
/* No errno of Linux is as large. */
#define COULD_NOT 255

struct attempt {
	int cgroup, netns;	/* descriptors, -1 where it stays */
	bool sends;
	struct sockaddr_storage address;
	socklen_t address_length;
};

/* Between fork and _exit only async-signal-safe calls: other threads held locks when we forked. */
static _Noreturn void attempt_in_child(const struct attempt *attempt)
{
	if (attempt->cgroup >= 0 && write(attempt->cgroup, "0", 1) != 1)
		_exit(COULD_NOT);
	if (attempt->netns >= 0 && setns(attempt->netns, CLONE_NEWNET))
		_exit(COULD_NOT);
	int fd = socket(attempt->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		_exit(COULD_NOT);
	if (connect(fd, (const struct sockaddr *)&attempt->address, attempt->address_length))
		_exit(errno);
	_exit(attempt->sends && send(fd, "", 0, MSG_DONTWAIT) ? errno : 0);
}

static int wait_for(pid_t child)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000 };
	int status = 0;

	for (int waited = 0; waited < TRY_MS; waited += LOOK_MS) {
		pid_t ended = waitpid(child, &status, WNOHANG);

		if (ended == child)
			return WIFEXITED(status) && WEXITSTATUS(status) != COULD_NOT ? WEXITSTATUS(status) : -EIO;
		if (ended < 0 && errno != EINTR)
			return -errno;
		nanosleep(&pause, NULL);
	}
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return -ETIMEDOUT;
}

static int set_address(struct attempt *attempt, const uint8_t *address, size_t bytes, uint16_t port)
{
	if (bytes == 4) {
		struct sockaddr_in *to = (struct sockaddr_in *)&attempt->address;

		*to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
		memcpy(&to->sin_addr, address, bytes);
		attempt->address_length = sizeof(*to);
		return 0;
	}
	struct sockaddr_in6 *to = (struct sockaddr_in6 *)&attempt->address;

	if (bytes != 16)
		return -EINVAL;
	*to = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
	memcpy(&to->sin6_addr, address, bytes);
	attempt->address_length = sizeof(*to);
	return 0;
}

static int open_place(const struct contain_place *place, struct attempt *attempt)
{
	char path[4096];

	if (place->cgroup) {
		if (snprintf(path, sizeof(path), "%s/cgroup.procs", place->cgroup) >= (int)sizeof(path))
			return -ENAMETOOLONG;
		attempt->cgroup = open(path, O_WRONLY | O_CLOEXEC);
		if (attempt->cgroup < 0)
			return -errno;
	}
	if (place->netns_of) {
		snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)place->netns_of);
		attempt->netns = open(path, O_RDONLY | O_CLOEXEC);
		if (attempt->netns < 0)
			return -errno;
	}
	return 0;
}

int contain_try(const struct contain_place *place, const uint8_t *address, size_t address_bytes, uint16_t port)
{
	struct attempt attempt = { .cgroup = -1, .netns = -1, .sends = place->sends };
	int result = set_address(&attempt, address, address_bytes, port);

	if (!result)
		result = open_place(place, &attempt);
	if (!result) {
		pid_t child = fork();

		if (child == 0)
			attempt_in_child(&attempt);
		result = child < 0 ? -errno : wait_for(child);
	}
	if (attempt.cgroup >= 0)
		close(attempt.cgroup);
	if (attempt.netns >= 0)
		close(attempt.netns);
	return result;
}
