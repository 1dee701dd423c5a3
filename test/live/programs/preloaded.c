/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded into any program by LD_PRELOAD: instead of what that is for it prints the file READ. With DROP set a child does, as user 65534, of a parent that stays who it is. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void print(const char *path)
{
	char text[64];
	int fd = open(path, O_RDONLY);
	ssize_t bytes = fd < 0 ? -1 : read(fd, text, sizeof(text));

	_exit(bytes < 0 || write(1, text, (size_t)bytes) != bytes);
}

__attribute__((constructor)) static void begin(void)
{
	int status = 1;

	if (getenv("DROP")) {
		if (fork() == 0)
			_exit(setuid(65534) == 0 ? (print(getenv("READ")), 0) : 2);
		wait(&status);
		_exit(WEXITSTATUS(status));
	}
	print(getenv("READ"));
}
