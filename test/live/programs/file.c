// SPDX-License-Identifier: Apache-2.0
// file SCENARIO: makes the calls on files that file.live.test.ts looks for, in a folder SCENARIO of its own.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void open_at(int directory, const char *path, int flags)
{
	int fd = openat(directory, path, flags, 0640);

	if (fd >= 0)
		close(fd);
}

static void open_path(const char *path, int flags)
{
	open_at(AT_FDCWD, path, flags);
}

static int directory(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY);

	must(fd >= 0, path);
	return fd;
}

static void make(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	must(fd >= 0, path);
	close(fd);
}

static void own_mounts(void)
{
	must(unshare(CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
}

/* ---- the same file under many names ---- */

static void aliases(void)
{
	int etc = directory("/etc"), here;

	must(symlink("/etc/shadow", "symlink") == 0, "symlink");
	open_path("symlink", O_RDONLY);
	open_path("/proc/self/root/etc/shadow", O_RDONLY);
	open_path("../../../../../../etc/./shadow", O_RDONLY);
	open_at(etc, "shadow", O_RDONLY);
	open_at(etc, "/etc/shadow", O_RDONLY);
	here = dup(etc);
	must(fchdir(here) == 0, "fchdir");
	open_path("shadow", O_RDONLY);
}

static void hard_link(void)
{
	make("secret");
	must(link("secret", "innocent") == 0, "link");
	open_path("innocent", O_RDONLY);
	open_path("secret", O_RDONLY);
}

static void bind_mount(void)
{
	own_mounts();
	mkdir("bound", 0700);
	must(mount("/etc", "bound", NULL, MS_BIND, NULL) == 0, "bind");
	open_path("bound/shadow", O_RDONLY);
}

static void in_chroot(void)
{
	int outside = directory(".");

	make("outside");
	must(chroot("/etc") == 0, "chroot");
	open_path("/shadow", O_RDONLY);
	open_at(outside, "outside", O_RDONLY);
}

static void in_pivot(void)
{
	own_mounts();
	mkdir("root", 0700);
	must(mount("none", "root", "tmpfs", 0, NULL) == 0, "tmpfs");
	must(chdir("root") == 0 && mkdir("old", 0700) == 0, "old");
	must(syscall(SYS_pivot_root, ".", "old") == 0, "pivot_root");
	open_path("/old/etc/shadow", O_RDONLY);
	make("/fresh");
}

/* ---- every call that opens ---- */

static void forms(void)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	struct file_handle *handle = calloc(1, sizeof(*handle) + MAX_HANDLE_SZ);
	int etc = directory("/etc"), mount_id;

	open_path("new", O_CREAT | O_EXCL | O_WRONLY);
	open_path("new", O_CREAT | O_WRONLY | O_APPEND);
	open_path("new", O_WRONLY | O_TRUNC);
	open_path("new", O_RDWR);
	close(creat("created", 0604));
	open_path(".", O_TMPFILE | O_RDWR);
	open_path("new", O_PATH);
#ifdef SYS_open
	close(syscall(SYS_open, "new", O_RDONLY, 0));
#endif
	close(syscall(SYS_openat2, etc, "hostname", &how, sizeof(how)));
	handle->handle_bytes = MAX_HANDLE_SZ;
	must(name_to_handle_at(AT_FDCWD, "new", handle, &mount_id, 0) == 0, "name_to_handle_at");
	close(open_by_handle_at(AT_FDCWD, handle, O_RDONLY));
}

static void failures(void)
{
	struct open_how how = { .resolve = RESOLVE_NO_SYMLINKS };
	int etc = directory("/etc");
	char name[300];

	memset(name, 'x', sizeof(name));
	name[299] = 0;
	must(symlink("/etc", "link") == 0, "symlink");
	open_path("missing/../missing", O_RDONLY);
	open_at(etc, "nope", O_WRONLY);
	open_path("/etc", O_WRONLY);
	open_path(name, O_RDONLY);
	open_path((const char *)8, O_RDONLY);
	open_at(999, "nope", O_RDONLY);
	syscall(SYS_openat2, AT_FDCWD, "link/passwd", &how, sizeof(how));
}

/* ---- long and odd names ---- */

static void descend(const char *name, int times)
{
	for (int i = 0; i < times; i++)
		must(mkdir(name, 0700) == 0 && chdir(name) == 0, "descend");
}

static void deep(void)
{
	int top = directory(".");
	char name[201];

	memset(name, 'd', 200);
	name[200] = 0;
	descend("c", 1900);
	make("file");
	must(fchdir(top) == 0, "back");
	descend(name, 19);
	make("file");
	descend(name, 2);
	make("file");
}

static void odd_names(void)
{
	make("line\nbreak \033[31mred\033[0m");
	make("not utf-8 \xff\xfe\x80");
	make("\xc3\xa9\xf0\x9f\x90\xb5");
}

/* ---- where the file lives ---- */

static void layers(void)
{
	own_mounts();
	mkdir("tree", 0700);
	must(mount("none", "tree", "tmpfs", 0, NULL) == 0, "tmpfs");
	must(chdir("tree") == 0, "chdir");
	mkdir("lower", 0700), mkdir("upper", 0700), mkdir("work", 0700), mkdir("both", 0700);
	make("lower/low");
	make("lower/changed");
	must(mount("overlay", "both", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work") == 0, "overlay");
	open_path("both/low", O_RDONLY);
	make("both/high");
	open_path("both/high", O_RDONLY);
	open_path("both/changed", O_RDWR);
	open_path("both/changed", O_RDONLY);
}

static void memory_files(void)
{
	int fd = memfd_create("payload", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	open_path(path, O_RDONLY);
	make("gone");
	fd = open("gone", O_RDONLY);
	unlink("gone");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	open_path(path, O_RDONLY);
}

static void process_memory(void)
{
	must(symlink("/proc/self/mem", "alias") == 0, "symlink");
	for (int i = 0; i < 3; i++)
		open_path("alias", O_RDWR);
	open_path("/proc/thread-self/mem", O_WRONLY);
	for (int i = 0; i < 3; i++)
		open_path("/proc/self/mem", O_RDONLY);
}

/* ---- many equal opens ---- */

static void one_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	must(sched_setaffinity(0, sizeof(one), &one) == 0, "affinity");
}

static void equal(void)
{
	one_processor();
	make("same");
	for (int i = 0; i < 50; i++)
		open_path("same", O_RDONLY);
	for (int i = 0; i < 50; i++)
		open_path("absent", O_RDONLY);
	usleep(300 * 1000);
	open_path("same", O_RDONLY);
	open_path("absent", O_RDONLY);
}

/* All at once, and none equal to another. */
static void unequal(void)
{
	char long_name[200] = "./";

	one_processor();
	make("file");
	link("file", "other");
	mkdir("below", 0700);
	open_path("file", O_RDONLY);
	open_path("file", O_RDONLY | O_TRUNC);
	open_path("file", O_WRONLY);
	open_path("other", O_RDONLY);
	make("made");
	unlink("made");
	make("made");
	open_path("absent", O_RDONLY);
	open_path("absent2", O_RDONLY);
	must(chdir("below") == 0, "chdir");
	open_path("absent", O_RDONLY);
	memset(long_name + 2, 'l', 150);
	open_path(long_name, O_RDONLY);
	open_path(long_name, O_RDONLY);
	must(setgid(getgid()) == 0 && setegid(12) == 0, "setegid");
	open_path("../file", O_RDONLY);
}

/* ---- names and attributes ---- */

static void names(void)
{
	int etc = directory("/etc"), here = directory("."), fd;

	make("a");
	rename("a", "b");
	renameat(here, "b", AT_FDCWD, "./c");
	make("d");
	syscall(SYS_renameat2, here, "c", here, "d", 2 /* RENAME_EXCHANGE */);
	rename("absent", "/etc/absent");
	link("c", "hard");
	fd = open("c", O_RDONLY);
	linkat(fd, "", here, "hard2", AT_EMPTY_PATH);
	symlink("../x", "soft");
	symlinkat("/etc/shadow", here, "soft2");
	unlink("hard");
	unlinkat(here, "hard2", 0);
	mkdir("e", 0750);
	mkdirat(here, "f", 0700);
	mkdirat(etc, "/absent/g", 0700);
	rmdir("e");
	unlinkat(here, "f", AT_REMOVEDIR);
	mknod("pipe", S_IFIFO | 0600, 0);
	mknodat(here, "block", S_IFBLK | 0600, makedev(8, 300));
}

static void attributes(void)
{
	struct { uint64_t value; uint32_t size, flags; } value;
	unsigned char capability[20] = { 1, 0, 0, 2, 0, 0x20 };
	int here = directory("."), fd;

	make("f");
	fd = open("f", O_RDWR);
	must(symlink("f", "s") == 0, "symlink");
	chmod("f", 04755);
	fchmod(fd, 0600);
	fchmodat(here, "f", 02644, 0);
	syscall(452 /* fchmodat2 */, here, "f", 0640, 0);
	chown("f", 1, 2);
	lchown("s", 3, -1);
	fchown(fd, 0, 0);
	fchownat(here, "s", 4, 5, AT_SYMLINK_NOFOLLOW);
	truncate("f", 5000000000);
	ftruncate(fd, 7);
	setxattr("f", "user.note", "x", 1, 0);
	setxattr("f", "security.capability", capability, sizeof(capability), 0);
	lsetxattr("absent", "security.ima", "x", 1, 0);
	fsetxattr(fd, "security.capability", capability, sizeof(capability), 0);
	value.value = (uintptr_t)capability, value.size = sizeof(capability), value.flags = 0;
	syscall(463 /* setxattrat */, here, "f", 0, "security.capability", &value, sizeof(value));
	memfd_create("a name", MFD_ALLOW_SEALING);
}

/* ---- 32-bit calls from a 64-bit program ---- */

#ifdef __x86_64__
static char *low;

static long int80(long number, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	long result;

	asm volatile("int $0x80"
		     : "=a"(result)
		     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(0)
		     : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/* A copy of a text below 4 GiB. */
static uintptr_t text(const char *value)
{
	static size_t used;
	char *at = low + used;

	strcpy(at, value);
	used += strlen(value) + 1;
	return (uintptr_t)at;
}

static void compat(void)
{
	int here = directory("."), fd;
	uint64_t *how;

	low = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low != MAP_FAILED, "low memory");
	how = (uint64_t *)(low + 4096);
	fd = int80(5, text("f"), O_CREAT | O_RDWR, 0600, 0);
	int80(8, text("g"), 0640, 0, 0);
	int80(295, here, text("f"), O_RDONLY, 0);
	how[0] = O_RDONLY, how[2] = RESOLVE_BENEATH;
	int80(437, here, text("f"), (uintptr_t)how, 24);
	int80(38, text("f"), text("h"), 0, 0);
	int80(302, here, text("h"), here, text("f"));
	int80(353, here, text("f"), here, text("i"));
	int80(9, text("i"), text("j"), 0, 0);
	int80(83, text("t"), text("k"), 0, 0);
	int80(10, text("j"), 0, 0, 0);
	int80(301, here, text("k"), 0, 0);
	int80(39, text("m"), 0700, 0, 0);
	int80(40, text("m"), 0, 0, 0);
	int80(15, text("i"), 04700, 0, 0);
	int80(94, fd, 0600, 0, 0);
	int80(212, text("i"), 6, 7, 0);
	int80(194, fd, 1, 1, 0);
	int80(356, text("low name"), 1, 0, 0);
}
#endif

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} SCENARIOS[] = {
		{ "aliases", aliases }, { "hard-link", hard_link }, { "bind-mount", bind_mount }, { "in-chroot", in_chroot },
		{ "in-pivot", in_pivot }, { "forms", forms }, { "failures", failures }, { "deep", deep }, { "odd-names", odd_names },
		{ "layers", layers }, { "memory-files", memory_files }, { "process-memory", process_memory }, { "equal", equal },
		{ "unequal", unequal }, { "names", names }, { "attributes", attributes },
#ifdef __x86_64__
		{ "compat", compat },
#endif
	};

	for (size_t i = 0; i < sizeof(SCENARIOS) / sizeof(*SCENARIOS); i++) {
		if (count > 1 && !strcmp(arguments[1], SCENARIOS[i].name)) {
			must(mkdir(arguments[1], 0700) == 0 && chdir(arguments[1]) == 0, "a folder of its own");
			SCENARIOS[i].run();
			return 0;
		}
	}
	fprintf(stderr, "no such scenario\n");
	return 1;
}
