// SPDX-License-Identifier: Apache-2.0
/* Opens files: each argument is r, w, b (both), c (make) or d (directory) and a path. Then, with `loop SECONDS` in front, again and again. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int flags_of(char mode)
{
	switch (mode) {
	case 'w':
		return O_WRONLY;
	case 'b':
		return O_RDWR;
	case 'c':
		return O_WRONLY | O_CREAT;
	case 'd':
		return O_RDONLY | O_DIRECTORY;
	case 'p':
		return O_PATH;
	}
	return O_RDONLY;
}

int main(int count, char **arguments)
{
	int first = 1;
	long rounds = 0;
	time_t end = 0;

	if (count > 2 && strcmp(arguments[1], "loop") == 0) {
		end = time(NULL) + atoi(arguments[2]);
		first = 3;
	}
	do {
		for (int i = first; i < count; i++) {
			int fd = open(arguments[i] + 1, flags_of(arguments[i][0]), 0600);

			if (fd >= 0)
				close(fd);
		}
		rounds++;
	} while (time(NULL) < end);
	printf("%ld\n", rounds);
	return 0;
}
