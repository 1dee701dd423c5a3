// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "undertaker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FDS 65536u

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Between fork and _exit only async-signal-safe calls: other threads held locks when we forked. */
static void close_from_to(unsigned int first, unsigned int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned int fd = first; fd <= last && fd < MOST_FDS; fd++)
		close((int)fd);
}

static void keep_only(const int *fds, size_t count)
{
	unsigned int next = 0;

	for (size_t i = 0; i < count; i++) {
		if ((unsigned int)fds[i] > next)
			close_from_to(next, (unsigned int)fds[i] - 1);
		next = (unsigned int)fds[i] + 1;
	}
	close_from_to(next, ~0u);
}

static _Noreturn void wait_and_die(const int *fds, size_t count, int closing)
{
	sigset_t all;
	char byte;

	/* Twice: the second child has no parent that would have to wait for it. */
	if (fork() != 0)
		_exit(0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "tarsier-detach");
	keep_only(fds, count);
	while (read(closing, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

int undertaker_call(const int *fds, size_t count)
{
	int ends[2], *kept = calloc(count + 1, sizeof(*kept));

	if (!kept || pipe2(ends, O_CLOEXEC) != 0) {
		free(kept);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		kept[i] = fds[i];
	kept[count] = ends[0];
	qsort(kept, count + 1, sizeof(*kept), by_number);
	pid_t child = fork();

	if (child == 0)
		wait_and_die(kept, count + 1, ends[0]);
	close(ends[0]);
	free(kept);
	if (child < 0) {
		close(ends[1]);
		return -1;
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return ends[1];
}
