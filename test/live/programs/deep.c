/* SPDX-License-Identifier: Apache-2.0 */
/* deep FOLDER LEVELS LENGTH PROGRAM [ARGUMENT…]: runs a copy of the program that many folders below, each with a name of that length; exits with the errno when it may not. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char name[256] = { 0 };
	struct stat stat;
	int from = argc > 4 ? open(argv[4], O_RDONLY) : -1;

	if (from < 0 || fstat(from, &stat) || chdir(argv[1]))
		return 255;
	memset(name, 'd', (size_t)atoi(argv[3]) % sizeof(name));
	for (int level = atoi(argv[2]); level > 0; level--)
		if ((mkdir(name, 0755) && errno != EEXIST) || chdir(name))
			return 255;
	int to = open("copy", O_WRONLY | O_CREAT | O_TRUNC, 0755);

	if (to < 0 || sendfile(to, from, NULL, (size_t)stat.st_size) != stat.st_size || close(to))
		return 255;
	execv("./copy", argv + 4);
	return errno;
}
