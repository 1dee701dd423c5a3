/*
 * System calls whose events must be the same whatever the sensor hangs on: 64-bit ones that work and that fail, 32-bit ones, and such as a
 * filter refuses. `calls`: makes them in the current folder. `calls loop N`: calls getppid N times.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Numbers of the i386 table. */
enum { OPEN_32 = 5, UNLINK_32 = 10, GETPPID_32 = 64, MOUNT_32 = 21, SOCKETCALL_32 = 102, NONE_32 = 222 };

static char *low;

static long int80(long number, uintptr_t a, uintptr_t b, uintptr_t c)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/* A copy of a text below 4 GiB. */
static uintptr_t text(const char *value)
{
	static size_t used;
	char *at = low + used;

	used += strlen(strcpy(at, value)) + 1;
	return (uintptr_t)at;
}

static void files(void)
{
	int fd = open("made", O_CREAT | O_RDWR, 0640);

	fsetxattr(fd, "user.some", "value", 5, 0);
	fchmod(fd, 04755);
	ftruncate(fd, 100);
	close(fd);
	open("absent/file", O_RDONLY);
	mkdir("folder", 0700);
	rename("made", "folder/moved");
	symlink("folder/moved", "link");
	unlink("link");
	unlink("absent");
	unlink("folder/moved");
	rmdir("folder");
}

static void sockets(void)
{
	struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), datagrams = socket(AF_INET, SOCK_DGRAM, 0);

	connect(fd, (void *)&nobody, sizeof(nobody));
	sendto(datagrams, "words", 5, 0, (void *)&nobody, sizeof(nobody));
	dup2(fd, 0);
	listen(fd, 1);
	close(0);
	close(fd);
	close(datagrams);
}

static void others(void)
{
	char *const arguments[] = { "absent", NULL };

	setreuid(0, 0);
	prctl(PR_SET_NAME, "renamed");
	mount("absent", "absent", "tmpfs", 0, NULL);
	mprotect(low, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
	ptrace(PTRACE_ATTACH, 0x7ffffffe, NULL, NULL);
	execv("./absent", arguments);
}

static void narrow(void)
{
	uint32_t *words = (uint32_t *)(low + 2048);

	int80(OPEN_32, text("narrow"), O_CREAT | O_WRONLY, 0600);
	int80(UNLINK_32, text("narrow"), 0, 0);
	int80(UNLINK_32, text("absent"), 0, 0);
	int80(GETPPID_32, 0, 0, 0);
	int80(NONE_32, 0, 0, 0);
	words[0] = AF_INET, words[1] = SOCK_STREAM, words[2] = 0;
	int80(SOCKETCALL_32, 1, (uintptr_t)words, 0);
}

/* The calls of that number, of either table, are refused with EPERM. */
static void refuse(unsigned int number)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(rules) / sizeof(*rules), rules };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		exit(2);
}

static void refused(void)
{
	int fd = open("made", O_CREAT | O_WRONLY, 0600);

	close(fd);
	refuse(SYS_mount);
	refuse(SYS_unlink);
	refuse(SYS_dup3);
	refuse(GETPPID_32);
	mount("none", "/", "tmpfs", 0, NULL);
	unlink("made");
	dup3(1, 2, 0);
	int80(GETPPID_32, 0, 0, 0);
	unlinkat(AT_FDCWD, "made", 0);
}

int main(int count, char **arguments)
{
	if (count > 2) {
		for (long i = atol(arguments[2]); i > 0; i--)
			syscall(SYS_getppid);
		return 0;
	}
	/* The same each time: 32-bit calls tell their arguments. */
	low = mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (low == MAP_FAILED)
		return 1;
	files();
	sockets();
	others();
	narrow();
	refused();
	return 0;
}
