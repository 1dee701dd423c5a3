// SPDX-License-Identifier: Apache-2.0
// burst forks N | burst opens N: as much of one thing as fast as it goes.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fork_one(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child < 0)
		return -1;
	return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static int open_one(void)
{
	int fd = open("/dev/null", O_RDONLY);

	return fd < 0 ? -1 : close(fd);
}

int main(int count, char **arguments)
{
	if (count != 3)
		return 2;
	long n = atol(arguments[2]);
	int (*one)(void) = strcmp(arguments[1], "forks") == 0 ? fork_one : open_one;

	for (long i = 0; i < n; i++)
		if (one())
			return 1;
	return 0;
}
