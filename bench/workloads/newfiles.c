// SPDX-License-Identifier: Apache-2.0
// newfiles N FOLDER: N times a new file is made, written to, opened again, and taken away.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[4096];

	if (argc < 3)
		return 2;
	long times = atol(argv[1]);

	snprintf(path, sizeof(path), "%s/new", argv[2]);
	for (long i = 0; i < times; i++) {
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd))
			return 1;
		fd = open(path, O_RDONLY);
		if (fd < 0 || close(fd) || unlink(path))
			return 1;
	}
	return 0;
}
