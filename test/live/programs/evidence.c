/* SPDX-License-Identifier: Apache-2.0 */
/* What evidence is collected of: `memfd FILE` runs a copy of FILE that is only in memory; `fds N` holds N descriptors; `code` writes into memory that can be run. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "tarsier-marks-this-page"

static int run_memfd(const char *path)
{
	char *args[] = { "in-memory", "100", NULL }, *environment[] = { NULL };
	int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create("hidden", MFD_CLOEXEC);
	struct stat stats;

	if (from < 0 || to < 0 || fstat(from, &stats))
		return 1;
	for (off_t left = stats.st_size; left > 0;) {
		ssize_t sent = sendfile(to, from, NULL, (size_t)left);

		if (sent <= 0)
			return 1;
		left -= sent;
	}
	puts("ready");
	fflush(stdout);
	fexecve(to, args, environment);
	return 1;
}

static int hold_descriptors(int count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	for (int i = 0; i < count; i++)
		if (open("/dev/null", O_RDONLY) < 0)
			return 1;
	return 0;
}

static int write_code(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return 1;
	strcpy(page, MARK);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 2 && strcmp(what, "memfd") == 0)
		return run_memfd(argv[2]);
	if (argc > 2 && strcmp(what, "fds") == 0 && hold_descriptors(atoi(argv[2])))
		return 1;
	if (strcmp(what, "code") == 0 && write_code())
		return 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
