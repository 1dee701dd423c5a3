/* SPDX-License-Identifier: Apache-2.0 */
/* mounts FOLDER COUNT PROGRAM [ARGUMENT…]: runs the program in a mount namespace of its own, with that many mounts below the folder and then one at FOLDER/late, in which lies `file`. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static void make(const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(mkdir(path, 0755), path);
	must(mount("none", path, "tmpfs", 0, "size=64k"), path);
}

int main(int argc, char **argv)
{
	char name[32], file[512];

	if (argc < 4)
		return 1;
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	must(mount("none", argv[1], "tmpfs", 0, NULL), argv[1]);
	for (int number = atoi(argv[2]); number > 0; number--) {
		snprintf(name, sizeof(name), "%d", number);
		make(argv[1], name);
	}
	make(argv[1], "late");
	snprintf(file, sizeof(file), "%s/late/file", argv[1]);
	must(close(creat(file, 0644)), file);
	execv(argv[3], argv + 3);
	return 1;
}
