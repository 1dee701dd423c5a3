// SPDX-License-Identifier: Apache-2.0
// process SCENARIO: does in its own process what process.live.test.ts looks for; prints what it should find as `name value`.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static const char TRUE[] = "/bin/true";

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void copy_program(int to)
{
	int from = open(TRUE, O_RDONLY);
	char bytes[65536];
	ssize_t size;

	must(from >= 0, "open /bin/true");
	while ((size = read(from, bytes, sizeof(bytes))) > 0)
		must(write(to, bytes, size) == size, "write");
	close(from);
}

/* ---- images ---- */

static void long_arguments(void)
{
	static char texts[29][1001];
	char *arguments[31] = { "true" };

	for (int i = 0; i < 29; i++) {
		memset(texts[i], 'a' + i % 26, 1000);
		arguments[i + 1] = texts[i];
	}
	execv(TRUE, arguments);
}

static void relative(void)
{
	char *arguments[] = { "true", "b c", "", NULL };
	char *environment[] = { "KEY=value", NULL };

	must(chdir("/usr/bin") == 0, "chdir");
	execve("../bin/./true", arguments, environment);
}

/* Standard input is an IPv4 socket, output a directory, error an IPv6 socket. */
static void streams(void)
{
	char *arguments[] = { "true", NULL };
	int v4 = socket(AF_INET, SOCK_STREAM, 0), v6 = socket(AF_INET6, SOCK_DGRAM, 0), directory = open("/", O_RDONLY);

	must(v4 >= 0 && v6 >= 0 && directory >= 0, "sockets");
	dup2(v4, 0);
	dup2(directory, 1);
	dup2(v6, 2);
	execv(TRUE, arguments);
}

static void deleted(void)
{
	char *arguments[] = { "deleted", NULL };
	int to = open("gone", O_CREAT | O_WRONLY, 0755), fd;

	copy_program(to);
	close(to);
	fd = open("gone", O_RDONLY | O_CLOEXEC);
	unlink("gone");
	fexecve(fd, arguments, environ);
}

static void memfd(void)
{
	char *arguments[] = { "memfd", NULL };
	int fd = memfd_create("payload", MFD_CLOEXEC);

	copy_program(fd);
	fexecve(fd, arguments, environ);
}

static void script(void)
{
	char *arguments[] = { "./script", "argument", NULL };
	int fd = open("script", O_CREAT | O_WRONLY | O_TRUNC, 0755);

	dprintf(fd, "#!/bin/sh -e\nexit 4\n");
	close(fd);
	execv("./script", arguments);
}

/* A bind mount in a mount namespace of its own, run from below a chroot. */
static void chroot_bind(void)
{
	char *arguments[] = { "inside", NULL };

	must(unshare(CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
	mkdir("root", 0755);
	must(mount("/", "root", NULL, MS_BIND | MS_REC, NULL) == 0, "bind");
	must(mount("/usr", "root/mnt", NULL, MS_BIND, NULL) == 0, "bind usr");
	must(chroot("root") == 0 && chdir("/mnt/lib") == 0, "chroot");
	execv("/mnt/bin/true", arguments);
}

static void *exec_in_thread(void *unused)
{
	char *arguments[] = { "thread", NULL };

	execv(TRUE, arguments);
	return unused;
}

static void thread_exec(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exec_in_thread, NULL);
	pause();
}

static void overlay(void)
{
	char *low[] = { "low", NULL }, *high[] = { "high", NULL };

	must(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "unshare");
	must(mount("tmpfs", "/mnt", "tmpfs", 0, NULL) == 0 && chdir("/mnt") == 0, "tmpfs");
	mkdir("lower", 0755), mkdir("upper", 0755), mkdir("work", 0755), mkdir("merged", 0755);
	int fd = open("lower/low", O_CREAT | O_WRONLY, 0755);
	copy_program(fd);
	close(fd);
	must(mount("overlay", "merged", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work") == 0, "overlay");
	fd = open("merged/high", O_CREAT | O_WRONLY, 0755);
	copy_program(fd);
	close(fd);
	if (!fork())
		execv("merged/low", low), _exit(1);
	wait(NULL);
	execv("merged/high", high);
}

static void failures(void)
{
	char *arguments[] = { "x", NULL };
	int directory = open("/usr", O_PATH);

	must(chdir("/etc") == 0, "chdir");
	execv("nope/../nope", arguments);
	execv("/etc/passwd", arguments);
	syscall(SYS_execveat, directory, "bin/nope", arguments, environ, 0);
	execv((char *)8, arguments);
	exit(0);
}

/* ---- births and ends ---- */

static pid_t clone_with_id(pid_t id, uint64_t flags, int status)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD, .set_tid = id ? (uintptr_t)&id : 0, .set_tid_size = id ? 1 : 0 };
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	must(child >= 0, "clone3");
	if (!child)
		_exit(status);
	waitpid(child, NULL, 0);
	return child;
}

static void births(void)
{
	pid_t child = vfork();

	if (!child)
		_exit(1);
	waitpid(child, NULL, 0);
	clone_with_id(0, CLONE_NEWUTS | CLONE_NEWPID, 2);
	child = syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
	if (!child) {
		kill(getpid(), SIGKILL);
		pause();
	}
	waitpid(child, NULL, 0);
	exit(0);
}

/* The same process id twice. */
static void reuse(void)
{
	pid_t first = clone_with_id(0, 0, 11);

	printf("pid %d\n", first);
	clone_with_id(first, 0, 12);
	exit(0);
}

static void *end_process(void *unused)
{
	usleep(20000);
	exit(7);
	return unused;
}

/* The leader ends first, another thread ends the process. */
static void last_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, end_process, NULL);
	pthread_exit(NULL);
}

static void storm(void)
{
	for (int i = 0; i < 2000; i++) {
		pid_t child = fork();

		if (!child)
			_exit(i & 0x7f);
		if (i % 50 == 49)
			while (waitpid(-1, NULL, WNOHANG) > 0)
				;
	}
	while (wait(NULL) > 0)
		;
	exit(0);
}

/* ---- credentials, namespaces, keys ---- */

static void ids(void)
{
	must(setresgid(100, 101, 102) == 0 && setresuid(1000, 1001, 0) == 0, "set ids");
	must(setuid(7) != 0, "setuid"); /* not one of the three, and the effective id is no longer root */
	exit(0);
}

static void prctls(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { .len = 1, .filter = &allow };

	prctl(PR_SET_NAME, "kworker/0:1");
	prctl(PR_SET_TIMERSLACK, 1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
	exit(0);
}

static void capabilities(void)
{
	struct { uint32_t version; int pid; } header = { 0x20080522, 0 };
	struct { uint32_t effective, permitted, inheritable; } sets[2] = { { 0x21, 0x23, 0x1 }, { 0, 0, 0 } };

	must(syscall(SYS_capset, &header, sets) == 0, "capset");
	exit(0);
}

static void namespaces(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY);
	struct stat facts;

	fstat(fd, &facts);
	printf("inum %lu\n", facts.st_ino);
	must(setns(fd, 0) == 0, "setns");
	unshare(CLONE_FILES);
	must(unshare(CLONE_NEWUTS | CLONE_NEWPID) == 0, "unshare");
	exit(0);
}

static void keys(void)
{
	int key = syscall(SYS_add_key, "user", "my key", "secret", 6, -2);

	printf("key %d\n", key);
	syscall(SYS_keyctl, 11, key, 0, 0, 0); /* KEYCTL_READ */
	exit(0);
}

/* ---- 32-bit calls from a 64-bit program ---- */

#ifdef __x86_64__
static long int80(long number, uintptr_t a, uintptr_t b, uintptr_t c)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static void compat(void)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t *words = (uint32_t *)(low + 1024);
	uintptr_t text = (uintptr_t)low;

	strcpy(low, "/etc/hostname");
	int80(5, text, 0, 0); /* open */
	strcpy(low, "/no/such/file");
	int80(11, text, 0, 0); /* execve */
	int80(10, text, 0, 0); /* unlink */
	int80(213, 0, 0, 0); /* setuid32 */
	int80(23, 0xffff, 0, 0); /* setuid with 16-bit ids: none */
	words[0] = 2, words[1] = 1, words[2] = 0;
	int80(102, 1, (uintptr_t)words, 0); /* socketcall: socket(AF_INET, SOCK_STREAM, 0) */
	int80(20, 0, 0, 0), int80(20, 0, 0, 0); /* getpid, which no kind covers, twice */
	if (!int80(2, 0, 0, 0)) /* fork */
		int80(1, 5, 0, 0); /* exit */
	wait(NULL);
	exit(0);
}
#endif

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} SCENARIOS[] = {
		{ "long-arguments", long_arguments }, { "relative", relative }, { "streams", streams }, { "deleted", deleted }, { "memfd", memfd },
		{ "script", script }, { "chroot-bind", chroot_bind }, { "thread-exec", thread_exec }, { "overlay", overlay },
		{ "failures", failures }, { "births", births }, { "reuse", reuse }, { "last-thread", last_thread },
		{ "storm", storm }, { "ids", ids }, { "prctls", prctls }, { "capabilities", capabilities },
		{ "namespaces", namespaces }, { "keys", keys },
#ifdef __x86_64__
		{ "compat", compat },
#endif
	};

	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; i < sizeof(SCENARIOS) / sizeof(*SCENARIOS); i++)
		if (count > 1 && !strcmp(arguments[1], SCENARIOS[i].name))
			SCENARIOS[i].run();
	perror("no such scenario, or it failed");
	return 1;
}
