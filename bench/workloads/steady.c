// SPDX-License-Identifier: Apache-2.0
// steady RATE SECONDS FOLDER: RATE times a second, evenly, opens one of 2 RATE files for writing: no two opens within a second are equal. The files stay.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void sleep_until(struct timespec *next, long step)
{
	next->tv_nsec += step;
	while (next->tv_nsec >= 1000000000) {
		next->tv_nsec -= 1000000000;
		next->tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, 0);
}

int main(int argc, char **argv)
{
	struct timespec next;
	char path[4096];

	if (argc < 4)
		return 2;
	long rate = atol(argv[1]), seconds = atol(argv[2]);

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (long i = 0; i < rate * seconds; i++) {
		snprintf(path, sizeof(path), "%s/steady-%ld", argv[3], i % (2 * rate));
		int fd = open(path, O_WRONLY | O_CREAT, 0600);

		if (fd < 0)
			return 1;
		close(fd);
		sleep_until(&next, 1000000000 / rate);
	}
	return 0;
}
