/* SPDX-License-Identifier: Apache-2.0 */
/* lingering CHILDREN [stubborn]: children of its own, in sessions of their own; all wait for a signal. Stubborn ones do not heed SIGTERM. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void leave(int number)
{
	(void)number;
	_exit(0);
}

int main(int argc, char **argv)
{
	int children = argc > 1 ? atoi(argv[1]) : 0;
	int stubborn = argc > 2 && strcmp(argv[2], "stubborn") == 0;

	/* The first process of a namespace gets no signal that it has not asked for. */
	signal(SIGTERM, stubborn ? SIG_IGN : leave);
	for (int i = 0; i < children; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			setsid();
			break;
		}
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
