/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forkbomb PROCS: goes into that control group (its cgroup.procs) and forks for ever, all of its children likewise. Most of them end after a while and leave
 * their children behind; the first one stays.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <signal.h>
#include <unistd.h>

#define CHILDREN 16

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_WRONLY) : -1, children = 0, isFirst = 1;

	if (fd < 0 || write(fd, "0", 1) != 1)
		return 1;
	close(fd);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			isFirst = children = 0;
		else if (pid > 0)
			children++;
		else
			usleep(20000);
		if (!isFirst && children >= CHILDREN)
			_exit(0);
	}
}
