// SPDX-License-Identifier: Apache-2.0
/*
 * offer RATE SECONDS [FILE]: opens and closes the file RATE times a second, in bursts of a millisecond, and prints how often it did.
 * Without a file it sends itself a signal that is ignored, as often: no call costs less that is an event.
 * What a late burst missed is made up for at once. Link it statically: then it opens nothing else.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define STEP_NS 1000000L
#define STEPS_PER_SECOND 1000L
#define SECOND_NS 1000000000L

static long ns_between(const struct timespec *from, const struct timespec *to)
{
	return (to->tv_sec - from->tv_sec) * SECOND_NS + to->tv_nsec - from->tv_nsec;
}

static int act(const char *file)
{
	int fd;

	if (!file)
		return kill(getpid(), SIGURG);
	fd = open(file, O_RDONLY);
	return fd < 0 ? -1 : close(fd);
}

int main(int count, char **arguments)
{
	struct timespec begun, now, next;
	long done = 0;

	if (count < 3)
		return 2;
	long rate = atol(arguments[1]), steps = atol(arguments[2]) * STEPS_PER_SECOND;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	next = now = begun;
	/* It ends in time, also where the machine cannot make so many. */
	for (long step = 1; step <= steps && ns_between(&begun, &now) < steps * STEP_NS; step++) {
		for (long due = rate * step / STEPS_PER_SECOND; done < due; done++)
			if (act(count > 3 ? arguments[3] : NULL))
				return 1;
		next.tv_nsec += STEP_NS;
		if (next.tv_nsec >= SECOND_NS) {
			next.tv_nsec -= SECOND_NS;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	}
	printf("%ld\n", done);
	return 0;
}
