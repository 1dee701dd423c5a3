// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "pidfd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers that are the same on every architecture; older libc headers lack them. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#define NS_PER_S 1000000000u
/* A double of JavaScript holds times beyond 104 days to 2 ns, beyond a year to 4. */
#define SLACK_NS 16u
#define STAT_MAX 1024
/* proc_pid_stat(5): starttime is field 22, and the third follows the name in brackets. */
#define FIELDS_BEFORE_START 19

/* False when the process is gone. */
static bool read_start(pid_t pid, unsigned long long *ticks)
{
	char path[32], text[STAT_MAX];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t bytes = read(fd, text, sizeof(text) - 1);

	close(fd);
	if (bytes <= 0)
		return false;
	text[bytes] = 0;
	/* The name may hold brackets and blanks. */
	char *at = strrchr(text, ')');

	for (int field = 0; at && field <= FIELDS_BEFORE_START; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%llu", ticks) == 1;
}

static bool is_start(unsigned long long ticks, uint64_t start_ns)
{
	uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK), first = ticks * tick_ns;

	return start_ns + SLACK_NS >= first && start_ns < first + tick_ns + SLACK_NS;
}

/* Opened first and looked at then: when the pid went to another in between, the start is the other's, or the pidfd that of a dead process. */
int pidfd_of(pid_t pid, uint64_t start_ns)
{
	unsigned long long ticks;

	if (pid <= 0)
		return -ESRCH;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		/* EINVAL: a thread has that number. */
		return errno == EINVAL ? -ESRCH : -errno;
	if (read_start(pid, &ticks) && is_start(ticks, start_ns))
		return fd;
	close(fd);
	return -ESRCH;
}

int pidfd_signal(pid_t pid, uint64_t start_ns, int signal)
{
	if (pid == 1 || pid == getpid())
		return -EPERM;
	if (signal < 1 || signal > SIGRTMAX)
		return -EINVAL;
	int fd = pidfd_of(pid, start_ns);

	if (fd < 0)
		return fd;
	int error = syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) ? -errno : 0;

	close(fd);
	return error;
}

/* ---- sockets ---- */

static bool is_inet(int fd)
{
	int domain;
	socklen_t length = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && (domain == AF_INET || domain == AF_INET6);
}

/* 0 for what is no such socket. */
static uint64_t cookie_of(int pidfd, int number)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);
	int fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);

	if (fd < 0)
		return 0;
	if (!is_inet(fd) || getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length))
		cookie = 0;
	close(fd);
	return cookie;
}

static bool is_socket(int folder, const char *name)
{
	static const char MARK[] = "socket:[";
	char target[sizeof(MARK)];
	ssize_t bytes = readlinkat(folder, name, target, sizeof(target));

	return bytes >= (ssize_t)strlen(MARK) && memcmp(target, MARK, strlen(MARK)) == 0;
}

/* Each socket once per descriptor; whoever reads the list does not mind. */
static int read_sockets(int pidfd, DIR *folder, uint64_t *cookies, size_t *count)
{
	struct dirent *entry;

	while (*count < PIDFD_SOCKETS_MAX && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.' || !is_socket(dirfd(folder), entry->d_name))
			continue;
		uint64_t cookie = cookie_of(pidfd, atoi(entry->d_name));

		if (cookie)
			cookies[(*count)++] = cookie;
	}
	return 0;
}

int pidfd_sockets(pid_t pid, uint64_t start_ns, uint64_t **cookies, size_t *count)
{
	char path[32];
	int pidfd = pidfd_of(pid, start_ns);

	if (pidfd < 0)
		return pidfd;
	*count = 0;
	*cookies = calloc(PIDFD_SOCKETS_MAX, sizeof(**cookies));
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *folder = *cookies ? opendir(path) : NULL;
	int error = !*cookies ? -ENOMEM : folder ? read_sockets(pidfd, folder, *cookies, count) : -errno;

	if (folder)
		closedir(folder);
	close(pidfd);
	if (error) {
		free(*cookies);
		*cookies = NULL;
	}
	return error == -ENOENT ? -ESRCH : error;
}
