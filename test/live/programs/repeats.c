// SPDX-License-Identifier: Apache-2.0
// repeats FILES TIMES: opens each of so many files (made before, 0, 1, 2…) so many times, one after another in rounds, and ends.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int open_one(long number)
{
	char name[32];

	snprintf(name, sizeof(name), "%ld", number);
	int fd = open(name, O_RDONLY);

	return fd < 0 ? -1 : close(fd);
}

int main(int count, char **arguments)
{
	if (count != 3)
		return 2;
	long files = atol(arguments[1]), times = atol(arguments[2]);

	for (long round = 0; round < times; round++)
		for (long number = 0; number < files; number++)
			if (open_one(number))
				return 1;
	return 0;
}
