/* SPDX-License-Identifier: Apache-2.0 */
/* lease FILE: takes a lease for writing on a file of its own, as any user may, and never gives it up: whoever opens the file waits for 45 s. Says `ready`. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	signal(SIGIO, SIG_IGN);
	int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;

	if (fd < 0 || fcntl(fd, F_SETLEASE, F_WRLCK)) {
		perror("lease");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
