// SPDX-License-Identifier: Apache-2.0
// tampering SCENARIO: makes the calls that tampering.live.test.ts looks for, in a folder SCENARIO of its own; prints what it should find
// as `name value`.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ul

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void one_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	must(sched_setaffinity(0, sizeof(one), &one) == 0, "affinity");
}

/* A child that waits to be killed. */
static pid_t sleeper(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	for (;;)
		pause();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- mounts and roots ---- */

static void mounts(void)
{
	int context, made;

	must(unshare(CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
	mkdir("a", 0700), mkdir("b", 0700), mkdir("c", 0700);
	must(mount("none", "a", "tmpfs", MS_MGC_VAL | MS_NOSUID, NULL) == 0, "tmpfs");
	must(mount("a", "../mounts/b", NULL, MS_BIND, NULL) == 0, "bind");
	mount("/dev/none", "c", "no-such-fs", 0, NULL);
	context = syscall(SYS_fsopen, "tmpfs", 0);
	must(syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0, "fsconfig");
	made = syscall(SYS_fsmount, context, 0, 0);
	must(syscall(SYS_move_mount, made, "", AT_FDCWD, "c", 4 /* MOVE_MOUNT_F_EMPTY_PATH */) == 0, "move_mount");
	must(umount2("b", MNT_DETACH) == 0, "umount2");
	umount("absent");
	must(mkdir("a/old", 0700) == 0 && chdir("a") == 0, "old");
	must(syscall(SYS_pivot_root, ".", "old") == 0, "pivot_root");
}

static void roots(void)
{
	mkdir("jail", 0700), mkdir("jail/inner", 0700);
	chroot("absent");
	must(chroot("jail") == 0, "chroot");
	must(chroot("/inner") == 0, "chroot");
}

/* ---- reaching into another process ---- */

static void tracing(void)
{
	pid_t child = sleeper(), self;
	long word = 0;

	one_processor();
	printf("child %d\n", child);
	must(ptrace(PTRACE_SEIZE, child, 0, 0) == 0, "seize");
	must(ptrace(PTRACE_INTERRUPT, child, 0, 0) == 0, "interrupt");
	waitpid(child, NULL, __WALL);
	for (int i = 0; i < 20; i++)
		must(ptrace(PTRACE_POKEDATA, child, &word, 0x1234) == 0, "poke");
	must(ptrace(PTRACE_DETACH, child, 0, 0) == 0, "detach");
	ptrace(PTRACE_ATTACH, 4194303, 0, 0);
	end(child);
	self = fork();
	if (!self) {
		ptrace(PTRACE_TRACEME, 77, 0, 0);
		_exit(0);
	}
	printf("self %d\n", self);
	waitpid(self, NULL, 0);
}

static void foreign_memory(void)
{
	pid_t child = sleeper();
	char here[8] = "payload", there[8];
	struct iovec local = { here, sizeof(here) }, remote = { there, sizeof(there) };
	struct iovec locals[20];
	int pidfd;

	one_processor();
	printf("child %d\n", child);
	for (int i = 0; i < 20; i++) {
		locals[i] = local;
		process_vm_readv(child, &locals[i], 1, &remote, 1, 0);
	}
	process_vm_writev(child, &local, 1, &remote, 1, 0);
	process_vm_writev(4194303, &local, 1, &remote, 1, 0);
	pidfd = syscall(SYS_pidfd_open, child, 0);
	close(syscall(SYS_pidfd_getfd, pidfd, 2, 0));
	end(child);
}

/* ---- executable memory ---- */

static char *map(int protection, int flags, int fd)
{
	return mmap(NULL, 2 * PAGE, protection, flags, fd, 0);
}

/* Prints the address of each mapping that must be told. */
static void tell(const char *name, void *address)
{
	printf("%s %ld\n", name, (long)address);
}

static void executable(void)
{
	int program = open("/proc/self/exe", O_RDONLY), memory = memfd_create("code", 0);
	char *anonymous, *file, *stack, *heap;
	char on_stack;

	must(ftruncate(memory, 2 * PAGE) == 0, "ftruncate");
	/* Not told: data, and code of a file as it is. */
	map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	map(PROT_READ | PROT_EXEC, MAP_PRIVATE, program);
	file = map(PROT_READ, MAP_PRIVATE, program);
	mprotect(file, PAGE, PROT_READ | PROT_EXEC);
	/* Told. */
	tell("rwx", map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1));
	tell("writable-file", map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, program));
	tell("memfd", map(PROT_READ | PROT_EXEC, MAP_SHARED, memory));
	anonymous = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	mprotect(anonymous + PAGE, PAGE, PROT_READ | PROT_EXEC);
	tell("anonymous", anonymous + PAGE);
	mprotect(file, PAGE, PROT_READ | PROT_WRITE);
	file[0] = 1;
	mprotect(file, PAGE, PROT_READ | PROT_EXEC);
	tell("changed-file", file);
	stack = (char *)((uintptr_t)&on_stack & ~(PAGE - 1));
	mprotect(stack, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
	tell("stack", stack);
	heap = sbrk(4 * PAGE);
	heap = (char *)(((uintptr_t)heap + PAGE) & ~(PAGE - 1));
	mprotect(heap, PAGE, PROT_READ | PROT_EXEC);
	tell("heap", heap);
	syscall(SYS_pkey_mprotect, anonymous, PAGE, PROT_READ | PROT_EXEC, -1);
	tell("pkey", anonymous);
	mprotect((void *)PAGE, PAGE, PROT_READ | PROT_EXEC);
	tell("nothing", (void *)PAGE);
}

static void many_executable(void)
{
	char *memory;

	one_processor();
	for (int i = 0; i < 100; i++) {
		memory = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		mprotect(memory, PAGE, PROT_READ | PROT_EXEC);
	}
}

/* ---- the kernel ---- */

static void kernel(void)
{
	struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_TASK_CLOCK };
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1, .map_name = "stash" };
	struct bpf_insn code[] = { { .code = 0xb7, .dst_reg = 0, .imm = 0 }, { .code = 0x95 } };
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = (uintptr_t)code, .insn_cnt = 2,
				   .license = (uintptr_t)"GPL", .prog_name = "watch" };
	uint32_t key = 0;
	uint64_t value;
	union bpf_attr lookup = { .key = (uintptr_t)&key, .value = (uintptr_t)&value };

	one_processor();
	lookup.map_fd = syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map));
	must(syscall(SYS_bpf, BPF_PROG_LOAD, &program, sizeof(program)) >= 0, "program");
	for (int i = 0; i < 20; i++)
		must(syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &lookup, sizeof(lookup)) == 0, "lookup");
	syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
	syscall(SYS_perf_event_open, &event, getppid(), 0, -1, 0);
	syscall(SYS_userfaultfd, O_CLOEXEC | 1);
}

/* ---- signals ---- */

static void signals(void)
{
	pid_t child = sleeper();
	int pidfd = syscall(SYS_pidfd_open, child, 0), directory;
	siginfo_t queued = { .si_code = SI_QUEUE };
	char path[32];

	signal(SIGCONT, SIG_IGN);
	printf("child %d\n", child);
	kill(child, 0);
	kill(child, SIGCONT);
	syscall(SYS_tkill, child, SIGCONT);
	syscall(SYS_tgkill, child, child, SIGCONT);
	syscall(SYS_pidfd_send_signal, pidfd, SIGCONT, NULL, 0);
	snprintf(path, sizeof(path), "/proc/%d", child);
	directory = open(path, O_RDONLY | O_DIRECTORY);
	syscall(SYS_pidfd_send_signal, directory, SIGWINCH, NULL, 0);
	syscall(SYS_rt_sigqueueinfo, child, SIGCONT, &queued);
	syscall(SYS_rt_tgsigqueueinfo, child, child, SIGCONT, &queued);
	kill(4194303, SIGTERM);
	setpgid(0, 0);
	kill(0, SIGCONT);
	end(child);
}

/* In a pid namespace of its own, where the numbers are others. */
static void nested(void)
{
	int ends[2];
	pid_t inside;

	must(pipe(ends) == 0 && unshare(CLONE_NEWPID) == 0, "unshare");
	inside = fork();
	if (!inside) {
		pid_t child = sleeper(); /* number 2 in here */

		must(read(ends[0], ends, 1) == 1, "go");
		end(child);
		_exit(0);
	}
	printf("killer %d\n", inside);
	must(write(ends[1], "!", 1) == 1, "go");
	waitpid(inside, NULL, 0);
}

static void runtime(void)
{
	signal(SIGURG, SIG_IGN);
	one_processor();
	for (int i = 0; i < 100; i++)
		syscall(SYS_tgkill, getpid(), getpid(), SIGURG);
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

/* A copy below 4 GiB. */
static uintptr_t copy(const void *value, size_t size)
{
	static size_t used;
	char *at = low + used;

	memcpy(at, value, size);
	used += (size + 7) & ~7ul;
	return (uintptr_t)at;
}

static uintptr_t text(const char *value)
{
	return copy(value, strlen(value) + 1);
}

static void compat(void)
{
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 1, .map_name = "low" };
	struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(event) };
	pid_t child = sleeper();
	uintptr_t code;

	printf("child %d\n", child);
	low = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	must(low != MAP_FAILED, "low memory");
	must(unshare(CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
	mkdir("m", 0700);
	int80(21, text("none"), text("m"), text("tmpfs"), MS_NOEXEC);
	int80(52, text("m"), MNT_DETACH, 0, 0);
	int80(26, PTRACE_SEIZE, child, 0, 0);
	int80(348, child, 0, 0, 0);
	int80(128, 0, 0, text("option=1"), 0);
	int80(129, text("rootkit"), O_NONBLOCK, 0, 0);
	int80(350, open("/proc/self/exe", O_RDONLY), text("option=2"), 3, 0);
	int80(283, 0, 0, 0, 5);
	int80(357, BPF_MAP_CREATE, copy(&map, sizeof(map)), sizeof(map), 0);
	int80(336, copy(&event, sizeof(event)), 0, -1, -1);
	int80(374, 1, 0, 0, 0);
	code = int80(192, 0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS);
	int80(125, (uintptr_t)low + PAGE, PAGE, PROT_READ | PROT_EXEC, 0);
	tell("mmap2", (void *)code);
	tell("mprotect", low + PAGE);
	int80(270, child, child, SIGCONT, 0);
	int80(37, child, SIGKILL, 0, 0);
	waitpid(child, NULL, 0);
	int80(61, text("m"), 0, 0, 0);
}
#endif

int main(int count, char **arguments)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} SCENARIOS[] = {
		{ "mounts", mounts }, { "roots", roots }, { "tracing", tracing }, { "foreign-memory", foreign_memory },
		{ "executable", executable }, { "many-executable", many_executable }, { "kernel", kernel },
		{ "signals", signals }, { "nested", nested }, { "runtime", runtime },
#ifdef __x86_64__
		{ "compat", compat },
#endif
	};

	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; i < sizeof(SCENARIOS) / sizeof(*SCENARIOS); i++) {
		if (count > 1 && !strcmp(arguments[1], SCENARIOS[i].name)) {
			mkdir(arguments[1], 0700);
			must(chdir(arguments[1]) == 0, "a folder of its own");
			SCENARIOS[i].run();
			return 0;
		}
	}
	fprintf(stderr, "no such scenario\n");
	return 1;
}
